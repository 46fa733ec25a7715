//! Derived columns on small tables: PDSA lines of mmg.md §2.6, boundaries of rpu-indicators.md §3, effects of the rules.

use std::collections::BTreeSet;

use super::*;
use crate::catalogue::columns;
use crate::context::{ExceptionPdsa, NatureException};
use crate::testing::{Row, row, write_view};

fn inputs(table: &str, rows: &[Row]) -> (tempfile::TempDir, Inputs) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{table}.parquet"));
    write_view(&path, table, rows);
    let mut inputs = Inputs {
        structures: lake::reference::structures().to_vec(),
        region: "76".to_owned(),
        ponts: BTreeSet::from(["2025-05-09".parse().unwrap(), "2025-11-10".parse().unwrap()]),
        ..Inputs::default()
    };
    inputs.views.insert(table.to_owned(), vec![path]);
    (folder, inputs)
}

/// The prepared rows of 2025, and what one column holds, as text.
fn prepared(inputs: &Inputs, table: &str) -> DataFrame {
    let catalogue = Catalogue::load(&[]).unwrap();
    let (from, to) = ("2025-01-01".parse().unwrap(), "2025-12-31".parse().unwrap());
    let frame = match table {
        "rpu" => prepare(inputs, &catalogue, from, to),
        _ => prepare_lits(inputs, &catalogue, from, to),
    };
    frame
        .unwrap()
        .sort(["rang"], SortMultipleOptions::default())
        .collect()
        .unwrap()
}

fn text(frame: &DataFrame, column: &str) -> Vec<String> {
    let values = frame.column(column).unwrap().cast(&DataType::String).unwrap();
    values
        .str()
        .unwrap()
        .iter()
        .map(|value| value.unwrap_or("-").to_owned())
        .collect()
}

/// One row each, entered in the first hours of 2025 unless said otherwise, and the values of these columns.
fn check(rows: &[(&str, &[(&str, &str)])]) {
    let written: Vec<Row> = rows
        .iter()
        .map(|(cells, _)| {
            row(&format!(
                "finess=310783048; ordre=0; entree=2025-02-03 10:00; extract=2025-02-10 03:00; {cells}"
            ))
        })
        .collect();
    let (_folder, inputs) = inputs("rpu", &written);
    let frame = prepared(&inputs, "rpu");
    for (index, (cells, expected)) in rows.iter().enumerate() {
        for (column, value) in *expected {
            assert_eq!(text(&frame, column)[index], *value, "{cells}: {column}");
        }
    }
}

#[test]
fn the_prepared_frames_have_the_declared_columns() {
    for table in ["rpu", "lits"] {
        for rows in [
            vec![],
            vec![row(
                "finess=310783048; ordre=0; entree=2025-02-03 10:00; finess_geo=310783048; ts_etat_local=2025-02-03 10:00",
            )],
        ] {
            let (_folder, inputs) = inputs(table, &rows);
            let frame = prepared(&inputs, table);
            assert_eq!(frame.height(), rows.len());
            let found: BTreeSet<(String, String)> = frame
                .schema()
                .iter()
                .filter(|(name, _)| !["cle", "empreinte", "rang", "ligne"].contains(&name.as_str()))
                .map(|(name, kind)| (name.to_string(), kind.to_string()))
                .collect();
            let declared = columns::table(table).unwrap().schema();
            let declared: BTreeSet<_> = declared
                .iter()
                .map(|(name, kind)| (name.to_string(), kind.to_string()))
                .collect();
            assert_eq!(found, declared);
        }
        // Without any file, the same columns.
        let empty = prepared(&Inputs::default(), table);
        assert_eq!(empty.height(), 0);
    }
}

#[test]
fn pdsa_lines() {
    let lines = [
        ("2025-01-01 03:00:00", "NUIT_PROFONDE", "FERIE"),
        ("2025-01-01 10:00:00", "FERIE_JOUR", "FERIE"),
        ("2025-01-03 20:00:00", "SOIREE", "SEMAINE_NUIT"),
        ("2025-01-04 07:59:59", "NUIT_PROFONDE", "SEMAINE_NUIT"),
        ("2025-01-04 11:59:59", "HORS_PDSA", "HORS_PDSA"),
        ("2025-01-04 12:00:00", "SAMEDI_APM", "WEEKEND"),
        ("2025-01-05 19:59:59", "DIMANCHE_JOUR", "WEEKEND"),
        ("2025-01-05 20:00:00", "SOIREE", "WEEKEND"),
        ("2025-01-06 07:59:59", "NUIT_PROFONDE", "WEEKEND"),
        ("2025-01-06 08:00:00", "HORS_PDSA", "HORS_PDSA"),
        ("2025-04-21 09:00:00", "FERIE_JOUR", "FERIE"),
        ("2025-05-07 23:30:00", "SOIREE", "SEMAINE_NUIT"),
        ("2025-05-09 10:00:00", "PONT_JOUR", "PONT"),
        ("2025-05-10 09:00:00", "PONT_JOUR", "PONT"),
        ("2025-05-10 14:00:00", "SAMEDI_APM", "WEEKEND"),
        ("2025-05-29 15:00:00", "FERIE_JOUR", "FERIE"),
        ("2025-06-09 15:00:00", "FERIE_JOUR", "FERIE"),
        ("2025-08-15 15:00:00", "FERIE_JOUR", "FERIE"),
        ("2025-08-16 09:00:00", "PONT_JOUR", "PONT"),
        ("2025-11-10 14:00:00", "PONT_JOUR", "PONT"),
        ("2025-11-10 03:00:00", "NUIT_PROFONDE", "PONT"),
    ];
    let rows: Vec<Row> = lines
        .iter()
        .map(|(time, ..)| row(&format!("finess=310783048; ordre=0; entree={time}")))
        .collect();
    let (_folder, inputs) = inputs("rpu", &rows);
    let frame = prepared(&inputs, "rpu");
    let (fine, coarse, within) = (
        text(&frame, "periode_pdsa"),
        text(&frame, "periode_fedoru"),
        text(&frame, "en_pdsa"),
    );
    for (index, (time, expected_fine, expected_coarse)) in lines.into_iter().enumerate() {
        assert_eq!(
            (fine[index].as_str(), coarse[index].as_str()),
            (expected_fine, expected_coarse),
            "{time}"
        );
        assert_eq!(within[index], (expected_fine != "HORS_PDSA").to_string(), "{time}");
        assert_eq!(expected_fine == "HORS_PDSA", expected_coarse == "HORS_PDSA", "{time}");
    }
}

#[test]
fn local_exceptions_of_the_pdsa_calendar() {
    let rows: Vec<Row> = [
        ("310783048", "2025-01-04 14:00"), // Haute-Garonne excludes this Saturday afternoon
        ("110000023", "2025-01-04 14:00"), // Aude does not
        ("310783048", "2025-08-16 09:00"), // nor this Saturday morning after a Friday holiday
        ("110000023", "2025-08-16 09:00"),
        ("310783048", "2025-06-06 10:00"), // a local bridge on a Friday
        ("310783048", "2025-06-07 10:00"),
        ("110000023", "2025-06-06 10:00"),
    ]
    .map(|(finess, time)| row(&format!("finess={finess}; ordre=0; entree={time}")))
    .to_vec();
    let (_folder, mut inputs) = inputs("rpu", &rows);
    let exception = |date: &str, nature| ExceptionPdsa {
        departement: "31".to_owned(),
        date: date.parse().unwrap(),
        nature,
        source: "test".to_owned(),
    };
    inputs.pdsa_calendrier = vec![
        exception("2025-01-04", NatureException::SamediApmExclu),
        exception("2025-08-16", NatureException::SamediMatinExclu),
        exception("2025-06-06", NatureException::Pont),
    ];
    assert_eq!(
        text(&prepared(&inputs, "rpu"), "periode_pdsa"),
        [
            "HORS_PDSA",
            "SAMEDI_APM",
            "HORS_PDSA",
            "PONT_JOUR",
            "PONT_JOUR",
            "PONT_JOUR",
            "HORS_PDSA"
        ]
    );
}

#[test]
fn bands_of_the_day() {
    check(&[
        (
            "entree=2025-02-03 07:59",
            &[
                ("tranche", "H5"),
                ("nuit", "true"),
                ("nuit_profonde", "true"),
                ("soiree", "false"),
                ("heure", "7"),
            ],
        ),
        (
            "entree=2025-02-03 08:00",
            &[
                ("tranche", "H1"),
                ("nuit", "false"),
                ("jour_semaine", "1"),
                ("mois", "2025-02"),
                ("trimestre", "2025-Q1"),
            ],
        ),
        (
            "entree=2025-12-31 12:00",
            &[
                ("tranche", "H2"),
                ("mois", "2025-12"),
                ("trimestre", "2025-Q4"),
                ("jour", "2025-12-31"),
            ],
        ),
        ("entree=2025-02-03 16:00", &[("tranche", "H3")]),
        (
            "entree=2025-02-03 20:00",
            &[
                ("tranche", "H4"),
                ("nuit", "true"),
                ("nuit_profonde", "false"),
                ("soiree", "true"),
            ],
        ),
        ("entree=2025-02-08 00:00", &[("weekend", "true"), ("jour_semaine", "6")]),
        ("entree=2025-02-07 23:59", &[("weekend", "false")]),
        (
            "entree=2025-02-09 23:59",
            &[("weekend", "true"), ("jour_semaine", "7"), ("ferie", "false")],
        ),
        ("entree=2025-05-01 10:00", &[("ferie", "true")]),
    ]);
}

#[test]
fn the_patient() {
    check(&[
        (
            "age=0; residence_classe=region",
            &[
                ("age_5", "00-04"),
                ("pediatrie", "true"),
                ("geriatrie", "false"),
                ("resident", "1"),
            ],
        ),
        (
            "age=17; residence_classe=france",
            &[("age_5", "15-19"), ("pediatrie", "true"), ("resident", "0")],
        ),
        (
            "age=18; residence_classe=etranger",
            &[("pediatrie", "false"), ("resident", "0")],
        ),
        (
            "age=75; residence_classe=indetermine",
            &[("age_5", "75-79"), ("geriatrie", "true"), ("resident", "-")],
        ),
        ("age=94; residence_classe=manquant", &[("age_5", "90-94"), ("resident", "-")]),
        ("age=95", &[("age_5", "95+"), ("resident", "-")]),
        ("age=120", &[("age_5", "95+")]),
        ("", &[("age_5", "-"), ("pediatrie", "-"), ("geriatrie", "-")]),
    ]);
}

#[test]
fn the_outcome_and_the_diagnosis() {
    check(&[
        ("orient=UHCD; mode_sortie=6", &[("uhcd", "true"), ("hospitalise", "true")]),
        ("orient=MED; mode_sortie=7", &[("uhcd", "false"), ("hospitalise", "true")]),
        ("mode_sortie=8", &[("uhcd", "false"), ("hospitalise", "false")]),
        ("mode_sortie=9", &[("hospitalise", "false")]),
        ("mode_sortie_etat=non_conforme", &[("hospitalise", "-"), ("uhcd", "false")]),
        (
            "dp=S525",
            &[
                ("type_urgence", "TRAUMA"),
                ("chapitre", "Traumatisme du membre supérieur"),
                ("avc", "-"),
            ],
        ),
        (
            "dp=I639",
            &[("type_urgence", "MED-CHIR"), ("avc", "2"), ("dp_interdit", "false")],
        ),
        (
            "",
            &[
                ("type_urgence", "-"),
                ("dp_sfmu", "-"),
                ("departement", "31"),
                ("type_etablissement", "chu"),
                ("flux_id", "310783048/0"),
            ],
        ),
        ("finess=990000010", &[("departement", "-"), ("flux_id", "990000010/0")]),
    ]);
}

#[test]
fn durations_and_what_rules_void() {
    check(&[
        (
            "sortie=2025-02-03 10:00",
            &[
                ("duree_brute_min", "0"),
                ("duree_min", "-"),
                ("duree_etat", "nulle"),
                ("duree_15min", "-"),
            ],
        ),
        (
            "sortie=2025-02-03 09:59:30",
            &[("duree_brute_min", "-1"), ("duree_min", "-"), ("duree_etat", "negative")],
        ),
        (
            "sortie=2025-02-03 10:01",
            &[
                ("duree_min", "1"),
                ("duree_etat", "valide"),
                ("duree_15min", "0000"),
                ("duree_6classes", "D6A"),
            ],
        ),
        (
            "sortie=2025-02-03 14:00",
            &[
                ("duree_min", "240"),
                ("duree_15min", "0240"),
                ("duree_6classes", "D6D"),
                ("heure_sortie", "14"),
            ],
        ),
        (
            "sortie=2025-02-03 21:59",
            &[("duree_min", "719"), ("duree_15min", "0705"), ("duree_6classes", "D6E")],
        ),
        (
            "sortie=2025-02-06 10:00",
            &[
                ("duree_min", "4320"),
                ("duree_etat", "valide"),
                ("duree_15min", "0720"),
                ("duree_6classes", "D6F"),
            ],
        ),
        (
            "sortie=2025-02-06 10:01",
            &[("duree_brute_min", "4321"), ("duree_min", "-"), ("duree_etat", "excessive")],
        ),
        (
            "",
            &[
                ("duree_brute_min", "-"),
                ("duree_min", "-"),
                ("duree_etat", "manquante"),
                ("heure_sortie", "-"),
            ],
        ),
        // RPU-X09: an exit after the file was made is not one; five minutes are tolerated.
        (
            "extract=2025-02-03 12:00; sortie=2025-02-03 12:06",
            &[
                ("sortie", "-"),
                ("sortie_etat", "non_conforme"),
                ("duree_min", "-"),
                ("duree_etat", "manquante"),
            ],
        ),
        (
            "extract=2025-02-03 12:00; sortie=2025-02-03 12:05",
            &[("duree_min", "125"), ("sortie_etat", "conforme")],
        ),
    ]);
}

#[test]
fn the_bounds_of_durations_are_a_parameter() {
    let rows = [row(
        "finess=310783048; ordre=0; entree=2025-02-03 10:00; sortie=2025-02-03 14:00",
    )];
    let (_folder, inputs) = inputs("rpu", &rows);
    let mut catalogue = Catalogue::load(&[]).unwrap();
    let values = toml::from_str("[RPU-X06]\nduree_max_min = 239\n").unwrap();
    catalogue.set_parameters(&values).unwrap();
    let frame = prepare(
        &inputs,
        &catalogue,
        "2025-02-01".parse().unwrap(),
        "2025-02-28".parse().unwrap(),
    )
    .unwrap();
    assert_eq!(text(&frame.collect().unwrap(), "duree_etat"), ["excessive"]);
}

#[test]
fn hours_of_clock_change_are_flagged_and_counted_on_the_wall() {
    check(&[
        (
            "entree=2025-03-30 01:30; sortie=2025-03-30 03:30; extract=",
            &[("heure_changee", "false"), ("duree_min", "120")],
        ),
        ("entree=2025-03-30 02:30; extract=", &[("heure_changee", "true")]),
        (
            "entree=2025-10-26 01:00; sortie=2025-10-26 02:59; extract=",
            &[("heure_changee", "true"), ("duree_min", "119")],
        ),
        ("entree=2025-10-26 03:00; extract=", &[("heure_changee", "false")]),
        ("entree=2025-10-19 02:30; extract=", &[("heure_changee", "false")]),
    ]);
}

/// The unit of beds.md §5.4, then the same with a stale update and with cells that are empty.
#[test]
fn bed_snapshots() {
    let unit = "finess_geo=310783048; unite_id=A; nature=01; discipline=MED; ts_etat=2025-01-14 09:00; ts_etat_local=2025-01-14 10:00; \
                ts_maj=2025-01-14 09:00; ts_extraction=2025-01-14 10:00; n_installes=28; n_fermes=3; n_supp_mobilises=2; n_occupes=25; \
                n_reserves=1; n_disponibles=1";
    let rows = [
        row(unit),
        row(&format!(
            "{unit}; unite_id=B; discipline=REA; ts_maj=2025-01-13 20:00; n_supp_mobilises="
        )),
        row(&format!(
            "{unit}; unite_id=C; n_fermes=; n_fermes_etat=non_conforme; ts_maj=2025-01-13 20:00"
        )),
        row(&format!("{unit}; unite_id=A; nature=02")),
    ];
    let (_folder, inputs) = inputs("lits", &rows);
    let frame = prepared(&inputs, "lits");
    for (column, expected) in [
        ("ouverts", ["25", "25", "-", "25"]),
        ("capacite_exploit", ["27", "25", "-", "27"]),
        ("libres_calcules", ["1", "-1", "-", "1"]),
        ("ecart_dispo", ["0", "2", "-", "0"]),
        ("age_maj_min", ["60", "840", "840", "60"]),
        ("perime", ["false", "true", "false", "false"]),
        ("soins_critiques", ["false", "true", "false", "false"]),
        ("natures_unite", ["2", "1", "1", "2"]),
        ("departement", ["31", "31", "31", "31"]),
        ("jour", ["2025-01-14", "2025-01-14", "2025-01-14", "2025-01-14"]),
    ] {
        assert_eq!(text(&frame, column), expected, "{column}");
    }
}

#[test]
fn an_absurd_number_of_beds_is_voided_and_wipes_nothing() {
    let unit = "finess_geo=310783048; nature=01; discipline=MED; ts_etat=2025-01-14 09:00; ts_etat_local=2025-01-14 10:00; \
                ts_maj=2025-01-14 09:00; ts_extraction=2025-01-14 10:00; n_fermes=3; n_supp_mobilises=2; n_occupes=25; \
                n_reserves=1; n_disponibles=1";
    let rows = [
        row(&format!("{unit}; unite_id=A; n_installes=28")),
        row(&format!("{unit}; unite_id=B; n_installes=2147483647")),
        row(&format!("{unit}; unite_id=C; n_installes=28; n_supp_mobilises=2147483640")),
    ];
    let (_folder, inputs) = inputs("lits", &rows);
    let frame = prepared(&inputs, "lits");
    for (column, expected) in [
        ("n_installes", ["28", "-", "28"]),
        ("n_installes_etat", ["conforme", "non_conforme", "conforme"]),
        ("ouverts", ["25", "-", "25"]),
        ("capacite_exploit", ["27", "-", "-"]),
    ] {
        assert_eq!(text(&frame, column), expected, "{column}");
    }
}

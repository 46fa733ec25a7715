//! The same passages as OSCOUR, as SYRIUS and as delimited text: the same rows, by the same rules.

use std::collections::BTreeMap;

use lake::delivery::Verdict;

use crate::desk::{Outcome, SITE, context, oscour, patient, read_files};

/// What the two hospital forms say of the same people.
const PASSAGES: [&str; 5] = [
    "CP=31000;COMMUNE=TOULOUSE;NAISSANCE=14/06/1947;SEXE=F;ENTREE=01/02/2025 21:40;MODE_ENTREE=8;PROVENANCE=5;TRANSPORT=SMUR;\
     TRANSPORT_PEC=MED;MOTIF=R074;GRAVITE=4;DP=I21.4;DA=I10 E119;ACTE=DEQP003;SORTIE=02/02/2025 00:25;MODE_SORTIE=6;DESTINATION=1;ORIENT=SI",
    "CP=09000;COMMUNE=FOIX;NAISSANCE=30/01/2025;SEXE=M;ENTREE=02/02/2025 10:05;MODE_ENTREE=8;PROVENANCE=8;TRANSPORT=PERS;\
     TRANSPORT_PEC=AUCUN;GRAVITE=2;DP=P928;SORTIE=02/02/2025 12:35;MODE_SORTIE=8",
    "CP=75013;COMMUNE=PARIS;NAISSANCE=02/02/2024;SEXE=I;ENTREE=01/02/2025 08:00;MODE_ENTREE=7;PROVENANCE=1;GRAVITE=D;\
     SORTIE=01/02/2025 09:00;MODE_SORTIE=9",
    "CP=31000;COMMUNE=TOULOUSE;SEXE=F;ENTREE=01/02/2025 08:30;MODE_ENTREE=9;DESTINATION=7;ORIENT=PSA",
    "CP=99140;NAISSANCE=01/02/2000;SEXE=M;ENTREE=jamais",
];

fn values(passage: &str) -> BTreeMap<&str, &str> {
    passage.split(';').filter_map(|pair| pair.split_once('=')).collect()
}

fn as_oscour() -> Outcome {
    let bodies: Vec<String> = PASSAGES.iter().map(|passage| patient(passage)).collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    read_files(&[("x.xml", oscour(&bodies).as_bytes())], &context())
}

/// CODEGEO in place of CP, completed years and days in place of the birth date.
fn as_syrius() -> Outcome {
    let ages = [("77", "0"), ("0", "3"), ("0", "365"), ("0", "0"), ("25", "0")];
    let bodies: Vec<String> = PASSAGES
        .iter()
        .zip(ages)
        .map(|(passage, (age, days))| {
            let known = values(passage);
            let kept: Vec<String> = known
                .iter()
                .filter(|(name, _)| !["CP", "COMMUNE", "NAISSANCE"].contains(name))
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            format!(
                "<CODEGEO>{}</CODEGEO><AGE>{age}</AGE><AGE_JOURS>{days}</AGE_JOURS>{}",
                known["CP"],
                patient(&kept.join(";"))
            )
        })
        .collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let text = oscour(&bodies).replace("OSCOUR>", "SYRIUS>");
    read_files(&[("990000010_020250203032510.rpu.xml", text.as_bytes())], &context())
}

const NAME: &str = "rpu_20250127_20250202_20250203032510.csv";

fn row_a(passage: &str) -> String {
    let known = values(passage);
    let of = |name: &str| known.get(name).copied().unwrap_or_default();
    let lists = (of("DA").replace(' ', ", "), of("ACTE").replace(' ', ", "));
    let cells = [
        SITE,
        of("CP"),
        of("COMMUNE"),
        of("NAISSANCE"),
        of("SEXE"),
        of("ENTREE"),
        of("MODE_ENTREE"),
        of("PROVENANCE"),
        of("TRANSPORT"),
        of("TRANSPORT_PEC"),
        of("MOTIF"),
        of("GRAVITE"),
        of("DP"),
        &lists.0,
        &lists.1,
        of("SORTIE"),
        of("MODE_SORTIE"),
        of("DESTINATION"),
        of("ORIENT"),
    ];
    cells.join(";")
}

const HEADER_A: &str = "finess;cp;commune;naissance;sexe;entree;mode_entree;provenance;transport;transport_pec;motif;gravite;dp;\
liste_da;liste_actes;sortie;mode_sortie;destination;orient";

fn as_form_a(rows: &[String]) -> Outcome {
    let text = format!("{HEADER_A}\r\n{}\r\n", rows.join("\r\n"));
    read_files(&[(NAME, text.as_bytes())], &context())
}

fn form_a() -> Outcome {
    as_form_a(&PASSAGES.map(row_a))
}

/// `AAAA-MM-JJ HH:MM:SS`, `NA` when missing, words for codes.
fn as_form_b() -> Outcome {
    let iso = |text: &str| match text.split_once(' ') {
        _ if text.len() < 10 => text.to_owned(),
        None => format!("{}-{}-{} 00:00:00", &text[6..10], &text[3..5], &text[..2]),
        Some((day, time)) => format!("{}-{}-{} {time}:00", &day[6..10], &day[3..5], &day[..2]),
    };
    let words = |column: &str, code: &str| {
        let word = match (column, code) {
            ("MODE_ENTREE" | "MODE_SORTIE", "6") => "Mutation",
            ("MODE_ENTREE" | "MODE_SORTIE", "7") => "Transfert",
            ("MODE_ENTREE" | "MODE_SORTIE", "8") => "Domicile",
            ("MODE_SORTIE", "9") => "Décès",
            ("PROVENANCE" | "DESTINATION", "1") => "MCO",
            ("PROVENANCE", "5") => "PEA",
            ("PROVENANCE", "8") => "PEO",
            ("DESTINATION", "7") => "HMS",
            (_, other) => other,
        };
        word.to_owned()
    };
    let columns = [
        "CP",
        "COMMUNE",
        "DESTINATION",
        "DP",
        "ENTREE",
        "GRAVITE",
        "MODE_ENTREE",
        "MODE_SORTIE",
        "MOTIF",
        "NAISSANCE",
        "ORIENT",
        "PROVENANCE",
        "SEXE",
        "SORTIE",
        "TRANSPORT",
        "TRANSPORT_PEC",
    ];
    let mut text = format!(
        "\"id\",\"EXTRACT\",\"FINESS\",{}\n",
        columns
            .map(|name| match name {
                "CP" => "\"CODE_POSTAL\"".to_owned(),
                "ORIENT" => "\"ORIENTATION\"".to_owned(),
                other => format!("\"{other}\""),
            })
            .join(",")
    );
    for (rank, passage) in PASSAGES.iter().enumerate() {
        let known = values(passage);
        let cells = columns.map(|name| match (name, known.get(name)) {
            (_, None) => "NA".to_owned(),
            ("ENTREE" | "SORTIE" | "NAISSANCE", Some(value)) => format!("\"{}\"", iso(value)),
            (_, Some(value)) => format!("\"{}\"", words(name, value)),
        });
        text.push_str(&format!(
            "{rank},\"2025-02-03 03:2{}:10\",{SITE},{}\n",
            rank + 1,
            cells.join(",")
        ));
    }
    read_files(&[("regional_20250127_20250202.csv", text.as_bytes())], &context())
}

/// Columns of the table that a form cannot say like OSCOUR, or that say where a row was.
fn differs(column: &str, also: &[&str]) -> bool {
    ["delivery", "ligne"].contains(&column) || also.contains(&column)
}

fn same_rows(found: &Outcome, also: &[&str]) {
    let expected = as_oscour();
    let (counts, others) = (expected.one().counts, found.one().counts);
    assert!(others.reading_balances());
    assert_eq!(
        (others.rows_read, others.accepted, others.rejected, others.out_of_window),
        (counts.rows_read, counts.accepted, counts.rejected, counts.out_of_window),
        "{:?}",
        found.one()
    );
    let schema = lake::table::table("rpu").unwrap().record_schema();
    for field in schema.fields().iter().filter(|field| !differs(field.name(), also)) {
        assert_eq!(found.column(field.name()), expected.column(field.name()), "{}", field.name());
    }
    assert_eq!(found.one().days, expected.one().days);
}

#[test]
fn a_syrius_file_gives_the_rows_of_the_oscour_file() {
    let found = as_syrius();
    let delivery = found.one();
    assert_eq!((delivery.kind.as_str(), delivery.flux.as_str()), ("rpu_syrius", "syrius"));
    assert_eq!(
        found.counts_of("RPU-F16").0,
        0,
        "its order is that of its schema: {delivery:?}"
    );
    assert_eq!(found.counts_of("RPU-F12"), (0, 1, 0));
    assert_eq!(
        (found.counts_of("RPU-F13"), found.counts_of("RPU-F14")),
        ((0, 0, 1), (0, 0, 1))
    );
    assert!(delivery.unknown.is_empty(), "{:?}", delivery.unknown);
    same_rows(
        &found,
        &[
            // Neither the birth date nor the commune are in it.
            "commune_etat",
            "residence_commune",
            "residence_epci",
            "residence_precision",
            "residence_coherente",
            "naissance_convention",
            "naissance_apres_entree",
            "age_mois",
            "cle",
            "lien",
            "empreinte",
        ],
    );
}

#[test]
fn a_syrius_file_does_not_miss_a_commune_that_its_format_has_not() {
    let found = as_syrius();
    assert!(found.column("commune_etat").iter().all(|etat| etat == "hors_format"));
    assert_eq!(found.counts_of("RPU-C03"), (0, 0, 4));
}

#[test]
fn form_a_gives_the_rows_of_the_oscour_file_down_to_its_hashes() {
    let found = form_a();
    assert_eq!(found.one().kind, "rpu_plat_a", "{:?}", found.one());
    assert_eq!(found.one().extract.unwrap().to_string(), "2025-02-03T03:25:10");
    same_rows(&found, &[]);
}

#[test]
fn form_b_gives_the_same_rows_without_its_lists() {
    let found = as_form_b();
    assert_eq!(found.one().kind, "rpu_plat_b", "{:?}", found.one());
    assert_eq!(
        found.one().extract.unwrap().to_string(),
        "2025-02-03T03:25:10",
        "the latest row"
    );
    same_rows(&found, &["da", "n_da", "n_da_redondants", "actes", "n_actes", "empreinte"]);
}

#[test]
fn a_semicolon_in_an_unquoted_cell_rejects_its_row_and_no_other() {
    let mut rows = PASSAGES.map(row_a).to_vec();
    rows[1] = rows[1].replace("FOIX", "FOIX; ARIEGE");
    let found = as_form_a(&rows);
    assert_eq!(found.counts_of("ORU-F02"), (1, 5, 0));
    assert_eq!((found.one().counts.accepted, found.one().counts.rejected), (3, 2));
    let rejected = &found.kept().rejected[0];
    assert_eq!(
        (rejected.rule.as_str(), rejected.champ.as_str(), rejected.ligne),
        ("ORU-F02", "ligne", 3)
    );
}

#[test]
fn a_flat_form_is_refused_without_its_window_or_with_two_sites() {
    let rows = PASSAGES.map(row_a).to_vec();
    let text = format!("{HEADER_A}\r\n{}\r\n", rows.join("\r\n"));
    let outcome = read_files(&[("rpu.csv", text.as_bytes())], &context());
    let reason = outcome.one().reason.clone().unwrap();
    assert!(
        outcome.one().verdict == Verdict::Refusee && reason.contains("--du et --au"),
        "{reason}"
    );
    let mut known = context();
    known.options.du = Some(jiff::civil::date(2025, 1, 27));
    known.options.au = Some(jiff::civil::date(2025, 2, 2));
    let outcome = read_files(&[("rpu.csv", text.as_bytes())], &known);
    let reason = outcome.one().reason.clone().unwrap();
    assert!(reason.contains("--extrait-le"), "{reason}");
    known.options.extrait_le = Some(jiff::civil::datetime(2025, 2, 3, 3, 25, 10, 0));
    assert_eq!(read_files(&[("rpu.csv", text.as_bytes())], &known).one().counts.accepted, 4);
    let two = text.replacen(SITE, "310783048", 2).replacen("310783048", SITE, 1);
    let outcome = read_files(&[(NAME, two.as_bytes())], &context());
    let reason = outcome.one().reason.clone().unwrap();
    assert!(
        reason.contains("ligne 3") && reason.contains("un fichier par site"),
        "{reason}"
    );
}

#[test]
fn an_age_of_nothing_is_missing_and_an_age_of_nonsense_is_not() {
    let body = |age: &str, days: &str| {
        format!(
            "<AGE>{age}</AGE><AGE_JOURS>{days}</AGE_JOURS>{}",
            patient(&format!("DP=I{}", 10 + days.len()))
        )
    };
    for (age, days, naissance, etat, years) in [
        ("0", "0", "manquant", "manquant", "∅"),
        ("", "", "manquant", "manquant", "∅"),
        ("0", "12", "conforme", "conforme", "0"),
        ("0", "400", "non_conforme", "non_conforme", "∅"),
        ("44", "0", "conforme", "conforme", "44"),
        ("121", "0", "conforme", "non_conforme", "∅"),
        ("-1", "0", "non_conforme", "non_conforme", "∅"),
        ("99999999999999999999", "0", "non_conforme", "non_conforme", "∅"),
    ] {
        let text = oscour(&[&body(age, days)]).replace("OSCOUR>", "SYRIUS>");
        let outcome = read_files(&[("x.xml", text.as_bytes())], &context());
        let found = (
            outcome.column("naissance_etat"),
            outcome.column("age_etat"),
            outcome.column("age"),
        );
        assert_eq!(
            found,
            (vec![naissance.into()], vec![etat.into()], vec![years.into()]),
            "{age} {days}"
        );
    }
}

#[test]
fn an_age_in_an_oscour_file_is_an_unknown_element() {
    let text = oscour(&[&format!("<AGE>44</AGE>{}", patient("SEXE=F"))]);
    let outcome = read_files(&[("x.xml", text.as_bytes())], &context());
    assert_eq!(outcome.column("age"), ["∅"]);
    assert_eq!(outcome.one().unknown["AGE"], 1);
}

//! The calendar of the entry: PDSA lines of mmg.md §2.6, bands of the day (rpu-indicators.md §3), clock changes.

use super::*;
use crate::context::{ExceptionPdsa, NatureException};

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

//! The window of a message: its bounds, those that entries give, what lies outside it.

use lake::delivery::Verdict;

use crate::desk::{SITE, oscour, oscour_of, patient, read_oscour, read_patients};
use crate::file_rules::header;

#[test]
fn without_bounds_the_window_is_that_of_the_entries() {
    let text = header("27/01/2025", "");
    let outcome = read_oscour(&text);
    assert_eq!(outcome.one().date_from, Some("2025-02-01".parse().unwrap()));
    assert_eq!(outcome.one().date_to, Some("2025-02-01".parse().unwrap()));
    assert_eq!(outcome.counts_of("RPU-F08"), (0, 0, 1));
}

#[test]
fn an_entry_of_last_year_does_not_make_a_nightly_file_cover_a_year() {
    let header = format!("<FINESS>{SITE}</FINESS><ORDRE>0</ORDRE><EXTRACT>03/02/2025 03:25:10</EXTRACT>");
    let bodies = ["01/02/2025 10:00", "01/02/2024 10:00", "01/02/2005 10:00"].map(|entree| patient(&format!("ENTREE={entree}")));
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let outcome = read_oscour(&oscour_of(&header, &bodies));
    assert_eq!(outcome.one().date_from, Some("2025-02-01".parse().unwrap()));
    assert_eq!(outcome.one().date_to, Some("2025-02-01".parse().unwrap()));
    assert_eq!(outcome.counts_of("RPU-F08"), (2, 2, 1));
    assert_eq!(outcome.one().counts.out_of_window, 2);
}

#[test]
fn entries_out_of_the_window_are_kept_apart() {
    let outcome = read_patients(&[
        "ENTREE=27/01/2025 00:00",
        "ENTREE=02/02/2025 23:59",
        "ENTREE=26/01/2025 23:59",
        "ENTREE=03/02/2025 00:00",
    ]);
    assert_eq!(outcome.counts_of("RPU-F08"), (2, 4, 0));
    assert_eq!(outcome.finding("RPU-F08").first_line, Some(7));
    assert_eq!(outcome.column("hors_fenetre"), ["false", "false", "true", "true"]);
    let counts = outcome.one().counts;
    assert_eq!((counts.accepted, counts.out_of_window), (2, 2));
    assert_eq!(outcome.one().days.len(), 2);
}

#[test]
fn an_empty_send_is_flagged() {
    for text in [oscour(&[]), oscour(&[]).replace("<PASSAGES>\n</PASSAGES>", "<PASSAGES/>")] {
        let outcome = read_oscour(&text);
        assert_eq!(outcome.counts_of("RPU-F09"), (1, 1, 0));
        assert_eq!(outcome.one().verdict, Verdict::ConformeAvecReserves);
    }
    assert_eq!(read_patients(&["SEXE=F"]).counts_of("RPU-F09"), (0, 1, 0));
}

//! Passages that what cannot be written alone tells apart: all of them are forwarded, and the counts announced are true.

use ingest::export::{Forwarded, forward};
use lake::delivery::Counts;

use crate::desk::{SITE, context, read_files, read_received, received};

/// What a flat form A of these rows is forwarded as: what was counted when it was received, what is announced, and what the message
/// reads back as.
fn forwarded(header: &str, rows: &[&str]) -> (Counts, Forwarded, Counts) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rpu_20250127_20250202_20250203032510.csv");
    std::fs::write(&path, format!("{header}\r\n{}\r\n", rows.join("\r\n"))).unwrap();
    let context = context();
    let outcome = read_received(&[received(path.clone())], &context, &|_| false);
    let mut message = Vec::new();
    let told = forward(&path, outcome.one(), &context, &mut message).unwrap();
    let back = read_files(&[("O990000010_0_20250203032510.xml", &message)], &context);
    (outcome.one().counts, told, back.one().counts)
}

const HEADER: &str = "finess;cp;commune;naissance;sexe;entree;mode_entree;provenance;transport;transport_pec;motif;gravite;dp;\
liste_da;liste_actes;sortie;mode_sortie;destination;orient";

/// A control character alone in a cell was written as a space, which reads as nothing.
#[test]
fn two_passages_that_an_unreadable_text_alone_tells_apart_are_both_forwarded() {
    let row = |motif: &str, acte: &str| {
        format!(
            "{SITE};31000;TOULOUSE;14/06/1947;F;01/02/2025 21:40;8;5;SMUR;MED;{motif};4;I214;I10;{acte};02/02/2025 00:25;6;1;SI"
        )
    };
    let rows = [
        row("", "DEQP003"),
        row("\u{1}", "DEQP003"),
        row("\u{b}", "DEQP003"),
        row("\u{FFFE}", "DEQP003"),
        row("\u{FFFF}", "DEQP003"),
        row("", "DEQP003, \u{7f}"),
    ];
    let (received, told, back) = forwarded(HEADER, &rows.each_ref().map(String::as_str));
    assert_eq!((received.rows_read, received.accepted, received.duplicates), (6, 5, 1));
    assert_eq!((told.passages, told.merged), (6, 0));
    assert_eq!(back, received);
}

/// Columns that the national format does not have do not leave: their passages do, and those that become copies are counted.
#[test]
fn passages_that_only_columns_out_of_the_format_tell_apart_are_announced() {
    let row = |entree: &str, gemsa: &str| {
        format!("{SITE};31000;TOULOUSE;14/06/1947;F;{entree};8;5;SMUR;MED;R074;4;I214;I10;;02/02/2025 00:25;6;1;SI;{gemsa}")
    };
    let (at, never) = ("01/02/2025 21:40", "jamais");
    let rows = [row(at, "4"), row(at, ""), row(at, "5"), row(never, "4"), row(never, "")];
    let (received, told, back) = forwarded(&format!("{HEADER};gemsa"), &rows.each_ref().map(String::as_str));
    assert_eq!((received.accepted, received.duplicates, received.rejected), (2, 1, 2));
    assert_eq!((told.passages, told.unknown, told.merged), (5, 3, 1));
    assert_eq!(
        (back.rows_read, back.accepted + told.merged),
        (told.passages, received.accepted)
    );
}

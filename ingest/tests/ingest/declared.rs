//! Declared attendances: a kind without code.

use lake::delivery::Verdict;

use crate::desk::{Outcome, context, read_files, structure};

const GOOD: &str = "finess_geo;mois;passages;source\n090000175;2025-01;3210;SAE\n90000175;2025-02;2999;SAE\n";

fn read(name: &str, text: &str) -> Outcome {
    let mut context = context();
    context.structures = vec![structure("090000175", 0)];
    read_files(&[(name, text.as_bytes())], &context)
}

#[test]
fn rows_and_delivery() {
    let outcome = read("declares_20250405.csv", GOOD);
    let delivery = outcome.one();
    assert_eq!(
        (delivery.kind.as_str(), delivery.flux.as_str(), delivery.table.as_str()),
        ("rpu_declares", "declares", "rpu_declares")
    );
    assert_eq!(delivery.verdict, Verdict::Conforme, "{:?}", delivery.reason);
    assert_eq!(delivery.extract.unwrap().to_string(), "2025-04-05T00:00:00");
    assert_eq!(delivery.finess.as_deref(), Some("090000175"));
    assert!(delivery.days.is_empty());
    assert_eq!(outcome.column("finess_geo"), ["090000175", "090000175"]);
    assert_eq!(outcome.column("mois"), ["2025-01-01", "2025-02-01"]);
    assert_eq!(outcome.column("passages"), ["3210", "2999"]);
    assert_eq!(outcome.column("passages_etat"), ["conforme", "conforme"]);
    assert_eq!(outcome.column("ligne"), ["2", "3"]);
}

#[test]
fn the_form_of_the_text_changes_nothing() {
    let plain = read("declares_20250405.csv", GOOD);
    for (form, text) in [
        ("commas", GOOD.replace(';', ",")),
        ("CRLF", GOOD.replace('\n', "\r\n")),
        ("BOM", format!("\u{FEFF}{GOOD}")),
        ("quotes", GOOD.replace("SAE", "\"SAE\"")),
        ("capitals", GOOD.replace("finess_geo;mois", "FINESS_GEO;Mois")),
        (
            "other order",
            "source;passages;mois;finess_geo\nSAE;3210;2025-01;090000175\nSAE;2999;2025-02;090000175\n".to_owned(),
        ),
        ("blank lines", GOOD.replace("SAE\n", "SAE\n\n;;;\n")),
    ] {
        let other = read("declares_20250405.csv", &text);
        assert_eq!(
            other.column("empreinte"),
            plain.column("empreinte"),
            "{form}: {:?}",
            other.one()
        );
    }
}

#[test]
fn without_a_date_of_production_it_is_refused() {
    let outcome = read("declares.csv", GOOD);
    assert_eq!(outcome.one().verdict, Verdict::Refusee);
    assert!(outcome.one().reason.as_ref().unwrap().contains("--extrait-le"));
    let mut context = context();
    context.options.extrait_le = Some("2025-04-06T10:00:00".parse().unwrap());
    let outcome = read_files(&[("declares.csv", GOOD.as_bytes())], &context);
    assert_eq!(outcome.one().extract.unwrap().to_string(), "2025-04-06T10:00:00");
}

#[test]
fn checks_that_follow_from_the_declaration() {
    for (rule, row, violated, rejected) in [
        ("ORU-D01", "090000175;;1;SAE", 1, 1),
        ("ORU-D01", "090000175;2025-13;1;SAE", 1, 1),
        ("ORU-D01", "090000175;2025-01;1;", 1, 1),
        ("ORU-D01", "090000175;2025-01;1", 1, 1),
        ("ORU-D01", "090000175;2025-01;1;SAE", 0, 0),
        ("ORU-D02", "090000175;2025-01;-1;SAE", 1, 1),
        ("ORU-D02", "090000175;2025-01;1,5;SAE", 1, 1),
        ("ORU-D02", "090000175;2025-01;0;SAE", 0, 0),
        ("ORU-D04", "CHU;2025-01;1;SAE", 1, 1),
        ("ORU-D04", "090000175;2025-01;1;SAE", 0, 0),
        ("ORU-D05", "310783048;2025-01;1;SAE", 1, 0),
        ("ORU-D05", "090000175;2025-01;1;SAE", 0, 0),
    ] {
        let outcome = read("declares_20250405.csv", &format!("finess_geo;mois;passages;source\n{row}\n"));
        assert_eq!(outcome.finding(rule).violated, violated, "{rule} {row}");
        assert_eq!(outcome.one().counts.rejected, rejected, "{rule} {row}");
        assert!(outcome.one().counts.reading_balances());
    }
}

#[test]
fn copies_variants_and_unknown_columns() {
    let text =
        "finess_geo;mois;passages;source;note\n090000175;2025-01;1;SAE;x\n090000175;2025-01;1;SAE;y\n090000175;2025-01;2;SAE;\n";
    let outcome = read("declares_20250405.csv", text);
    let counts = outcome.one().counts;
    assert_eq!((counts.rows_read, counts.accepted, counts.duplicates), (3, 2, 1));
    assert_eq!(outcome.counts_of("ORU-D06"), (1, 2, 0));
    assert_eq!(outcome.one().unknown.get("note"), Some(&1));
}

#[test]
fn lines_that_end_in_cr_and_lf_are_counted_as_their_sender_counts_them() {
    for end in ["\n", "\r\n"] {
        let text = [
            "finess_geo;mois;passages;source",
            "310783048;2025-01;1;SAE",
            "310783048;2025-01;x;\"SAE\"",
            "",
        ]
        .join(end);
        let outcome = read("declares_20250405.csv", &text);
        assert_eq!(outcome.finding("ORU-D02").first_line, Some(3), "{end:?}");
        assert_eq!(outcome.column("source"), ["SAE"], "{end:?}");
    }
}

#[test]
fn a_column_given_twice_is_ambiguous() {
    let outcome = read("declares_20250405.csv", "finess_geo;mois;passages;source;mois\n");
    assert_eq!(outcome.one().verdict, Verdict::Refusee);
}

#[test]
fn an_ambiguous_content_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let twin = folder.path().join("jumeau.toml");
    let text = include_str!("../../kinds/rpu_declares.toml").replace("nom = \"rpu_declares\"", "nom = \"jumeau\"");
    std::fs::write(&twin, text).unwrap();
    let mut context = context();
    context.kinds = ingest::Kinds::load(&[twin]).unwrap();
    let outcome = read_files(&[("declares_20250405.csv", GOOD.as_bytes())], &context);
    assert_eq!(outcome.one().verdict, Verdict::Refusee);
    assert!(outcome.one().reason.as_ref().unwrap().contains("plusieurs formats"));
}

#[test]
fn a_month_out_of_this_century_is_rejected() {
    let text = GOOD.replace("2025-02", "1025-02");
    let outcome = read("declares_20250405.csv", &text);
    let counts = outcome.one().counts;
    assert_eq!((counts.rows_read, counts.accepted, counts.rejected), (2, 1, 1));
    assert_eq!(outcome.counts_of("ORU-D01").0, 1);
}

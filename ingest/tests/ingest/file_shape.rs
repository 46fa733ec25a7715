//! Messages as senders really write them: encodings, order of elements, elements of their own, copies.

use crate::desk::{context, oscour, patient, read_files, read_oscour, read_patients};

#[test]
fn bytes_of_another_encoding_are_read_and_counted() {
    let text = oscour(&[&patient("CP=34500;COMMUNE=BÉZIERS"), &patient("SEXE=M")]);
    let latin: Vec<u8> = text.chars().map(|character| character as u8).collect();
    let outcome = read_files(&[("x.xml", &latin)], &context());
    assert_eq!(
        (outcome.one().encoding.as_str(), outcome.one().replacements),
        ("UTF-8 (windows-1252)", 1)
    );
    assert_eq!(outcome.counts_of("RPU-F15"), (1, 1, 0));
    assert!(
        outcome
            .finding("RPU-F15")
            .message
            .as_ref()
            .unwrap()
            .starts_with("1 caractère")
    );
    assert_eq!(outcome.column("commune_etat"), ["conforme", "manquant"]);
    let declared = text.replace("UTF-8", "ISO-8859-1");
    let latin: Vec<u8> = declared.chars().map(|character| character as u8).collect();
    let outcome = read_files(&[("x.xml", &latin)], &context());
    assert_eq!(
        (outcome.one().encoding.as_str(), outcome.one().replacements),
        ("windows-1252", 0)
    );
    assert_eq!(outcome.counts_of("RPU-F15"), (0, 1, 0));
    assert_eq!(outcome.column("residence_precision"), ["commune", "inconnue"]);
}

#[test]
fn utf16_with_a_mark_is_read() {
    let text = oscour(&[&patient("CP=34500;COMMUNE=BÉZIERS")]);
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let outcome = read_files(&[("x.xml", &bytes)], &context());
    assert_eq!(outcome.one().encoding, "UTF-16LE", "{:?}", outcome.one().reason);
    assert_eq!(outcome.column("commune_etat"), ["conforme"]);
}

#[test]
fn order_of_elements_and_containers() {
    let plain = "<SEXE>F</SEXE><ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/><LISTE_ACTES/>";
    let bodies = [
        plain,
        "<ENTREE>01/02/2025 21:40</ENTREE><SEXE>F</SEXE><LISTE_DA/><LISTE_ACTES/>",
        "<CP>1</CP><SEXE>F</SEXE><ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/>",
        "<CP>2</CP><SEXE>F</SEXE><SEXE>M</SEXE><ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/><LISTE_ACTES/>",
        "<CP>3</CP><SEXE a=\"1\">F</SEXE><SEXE>M</SEXE><ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/><LISTE_ACTES/>",
    ];
    let outcome = read_oscour(&oscour(&bodies));
    // The second is a copy of the first: order is not content.
    assert_eq!(outcome.counts_of("RPU-F19a"), (1, 5, 0));
    assert_eq!(outcome.counts_of("RPU-F16"), (3, 4, 0));
    assert_eq!(
        outcome.column("sexe"),
        ["F", "F", "F", "F"],
        "the first of repeated elements is kept"
    );
}

#[test]
fn unknown_elements_are_counted_and_not_kept() {
    let outcome = read_oscour(&oscour(&[
        "<ENTREE>01/02/2025 21:40</ENTREE><GEMSA>4</GEMSA><TRI><NIVEAU>3</NIVEAU></TRI><LISTE_DA/><LISTE_ACTES/>",
        "<ENTREE>01/02/2025 21:41</ENTREE><LISTE_DA/><LISTE_ACTES/>",
    ]));
    assert_eq!(outcome.counts_of("RPU-F17"), (1, 2, 0));
    assert_eq!(outcome.column("n_elements_inconnus"), ["2", "0"]);
    let unknown: Vec<_> = outcome
        .one()
        .unknown
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(unknown, [("GEMSA", 1), ("TRI", 1)]);
}

#[test]
fn copies_and_variants() {
    let outcome = read_patients(&[
        "SEXE=F;DP=I10",
        "SEXE=F;DP=I10",
        "SEXE=F;DP=I11",
        "SEXE=F;DP=I11",
        "SEXE=M;DP=I10",
    ]);
    assert_eq!(outcome.counts_of("RPU-F19a"), (2, 5, 0));
    assert_eq!(outcome.counts_of("RPU-F19b"), (1, 3, 0));
    let counts = outcome.one().counts;
    assert_eq!((counts.rows_read, counts.accepted, counts.duplicates), (5, 3, 2));
    assert_eq!(outcome.column("rang"), ["1", "3", "5"]);
}

#[test]
fn two_items_that_do_not_conform_make_two_records() {
    for (one, other) in [("DA=TENSION", "DA=DIABETE"), ("ACTE=RADIO", "ACTE=PLATRE")] {
        let outcome = read_patients(&[one, other, one]);
        assert_eq!(outcome.counts_of("RPU-F19a"), (1, 3, 0), "{one}");
        assert_eq!(outcome.counts_of("RPU-F19b"), (1, 2, 0), "{one}");
    }
}

#[test]
fn what_the_format_does_not_hold_makes_no_second_record() {
    let outcome = read_patients(&[
        "CP=31000;COMMUNE=TOULOUSE;ENTREE=01/02/2025 21:40;ACTE=DEQP003+1",
        "CP=31000;COMMUNE=Toulouse;ENTREE=01/02/2025 21:40:30;ACTE=DEQP003+2",
    ]);
    assert_eq!(outcome.counts_of("RPU-F19a"), (1, 2, 0));
}

#[test]
fn a_no_break_space_is_blank() {
    let outcome = read_patients(&["SEXE=\u{A0}F \u{A0};COMMUNE=\u{A0}"]);
    assert_eq!(outcome.column("sexe"), ["F"]);
    assert_eq!(outcome.column("commune_etat"), ["manquant"]);
}

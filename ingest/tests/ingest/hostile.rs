//! What a sender may drop, by mistake or not: never a panic, a hang, a value said aloud, or a neighbour lost.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use lake::delivery::{Delivery, Verdict};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::desk::{Outcome, context, oscour, oscour_of, patient, read_files};

/// What no message may repeat.
const CANARY: &str = "CANARI";

const DECLARED: &str = "finess_geo;mois;passages;source\n";

/// Reads files between two honest neighbours, which must be read and counted whatever happens; returns what became of the others.
fn among_neighbours(files: &[(&str, Vec<u8>)]) -> Vec<Delivery> {
    let good = oscour(&[&patient("CP=31000;SEXE=F"), &patient("CP=09000;SEXE=M")]);
    let declared = format!("{DECLARED}310783048;2025-01;12;SAE\n");
    let mut all: Vec<(&str, &[u8])> = vec![("a_voisin.xml", good.as_bytes()), ("z_20250405.csv", declared.as_bytes())];
    all.extend(files.iter().map(|(name, content)| (*name, content.as_slice())));
    let outcome = read_files(&all, &context());
    let neighbour = |name: &str| outcome.deliveries.iter().find(|delivery| delivery.file == name).unwrap();
    assert_eq!(neighbour("a_voisin.xml").counts.accepted, 2);
    assert_eq!(neighbour("z_20250405.csv").counts.accepted, 1);
    silent(&outcome);
    let is_neighbour = |delivery: &Delivery| ["a_voisin.xml", "z_20250405.csv"].contains(&delivery.file.as_str());
    outcome
        .deliveries
        .into_iter()
        .filter(|delivery| !is_neighbour(delivery))
        .collect()
}

/// Every record is counted once, and nothing that is said repeats a value.
fn silent(outcome: &Outcome) {
    for delivery in &outcome.deliveries {
        assert!(delivery.counts.reading_balances(), "{delivery:?}");
        let said = format!("{:?} {:?}", delivery.reason, delivery.findings);
        assert!(!said.contains(CANARY), "{}: {said}", delivery.file);
    }
}

fn refused_for(name: &str, content: Vec<u8>, words: &str) {
    let found = among_neighbours(&[(name, content)]);
    let reasons: Vec<&str> = found.iter().filter_map(|delivery| delivery.reason.as_deref()).collect();
    assert!(
        found.iter().all(|delivery| delivery.verdict == Verdict::Refusee) && !found.is_empty(),
        "{name}: {found:?}"
    );
    assert!(reasons.iter().any(|reason| reason.contains(words)), "{name}: {reasons:?}");
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zip(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_is_no_message_is_refused() {
    let doctype = |declared: &str| {
        oscour(&[&patient("COMMUNE=&a;")]).replace("<OSCOUR>", &format!("<!DOCTYPE OSCOUR [{declared}]>\n<OSCOUR>"))
    };
    let laughs = doctype("<!ENTITY z \"CANARI\"><!ENTITY a \"&z;&z;&z;&z;&z;&z;&z;&z;&z;&z;\">");
    for (name, content, words) in [
        ("texte.xml", CANARY.to_owned(), "non reconnu"),
        ("racine.xml", format!("<html>{CANARY}</html>"), "racine html inconnue"),
        ("page.xml", format!("<!-- {CANARY} -->"), "racine"),
        ("rires.xml", laughs, "entités"),
        ("externe.xml", doctype("<!ENTITY a SYSTEM \"file:///etc/passwd\">"), "entités"),
        (
            "distant.xml",
            doctype("<!ENTITY % a SYSTEM \"http://x/y.dtd\"> %a;"),
            "entités",
        ),
        ("vide.xml", String::new(), "vide"),
        ("blanc.xml", " \n\t".to_owned(), "vide"),
    ] {
        refused_for(name, content.into_bytes(), words);
    }
}

#[test]
fn ten_megabytes_in_one_field_are_refused() {
    refused_for(
        "long.xml",
        oscour(&[&patient(&format!("COMMUNE={}", "A".repeat(10 << 20)))]).into_bytes(),
        "longueur permise",
    );
    refused_for(
        "nom.xml",
        format!("<OSCOUR><{}/></OSCOUR>", "A".repeat(10 << 20)).into_bytes(),
        "longueur permise",
    );
    refused_for(
        "attribut.xml",
        format!("<OSCOUR a=\"{}\"/>", "A".repeat(10 << 20)).into_bytes(),
        "",
    );
    refused_for(
        "cellule_20250405.csv",
        format!("{DECLARED}310783048;2025-01;1;{}\n", "A".repeat(10 << 20)).into_bytes(),
        "longueur permise",
    );
}

#[test]
fn two_hundred_thousand_nested_elements_are_refused() {
    let deep = format!("{}{CANARY}{}", "<A>".repeat(200_000), "</A>".repeat(200_000));
    for (name, text) in [
        ("passage.xml", oscour(&[&deep])),
        ("entete.xml", oscour_of(&deep, &[&patient("SEXE=F")])),
        ("racine.xml", format!("<OSCOUR>{deep}</OSCOUR>")),
        ("jamais_fermes.xml", format!("<OSCOUR>{}", "<A>".repeat(200_000))),
    ] {
        refused_for(name, text.into_bytes(), "profondément");
    }
}

#[test]
fn archives_that_are_traps_are_refused() {
    let message = oscour(&[&patient("SEXE=F")]).into_bytes();
    let one = |name: &str, content: &[u8]| zip(&[(name.to_owned(), content.to_vec())]);
    let many: Vec<(String, Vec<u8>)> = (0..100_000).map(|rank| (format!("{rank}"), Vec::new())).collect();
    let mut encrypted = one("x.xml", &message);
    let central = encrypted.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    encrypted[central + 8] |= 1;
    encrypted[6] |= 1;
    for (name, content, words) in [
        ("bombe.zip", one("x.xml", &vec![b' '; 64 << 20]), "taux de compression"),
        ("bombe.gz", gz(&vec![b' '; 64 << 20]), "taux de compression"),
        (
            "poupees.zip",
            one("y.zip", &one("x.xml", &message)),
            "archive dans une archive",
        ),
        ("sortie.zip", one("../../etc/x.xml", &message), "sort de l'archive"),
        ("sortie_windows.zip", one("..\\x.xml", &message), "sort de l'archive"),
        ("foule.zip", zip(&many), "100000 entrées"),
        ("chiffree.zip", encrypted, "chiffrée"),
    ] {
        refused_for(name, content, words);
    }
}

#[test]
fn a_compressed_file_cut_anywhere_is_refused_and_keeps_nothing() {
    let message = oscour(&[&patient("SEXE=F"), &patient("SEXE=M")]).into_bytes();
    for (kind, whole) in [("gz", gz(&message)), ("zip", zip(&[("x.xml".to_owned(), message.clone())]))] {
        let names: Vec<String> = (1..whole.len()).map(|cut| format!("coupe_{cut:04}.{kind}")).collect();
        let files: Vec<(&str, Vec<u8>)> = names
            .iter()
            .zip(1..)
            .map(|(name, cut)| (name.as_str(), whole[..cut].to_vec()))
            .collect();
        for delivery in among_neighbours(&files) {
            assert_eq!(
                (delivery.verdict, delivery.counts.rows_read),
                (Verdict::Refusee, 0),
                "{delivery:?}"
            );
        }
    }
}

#[test]
fn days_that_no_passage_can_have_are_rejected_one_by_one() {
    let impossible = [
        "01/01/0001 10:00",
        "31/12/9999 10:00",
        "31/02/2025 10:00",
        "01/02/2025 25:61",
        "00/00/0000 00:00",
        "CANARI",
    ];
    let mut bodies: Vec<String> = impossible.iter().map(|day| patient(&format!("ENTREE={day}"))).collect();
    bodies.push(patient("SEXE=F;NAISSANCE=01/01/0001;SORTIE=31/12/9999 23:59"));
    bodies.push(patient("SEXE=M;NAISSANCE=31/12/9999;SORTIE=31/02/2025 25:61"));
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let found = among_neighbours(&[("dates.xml", oscour(&bodies).into_bytes())]);
    assert_eq!((found[0].counts.rejected, found[0].counts.accepted), (6, 2), "{found:?}");
}

#[test]
fn a_header_of_another_age_is_refused_or_flagged() {
    let header = |extract: &str, from: &str, to: &str| {
        format!(
            "<FINESS>990000010</FINESS><ORDRE>0</ORDRE><EXTRACT>{extract}</EXTRACT><DATEDEBUT>{from}</DATEDEBUT><DATEFIN>{to}</DATEFIN>"
        )
    };
    for (extract, from, to) in [
        ("01/01/0001 00:00:00", "01/01/0001", "01/01/0001"),
        ("31/12/9999 23:59:59", "01/01/2025", "31/12/9999"),
        ("31/02/2025 25:61:61", "27/01/2025", "02/02/2025"),
        ("03/02/2025 03:25:10", "31/02/2025", "CANARI"),
        ("03/02/2025 03:25:10", "01/01/0001", "31/12/9999"),
        ("CANARI", "CANARI", "CANARI"),
    ] {
        let text = oscour_of(&header(extract, from, to), &[&patient("SEXE=F")]);
        among_neighbours(&[("entete.xml", text.into_bytes())]);
    }
}

#[test]
fn faults_of_delimited_text() {
    let rows = |text: &str| among_neighbours(&[("x_20250405.csv", format!("{DECLARED}{text}").into_bytes())]).remove(0);
    for (what, text, accepted, rejected) in [
        ("one column too few", "310783048;2025-01;12\n310783048;2025-02;13;SAE\n", 1, 1),
        (
            "one column too many",
            "310783048;2025-01;12;CANARI;SAE\n310783048;2025-02;13;SAE\n",
            1,
            1,
        ),
        (
            "the header again",
            "310783048;2025-01;12;SAE\nfiness_geo;mois;passages;source\n310783048;2025-02;13;SAE\n",
            2,
            1,
        ),
        (
            "a separator in an unquoted cell",
            "310783048;2025-01;12;SAE; CANARI\n310783048;2025-02;13;SAE\n",
            1,
            1,
        ),
        (
            "NUL bytes",
            "310783048;2025-01;\u{0}12;SAE\n310783048;2025-02;13;S\u{0}AE\n",
            1,
            1,
        ),
        (
            "months of no year",
            "310783048;0001-01;1;SAE\n310783048;9999-12;1;SAE\n310783048;2025-13;1;SAE\n310783048;2025-02;1;SAE\n",
            1,
            3,
        ),
        ("the end of file of DOS", "310783048;2025-01;12;SAE\n\u{1A}\n", 1, 0),
        (
            "a quote in the middle of a cell",
            "310783048;2025-01;12;S\"AE\n310783048;2025-02;13;SAE\n",
            2,
            0,
        ),
    ] {
        let found = rows(text);
        assert_eq!(
            (found.counts.accepted, found.counts.rejected),
            (accepted, rejected),
            "{what}: {found:?}"
        );
    }
}

#[test]
fn a_quote_that_is_never_closed_refuses_the_file_instead_of_losing_its_rows() {
    for (line, text) in [
        (
            3,
            "310783048;2025-01;12;SAE\n310783048;2025-02;13;\"SAE\n310783048;2025-03;14;SAE\n",
        ),
        (2, "\"310783048;2025-01;12;CANARI\n310783048;2025-02;13;SAE\n"),
        (2, "310783048;2025-01;12;\"SAE"),
    ] {
        let content = format!("{DECLARED}{text}").into_bytes();
        let found = among_neighbours(&[("x_20250405.csv", content)]).remove(0);
        let reason = found.reason.unwrap();
        assert!(
            found.verdict == Verdict::Refusee && reason.starts_with(&format!("ligne {line} : un guillemet")),
            "{reason}"
        );
    }
}

#[test]
fn delimited_text_in_utf16_is_read_with_its_mark_and_refused_without() {
    let text = format!("{DECLARED}310783048;2025-01;12;SAÉ\n");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = |mark: &[u8], body: &[u8]| [mark, body].concat();
    for content in [marked(b"\xFF\xFE", &little), marked(b"\xFE\xFF", &big)] {
        let found = among_neighbours(&[("x_20250405.csv", content)]).remove(0);
        assert_eq!(found.counts.accepted, 1, "{found:?}");
    }
    for content in [little.clone(), big, marked(b"\xFF\xFE", &little[..little.len() - 1])] {
        among_neighbours(&[("x_20250405.csv", content)]);
    }
    refused_for("sans_marque_20250405.csv", little, "non reconnu");
}

#[test]
fn of_utf16_only_what_cannot_be_read_is_counted_as_replaced() {
    let text = format!("{DECLARED}310783048;2025-01;12;\u{FFFD}\u{FFFD}X\n");
    let mut content = vec![0xFF, 0xFE];
    content.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let at = content.len() - 4;
    content[at..at + 2].copy_from_slice(b"\x00\xD8");
    let found = among_neighbours(&[("x_20250405.csv", content)]).remove(0);
    assert_eq!((found.counts.accepted, found.replacements), (1, 1), "{found:?}");
}

#[test]
fn bytes_of_no_encoding_are_read_and_counted() {
    let mut content = oscour(&[&patient("CP=31000;COMMUNE=TOULOUSE"), &patient("SEXE=M")]).into_bytes();
    let at = content.windows(8).position(|bytes| bytes == b"TOULOUSE").unwrap();
    content[at..at + 4].copy_from_slice(b"\xFF\xFE\xC3\x28");
    let found = among_neighbours(&[("octets.xml", content)]).remove(0);
    assert_eq!(found.counts.accepted, 2, "{found:?}");
    assert!(found.replacements > 0);
}

#[test]
fn a_cell_far_below_a_wide_header_is_refused_before_the_lines_between_fill_the_memory() {
    let wide = (0..1_000).map(|_| "<c t=\"str\"><v>a</v></c>").collect::<String>();
    let rows = format!("<row r=\"1\">{wide}</row><row r=\"490000\"><c r=\"A490000\"><v>1</v></c></row>");
    refused_for("x_20250405.xlsx", crate::workbooks::workbook(&rows), "64 Mo de texte au plus");
}

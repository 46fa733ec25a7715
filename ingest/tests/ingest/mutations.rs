//! Contents damaged at random, from a fixed seed: the fuzz targets of `fuzz/`, with a budget that a test can pay. The same
//! harness; what a longer search finds becomes a test of `hostile`.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::desk::{oscour, patient};

#[path = "../../../fuzz/harness.rs"]
mod harness;

/// Damaged contents made of each seed.
const ROUNDS: usize = 150;

/// What attacks each grammar, inserted anywhere.
const TOKENS: [&[u8]; 24] = [
    b"\"",
    b"'",
    b"<",
    b">",
    b"</",
    b"&",
    b"&a;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"<?",
    b"<!DOCTYPE a [",
    b";",
    b",",
    b"|",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\0",
    b"\xFF\xFE",
    b"\r\n",
    b"\\u0000",
    b"99999999999999999999999999999999",
];

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// One content for each reader.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let message = oscour(&[
        &patient("CP=31000;COMMUNE=TOULOUSE;NAISSANCE=14/06/1947;SEXE=F;DP=I214;DA=I10 E119;ACTE=DEQP003"),
        &format!("<!-- --><GEMSA>4</GEMSA>{}", patient("SEXE=M")),
    ]);
    let rpis = include_str!("../files/samu_hub/RS-RPIS_ArretCardiaque_CISUV2.01.json");
    let form_a = "finess;cp;commune;naissance;sexe;entree;mode_entree;provenance;transport;transport_pec;motif;gravite;dp;liste_da;\
liste_actes;sortie;mode_sortie;destination;orient\r\n310783048;31000;TOULOUSE;14/06/1947;F;01/02/2025 10:00;8;5;PERSO;AUCUN;R074;2;\
I10;E119, I10;DEQP003;01/02/2025 12:00;8;;\r\n";
    let form_b = "\"id\",\"CODE_POSTAL\",\"COMMUNE\",\"ENTREE\",\"EXTRACT\",\"FINESS\",\"NAISSANCE\",\"ORIENTATION\",\"SEXE\"\n\
1,\"31000\",\"TOULOUSE\",\"2025-02-01 10:00:00\",\"2025-02-03 03:25:10\",310783048,\"1947-06-14 00:00:00\",NA,\"F\"\n";
    let declared = "finess_geo;mois;passages;source\n310783048;2025-01;12;\"SA\"\"E\"\n310783048;2025-02;13;SAE\n";
    vec![
        ("b_oscour.xml", message.clone().into_bytes()),
        (
            "b_syrius.xml",
            message.replace("OSCOUR>", "SYRIUS>").replace("CP>", "CODEGEO>").into_bytes(),
        ),
        ("b_forme_a.csv", form_a.into()),
        ("b_forme_b.csv", form_b.into()),
        ("b_declares_20250405.csv", declared.into()),
        ("b_rpis.json", rpis.into()),
        (
            "b_rdv.json",
            include_str!("../files/samu_hub/RS-SAS-RDV_appointment_PS.01.json").into(),
        ),
        ("b_lignes.ndjson", format!("{0}\n{0}", rpis.replace('\n', " ")).into_bytes()),
        ("b_message.xml.gz", gz(message.as_bytes())),
        (
            "b_lot.zip",
            zip(&[("a.xml", message.as_bytes()), ("d_20250405.csv", declared.as_bytes())]),
        ),
        ("b_classeur.xlsx", crate::workbooks::closures()),
    ]
}

/// A few damages, one after another.
fn damaged(seed: &[u8], random: &mut TestRng) -> Vec<u8> {
    let mut content = seed.to_vec();
    let below = |random: &mut TestRng, limit: usize| (random.next_u64() % limit.max(1) as u64) as usize;
    for _ in 0..=below(random, 4) {
        let at = below(random, content.len());
        let end = (at + below(random, 40)).min(content.len());
        match below(random, 6) {
            0 if !content.is_empty() => content[at] = random.next_u32() as u8,
            1 => drop(content.drain(at..end)),
            2 => {
                let piece = content[at..end].to_vec();
                let to = below(random, content.len());
                content.splice(to..to, piece);
            }
            3 => {
                let token = TOKENS[below(random, TOKENS.len())];
                content.splice(at..at, token.iter().copied());
            }
            4 => content.truncate(at),
            _ if !content.is_empty() => content[at] ^= 1 << below(random, 8),
            _ => {}
        }
    }
    content
}

#[test]
fn contents_damaged_at_random_are_read_or_refused_and_never_cost_a_neighbour() {
    let folder = tempfile::tempdir().unwrap();
    let harness = harness::Harness::new(folder.path());
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for (name, seed) in seeds() {
        let contents: Vec<(String, Vec<u8>)> = (0..ROUNDS)
            .map(|round| {
                let (stem, end) = name.split_once('.').unwrap();
                let (stem, stamp) = stem.split_once("_2025").map_or((stem, ""), |(stem, _)| (stem, "_20250405"));
                (format!("{stem}_{round:04}{stamp}.{end}"), damaged(&seed, &mut random))
            })
            .collect();
        harness.read(&contents);
    }
}

#[test]
fn undamaged_seeds_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<(&str, Vec<u8>)> = seeds();
    let mut known = crate::desk::context();
    known.structures = lake::reference::structures().to_vec();
    known.structures.push(crate::desk::structure(crate::desk::SITE, 0));
    known.options.du = Some(jiff::civil::date(2025, 1, 27));
    known.options.au = Some(jiff::civil::date(2025, 2, 2));
    known.options.extrait_le = Some(jiff::civil::datetime(2025, 2, 3, 3, 25, 10, 0));
    let received: Vec<ingest::Received> = files
        .iter()
        .map(|(name, content)| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            let mut file = crate::desk::received(path);
            file.source = "samu310".to_owned();
            file
        })
        .collect();
    let outcome = crate::desk::read_received(&received, &known, &|_| false);
    for delivery in &outcome.deliveries {
        assert!(
            delivery.counts.accepted > 0 || delivery.verdict == lake::delivery::Verdict::DejaRecue,
            "{}: {:?}",
            delivery.file,
            delivery.reason
        );
    }
}

//! The fuzz targets of `fuzz/` with a budget that a test can pay: the contents they keep, and others damaged at random from a fixed
//! seed. What a longer search finds becomes a test of `hostile`.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use lake::delivery::{Delivery, Verdict};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use harness::{Harness, TARGETS};

#[path = "../../../fuzz/harness.rs"]
mod harness;

/// Damaged contents made of each seed.
const ROUNDS: usize = 40;

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

/// The seeds of the fuzz targets: an honest content of each kind and of each container.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let folders = ["xml", "texte", "json", "archive", "classeur"];
    folders.into_iter().flat_map(|target| contents("seeds", target)).collect()
}

/// The contents kept for a target, with their names.
fn contents(kept: &str, target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(kept).join(target);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let named = |path: PathBuf| {
        (
            path.file_name().unwrap().to_str().unwrap().to_owned(),
            std::fs::read(path).unwrap(),
        )
    };
    paths.into_iter().map(named).collect()
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
    let harness = Harness::new(folder.path());
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for (name, seed) in seeds() {
        let (stem, end) = name.split_once('.').unwrap();
        let contents: Vec<(String, Vec<u8>)> = (0..ROUNDS)
            .map(|round| {
                (
                    format!("b_{stem}_{round:04}_20250203032510.{end}"),
                    damaged(&seed, &mut random),
                )
            })
            .collect();
        harness.read_together(&contents);
    }
}

#[test]
fn what_the_fuzz_targets_found_is_read_or_refused_again() {
    let replay = |(target, execute): &(&str, fn(&Harness, &[u8]))| {
        let folder = tempfile::tempdir().unwrap();
        let harness = Harness::new(folder.path());
        for kept in ["seeds", "corpus"] {
            for (name, content) in contents(kept, target) {
                let done = std::panic::catch_unwind(AssertUnwindSafe(|| execute(&harness, &content)));
                assert!(done.is_ok(), "fuzz/{kept}/{target}/{name}");
            }
        }
    };
    std::thread::scope(|scope| {
        for target in &TARGETS {
            scope.spawn(|| replay(target));
        }
    });
}

/// The reader of workbooks overflowed on such a reference.
#[test]
fn a_column_of_ten_letters_refuses_the_workbook_and_not_its_neighbour() {
    let folder = tempfile::tempdir().unwrap();
    let harness = Harness::new(folder.path());
    let (_, execute) = TARGETS.iter().find(|(name, _)| *name == "feuille").unwrap();
    for column in ["ABCDEFGHIJ", "ZZZZZZZ", "XFD"] {
        let cell = format!("<worksheet><sheetData><row r=\"1\"><c r=\"{column}1\"><v>0</v></c></row></sheetData></worksheet>");
        execute(&harness, cell.as_bytes());
    }
}

#[test]
fn every_kind_has_a_seed_that_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let harness = Harness::new(folder.path());
    let named = |(name, content): (String, Vec<u8>)| {
        let (stem, end) = name.split_once('.').unwrap();
        (format!("b_{stem}_20250203032510.{end}"), content)
    };
    let seeds: Vec<(String, Vec<u8>)> = seeds().into_iter().map(named).collect();
    let read = harness.read_together(&seeds);
    let unread = |delivery: &&Delivery| delivery.counts.accepted == 0 && delivery.verdict != Verdict::DejaRecue;
    let unread: Vec<_> = read.iter().filter(unread).map(|one| (&one.file, &one.reason)).collect();
    assert!(unread.is_empty(), "{unread:?}");
    let read: BTreeSet<&str> = read.iter().map(|delivery| delivery.kind.as_str()).collect();
    let kinds = ingest::Kinds::embedded();
    let declared: BTreeSet<&str> = kinds.iter().map(|kind| kind.nom.as_str()).collect();
    assert_eq!(read, declared);
}

#[test]
fn the_parts_of_a_workbook_that_are_seeds_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let harness = Harness::new(folder.path());
    let book = |(name, content): (String, Vec<u8>)| (format!("b_{name}_20250203032510.xlsx"), harness::workbook(&content));
    let sheets: Vec<(String, Vec<u8>)> = contents("seeds", "feuille").into_iter().map(book).collect();
    for delivery in harness.read_together(&sheets) {
        assert!(delivery.counts.accepted > 0, "{}: {:?}", delivery.file, delivery.reason);
    }
}

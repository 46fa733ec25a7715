//! Damaged files, many threads, long files.

use lake::delivery::Verdict;
use proptest::prelude::*;

use crate::desk::{context, oscour, patient, read_files, read_oscour, received};

const EXAMPLE: &str = include_str!("../files/exemple_fictif.xml");

#[test]
fn a_message_cut_anywhere_is_refused_and_nothing_panics() {
    let names: Vec<String> = (0..EXAMPLE.trim_end().len())
        .map(|cut| format!("coupe_{cut:04}.xml"))
        .collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .enumerate()
        .map(|(cut, name)| (name.as_str(), &EXAMPLE.as_bytes()[..cut]))
        .collect();
    let outcome = read_files(&files, &context());
    assert_eq!(outcome.deliveries.len(), names.len());
    for delivery in outcome.deliveries {
        assert_eq!(delivery.verdict, Verdict::Refusee, "{}", delivery.file);
        assert_eq!(delivery.counts.rows_read, 0, "{}", delivery.file);
        assert!(delivery.reason.is_some(), "{}", delivery.file);
    }
}

#[test]
fn a_flat_file_cut_anywhere_never_panics() {
    let text = "finess_geo;mois;passages;source\n310783048;2025-01;1;\"SA\"\"E\"\n";
    for cut in 0..text.len() {
        let outcome = read_files(&[("x_20250405.csv", &text.as_bytes()[..cut])], &context());
        assert!(outcome.one().counts.reading_balances(), "cut at {cut}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_byte_changed_anywhere_never_panics(at in 0..EXAMPLE.len(), byte in any::<u8>()) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        bytes[at] = byte;
        let outcome = read_files(&[("x.xml", &bytes)], &context());
        prop_assert!(outcome.one().counts.reading_balances());
    }

    #[test]
    fn any_text_in_any_field_is_read(value in "[^<&\u{0}]{0,50}", field in 0..16_usize) {
        const TAGS: [&str; 16] = ["CP", "COMMUNE", "NAISSANCE", "SEXE", "ENTREE", "MODE_ENTREE", "PROVENANCE", "TRANSPORT",
            "TRANSPORT_PEC", "MOTIF", "GRAVITE", "DP", "SORTIE", "MODE_SORTIE", "DESTINATION", "ORIENT"];
        let tag = TAGS[field];
        let body = format!("<{tag}>{value}</{tag}><DA>{value}</DA><LISTE_DA><DA>{value}</DA></LISTE_DA>");
        let quick = format!("<{tag}>{value}</{tag}><LISTE_DA><DA>{value}</DA></LISTE_DA><LISTE_ACTES/>");
        let outcome = read_oscour(&oscour(&[&body, &quick]));
        prop_assert!(outcome.one().counts.reading_balances());
        prop_assert_eq!(outcome.one().counts.rows_read, 2);
    }

    /// The quick lane and the parser give the same rows.
    #[test]
    fn both_ways_of_cutting_a_record_agree(value in "[A-Z0-9 .+*/:-]{0,12}", field in 0..16_usize, empty in any::<bool>()) {
        const TAGS: [&str; 16] = ["CP", "COMMUNE", "NAISSANCE", "SEXE", "ENTREE", "MODE_ENTREE", "PROVENANCE", "TRANSPORT",
            "TRANSPORT_PEC", "MOTIF", "GRAVITE", "DP", "SORTIE", "MODE_SORTIE", "DESTINATION", "ORIENT"];
        let pairs = format!("{}={value};DA={value} I10;ACTE=DEQP003", TAGS[field]);
        let plain = patient(&pairs);
        let plain = if empty { plain.replace("<LISTE_ACTES>", "<ORIENT/><LISTE_ACTES>") } else { plain };
        let slow = format!("<!-- -->{plain}");
        let (quick, slow) = (read_oscour(&oscour(&[&plain])), read_oscour(&oscour(&[&slow])));
        for column in ["cle", "empreinte", "da", "dp", "sortie", "commune_etat", "n_da"] {
            prop_assert_eq!(quick.column(column), slow.column(column), "{}", column);
        }
        prop_assert_eq!(quick.finding("RPU-F16"), slow.finding("RPU-F16"));
        let texts = |outcome: &crate::desk::Outcome| outcome.kept().rejected.iter().map(|record| record.texte.clone()).collect::<Vec<_>>();
        prop_assert_eq!(texts(&quick), texts(&slow));
    }
}

#[test]
fn a_long_message_crosses_blocks_and_batches() {
    let bodies: Vec<String> = (0..20_000)
        .map(|rank| {
            patient(&format!(
                "CP=31000;COMMUNE=TOULOUSE;SEXE=F;ENTREE=0{}/02/2025 {:02}:{:02};NAISSANCE=14/06/{};DP=I10",
                1 + rank % 2,
                rank % 24,
                rank % 60,
                1920 + rank % 100
            ))
        })
        .collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let outcome = read_oscour(&oscour(&bodies));
    let counts = outcome.one().counts;
    assert_eq!(counts.rows_read, 20_000);
    assert!(counts.reading_balances());
    let lines: Vec<u32> = outcome.column("ligne").iter().map(|line| line.parse().unwrap()).collect();
    let ranks: Vec<u32> = outcome.column("rang").iter().map(|rank| rank.parse().unwrap()).collect();
    assert!(lines.iter().zip(&ranks).all(|(line, rank)| *line == rank + 4));
}

#[test]
fn the_order_of_the_files_and_of_the_threads_changes_nothing() {
    let texts: Vec<String> = (0..12)
        .map(|rank| oscour(&[&patient(&format!("ENTREE=01/02/2025 10:{rank:02}"))]))
        .collect();
    let names: Vec<String> = (0..12).map(|rank| format!("f{rank:02}.xml")).collect();
    let mut files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let forward = read_files(&files, &context()).deliveries;
    files.reverse();
    assert_eq!(read_files(&files, &context()).deliveries, forward);
}

/// A disk that has no room left.
struct Full;

impl lake::sink::RecordSink for Full {
    fn rows(&mut self, _: arrow::record_batch::RecordBatch) -> std::io::Result<()> {
        Err(std::io::Error::from_raw_os_error(28))
    }

    fn rejected(&mut self, _: lake::delivery::RejectedRecord) -> std::io::Result<()> {
        Err(std::io::Error::from_raw_os_error(28))
    }

    fn raw_value(&mut self, _: lake::delivery::RawValue) -> std::io::Result<()> {
        Err(std::io::Error::from_raw_os_error(28))
    }
}

#[test]
fn a_full_disk_stops_the_reading_instead_of_refusing_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xml");
    std::fs::write(&path, oscour(&[&patient("SEXE=F")])).unwrap();
    let stopped = ingest::read_all(&[received(path)], &context(), &|_| false, &|_| Ok(Box::new(Full)), None).unwrap_err();
    assert!(stopped.to_string().ends_with("x.xml : le disque est plein"), "{stopped}");
}

#[test]
fn what_is_read_is_the_copy_and_not_what_the_sender_goes_on_writing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xml");
    let text = oscour(&[&patient("SEXE=F")]);
    std::fs::write(&path, &text).unwrap();
    let copy = folder.path().join("copie");
    let aside = || Ok((copy.clone(), std::fs::File::create(&copy)?));
    let grows = |_: &lake::delivery::Delivery| -> std::io::Result<Box<dyn lake::sink::RecordSink>> {
        std::fs::write(&path, oscour(&[&patient("SEXE=F"), &patient("SEXE=M")]))?;
        Ok(Box::new(ingest::Discard))
    };
    let read = ingest::read_all(&[received(path.clone())], &context(), &|_| false, &grows, Some(&aside)).unwrap();
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), text);
    assert_eq!(read[0].copy.as_ref().unwrap().bytes, text.len() as u64);
    assert_eq!(read[0].deliveries[0].counts.rows_read, 1);
    assert_eq!(read[0].fate, ingest::Fate::Changed);
}

#[test]
fn a_file_written_in_while_it_is_read_is_left_for_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xml");
    std::fs::write(&path, oscour(&[&patient("SEXE=F")])).unwrap();
    let grows = |_: &lake::delivery::Delivery| -> std::io::Result<Box<dyn lake::sink::RecordSink>> {
        std::fs::write(&path, oscour(&[&patient("SEXE=F"), &patient("SEXE=M")]))?;
        Ok(Box::new(ingest::Discard))
    };
    let read = ingest::read_all(&[received(path.clone())], &context(), &|_| false, &grows, None).unwrap();
    assert_eq!(read[0].fate, ingest::Fate::Changed);
}

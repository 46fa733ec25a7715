//! Plain, gz, zip; what is refused and why; encodings of names.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use ingest::Received;
use lake::delivery::Verdict;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::desk::{Outcome, context, oscour, patient, read_files, read_received, received};

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

fn message(sexe: &str) -> Vec<u8> {
    oscour(&[&patient(&format!("SEXE={sexe}"))]).into_bytes()
}

fn verdicts(outcome: &Outcome) -> Vec<(String, Verdict)> {
    outcome
        .deliveries
        .iter()
        .map(|delivery| (delivery.file.clone(), delivery.verdict))
        .collect()
}

fn reasons(outcome: &Outcome) -> String {
    outcome
        .deliveries
        .iter()
        .filter_map(|delivery| delivery.reason.clone())
        .collect()
}

#[test]
fn the_same_message_compressed_is_the_same_delivery() {
    let plain = read_files(&[("x.xml", &message("F"))], &context());
    let packed = read_files(&[("x.xml.gz", &gz(&message("F")))], &context());
    let zipped = read_files(&[("x.zip", &zip(&[("y.xml", &message("F"))]))], &context());
    assert_eq!(packed.one().id, plain.one().id);
    assert_eq!(zipped.one().id, plain.one().id);
    assert_eq!(packed.column("empreinte"), plain.column("empreinte"));
    assert_eq!(zipped.one().file, "x.zip!y.xml");
    assert_eq!(plain.one().raw, plain.one().id);
    assert_ne!(zipped.one().raw, zipped.one().id);
    assert_eq!(plain.one().bytes, zipped.one().bytes);
}

#[test]
fn each_entry_of_an_archive_is_a_delivery() {
    let declared = b"finess_geo;mois;passages;source\n310783048;2025-01;1;SAE\n";
    let archive = zip(&[
        ("a.xml", &message("F")),
        ("dossier/b.xml", &message("M")),
        ("copie.xml", &message("F")),
        ("declares_20250405.csv", declared),
        ("vide.xml", b""),
        ("lisez-moi.txt", b"bonjour"),
    ]);
    let outcome = read_files(&[("lot.zip", &archive)], &context());
    let found = verdicts(&outcome);
    let expected = [
        ("lot.zip!a.xml", Verdict::Conforme),
        ("lot.zip!dossier/b.xml", Verdict::Conforme),
        ("lot.zip!copie.xml", Verdict::DejaRecue),
        ("lot.zip!declares_20250405.csv", Verdict::ConformeAvecReserves),
        ("lot.zip!vide.xml", Verdict::Refusee),
        ("lot.zip!lisez-moi.txt", Verdict::Refusee),
    ];
    let found: Vec<_> = found.iter().map(|(name, verdict)| (name.as_str(), *verdict)).collect();
    assert_eq!(found, expected, "{}", reasons(&outcome));
    let mut ids: Vec<_> = outcome.deliveries.iter().map(|delivery| &delivery.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5, "only the copy shares its name");
}

#[test]
fn what_an_archive_may_not_hold() {
    for (what, content, words) in [
        (
            "nested zip",
            zip(&[("x.zip", &zip(&[("y.xml", &message("F"))]))]),
            "archive dans une archive",
        ),
        ("gz in zip", zip(&[("x.gz", &gz(&message("F")))]), "archive dans une archive"),
        ("zip in gz", gz(&zip(&[("y.xml", &message("F"))])), "archive dans une archive"),
        ("name that leaves", zip(&[("../x.xml", &message("F"))]), "sort de l'archive"),
        ("absolute name", zip(&[("/etc/x.xml", &message("F"))]), "sort de l'archive"),
        ("no entry", zip(&[]), "aucun fichier"),
        ("damaged", zip(&[("x.xml", &message("F"))])[..60].to_vec(), "illisible"),
        ("damaged gz", gz(&message("F"))[..60].to_vec(), "interrompue"),
    ] {
        let outcome = read_files(&[("x", &content)], &context());
        assert_eq!(outcome.one().verdict, Verdict::Refusee, "{what}");
        assert!(reasons(&outcome).contains(words), "{what}: {}", reasons(&outcome));
    }
}

#[test]
fn an_encrypted_entry_is_refused() {
    // The flag of the entry is what tells; its content is never looked at.
    let mut archive = zip(&[("x.xml", &message("F"))]);
    let central = archive.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    archive[central + 8] |= 1;
    archive[6] |= 1;
    let outcome = read_files(&[("x.zip", &archive)], &context());
    assert!(reasons(&outcome).contains("chiffrée"), "{}", reasons(&outcome));
}

#[test]
fn caps() {
    let bomb = gz(&vec![b' '; 64 << 20]);
    let outcome = read_files(&[("x.gz", &bomb)], &context());
    assert!(reasons(&outcome).contains("taux de compression"), "{}", reasons(&outcome));
    let mut small = context();
    small.caps.expanded = 100;
    let outcome = read_files(&[("x.gz", &gz(&message("F")))], &small);
    assert!(
        reasons(&outcome).contains("plus grand que la limite"),
        "{}",
        reasons(&outcome)
    );
    let mut few = context();
    few.caps.entries = 1;
    let outcome = read_files(&[("x.zip", &zip(&[("a", b"a"), ("b", b"b")]))], &few);
    assert!(reasons(&outcome).contains("2 entrées"), "{}", reasons(&outcome));
    let deep = oscour(&[&format!("{}{}", "<A>".repeat(50), "</A>".repeat(50))]);
    let outcome = read_files(&[("x.xml", deep.as_bytes())], &context());
    assert!(reasons(&outcome).contains("profondément"), "{}", reasons(&outcome));
    let long = oscour(&[&patient(&format!("COMMUNE={}", "A".repeat(1 << 20)))]);
    let outcome = read_files(&[("x.xml", long.as_bytes())], &context());
    assert!(reasons(&outcome).contains("longueur permise"), "{}", reasons(&outcome));
}

#[test]
fn files_that_cannot_be_read_do_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        received(path)
    };
    std::fs::create_dir(folder.path().join("c_dossier")).unwrap();
    let files: Vec<Received> = vec![
        write("e.xml", &message("F")),
        received(folder.path().join("c_dossier")),
        received(folder.path().join("d_absent.xml")),
        write("a_vide.xml", b""),
        write("b_texte.xml", b"bonjour"),
    ];
    let outcome = read_received(&files, &context(), &|_| false);
    let found: Vec<_> = outcome
        .deliveries
        .iter()
        .map(|delivery| (delivery.file.as_str(), delivery.verdict))
        .collect();
    let expected = [
        ("a_vide.xml", Verdict::Refusee),
        ("b_texte.xml", Verdict::Refusee),
        ("c_dossier", Verdict::Refusee),
        ("d_absent.xml", Verdict::Refusee),
        ("e.xml", Verdict::Conforme),
    ];
    assert_eq!(found, expected);
    assert!(
        outcome.deliveries[..4]
            .iter()
            .all(|delivery| delivery.reason.is_some() && delivery.id.len() == 32)
    );
}

#[test]
fn checking_loads_nothing_and_holds_the_future() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xml");
    std::fs::write(&path, message("F")).unwrap();
    let mut file = received(path);
    assert_eq!(
        ingest::check(&[file.clone()], &context()).unwrap()[0].verdict,
        Verdict::Conforme
    );
    file.received_at = "2025-02-03T01:00:00Z".parse().unwrap();
    let held = ingest::check(&[file], &context()).unwrap();
    assert_eq!(held[0].verdict, Verdict::EnAttente);
    assert!(held[0].reason.as_ref().unwrap().contains("EXTRACT"));
}

/// EXTRACT is 03:25:10 in Paris.
#[test]
fn the_check_tolerates_what_the_lake_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xml");
    std::fs::write(&path, message("F")).unwrap();
    let mut context = context();
    for (tolerated, received, verdict) in [
        (60, "2025-02-03T01:25:10Z", Verdict::Conforme),
        (60, "2025-02-03T01:25:09Z", Verdict::EnAttente),
        (61, "2025-02-03T01:25:09Z", Verdict::Conforme),
    ] {
        context.avance_minutes = tolerated;
        let mut file = crate::desk::received(path.clone());
        file.received_at = received.parse().unwrap();
        assert_eq!(
            ingest::check(&[file], &context).unwrap()[0].verdict,
            verdict,
            "{tolerated} {received}"
        );
    }
}

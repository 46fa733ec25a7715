//! One execution: a content is read as the program reads it, then an honest neighbour with what that reading left behind. Shared by
//! the fuzz targets and by the tests of `ingest`, which replay the corpus. Whatever the content: no panic, every record counted once
//! and handed over once, the neighbour read.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ingest::{Context, Received, values};
use lake::delivery::{Delivery, DeliveryId, RawValue, RejectedRecord, Verdict};
use lake::key::Key;
use lake::sink::RecordSink;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A message that must be read whatever is read before it or with it.
const NEIGHBOUR: &str = "<OSCOUR><ETABLISSEMENT><FINESS>310783048</FINESS><ORDRE>0</ORDRE><EXTRACT>03/02/2025 03:25:10</EXTRACT>\
<DATEDEBUT>27/01/2025</DATEDEBUT><DATEFIN>02/02/2025</DATEFIN></ETABLISSEMENT><PASSAGES><PATIENT><SEXE>F</SEXE>\
<ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/><LISTE_ACTES/></PATIENT></PASSAGES></OSCOUR>";
const NEIGHBOUR_NAME: &str = "a_voisin.xml";

/// What a target does of a content.
pub type Search = fn(&Harness, &[u8]);

/// Each target, by name.
pub const TARGETS: [(&str, Search); 9] = [
    // The messages of passages in XML.
    ("xml", |harness, content| harness.alone("b.xml", content)),
    // Delimited text, its header included.
    ("texte", |harness, content| harness.alone(TEXT, content)),
    // Rows under the header of a kind, which the first byte chooses.
    ("lignes", Harness::rows),
    // Messages in JSON.
    ("json", |harness, content| harness.alone("b_20250203032510.json", content)),
    // Archives and compressed files.
    ("archive", |harness, content| harness.alone("b.zip", content)),
    // Workbooks, as the archives that they are.
    ("classeur", |harness, content| harness.alone(SHEET, content)),
    // The parts of a workbook, put in a sound archive.
    ("feuille", |harness, content| harness.alone(SHEET, &workbook(content))),
    // Messages made again from what was received.
    ("renvoi", |harness, content| harness.forward(TEXT, content)),
    // One value, by the reader that the first byte chooses.
    ("valeurs", Harness::value),
];

const TEXT: &str = "b_20250127_20250202_20250203032510.csv";
const SHEET: &str = "b_20250203032510.xlsx";

/// What reads contents, again and again.
pub struct Harness {
    context: Context,
    folder: PathBuf,
}

impl Harness {
    /// `folder`: where contents are written, better in memory.
    pub fn new(folder: &Path) -> Harness {
        let structures = lake::reference::structures().to_vec();
        let mut context = Context::new(Key::demonstration(), structures, "76");
        // Large enough for any seed, small enough for a bomb to be quick.
        context.caps.expanded = 8 << 20;
        context.options.du = Some(jiff::civil::date(2025, 1, 27));
        context.options.au = Some(jiff::civil::date(2025, 2, 2));
        context.options.extrait_le = Some(jiff::civil::datetime(2025, 2, 3, 3, 25, 10, 0));
        std::fs::write(folder.join(NEIGHBOUR_NAME), NEIGHBOUR).expect("the folder is writable");
        Harness {
            context,
            folder: folder.to_owned(),
        }
    }

    /// Reads contents with their neighbour, as one night does. Names must be distinct and sort after the neighbour's.
    pub fn read_together(&self, contents: &[(String, Vec<u8>)]) -> Vec<Delivery> {
        let mut received = vec![self.received(NEIGHBOUR_NAME, "chu")];
        received.extend(contents.iter().map(|(name, content)| self.written(name, content)));
        let mut read = self.deliveries(&received);
        let neighbour = read.remove(0);
        assert_eq!((neighbour.file.as_str(), neighbour.counts.accepted), (NEIGHBOUR_NAME, 1));
        read
    }

    /// Reads a content under that name, then the neighbour; each alone, so that no thread is waited for.
    fn alone(&self, name: &str, content: &[u8]) {
        self.deliveries(&[self.written(name, content)]);
        self.neighbour();
    }

    fn rows(&self, content: &[u8]) {
        let Some((chosen, rows)) = content.split_first() else {
            return;
        };
        let example = EXAMPLES[usize::from(*chosen) % EXAMPLES.len()];
        let header = example.lines().next().unwrap_or_default();
        self.alone(TEXT, &[header.as_bytes(), b"\n", rows].concat());
    }

    /// Whatever is read reads the same when it is written again.
    fn value(&self, content: &[u8]) {
        let Some((chosen, value)) = content.split_first() else {
            return;
        };
        let text = String::from_utf8_lossy(value);
        match chosen % 8 {
            0 => same(values::day, value),
            1 => same(values::moment, value),
            2 => same(values::diagnosis, value),
            3 => same(values::act, value),
            4 => {
                let cut = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
                values::residence(&value[..cut], value.get(cut + 1..).unwrap_or_default(), &self.context);
            }
            5 => drop(values::file_name(&text, &self.context)),
            6 => drop(values::instant(&text, &self.context.zone)),
            _ => assert_eq!(values::decoded(value, 1), values::decoded(value, usize::MAX)),
        }
    }

    /// Reads a content, makes of its passages the message that the region sends on, and reads that one.
    fn forward(&self, name: &str, content: &[u8]) {
        for delivery in self.deliveries(&[self.written(name, content)]) {
            if delivery.table != "rpu" || !delivery.verdict.is_loaded() {
                continue;
            }
            let mut message = Vec::new();
            let piece = self.folder.join(name);
            let Ok(told) = ingest::export::forward(&piece, &delivery, &self.context, &mut message) else {
                continue;
            };
            assert_eq!(told.passages + told.misshapen, delivery.counts.rows_read, "{delivery:?}");
            let again = self.deliveries(&[self.written("b_renvoi.xml", &message)]);
            let [again] = &again[..] else { panic!("{again:?}") };
            assert_eq!(again.counts.rows_read, told.passages, "{delivery:?}\n{again:?}");
            let kept = again.counts.accepted + again.counts.out_of_window + told.merged;
            let accepted = delivery.counts.accepted + delivery.counts.out_of_window;
            assert_eq!(kept, accepted, "{told:?}\n{delivery:?}\n{again:?}");
            assert_ne!(again.verdict, Verdict::Refusee, "{again:?}");
        }
    }

    fn neighbour(&self) {
        let read = self.deliveries(&[self.received(NEIGHBOUR_NAME, "chu")]);
        assert_eq!(
            read.iter().map(|delivery| delivery.counts.accepted).sum::<u64>(),
            1,
            "{read:?}"
        );
    }

    fn written(&self, name: &str, content: &[u8]) -> Received {
        std::fs::write(self.folder.join(name), content).expect("the folder is writable");
        self.received(name, "samu310")
    }

    fn received(&self, name: &str, source: &str) -> Received {
        Received {
            path: self.folder.join(name),
            source: source.to_owned(),
            received_at: "2025-02-03T02:30:00Z".parse().expect("an instant"),
            depose_le: None,
        }
    }

    /// What becomes of files, once checked that every record is counted once, and that what is counted is what was handed over.
    fn deliveries(&self, received: &[Received]) -> Vec<Delivery> {
        let shelf = Shelf::default();
        let open = |delivery: &Delivery| -> io::Result<Box<dyn RecordSink>> {
            let (shelf, id) = (Arc::clone(&shelf), delivery.id.clone());
            Ok(Box::new(Drawer { shelf, id }))
        };
        let read = ingest::read_all(received, &self.context, &|_| false, &open, None).expect("a content never stops the others");
        let read: Vec<Delivery> = read.into_iter().flat_map(|file| file.deliveries).collect();
        let kept = shelf.lock().expect("no reading panicked");
        for delivery in &read {
            assert!(delivery.counts.reading_balances(), "{delivery:?}");
            assert!(
                delivery.verdict != Verdict::Refusee || delivery.reason.is_some(),
                "{delivery:?}"
            );
            if delivery.verdict.is_loaded() {
                let handed = kept.get(&delivery.id).copied().unwrap_or_default();
                let counted = Handed {
                    rows: delivery.counts.accepted + delivery.counts.out_of_window,
                    rejected: delivery.counts.rejected,
                };
                assert_eq!(handed, counted, "{delivery:?}");
            }
        }
        read
    }
}

fn same(read: impl Fn(&[u8]) -> Option<String>, value: &[u8]) {
    if let Some(said) = read(value) {
        assert_eq!(read(said.as_bytes()), Some(said));
    }
}

/// What the sink of a delivery was handed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Handed {
    rows: u64,
    rejected: u64,
}

type Shelf = Arc<Mutex<BTreeMap<DeliveryId, Handed>>>;

struct Drawer {
    shelf: Shelf,
    id: DeliveryId,
}

impl Drawer {
    fn with(&self, put: impl FnOnce(&mut Handed)) -> io::Result<()> {
        put(self
            .shelf
            .lock()
            .expect("no reading panicked")
            .entry(self.id.clone())
            .or_default());
        Ok(())
    }
}

impl RecordSink for Drawer {
    fn rows(&mut self, batch: arrow::record_batch::RecordBatch) -> io::Result<()> {
        self.with(|handed| handed.rows += batch.num_rows() as u64)
    }

    fn rejected(&mut self, _: RejectedRecord) -> io::Result<()> {
        self.with(|handed| handed.rejected += 1)
    }

    fn raw_value(&mut self, _: RawValue) -> io::Result<()> {
        Ok(())
    }
}

/// An honest content of each flat kind.
const EXAMPLES: [&str; 23] = [
    include_str!("seeds/texte/admissions_directes.csv"),
    include_str!("seeds/texte/het_declarations.csv"),
    include_str!("seeds/texte/lits_blocages.csv"),
    include_str!("seeds/texte/lits_cap.csv"),
    include_str!("seeds/texte/lits_demandes.csv"),
    include_str!("seeds/texte/lits_fermetures.csv"),
    include_str!("seeds/texte/lits_snap.csv"),
    include_str!("seeds/texte/mmg_activite_horaire.csv"),
    include_str!("seeds/texte/mmg_activite_mois.csv"),
    include_str!("seeds/texte/mmg_consultations.csv"),
    include_str!("seeds/texte/mmg_sites.csv"),
    include_str!("seeds/texte/rpu_declares.csv"),
    include_str!("seeds/texte/rpu_plat_a.csv"),
    include_str!("seeds/texte/rpu_plat_b.csv"),
    include_str!("seeds/texte/sae_smursamu.csv"),
    include_str!("seeds/texte/samu_activite_jour.csv"),
    include_str!("seeds/texte/samu_appels_agreges.csv"),
    include_str!("seeds/texte/samu_decisions.csv"),
    include_str!("seeds/texte/samu_rdr.csv"),
    include_str!("seeds/texte/sas_rdv.csv"),
    include_str!("seeds/texte/sejours.csv"),
    include_str!("seeds/texte/smur_activite_mois.csv"),
    include_str!("seeds/texte/smur_rpis.csv"),
];

/// The parts of a workbook, each with what it holds when a content does not give it.
const PARTS: [(&str, &str); 5] = [
    ("xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"),
    (
        "xl/sharedStrings.xml",
        "<sst><si><t>finess_geo</t></si><si><t>unite_id</t></si></sst>",
    ),
    (
        "xl/styles.xml",
        r#"<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

/// What leads to the book.
const ROOT: (&str, &str) = (
    "_rels/.rels",
    r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
);

/// Between two parts of a workbook in a content.
const BETWEEN: u8 = 0x1E;

/// A workbook in a sound archive, whose parts are those of the content: damage goes to what is in the parts, not to their wrapping.
pub fn workbook(content: &[u8]) -> Vec<u8> {
    let mut given = content.split(|byte| *byte == BETWEEN);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let sound = (ROOT.0, ROOT.1.as_bytes());
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let parts = PARTS.map(|(name, default)| {
        let part = given.next().filter(|part| !part.is_empty());
        (name, part.unwrap_or(default.as_bytes()))
    });
    for (name, part) in std::iter::once(sound).chain(parts) {
        let written = writer.start_file(name, stored).map_err(io::Error::other);
        written
            .and_then(|()| writer.write_all(part))
            .expect("memory takes what is written");
    }
    writer.finish().expect("memory takes what is written").into_inner()
}

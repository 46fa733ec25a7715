//! A desk where files are written, read and looked at.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, TimestampMicrosecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use ingest::{Context, Kinds, Received, read_all};
use lake::delivery::{Delivery, FileFinding, RawValue, RejectedRecord};
use lake::key::Key;
use lake::reference::Structure;
use lake::sink::RecordSink;

pub const SITE: &str = "990000010";

/// A structure of the fictional region.
pub fn structure(finess: &str, ordre: i16) -> Structure {
    let template = lake::reference::structures()[0].clone();
    Structure {
        finess: finess.to_owned(),
        ordre,
        finess_juridique: "990000002".to_owned(),
        ouvert_du: jiff::civil::date(2010, 1, 1),
        ouvert_au: None,
        ..template
    }
}

pub fn context() -> Context {
    static KINDS: OnceLock<Kinds> = OnceLock::new();
    let structures = vec![structure(SITE, 0)];
    Context::with_kinds(
        Key::demonstration(),
        KINDS.get_or_init(Kinds::embedded).clone(),
        structures,
        "76",
    )
}

/// What one delivery left in its sink.
#[derive(Default, Clone)]
pub struct Kept {
    pub batches: Vec<RecordBatch>,
    pub rejected: Vec<RejectedRecord>,
    pub raw_values: Vec<RawValue>,
}

type Shelf = Arc<Mutex<BTreeMap<String, Kept>>>;

struct Drawer {
    shelf: Shelf,
    id: String,
}

impl Drawer {
    fn with(&self, put: impl FnOnce(&mut Kept)) -> io::Result<()> {
        put(self.shelf.lock().unwrap().entry(self.id.clone()).or_default());
        Ok(())
    }
}

impl RecordSink for Drawer {
    fn rows(&mut self, batch: RecordBatch) -> io::Result<()> {
        self.with(|kept| kept.batches.push(batch))
    }

    fn rejected(&mut self, record: RejectedRecord) -> io::Result<()> {
        self.with(|kept| kept.rejected.push(record))
    }

    fn raw_value(&mut self, value: RawValue) -> io::Result<()> {
        self.with(|kept| kept.raw_values.push(value))
    }
}

/// The outcome of a reading.
pub struct Outcome {
    pub deliveries: Vec<Delivery>,
    pub kept: BTreeMap<String, Kept>,
}

/// Reads files given as (name, content) with a context.
pub fn read_files(files: &[(&str, &[u8])], context: &Context) -> Outcome {
    read_knowing(files, context, &|_| false)
}

pub fn read_knowing(files: &[(&str, &[u8])], context: &Context, known: &ingest::Known) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let received: Vec<Received> = files
        .iter()
        .map(|(name, content)| {
            let path: PathBuf = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            received(path)
        })
        .collect();
    read_received(&received, context, known)
}

/// Received on 3 February 2025 at 03:30 legal time.
pub fn received(path: PathBuf) -> Received {
    Received {
        path,
        source: "chu".to_owned(),
        received_at: "2025-02-03T02:30:00Z".parse().unwrap(),
        depose_le: None,
    }
}

pub fn read_received(received: &[Received], context: &Context, known: &ingest::Known) -> Outcome {
    let shelf = Shelf::default();
    let open = |delivery: &Delivery| -> io::Result<Box<dyn RecordSink>> {
        Ok(Box::new(Drawer {
            shelf: Arc::clone(&shelf),
            id: delivery.id.clone(),
        }))
    };
    let files = read_all(received, context, known, &open, None).unwrap();
    let deliveries = files.into_iter().flat_map(|file| file.deliveries).collect();
    let kept = shelf.lock().unwrap().clone();
    Outcome { deliveries, kept }
}

impl Outcome {
    /// The only delivery.
    pub fn one(&self) -> &Delivery {
        assert_eq!(self.deliveries.len(), 1);
        &self.deliveries[0]
    }

    pub fn kept(&self) -> Kept {
        self.kept.get(&self.one().id).cloned().unwrap_or_default()
    }

    pub fn finding(&self, rule: &str) -> &FileFinding {
        let findings = &self.one().findings;
        findings
            .iter()
            .find(|finding| finding.rule == rule)
            .unwrap_or_else(|| panic!("{rule} is not among the findings: {:?}", self.one()))
    }

    /// (violated, eligible, not judged).
    pub fn counts_of(&self, rule: &str) -> (u64, u64, u64) {
        let finding = self.finding(rule);
        (finding.violated, finding.eligible, finding.not_judged)
    }

    /// The values of a column, as text; `∅` when null.
    pub fn column(&self, name: &str) -> Vec<String> {
        self.kept().batches.iter().flat_map(|batch| column(batch, name)).collect()
    }
}

fn column(batch: &RecordBatch, name: &str) -> Vec<String> {
    let array = batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name}"));
    if let DataType::Timestamp(_, Some(_)) = array.data_type() {
        let instants = array.as_primitive::<TimestampMicrosecondType>();
        let written = |instant: Option<i64>| {
            instant.map_or("∅".to_owned(), |at| {
                jiff::Timestamp::from_microsecond(at).unwrap().to_string()
            })
        };
        return instants.iter().map(written).collect();
    }
    let options = FormatOptions::default().with_null("∅");
    let formatter = ArrayFormatter::try_new(array, &options).unwrap();
    (0..array.len()).map(|row| formatter.value(row).to_string()).collect()
}

/// An OSCOUR message whose header covers 27 January to 2 February 2025, with those PATIENT bodies.
pub fn oscour(patients: &[&str]) -> String {
    oscour_of(
        &format!(
            "<FINESS>{SITE}</FINESS><ORDRE>0</ORDRE><EXTRACT>03/02/2025 03:25:10</EXTRACT>\
             <DATEDEBUT>27/01/2025</DATEDEBUT><DATEFIN>02/02/2025</DATEFIN>"
        ),
        patients,
    )
}

pub fn oscour_of(header: &str, patients: &[&str]) -> String {
    let patients: String = patients.iter().map(|body| format!("<PATIENT>{body}</PATIENT>\n")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OSCOUR>\n<ETABLISSEMENT>{header}</ETABLISSEMENT>\n<PASSAGES>\n{patients}</PASSAGES>\n</OSCOUR>\n"
    )
}

/// A PATIENT body in the order of the schema, with containers, from `TAG=value` pairs separated by `;`. ENTREE is given one
/// unless told otherwise.
pub fn patient(values: &str) -> String {
    const ORDER: [&str; 18] = [
        "CP",
        "COMMUNE",
        "NAISSANCE",
        "SEXE",
        "ENTREE",
        "MODE_ENTREE",
        "PROVENANCE",
        "TRANSPORT",
        "TRANSPORT_PEC",
        "MOTIF",
        "GRAVITE",
        "DP",
        "LISTE_DA",
        "LISTE_ACTES",
        "SORTIE",
        "MODE_SORTIE",
        "DESTINATION",
        "ORIENT",
    ];
    let given: BTreeMap<&str, &str> = values.split(';').filter_map(|pair| pair.split_once('=')).collect();
    for name in given.keys() {
        assert!(ORDER.contains(name) || ["DA", "ACTE"].contains(name), "{name}");
    }
    let mut body = String::new();
    for tag in ORDER {
        let list = |item: &str| {
            let values = given.get(item).copied().unwrap_or_default();
            let items = values.split(' ').filter(|value| !value.is_empty());
            items.map(|value| format!("<{item}>{value}</{item}>")).collect::<String>()
        };
        match (tag, given.get(tag)) {
            ("LISTE_DA", _) => body.push_str(&format!("<LISTE_DA>{}</LISTE_DA>", list("DA"))),
            ("LISTE_ACTES", _) => body.push_str(&format!("<LISTE_ACTES>{}</LISTE_ACTES>", list("ACTE"))),
            ("ENTREE", None) => body.push_str("<ENTREE>01/02/2025 21:40</ENTREE>"),
            (_, Some(value)) => body.push_str(&format!("<{tag}>{value}</{tag}>")),
            (_, None) => {}
        }
    }
    body
}

/// Reads one OSCOUR text under the name that its header asks for.
pub fn read_oscour(text: &str) -> Outcome {
    read_files(&[("O990000010_0_20250203032510.xml", text.as_bytes())], &context())
}

/// Reads patients given as `TAG=value` pairs.
pub fn read_patients(patients: &[&str]) -> Outcome {
    let bodies: Vec<String> = patients.iter().map(|values| patient(values)).collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    read_oscour(&oscour(&bodies))
}

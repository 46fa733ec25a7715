//! A region made, received morning after morning and judged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fixtures::Region;
use lake::delivery::Delivery;
use lake::finding::Finding;
use lake::store::Store;

use crate::support::{Place, files};
use crate::truth::plan::Batch;

pub struct Loaded {
    /// FINESS of the sites that were made; the other structures of the region send nothing here.
    pub sites: BTreeSet<String>,
    /// Days judged.
    pub days: i32,
    pub findings: Vec<Finding>,
    pub deliveries: Vec<Delivery>,
    /// Files received again.
    pub again: i64,
    /// What each fault did, as the generator says it; none without faults.
    pub truth: Vec<Truth>,
    pub manifest: Vec<Manifest>,
}

/// A line of `verite/fautes/<faute>.csv`.
pub struct Truth {
    pub fault: String,
    pub site: String,
    pub day: String,
    pub rule: String,
    pub count: u64,
}

/// A fault of `verite/fautes.json`: by file name, what each rule should count in it.
pub struct Manifest {
    pub fault: String,
    pub files: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Loaded {
    pub fn new(batch: &Batch, with_faults: bool) -> Loaded {
        let mut place = Place::new();
        let region = Region::new(2026).with_scale(batch.scale);
        let plan = batch.plan(&region, with_faults);
        fixtures::write(&region, &plan, &place.path("region")).unwrap();
        let after = plan.nights_from.map_or(plan.to + 20, |first| first - 1);
        let now = format!("{}T15:00:00Z", fixtures::civil::date(after));
        let mut again = receives(&mut place, now, batch, "region/historique");
        let mornings: Vec<i32> = plan.nights().collect();
        for morning in mornings {
            // Before four o'clock in Paris, and after every extraction of the night.
            let (date, minute) = (fixtures::civil::date(morning), morning * 1440 + 235);
            let now = format!("{date}T03:55:00+{:02}:00", fixtures::civil::paris_offset(minute));
            again += receives(&mut place, now, batch, &format!("region/nuits/{date}"));
        }
        let day = |day| fixtures::civil::date(day).to_string();
        let ran = place
            .oru(&["transform", "--du", &day(plan.from), "--au", &day(batch.judged_to(&plan))])
            .exits(0);
        let run = ran.stdout.lines().find_map(|line| line.strip_prefix("exécution : ")).unwrap();
        let results = place.path("lac/results").join(run.trim());
        let sites = plan.flux.iter().map(|&flux| region.profiles()[flux].site.finess.clone());
        Loaded {
            sites: sites.collect(),
            days: batch.judged_to(&plan) - plan.from + 1,
            findings: lake::results::read_findings(&results.join("findings.parquet")).unwrap(),
            again,
            deliveries: Store::open(&place.path("lac")).unwrap().deliveries(None).unwrap(),
            truth: truth(&place.path("region/verite/fautes")),
            manifest: manifest(&place.path("region/verite/fautes.json")),
        }
    }
}

/// The folder of one morning, for the domains that are wanted. Returns how many files had been received before.
fn receives(place: &mut Place, now: String, batch: &Batch, folder: &str) -> i64 {
    place.now = String::leak(now);
    let paths = batch.domains.folders().iter().map(|source| format!("{folder}/{source}"));
    let paths: Vec<String> = paths.filter(|path| place.path(path).exists()).collect();
    let arguments: Vec<&str> = ["ingest"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    // Refused and held files are what some faults are for.
    let ran = place.oru(&arguments);
    assert!([0, 3].contains(&ran.code), "{} {}", ran.stdout, ran.stderr);
    let line = ran.stdout.lines().find(|line| line.starts_with("envois")).unwrap();
    let again = line.split(", ").find_map(|part| part.split_once(" déjà"));
    again.map_or(0, |(count, _)| count.trim().parse().unwrap())
}

fn truth(folder: &Path) -> Vec<Truth> {
    let mut rows = Vec::new();
    for name in files(folder) {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(';').collect();
            rows.push(Truth {
                fault: cells[0].into(),
                site: cells[2].into(),
                day: cells[4].into(),
                rule: cells[6].into(),
                count: cells[7].parse().unwrap(),
            });
        }
    }
    rows
}

fn manifest(path: &Path) -> Vec<Manifest> {
    let Ok(text) = std::fs::read_to_string(path) else {
        return Vec::new();
    };
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    let injected = read.as_array().unwrap().iter().map(|injected| Manifest {
        fault: injected["faute"].as_str().unwrap().into(),
        files: injected["fichiers"].as_array().unwrap().iter().map(of_file).collect(),
    });
    injected.collect()
}

fn of_file(file: &serde_json::Value) -> (String, BTreeMap<String, u64>) {
    let rules = file["regles"].as_object().into_iter().flatten();
    let rules = rules.map(|(rule, count)| (rule.clone(), count.as_u64().unwrap()));
    (base(file["chemin"].as_str().unwrap()).to_owned(), rules.collect())
}

/// Name of a file without its folders nor its archive.
pub fn base(path: &str) -> &str {
    path.rsplit(['/', '!']).next().unwrap()
}

//! `cases/indicators/<ID>.toml`: a small table and the figures computed by hand from it.
//!
//! Records give the columns that matter; `n` repeats one. From these, as the crate prepares them: `pediatrie` and `geriatrie`
//! follow `age`, `hospitalise` follows `mode_sortie`, `uhcd` and the expected fields follow `orient`, `duree_etat` is `valide` when `duree_min` is given.

mod declared;

use std::path::Path;

use lake::figure::{Figure, Status};
use lake::finding::Finding;

use super::super::declared::Owned;
use super::super::request::Request;
use super::{Row, World, embedded, figures};
use crate::made::daily::{Daily, Day};
use crate::sites::Capacite;
use declared::{Case, EveryDay, Expected, FindingRow, Places, SiteDay, code, region};

#[test]
fn every_case_gives_the_figures_computed_by_hand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/indicators");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let all = embedded();
    let failures: Vec<String> = paths.iter().flat_map(|path| check(path, &all)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let ids: Vec<String> = paths
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let without: Vec<String> = all
        .indicators
        .into_iter()
        .map(|indicator| indicator.id)
        .filter(|id| !ids.contains(id))
        .collect();
    assert!(without.is_empty(), "indicators without a case: {without:?}");
}

fn check(path: &Path, all: &Owned) -> Vec<String> {
    let name = path.file_stem().unwrap().to_string_lossy();
    let text = std::fs::read_to_string(path).unwrap();
    let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(name, case.indicateur);
    let owned = all.clone().only(&[&case.indicateur]);
    let world = World {
        rpu: case
            .passages
            .iter()
            .flat_map(records)
            .chain(case.every_day.iter().flat_map(EveryDay::rows))
            .collect(),
        lits: case.lits.iter().flat_map(|row| repeated(row, "2025-02-03")).collect(),
        declared: case
            .declared
            .iter()
            .map(|row| (row.finess.clone(), row.mois.parse().unwrap(), row.passages))
            .collect(),
        findings: case.findings.iter().map(|row| finding(row, &case.trimestre)).collect(),
        others: case
            .others
            .iter()
            .map(|(table, rows)| {
                (
                    table.clone(),
                    rows.iter().flat_map(|row| repeated(row, "2025-02-03")).collect(),
                )
            })
            .collect(),
        daily: daily(&case.days),
        seuils: case.seuils.clone(),
        capacites: case.capacites.iter().map(places).collect(),
        structures: case.structures.clone(),
        ..World::default()
    };
    let request = Request::quarter(&case.trimestre).unwrap();
    let found = figures(owned.declarations(), &request, &world);
    case.expected
        .iter()
        .filter_map(|expected| difference(&case, expected, &found))
        .map(|difference| format!("{name}: {difference}"))
        .collect()
}

fn places(row: &Places) -> Capacite {
    let day = |text: &Option<String>| text.as_deref().map(|day| day.parse().unwrap());
    Capacite {
        finess: row.site.clone(),
        ordre: None,
        du: day(&row.du),
        au: day(&row.au),
        places: row.places,
    }
}

fn daily(rows: &[SiteDay]) -> Daily {
    let mut daily = Daily::default();
    for row in rows {
        let values = Day {
            visits: row.passages,
            elderly: row.ages,
            hospitalised: row.hospitalises,
            known: row.passages,
            minutes: row.minutes * f64::from(row.hospitalises),
            timed: row.hospitalises,
            at_15: row.presents,
            exits: row.sorties,
            available: row.disponibles,
        };
        let days = daily.sites.entry(row.site.clone()).or_default();
        for day in &row.jours {
            *days.entry(crate::prepare::epoch_day(day.parse().unwrap())) = values;
        }
    }
    daily
}

fn finding(row: &FindingRow, period: &str) -> Finding {
    Finding {
        rule: row.rule.clone(),
        clause: row.clause.clone(),
        domaine: "rpu".to_owned(),
        level: region(),
        area: code(),
        period_kind: "quarter".to_owned(),
        period: period.to_owned(),
        jusqu_au: None,
        violated: row.violated,
        eligible: row.eligible,
        not_judged: row.not_judged,
        share: None,
        effect: "flag".to_owned(),
        verdict: if row.violated > 0 { "anomaly" } else { "ok" }.to_owned(),
        run: String::new(),
    }
}

/// The record with its derived columns, `n` times.
fn records(row: &Row) -> Vec<Row> {
    let mut row = row.clone();
    let text = |row: &Row, name: &str| row.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    if let Some(age) = row.get("age").and_then(|age| age.as_integer()) {
        row.insert("pediatrie".into(), (age < 18).into());
        row.insert("geriatrie".into(), (age >= 75).into());
    }
    if let Some(mode) = text(&row, "mode_sortie") {
        row.insert("hospitalise".into(), (mode == "6" || mode == "7").into());
    }
    let uhcd = text(&row, "orient").is_some_and(|orient| orient == "UHCD");
    row.insert("uhcd".into(), uhcd.into());
    let left = text(&row, "orient").is_some_and(|orient| crate::context::sans_soins().any(|code| code == orient));
    for (name, value) in [("sans_soins", left), ("dp_attendu", !left), ("gravite_attendu", !left)] {
        row.insert(name.into(), value.into());
    }
    let etat = if row.contains_key("duree_min") {
        "valide"
    } else {
        "manquante"
    };
    row.entry("duree_etat".into()).or_insert(etat.into());
    if let Some(minutes) = row.get("duree_min").and_then(|minutes| minutes.as_integer()) {
        let bounds = [60, 120, 240, 480, 720];
        let class = bounds.iter().filter(|bound| minutes >= **bound).count();
        row.insert(
            "duree_6classes".into(),
            ["D6A", "D6B", "D6C", "D6D", "D6E", "D6F"][class].into(),
        );
    }
    for name in ["nuit", "nuit_profonde", "soiree", "weekend", "en_pdsa"] {
        row.entry(name.into()).or_insert(false.into());
    }
    repeated(&row, "2025-02-03")
}

fn repeated(row: &Row, day: &str) -> Vec<Row> {
    let mut row = row.clone();
    let n = row.remove("n").and_then(|n| n.as_integer()).unwrap_or(1);
    row.entry("jour".into()).or_insert(day.into());
    row.entry("flux_id".into()).or_insert("310783048/0".into());
    vec![row; n as usize]
}

fn difference(case: &Case, expected: &Expected, found: &[Figure]) -> Option<String> {
    let kind = if !expected.genre.is_empty() {
        &expected.genre
    } else if expected.periode.contains('Q') {
        "quarter"
    } else if expected.periode.len() == 10 {
        "day"
    } else {
        "month"
    };
    let same = |figure: &&Figure| {
        *figure.indicator == *case.indicateur
            && *figure.level == *expected.niveau
            && *figure.area == *expected.aire
            && *figure.period == *expected.periode
            && *figure.period_kind == *kind
            && *figure.population == *expected.population
            && *figure.perimetre == *expected.perimetre
            && (expected.dim.is_empty() || *figure.dim == *expected.dim)
            && *figure.modalite == *expected.modalite
            && *figure.modalite2 == *expected.modalite2
    };
    let matching: Vec<&Figure> = found.iter().filter(same).collect();
    let [figure] = matching[..] else {
        return Some(format!("{} figures for {expected:?}", matching.len()));
    };
    let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 5e-5,
        (None, None) => true,
        _ => false,
    };
    let fields = [
        ("numerator", figure.numerator, expected.numerator),
        ("denominator", figure.denominator, expected.denominator),
        ("missing", figure.missing, expected.missing),
        ("excluded", figure.excluded, expected.excluded),
        ("value", figure.value, expected.value),
    ];
    let intervals = [("low", figure.low, expected.low), ("high", figure.high, expected.high)];
    let wrong = fields
        .iter()
        .chain(intervals.iter().filter(|(_, _, expected)| expected.is_some()))
        .find(|(_, found, expected)| !close(*found, *expected));
    if let Some((field, found, wanted)) = wrong {
        return Some(format!("{field} is {found:?}, not {wanted:?}, in {expected:?}"));
    }
    (figure.status != Status::parse(&expected.status).unwrap())
        .then(|| format!("status is {}, in {expected:?}", figure.status.as_str()))
}

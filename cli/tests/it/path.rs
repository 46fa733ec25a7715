//! The whole path on three sites of the synthetic region: key, lake, history, nights, quarter, report.

use std::path::Path;

use fixtures::{Plan, Region, civil};

use crate::support::{CARCASSONNE, Place, RANGUEIL, files};

/// Four months of two sites at a twentieth of their volume; the last two mornings come as nights.
fn region(folder: &Path) {
    let region = Region::new(2026).with_scale(0.05);
    let mut plan = Plan::history(&region, civil::day_of(2024, 12, 1), civil::day_of(2025, 4, 1));
    plan.nights_from = Some(civil::day_of(2025, 4, 1));
    plan.flux = [RANGUEIL, CARCASSONNE]
        .iter()
        .flat_map(|site| region.find(site).unwrap())
        .collect();
    fixtures::write(&region, &plan, folder).unwrap();
}

pub fn received() -> Place {
    let mut place = Place::new();
    region(&place.path("region"));
    place.now = "2025-03-31T21:00:00Z";
    place.oru(&["ingest", "region/historique"]).exits(0);
    place
}

fn copy(from: &Path, to: &Path) {
    for name in files(from) {
        let target = to.join(&name);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(from.join(&name), target).unwrap();
    }
}

fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    files(folder)
        .into_iter()
        .map(|name| (name.clone(), std::fs::read(folder.join(name)).unwrap()))
        .collect()
}

#[test]
fn from_deliveries_to_a_report() {
    let mut place = received();
    for (morning, now) in [("2025-04-01", "2025-04-01T04:00:00Z"), ("2025-04-02", "2025-04-02T04:00:00Z")] {
        copy(&place.path("region/nuits").join(morning), &place.path("depot"));
        place.now = now;
        let ran = place.oru(&["run", "nightly"]).exits(0);
        assert!(
            ran.stdout.contains("envois    :") && ran.stdout.contains("calcul    : 2025-03-01/2025-03-31")
                || ran.stdout.contains("calcul    : 2025-03-01/2025-04-01"),
            "{}",
            ran.stdout
        );
    }
    assert!(place.inbox().is_empty());
    place.oru(&["lake", "verify"]).exits(0);

    place.now = "2025-04-10T10:00:00Z";
    let ran = place.oru(&["run", "quarterly"]).exits(0);
    assert!(
        ran.stdout.contains("calcul    : 2025-Q1") && ran.stdout.contains("rapport   :"),
        "{}",
        ran.stdout
    );
    let page = std::fs::read_to_string(place.path("out/trimestriel-2025-Q1/trimestriel-2025-Q1.html")).unwrap();
    assert!(page.contains("<html") && place.path("out/trimestriel-2025-Q1/figures.parquet").exists());

    // A published figure is explained down to the deliveries it comes from.
    let figures = lake::results::read_figures(&place.path("out/trimestriel-2025-Q1/figures.parquet")).unwrap();
    let passages = figures
        .iter()
        .find(|figure| {
            (&*figure.indicator, &*figure.area, &*figure.period, &*figure.population) == ("RPU-I01", RANGUEIL, "2025-Q1", "tous")
        })
        .unwrap();
    let explained = place.oru(&["explain", &passages.name()]).exits(0).stdout;
    assert!(
        explained.contains("RPU-I01") && explained.contains(RANGUEIL) && explained.contains("envois couvrant la période"),
        "{explained}"
    );
    assert!(explained.contains("1er\u{a0}trimestre\u{a0}2025"), "{explained}");

    // What a release hides stays hidden.
    let masked = figures
        .iter()
        .find(|figure| figure.status == lake::figure::Status::Masked)
        .unwrap();
    let explained = place.oru(&["explain", &masked.name()]).exits(0).stdout;
    assert!(
        explained.contains("masqué : secret statistique") && !explained.contains("numérateur"),
        "{explained}"
    );
    let inside = ["explain", "--audience", "interne", &masked.name()];
    assert!(place.oru(&inside).exits(0).stdout.contains("numérateur"));

    // The same command on the same lake gives the same bytes, later and whatever the threads.
    let figures = std::fs::read(place.path("out/trimestriel-2025-Q1/figures.parquet")).unwrap();
    let days = ["transform", "--du", "2025-03-30", "--au", "2025-03-31"];
    place.oru(&days).exits(0);
    let results = bytes(&place.path("lac/results"));
    place.now = "2025-04-11T10:00:00Z";
    place.oru(&[&["--threads", "1"], &days[..]].concat()).exits(0);
    assert!(bytes(&place.path("lac/results")) == results);
    place.oru(&["report", "--quarter", "2025-Q1"]).exits(0);
    assert!(std::fs::read(place.path("out/trimestriel-2025-Q1/figures.parquet")).unwrap() == figures);
    assert!(std::fs::read_to_string(place.path("out/trimestriel-2025-Q1/trimestriel-2025-Q1.html")).unwrap() == page);
}

#[test]
fn a_report_is_never_made_from_a_release_of_another_policy() {
    let mut place = received();
    place.now = "2025-04-10T10:00:00Z";
    place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0);
    place.oru(&["release", "--quarter", "2025-Q1"]).exits(0);
    place.oru(&["report", "--quarter", "2025-Q1"]).exits(0);
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    for parameter in ["plancher_quantile = 50", "lits_masques = 5", "propres = [\"310783048\"]"] {
        place.write(
            "pipelines.toml",
            format!("{configuration}[diffusion.partenaire]\n{parameter}\n"),
        );
        let said = place.oru(&["report", "--quarter", "2025-Q1"]).exits(1).stderr;
        assert!(said.contains("oru release --quarter 2025-Q1"), "{parameter}: {said}");
    }
}

#[test]
fn a_quarter_without_any_passage_makes_no_report() {
    let place = received();
    let said = place.oru(&["run", "quarterly", "--quarter", "2023-Q1"]).exits(1).stderr;
    assert!(said.contains("aucun passage du trimestre 2023-Q1"), "{said}");
    let before = ["run", "quarterly", "--quarter", "2025-Q1", "--as-of", "2020-01-01T00:00:00Z"];
    let said = place.oru(&before).exits(1).stderr;
    assert!(said.contains("aucun passage du trimestre 2025-Q1"), "{said}");
    assert!(!place.path("out").exists());
}

#[test]
fn each_stage_says_which_one_it_lacks() {
    let place = received();
    let quarter = ["--quarter", "2025-Q1"];
    let said = place.oru(&[&["report"], &quarter[..]].concat()).exits(1).stderr;
    assert!(said.contains("oru release --quarter 2025-Q1 --audience partenaire"), "{said}");
    let said = place.oru(&[&["release"], &quarter[..]].concat()).exits(1).stderr;
    assert!(said.contains("oru transform --quarter 2025-Q1"), "{said}");
    place.oru(&["run", "nightly", "--as-of", "2025-03-01"]).exits(2);
    place.oru(&["report", "--document", "mensuel"]).exits(2);
}

#[test]
fn a_stage_that_fails_leaves_the_earlier_ones_done_and_says_how_to_go_on() {
    let place = received();
    place.write("extra.toml", "[[regle]]\nid = \"LOC-1\"\n");
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write(
        "pipelines.toml",
        format!("{configuration}[catalogue]\nextra = [\"extra.toml\"]\n"),
    );
    copy(&place.path("region/nuits/2025-04-01"), &place.path("depot"));
    let ran = place.oru(&["run", "nightly"]).exits(1);
    assert!(ran.stdout.contains("envois    :"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("étape transform") && ran.stderr.contains("acquis : ingest"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("extra.toml:"), "{}", ran.stderr);
    assert!(place.inbox().is_empty());
    let said = place.oru(&["catalogue", "check"]).exits(1);
    assert!(said.stdout.contains("extra.toml:1:"), "{}", said.stdout);
}

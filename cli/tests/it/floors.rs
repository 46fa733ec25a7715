//! The floors of ARCHITECTURE.md, read in the manifests: no arrow is drawn backwards, polars stays in one room, nothing listens
//! to a network.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const CRATES: [&str; 6] = ["lake", "ingest", "transform", "reports", "cli", "fixtures"];

/// Which crates of the house each one may be built on.
fn allowed(name: &str) -> &'static [&'static str] {
    match name {
        "lake" => &[],
        "cli" => &["lake", "ingest", "transform", "reports"],
        _ => &["lake"],
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn dependencies(name: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let section = manifest.get("dependencies").and_then(toml::Value::as_table);
    section.map(|section| section.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn no_crate_stands_on_one_of_its_floor_or_above() {
    for name in CRATES {
        for dependency in dependencies(name) {
            let of_the_house = CRATES.contains(&dependency.as_str());
            assert!(
                !of_the_house || allowed(name).contains(&dependency.as_str()),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

#[test]
fn polars_is_named_in_transform_only() {
    for name in CRATES {
        let named = dependencies(name).iter().any(|dependency| dependency.starts_with("polars"));
        assert_eq!(named, name == "transform", "{name}");
    }
}

#[test]
fn formats_received_are_known_to_ingest_only_and_charts_to_reports_only() {
    let only = [
        ("quick-xml", "ingest"),
        ("plotters", "reports"),
        ("minijinja", "reports"),
        ("clap", "cli"),
        ("indicatif", "cli"),
    ];
    for (dependency, owner) in only {
        for name in CRATES.into_iter().filter(|name| *name != owner && *name != "fixtures") {
            assert!(
                !dependencies(name).contains(dependency),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

/// Packages of `Cargo.lock` that `start` is built on, itself included, without going through `stop`.
fn built_on(start: &str, stop: &str) -> BTreeSet<String> {
    let lock: toml::Table = std::fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let mut found = BTreeSet::new();
    let mut waiting = vec![start.to_owned()];
    while let Some(name) = waiting.pop() {
        if name == stop || !found.insert(name.clone()) {
            continue;
        }
        for package in packages.iter().filter(|package| package["name"].as_str() == Some(&name)) {
            let needed = package.get("dependencies").and_then(toml::Value::as_array);
            let names = needed.into_iter().flatten().filter_map(toml::Value::as_str);
            waiting.extend(names.filter_map(|entry| entry.split(' ').next()).map(str::to_owned));
        }
    }
    found
}

/// polars 0.55 cannot read Parquet without linking a client of object stores (feature `parquet` → `streaming` → `cloud`). Nothing
/// calls it, and it comes through polars only: what receives, keeps and prints data has no network code at all.
#[test]
fn nothing_talks_to_a_network_and_polars_is_the_only_way_such_code_is_linked() {
    for name in ["lake", "ingest", "reports", "cli"] {
        let found = built_on(name, "polars");
        for banned in ["tokio", "hyper", "reqwest", "rustls", "openssl-sys", "ureq"] {
            assert!(!found.contains(banned), "{name} is built on {banned}");
        }
    }
    assert!(!built_on("cli", "").contains("openssl-sys"));
}

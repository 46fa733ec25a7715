//! The floors of ARCHITECTURE.md, read in the manifests: no arrow is drawn backwards, polars stays in one room, nothing listens
//! to a network.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const CRATES: [&str; 7] = ["lake", "ingest", "transform", "reports", "cli", "verificateur", "fixtures"];

/// Which crates of the house each one may be built on.
fn allowed(name: &str) -> &'static [&'static str] {
    match name {
        "lake" => &[],
        "cli" => &["lake", "ingest", "transform", "reports"],
        "verificateur" => &["lake", "ingest"],
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

/// What a crate is built from, as cargo resolves it for this machine.
fn built(package: &str) -> BTreeSet<String> {
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--package",
            package,
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

/// polars-core links an async runtime (polars-async, tokio) that nothing here starts; HTTP clients are named in `Cargo.lock`
/// because optional features of polars could bring them, and none is built.
#[test]
fn nothing_that_talks_to_a_network_is_built() {
    let built = built("cli");
    assert!(built.contains("polars") && built.contains("quick-xml"));
    for banned in ["reqwest", "hyper", "rustls", "openssl-sys", "ureq", "object_store"] {
        assert!(!built.contains(banned), "oru is built on {banned}");
    }
}

/// What a hospital fetches is small, and needs no C library: no frames, no Parquet.
#[test]
fn what_a_hospital_runs_is_built_without_polars_and_without_parquet() {
    let built = built("verificateur");
    assert!(built.contains("ingest") && built.contains("quick-xml"));
    let heavy = |name: &&String| {
        name.starts_with("polars") || ["parquet", "zstd-sys", "clap", "transform", "reports"].contains(&name.as_str())
    };
    assert_eq!(built.iter().find(heavy), None);
}

/// It is also built for Windows: only what is behind `cfg(unix)` may call Unix.
#[test]
fn what_a_hospital_runs_calls_nothing_of_unix_alone() {
    for name in ["ingest", "verificateur"] {
        for file in sources(&root().join(name).join("src")) {
            let text = std::fs::read_to_string(&file).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            for (rank, line) in lines.iter().enumerate().filter(|(_, line)| line.contains("std::os::unix")) {
                let gated = rank > 0 && lines[rank - 1].contains("cfg(unix)");
                assert!(gated, "{}:{} : {line}", file.display(), rank + 1);
            }
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![path],
        })
        .collect()
}

#[test]
fn no_crate_of_the_house_asks_for_an_async_runtime() {
    for name in CRATES {
        let asked = dependencies(name);
        assert!(!asked.contains("tokio") && !asked.contains("async-std"), "{name}");
    }
}

//! The rows themselves: permanent ids, sources, words, columns that exist, grains and dimensions that are declared.

use std::collections::BTreeSet;

use super::super::native::{COUNTED, FUNCTIONS};
use super::super::request::{Kind, Request};
use super::super::{Formula, LEVELS};
use super::embedded;

#[test]
fn ids_are_unique_and_well_formed() {
    let owned = embedded();
    let ids: Vec<&str> = owned.indicators.iter().map(|indicator| indicator.id.as_str()).collect();
    let unique: BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    for id in ids {
        assert!(
            [
                "RPU-", "ORU-", "BED-", "MMG-", "PDSA-", "TERR-", "HET", "REA", "TEN-", "SAMU-", "SAS-", "SMUR-"
            ]
            .iter()
            .any(|start| id.starts_with(start)),
            "{id}"
        );
    }
}

/// « TEN-03 : raison »: what the domain asks for and the catalogue does not have, said where it is looked for.
#[test]
fn what_is_not_computed_is_listed_with_its_reason() {
    let list = include_str!("../../../indicators/pas_encore.txt");
    let listed: Vec<(&str, &str)> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(" : ").unwrap())
        .collect();
    let owned = embedded();
    for (id, reason) in &listed {
        assert!(!reason.is_empty());
        assert!(
            owned.indicators.iter().all(|indicator| indicator.id != *id),
            "{id} is computed"
        );
    }
    for number in 1..=7 {
        let id = format!("TEN-0{number}");
        let computed = owned.indicators.iter().any(|indicator| indicator.id == id);
        assert!(computed || listed.iter().any(|(listed, _)| *listed == id), "{id} is nowhere");
    }
}

#[test]
fn every_row_is_described_to_a_reader() {
    let owned = embedded();
    for indicator in &owned.indicators {
        let id = &indicator.id;
        assert!(!indicator.source.is_empty(), "{id} has no source");
        assert!(!indicator.mots.is_empty(), "{id} has no formula in words");
        assert!(!indicator.titre.is_empty(), "{id} has no title");
        assert!(["", "haut", "bas"].contains(&indicator.sens.as_str()), "{id}: sens");
        let left_out = indicator.manquants.is_some() || indicator.exclus.is_some();
        assert!(
            !left_out || !indicator.exclusions.is_empty(),
            "{id} leaves records out without saying which"
        );
        if id.starts_with("ORU-") {
            let marked = ["project-defined", "UNVERIFIED"]
                .iter()
                .any(|mark| indicator.source.contains(mark));
            assert!(marked, "{id} is ours and does not say so");
        }
    }
    assert!(owned.populations.iter().all(|population| !population.source.is_empty()));
    assert_eq!(owned.populations[0].id, "tous", "the first population is everybody");
    assert_eq!(owned.populations[0].expression, "TRUE");
}

#[test]
fn what_rows_name_is_declared() {
    let owned = embedded();
    let declared = owned.declarations();
    for indicator in &owned.indicators {
        let id = &indicator.id;
        assert_eq!(declared.grains_of(indicator).count(), indicator.grains.len(), "{id}: grain");
        assert!(!indicator.grains.is_empty(), "{id} is published nowhere");
        for dimension in indicator.ventilations.iter().flatten() {
            assert!(declared.dimension(dimension).is_some(), "{id}: dimension {dimension}");
        }
        for other in indicator.depends_on() {
            assert!(declared.indicator(other).is_some(), "{id} depends on {other}");
        }
        if let Formula::Native { fonction, .. } = &indicator.formule {
            let functions = FUNCTIONS.iter().map(|(name, _)| *name);
            let mut functions = functions.chain(COUNTED.iter().map(|(name, _)| *name));
            assert!(functions.any(|name| name == fonction), "{id}: {fonction}");
        }
    }
    for grain in &owned.grains {
        assert!(
            grain.niveaux.iter().all(|level| LEVELS.contains(&level.as_str())),
            "{}",
            grain.id
        );
        assert!(grain.periodes.iter().all(|kind| Kind::parse(kind).is_some()), "{}", grain.id);
        assert!(
            grain.populations.iter().all(|id| declared.population(id).is_some()),
            "{}",
            grain.id
        );
        assert!(
            owned.indicators.iter().any(|indicator| indicator.grains.contains(&grain.id)),
            "{}",
            grain.id
        );
    }
    for dimension in &owned.dimensions {
        if let Some(codes) = &dimension.codes {
            assert!(lake::code_list::code_list(codes).is_some(), "{}: {codes}", dimension.id);
        }
    }
}

#[test]
fn the_embedded_rows_have_no_mistake() {
    let mistakes = crate::Catalogue::load(&[]).unwrap().check();
    let said: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

/// What a statistician who writes a row is told.
#[test]
fn mistakes_of_a_row_are_placed() {
    let row = r#"
[[indicateur]]
id = "MES-I01"
titre = "Patients âgés"
domaine = "rpu"
unite = "fraction"
formule = { forme = "quotient", proportion = true, numerateur = "agee >= 90", denominateur = "age" }
grains = ["bandeau"]
mots = "90 ans et plus / âge connu"
source = "project-defined"
"#;
    let mut catalogue = crate::Catalogue::load(&[]).unwrap();
    catalogue.add("mes_indicateurs.toml", row).unwrap();
    let said: Vec<String> = catalogue.check().iter().map(ToString::to_string).collect();
    let has = |text: &str| assert!(said.iter().any(|line| line.contains(text)), "{text} in {said:?}");
    has("mes_indicateurs.toml:7:66: MES-I01 (numerateur) : ");
    has("mes_indicateurs.toml:7:95: MES-I01 (denominateur) : une condition est attendue");
    has("mes_indicateurs.toml:8:12: MES-I01 : grain « bandeau » inconnu(e) (le plus proche est « bande »)");
    assert_eq!(said.len(), 3, "{said:?}");
}

#[test]
fn an_indicator_that_its_table_cannot_answer_is_refused() {
    let row = |id: &str, table: &str, grain: &str| {
        format!(
            "[[indicateur]]\nid = \"{id}\"\ntitre = \"t\"\ndomaine = \"rpu\"\nunite = \"passages\"\ntable = \"{table}\"\n\
             formule = {{ forme = \"count\", filtre = \"TRUE\" }}\ngrains = [\"{grain}\"]\nmots = \"m\"\nsource = \"s\"\n"
        )
    };
    let mut catalogue = crate::Catalogue::load(&[]).unwrap();
    let rows = [
        row("MES-I02", "rpu_jour", "collecte"),
        row("MES-I03", "rpu_declares", "bande"),
        row("MES-I04", "rpu_declares", "collecte"),
    ];
    catalogue.add("mes_indicateurs.toml", &rows.concat()).unwrap();
    let said: Vec<String> = catalogue.check().iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("la table « rpu_jour » ne se compte pas"), "{said:?}");
    assert!(
        said[1].contains("MES-I03 : la population « geriatrie » du grain « bande »"),
        "{said:?}"
    );
}

#[test]
fn the_plan_counts_each_thing_once() {
    let owned = embedded();
    let request = Request::quarter("2025-Q1").unwrap();
    let plan = super::super::plan::Plan::new(owned.declarations(), &request).unwrap();
    for cube in &plan.cubes {
        let unique: BTreeSet<_> = cube.atoms.iter().collect();
        assert_eq!(unique.len(), cube.atoms.len());
    }
    let counters: usize = plan.cubes.iter().map(|cube| cube.atoms.len()).sum();
    assert!(counters < 1_000, "{counters} counters in {} cubes", plan.cubes.len());
}

/// Identifiers of rpu-indicators.md §4, beds.md §5, samu.md §11, smur.md §8 and mmg.md §6–7: each has a row, or a variant.
#[test]
fn every_id_of_the_specification_is_there() {
    let owned = embedded();
    let known: BTreeSet<&str> = owned.indicators.iter().map(|indicator| indicator.id.as_str()).collect();
    let ranges = [
        ("RPU-I", vec![1..=22, 30..=38, 40..=50, 51..=81]),
        ("BED-I", vec![1..=19]),
        ("SAMU-I", vec![1..=12, 20..=39]),
        ("SAS-I", vec![1..=12]),
        ("SMUR-I", vec![1..=22]),
        ("MMG-I", vec![1..=14]),
        ("PDSA-I", vec![1..=3]),
        ("TERR-I", vec![1..=3]),
    ];
    for (start, numbers) in ranges {
        for number in numbers.into_iter().flatten() {
            let id = format!("{start}{number:02}");
            let variant = format!("{id}-");
            let is_there = known.iter().any(|known| **known == *id || known.starts_with(&variant));
            assert!(is_there, "{id}");
        }
    }
}

#[test]
fn one_pass_counts_sixty_four_populations_and_the_check_says_so() {
    let mut catalogue = crate::Catalogue::load(&[]).unwrap();
    let populations = |count: usize| -> String {
        let row = |rank| {
            format!("[[population]]\nid = \"p{rank}\"\ntitre = \"P\"\nexpression = \"TRUE\"\nsource = \"project-defined\"\n")
        };
        (0..count).map(row).collect()
    };
    let free = 64 - catalogue.populations.len();
    catalogue.add("beaucoup.toml", &populations(free)).unwrap();
    assert_eq!(catalogue.check(), []);
    catalogue
        .add("trop.toml", &populations(1).replace("p0", "une_de_trop"))
        .unwrap();
    let said: Vec<String> = catalogue.check().iter().map(ToString::to_string).collect();
    assert!(
        said.len() == 1 && said[0].contains("une_de_trop : une population de trop, 64 au plus"),
        "{said:?}"
    );
}

//! The command line: help, mistakes, configuration, keys.

use crate::support::Place;

#[test]
fn help_opens_with_what_the_program_does_and_an_example() {
    let place = Place::bare();
    insta::assert_snapshot!("help", place.oru(&["--help"]).exits(0).stdout);
    insta::assert_snapshot!("help_ingest", place.oru(&["ingest", "--help"]).exits(0).stdout);
}

#[test]
fn a_wrong_command_line_exits_2_and_suggests() {
    let place = Place::bare();
    for (arguments, said) in [
        (&["ingset"][..], "« ingest »"),
        (&["list", "tablse"], "« tables »"),
        (&["list", "tables", "--formt", "json"], "« --format »"),
        (&["explain"], "il manque <NOM>"),
        (&["run", "quarterly", "--as-of", "demain"], "un instant s'écrit"),
        (&["run", "nigthly"], "« nightly »"),
        (&["run", "quarterly", "--quarter", "2025"], "2025-Q1"),
        (&["explain", "mode_sorti"], "« mode_sortie »"),
        (&["check", "absent.xml"], "absent.xml n'existe pas"),
    ] {
        let ran = place.oru(arguments).exits(2);
        assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty());
    }
}

#[test]
fn completions_and_manual_are_those_of_the_command_line() {
    let place = Place::bare();
    // They must come out whatever the configuration is worth.
    place.write("pipelines.toml", "faux = [");
    for shell in ["bash", "zsh", "fish"] {
        let said = place.oru_as_is(&["completions", shell]).exits(0).stdout;
        assert!(said.contains("quarantine") && said.contains("extrait-le"), "{shell}");
    }
    assert!(place.oru_as_is(&["man"]).exits(0).stdout.contains(".TH"));
    place.oru_as_is(&["man", "--dans", "manuel"]).exits(0);
    let pages = crate::support::files(&place.path("manuel"));
    assert!(
        pages.contains(&"oru.1".to_owned()) && pages.contains(&"oru-ingest.1".to_owned()),
        "{pages:?}"
    );
    let page = std::fs::read_to_string(place.path("manuel/oru-ingest.1")).unwrap();
    assert!(page.contains("extrait") && page.contains("Exemple"), "{page}");
}

#[test]
fn the_default_configuration_is_a_valid_template() {
    let place = Place::bare();
    let printed = place.oru(&["config", "default"]).exits(0).stdout;
    place.write("pipelines.toml", &printed);
    place.oru(&["list", "tables"]).exits(0);
    assert!(printed.starts_with("# pipelines.toml"));
}

#[test]
fn an_unknown_key_exits_1_with_its_place_and_the_nearest_one() {
    let place = Place::bare();
    place.write("pipelines.toml", "[lake]\nracine = \"lac\"\nsynthetiqe = true\n");
    let said = place.oru(&["list", "tables"]).exits(1).stderr;
    assert!(said.contains("pipelines.toml:3:1 : clé inconnue « synthetiqe »"), "{said}");
    place.write("autre.toml", "[inbox]\ndepo = \"d\"\n");
    let said = place.oru(&["--config", "autre.toml", "list", "tables"]).exits(1).stderr;
    assert!(
        said.contains("autre.toml:2:1 : clé inconnue « depo »") && said.contains("« depot »"),
        "{said}"
    );
}

#[test]
fn the_work_cannot_start_without_a_lake_or_with_the_wrong_key() {
    let place = Place::bare();
    let said = place.oru(&["ingest"]).exits(1).stderr;
    assert!(said.contains("aucun lac") && said.contains("oru lake init"), "{said}");

    let place = Place::new();
    let real = "1f".repeat(32);
    let said = place.oru_with(&[("ORU_CLE_DES_ESSAIS", &real)], &["ingest"]).exits(1).stderr;
    assert!(said.contains("marqué synthétique"), "{said}");
    let said = place.oru_with(&[("ORU_CLE_DES_ESSAIS", "abc")], &["ingest"]).exits(1).stderr;
    assert!(said.contains("64 caractères") && !said.contains("abc"), "{said}");
}

#[test]
fn the_demonstration_key_is_refused_on_a_real_lake() {
    let place = Place::new();
    place.write(
        "reel.toml",
        "[lake]\nracine = \"reel\"\n[inbox]\ndepot = \"depot\"\n[cle]\nfichier = \"cle\"\nvariable = \"ORU_CLE_DES_ESSAIS\"\n",
    );
    place.oru(&["--config", "reel.toml", "lake", "init"]).exits(0);
    let said = place.oru(&["--config", "reel.toml", "ingest"]).exits(1).stderr;
    assert!(said.contains("clé de démonstration est publique"), "{said}");
}

#[test]
fn a_key_is_never_replaced() {
    let place = Place::bare();
    place.oru(&["key", "new", "secret/cle"]).exits(0);
    let said = place.oru(&["key", "new", "secret/cle"]).exits(1).stderr;
    assert!(said.contains("existe déjà"), "{said}");
}

/// Judged on the lake, or while reading.
#[test]
fn a_rule_is_explained_with_how_to_correct_and_what_it_breaks() {
    for (rule, how) in [
        ("RPU-X05", "Exporter l'heure réelle de sortie"),
        ("RPU-F14", "Demander à l'export une période"),
    ] {
        let said = Place::new().oru(&["explain", rule]).exits(0).stdout;
        assert!(said.contains(&format!("comment corriger : {how}")), "{said}");
        assert!(said.contains("ce que cela fausse : "), "{said}");
    }
}

//! The messages that the region owes: files that our own reader receives, with the same counts and the same figures.

use std::collections::{BTreeMap, BTreeSet};

use fixtures::{Form, Plan, Region, civil};

use crate::support::{CARCASSONNE, Message, Place, RANGUEIL, UNKNOWN, figures, files, follows, night};

/// A lake that received the January of one site, in one form.
fn january(form: Form, flux: &str) -> Place {
    let mut place = Place::new();
    let region = Region::new(2026).with_scale(0.05);
    let mut plan = Plan::history(&region, civil::day_of(2025, 1, 1), civil::day_of(2025, 1, 31));
    plan.flux = region.find(CARCASSONNE).unwrap();
    plan.forms = plan.flux.iter().map(|flux| (*flux, form)).collect();
    fixtures::write(&region, &plan, &place.path("region")).unwrap();
    follows(&place, CARCASSONNE, flux);
    place.now = "2025-02-20T10:00:00Z";
    place.oru(&["ingest", "region/historique/rpu"]).exits(0);
    place
}

/// Another lake that receives what the first one exported.
fn receives(from: &Place, folder: &str, flux: &str) -> Place {
    let mut place = Place::new();
    follows(&place, CARCASSONNE, flux);
    for name in files(&from.path(folder)).iter().filter(|name| !name.ends_with(".json")) {
        place.receives(name, std::fs::read(from.path(folder).join(name)).unwrap());
    }
    place.now = "2025-02-20T11:00:00Z";
    place.oru(&["ingest"]).exits(0);
    place
}

fn record(place: &Place, name: &str) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(place.path(name)).unwrap()).unwrap()
}

/// Indicators whose figures differ between two lakes.
fn differ(one: &Place, other: &Place) -> BTreeSet<String> {
    let (one, other) = (figures(one), figures(other));
    assert!(one.len() > 100 && one.len() == other.len());
    let differ = one.iter().filter(|(name, figure)| other.get(*name) != Some(figure));
    differ.map(|(_, (indicator, _))| indicator.clone()).collect()
}

#[test]
fn what_is_forwarded_to_oscour_gives_a_new_lake_the_same_figures() {
    for (form, flux) in [(Form::Oscour, "oscour"), (Form::PlatB, "plat")] {
        let place = january(form, flux);
        let ran = place.oru(&["export", "oscour", "--dossier", "vers_spf"]).exits(0);
        assert!(ran.stdout.contains("0 non transmis"), "{}", ran.stdout);
        let told = record(&place, "vers_spf/2025-02-20/releve.json");
        let other = receives(&place, "vers_spf/2025-02-20", "oscour");
        let sum = |place: &Place| -> BTreeMap<&str, u64> {
            let rows = place.list("deliveries");
            let of = |name| (name, rows.iter().map(|row| row[name].as_u64().unwrap_or(0)).sum());
            ["lus", "acceptes", "rejetes", "doublons", "hors_fenetre"].map(of).into()
        };
        assert_eq!(sum(&place), sum(&other), "{form:?}");
        assert_eq!(told["passages"], sum(&other)["lus"]);
        assert_eq!(told["recus"], told["fichiers"].as_array().unwrap().len());
        assert_eq!(differ(&place, &other), BTreeSet::new(), "{form:?}");
    }
}

#[test]
fn what_is_exported_to_syrius_gives_a_new_lake_the_same_figures() {
    let place = january(Form::Oscour, "oscour");
    let ran = place
        .oru(&["export", "syrius", "--month", "2025-01", "--finess", CARCASSONNE])
        .exits(0);
    let told = record(&place, "out/syrius/2025-01/releve.json");
    let period = &told["periodes"][0];
    assert_eq!((&period["du"], &period["au"]), (&"2025-01-01".into(), &"2025-01-31".into()));
    let other = receives(&place, "out/syrius/2025-01", "syrius");
    let read: u64 = other
        .list("deliveries")
        .iter()
        .map(|row| row["acceptes"].as_u64().unwrap())
        .sum();
    assert_eq!(period["passages"], read, "{}", ran.stdout);
    assert_eq!(period["moins_precis"]["sans_piece"], 0);
    // A postal code that is not known leaves as its département, and a text written by hand does not leave.
    assert_eq!(differ(&place, &other), BTreeSet::new(), "{}", ran.stdout);
}

#[test]
fn the_same_export_gives_the_same_bytes_and_leaves_nothing_unfinished() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    let export = |folder: &str| {
        let args = ["export", "syrius", "--week", "2025-W05", "--dossier", folder];
        place.oru(&args).exits(0);
        place.oru(&["export", "oscour", "--dossier", folder]).exits(0);
        let read = |name: String| (name.clone(), std::fs::read(place.path(folder).join(name)).unwrap());
        files(&place.path(folder)).into_iter().map(read).collect::<Vec<_>>()
    };
    let first = export("un");
    assert_eq!(first, export("deux"));
    assert_eq!(first, export("un"));
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "2025-02-03/O310783048_0_20250203032510.xml",
            "2025-02-03/releve.json",
            "310783048_0_20250202.zip",
            "releve.json"
        ]
    );
}

#[test]
#[cfg(unix)]
fn what_leaves_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    place.oru(&["export", "oscour"]).exits(0);
    let mode = |name: &str| std::fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("out/oscour/2025-02-03"), 0o700);
    assert_eq!(mode("out/oscour/2025-02-03/O310783048_0_20250203032510.xml"), 0o600);
}

#[test]
fn what_waits_is_forwarded_and_is_not_in_syrius() {
    let place = Place::new();
    let future = Message {
        extract: "05/02/2025 03:25:10",
        ..night()
    };
    let stranger = Message {
        finess: UNKNOWN,
        ..night()
    };
    let whole = night().xml();
    let carcassonne = Message {
        finess: CARCASSONNE,
        ..night()
    };
    place.receives("a.xml", carcassonne.xml());
    place.receives("b_futur.xml", future.xml());
    place.receives("c_inconnu.xml", stranger.xml());
    place.receives("d_coupe.xml", &whole[..whole.len() / 2]);
    place.oru(&["ingest"]).exits(3);
    let ran = place.oru(&["export", "oscour"]).exits(3);
    assert!(
        ran.stdout.contains("4 envois reçus = 3 transmis + 1 non transmis"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("dont 1 envoi en attente"), "{}", ran.stdout);
    assert!(ran.stdout.contains("dont 1 envoi en quarantaine"), "{}", ran.stdout);
    assert!(ran.stderr.contains("non transmis : d_coupe.xml"), "{}", ran.stderr);
    let told = record(&place, "out/oscour/2025-02-03/releve.json");
    assert_eq!((&told["passages"], &told["recus"]), (&162.into(), &4.into()));
    assert_eq!(told["non_transmis"][0]["verdict"], "refusee");
    let ran = place.oru(&["export", "syrius", "--week", "2025-W05"]).exits(3);
    assert!(
        ran.stdout.contains("54 passages en vigueur, tous écrits, dans 1 archive"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("1 en attente, 1 en quarantaine"), "{}", ran.stdout);
    // Set aside by a decision, it is no longer forwarded.
    let held = place
        .list("deliveries")
        .into_iter()
        .find(|row| row["verdict"] == "en_attente")
        .unwrap();
    place
        .oru(&["lake", "set-aside", held["envoi"].as_str().unwrap(), "--motif", "horloge"])
        .exits(0);
    let ran = place.oru(&["export", "oscour", "--dossier", "apres"]).exits(3);
    assert!(
        ran.stdout.contains("4 envois reçus = 2 transmis + 2 non transmis"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("écartée le"), "{}", ran.stderr);
}

#[test]
fn a_passage_that_its_hospital_withdrew_is_not_in_syrius() {
    let mut place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    let ran = place.oru(&["export", "syrius", "--week", "2025-W05"]).exits(0);
    assert!(ran.stdout.contains("54 passages en vigueur"), "{}", ran.stdout);
    let fewer = Message {
        passages_per_day: 26,
        extract: "03/02/2025 05:00:00",
        ..night()
    };
    place.receives("reprise.xml", fewer.xml());
    place.now = "2025-02-03T05:30:00Z";
    place.oru(&["ingest"]).exits(0);
    let ran = place.oru(&["export", "syrius", "--week", "2025-W05"]).exits(0);
    assert!(ran.stdout.contains("52 passages en vigueur"), "{}", ran.stdout);
    // Known as before, the year to date is what it was; and both deliveries are forwarded.
    let before = [
        "export",
        "syrius",
        "--week",
        "2025-W05",
        "--as-of",
        "2025-02-03T05:00:00Z",
        "--dossier",
        "avant",
    ];
    let ran = place.oru(&before).exits(0);
    assert!(ran.stdout.contains("54 passages en vigueur"), "{}", ran.stdout);
    let ran = place.oru(&["export", "oscour"]).exits(0);
    assert!(
        ran.stdout.contains("106 passages, 2 envois reçus = 2 transmis"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_period_without_anything_says_so() {
    let place = Place::new();
    let ran = place.oru(&["export", "oscour"]).exits(0);
    assert_eq!(ran.stdout, "aucun envoi reçu du 2025-02-02 au 2025-02-03\n");
    let ran = place.oru(&["export", "syrius", "--finess", RANGUEIL]).exits(0);
    assert!(
        ran.stdout.contains("0 passage en vigueur, tous écrits, dans 0 archive"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        record(&place, "out/syrius/2025-01/releve.json")["periodes"][0]["sans_passage"][0]["finess"],
        RANGUEIL
    );
    let ran = place.oru(&["export", "syrius", "--month", "2025-02"]).exits(2);
    assert!(ran.stderr.contains("2025-02 n'est pas fini"), "{}", ran.stderr);
    place.oru(&["export", "syrius", "--finess", "999999999"]).exits(2);
    place
        .oru(&["export", "oscour", "--du", "2025-02-03", "--au", "2025-02-01"])
        .exits(2);
}

#[test]
fn once_its_piece_is_purged_a_passage_leaves_less_precise_and_is_not_forwarded() {
    let mut place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    place.now = "2025-06-03T04:30:00Z";
    // What a year to date needs is kept, unless it is asked otherwise.
    let kept = place.oru(&["lake", "purge", "--oui"]).exits(0).stdout;
    assert!(kept.contains("0 pièce"), "{kept}");
    place.oru(&["lake", "purge", "--jours", "90", "--oui"]).exits(0);
    let ran = place.oru(&["export", "syrius", "--month", "2025-02"]).exits(0);
    assert!(ran.stdout.contains("54 passages en vigueur, tous écrits"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("54 passages dont la pièce n'est plus dans raw/"),
        "{}",
        ran.stdout
    );
    let ran = place
        .oru(&["export", "oscour", "--du", "2025-02-03", "--au", "2025-02-03"])
        .exits(3);
    assert!(
        ran.stdout.contains("1 envoi reçu = 0 transmis + 1 non transmis"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("la pièce reçue a été purgée"), "{}", ran.stderr);
}

/// What the published schema asks of a value, as far as required keys go.
fn fits(schema: &serde_json::Value, value: &serde_json::Value, place: &str) {
    for key in schema["required"].as_array().into_iter().flatten() {
        assert!(value.get(key.as_str().unwrap()).is_some(), "{place}: {key} is missing");
    }
    for (key, part) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(key) {
            fits(part, value, &format!("{place}.{key}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        fits(&schema["items"], item, place);
    }
    let declared = schema["properties"].as_object();
    if let (Some(declared), Some(written), true) = (declared, value.as_object(), schema["oneOf"].is_null()) {
        let common = ["version", "export", "exporte_le"];
        let unknown = written
            .keys()
            .find(|key| !declared.contains_key(*key) && !common.contains(&key.as_str()));
        assert_eq!(unknown, None, "{place}");
    }
}

#[test]
fn the_record_of_an_export_follows_its_published_schema() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.receives("coupe.xml", "<OSCOUR>");
    place.oru(&["ingest"]).exits(3);
    place.oru(&["export", "oscour"]).exits(3);
    place.oru(&["export", "syrius", "--week", "2025-W05"]).exits(0);
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../../docs/schemas/export.json")).unwrap();
    for (rank, name) in ["out/syrius/2025-W05/releve.json", "out/oscour/2025-02-03/releve.json"]
        .iter()
        .enumerate()
    {
        let told = record(&place, name);
        fits(&schema, &told, name);
        fits(&schema["oneOf"][rank], &told, name);
    }
}

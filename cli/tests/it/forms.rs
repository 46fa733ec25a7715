//! The forms of passages other than OSCOUR: same figures, and never added to those of another flux of the site.

use std::collections::BTreeSet;

use fixtures::{Form, Plan, Region, civil};

use crate::support::{CARCASSONNE, Figures, Message, Place, RANGUEIL, files, follows, night};

/// The figures of a January that a site sent in one form.
fn figures(form: Form, flux: &str) -> Figures {
    let mut place = Place::new();
    let region = Region::new(2026).with_scale(0.05);
    let mut plan = Plan::history(&region, civil::day_of(2025, 1, 1), civil::day_of(2025, 1, 31));
    plan.flux = region.find(CARCASSONNE).unwrap();
    plan.forms = plan.flux.iter().map(|flux| (*flux, form)).collect();
    fixtures::write(&region, &plan, &place.path("region")).unwrap();
    follows(&place, CARCASSONNE, flux);
    place.now = "2025-02-20T10:00:00Z";
    let ran = place.oru(&["ingest", "region/historique/rpu"]).exits(0);
    assert!(!ran.stdout.contains("ne fait pas foi"), "{}", ran.stdout);
    crate::support::figures(&place)
}

#[test]
fn the_same_passages_in_any_form_give_the_same_figures() {
    let oscour = figures(Form::Oscour, "oscour");
    assert!(oscour.len() > 100);
    for (form, flux) in [(Form::PlatA, "plat"), (Form::PlatB, "plat"), (Form::Syrius, "syrius")] {
        let found = figures(form, flux);
        let differ: BTreeSet<&str> = oscour
            .iter()
            .filter(|(name, figure)| found.get(*name) != Some(figure))
            .map(|(_, (indicator, _))| indicator.as_str())
            .collect();
        assert!(differ.is_empty() && found.len() == oscour.len(), "{form:?}: {differ:?}");
    }
}

/// The night as SYRIUS, one passage fewer a day.
fn syrius() -> String {
    let fewer = Message {
        passages_per_day: 26,
        ..night()
    };
    let mut text = fewer.xml().replace("OSCOUR>", "SYRIUS>");
    for (from, to) in [
        ("<CP>", "<CODEGEO>"),
        ("</CP>", "</CODEGEO>"),
        ("<COMMUNE>TOULOUSE</COMMUNE>\n", ""),
    ] {
        text = text.replace(from, to);
    }
    text
}

/// The records that count, as they lie in the lake.
fn view(place: &Place) -> Vec<(String, Vec<u8>)> {
    let folder = place.path("lac/current");
    let read = |name: String| {
        let bytes = std::fs::read(folder.join(&name)).unwrap();
        (name, bytes)
    };
    files(&folder)
        .into_iter()
        .filter(|name| name.ends_with(".parquet"))
        .map(read)
        .collect()
}

#[test]
fn a_second_flux_of_a_site_is_kept_and_counted_and_changes_nothing_until_it_is_the_one_that_counts() {
    let mut place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    let before = view(&place);
    assert!(!before.is_empty());
    place.receives("310783048_020250203032510.rpu.xml", syrius());
    place.now = "2025-02-03T05:30:00Z";
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(ran.stdout.contains("hors foi  : 1 envoi"), "{}", ran.stdout);
    assert!(ran.stdout.contains("52 lues = 52 acceptées"), "{}", ran.stdout);
    assert!(view(&place) == before, "the other flux is not added");
    place.oru(&["lake", "verify"]).exits(0);
    assert_eq!(place.list("deliveries").len(), 2);
    // The region decides that this site is followed by SYRIUS: the view holds its passages, and only them.
    follows(&place, RANGUEIL, "syrius");
    place.now = "2025-02-03T06:30:00Z";
    place.oru(&["transform", "--du", "2025-02-01", "--au", "2025-02-02"]).exits(0);
    place.receives("nuit_bis.xml", night().xml().replace("03:25:10", "03:25:11"));
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(ran.stdout.contains("hors foi  : 1 envoi"), "{}", ran.stdout);
    assert!(view(&place) != before);
    place.oru(&["lake", "verify"]).exits(0);
}

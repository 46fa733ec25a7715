//! A release of a few figures.

use std::collections::BTreeMap;

use jiff::civil::date;
use lake::delivery::{Counts, Verdict};
use lake::figure::Status;

use super::*;

pub fn delivery(finess: Option<&str>, days: &[(Date, u32)], verdict: Verdict) -> Delivery {
    Delivery {
        id: "d".to_owned(),
        kind: "rpu_oscour".to_owned(),
        flux: "oscour".to_owned(),
        table: "rpu".to_owned(),
        file: "oscour.xml".to_owned(),
        source: "depot".to_owned(),
        raw: "d".to_owned(),
        bytes: 0,
        finess: finess.map(str::to_owned),
        ordre: finess.map(|_| 0),
        extract: None,
        date_from: days.first().map(|(day, _)| *day),
        date_to: days.last().map(|(day, _)| *day),
        received_at: "2025-02-10T06:00:00Z".parse().unwrap(),
        depose_le: None,
        encoding: "UTF-8".to_owned(),
        replacements: 0,
        kid: "k".to_owned(),
        counts: Counts {
            rows_read: days.iter().map(|(_, records)| u64::from(*records)).sum(),
            ..Counts::default()
        },
        days: days.iter().copied().collect(),
        verdict,
        findings: Vec::new(),
        unknown: BTreeMap::new(),
        reason: None,
        aside: None,
    }
}

pub fn count(indicator: &str, level: &str, area: &str, value: f64) -> Figure {
    Figure {
        indicator: indicator.into(),
        domaine: "rpu".into(),
        level: level.into(),
        area: area.into(),
        period_kind: "quarter".into(),
        period: "2025-Q1".into(),
        perimetre: "tous".into(),
        population: "tous".into(),
        dim: "".into(),
        modalite: "".into(),
        dim2: "".into(),
        modalite2: "".into(),
        numerator: Some(value),
        denominator: None,
        missing: None,
        excluded: None,
        value: Some(value),
        low: None,
        high: None,
        unit: "passages".into(),
        status: Status::Ok,
    }
}

pub fn made(audience: Audience, figures: &[Figure]) -> Release {
    let catalogue = Catalogue::load(&[]).unwrap();
    let deliveries = [
        delivery(
            Some("310783048"),
            &[(date(2024, 12, 30), 12), (date(2025, 1, 2), 30)],
            Verdict::Conforme,
        ),
        delivery(Some("310783048"), &[(date(2025, 1, 3), 9)], Verdict::EnAttente),
        delivery(None, &[], Verdict::Refusee),
    ];
    let known = lake::reference::structures();
    let purpan = known.iter().find(|row| row.finess == "310783048").unwrap();
    let structures = &[
        known[0].clone(),
        purpan.clone(),
        lake::reference::Structure {
            ordre: 1,
            ..purpan.clone()
        },
    ];
    let inputs = FrameInputs {
        catalogue: &catalogue,
        region: "76",
        structures,
        deliveries: &deliveries,
        quarter: "2025-Q1",
        as_of: "2025-04-02T06:00:00Z".parse().unwrap(),
        run: "r",
        cut: None,
        consolide_au: Some(date(2025, 3, 26)),
        synthetique: true,
        pattern: &Pattern::default(),
        ruptures: &[],
        oru_version: "0.1.0",
    };
    release(figures.to_vec(), &[], &inputs, audience, &Policy::of(audience)).unwrap()
}

#[test]
fn the_frame_describes_the_quarter() {
    let frame = made(Audience::Public, &[count("RPU-I01", "region", "76", 400.0)]).frame;
    assert_eq!((frame.period.as_str(), frame.period_n1.as_str()), ("2025-Q1", "2024-Q1"));
    assert_eq!((frame.date_from_n1, frame.date_to_n1), (date(2024, 1, 1), date(2024, 3, 31)));
    assert_eq!(frame.region_nom, "Occitanie");
    assert_eq!(frame.departements.len(), 13);
    assert_eq!(frame.population.len(), 40);
    assert!(frame.jours_feries.iter().any(|(day, _)| *day == date(2024, 1, 1)));
    assert!(frame.jours_feries.iter().all(|(day, _)| *day < date(2025, 4, 1)));
    assert!(frame.vacances.iter().all(|row| row.zone == "C"));
    assert!(!frame.vacances.is_empty());
    let site = &frame.deliveries[0];
    assert_eq!((site.received, site.held, site.rows_read), (2, 1, 51));
    assert_eq!(site.first_day, Some(date(2024, 12, 30)));
    // One by one with their hashes, those that were refused too.
    assert_eq!(frame.envois.len(), 3);
    assert!(
        frame
            .envois
            .iter()
            .all(|envoi| !envoi.empreinte.is_empty() || envoi.finess.is_none())
    );
}

#[test]
fn what_the_reader_must_know_is_said_in_french() {
    let frame = made(Audience::Public, &[count("RPU-I01", "region", "76", 400.0)]).frame;
    let said = frame.avertissements.join("\n");
    for sentence in [
        "1 structure ouverte n'a transmis aucun passage sur la période, alors qu'une autre structure du même site en transmet : \
         HOPITAL PURPAN CHU TOULOUSE (310783048/1).",
        "1 fichier a été refusé sans que sa structure ait pu être reconnue.",
        "1 envoi est en attente d'une décision et ne compte pas : HOPITAL PURPAN CHU TOULOUSE (310783048), du 03/01/2025 au \
         03/01/2025 (1 jour sans RPU).",
        "Les données postérieures au 26/03/2025 sont provisoires",
    ] {
        assert!(said.contains(sentence), "{sentence} in {said}");
    }
    // A site that sends nothing has its own line in the report.
    assert!(!said.contains("CHIVA"), "{said}");
}

#[test]
fn what_is_masked_is_nowhere_in_the_release() {
    let figures = [
        count("RPU-I01", "region", "76", 400.0),
        count("RPU-I01", "etablissement", "310783048", 7.0),
    ];
    let public = made(Audience::Public, &figures);
    assert_eq!(public.figures[1].status, Status::Masked);
    assert!(!format!("{:?}", public.figures).contains("7.0"));
    assert_eq!(public.frame.gate.masques, BTreeMap::from([("masked".to_owned(), 1)]));
    assert_eq!(public.frame.gate.seuil, 11);
    assert_eq!(made(Audience::Interne, &figures).figures[1].value, Some(7.0));
}

#[test]
fn the_method_annex_holds_what_is_used() {
    let release = made(Audience::Public, &[count("RPU-I16", "region", "76", 400.0)]);
    let entries = &release.frame.entries;
    let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["RPU-I16", "tous"]);
    assert!(entries[0].sql.contains("age >= 75"));
    assert_eq!(release.frame.bornes, lake::bornes::BornesCitees::default());
    assert!(!entries[0].source.is_empty());
}

#[test]
fn the_same_release_twice_has_the_same_name_and_another_audience_another() {
    let figures = [count("RPU-I01", "region", "76", 400.0)];
    let (first, second) = (made(Audience::Public, &figures), made(Audience::Public, &figures));
    assert_eq!(first, second);
    assert_ne!(first.frame.id, made(Audience::Partenaire, &figures).frame.id);
}

#[test]
fn an_indicator_made_of_a_rule_of_several_clauses_shows_them_all() {
    let catalogue = Catalogue::load(&[]).unwrap();
    let entries = super::describe::entries(&catalogue, &[count("RPU-E19", "region", "76", 400.0)], &[]);
    let conformity = entries.iter().find(|entry| entry.id == "RPU-E19").unwrap();
    for clause in ["COMMUNE — parmi", "SEXE — parmi", "DP — parmi"] {
        assert!(conformity.sql.contains(clause), "{clause} in {}", conformity.sql);
    }
}

//! Verdicts under thresholds and false alarms: a small table of findings, and what is said of it.

use super::differences::differences;
use super::*;

fn finding(rule: &str, site: &str, period: &str, violated: u64, eligible: u64) -> Finding {
    let kind = if period.len() == 10 { "day" } else { "month" };
    Finding {
        rule: rule.to_owned(),
        clause: String::new(),
        domaine: "rpu".to_owned(),
        level: if site == "76" { "region" } else { "etablissement" }.to_owned(),
        area: site.to_owned(),
        period_kind: kind.to_owned(),
        period: period.to_owned(),
        jusqu_au: None,
        violated,
        eligible,
        not_judged: 0,
        share: (eligible > 0).then(|| violated as f64 / eligible as f64),
        effect: "flag".to_owned(),
        verdict: if eligible == 0 { "not_applicable" } else { "anomaly" }.to_owned(),
        run: "r".to_owned(),
    }
}

fn catalogue(declared: &str) -> Catalogue {
    let mut catalogue = Catalogue::load(&[]).unwrap();
    catalogue.add("site.toml", declared).unwrap();
    catalogue
}

const TOULOUSE: &str = "310783048";
const MONTPELLIER: &str = "340780154";

fn niveau(declared: &str, finding: &Finding) -> Niveau {
    judge(std::slice::from_ref(finding), &catalogue(declared))[0].niveau
}

#[test]
fn zero_means_zero_without_a_threshold() {
    assert_eq!(
        niveau("", &finding("RPU-X04", TOULOUSE, "2025-02", 1, 10_000_000)),
        Niveau::Alerte
    );
    assert_eq!(
        niveau("", &finding("RPU-X04", TOULOUSE, "2025-02", 0, 10_000_000)),
        Niveau::Conforme
    );
    assert_eq!(
        niveau("", &finding("RPU-X04", TOULOUSE, "2025-02", 0, 0)),
        Niveau::NonApplicable
    );
}

#[test]
fn a_threshold_is_passed_by_the_count_and_by_the_share() {
    let declared = "[[seuil]]\nregle = \"RPU-X04\"\nalerte = { nombre = 5, part = 0.02 }\nechec = { nombre = 20, part = 0.1 }\n";
    for (violated, eligible, expected) in [
        (5, 10, Niveau::Conforme),
        (6, 10_000, Niveau::Conforme),
        (6, 100, Niveau::Alerte),
        (20, 100, Niveau::Alerte),
        (21, 210, Niveau::Alerte),
        (22, 210, Niveau::Echec),
    ] {
        assert_eq!(
            niveau(declared, &finding("RPU-X04", TOULOUSE, "2025-02", violated, eligible)),
            expected,
            "{violated}/{eligible}"
        );
    }
}

#[test]
fn the_threshold_of_a_site_goes_before_that_of_all() {
    let declared = format!(
        "[[seuil]]\nregle = \"RPU-X04\"\nsite = \"{TOULOUSE}\"\nalerte = {{ part = 0.5 }}\n\
         [[seuil]]\nregle = \"RPU-X04\"\nalerte = {{ part = 0.01 }}\n"
    );
    assert_eq!(
        niveau(&declared, &finding("RPU-X04", TOULOUSE, "2025-02", 40, 100)),
        Niveau::Conforme
    );
    assert_eq!(
        niveau(&declared, &finding("RPU-X04", MONTPELLIER, "2025-02", 40, 100)),
        Niveau::Alerte
    );
    assert_eq!(
        niveau(&declared, &finding("RPU-X04", "76", "2025-02", 40, 100)),
        Niveau::Alerte
    );
}

/// Three low days at Toulouse, of which one is known: works, on the 12th.
#[test]
fn a_false_alarm_is_counted_apart() {
    let catalogue = catalogue(&format!(
        "[[fausse_alerte]]\nregle = \"RPU-T02\"\nsite = \"{TOULOUSE}\"\ndu = \"2025-02-12\"\nau = \"2025-02-13\"\n\
         raison = \"panne du serveur, saisie papier\"\npar = \"DIM\"\n"
    ));
    let findings = [
        finding("RPU-T02", TOULOUSE, "2025-02-11", 1, 1),
        finding("RPU-T02", TOULOUSE, "2025-02-12", 1, 1),
        finding("RPU-T02", TOULOUSE, "2025-02", 2, 28),
        finding("RPU-T02", MONTPELLIER, "2025-02-12", 1, 1),
        finding("RPU-T02", "76", "2025-02", 3, 56),
    ];
    let judged = judge(&findings, &catalogue);
    let said: Vec<(Niveau, u64)> = judged.iter().map(|judged| (judged.niveau, judged.excusees)).collect();
    assert_eq!(
        said,
        [
            (Niveau::Alerte, 0),
            (Niveau::Conforme, 1),
            (Niveau::Alerte, 1),
            (Niveau::Alerte, 0),
            (Niveau::Alerte, 1)
        ]
    );
    assert_eq!(judged[1].raisons, ["panne du serveur, saisie papier"]);
    assert_eq!(judged[2].constat.violated, 2, "what was measured does not change");
}

#[test]
fn what_changed_from_one_run_to_another() {
    let before = [
        finding("RPU-X04", TOULOUSE, "2025-01", 4, 100),
        finding("RPU-X05", TOULOUSE, "2025-01", 1, 100),
        finding("RPU-X06", TOULOUSE, "2025-01", 0, 100),
    ];
    let after = [
        finding("RPU-X04", TOULOUSE, "2025-02", 5, 100),
        finding("RPU-X05", TOULOUSE, "2025-02", 0, 100),
        finding("RPU-X06", TOULOUSE, "2025-02", 7, 100),
        finding("RPU-X06", "76", "2025-02", 7, 100),
    ];
    let catalogue = Catalogue::load(&[]).unwrap();
    let found = differences(&judge(&before, &catalogue), &judge(&after, &catalogue));
    let names = |list: &[differences::Probleme]| {
        list.iter()
            .map(|problem| format!("{} {}", problem.regle, problem.violated))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&found.nouveaux), ["RPU-X06 7"]);
    assert_eq!(names(&found.resolus), ["RPU-X05 1"]);
    assert_eq!(names(&found.persistants), ["RPU-X04 5"]);
}

#[test]
fn mistakes_of_thresholds_and_false_alarms_are_placed() {
    let catalogue = catalogue(
        "[[seuil]]\nregle = \"RPU-X4\"\nalerte = { part = 2.0 }\n\
         [[fausse_alerte]]\nregle = \"RPU-T02\"\ndu = \"2025-02-12\"\nau = \"2025-02-11\"\nraison = \"\"\npar = \"DIM\"\n",
    );
    let said: Vec<String> = declared::check(&catalogue).iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(said[0].contains("site.toml:1") && said[0].contains("RPU-X04"), "{}", said[0]);
    assert!(said[1].contains("entre 0 et 1"), "{}", said[1]);
    assert!(said[2].contains("site.toml:4"), "{}", said[2]);
}

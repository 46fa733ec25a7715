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

/// RPU-T04 judges months: its finding stands on the first of March, the alarm is of the last days of March.
#[test]
fn a_false_alarm_on_some_days_explains_the_rules_on_their_month() {
    let catalogue = catalogue(&format!(
        "[[fausse_alerte]]\nregle = \"RPU-T04\"\nsite = \"{TOULOUSE}\"\ndu = \"2025-03-10\"\nau = \"2025-03-31\"\n\
         raison = \"changement de logiciel\"\npar = \"DIM\"\n"
    ));
    let findings = [
        finding("RPU-T04", TOULOUSE, "2025-03-01", 1, 12),
        finding("RPU-T04", TOULOUSE, "2025-03", 1, 12),
        finding("RPU-T04", TOULOUSE, "2025-04-01", 1, 12),
    ];
    let judged = judge(&findings, &catalogue);
    let said: Vec<u64> = judged.iter().map(|judged| judged.excusees).collect();
    assert_eq!(said, [1, 1, 0]);
    assert!(without_effect(judged.iter(), &catalogue).is_empty());
}

#[test]
fn the_days_of_a_false_alarm_are_written_with_or_without_quotes() {
    let declared = |du: &str| {
        let text = format!("[[fausse_alerte]]\nregle = \"RPU-T02\"\ndu = {du}\nau = 2025-03-31\nraison = \"x\"\npar = \"y\"\n");
        Catalogue::load(&[])
            .unwrap()
            .add("site.toml", &text)
            .map_err(|mistake| format!("{mistake:?}"))
    };
    assert!(declared("2025-03-01").is_ok() && declared("\"2025-03-01\"").is_ok());
    let said = declared("\"1er mars\"").unwrap_err();
    assert!(said.contains("un jour s'écrit 2025-03-01"), "{said}");
}

#[test]
fn a_false_alarm_that_explains_nothing_is_said() {
    let catalogue = catalogue(
        "[[fausse_alerte]]\nregle = \"RPU-T01\"\ndu = \"2025-03-10\"\nau = \"2025-03-31\"\nraison = \"panne\"\npar = \"DIM\"\n",
    );
    let elsewhen = [finding("RPU-T01", TOULOUSE, "2025-03", 1, 31)];
    assert_eq!(without_effect(judge(&elsewhen, &catalogue).iter(), &catalogue).len(), 1);
    let elsewhere = [finding("RPU-T01", TOULOUSE, "2025-01", 1, 31)];
    assert!(without_effect(judge(&elsewhere, &catalogue).iter(), &catalogue).is_empty());
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
    assert_eq!(found.persistants[0].avant, Some((4, 100)));
}

fn changes(before: &[Finding], after: &[Finding]) -> [Vec<String>; 3] {
    let catalogue = Catalogue::load(&[]).unwrap();
    let found = differences(&judge(before, &catalogue), &judge(after, &catalogue));
    [found.nouveaux, found.resolus, found.persistants].map(|list| list.iter().map(|problem| problem.periode.clone()).collect())
}

#[test]
fn an_anomaly_of_january_hides_no_problem_of_april_and_is_resolved_by_a_clean_month() {
    let month = |name: &str, violated| finding("RPU-X04", TOULOUSE, name, violated, 100);
    let clean = [month("2025-01", 3), month("2025-02", 0)];
    let broken = [month("2025-01", 3), month("2025-02", 9)];
    assert_eq!(changes(&clean, &broken), [vec!["2025-02".to_owned()], vec![], vec![]]);
    assert_eq!(changes(&broken, &clean), [vec![], vec!["2025-02".to_owned()], vec![]]);
    assert_eq!(changes(&clean, &clean), [const { Vec::<String>::new() }; 3]);
}

#[test]
fn the_first_days_of_a_month_resolve_nothing() {
    let march = finding("RPU-X04", TOULOUSE, "2025-03", 30, 3_000);
    let second_of_april = [march.clone(), finding("RPU-X04", TOULOUSE, "2025-04", 0, 100)];
    let tenth_of_april = [march.clone(), finding("RPU-X04", TOULOUSE, "2025-04", 0, 1_000)];
    let before = [march];
    assert_eq!(
        changes(&before, &second_of_april),
        [vec![], vec![], vec!["2025-03".to_owned()]]
    );
    assert_eq!(
        changes(&before, &tenth_of_april),
        [vec![], vec!["2025-03".to_owned()], vec![]]
    );
}

#[test]
fn a_month_that_one_night_did_not_judge_is_neither_new_nor_resolved() {
    let january = finding("RPU-F14", MONTPELLIER, "2025-01", 1, 10);
    let february = finding("RPU-X04", TOULOUSE, "2025-02", 1, 100);
    let march = finding("RPU-X05", TOULOUSE, "2025-03", 1, 100);
    let short = [february.clone()];
    let long = [january, february.clone()];
    assert_eq!(changes(&long, &short), [vec![], vec![], vec!["2025-02".to_owned()]]);
    assert_eq!(changes(&short, &long), [vec![], vec![], vec!["2025-02".to_owned()]]);
    let next = [february, march];
    assert_eq!(changes(&short, &next)[0], ["2025-03"], "a month that begins is compared");
}

#[test]
fn mistakes_of_thresholds_and_false_alarms_are_placed() {
    let catalogue = catalogue(
        "[[seuil]]\nregle = \"RPU-X4\"\nalerte = { part = 2.0 }\n\
         [[fausse_alerte]]\nregle = \"RPU-T02\"\ndu = \"2025-02-12\"\nau = \"2025-02-11\"\nraison = \"\"\npar = \"DIM\"\n",
    );
    let said: Vec<String> = declared::check(&catalogue).iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(
        said[0].contains("site.toml:2:9") && said[0].contains("RPU-X04"),
        "{}",
        said[0]
    );
    assert!(said[1].contains("entre 0 et 1"), "{}", said[1]);
    assert!(said[2].contains("site.toml:4"), "{}", said[2]);
}

/// A threshold of a FINESS with a slip was accepted, and never applied.
#[test]
fn a_threshold_of_a_site_that_cannot_be_is_a_mistake() {
    let of = |site: &str| -> Vec<String> {
        let mut catalogue = catalogue(&format!(
            "[[seuil]]\nregle = \"RPU-X04\"\nsite = \"{site}\"\nalerte = {{ part = 0.5 }}\n\
             [[fausse_alerte]]\nregle = \"RPU-T02\"\nsite = \"{site}\"\ndu = 2025-02-11\nau = 2025-02-12\nraison = \"travaux\"\npar = \"DIM\"\n"
        ));
        catalogue.lieux = [(TOULOUSE.to_owned(), ("31".to_owned(), "chu".to_owned()))].into();
        declared::check(&catalogue).iter().map(ToString::to_string).collect()
    };
    assert_eq!(of(TOULOUSE), Vec::<String>::new());
    assert_eq!(of("samu310"), Vec::<String>::new());
    let slip = of("310783049");
    assert_eq!(slip.len(), 2, "{slip:?}");
    assert!(slip[0].contains("site.toml:3:8") && slip[0].contains(TOULOUSE), "{}", slip[0]);
    assert!(of("SAMU31")[1].contains("un SAMU s'écrit « samu310 »"));
    assert!(of("CHU").iter().all(|said| said.contains("ni un FINESS")));
}

#[test]
fn a_rare_slip_of_a_flag_is_no_alert_and_a_rejected_record_is() {
    let rare = finding("RPU-X14", TOULOUSE, "2025-03", 1, 1601);
    let few = finding("RPU-X14", TOULOUSE, "2025-03", 4, 20);
    let often = finding("RPU-X14", TOULOUSE, "2025-03", 20, 1601);
    assert_eq!(
        [&rare, &few, &often].map(|found| niveau("", found)),
        [Niveau::Conforme, Niveau::Conforme, Niveau::Alerte]
    );
    let rejected = Finding {
        effect: "reject_record".to_owned(),
        ..finding("SAMU-C17", TOULOUSE, "2025-03", 1, 100_000)
    };
    assert_eq!(niveau("", &rejected), Niveau::Alerte, "zero means zero");
    let zero = "[[seuil_usuel]]\nportee = \"row\"\neffet = \"flag\"\nalerte = { nombre = 0, part = 0.0 }\n";
    assert_eq!(niveau(zero, &rare), Niveau::Alerte, "a site sets its own");
}

#[test]
fn what_a_false_alarm_explains_at_a_site_it_explains_in_its_departement_and_type() {
    let declared = format!(
        "[[fausse_alerte]]\nregle = \"RPU-T01\"\nsite = \"{TOULOUSE}\"\ndu = 2025-03-01\nau = 2025-03-31\nraison = \"travaux\"\npar = \"AB\"\n"
    );
    let mut catalogue = catalogue(&declared);
    catalogue.lieux = [(TOULOUSE.to_owned(), ("31".to_owned(), "chu".to_owned()))].into();
    let at = |level: &str, area: &str| Finding {
        level: level.to_owned(),
        ..finding("RPU-T01", area, "2025-03", 3, 300)
    };
    let findings = [
        finding("RPU-T01", TOULOUSE, "2025-03-04", 3, 3),
        at("departement", "31"),
        at("type_etablissement", "chu"),
        at("departement", "34"),
        finding("RPU-T01", MONTPELLIER, "2025-03", 3, 300),
    ];
    let excused: Vec<u64> = judge(&findings, &catalogue).iter().map(|judged| judged.excusees).collect();
    assert_eq!(excused, [3, 3, 3, 0, 0]);
}

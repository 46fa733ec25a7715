//! The engine on small tables: counts, verdicts, areas, periods, anomalies, faulty rules, rules of files.

mod declared;
mod expected;
mod series;

use std::collections::BTreeSet;

use lake::delivery::{Counts, Delivery, FileFinding, Verdict};
use lake::finding::Effect;

use super::*;
use crate::testing::{Row, row, write_view};
use crate::{Catalogue, Inputs};

const QUARTER: Grains = Grains {
    days: Days::OfSitesInAnomaly,
    month: true,
    quarter: true,
};

struct Region {
    _folder: tempfile::TempDir,
    inputs: Inputs,
    catalogue: Catalogue,
}

impl Region {
    fn new(rows: &[&str]) -> Region {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rpu.parquet");
        let rows: Vec<Row> = rows
            .iter()
            .map(|cells| {
                row(&format!(
                    "finess=310783048; ordre=0; entree=2025-02-03 10:00; delivery=d1; {cells}"
                ))
            })
            .collect();
        write_view(&path, "rpu", &rows);
        let inputs = Inputs {
            views: [("rpu".to_owned(), vec![path])].into(),
            structures: lake::reference::structures().to_vec(),
            region: "76".to_owned(),
            run: "r1".to_owned(),
            ..Inputs::default()
        };
        Region {
            _folder: folder,
            inputs,
            catalogue: Catalogue::load(&[]).unwrap(),
        }
    }

    /// The records of another table.
    fn with(mut self, table: &str, rows: &[String]) -> Region {
        let path = self._folder.path().join(format!("{table}.parquet"));
        let rows: Vec<Row> = rows.iter().map(|cells| row(cells)).collect();
        write_view(&path, table, &rows);
        self.inputs.views.insert(table.to_owned(), vec![path]);
        self
    }

    /// Only these rules, which makes a test quicker.
    fn only(mut self, ids: &[&str]) -> Region {
        self.catalogue.regles.retain(|rule| ids.contains(&rule.id.as_str()));
        self
    }

    fn judge(&self) -> Judged {
        self.judge_until("2025-03-31")
    }

    /// From the first day of the quarter.
    fn judge_until(&self, to: &str) -> Judged {
        let (from, to) = ("2025-01-01".parse().unwrap(), to.parse().unwrap());
        judge(&self.inputs, &self.catalogue, from, to, QUARTER).unwrap()
    }
}

impl Judged {
    /// `violated/eligible/not_judged verdict` of a rule for an area and period.
    fn of(&self, rule: &str, level: &str, area: &str, period: &str) -> String {
        let found = self.findings.iter().find(|finding| {
            format!("{}{}", finding.rule, finding.clause) == rule
                && finding.level == level
                && finding.area == area
                && finding.period == period
        });
        found.map_or("absent".to_owned(), |finding| {
            format!(
                "{}/{}/{} {}",
                finding.violated, finding.eligible, finding.not_judged, finding.verdict
            )
        })
    }
}

#[test]
fn counts_by_area_and_period() {
    let judged = Region::new(&[
        "mode_entree=8; provenance=1",
        "mode_entree=8; provenance=5",
        "mode_entree=8",
        "mode_entree=6; provenance=1",
        "finess=110000023; mode_entree=8; provenance=2; entree=2025-03-31 23:59",
        "finess=110000023; mode_entree=8; provenance=2; entree=2025-04-01 00:00",
    ])
    .only(&["RPU-X01", "RPU-X02"])
    .judge();
    for (level, area, period, expected) in [
        ("etablissement", "310783048", "2025-02", "1/2/1 anomaly"),
        ("etablissement", "310783048", "2025-Q1", "1/2/1 anomaly"),
        ("etablissement", "110000023", "2025-03", "1/1/0 anomaly"),
        ("etablissement", "110000023", "2025-02", "absent"),
        ("departement", "31", "2025-Q1", "1/2/1 anomaly"),
        ("type_etablissement", "chu", "2025-Q1", "1/2/1 anomaly"),
        ("region", "76", "2025-Q1", "2/3/1 anomaly"),
        ("region", "76", "2025-01", "0/0/0 not_applicable"),
        ("region", "76", "2025-Q2", "absent"),
    ] {
        assert_eq!(judged.of("RPU-X01", level, area, period), expected, "{level} {area} {period}");
    }
    assert_eq!(judged.of("RPU-X02", "etablissement", "310783048", "2025-02"), "0/1/0 ok");
}

#[test]
fn every_declared_rule_has_a_status() {
    let region = Region::new(&["sexe=M"]);
    let judged = region.judge();
    let declared: BTreeSet<String> = region.catalogue.regles.iter().map(Rule::name).collect();
    let of_region = |period: &str| -> Vec<&Finding> {
        let all = judged.findings.iter();
        all.filter(|finding| finding.level == "region" && finding.period == period)
            .collect()
    };
    for period in ["2025-Q1", "2025-01", "2025-02", "2025-03"] {
        let found = of_region(period);
        assert_eq!(found.len(), declared.len(), "{period}");
        assert_eq!(found.len(), region.catalogue.regles.len());
        for finding in found {
            assert!(["ok", "anomaly", "not_judged", "not_applicable"].contains(&finding.verdict.as_str()));
            assert!(finding.violated <= finding.eligible);
        }
    }
    assert_eq!(judged.errors, Vec::<String>::new());
}

#[test]
fn a_rule_that_cannot_run_is_an_error_and_the_others_go_on() {
    let mut region = Region::new(&["dp=S525; sexe=M", "dp=S525; sexe=F"]).only(&["RPU-X01", "RPU-T01"]);
    let rule = |id: &str, predicate: &str| {
        format!(
            "[[regle]]\nid = \"{id}\"\ntitre = \"t\"\ntable = \"rpu\"\ncategorie = \"plausibility\"\nportee = \"row\"\neffet = \"flag\"\n\
             parmi = \"TRUE\"\nanomalie = \"{predicate}\"\nsource = \"s\"\n"
        )
    };
    let text = [
        rule("LOC-X01", "agee > 3"),
        rule("LOC-X02", "CAST(dp AS INTEGER) > 3"),
        rule("LOC-X03", "sexe = 'M'"),
    ];
    region.catalogue.add("mes_regles.toml", &text.concat()).unwrap();
    let judged = region.judge();
    assert_eq!(judged.of("LOC-X01", "region", "76", "2025-Q1"), "0/0/0 error");
    assert_eq!(judged.of("LOC-X02", "region", "76", "2025-Q1"), "0/0/0 error");
    assert_eq!(judged.of("LOC-X03", "region", "76", "2025-Q1"), "1/2/0 anomaly");
    assert_eq!(judged.errors.len(), 2, "{:?}", judged.errors);
    let of_region = judged
        .findings
        .iter()
        .filter(|f| f.level == "region" && f.period == "2025-Q1");
    assert_eq!(of_region.count(), region.catalogue.regles.len());
}

#[test]
fn anomalies_say_where_and_never_what() {
    let judged = Region::new(&[
        "mode_sortie=9; destination=1",
        "transport=HELI; transport_pec=AUCUN",
        "sexe_etat=non_conforme; mode_entree=8; provenance=1",
    ])
    .judge();
    let found: Vec<String> = judged
        .anomalies
        .iter()
        .map(|a| format!("{} {}:{} {}{} {}", a.delivery, a.record, a.line, a.rule, a.clause, a.champ))
        .collect();
    // RPU-X26 is `info`: counted, never listed. RPU-X17a: destination 1 without orientation.
    assert_eq!(
        found,
        [
            "d1 1:1 RPU-X13 MODE_SORTIE+DESTINATION+ORIENT",
            "d1 1:1 RPU-X17a DESTINATION+ORIENT",
            "d1 3:3 RPU-C06 SEXE",
            "d1 3:3 RPU-X01 MODE_ENTREE+PROVENANCE",
        ]
    );
    assert_eq!(judged.of("RPU-X26", "region", "76", "2025-Q1"), "1/1/2 anomaly");
}

#[test]
fn a_threshold_is_passed_above_it_and_zero_means_zero() {
    let rows: Vec<&str> = (0..10).map(|rank| if rank < 2 { "sexe=" } else { "sexe=F" }).collect();
    let mut region = Region::new(&rows).only(&["RPU-E04"]);
    assert_eq!(region.judge().of("RPU-E04", "region", "76", "2025-Q1"), "2/10/0 ok");
    region
        .catalogue
        .set_parameters(&toml::from_str("[RPU-E04]\nseuil = 0.19\n").unwrap())
        .unwrap();
    assert_eq!(region.judge().of("RPU-E04", "region", "76", "2025-Q1"), "2/10/0 anomaly");
}

#[test]
fn rules_judged_on_files_are_gathered_from_deliveries() {
    let mut region = Region::new(&[]).only(&["RPU-F08", "RPU-C08", "RPU-F01", "RPU-T10"]);
    let finding = |rule: &str, violated| FileFinding {
        rule: rule.to_owned(),
        violated,
        eligible: 10,
        not_judged: 1,
        effect: Effect::Flag,
        first_line: None,
        lines: Vec::new(),
        message: None,
    };
    let delivery = |extract: &str| Delivery {
        id: "d1".to_owned(),
        kind: "rpu_oscour".to_owned(),
        flux: "oscour".to_owned(),
        table: "rpu".to_owned(),
        file: "f.xml".to_owned(),
        source: "chu".to_owned(),
        raw: "d1".to_owned(),
        bytes: 1,
        finess: Some("310783048".to_owned()),
        ordre: Some(0),
        extract: Some(extract.parse().unwrap()),
        date_from: None,
        date_to: None,
        received_at: "2025-02-03T03:00:00Z".parse().unwrap(),
        depose_le: None,
        encoding: "utf-8".to_owned(),
        replacements: 0,
        kid: String::new(),
        counts: Counts {
            rows_read: 100,
            accepted: 97,
            duplicates: 3,
            ..Counts::default()
        },
        days: Default::default(),
        verdict: Verdict::Conforme,
        findings: vec![finding("RPU-F08", 2), finding("RPU-C08a", 0)],
        unknown: Default::default(),
        reason: None,
        aside: None,
    };
    region.inputs.deliveries = vec![
        delivery("2025-02-03T03:00:00"),
        delivery("2025-02-04T03:00:00"),
        delivery("2024-12-31T03:00:00"),
    ];
    let judged = region.judge();
    assert_eq!(judged.of("RPU-F08", "departement", "31", "2025-02"), "4/20/2 anomaly");
    assert_eq!(judged.of("RPU-C08a", "region", "76", "2025-Q1"), "0/20/2 ok");
    assert_eq!(
        judged.of("RPU-T10", "departement", "31", "2025-02"),
        "1/1/0 anomaly",
        "one share for the month of the site"
    );
    assert_eq!(judged.of("RPU-F01", "region", "76", "2025-Q1"), "0/0/0 not_applicable");

    // The file made on the morning of the 4th is news of that night, whose last day is the 3rd; a quarter ends with its days.
    let night = Grains {
        days: Days::All,
        month: true,
        quarter: false,
    };
    let (from, eve) = ("2025-02-01".parse().unwrap(), "2025-02-03".parse().unwrap());
    region.inputs.matin = Some("2025-02-04".parse().unwrap());
    let judged = judge(&region.inputs, &region.catalogue, from, eve, night).unwrap();
    assert_eq!(judged.of("RPU-F08", "departement", "31", "2025-02-04"), "2/10/1 anomaly");
    assert_eq!(judged.of("RPU-F08", "departement", "31", "2025-02"), "4/20/2 anomaly");
    region.inputs.matin = None;
    assert_eq!(
        region.judge_until("2025-02-03").of("RPU-F08", "departement", "31", "2025-02"),
        "2/10/1 anomaly"
    );
    region.inputs.matin = Some("2025-02-21".parse().unwrap());
    let judged = judge(&region.inputs, &region.catalogue, from, eve, night).unwrap();
    assert_eq!(judged.of("RPU-F08", "departement", "31", "2025-02-04"), "absent");
}

//! What is written is read back, row by row.

use jiff::civil::date;
use lake::delivery::{Counts, Delivery, Verdict};
use lake::figure::{Figure, Status};
use lake::finding::{Anomaly, Finding};
use lake::results::{
    read_anomalies, read_deliveries, read_figures, read_findings, write_anomalies, write_deliveries, write_figures,
    write_findings,
};

fn figure(value: Option<f64>, status: Status) -> Figure {
    Figure {
        indicator: "RPU-I01".into(),
        domaine: "rpu".into(),
        level: "etablissement".into(),
        area: "010000024".into(),
        period_kind: "quarter".into(),
        period: "2025-Q1".into(),
        perimetre: "tous".into(),
        population: "pediatrie".into(),
        dim: "".into(),
        modalite: "".into(),
        dim2: "".into(),
        modalite2: "".into(),
        numerator: value,
        denominator: None,
        missing: Some(0.0),
        excluded: None,
        value,
        low: None,
        high: None,
        unit: "passages".into(),
        status,
    }
}

#[test]
fn figures_keep_their_absences_and_their_leading_zeros() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figures.parquet");
    let figures = vec![figure(Some(12.0), Status::Ok), figure(None, Status::Masked)];
    write_figures(&path, &figures, "2025-04-02T03:00:00Z".parse().unwrap(), "run1").unwrap();
    assert_eq!(read_figures(&path).unwrap(), figures);
}

#[test]
fn no_figure_is_a_table_without_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figures.parquet");
    write_figures(&path, &[], "2025-04-02T03:00:00Z".parse().unwrap(), "run1").unwrap();
    assert_eq!(read_figures(&path).unwrap(), vec![]);
}

#[test]
fn findings_and_anomalies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("findings.parquet");
    let findings = vec![Finding {
        rule: "RPU-X04".into(),
        clause: "RPU-X04a".into(),
        domaine: "rpu".into(),
        level: "region".into(),
        area: "76".into(),
        period_kind: "month".into(),
        period: "2025-01".into(),
        jusqu_au: Some("2025-01-20".parse().unwrap()),
        violated: 1,
        eligible: 0,
        not_judged: 3,
        share: None,
        effect: "flag".into(),
        verdict: "not_judged".into(),
        run: "run1".into(),
    }];
    write_findings(&path, &findings).unwrap();
    assert_eq!(read_findings(&path).unwrap(), findings);
    let anomalies = vec![Anomaly {
        delivery: "ab".into(),
        record: 3,
        line: 41,
        rule: "RPU-X04".into(),
        clause: "".into(),
        champ: "dp".into(),
    }];
    write_anomalies(&path, &anomalies).unwrap();
    assert_eq!(read_anomalies(&path).unwrap(), anomalies);
}

#[test]
fn a_refused_delivery_has_no_window_and_keeps_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deliveries.parquet");
    let counts = Counts {
        rows_read: 2,
        rejected: 2,
        ..Counts::default()
    };
    let refused = Delivery {
        id: "ab".into(),
        kind: String::new(),
        flux: "oscour".into(),
        table: "rpu".into(),
        file: "a.zip!b.xml".into(),
        source: "a".into(),
        raw: "cd".into(),
        bytes: 3,
        finess: None,
        ordre: None,
        extract: None,
        date_from: Some(date(2025, 1, 1)),
        date_to: None,
        received_at: "2025-01-02T03:00:00Z".parse().unwrap(),
        depose_le: None,
        encoding: "utf-8".into(),
        replacements: 0,
        kid: "k".into(),
        counts,
        days: Default::default(),
        verdict: Verdict::Refusee,
        findings: vec![],
        unknown: Default::default(),
        reason: None,
        aside: None,
    };
    write_deliveries(&path, std::slice::from_ref(&refused)).unwrap();
    let lines = read_deliveries(&path).unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].delivery, "ab");
    assert_eq!((lines[0].finess.clone(), lines[0].date_from), (None, refused.date_from));
    assert_eq!((lines[0].counts, lines[0].verdict.as_str()), (counts, "refusee"));
}

#[test]
fn a_file_that_is_not_a_result_is_named_in_the_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figures.parquet");
    std::fs::write(&path, "x").unwrap();
    assert!(read_figures(&path).unwrap_err().to_string().contains("figures.parquet"));
}

//! `findings` (counts by rule, area and period) and `anomalies` (where, never the value).

use std::path::Path;

use arrow::array::Array;

use super::ResultsError;
use super::columns::{self, cell, count, maybe_date, maybe_number, rank, text};
use crate::days;
use crate::finding::{Anomaly, Finding};

pub fn write_findings(path: &Path, findings: &[Finding]) -> Result<(), ResultsError> {
    let words = |name: &'static str, get: fn(&Finding) -> &str| text(name, findings.iter().map(get));
    let counts = |name: &'static str, get: fn(&Finding) -> u64| count(name, findings.iter().map(get));
    columns::write(
        path,
        vec![
            words("rule", |finding| &finding.rule),
            words("clause", |finding| &finding.clause),
            words("domaine", |finding| &finding.domaine),
            words("level", |finding| &finding.level),
            words("area", |finding| &finding.area),
            words("period_kind", |finding| &finding.period_kind),
            words("period", |finding| &finding.period),
            maybe_date("jusqu_au", findings.iter().map(|finding| finding.jusqu_au)),
            counts("violated", |finding| finding.violated),
            counts("eligible", |finding| finding.eligible),
            counts("not_judged", |finding| finding.not_judged),
            maybe_number("share", findings.iter().map(|finding| finding.share)),
            words("effect", |finding| &finding.effect),
            words("verdict", |finding| &finding.verdict),
            words("run", |finding| &finding.run),
        ],
    )
}

pub fn read_findings(path: &Path) -> Result<Vec<Finding>, ResultsError> {
    columns::read(path, |batch, findings| {
        let (rule, clause) = (batch.text("rule")?, batch.text("clause")?);
        let (domaine, level, area) = (batch.text("domaine")?, batch.text("level")?, batch.text("area")?);
        let (period_kind, period) = (batch.text("period_kind")?, batch.text("period")?);
        // Findings written before periods could be judged in part have no such column.
        let until = batch.date("jusqu_au").ok();
        let (violated, eligible) = (batch.count("violated")?, batch.count("eligible")?);
        let (not_judged, share) = (batch.count("not_judged")?, batch.number("share")?);
        let (effect, verdict, run) = (batch.text("effect")?, batch.text("verdict")?, batch.text("run")?);
        for row in 0..batch.rows() {
            findings.push(Finding {
                rule: rule.value(row).to_owned(),
                clause: clause.value(row).to_owned(),
                domaine: domaine.value(row).to_owned(),
                level: level.value(row).to_owned(),
                area: area.value(row).to_owned(),
                period_kind: period_kind.value(row).to_owned(),
                period: period.value(row).to_owned(),
                jusqu_au: until
                    .filter(|days| days.is_valid(row))
                    .and_then(|days| days::date_of(days.value(row))),
                violated: violated.value(row),
                eligible: eligible.value(row),
                not_judged: not_judged.value(row),
                share: cell(share, row),
                effect: effect.value(row).to_owned(),
                verdict: verdict.value(row).to_owned(),
                run: run.value(row).to_owned(),
            });
        }
        Ok(())
    })
}

pub fn write_anomalies(path: &Path, anomalies: &[Anomaly]) -> Result<(), ResultsError> {
    let words = |name: &'static str, get: fn(&Anomaly) -> &str| text(name, anomalies.iter().map(get));
    columns::write(
        path,
        vec![
            words("delivery", |anomaly| &anomaly.delivery),
            rank("record", anomalies.iter().map(|anomaly| anomaly.record)),
            rank("line", anomalies.iter().map(|anomaly| anomaly.line)),
            words("rule", |anomaly| &anomaly.rule),
            words("clause", |anomaly| &anomaly.clause),
            words("champ", |anomaly| &anomaly.champ),
        ],
    )
}

pub fn read_anomalies(path: &Path) -> Result<Vec<Anomaly>, ResultsError> {
    columns::read(path, |batch, anomalies| {
        let (delivery, record, line) = (batch.text("delivery")?, batch.rank("record")?, batch.rank("line")?);
        let (rule, clause, champ) = (batch.text("rule")?, batch.text("clause")?, batch.text("champ")?);
        for row in 0..batch.rows() {
            anomalies.push(Anomaly {
                delivery: delivery.value(row).to_owned(),
                record: record.value(row),
                line: line.value(row),
                rule: rule.value(row).to_owned(),
                clause: clause.value(row).to_owned(),
                champ: champ.value(row).to_owned(),
            });
        }
        Ok(())
    })
}

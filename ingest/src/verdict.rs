//! The verdict on a delivery that was read, from the thresholds its kind declares.

use lake::delivery::{Counts, FileFinding, Verdict};
use lake::finding::Effect;

use crate::kinds::Thresholds;

/// Verdict and, when it is not simply conforming, its French reason. `fields`: label and number of rows where the field conforms.
pub fn of(
    thresholds: &Thresholds,
    counts: &Counts,
    findings: &[FileFinding],
    fields: &[(&str, u64)],
) -> (Verdict, Option<String>) {
    if counts.rows_read > 0 && counts.accepted == 0 {
        return (Verdict::Refusee, Some(nothing_left(counts, findings)));
    }
    let mut bad = Vec::new();
    let judged = counts.rows_read >= thresholds.effectif_min;
    if judged && counts.rejected as f64 > thresholds.rejets_max * counts.rows_read as f64 {
        bad.push(format!(
            "{} enregistrements rejetés sur {} (seuil {})",
            counts.rejected,
            counts.rows_read,
            percent(thresholds.rejets_max)
        ));
    }
    let kept = counts.accepted + counts.out_of_window;
    for (field, conforming) in fields {
        if judged && kept > 0 && (*conforming as f64) < thresholds.champ_min * kept as f64 {
            bad.push(format!(
                "{field} renseigné et conforme dans {conforming} enregistrements sur {kept} (minimum {})",
                percent(thresholds.champ_min)
            ));
        }
    }
    if !bad.is_empty() {
        return (Verdict::NonConforme, Some(bad.join(" ; ")));
    }
    let reserves: Vec<&str> = findings
        .iter()
        .filter(|finding| is_reserve(finding, thresholds, judged))
        .map(|finding| finding.rule.as_str())
        .collect();
    match reserves.is_empty() {
        true => (Verdict::Conforme, None),
        false => (
            Verdict::ConformeAvecReserves,
            Some(format!("à corriger : {}", reserves.join(", "))),
        ),
    }
}

/// Why nothing of a delivery can be loaded. However few its rows, an empty window must not take away what is already there.
fn nothing_left(counts: &Counts, findings: &[FileFinding]) -> String {
    let rejects = |finding: &&FileFinding| finding.effect == Effect::RejectRecord && finding.violated > 0;
    let rules: Vec<&str> = findings.iter().filter(rejects).map(|finding| finding.rule.as_str()).collect();
    let why = match (rules.is_empty(), counts.out_of_window) {
        (true, 0) => String::new(),
        (true, _) => " ; vérifier DATEDEBUT et DATEFIN".to_owned(),
        (false, _) => format!(" ; à corriger : {}", rules.join(", ")),
    };
    format!(
        "aucun enregistrement utilisable : sur {} lus, {} rejetés et {} hors fenêtre{why}",
        counts.rows_read, counts.rejected, counts.out_of_window
    )
}

/// A flag on the file itself, any rejection, or an anomaly of more records than is bearable.
fn is_reserve(finding: &FileFinding, thresholds: &Thresholds, judged: bool) -> bool {
    if finding.effect < Effect::Flag || finding.violated == 0 {
        return false;
    }
    let of_the_file = finding.eligible <= 1;
    let share = finding.violated as f64 / finding.eligible.max(1) as f64;
    finding.effect == Effect::RejectRecord || of_the_file || (judged && share > thresholds.signalement_max)
}

fn percent(share: f64) -> String {
    format!("{} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thresholds() -> Thresholds {
        crate::kinds::Kinds::embedded().get("rpu_oscour").unwrap().verdict.clone()
    }

    fn counts(read: u64, rejected: u64) -> Counts {
        Counts {
            rows_read: read,
            accepted: read - rejected,
            rejected,
            ..Counts::default()
        }
    }

    fn flag(violated: u64, eligible: u64) -> FileFinding {
        FileFinding {
            rule: "RPU-C03".into(),
            violated,
            eligible,
            not_judged: 0,
            effect: Effect::Flag,
            first_line: None,
            lines: Vec::new(),
            message: None,
        }
    }

    #[test]
    fn the_written_rule() {
        let verdict =
            |counts: Counts, findings: &[FileFinding], sexe: u64| of(&thresholds(), &counts, findings, &[("SEXE", sexe)]).0;
        assert_eq!(verdict(counts(100, 0), &[], 100), Verdict::Conforme);
        assert_eq!(verdict(counts(100, 5), &[], 95), Verdict::Conforme);
        assert_eq!(verdict(counts(100, 6), &[], 94), Verdict::NonConforme);
        assert_eq!(verdict(counts(100, 0), &[], 49), Verdict::NonConforme);
        assert_eq!(verdict(counts(100, 0), &[flag(1, 100)], 100), Verdict::Conforme);
        assert_eq!(verdict(counts(100, 0), &[flag(2, 100)], 100), Verdict::ConformeAvecReserves);
        assert_eq!(verdict(counts(100, 0), &[flag(1, 1)], 100), Verdict::ConformeAvecReserves);
        assert_eq!(verdict(counts(3, 1), &[], 0), Verdict::Conforme);
        assert_eq!(verdict(counts(3, 3), &[], 0), Verdict::Refusee);
    }
}

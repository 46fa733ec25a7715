//! The verdict on a delivery that was read, from the thresholds its kind declares.

use lake::delivery::{Counts, Delivery, FileFinding, Verdict};
use lake::finding::Effect;

use crate::kinds::Thresholds;
use crate::row_rules;

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
    let rules = (!reserves.is_empty()).then(|| format!("à corriger : {}", reserves.join(", ")));
    let copies = (judged && has_too_many_copies(thresholds, counts))
        .then(|| format!("{} copies sur {} enregistrements lus", counts.duplicates, counts.rows_read));
    let said: Vec<String> = [copies, rules].into_iter().flatten().collect();
    match said.is_empty() {
        true => (Verdict::Conforme, None),
        false => (Verdict::ConformeAvecReserves, Some(said.join(" ; "))),
    }
}

/// Makes the verdict on a delivery worse by what the rules between fields found in it, when they were judged.
pub fn with_row_rules(thresholds: &Thresholds, delivery: &mut Delivery, findings: &[FileFinding]) {
    let passed = |passes: Passes| -> Vec<String> {
        let found = findings.iter().filter(|finding| passes(&delivery.table, finding, thresholds));
        once_by_field(&delivery.table, found)
            .into_iter()
            .map(|finding| format!("{} ({} sur {})", finding.rule, finding.violated, finding.eligible))
            .collect()
    };
    let (apart, inconsistent, missing) = (passed(sets_aside), passed(is_inconsistent), passed(is_missing));
    if apart.is_empty() && inconsistent.is_empty() && missing.is_empty() {
        return;
    }
    delivery.verdict = match delivery.verdict {
        Verdict::Conforme | Verdict::ConformeAvecReserves if apart.is_empty() => Verdict::ConformeAvecReserves,
        Verdict::Conforme | Verdict::ConformeAvecReserves => Verdict::NonConforme,
        _ => return,
    };
    let said = [
        ("valeurs écartées", apart),
        ("incohérences", inconsistent),
        ("valeurs absentes", missing),
    ];
    let said = said
        .into_iter()
        .filter(|(_, rules)| !rules.is_empty())
        .map(|(what, rules)| format!("{what} : {}", rules.join(", ")));
    delivery.reason = Some(delivery.reason.take().into_iter().chain(said).collect::<Vec<_>>().join(" ; "));
}

/// One finding for each set of fields, the one with most anomalies: a field that two rules find wanting is one gap.
fn once_by_field<'a>(table: &str, found: impl Iterator<Item = &'a FileFinding>) -> Vec<&'a FileFinding> {
    let fields = |finding: &FileFinding| row_rules::rule(table, &finding.rule).map(|rule| &rule.champs);
    let mut kept: Vec<&FileFinding> = Vec::new();
    for finding in found {
        let same = kept
            .iter_mut()
            .find(|known| finding.effect == known.effect && fields(known) == fields(finding));
        match same {
            Some(known) if known.violated < finding.violated => *known = finding,
            Some(_) => {}
            None => kept.push(finding),
        }
    }
    kept
}

/// Whether what a row rule of a table found is more than the thresholds bear.
pub type Passes = fn(&str, &FileFinding, &Thresholds) -> bool;

pub fn has_too_many_copies(thresholds: &Thresholds, counts: &Counts) -> bool {
    let most = |limit: f64| counts.duplicates as f64 > limit * counts.rows_read as f64;
    thresholds.copies_max.is_some_and(most)
}

/// A rule between fields sets the value aside of more records than is bearable.
pub fn sets_aside(table: &str, finding: &FileFinding, thresholds: &Thresholds) -> bool {
    let is_void = matches!(finding.effect, Effect::VoidItem | Effect::VoidField | Effect::VoidDerived);
    is_void && passes(table, finding, thresholds, thresholds.ecarts_max)
}

/// A rule between fields is broken by more records than is bearable.
pub fn is_inconsistent(table: &str, finding: &FileFinding, thresholds: &Thresholds) -> bool {
    let limit = thresholds.incoherences_max;
    finding.effect >= Effect::Flag && !sets_aside(table, finding, thresholds) && passes(table, finding, thresholds, limit)
}

/// An expected item is absent from more records than is bearable.
pub fn is_missing(table: &str, finding: &FileFinding, thresholds: &Thresholds) -> bool {
    finding.effect == Effect::Info && passes(table, finding, thresholds, thresholds.manquants_max)
}

/// Whether the share of a row rule is above a limit and above the share that the rule itself bears. An information without a target
/// of its own is no defect.
fn passes(table: &str, finding: &FileFinding, thresholds: &Thresholds, limit: Option<f64>) -> bool {
    let (Some(rule), Some(limit)) = (row_rules::rule(table, &finding.rule), limit) else {
        return false;
    };
    let has_target = finding.effect >= Effect::Flag || rule.seuil > 0.0;
    let share = finding.violated as f64 / finding.eligible.max(1) as f64;
    has_target && finding.eligible >= thresholds.effectif_min && share > limit.max(rule.seuil)
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
    fn a_field_that_two_rules_find_wanting_is_said_once() {
        let missing = |rule: &str| FileFinding {
            rule: rule.into(),
            effect: Effect::Info,
            ..flag(90, 100)
        };
        let found = [missing("RPU-E07"), missing("RPU-E19.PROVENANCE"), missing("RPU-E01")];
        let said: Vec<&str> = once_by_field("rpu", found.iter())
            .iter()
            .map(|one| one.rule.as_str())
            .collect();
        assert_eq!(said, ["RPU-E07", "RPU-E01"]);
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
        let pasted_twice = Counts {
            rows_read: 100,
            accepted: 50,
            duplicates: 50,
            ..Counts::default()
        };
        assert_eq!(verdict(pasted_twice, &[], 50), Verdict::ConformeAvecReserves);
        assert_eq!(verdict(counts(3, 3), &[], 0), Verdict::Refusee);
    }
}

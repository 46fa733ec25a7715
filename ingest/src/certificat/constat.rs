//! What the rules found, the most severe first, each with its places, how to correct it and what it breaks; and how many rules said what.

use lake::delivery::{Delivery, FileFinding, Verdict};
use lake::finding::Effect;
use serde::Serialize;

use super::suites::{Known, Suite, link};
use super::{History, NonEvalue};
use crate::row_rules;
use crate::rules::{Needs, rule, rules};

/// Lines named for one rule: enough to find the mistake, few enough to be read.
const LINES: usize = 5;

/// A rule that found something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Constat {
    pub regle: String,
    pub titre: String,
    pub champ: String,
    pub effet: Effect,
    pub anomalies: u64,
    /// Items that the rule is about and could judge.
    pub evalues: u64,
    /// anomalies / evalues, a fraction.
    pub part: f64,
    /// The first lines, at most five.
    pub lignes: Vec<u32>,
    /// Never a patient's value.
    pub message: Option<String>,
    pub correction: String,
    pub consequence: String,
    /// What explains it on the same records, if anything does.
    pub suite_de: Option<Suite>,
    /// Whether the sender has something to do: what a rule only informs of is to be corrected beyond the share that it declares.
    #[serde(skip)]
    pub a_corriger: bool,
}

/// Number of rules by what they said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Bilan {
    pub en_anomalie: usize,
    pub sans_anomalie: usize,
    /// Nothing to judge in this file.
    pub sans_objet: usize,
    pub non_evaluees: usize,
}

/// Findings sorted out.
pub(super) struct Judged {
    pub constats: Vec<Constat>,
    pub bilan: Bilan,
    pub non_evalue: Vec<NonEvalue>,
    /// Whether there was a register of sites to look into.
    pub site_is_judged: bool,
}

/// Sorts findings out. A rule that asks for what is not there is not evaluated, whatever was counted of it.
pub(super) fn judge(delivery: &Delivery, history: History) -> Judged {
    let (table, findings) = (delivery.table.as_str(), &delivery.findings);
    let mut judged = Judged {
        constats: Vec::new(),
        bilan: Bilan::default(),
        non_evalue: Vec::new(),
        site_is_judged: true,
    };
    for finding in findings {
        let declared = said(table, &finding.rule);
        let needs = declared.as_ref().and_then(|rule| rule.demande);
        let bearable = declared.as_ref().map_or(0.0, |rule| rule.seuil);
        let lacks = match needs {
            Some(Needs::Historique) => history == History::Unknown,
            Some(Needs::Reception | Needs::Structures) => finding.eligible == 0,
            None => false,
        };
        if let (true, Some(needs)) = (lacks, needs) {
            judged.bilan.non_evaluees += 1;
            judged.site_is_judged &= needs != Needs::Structures;
            judged.non_evalue.push(NonEvalue {
                regles: finding.rule.clone(),
                titre: declared.map(|rule| rule.titre.to_owned()).unwrap_or_default(),
                pourquoi: why(needs).to_owned(),
            });
        } else if share(finding) > bearable {
            judged.bilan.en_anomalie += 1;
            judged.constats.push(constat(finding, declared.as_ref()));
        } else if finding.eligible > 0 {
            judged.bilan.sans_anomalie += 1;
        } else {
            judged.bilan.sans_objet += 1;
        }
    }
    for (rule, why) in not_judged(table, findings) {
        judged.bilan.non_evaluees += 1;
        judged.non_evalue.push(NonEvalue {
            regles: rule.name(),
            titre: rule.titre.clone(),
            pourquoi: why.to_owned(),
        });
    }
    // What was refused before it was read was judged by nothing else.
    if delivery.verdict == Verdict::Refusee && delivery.counts.rows_read == 0 {
        judged.bilan.non_evaluees = rules().len().saturating_sub(judged.constats.len());
        judged.bilan.sans_anomalie = 0;
        judged.bilan.sans_objet = 0;
    }
    judged.constats.sort_by(|a, b| {
        let worst = b.effet.cmp(&a.effet).then(b.part.total_cmp(&a.part));
        worst.then(b.anomalies.cmp(&a.anomalies)).then_with(|| a.regle.cmp(&b.regle))
    });
    judged.constats = link(judged.constats, |name| {
        let finding = findings.iter().find(|finding| finding.rule == name)?;
        Some(Known {
            lines: &finding.lines,
            causes: said(table, name).map_or(&[], |rule| rule.suite_de),
        })
    });
    judged
}

/// When the row rules were judged, those of them that could not be.
fn not_judged(table: &str, findings: &[FileFinding]) -> impl Iterator<Item = (&'static lake::rules::Rule, &'static str)> {
    let is_of_rows = |finding: &FileFinding| row_rules::rule(table, &finding.rule).is_some();
    let rules = row_rules::of(table).filter(|_| findings.iter().any(is_of_rows));
    rules.into_iter().flat_map(row_rules::RowRules::not_judged)
}

fn why(needs: Needs) -> &'static str {
    match needs {
        Needs::Historique => "demande l'historique des envois",
        Needs::Reception => "demande l'instant de réception",
        Needs::Structures => "demande la table des structures de la région",
    }
}

/// What the declaration of a rule says of it, whatever judges it.
struct Said {
    titre: &'static str,
    champ: String,
    correction: &'static str,
    consequence: &'static str,
    suite_de: &'static [String],
    demande: Option<Needs>,
    /// Greatest share of anomalies that is not yet one.
    seuil: f64,
}

fn said(table: &str, name: &str) -> Option<Said> {
    if let Some(rule) = rule(name) {
        return Some(Said {
            titre: &rule.titre,
            champ: rule.champ.clone(),
            correction: &rule.correction,
            consequence: &rule.consequence,
            suite_de: &rule.suite_de,
            demande: rule.demande,
            seuil: 0.0,
        });
    }
    let rule = row_rules::rule(table, name)?;
    let fields: Vec<String> = rule.champs.iter().map(|champ| champ.to_uppercase()).collect();
    Some(Said {
        titre: &rule.titre,
        champ: fields.join(", "),
        correction: &rule.correction,
        consequence: &rule.consequence,
        suite_de: &rule.suite_de,
        demande: None,
        seuil: rule.seuil,
    })
}

fn share(finding: &FileFinding) -> f64 {
    finding.violated as f64 / finding.eligible.max(1) as f64
}

/// Rules that a site declares have no text of their own: the effect gives one.
fn constat(finding: &FileFinding, declared: Option<&Said>) -> Constat {
    let text = |of: fn(&Said) -> &str, otherwise: &str| declared.map_or(otherwise, of).to_owned();
    Constat {
        regle: finding.rule.clone(),
        titre: text(
            |rule| rule.titre,
            finding.message.as_deref().unwrap_or("Contrôle déclaré par la région"),
        ),
        champ: text(|rule| &rule.champ, "ligne"),
        effet: finding.effect,
        anomalies: finding.violated,
        evalues: finding.eligible,
        part: share(finding),
        lignes: finding.lines.iter().take(LINES).copied().collect(),
        message: finding.message.clone(),
        correction: text(|rule| rule.correction, "Corriger à l'export ce que dit le constat."),
        consequence: text(|rule| rule.consequence, by_effect(finding.effect)),
        suite_de: None,
        a_corriger: finding.effect != Effect::Info || declared.is_some_and(|rule| rule.seuil > 0.0),
    }
}

fn by_effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Info => "Aucune perte.",
        Effect::Flag => "Ce qui est signalé reste compté, et peut être faux.",
        Effect::VoidItem | Effect::VoidField | Effect::VoidDerived => {
            "La valeur écartée manque dans les chiffres qui la demandent."
        }
        Effect::RejectRecord => "Les enregistrements rejetés ne sont comptés dans aucun chiffre.",
        Effect::Quarantine | Effect::HoldFile | Effect::RejectFile | Effect::BlockRelease => "Rien de l'envoi n'est compté.",
    }
}

//! The checks of a flat kind: those that follow from the declared columns, and the declared comparisons.

use std::collections::BTreeMap;

use jiff::Timestamp;
use lake::delivery::FileFinding;
use lake::finding::Effect;

use crate::dates::CENTURY;
use crate::flat::cell::Fault;
use crate::flat::plan::Plan;
use crate::flat::row::Row;
use crate::kinds::{Checks, Comparison, Kind, Operator};
use crate::rules::{Count, rule};

/// The rule that rejects a row, and the column it is about.
pub type Rejection = (String, String);

pub struct Judge<'k> {
    kind: &'k Kind,
    named: Checks,
    received_at: Timestamp,
    counts: BTreeMap<String, Judged>,
}

/// Counts of one rule, with what to say of it.
struct Judged {
    count: Count,
    effect: Effect,
    messages: Vec<String>,
}

impl<'k> Judge<'k> {
    pub fn new(kind: &'k Kind, received_at: Timestamp) -> Judge<'k> {
        let named = kind.controles.clone().unwrap_or_default();
        let mut counts = BTreeMap::new();
        // Every rule that the kind runs is there from the start, so that one without anomaly is listed too.
        for id in named.ids() {
            let declared = rule(id);
            let judged = Judged {
                count: Count::default(),
                effect: declared.map_or(Effect::Flag, |rule| rule.effet),
                messages: declared.map(|rule| rule.message.clone()).into_iter().collect(),
            };
            counts.insert(id.clone(), judged);
        }
        for comparison in &kind.comparaison {
            counts.entry(comparison.regle.clone()).or_insert_with(|| Judged {
                count: Count::default(),
                effect: comparison.effet,
                messages: Vec::new(),
            });
        }
        Judge {
            kind,
            named,
            received_at,
            counts,
        }
    }

    /// Runs every check that rejects a row, counting each; returns the first that does.
    pub fn rejection(&mut self, row: &Row, plan: &Plan, ligne: u32) -> Option<Rejection> {
        let name = |rank: usize| plan.columns[rank].0.column.nom.clone();
        let of = |wanted: Fault| {
            row.faults
                .iter()
                .find(|(_, fault)| *fault == wanted)
                .map(|(rank, _)| name(*rank))
        };
        let missing = match row.misshapen {
            true => Some("ligne".to_owned()),
            false => self.missing(row, plan).map(name),
        };
        let mut first = None;
        for (id, champ) in [
            (self.named.obligatoire.clone(), missing),
            (self.named.compte.clone(), of(Fault::Count)),
            (self.named.finess_forme.clone(), of(Fault::Finess)),
        ] {
            if let Some(id) = &id {
                match row.misshapen && champ.is_none() {
                    true => self.count(id).skip(),
                    false => self.count(id).judge(champ.is_some(), ligne),
                }
            }
            // Without an identifier of its own the fault still rejects: a row is never kept with a hole in its key.
            first = first.or(champ.map(|champ| (id.unwrap_or_default(), champ)));
        }
        if !row.misshapen {
            let compared = self.compare(row, plan, ligne);
            first = first.or(compared);
        }
        first
    }

    /// The first compulsory column that is missing, unreadable or out of the century. A code out of its list is bearable; counts and FINESS have
    /// checks of their own.
    fn missing(&self, row: &Row, plan: &Plan) -> Option<usize> {
        let is_derived = |name: &str| self.kind.derivee.iter().any(|derived| derived.colonne == name);
        let found = row.faults.iter().find(|(rank, fault)| {
            let column = plan.columns[*rank].0.column;
            let elsewhere = matches!(fault, Fault::Count | Fault::Finess) || (column.etat && *fault == Fault::Code);
            column.obligatoire && !elsewhere && !is_derived(&column.nom)
        });
        found.map(|(rank, _)| *rank).or_else(|| self.misdated(row, plan))
    }

    /// The column that gives the month, when its day is not one that a record can have.
    fn misdated(&self, row: &Row, plan: &Plan) -> Option<usize> {
        let rank = plan.rank(&self.kind.table().mois)?;
        let seconds = row.values[rank].magnitude()?.div_euclid(1_000_000);
        (!CENTURY.contains(&seconds)).then_some(rank)
    }

    /// Runs the declared comparisons. Those of one rule are judged together, as a predicate of the lake would be: one that fails is
    /// enough for an anomaly, all of them are needed to pass.
    fn compare(&mut self, row: &Row, plan: &Plan, ligne: u32) -> Option<Rejection> {
        let mut outcome: BTreeMap<&str, (bool, Option<&Comparison>)> = BTreeMap::new();
        for comparison in &self.kind.comparaison {
            let (is_unsure, violated) = outcome.entry(&comparison.regle).or_default();
            match self.is_anomalous(comparison, row, plan) {
                Some(true) if violated.is_none() => *violated = Some(comparison),
                Some(_) => {}
                None => *is_unsure = true,
            }
        }
        let mut first = None;
        for (id, (is_unsure, violated)) in outcome {
            match is_unsure && violated.is_none() {
                true => self.count(id).skip(),
                false => self.count(id).judge(violated.is_some(), ligne),
            }
            if let Some(comparison) = violated {
                self.say(id, &comparison.message);
                if comparison.effet == Effect::RejectRecord && first.is_none() {
                    first = Some((id.to_owned(), comparison.gauche.clone()));
                }
            }
        }
        first
    }

    /// Whether the comparison holds; none when a side is missing.
    fn is_anomalous(&self, comparison: &Comparison, row: &Row, plan: &Plan) -> Option<bool> {
        let left = row.values[plan.rank(&comparison.gauche)?].magnitude()?;
        let right = match comparison.droite.as_str() {
            "@reception" => self.received_at.as_microsecond(),
            name => match plan.rank(name) {
                Some(rank) => row.values[rank].magnitude()?,
                None => name.parse::<Timestamp>().ok()?.as_microsecond(),
            },
        };
        let margin = comparison.marge_minutes * 60_000_000;
        Some(match comparison.operateur {
            Operator::Greater => left > right.saturating_add(margin),
            Operator::Less => left < right.saturating_sub(margin),
        })
    }

    /// Counts the checks that keep a row. `site_known`: whether the structures have its site, when there are some.
    pub fn flag(&mut self, row: &Row, plan: &Plan, site_known: Option<bool>, ligne: u32) {
        for (rank, (cells, _)) in plan.columns.iter().enumerate() {
            let fault = row.faults.iter().find(|(of, _)| *of == rank).map(|(_, fault)| *fault);
            let id = match cells.column.codes.is_some() {
                true => self.named.code.clone(),
                false => self.named.valeur.clone().filter(|_| !cells.is_count && !cells.is_site),
            };
            if let (Some(id), true) = (id, fault != Some(Fault::Missing)) {
                self.count(&id).judge(fault.is_some(), ligne);
            }
        }
        if let Some(id) = self.named.finess_connu.clone() {
            match site_known {
                Some(known) => self.count(&id).judge(!known, ligne),
                None => self.count(&id).skip(),
            }
        }
        if let Some(id) = self.named.decalage.clone() {
            for moment in row.moments() {
                self.count(&id).judge(moment.ambiguous, ligne);
            }
        }
    }

    /// Counts whether a row has the key of another with another content.
    pub fn twin(&mut self, is_twin: bool, ligne: u32) {
        if let Some(id) = self.named.doublon.clone() {
            self.count(&id).judge(is_twin, ligne);
        }
    }

    /// Counts whether what a line of a long form counts is in its list.
    pub fn coded(&mut self, is_known: bool, ligne: u32) {
        if let Some(id) = self.named.code.clone() {
            self.count(&id).judge(!is_known, ligne);
        }
    }

    pub fn findings(&self) -> Vec<FileFinding> {
        let finding =
            |(id, judged): (&String, &Judged)| judged.count.finding_with(id, judged.effect, &judged.messages.join(" ; "));
        self.counts.iter().map(finding).collect()
    }

    fn count(&mut self, id: &str) -> &mut Count {
        &mut self.counts.get_mut(id).expect("every rule is there from the start").count
    }

    fn say(&mut self, id: &str, message: &str) {
        let message = format!("{{n}} ligne(s) sur {{sur}} : {message}");
        let judged = self.counts.get_mut(id).expect("every rule is there from the start");
        if !judged.messages.contains(&message) {
            judged.messages.push(message);
        }
    }
}

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
    /// In the order of their identifiers; the checks know theirs by its place.
    counts: Vec<Judged>,
    obligatoire: Option<usize>,
    compte: Option<usize>,
    finess_forme: Option<usize>,
    finess_connu: Option<usize>,
    decalage: Option<usize>,
    doublon: Option<usize>,
    code: Option<usize>,
    /// The check of the values of each column.
    valued: Vec<Option<usize>>,
    /// Columns that a row cannot do without, and whether a code out of its list is bearable there.
    compulsory: Vec<(usize, bool)>,
    /// Rank of the column that gives the month.
    month: Option<usize>,
    /// The comparisons of each rule, rules in order.
    compared: Vec<(usize, Vec<Compared<'k>>)>,
}

/// Counts of one rule, with what to say of it.
struct Judged {
    id: String,
    count: Count,
    effect: Effect,
    messages: Vec<String>,
}

/// A comparison, its sides found once for the file.
struct Compared<'k> {
    declared: &'k Comparison,
    left: Option<usize>,
    right: Side,
    /// Microseconds.
    margin: i64,
}

enum Side {
    Column(usize),
    Instant(i64),
    /// What is compared with is not there.
    None,
}

impl<'k> Judge<'k> {
    pub fn new(kind: &'k Kind, plan: &Plan, received_at: Timestamp) -> Judge<'k> {
        let named = kind.controles.clone().unwrap_or_default();
        let counts = counts(kind, &named);
        let place = |id: &String| counts.binary_search_by(|judged| judged.id.as_str().cmp(id)).ok();
        let of = |id: &Option<String>| id.as_ref().and_then(place);
        let valued = plan.columns.iter().map(|(cells, _)| match cells.column.codes.is_some() {
            true => of(&named.code),
            false => of(&named.valeur).filter(|_| !cells.is_count && !cells.is_site),
        });
        let is_derived = |name: &str| kind.derivee.iter().any(|derived| derived.colonne == name);
        let compulsory = plan.columns.iter().enumerate().filter_map(|(rank, (cells, _))| {
            let column = cells.column;
            (column.obligatoire && !is_derived(&column.nom)).then_some((rank, column.etat))
        });
        let mut compared: BTreeMap<usize, Vec<Compared>> = BTreeMap::new();
        for comparison in &kind.comparaison {
            let rule = place(&comparison.regle).expect("every rule is there from the start");
            let found = Compared::of(comparison, plan, received_at);
            compared.entry(rule).or_default().push(found);
        }
        Judge {
            obligatoire: of(&named.obligatoire),
            compte: of(&named.compte),
            finess_forme: of(&named.finess_forme),
            finess_connu: of(&named.finess_connu),
            decalage: of(&named.decalage),
            doublon: of(&named.doublon),
            code: of(&named.code),
            valued: valued.collect(),
            compulsory: compulsory.collect(),
            month: plan.month,
            compared: compared.into_iter().collect(),
            counts,
        }
    }

    /// Runs every check that rejects a row, counting each; returns the first that does.
    pub fn rejection(&mut self, row: &Row, plan: &Plan, ligne: u32) -> Option<Rejection> {
        let name = |rank: usize| plan.columns[rank].0.column.nom.clone();
        let of = |wanted: Fault| {
            let mut faults = row.wrong.iter();
            faults.find(|rank| row.faults[**rank] == Some(wanted)).map(|rank| name(*rank))
        };
        let missing = match row.misshapen {
            true => Some("ligne".to_owned()),
            false => self.missing(row).map(name),
        };
        let mut first = None;
        for (check, champ) in [
            (self.obligatoire, missing),
            (self.compte, of(Fault::Count)),
            (self.finess_forme, of(Fault::Finess)),
        ] {
            if let Some(check) = check {
                match row.misshapen && champ.is_none() {
                    true => self.counts[check].count.skip(),
                    false => self.counts[check].count.judge(champ.is_some(), ligne),
                }
            }
            // Without an identifier of its own the fault still rejects: a row is never kept with a hole in its key.
            if let (None, Some(champ)) = (&first, champ) {
                first = Some((check.map_or(String::new(), |check| self.counts[check].id.clone()), champ));
            }
        }
        if !row.misshapen {
            let compared = self.compare(row, ligne);
            first = first.or(compared);
        }
        first
    }

    /// The first compulsory column that is missing, unreadable or out of the century. A code out of its list is bearable; counts and FINESS have
    /// checks of their own.
    fn missing(&self, row: &Row) -> Option<usize> {
        let found = self.compulsory.iter().find(|(rank, bears_codes)| match row.faults[*rank] {
            None | Some(Fault::Count | Fault::Finess) => false,
            Some(Fault::Code) => !bears_codes,
            Some(Fault::Missing | Fault::Unreadable) => true,
        });
        found.map(|(rank, _)| *rank).or_else(|| self.misdated(row))
    }

    /// The column that gives the month, when its day is not one that a record can have.
    fn misdated(&self, row: &Row) -> Option<usize> {
        let rank = self.month?;
        let seconds = row.values[rank].magnitude()?.div_euclid(1_000_000);
        (!CENTURY.contains(&seconds)).then_some(rank)
    }

    /// Runs the declared comparisons. Those of one rule are judged together, as a predicate of the lake would be: one that fails is
    /// enough for an anomaly, all of them are needed to pass.
    fn compare(&mut self, row: &Row, ligne: u32) -> Option<Rejection> {
        let mut first = None;
        for (rule, comparisons) in &self.compared {
            let judged = &mut self.counts[*rule];
            let (mut is_unsure, mut violated) = (false, None);
            for compared in comparisons {
                match compared.is_anomalous(row) {
                    Some(true) if violated.is_none() => violated = Some(compared.declared),
                    Some(_) => {}
                    None => is_unsure = true,
                }
            }
            match is_unsure && violated.is_none() {
                true => judged.count.skip(),
                false => judged.count.judge(violated.is_some(), ligne),
            }
            if let Some(comparison) = violated {
                judged.say(&comparison.message);
                if comparison.effet == Effect::RejectRecord && first.is_none() {
                    first = Some((judged.id.clone(), comparison.gauche.clone()));
                }
            }
        }
        first
    }

    /// Counts the checks that keep a row. `site_known`: whether the structures have its site, when there are some.
    pub fn flag(&mut self, row: &Row, site_known: Option<bool>, ligne: u32) {
        for (check, fault) in self.valued.iter().zip(&row.faults) {
            if let (Some(check), true) = (check, *fault != Some(Fault::Missing)) {
                self.counts[*check].count.judge(fault.is_some(), ligne);
            }
        }
        if let Some(check) = self.finess_connu {
            match site_known {
                Some(known) => self.counts[check].count.judge(!known, ligne),
                None => self.counts[check].count.skip(),
            }
        }
        if let Some(check) = self.decalage {
            for moment in row.moments() {
                self.counts[check].count.judge(moment.ambiguous, ligne);
            }
        }
    }

    /// Counts whether a row has the key of another with another content.
    pub fn twin(&mut self, is_twin: bool, ligne: u32) {
        if let Some(check) = self.doublon {
            self.counts[check].count.judge(is_twin, ligne);
        }
    }

    /// Counts whether what a line of a long form counts is in its list.
    pub fn coded(&mut self, is_known: bool, ligne: u32) {
        if let Some(check) = self.code {
            self.counts[check].count.judge(!is_known, ligne);
        }
    }

    pub fn findings(&self) -> Vec<FileFinding> {
        let finding = |judged: &Judged| {
            judged
                .count
                .finding_with(&judged.id, judged.effect, &judged.messages.join(" ; "))
        };
        self.counts.iter().map(finding).collect()
    }
}

/// The rules that the kind runs, in the order of their identifiers: they are there from the start, so that one without anomaly is
/// listed too.
fn counts(kind: &Kind, named: &Checks) -> Vec<Judged> {
    let mut counts: BTreeMap<&str, Judged> = BTreeMap::new();
    let judged = |id: &String, effect: Effect, messages: Vec<String>| Judged {
        id: id.clone(),
        count: Count::default(),
        effect,
        messages,
    };
    for (id, effect, found) in named.named() {
        let (effect, message) = match rule(id) {
            Some(declared) => (declared.effet, declared.message.clone()),
            None => (effect, format!("{{n}} ligne(s) sur {{sur}} : {found}")),
        };
        counts.insert(id, judged(id, effect, vec![message]));
    }
    for comparison in &kind.comparaison {
        let id = &comparison.regle;
        counts.entry(id).or_insert_with(|| judged(id, comparison.effet, Vec::new()));
    }
    counts.into_values().collect()
}

impl Judged {
    fn say(&mut self, message: &str) {
        let message = format!("{{n}} ligne(s) sur {{sur}} : {message}");
        if !self.messages.contains(&message) {
            self.messages.push(message);
        }
    }
}

impl<'k> Compared<'k> {
    fn of(comparison: &'k Comparison, plan: &Plan, received_at: Timestamp) -> Compared<'k> {
        let right = match comparison.droite.as_str() {
            "@reception" => Side::Instant(received_at.as_microsecond()),
            name => match (plan.rank(name), name.parse::<Timestamp>()) {
                (Some(rank), _) => Side::Column(rank),
                (None, Ok(instant)) => Side::Instant(instant.as_microsecond()),
                (None, Err(_)) => Side::None,
            },
        };
        Compared {
            left: plan.rank(&comparison.gauche),
            right,
            margin: comparison.marge_minutes * 60_000_000,
            declared: comparison,
        }
    }

    /// Whether the comparison holds; none when a side is missing.
    fn is_anomalous(&self, row: &Row) -> Option<bool> {
        let left = row.values[self.left?].magnitude()?;
        let right = match self.right {
            Side::Column(rank) => row.values[rank].magnitude()?,
            Side::Instant(at) => at,
            Side::None => return None,
        };
        Some(match self.declared.operateur {
            Operator::Greater => left > right.saturating_add(self.margin),
            Operator::Less => left < right.saturating_sub(self.margin),
        })
    }
}

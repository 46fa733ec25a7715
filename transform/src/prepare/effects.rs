//! Effects of the rules on the usable rows, read from the rule rows: which column is voided, what its companion then says,
//! which mark is set.

use lake::finding::Effect;
use polars::prelude::*;

use crate::Catalogue;
use crate::catalogue::columns;
use crate::rules::{Applied, Compiled, Scope, compile};

/// The rules of a table that change its usable rows. One that cannot run changes nothing: its verdict is `error`.
pub fn compiled<'a>(catalogue: &'a Catalogue, table: &str) -> Vec<Compiled<'a>> {
    let rules = catalogue.regles.iter().filter(|rule| rule.table == table);
    rules
        .filter(|rule| rule.portee != Scope::File && rule.applique == Applied::Transform)
        .filter(|rule| {
            rule.marque.is_some() || matches!(rule.effet, Effect::VoidField | Effect::VoidDerived | Effect::RejectRecord)
        })
        .filter_map(|rule| compile(rule, catalogue).ok())
        .collect()
}

/// Leaves out the rows that a `reject_record` rule of the lake condemns: those that only the other records can tell. They stay in
/// the lake, and the findings count them.
pub fn without_rejected(frame: LazyFrame, rules: &[Compiled]) -> LazyFrame {
    let rejecting = rules.iter().filter(|rule| rule.rule.effet == Effect::RejectRecord);
    match rejecting.map(anomaly).reduce(Expr::or) {
        Some(rejected) => frame.filter(rejected.not()),
        None => frame,
    }
}

/// Voids the columns that `void_field` rules name, all judged on the values as received; the companion, where there is one,
/// says why.
pub fn void_fields(frame: LazyFrame, rules: &[Compiled]) -> LazyFrame {
    let mut voided = Vec::new();
    for target in targets(rules, Effect::VoidField) {
        let concerned: Vec<_> = rules
            .iter()
            .filter(|rule| rule.rule.cible.as_deref() == Some(target))
            .collect();
        let any = concerned.iter().fold(lit(false), |any, rule| any.or(anomaly(rule)));
        voided.push(when(any).then(lit(NULL)).otherwise(col(target)).alias(target));
        let companion = format!("{target}_etat");
        let known = columns::table(&concerned[0].rule.table).and_then(|table| table.column(&companion));
        if known.is_some() {
            voided.push(state(&concerned, "non_conforme", col(companion.as_str())).alias(companion.as_str()));
        }
    }
    if voided.is_empty() {
        frame
    } else {
        frame.with_columns(voided)
    }
}

/// Voids derived columns, and fills a companion for each: `manquante` when the column was already null, the `etat` of the
/// first rule that voids it, else `valide`.
pub fn void_derived(frame: LazyFrame, rules: &[Compiled], derived: &[(&str, &str)]) -> LazyFrame {
    let mut voided = Vec::new();
    for (target, companion) in derived {
        let concerned: Vec<_> = rules
            .iter()
            .filter(|rule| rule.rule.effet == Effect::VoidDerived && rule.rule.cible.as_deref() == Some(target))
            .collect();
        let any = concerned.iter().fold(lit(false), |any, rule| any.or(anomaly(rule)));
        voided.push(when(any).then(lit(NULL)).otherwise(col(*target)).alias(*target));
        let missing = when(col(*target).is_null()).then(lit("manquante")).otherwise(lit("valide"));
        voided.push(state(&concerned, "non_conforme", missing).alias(*companion));
    }
    frame.with_columns(voided)
}

/// Boolean columns that hold the verdict of a rule.
pub fn marks(frame: LazyFrame, rules: &[Compiled]) -> LazyFrame {
    let marks: Vec<Expr> = rules
        .iter()
        .filter_map(|rule| Some(rule.verdict().alias(rule.rule.marque.as_deref()?)))
        .collect();
    if marks.is_empty() { frame } else { frame.with_columns(marks) }
}

fn state(rules: &[&Compiled], default: &str, otherwise: Expr) -> Expr {
    rules.iter().rev().fold(otherwise, |rest, rule| {
        let label = rule.rule.etat.clone().unwrap_or_else(|| default.to_owned());
        when(anomaly(rule)).then(lit(label)).otherwise(rest)
    })
}

/// True for an anomaly, false otherwise, never null.
fn anomaly(rule: &Compiled) -> Expr {
    rule.parmi.clone().and(rule.anomalie.clone()).fill_null(lit(false))
}

fn targets<'a>(rules: &'a [Compiled], effect: Effect) -> Vec<&'a str> {
    let mut targets: Vec<&str> = rules
        .iter()
        .filter(|rule| rule.rule.effet == effect)
        .filter_map(|rule| rule.rule.cible.as_deref())
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}

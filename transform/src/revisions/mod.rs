//! What moved between two releases of one period, and why: late records, corrected records, a definition or a rule that is not
//! written the same, a perimeter, the gate. It feeds the annex of revisions and the erratum of a corrected document.
//!
//! A cause is a fact of the two frames or of the deliveries received between them that bears on the figure; a figure may have
//! several, and one that has none says so.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use lake::delivery::Delivery;
use lake::edition::{Cause, Revision};
use lake::figure::{Figure, Status};
use lake::month::Month;
use lake::reference::Structure;
use lake::release::{Frame, Release};

use crate::indicators::{Kind, Period};

/// Two releases side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Figures that are the same in both.
    pub identical: u64,
    /// The others, in the order of the second release, then those that it has no more.
    pub revisions: Vec<Revision>,
}

/// Compares `before` with `after`. `deliveries` are those of the lake; only those in force and received between the two instants
/// count.
pub fn compare(before: &Release, after: &Release, deliveries: &[Delivery]) -> Compared {
    let causes = Causes::new(before, after, deliveries);
    let former: HashMap<[&Arc<str>; 12], &Figure> = before.figures.iter().map(|figure| (figure.key(), figure)).collect();
    let (mut identical, mut revisions) = (0, Vec::new());
    let mut seen = BTreeSet::new();
    for figure in &after.figures {
        let old = former.get(&figure.key()).copied();
        if old.is_some() {
            seen.insert(figure.key());
        }
        match old.is_some_and(|old| same(old, figure)) {
            true => identical += 1,
            false => revisions.push(causes.revision(old, Some(figure))),
        }
    }
    let gone = before.figures.iter().filter(|figure| !seen.contains(&figure.key()));
    revisions.extend(gone.map(|figure| causes.revision(Some(figure), None)));
    Compared {
        identical,
        revisions: revisions.into_iter().flatten().collect(),
    }
}

/// Whether a reader sees the same: same status, and numbers equal but for the last digits of a sum done in another order.
fn same(one: &Figure, other: &Figure) -> bool {
    let near = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0),
        (one, other) => one == other,
    };
    one.status == other.status
        && one
            .numbers()
            .into_iter()
            .zip(other.numbers())
            .all(|(one, other)| near(one, other))
}

/// What is known of the reasons, once for all figures.
struct Causes<'a> {
    /// Identifiers of indicators, populations and dimensions that are not described the same.
    redefined: BTreeSet<&'a str>,
    /// The declarations as a whole differ.
    declared: bool,
    /// Structures that are in one frame only, or not the same.
    moved: Vec<&'a Structure>,
    region: &'a str,
    places: BTreeMap<&'a str, &'a Structure>,
    received: Vec<&'a Delivery>,
}

impl<'a> Causes<'a> {
    fn new(before: &'a Release, after: &'a Release, deliveries: &'a [Delivery]) -> Causes<'a> {
        let (from, to) = (
            before.frame.as_of.min(after.frame.as_of),
            before.frame.as_of.max(after.frame.as_of),
        );
        let between = |delivery: &&Delivery| from < delivery.received_at && delivery.received_at <= to && delivery.is_in_force();
        let structures = before.frame.structures.iter().chain(&after.frame.structures);
        Causes {
            redefined: redefined(&before.frame, &after.frame),
            declared: before.frame.catalogue != after.frame.catalogue || before.frame.oru_version != after.frame.oru_version,
            moved: moved(&before.frame, &after.frame),
            region: &after.frame.region,
            places: structures.map(|structure| (structure.finess.as_str(), structure)).collect(),
            received: deliveries.iter().filter(between).collect(),
        }
    }

    /// `None` when neither side exists.
    fn revision(&self, before: Option<&Figure>, after: Option<&Figure>) -> Option<Revision> {
        let figure = after.or(before)?;
        let (late, corrected, envois) = self.deliveries(figure);
        let words = [&figure.indicator, &figure.population, &figure.dim, &figure.dim2];
        let redefined = words.iter().any(|word| self.redefined.contains(&***word));
        let hidden = |side: Option<&Figure>| side.is_some_and(|side| matches!(side.status, Status::Masked | Status::TooFew));
        let moved = self
            .moved
            .iter()
            .any(|structure| self.is_of(structure, &figure.level, &figure.area));
        let facts = [
            (late, Cause::Tardifs),
            (corrected, Cause::Corriges),
            (redefined, Cause::Definition),
            (self.declared && !redefined, Cause::Declarations),
            (moved, Cause::Perimetre),
            (hidden(before) != hidden(after), Cause::Diffusion),
        ];
        let mut causes: Vec<Cause> = facts
            .into_iter()
            .filter(|(true_here, _)| *true_here)
            .map(|(_, cause)| cause)
            .collect();
        if causes.is_empty() {
            causes.push(Cause::Inexpliquee);
        }
        let status = |side: Option<&Figure>| side.map_or("", |side| side.status.as_str()).to_owned();
        Some(Revision {
            figure: figure.name(),
            cle: figure.key().map(|part| part.to_string()).to_vec(),
            unite: figure.unit.to_string(),
            avant: before.and_then(|side| side.value),
            apres: after.and_then(|side| side.value),
            statut_avant: status(before),
            statut_apres: status(after),
            causes,
            envois,
        })
    }

    /// Whether deliveries of these days and of this place added records, whether some changed or withdrew any, and how many.
    fn deliveries(&self, figure: &Figure) -> (bool, bool, u32) {
        let span = span(&figure.period_kind, &figure.period);
        let (mut late, mut corrected, mut count) = (false, false, 0);
        for delivery in &self.received {
            let days = match (span, delivery.date_from, delivery.date_to) {
                (Some((from, to)), Some(first), Some(last)) => first <= to && from <= last,
                _ => true,
            };
            if !days || !feeds(&delivery.table, &figure.domaine) || !self.sends_for(delivery, figure) {
                continue;
            }
            let (added, changed) = (
                delivery.counts.added > 0,
                delivery.counts.changed + delivery.counts.removed > 0,
            );
            late |= added;
            corrected |= changed;
            count += u32::from(added || changed);
        }
        (late, corrected, count)
    }

    fn sends_for(&self, delivery: &Delivery, figure: &Figure) -> bool {
        // What names no site, or a sender that is no structure of the frame, may be of any place.
        let structure = delivery.finess.as_deref().and_then(|finess| self.places.get(finess));
        structure.is_none_or(|structure| self.is_of(structure, &figure.level, &figure.area))
    }

    fn is_of(&self, structure: &Structure, level: &str, area: &str) -> bool {
        match level {
            "region" => area == self.region,
            "departement" => structure.departement == area,
            "type_etablissement" => structure.type_structure == area,
            "etablissement" | "flux" => area.split('/').next() == Some(structure.finess.as_str()),
            // Places of another kind (a SAMU, an EPCI) have structures that the frame does not tell.
            _ => true,
        }
    }
}

/// Indicators, populations and dimensions of both frames whose description differs.
fn redefined<'a>(before: &'a Frame, after: &'a Frame) -> BTreeSet<&'a str> {
    let former: BTreeMap<(&str, &str), _> = before
        .entries
        .iter()
        .map(|entry| ((entry.nature.as_str(), entry.id.as_str()), entry))
        .collect();
    let differs = |entry: &&lake::release::CatalogueEntry| {
        former
            .get(&(entry.nature.as_str(), entry.id.as_str()))
            .is_some_and(|old| (&old.formule, &old.sql, &old.exclusions) != (&entry.formule, &entry.sql, &entry.exclusions))
    };
    let entries = after.entries.iter().filter(|entry| entry.nature != "regle");
    entries.filter(differs).map(|entry| entry.id.as_str()).collect()
}

fn moved<'a>(before: &'a Frame, after: &'a Frame) -> Vec<&'a Structure> {
    let only = |these: &'a [Structure], those: &'a [Structure]| these.iter().filter(|structure| !those.contains(structure));
    only(&before.structures, &after.structures)
        .chain(only(&after.structures, &before.structures))
        .collect()
}

/// Whether a table bears on figures of a domain: a table is named after it (`samu_rdr`), and what is neither (the territory,
/// the tension) is made from several.
fn feeds(table: &str, domaine: &str) -> bool {
    let of = |table: &str| table.split('_').next().unwrap_or_default().to_owned();
    let known = lake::table::tables().iter().any(|declared| of(&declared.nom) == domaine);
    !known || of(table) == domaine
}

/// First and last day of a period as a figure names it; `None` when the name is not one.
fn span(kind: &str, label: &str) -> Option<(Date, Date)> {
    let month = || label.parse::<Month>().ok();
    let period = match Kind::parse(kind)? {
        Kind::Day => Period::day(label.parse().ok()?),
        Kind::Week => {
            let (year, week) = label.split_once("-W")?;
            Period::week(year.parse().ok()?, week.parse().ok()?)?
        }
        Kind::Month | Kind::Serie => Period::month(month()?),
        Kind::Quarter => Period::quarter_and_before(label).ok()?.0,
        Kind::Rolling12 => Period::rolling12(month()?),
        Kind::Year => Period::year(label.parse().ok()?)?,
    };
    Some((period.from, period.to))
}

#[cfg(test)]
mod tests;

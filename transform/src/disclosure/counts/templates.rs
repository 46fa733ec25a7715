//! What holds between counts wherever they stand: categories add up to what they divide, what is in and what is not add up to all.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::book::{Book, NONE};
use super::names::{category, conditions, name};
use super::sides::Named;
use crate::disclosure::declared::Declared;

/// « The sum of the parts is the whole », by the numbers of their names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    pub whole: u32,
    pub parts: Vec<u32>,
}

/// Every relation that the declarations let a reader try.
pub fn of(book: &Book, declared: &Declared<'_>) -> Vec<Template> {
    let mut found: BTreeSet<Template> = BTreeSet::new();
    let sets = named_sets(book);
    breakdowns(book, &sets, &mut found);
    rests(book, &mut found);
    lists(book, declared, &sets, &mut found);
    found.extend(same_and_sums(book, &sets));
    found
        .into_iter()
        .filter(|template| !template.parts.contains(&template.whole))
        .collect()
}

/// The conditions of every count, by number.
fn named_sets(book: &Book) -> BTreeMap<u32, &Named> {
    let mut sets = BTreeMap::new();
    for shape in &book.shapes {
        let sides = [
            &shape.sides.numerator,
            &shape.sides.denominator,
            &shape.sides.missing,
            &shape.sides.excluded,
        ];
        for (set, named) in shape.sets.into_iter().zip(sides) {
            if let (true, Some(named)) = (set != NONE, named) {
                sets.entry(set).or_insert(named);
            }
        }
    }
    sets
}

/// Categories of a dimension, whatever the indicator that gives each.
fn breakdowns(book: &Book, sets: &BTreeMap<u32, &Named>, found: &mut BTreeSet<Template>) {
    let dimensions: BTreeSet<&str> = book
        .shapes
        .iter()
        .flat_map(|shape| &shape.sides.dimensions)
        .map(String::as_str)
        .collect();
    let mut groups: BTreeMap<(String, String), (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    for (set, named) in sets {
        for condition in &named.conditions {
            let Some((expression, _)) = condition.rsplit_once('=').filter(|(column, _)| dimensions.contains(column)) else {
                continue;
            };
            let rest: Vec<String> = named.conditions.iter().filter(|other| *other != condition).cloned().collect();
            let filled: Vec<String> = rest.iter().cloned().chain([format!("{expression} IS NOT NULL")]).collect();
            let base = name(&named.table, &rest);
            let wholes = [book.sets.find(&base), book.sets.find(&name(&named.table, &filled))];
            let group = groups.entry((base, expression.to_owned())).or_default();
            group.0.push(*set);
            group.1.extend(wholes.into_iter().flatten());
        }
    }
    // The denominator that the categories share.
    for shape in book.shapes.iter().filter(|shape| shape.sides.dimensions.len() == 1) {
        let (Some(named), [_, whole, ..]) = (&shape.sides.numerator, shape.sets) else {
            continue;
        };
        let expression = &shape.sides.dimensions[0];
        let is_category = |condition: &&String| condition.rsplit_once('=').is_some_and(|(column, _)| column == expression);
        let rest: Vec<String> = named
            .conditions
            .iter()
            .filter(|condition| !is_category(condition))
            .cloned()
            .collect();
        if let (Some(group), true) = (
            groups.get_mut(&(name(&named.table, &rest), expression.clone())),
            whole != NONE,
        ) {
            group.1.push(whole);
        }
    }
    for (parts, wholes) in groups.into_values() {
        for whole in wholes.into_iter().collect::<BTreeSet<u32>>() {
            let parts = parts.iter().copied().collect::<BTreeSet<u32>>().into_iter().collect();
            found.insert(Template { whole, parts });
        }
    }
}

/// Those counted, those whose item is missing and those that the definition leaves out are all there are.
fn rests(book: &Book, found: &mut BTreeSet<Template>) {
    for shape in &book.shapes {
        let sides = &shape.sides;
        let counted = sides.denominator.as_ref().or(sides.numerator.as_ref());
        let counted_set = if sides.denominator.is_some() {
            shape.sets[1]
        } else {
            shape.sets[0]
        };
        let left_out = [(&sides.missing, shape.sets[2]), (&sides.excluded, shape.sets[3])];
        let (Some(counted), true) = (counted, counted_set != NONE) else {
            continue;
        };
        let mut common: Vec<String> = counted.conditions.clone();
        let mut parts = vec![counted_set];
        for (named, set) in left_out {
            if let (Some(named), true) = (named, set != NONE) {
                common.retain(|condition| named.conditions.contains(condition));
                parts.push(set);
            }
        }
        if parts.len() == 1 {
            continue;
        }
        if let Some(whole) = book.sets.find(&name(&counted.table, &common)) {
            found.insert(Template { whole, parts });
        }
    }
}

/// « x IN ('4', '5') », and what declares the categories it counts.
fn lists(book: &Book, declared: &Declared<'_>, sets: &BTreeMap<u32, &Named>, found: &mut BTreeSet<Template>) {
    for (whole, named) in sets {
        for condition in &named.conditions {
            let Some((column, list)) = condition.split_once(" IN (").filter(|(column, _)| !column.contains(' ')) else {
                continue;
            };
            let values = list
                .trim_end_matches(')')
                .split(',')
                .map(|value| value.trim().trim_matches('\''));
            let rest = named.conditions.iter().filter(|other| *other != condition);
            let rest: Vec<String> = rest.cloned().collect();
            let parts = values.map(|value| rest.iter().cloned().chain([category(column, value)]).collect::<Vec<_>>());
            insert(book, &named.table, *whole, parts, found);
        }
    }
    for shape in &book.shapes {
        let parts = declared.protections.get(&*shape.indicator).and_then(|row| row.parts.as_ref());
        let (Some(parts), Some(named)) = (parts, &shape.sides.numerator) else {
            continue;
        };
        let Some(dimension) = declared.dimensions.get(parts.dimension.as_str()) else {
            continue;
        };
        let population = declared.populations.get(&*shape.population);
        let base = population.map_or_else(Vec::new, |row| conditions(&row.expression));
        let cells = |modalites: &[String]| {
            let of = |value: &String| base.iter().cloned().chain([category(&dimension.expression, value)]).collect();
            modalites.iter().map(of).collect::<Vec<Vec<String>>>()
        };
        let declared = [
            (shape.sets[0], &parts.modalites),
            (shape.sets[1], &parts.denominateur),
            (shape.sets[3], &parts.exclus),
        ];
        for (whole, modalites) in declared {
            if whole != NONE && !modalites.is_empty() && shape.sides.dimensions.is_empty() {
                insert(book, &named.table, whole, cells(modalites).into_iter(), found);
            }
        }
    }
}

fn insert(book: &Book, table: &str, whole: u32, parts: impl Iterator<Item = Vec<String>>, found: &mut BTreeSet<Template>) {
    let parts: Vec<u32> = parts
        .filter_map(|conditions| book.sets.find(&name(table, &conditions)))
        .collect();
    if !parts.is_empty() {
        found.insert(Template { whole, parts });
    }
}

/// Counts that are the same, or the sum of two others, at every place of a quarter: what declarations say otherwise, the figures
/// themselves say. Looked for with a sum of the counts weighted by a hash of their place, which adds up as they do.
fn same_and_sums(book: &Book, sets: &BTreeMap<u32, &Named>) -> Vec<Template> {
    let is_quarter: Vec<bool> = book.periods.names.iter().map(|name| name.starts_with("quarter")).collect();
    let mut marks: BTreeMap<u32, (u64, u32)> = BTreeMap::new();
    for (place, value) in book.places.iter().zip(&book.system.values) {
        if !is_quarter[place.period as usize] || value.fract() != 0.0 || *value == 0.0 {
            continue;
        }
        let mark = marks.entry(place.set).or_default();
        let weight = spread(u64::from(place.area) << 32 | u64::from(place.period) << 8 | u64::from(place.perimeter));
        mark.0 = mark.0.wrapping_add((*value as i64 as u64).wrapping_mul(weight));
        mark.1 += 1;
    }
    let mut found = Vec::new();
    let mut first: FxHashMap<(&str, u64), u32> = FxHashMap::default();
    let mut tables: BTreeMap<&str, Vec<(u32, u64)>> = BTreeMap::new();
    let whole: FxHashSet<u32> = whole_sets(book);
    for (set, (mark, places)) in &marks {
        let Some(named) = sets.get(set).filter(|_| *places >= PLACES) else {
            continue;
        };
        match first.get(&(named.table.as_str(), *mark)) {
            Some(same) => found.push(Template {
                whole: *same,
                parts: vec![*set],
            }),
            None => {
                first.insert((&named.table, *mark), *set);
                if whole.contains(set) {
                    tables.entry(&named.table).or_default().push((*set, *mark));
                }
            }
        }
    }
    for (table, sets) in tables {
        for (index, (a, of_a)) in sets.iter().enumerate() {
            for (b, of_b) in &sets[index + 1..] {
                if let Some(sum) = first.get(&(table, of_a.wrapping_add(*of_b))) {
                    found.push(Template {
                        whole: *sum,
                        parts: vec![*a, *b],
                    });
                }
            }
        }
    }
    found
}

/// Fewer places than this and two counts may be the same by chance.
const PLACES: u32 = 4;

/// Counts of figures that are not broken down.
fn whole_sets(book: &Book) -> FxHashSet<u32> {
    let whole = book.shapes.iter().filter(|shape| shape.sides.dimensions.is_empty());
    whole.flat_map(|shape| shape.sets).filter(|set| *set != NONE).collect()
}

/// SplitMix64, odd.
fn spread(seed: u64) -> u64 {
    let mut value = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (value ^ value >> 31) | 1
}

//! The rows of the system: what adds up over categories, areas and periods, where it does.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::book::{Book, NONE, Place, period};
use super::places::{Places, parts, within};
use super::templates;
use crate::disclosure::declared::Declared;
use crate::disclosure::system::Cell;

/// Beyond this, two sides of a sum differ.
const HOLDS: f64 = 1e-6;

/// Adds every link that holds. Gives the number of sums over areas and periods that do not.
pub fn add(book: &mut Book, declared: &Declared<'_>, places: &Places) -> usize {
    let templates = templates::of(book, declared);
    let counted = book.places.len();
    let mut of_set: FxHashMap<u32, Vec<Cell>> = FxHashMap::default();
    for (cell, place) in book.places.iter().enumerate() {
        of_set.entry(place.set).or_default().push(cell as Cell);
    }
    for template in templates {
        for whole in of_set.get(&template.whole).into_iter().flatten() {
            let place = book.places[*whole as usize];
            let cells: Vec<Cell> = template
                .parts
                .iter()
                .filter_map(|set| book.at(Place { set: *set, ..place }))
                .collect();
            if !cells.is_empty() {
                link(book, &cells, *whole);
            }
        }
    }
    complements(book);
    populations(book, declared);
    areas(book, places, counted) + periods(book, counted)
}

/// Adds a sum if it holds.
fn link(book: &mut Book, cells: &[Cell], whole: Cell) -> bool {
    let sum: f64 = cells.iter().map(|cell| book.system.values[*cell as usize]).sum();
    let holds = (sum - book.system.values[whole as usize]).abs() <= HOLDS;
    if holds {
        book.system.sum(cells, whole);
    }
    holds
}

/// Adds the count that is the rest of a whole, secret when it is small. Gives nothing when the parts are more than the whole.
fn rest(book: &mut Book, set: u32, cells: &[Cell], whole: Cell, protected: bool) {
    let value = |cell: &Cell| book.system.values[*cell as usize];
    let left = value(&whole) - cells.iter().map(value).sum::<f64>();
    let place = Place {
        set,
        ..book.places[whole as usize]
    };
    if left < -HOLDS || book.at(place).is_some() {
        return;
    }
    let cell = book.cell(place, left.max(0.0));
    book.system.secret[cell as usize] = protected && left > HOLDS && book.is_small(place, left);
    let mut parts = cells.to_vec();
    parts.push(cell);
    book.system.sum(&parts, whole);
}

/// Those of a denominator that are not in the numerator.
fn complements(book: &mut Book) {
    let of_shares: Vec<(u32, Cell, Cell, bool)> = book
        .of_figures()
        .filter(|(_, cells, shape)| shape.complement != NONE && cells[0] != NONE && cells[1] != NONE)
        .map(|(_, cells, shape)| (shape.complement, cells[0], cells[1], shape.protected[0]))
        .collect();
    for (set, some, all, protected) in of_shares {
        rest(book, set, &[some], all, protected);
    }
}

/// Populations of one family do not overlap: what they leave of everyone is a population too.
fn populations(book: &mut Book, declared: &Declared<'_>) {
    let mut groups: BTreeMap<(u32, &str), Vec<u32>> = BTreeMap::new();
    for shape in &book.shapes {
        let family = declared
            .populations
            .get(&*shape.population)
            .and_then(|row| row.famille.as_deref());
        let (Some(family), Some(row)) = (family, declared.populations.get(&*shape.population)) else {
            continue;
        };
        let own = super::names::conditions(&row.expression);
        let sides = [&shape.sides.numerator, &shape.sides.denominator];
        for (named, set) in sides.into_iter().zip(shape.sets) {
            let Some(named) = named.as_ref().filter(|_| set != NONE) else {
                continue;
            };
            let mut everyone = named.clone();
            everyone.conditions.retain(|condition| !own.contains(condition));
            if let Some(whole) = book.sets.find(&everyone.name()).filter(|whole| *whole != set) {
                let group = groups.entry((whole, family)).or_default();
                if !group.contains(&set) {
                    group.push(set);
                }
            }
        }
    }
    let groups: Vec<(u32, String, Vec<u32>)> = groups
        .into_iter()
        .map(|((whole, family), sets)| (whole, family.to_owned(), sets))
        .collect();
    let mut of_set: FxHashMap<u32, Vec<Cell>> = FxHashMap::default();
    for (cell, place) in book.places.iter().enumerate() {
        of_set.entry(place.set).or_default().push(cell as Cell);
    }
    for (whole, family, sets) in groups {
        let name = format!("{} ∖ {family}", book.sets.names[whole as usize]);
        let left = book.sets.number(&name);
        for cell in of_set.get(&whole).into_iter().flatten() {
            let place = book.places[*cell as usize];
            let parts: Vec<Cell> = sets.iter().filter_map(|set| book.at(Place { set: *set, ..place })).collect();
            if !parts.is_empty() {
                rest(book, left, &parts, *cell, true);
            }
        }
    }
}

/// Sites, départements, region. Only counts that figures print: the others follow from them.
fn areas(book: &mut Book, places: &Places, counted: usize) -> usize {
    let names: Vec<(String, String)> = book.areas.names.iter().map(|name| split(name)).collect();
    let mut below: Vec<BTreeMap<&str, Vec<u32>>> = vec![BTreeMap::new(); names.len()];
    for (number, (level, code)) in names.iter().enumerate() {
        for (level_above, code_above) in places.above(level, code) {
            if let Some(above) = book.areas.find(&format!("{level_above}\u{1f}{code_above}")) {
                below[above as usize].entry(level).or_default().push(number as u32);
            }
        }
        if level == "region" {
            for (other, (level, _)) in names.iter().enumerate() {
                if level == "etablissement" || places.levels().any(|known| known == level) {
                    below[number].entry(level).or_default().push(other as u32);
                }
            }
        }
    }
    let mut unlinked = 0;
    for whole in 0..counted {
        let place = book.places[whole];
        let levels = &below[place.area as usize];
        let mut linked = false;
        for (level, areas) in levels {
            if *level == "etablissement" && linked {
                continue;
            }
            let cells: Vec<Cell> = areas
                .iter()
                .filter_map(|area| book.at(Place { area: *area, ..place }))
                .collect();
            if cells.is_empty() {
                continue;
            }
            let holds = link(book, &cells, whole as Cell);
            linked |= holds && *level == "departement";
            unlinked += usize::from(!holds);
        }
    }
    unlinked
}

/// Days, weeks, months, quarters, years.
fn periods(book: &mut Book, counted: usize) -> usize {
    let names: Vec<(String, String)> = book.periods.names.iter().map(|name| split(name)).collect();
    let numbered = |cut: Vec<(&'static str, String)>| -> Vec<u32> {
        cut.iter()
            .filter_map(|(kind, label)| book.periods.find(&period(kind, label)))
            .collect()
    };
    let cuts: Vec<Vec<Vec<u32>>> = names
        .iter()
        .map(|(kind, label)| {
            parts(kind, label)
                .into_iter()
                .map(&numbered)
                .filter(|cut| !cut.is_empty())
                .collect()
        })
        .collect();
    let inside: Vec<Vec<u32>> = names.iter().map(|(kind, label)| numbered(within(kind, label))).collect();
    let mut unlinked = 0;
    for whole in 0..counted {
        let place = book.places[whole];
        let mut linked = false;
        for cut in &cuts[place.period as usize] {
            let cells: Vec<Cell> = cut
                .iter()
                .filter_map(|period| {
                    book.at(Place {
                        period: *period,
                        ..place
                    })
                })
                .collect();
            if cells.is_empty() || linked {
                continue;
            }
            linked = link(book, &cells, whole as Cell);
            unlinked += usize::from(!linked);
        }
        if linked {
            continue;
        }
        // What lies within twelve months is no more than they hold.
        for part in &inside[place.period as usize] {
            let found = book.at(Place { period: *part, ..place });
            if let Some(part) = found.filter(|part| book.system.values[*part as usize] <= book.system.values[whole]) {
                book.system.row([(whole as Cell, 1.0), (part, -1.0)], (0.0, f64::INFINITY));
            }
        }
    }
    unlinked
}

fn split(name: &str) -> (String, String) {
    let (first, second) = name.split_once('\u{1f}').unwrap_or((name, ""));
    (first.to_owned(), second.to_owned())
}

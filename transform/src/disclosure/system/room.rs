//! How far a cell could move given the cells that are hidden beside it: more than is true, so that a lack of room is a proof.

use super::{Cell, Line, System};

/// By how much a row lets a cell go up (or down), if each hidden cell beside it were free of its other rows; no further than
/// `enough`.
fn alone(system: &System, cell: Cell, (line, own): (Line, f64), up: bool, enough: f64) -> f64 {
    let mut room = 0.0;
    for (other, coefficient) in system.terms(line) {
        if room >= enough {
            return enough;
        }
        if other == cell || !system.is_hidden(other) {
            continue;
        }
        // What moves the other way holds what it holds; what moves the same way has no limit upwards.
        match (coefficient * own > 0.0) == up {
            true => room += system.value(other).max(0.0) * (coefficient / own).abs(),
            false => return enough,
        }
    }
    room.min(enough)
}

/// By how much a row lets a cell go up, no further than `enough`, each hidden cell beside it being held by its own other rows.
pub fn room(system: &System, cell: Cell, line: Line, enough: f64) -> f64 {
    let own = system
        .terms(line)
        .find(|(other, _)| *other == cell)
        .map_or(1.0, |(_, own)| own);
    let mut room = 0.0;
    for (other, coefficient) in system.terms(line) {
        if room >= enough {
            return enough;
        }
        if other == cell || !system.is_hidden(other) {
            continue;
        }
        let goes_down = coefficient * own > 0.0;
        let mut limit = if goes_down { system.value(other).max(0.0) } else { enough };
        for next in system
            .links_of(other)
            .filter(|(next, _)| *next != line && system.is_equation(*next))
        {
            if limit <= 0.0 {
                break;
            }
            limit = limit.min(alone(system, other, next, !goes_down, enough));
        }
        room += limit * (coefficient / own).abs();
    }
    room.min(enough)
}

/// The row that holds a hidden cell beside another in a row, when freeing it would leave the other enough room.
pub fn holding(system: &System, cell: Cell, line: Line, enough: f64) -> Option<Line> {
    let own = system
        .terms(line)
        .find(|(other, _)| *other == cell)
        .map_or(1.0, |(_, own)| own);
    let beside = system
        .terms(line)
        .filter(|(other, _)| *other != cell && system.is_hidden(*other));
    beside
        .filter_map(|(other, coefficient)| {
            let goes_down = coefficient * own > 0.0;
            if goes_down && system.value(other) < enough {
                return None;
            }
            let links = system
                .links_of(other)
                .filter(|(next, _)| *next != line && system.is_equation(*next));
            let mut tight = links.filter(|next| alone(system, other, *next, !goes_down, enough) < enough);
            let first = tight.next().map(|(next, _)| next)?;
            Some((tight.count(), other, first))
        })
        .min()
        .map(|(_, _, next)| next)
}

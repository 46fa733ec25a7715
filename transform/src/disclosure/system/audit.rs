//! The audit: between which bounds a reader can place a secret, by linear programme over its block.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::local::{FAR, Neighbourhood, Point, around};
use super::push::push;
use super::{Cell, Need, System};

/// Bounds of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub min: f64,
    pub max: f64,
}

impl Interval {
    fn of(value: f64) -> Interval {
        Interval { min: value, max: value }
    }

    pub fn reach(&mut self, value: f64) {
        (self.min, self.max) = (self.min.min(value), self.max.max(value));
    }

    pub fn width(&self) -> f64 {
        self.max - self.min
    }

    /// Accepted with a tolerance for the last digits of the solver.
    pub fn is_enough(&self, need: Need) -> bool {
        self.max >= need.seuil - 1e-6 && self.width() >= need.largeur - 1e-6
    }
}

/// The exact bounds of a cell given everything that is seen.
pub fn exact(system: &System, cell: Cell) -> Interval {
    let known = super::pinned::pinned(system);
    let value = system.values[cell as usize];
    if !system.hidden[cell as usize] || known[cell as usize] {
        return Interval::of(value);
    }
    let whole = around(system, cell, &known, usize::MAX);
    let moved = |way: f64| whole.furthest(system, way, FAR, |_| None).map_or(0.0, |point| point.moved);
    Interval {
        min: value - moved(-1.0),
        max: value + moved(1.0),
    }
}

/// Secrets looked at together, so that what one shows serves the others, whatever the number of threads.
const TOGETHER: usize = 64;

/// What was proved of some secrets.
pub type Proved = FxHashMap<Cell, Interval>;

/// Looks at secrets, each until it is proved to be known loosely enough, or is not. Gives every interval seen on the way: none is
/// wider than the true one.
pub fn look(system: &System, known: &[bool], need: Need, secrets: &[Cell]) -> Proved {
    let parts: Vec<Proved> = secrets
        .par_chunks(TOGETHER)
        .map(|secrets| {
            let mut proved = Proved::default();
            for secret in secrets {
                look_at(system, known, need, *secret, &mut proved);
            }
            proved
        })
        .collect();
    let mut all = Proved::default();
    for (cell, interval) in parts.into_iter().flatten() {
        let seen = all.entry(cell).or_insert(interval);
        seen.reach(interval.min);
        seen.reach(interval.max);
    }
    all
}

fn look_at(system: &System, known: &[bool], need: Need, secret: Cell, proved: &mut Proved) {
    let value = system.values[secret as usize];
    if is_enough(proved, secret, need) {
        return;
    }
    let rise = |cell: Cell| need.largeur.max(need.seuil - system.values[cell as usize]);
    keep(system, push(system, known, secret, rise(secret)), proved);
    if is_enough(proved, secret, need) {
        return;
    }
    let near = around(system, secret, known, usize::MAX);
    let others = |cell: Cell| (system.secret[cell as usize] && !is_enough(proved, cell, need)).then(|| rise(cell));
    let up = near.furthest(system, 1.0, rise(secret), others);
    let risen = up.as_ref().map_or(0.0, |point| point.moved);
    keep(system, moves(&near, up), proved);
    // Going down helps only one that goes up far enough first.
    let reaches = value + risen >= need.seuil - 1e-6 && value + risen >= need.largeur - 1e-6;
    if reaches && !is_enough(proved, secret, need) {
        keep(system, moves(&near, near.furthest(system, -1.0, value, |_| None)), proved);
    }
}

fn is_enough(proved: &Proved, cell: Cell, need: Need) -> bool {
    proved.get(&cell).is_some_and(|interval| interval.is_enough(need))
}

fn moves(near: &Neighbourhood, point: Option<Point>) -> impl Iterator<Item = (Cell, f64)> + '_ {
    let moves = point.map_or_else(Vec::new, |point| point.moves);
    near.cells.iter().copied().zip(moves)
}

/// What a point shows of every secret that moved.
fn keep(system: &System, moves: impl IntoIterator<Item = (Cell, f64)>, proved: &mut Proved) {
    for (cell, by) in moves {
        if system.secret[cell as usize] {
            let value = system.values[cell as usize];
            proved.entry(cell).or_insert(Interval::of(value)).reach(value + by);
        }
    }
}

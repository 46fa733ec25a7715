//! Which more cells to hide: secret by secret, the cheapest cell of the row that tells the most, until the audit accepts all.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::audit::{Proved, look};
use super::blocks;
use super::free::Freeing;
use super::pinned::pinned;
use super::room::{holding, room};
use super::{Cell, Line, NEVER, Need, System};

/// What was hidden more, and what the audit proved.
#[derive(Debug, Clone, Default)]
pub struct Protected {
    /// In the order they were chosen.
    pub chosen: Vec<Cell>,
    /// Bounds of every secret; wider ones may be true.
    pub proved: Proved,
    /// Secrets that nothing protects any more.
    pub refused: BTreeSet<Cell>,
    /// Secrets that no subtraction gives, in blocks too large for the linear programme.
    pub undecided: usize,
    /// How many times a last resort was looked at, and the counts that it hid.
    pub dropped: u32,
    pub margins: usize,
    /// How many times the audit was made.
    pub turns: u32,
}

/// Hides more cells until every secret is known loosely enough: first those that a row alone gives away, then those that the audit
/// finds. `hide` hides a cell and all that cannot be seen without it.
pub fn protect(system: &mut System, need: Need, mut hide: impl FnMut(&mut System, Cell)) -> Protected {
    let mut done = Protected::default();
    loop {
        loosen(system, need, &mut done, &mut hide);
        done.turns += 1;
        let found = audited(system, need, &mut done.proved);
        let open = |cells: Vec<Cell>| -> Vec<Cell> { cells.into_iter().filter(|cell| !done.refused.contains(cell)).collect() };
        let (given, failing) = (open(found.given), open(found.failing));
        if given.is_empty() && failing.is_empty() || done.turns % TURNS == 0 {
            done.refused.extend(given.into_iter().chain(failing));
            done.dropped += 1;
            let is_over = done.dropped > RESORTS + WITHDRAWALS;
            if is_over && !done.refused.is_empty() && !system.spared.is_empty() {
                for (cell, weight) in std::mem::take(&mut system.spared) {
                    system.weight[cell as usize] = Some(weight);
                }
                done.refused.clear();
                (done.dropped, done.turns) = (0, done.turns.next_multiple_of(TURNS));
                continue;
            }
            if done.refused.is_empty() || is_over {
                done.undecided = found.undecided;
                return done;
            }
            match done.dropped <= RESORTS {
                true => drop_margins(system, &mut done, &mut hide),
                false => withdraw_tables(system, &mut done, &mut hide),
            }
            continue;
        }
        // One choice often serves several secrets: what stands beside a choice of this turn is looked at again before the next.
        let mut touched: FxHashSet<Line> = FxHashSet::default();
        let mut known = pinned(system);
        let mut freeing = Freeing {
            system: &mut *system,
            known: &mut known,
            need,
            hide: &mut hide,
            chosen: Vec::new(),
        };
        for cell in given {
            let is_stuck = freeing.known[cell as usize] && !freeing.free(cell, 0) && done.turns % TURNS >= PATIENCE;
            if is_stuck {
                done.refused.insert(cell);
            }
        }
        done.chosen.append(&mut freeing.chosen);
        for cell in failing {
            if system.lines_of(cell).iter().any(|line| touched.contains(line)) {
                continue;
            }
            match candidate(system, cell, need) {
                Some(next) => {
                    hide(system, next);
                    touched.extend(system.lines_of(next));
                    done.chosen.push(next);
                }
                None => {
                    done.refused.insert(cell);
                }
            }
        }
    }
}

/// Times that margins are dropped, further around each time, before whole tables are.
const RESORTS: u32 = 3;

/// Times that tables are withdrawn, further around each time, before a secret is refused for good.
const WITHDRAWALS: u32 = 4;

/// The last resort: all that stands in a row with a secret that nothing else protects, totals included; then all that stands in a
/// row with those.
fn drop_margins(system: &mut System, done: &mut Protected, hide: &mut impl FnMut(&mut System, Cell)) {
    for secret in std::mem::take(&mut done.refused) {
        let mut near = vec![secret];
        for _ in 0..done.dropped {
            let lines = near
                .iter()
                .flat_map(|cell| system.lines_of(*cell))
                .filter(|line| system.is_equation(**line));
            let mut lines: Vec<Line> = lines.copied().collect();
            lines.sort_unstable();
            lines.dedup();
            let short = lines.into_iter().filter(|line| system.terms(*line).count() <= SHORT);
            near = short.flat_map(|line| system.terms(line)).map(|(cell, _)| cell).collect();
            near.sort_unstable();
            near.dedup();
        }
        for other in near {
            if !system.is_hidden(other) && system.weight[other as usize].is_some() {
                hide(system, other);
                done.chosen.push(other);
                done.margins += 1;
            }
        }
    }
}

/// What is left when margins do not help: the whole table of the secret is withdrawn, at every place of its level and every period of
/// its kind; then those of what stands in a row with it. Totals of other levels and periods stay, which protect nothing by themselves.
fn withdraw_tables(system: &mut System, done: &mut Protected, hide: &mut impl FnMut(&mut System, Cell)) {
    let mut near: FxHashSet<Cell> = std::mem::take(&mut done.refused).into_iter().collect();
    for _ in RESORTS + 1..done.dropped {
        let lines = near.iter().flat_map(|cell| system.lines_of(*cell));
        let lines: FxHashSet<Line> = lines.copied().filter(|line| system.is_equation(*line)).collect();
        near = lines
            .iter()
            .flat_map(|line| system.terms(*line))
            .map(|(cell, _)| cell)
            .collect();
    }
    let tables: FxHashSet<u32> = near
        .iter()
        .filter_map(|cell| system.table.get(*cell as usize))
        .filter(|table| **table != NEVER)
        .copied()
        .collect();
    for cell in 0..system.table.len() {
        if tables.contains(&system.table[cell]) && !system.hidden[cell] && system.weight[cell].is_some() {
            hide(system, cell as Cell);
            done.chosen.push(cell as Cell);
            done.margins += 1;
        }
    }
}

/// Cells of a row that the last resort hides whole: one of all the sites of a region would take too much with it.
const SHORT: usize = 20;

/// After as many audits, what is not proved is refused.
const TURNS: u32 = 8;

/// Turns left to a secret that subtractions give before it is refused.
const PATIENCE: u32 = 5;

/// Cells hidden for one secret before it is given up.
const ROUNDS: u32 = 40;

/// Hides until no row alone gives a secret away.
fn loosen(system: &mut System, need: Need, done: &mut Protected, hide: &mut impl FnMut(&mut System, Cell)) {
    let is_open = |system: &System, done: &Protected, cell: Cell| {
        let is_secret = system.secret[cell as usize] && system.is_hidden(cell);
        is_secret && !done.refused.contains(&cell) && !done.proved.get(&cell).is_some_and(|interval| interval.is_enough(need))
    };
    let mut rounds = 0;
    let mut left: Vec<Cell> = (0..system.count() as Cell)
        .filter(|cell| is_open(system, done, *cell))
        .collect();
    while !left.is_empty() {
        let mut next = Vec::new();
        rounds += 1;
        for cell in left {
            let Some(line) = tightest(system, cell, need) else { continue };
            let missing = need.largeur - room(system, cell, line, need.largeur);
            let held = holding(system, cell, line, missing).and_then(|next| best_of(system, next, missing));
            match held
                .or_else(|| best_of(system, line, missing))
                .or_else(|| candidate(system, cell, need))
            {
                Some(chosen) if rounds <= ROUNDS => {
                    hide(system, chosen);
                    done.chosen.push(chosen);
                    next.push(cell);
                }
                _ => {
                    done.refused.insert(cell);
                }
            }
        }
        left = next;
    }
}

/// What an audit finds.
struct Found {
    /// Secrets that subtractions or a row alone give away.
    given: Vec<Cell>,
    /// Those that the linear programme bounds too closely.
    failing: Vec<Cell>,
    /// Those of blocks too large for it.
    undecided: usize,
}

/// Hidden cells of a block that is audited by linear programme.
const BLOCK: u32 = 400;

/// Audits the secrets not proved yet.
fn audited(system: &System, need: Need, proved: &mut Proved) -> Found {
    let secrets = (0..system.count() as Cell).filter(|cell| system.secret[*cell as usize] && system.is_hidden(*cell));
    let is_open = |cell: &Cell, proved: &Proved| !proved.get(cell).is_some_and(|interval| interval.is_enough(need));
    let known = pinned(system);
    let sizes = blocks::sizes(system, &known);
    let is_given = |cell: &Cell| known[*cell as usize] || tightest(system, *cell, need).is_some();
    let (given, loose): (Vec<Cell>, Vec<Cell>) = secrets.filter(|cell| is_open(cell, proved)).partition(is_given);
    let (small, large): (Vec<Cell>, Vec<Cell>) = loose.into_iter().partition(|cell| sizes[*cell as usize] <= BLOCK);
    for (cell, interval) in look(system, &known, need, &small) {
        let seen = proved.entry(cell).or_insert(interval);
        (seen.min, seen.max) = (seen.min.min(interval.min), seen.max.max(interval.max));
    }
    Found {
        given,
        failing: small.into_iter().filter(|cell| is_open(cell, proved)).collect(),
        undecided: large.len(),
    }
}

/// The row that leaves a cell the least room, when it is surely not enough.
fn tightest(system: &System, cell: Cell, need: Need) -> Option<Line> {
    let value = system.value(cell);
    let needed = (need.seuil - value).max(need.largeur - value).max(0.0);
    let least = rooms(system, cell, needed).into_iter().next()?;
    (least.0 < needed - 1e-9).then_some(least.1)
}

/// The equations of a cell with the room that each leaves it, the least first.
fn rooms(system: &System, cell: Cell, enough: f64) -> Vec<(f64, Line)> {
    let equations = system.lines_of(cell).iter().filter(|line| system.is_equation(**line));
    let mut rooms: Vec<(f64, Line)> = equations.map(|line| (room(system, cell, *line, enough), *line)).collect();
    rooms.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    rooms
}

/// The cell to hide for a secret, in the row that tells the most, or else in the rows of what is hidden beside it.
fn candidate(system: &System, secret: Cell, need: Need) -> Option<Cell> {
    let rooms = rooms(system, secret, need.largeur);
    let own = rooms
        .iter()
        .find_map(|(room, line)| best_of(system, *line, need.largeur - room));
    own.or_else(|| {
        let beside = rooms.iter().flat_map(|(_, line)| system.terms(*line)).map(|(cell, _)| cell);
        let hidden = beside.filter(|cell| *cell != secret && system.is_hidden(*cell));
        hidden
            .flat_map(|cell| system.lines_of(cell))
            .find_map(|line| best_of(system, *line, need.largeur))
    })
}

/// In a row: a cell that other rows do not give back, and that is enough by itself; then as few printed figures as possible, the
/// smallest count, the first. A zero hides nothing, unless there is nothing else.
fn best_of(system: &System, line: Line, missing: f64) -> Option<Cell> {
    let choices = system
        .terms(line)
        .map(|(cell, _)| cell)
        .filter(|cell| !system.is_hidden(*cell) && system.weight[*cell as usize].is_some());
    let score = |cell: Cell| {
        let others = system
            .lines_of(cell)
            .iter()
            .filter(|other| **other != line && system.is_equation(**other));
        let alone = |other: &Line| {
            !system
                .terms(*other)
                .any(|(beside, _)| beside != cell && system.is_hidden(beside))
        };
        let given_back = others.filter(|other| alone(other)).count();
        let value = system.value(cell);
        (value <= 0.0, given_back, value < missing, system.weight[cell as usize])
    };
    let scored = choices.map(|cell| (score(cell), system.value(cell), cell));
    let least = scored.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    least.map(|(_, _, cell)| cell)
}

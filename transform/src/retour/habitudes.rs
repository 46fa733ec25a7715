//! Habits of the recording of times: very short and very long stays, round minutes, exits recorded together at shift change.

use std::collections::BTreeMap;

use lake::retour::{Habitude, Site, Z_998, part};
use polars::prelude::*;

use super::codes::LEAST_SITES as LEAST_FUNNEL;
use super::funnel::funnel;
use super::{Asked, LEAST_SITES, others};
use crate::Error;
use crate::disclosure::Policy;
use crate::prepare::rpu_view;

/// What is counted: (identifier, title, expected share when it is known beforehand).
const HABITS: [(&str, &str, Expected); 11] = [
    ("moins_10_min", "Passage de moins de 10 minutes", Expected::Others),
    ("plus_24_h", "Passage de plus de 24 heures", Expected::Others),
    ("plus_72_h", "Passage de plus de 72 heures", Expected::Others),
    ("entree_minute_00", "Entrée à la minute 00", Expected::Share(1.0 / 60.0)),
    (
        "entree_quart",
        "Entrée à la minute 00, 15, 30 ou 45",
        Expected::Share(4.0 / 60.0),
    ),
    ("sortie_minute_00", "Sortie à la minute 00", Expected::Share(1.0 / 60.0)),
    (
        "sortie_quart",
        "Sortie à la minute 00, 15, 30 ou 45",
        Expected::Share(4.0 / 60.0),
    ),
    (
        "sortie_multiple_5",
        "Sortie à une minute multiple de 5",
        Expected::Share(12.0 / 60.0),
    ),
    ("sortie_07h", "Sortie de 07:00 à 07:14", Expected::Neighbours(28)),
    ("sortie_15h", "Sortie de 15:00 à 15:14", Expected::Neighbours(60)),
    ("sortie_minuit", "Sortie à 23:59 ou à 00:00", Expected::Share(2.0 / 1440.0)),
];

#[derive(Clone, Copy)]
enum Expected {
    /// The share of the other sites.
    Others,
    Share(f64),
    /// The mean of the four quarters of an hour before and after this one.
    Neighbours(usize),
}

/// Standard errors, and times the expected share, from which a habit stands out; and records under which none does.
const Z: f64 = 3.29;
const TIMES: f64 = 1.5;
const LEAST: u64 = 30;

/// The times of one site.
#[derive(Debug, Clone, PartialEq)]
struct Times {
    entries: u64,
    exits: u64,
    counts: [u64; HABITS.len()],
    /// Exits by quarter of an hour of the day.
    quarters: [u64; 96],
}

pub struct Habits(BTreeMap<String, Times>);

/// The times of these sites; a FINESS that the register does not know stands for none.
pub fn count(asked: &Asked<'_>, known: &[Site]) -> Result<Habits, Error> {
    let doing = || Error::frame("lire les heures d'entrée et de sortie");
    let columns = ["finess", "entree", "sortie"].map(col);
    let frame = rpu_view(asked.inputs, asked.du, asked.au)?
        .select(columns)
        .collect()
        .map_err(doing())?;
    let mut sites: BTreeMap<&str, Times> = known.iter().map(|site| (site.finess.as_str(), Times::default())).collect();
    let mut read = || -> PolarsResult<()> {
        let minutes = |name: &str| -> PolarsResult<Column> { frame.column(name)?.cast(&DataType::Int64) };
        let (entries, exits) = (minutes("entree")?, minutes("sortie")?);
        let rows = frame
            .column("finess")?
            .str()?
            .iter()
            .zip(entries.i64()?.iter())
            .zip(exits.i64()?.iter());
        for ((site, entry), exit) in rows {
            let (Some(site), Some(entry)) = (site, entry) else { continue };
            if let Some(times) = sites.get_mut(site) {
                times.add(entry.div_euclid(MINUTE), exit.map(|exit| exit.div_euclid(MINUTE)));
            }
        }
        Ok(())
    };
    read().map_err(doing())?;
    sites.retain(|_, times| times.entries > 0);
    Ok(Habits(
        sites.into_iter().map(|(site, times)| (site.to_owned(), times)).collect(),
    ))
}

/// Microseconds.
const MINUTE: i64 = 60_000_000;

impl Default for Times {
    fn default() -> Times {
        Times {
            entries: 0,
            exits: 0,
            counts: [0; HABITS.len()],
            quarters: [0; 96],
        }
    }
}

impl Times {
    /// Minutes since 1970, in civil time.
    fn add(&mut self, entry: i64, exit: Option<i64>) {
        let mut met = [false; HABITS.len()];
        let minute = entry.rem_euclid(60);
        (met[3], met[4]) = (minute == 0, minute % 15 == 0);
        self.entries += 1;
        if let Some(exit) = exit {
            let (stay, minute, of_day) = (exit - entry, exit.rem_euclid(60), exit.rem_euclid(1440) as usize);
            self.exits += 1;
            self.quarters[of_day / 15] += 1;
            (met[0], met[1], met[2]) = ((0..10).contains(&stay), stay > 1440, stay > 4320);
            (met[5], met[6], met[7]) = (minute == 0, minute % 15 == 0, minute % 5 == 0);
            (met[8], met[9]) = (of_day / 15 == 28, of_day / 15 == 60);
            met[10] = of_day == 0 || of_day == 1439;
        }
        for (count, met) in self.counts.iter_mut().zip(met) {
            *count += u64::from(met);
        }
    }

    fn out_of(&self, habit: usize) -> u64 {
        if HABITS[habit].0.starts_with("entree") {
            self.entries
        } else {
            self.exits
        }
    }

    /// Mean share of the four quarters of an hour on each side.
    fn neighbours(&self, quarter: usize) -> Option<f64> {
        let near = (quarter - 4..quarter).chain(quarter + 1..=quarter + 4);
        part(near.map(|at| self.quarters[at]).sum(), self.exits).map(|share| share / 8.0)
    }
}

impl Habits {
    pub fn of_site(&self, finess: &str, policy: &Policy) -> Vec<Habitude> {
        let Some(own) = self.0.get(finess) else { return Vec::new() };
        let elsewhere: Vec<&Times> = self
            .0
            .iter()
            .filter(|(site, _)| *site != finess)
            .map(|(_, times)| times)
            .collect();
        let described = HABITS.iter().enumerate().map(|(rank, (id, title, expected))| {
            let (count, out_of) = (own.counts[rank], own.out_of(rank));
            let sum = elsewhere
                .iter()
                .fold((0, 0), |sum, one| (sum.0 + one.counts[rank], sum.1 + one.out_of(rank)));
            let region = others(sum.0, sum.1, policy).filter(|_| elsewhere.len() >= LEAST_SITES);
            let (usual, from) = match expected {
                Expected::Others => (None, ""),
                Expected::Share(share) => (Some(*share), "sans arrondi"),
                Expected::Neighbours(quarter) => (own.neighbours(*quarter), "d'après les quarts d'heure voisins"),
            };
            Habitude {
                id: (*id).to_owned(),
                libelle: (*title).to_owned(),
                nombre: count,
                sur: out_of,
                attendu: usual,
                attendu_selon: from.to_owned(),
                region,
                signalee: match expected {
                    Expected::Others => self.is_out(rank, (count, out_of)),
                    _ => usual.is_some_and(|usual| stands_out(count, out_of, usual)),
                },
            }
        });
        described.collect()
    }
}

impl Habits {
    /// Above the limits of the funnel of the region at 99.8 %, and far above its centre.
    fn is_out(&self, habit: usize, (count, out_of): (u64, u64)) -> bool {
        let sites: Vec<(u64, u64)> = self.0.values().map(|one| (one.counts[habit], one.out_of(habit))).collect();
        let Some(funnel) = funnel(&sites).filter(|_| sites.len() >= LEAST_FUNNEL) else {
            return false;
        };
        let far = count >= LEAST && count as f64 >= TIMES * funnel.centre * out_of as f64;
        far && funnel.place(count, out_of).is_some_and(|place| place.z_additive > Z_998)
    }
}

/// Far above what is usual, by size and by chance.
fn stands_out(count: u64, out_of: u64, usual: f64) -> bool {
    let (n, total) = (count as f64, out_of as f64);
    let error = (total * usual * (1.0 - usual)).max(1.0).sqrt();
    count >= LEAST && n >= TIMES * usual * total && (n - usual * total) / error > Z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_recorded_at_shift_change_stand_out_from_their_neighbours() {
        let mut times = Times::default();
        for hour in 6..9 {
            (0..60).for_each(|minute| times.add(hour * 60 + minute - 90, Some(hour * 60 + minute)));
        }
        let even = times.neighbours(28).unwrap();
        assert!((even - 15.0 / 180.0).abs() < 1e-12);
        assert!(!stands_out(times.counts[8], times.exits, even));
        (0..100).for_each(|_| times.add(300, Some(420)));
        assert!(stands_out(times.counts[8], times.exits, times.neighbours(28).unwrap()));
        assert_eq!(times.counts[8], 115);
    }

    #[test]
    fn a_stay_belongs_to_one_end_only() {
        let mut times = Times::default();
        times.add(0, Some(9));
        times.add(0, Some(10));
        times.add(0, Some(-1));
        times.add(0, Some(1440));
        times.add(0, Some(4321));
        times.add(0, None);
        assert_eq!((times.counts[0], times.counts[1], times.counts[2]), (1, 1, 1));
        assert_eq!((times.entries, times.exits), (6, 5));
    }
}

//! Returns: one row per passage, saying whether the same patient (`lien`) went home from a passage shortly before. A patient who went
//! elsewhere than home, or whose exit is unknown, does not return.
//!
//! Looked for backwards, from the second passage: nothing that comes later changes what is said of a day. Project-defined.

use lake::month::Month;
use polars::prelude::*;

use super::frames::{DAY, HOUR, around, days, integers, micros, repeated, texts};
use crate::{Catalogue, Error, Inputs};

const SHORT: i64 = 72 * HOUR;
const LONG: i64 = 7 * DAY;
/// A passage lasts 72 hours at most, and its patient comes back seven days after it at most.
pub const DAYS_BEFORE: i64 = 11;

/// Columns `flux_id, jour, connu, retour_72h, retour_7j, autre_site`, and the age groups of the patient.
pub fn passages(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let home = col("duree_etat").eq(lit("valide")).and(col("mode_sortie").eq(lit("8")));
    let left = when(home).then(micros("sortie")).otherwise(lit(NULL));
    let records = around("rpu", DAYS_BEFORE, inputs, catalogue, month)?.select([
        col("flux_id"),
        col("pediatrie"),
        col("geriatrie"),
        col("lien").cast(DataType::Int64),
        micros("entree").alias("debut"),
        left.cast(DataType::Int64).alias("fin"),
    ]);
    let read = || -> PolarsResult<LazyFrame> { found(&records.collect()?, month).map(DataFrame::lazy) };
    read().map_err(Error::frame("rapprocher les passages d'un même patient".to_owned()))
}

/// A passage that can be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Passage {
    link: i64,
    start: i64,
    place: usize,
    home: Option<i64>,
}

fn found(frame: &DataFrame, month: Month) -> PolarsResult<DataFrame> {
    let (links, starts, exits) = (integers(frame, "lien")?, integers(frame, "debut")?, integers(frame, "fin")?);
    let sites = texts(frame, "flux_id")?;
    let site = |place: usize| sites[place].as_deref().and_then(|flux| flux.split('/').next());
    // Before the first passages that the lake has, nobody can be seen to have gone home.
    let seen = starts.iter().flatten().min().map(|first| first.div_euclid(DAY) * DAY + LONG);
    let rows = links.iter().zip(&starts).zip(&exits).enumerate();
    let mut passages: Vec<Passage> = rows
        .filter_map(|(place, ((link, start), home))| {
            Some(Passage {
                link: (*link)?,
                start: (*start)?,
                place,
                home: *home,
            })
        })
        .collect();
    passages.sort_unstable();
    // Since the last exit home before each entry, and where.
    let mut since: Vec<Option<(i64, bool)>> = vec![None; starts.len()];
    for patient in passages.chunk_by(|a, b| a.link == b.link) {
        for (rank, passage) in patient.iter().enumerate() {
            let before = patient[..rank]
                .iter()
                .filter_map(|other| Some((passage.start - other.home?, other.place)));
            let last = before.filter(|(gap, _)| (0..=LONG).contains(gap)).min();
            since[passage.place] = last.map(|(gap, place)| (gap, site(place) != site(passage.place)));
        }
    }
    let (first, after) = days(month);
    let (mut places, mut dates) = (Vec::new(), Vec::new());
    let (mut known, mut short, mut long, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (place, start) in starts.iter().enumerate() {
        let Some(start) = start else { continue };
        let day = start.div_euclid(DAY);
        if !(first..after).contains(&day) {
            continue;
        }
        let linked = links[place].is_some() && seen.is_some_and(|from| *start >= from);
        places.push(place as IdxSize);
        dates.push(day as i32);
        known.push(linked);
        short.push(linked.then(|| since[place].is_some_and(|(gap, _)| gap <= SHORT)));
        long.push(linked.then(|| since[place].is_some()));
        elsewhere.push(since[place].filter(|_| linked).map(|(_, elsewhere)| elsewhere));
    }
    let frame = repeated(frame, places, dates)?.hstack(&[
        Series::new("connu".into(), known).into(),
        Series::new("retour_72h".into(), short).into(),
        Series::new("retour_7j".into(), long).into(),
        Series::new("autre_site".into(), elsewhere).into(),
    ])?;
    // The key stays in the lake.
    Ok(frame.drop_many(["lien", "debut", "fin"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST_OF_FEBRUARY_2025: i64 = 20_120 * DAY;

    fn at(hour: i64) -> i64 {
        FIRST_OF_FEBRUARY_2025 + hour * HOUR
    }

    /// Site, key, hours of entry and of exit home from 1 February 2025 0:00.
    type Given<'a> = (&'a str, Option<i64>, i64, Option<i64>);

    /// Whether it is linked, is a return within 72 hours, within seven days, from another site.
    type Found = (bool, Option<bool>, Option<bool>, Option<bool>);

    fn of(rows: &[Given<'_>]) -> Vec<Found> {
        let column = |of: fn(&Given<'_>) -> Option<i64>| rows.iter().map(of).collect::<Vec<_>>();
        let frame = df!(
            "flux_id" => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            "lien" => column(|row| row.1),
            "debut" => column(|row| Some(at(row.2))),
            "fin" => column(|row| row.3.map(at)),
        );
        let found = found(&frame.unwrap(), "2025-02".parse().unwrap()).unwrap();
        assert!(found.column("lien").is_err(), "the key stays in the lake");
        let flags = |name: &str| found.column(name).unwrap().bool().unwrap().iter().collect::<Vec<_>>();
        let (known, short, long, elsewhere) = (flags("connu"), flags("retour_72h"), flags("retour_7j"), flags("autre_site"));
        (0..found.height())
            .map(|row| (known[row].unwrap(), short[row], long[row], elsewhere[row]))
            .collect()
    }

    /// Somebody nine days before: the lake has the days that precede February.
    const BEFORE: Given<'_> = ("310000001/0", None, -9 * 24, None);

    #[test]
    fn a_return_is_counted_from_the_exit_home_to_the_entry() {
        let found = of(&[
            BEFORE,
            ("310000001/0", Some(1), 0, Some(4)),
            ("310000001/0", Some(1), 76, Some(80)),
            ("310000002/0", Some(1), 80 + 73, None),
            ("310000002/0", Some(1), 80 + 7 * 24 + 1, None),
        ]);
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(
            found,
            [
                (true, no, no, None),
                (true, yes, yes, no),
                (true, no, yes, yes),
                (true, no, no, None)
            ],
            "72 h to the minute, then 73 h at another site, then more than seven days after the last exit home"
        );
    }

    #[test]
    fn who_was_not_sent_home_or_has_not_left_does_not_return() {
        let found = of(&[
            BEFORE,
            ("310000001/0", Some(1), 0, None),
            ("310000001/0", Some(1), 10, Some(20)),
            ("310000002/0", Some(1), 15, None),
            ("310000001/0", Some(2), 30, None),
        ]);
        assert!(found.iter().all(|row| row.1 == Some(false)), "{found:?}");
    }

    #[test]
    fn without_a_key_or_the_days_before_nothing_is_said() {
        let found = of(&[BEFORE, ("310000001/0", None, 0, Some(4))]);
        assert_eq!(found, [(false, None, None, None)]);
        let found = of(&[("310000001/0", Some(1), 0, Some(4)), ("310000001/0", Some(1), 24, None)]);
        assert_eq!(found, [(false, None, None, None); 2]);
    }
}

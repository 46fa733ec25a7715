//! The known breaks of the series (`[sites] ruptures`): a series does not look back across one.

use jiff::civil::Date;
use lake::month::Month;

use crate::catalogue::series::Pas;
use crate::prepare::epoch_day;
use crate::sites::Rupture;

/// Several series, one after the other: their periods, and the first row of each, then the number of rows.
pub struct Rows<'a> {
    pub periods: &'a [i32],
    pub starts: &'a [usize],
}

/// The first rows again, with those that follow a break. `site` names the site of a row. The month of a break is compared with
/// nothing, nor is anything with it unless the break is its first day.
pub fn cut<'a>(rows: &Rows, pas: Pas, ruptures: &[Rupture], site: impl Fn(usize) -> Option<&'a str>) -> Vec<usize> {
    let mut starts = Vec::new();
    for bounds in rows.starts.windows(2) {
        starts.push(bounds[0]);
        let Some(site) = site(bounds[0]).filter(|_| bounds[0] < bounds[1]) else {
            continue;
        };
        let days = ruptures.iter().filter(|rupture| rupture.finess == site);
        let firsts = days.flat_map(|rupture| firsts(rupture.date, pas));
        let periods = &rows.periods[bounds[0]..bounds[1]];
        let mut cuts: Vec<usize> = firsts
            .map(|first| bounds[0] + periods.partition_point(|period| *period < first))
            .filter(|row| (bounds[0] + 1..bounds[1]).contains(row))
            .collect();
        cuts.sort_unstable();
        cuts.dedup();
        starts.extend(cuts);
    }
    starts.extend(rows.starts.last());
    starts
}

/// Periods that begin a series: that of the break, and the first whole one.
fn firsts(date: Date, pas: Pas) -> Vec<i32> {
    match pas {
        Pas::Jour => vec![epoch_day(date)],
        Pas::Mois => {
            let month = Month::of(date);
            let next = month.plus(1).first_day();
            let whole = (date != month.first_day()).then(|| epoch_day(next));
            [epoch_day(month.first_day())].into_iter().chain(whole).collect()
        }
    }
}

/// The days of one structure, cut before each of its breaks.
pub fn pieces<'d, T>(days: &'d [(i32, T)], ruptures: &[Rupture], finess: &str, ordre: i16) -> Vec<&'d [(i32, T)]> {
    let mut pieces = Vec::new();
    let mut rest = days;
    let breaks = ruptures.iter().filter(|rupture| rupture.concerns(finess, ordre));
    let mut dates: Vec<i32> = breaks.map(|rupture| epoch_day(rupture.date)).collect();
    dates.sort_unstable();
    for date in dates {
        let (before, after) = rest.split_at(rest.partition_point(|(day, _)| *day < date));
        if !before.is_empty() {
            pieces.push(before);
        }
        rest = after;
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::sites::NatureRupture;

    fn rupture(finess: &str, date: Date) -> Rupture {
        Rupture {
            finess: finess.to_owned(),
            ordre: None,
            date,
            nature: NatureRupture::Logiciel,
            vers_finess: None,
            note: None,
        }
    }

    #[test]
    fn a_series_of_days_begins_again_on_the_day_of_the_break() {
        let first = epoch_day(date(2025, 2, 1));
        let periods: Vec<i32> = (first..first + 5).chain(first..first + 5).collect();
        let rows = Rows {
            periods: &periods,
            starts: &[0, 5, 10],
        };
        let site = |row: usize| Some(if row < 5 { "a" } else { "b" });
        let known = [
            rupture("b", date(2025, 2, 3)),
            rupture("b", date(2025, 1, 1)),
            rupture("c", date(2025, 2, 2)),
        ];
        assert_eq!(cut(&rows, Pas::Jour, &known, site), [0, 5, 7, 10]);
    }

    #[test]
    fn the_month_of_a_break_stands_alone() {
        let periods: Vec<i32> = (1..=4).map(|month| epoch_day(date(2025, month, 1))).collect();
        let rows = Rows {
            periods: &periods,
            starts: &[0, 4],
        };
        let cut = |day| cut(&rows, Pas::Mois, &[rupture("a", day)], |_| Some("a"));
        assert_eq!(cut(date(2025, 2, 14)), [0, 1, 2, 4]);
        assert_eq!(cut(date(2025, 2, 1)), [0, 1, 4], "its first day: the month is whole");
    }

    #[test]
    fn the_days_of_a_structure_are_cut_before_its_breaks() {
        let first = epoch_day(date(2025, 2, 1));
        let days: Vec<(i32, u32)> = (first..first + 4).map(|day| (day, 1)).collect();
        let lengths = |known: &[Rupture]| {
            pieces(&days, known, "a", 0)
                .iter()
                .map(|piece| piece.len())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            lengths(&[rupture("a", date(2025, 2, 4)), rupture("a", date(2025, 2, 2))]),
            [1, 2, 1]
        );
        assert_eq!(
            lengths(&[rupture("b", date(2025, 2, 2)), rupture("a", date(2025, 1, 1))]),
            [4]
        );
    }
}

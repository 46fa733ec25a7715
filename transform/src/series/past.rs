//! What the past of a series says of each of its periods. Pure functions on slices.

use super::limits::median_and_mad;
use crate::catalogue::series::Fonction;

/// Several series, one after the other.
pub struct Past<'a> {
    /// Days since 1970-01-01: the day, or the first of the month; increasing along a series.
    pub periods: &'a [i32],
    /// First row of each series, then the number of rows.
    pub starts: &'a [usize],
    pub values: &'a [Option<f64>],
}

/// The column of a function of the past, row by row.
pub fn back(past: &Past, function: Fonction, n: usize) -> Vec<Option<f64>> {
    let mut column = Vec::with_capacity(past.values.len());
    for bounds in past.starts.windows(2) {
        let series = Series {
            periods: &past.periods[bounds[0]..bounds[1]],
            values: &past.values[bounds[0]..bounds[1]],
        };
        column.extend((0..series.values.len()).map(|row| series.look(function, row, n)));
    }
    column
}

struct Series<'a> {
    periods: &'a [i32],
    values: &'a [Option<f64>],
}

impl Series<'_> {
    fn look(&self, function: Fonction, row: usize, n: usize) -> Option<f64> {
        let before = |steps: usize| row.checked_sub(steps).and_then(|row| self.values[row]);
        match function {
            Fonction::MedianeMemeJour => self.usual((1..=n).filter_map(|weeks| self.at(self.periods[row] - 7 * weeks as i32)), n),
            Fonction::Mediane => self.usual((1..=n).filter_map(before), n),
            Fonction::Somme => (0..n).map(before).sum(),
            Fonction::Precedent => before(n),
            Fonction::AnneePrecedente => self.at(year_before(self.periods[row])?),
            Fonction::InchangeDepuis => {
                let value = self.values[row]?;
                let same = self.values[..=row].iter().rev().take_while(|other| **other == Some(value));
                Some(same.count() as f64)
            }
        }
    }

    /// The value of a period, where the series has it.
    fn at(&self, period: i32) -> Option<f64> {
        self.periods.binary_search(&period).ok().and_then(|row| self.values[row])
    }

    /// Median of what is known, once half of the `n` wanted are.
    fn usual(&self, known: impl Iterator<Item = f64>, n: usize) -> Option<f64> {
        let known: Vec<f64> = known.collect();
        (known.len() * 2 >= n)
            .then(|| median_and_mad(&known))?
            .map(|(median, _)| median)
    }
}

/// The same day of the year before, by its days since 1970-01-01; nothing for 29 February.
fn year_before(period: i32) -> Option<i32> {
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    let day = epoch.checked_add(jiff::Span::new().days(period)).ok()?;
    let before = jiff::civil::Date::new(day.year() - 1, day.month(), day.day()).ok()?;
    Some(crate::prepare::epoch_day(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two series: 1, 2, 3, (nothing), 3 from day 0, then one of a single day.
    fn look(function: Fonction, n: usize) -> Vec<Option<f64>> {
        let past = Past {
            periods: &[0, 1, 2, 3, 4, 0],
            starts: &[0, 5, 6],
            values: &[Some(1.0), Some(2.0), Some(3.0), None, Some(3.0), Some(9.0)],
        };
        back(&past, function, n)
    }

    #[test]
    fn each_function_looks_along_its_own_series() {
        assert_eq!(
            look(Fonction::Precedent, 1),
            [None, Some(1.0), Some(2.0), Some(3.0), None, None]
        );
        assert_eq!(look(Fonction::Somme, 2), [None, Some(3.0), Some(5.0), None, None, None]);
        assert_eq!(
            look(Fonction::Mediane, 2),
            [None, Some(1.0), Some(1.5), Some(2.5), Some(3.0), None]
        );
        assert_eq!(
            look(Fonction::InchangeDepuis, 1),
            [Some(1.0), Some(1.0), Some(1.0), None, Some(1.0), Some(1.0)]
        );
    }

    /// Sundays at 10, 20 and 30, then a Sunday: the median of the three is known, that of eight is not.
    #[test]
    fn the_same_weekday_of_the_weeks_before() {
        let periods: Vec<i32> = (0..22).collect();
        let values: Vec<Option<f64>> = periods
            .iter()
            .map(|day| (day % 7 == 0).then_some(f64::from(day / 7 + 1) * 10.0))
            .collect();
        let past = Past {
            periods: &periods,
            starts: &[0, 22],
            values: &values,
        };
        assert_eq!(back(&past, Fonction::MedianeMemeJour, 3)[21], Some(20.0));
        assert_eq!(back(&past, Fonction::MedianeMemeJour, 8)[21], None);
    }

    #[test]
    fn the_same_month_of_the_year_before() {
        let january = |year| crate::prepare::epoch_day(jiff::civil::date(year, 1, 1));
        let past = Past {
            periods: &[january(2024), january(2025)],
            starts: &[0, 2],
            values: &[Some(120.0), Some(60.0)],
        };
        assert_eq!(back(&past, Fonction::AnneePrecedente, 1), [None, Some(120.0)]);
        assert_eq!(year_before(crate::prepare::epoch_day(jiff::civil::date(2024, 2, 29))), None);
    }
}

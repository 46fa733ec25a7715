//! Rows by day, compact in memory and on disk: a year is 365 small numbers, not 365 dates.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::days::{date_of, epoch_day};

/// Days since 1970-01-01 with their number of rows, never zero, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DayCounts(Vec<(i32, u32)>);

impl DayCounts {
    pub fn from_map(map: &BTreeMap<i32, u32>) -> DayCounts {
        DayCounts(map.iter().filter(|(_, n)| **n > 0).map(|(day, n)| (*day, *n)).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, day: i32) -> u32 {
        self.0
            .binary_search_by_key(&day, |(day, _)| *day)
            .map_or(0, |at| self.0[at].1)
    }

    pub fn iter(&self) -> impl Iterator<Item = (i32, u32)> + '_ {
        self.0.iter().copied()
    }

    /// Days from `first` to `last`, both included.
    pub fn between(&self, first: i32, last: i32) -> impl Iterator<Item = (i32, u32)> + '_ {
        let start = self.0.partition_point(|(day, _)| *day < first);
        self.0[start..].iter().copied().take_while(move |(day, _)| *day <= last)
    }

    pub fn total(&self) -> u64 {
        self.0.iter().map(|(_, n)| u64::from(*n)).sum()
    }

    pub fn to_dates(&self) -> BTreeMap<Date, u32> {
        self.0.iter().filter_map(|(day, n)| Some((date_of(*day)?, *n))).collect()
    }
}

/// `{"du": "2025-01-01", "n": [79, 0, 81]}`, or pairs when the days are far apart.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Dense { du: Date, n: Vec<u32> },
    Sparse(Vec<(i32, u32)>),
}

impl Serialize for DayCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let dense = match (self.0.first(), self.0.last()) {
            (Some((first, _)), Some((last, _))) => {
                let width = (i64::from(*last) - i64::from(*first) + 1) as usize;
                (width <= 4 * self.0.len() + 31).then_some((*first, width))
            }
            _ => None,
        };
        let written = match dense.and_then(|(first, width)| Some((date_of(first)?, first, width))) {
            Some((du, first, width)) => {
                let mut n = vec![0; width];
                for (day, count) in &self.0 {
                    n[(day - first) as usize] = *count;
                }
                Written::Dense { du, n }
            }
            None => Written::Sparse(self.0.clone()),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DayCounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DayCounts, D::Error> {
        Ok(match Written::deserialize(deserializer)? {
            Written::Sparse(days) => DayCounts(days),
            Written::Dense { du, n } => {
                let first = epoch_day(du);
                let days = n.into_iter().enumerate().filter(|(_, n)| *n > 0);
                DayCounts(days.map(|(at, n)| (first + at as i32, n)).collect())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(days: &[(i32, u32)]) -> DayCounts {
        DayCounts::from_map(&days.iter().copied().collect())
    }

    #[test]
    fn written_and_read_back() {
        for days in [counts(&[]), counts(&[(0, 3), (2, 1)]), counts(&[(-40_000, 1), (20_000, 2)])] {
            let text = serde_json::to_string(&days).unwrap();
            assert_eq!(serde_json::from_str::<DayCounts>(&text).unwrap(), days, "{text}");
        }
        assert_eq!(
            serde_json::to_string(&counts(&[(0, 3), (2, 1)])).unwrap(),
            r#"{"du":"1970-01-01","n":[3,0,1]}"#
        );
    }

    #[test]
    fn a_day_without_row_counts_zero() {
        let days = counts(&[(1, 3), (2, 0), (40, 7)]);
        assert_eq!((days.get(1), days.get(2), days.get(3)), (3, 0, 0));
        assert_eq!(days.between(1, 39).collect::<Vec<_>>(), vec![(1, 3)]);
        assert_eq!(days.total(), 10);
    }
}

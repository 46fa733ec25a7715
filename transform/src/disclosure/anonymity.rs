//! k-anonymity and l-diversity of a file of records: how many records share each combination of what could recognise a person.
//!
//! Source: disclosure.md §6 (project-defined parameters).

use std::collections::BTreeMap;

/// Required k of a public file, and of one given to a partner under agreement.
pub const K_PUBLIC: usize = 11;
pub const K_PARTENAIRE: usize = 5;

/// No value of a sensitive attribute above this share of a class, which has two values at least.
const LARGEST_SHARE: f64 = 0.9;

/// Number of records of each combination of quasi-identifiers.
pub fn classes<'a>(records: impl IntoIterator<Item = &'a [&'a str]>) -> BTreeMap<Vec<&'a str>, usize> {
    let mut classes: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for record in records {
        *classes.entry(record.to_vec()).or_default() += 1;
    }
    classes
}

/// Size of the smallest class; none without records.
pub fn k(classes: &BTreeMap<Vec<&str>, usize>) -> Option<usize> {
    classes.values().copied().min()
}

/// Classes that a sensitive attribute gives away: (class, value) pairs in, keys of the classes out.
pub fn without_diversity<'a>(records: impl IntoIterator<Item = (&'a [&'a str], &'a str)>) -> Vec<Vec<&'a str>> {
    let mut classes: BTreeMap<Vec<&str>, BTreeMap<&str, usize>> = BTreeMap::new();
    for (class, value) in records {
        *classes.entry(class.to_vec()).or_default().entry(value).or_default() += 1;
    }
    let tells = |values: &BTreeMap<&str, usize>| {
        let all: usize = values.values().sum();
        let most = values.values().copied().max().unwrap_or(0);
        values.len() < 2 || most as f64 > LARGEST_SHARE * all as f64
    };
    classes
        .into_iter()
        .filter(|(_, values)| tells(values))
        .map(|(class, _)| class)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Age class, sex, département, with their number: disclosure.md §6.
    const RECORDS: [(usize, [&str; 3]); 5] = [
        (5, ["75+", "F", "31"]),
        (2, ["75+", "M", "31"]),
        (3, ["18-74", "F", "81"]),
        (1, ["18-74", "M", "81"]),
        (1, ["75+", "M", "81"]),
    ];

    fn sizes(kept: &[usize]) -> (Vec<usize>, Option<usize>) {
        let records: Vec<Vec<&str>> = RECORDS
            .iter()
            .flat_map(|(count, record)| vec![kept.iter().map(|index| record[*index]).collect::<Vec<_>>(); *count])
            .collect();
        let classes = classes(records.iter().map(Vec::as_slice));
        let mut sizes: Vec<usize> = classes.values().copied().collect();
        sizes.sort_unstable();
        (sizes, k(&classes))
    }

    #[test]
    fn k_is_the_smallest_class() {
        assert_eq!(sizes(&[0, 1, 2]), (vec![1, 1, 2, 3, 5], Some(1)));
        assert_eq!(sizes(&[0, 2]), (vec![1, 4, 7], Some(1)), "without the sex");
        assert_eq!(sizes(&[2]), (vec![5, 7], Some(5)), "without the sex nor the age");
    }

    #[test]
    fn a_class_whose_records_have_the_same_value_is_not_diverse() {
        let (a, b): (&[&str], &[&str]) = (&["31"], &["81"]);
        let records = [(a, "x"), (a, "x"), (b, "x"), (b, "y")];
        assert_eq!(without_diversity(records), [vec!["31"]]);
    }
}

//! Control charts of individual values and moving ranges (XmR): Wheeler, *Understanding Variation*, 1993; signals as in NHS
//! England, *Making Data Count*, #plotthedots.

/// Fewest values that limits are learned on.
pub const LEAST: usize = 10;
/// 3 ÷ d2 for ranges of two values: from the mean moving range to three standard deviations.
const SIGMAS: f64 = 3.0 / 1.128;
/// Consecutive values on one side of the mean that are no chance.
const SHIFT: usize = 7;

/// What a series usually does.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    pub centre: f64,
    pub low: f64,
    pub high: f64,
}

/// Why a value is unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    Outside,
    /// One of seven in a row, or more, on one side of the mean.
    Shift,
}

/// Limits of a series, gaps left out; none with too few values. Moving ranges are those of months that follow one another.
pub fn limits(values: &[Option<f64>]) -> Option<Limits> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let ranges: Vec<f64> = values
        .windows(2)
        .filter_map(|pair| Some((pair[0]? - pair[1]?).abs()))
        .collect();
    if known.len() < LEAST || ranges.is_empty() {
        return None;
    }
    let centre = known.iter().sum::<f64>() / known.len() as f64;
    let range = ranges.iter().sum::<f64>() / ranges.len() as f64;
    Some(Limits {
        centre,
        low: centre - SIGMAS * range,
        high: centre + SIGMAS * range,
    })
}

/// The values that a rule finds unusual, in order.
pub fn signals(values: &[Option<f64>], limits: &Limits) -> Vec<(usize, Signal)> {
    let side = |value: f64| if value > limits.centre { 1 } else { -1 };
    let mut found = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    let mut shifted: Vec<usize> = Vec::new();
    let mut last = 0;
    for (rank, value) in values.iter().enumerate() {
        let Some(value) = *value else {
            run.clear();
            continue;
        };
        if side(value) != last {
            run.clear();
        }
        last = side(value);
        run.push(rank);
        if run.len() == SHIFT {
            shifted.extend(&run);
        } else if run.len() > SHIFT {
            shifted.push(rank);
        }
    }
    for (rank, value) in values.iter().enumerate() {
        match value {
            Some(value) if *value < limits.low || *value > limits.high => found.push((rank, Signal::Outside)),
            Some(_) if shifted.contains(&rank) => found.push((rank, Signal::Shift)),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn limits_worked_out_by_hand() {
        // Mean 10; moving ranges 2, 2, 2…: mean 2; 3 × 2 ÷ 1.128 = 5.319.
        let series = known(&[9.0, 11.0, 9.0, 11.0, 9.0, 11.0, 9.0, 11.0, 9.0, 11.0]);
        let found = limits(&series).unwrap();
        assert_eq!(found.centre, 10.0);
        assert!(
            (found.high - 15.319).abs() < 1e-3 && (found.low - 4.681).abs() < 1e-3,
            "{found:?}"
        );
        assert!(signals(&series, &found).is_empty());
        assert_eq!(limits(&series[1..]), None, "too few to learn from");
    }

    #[test]
    fn a_value_out_of_the_limits_and_seven_on_one_side_are_signals() {
        let limits = Limits {
            centre: 10.0,
            low: 5.0,
            high: 15.0,
        };
        let mut series = known(&[9.0, 11.0, 16.0, 9.0, 11.0, 11.0, 11.0, 11.0, 11.0, 11.0]);
        assert_eq!(signals(&series, &limits), [(2, Signal::Outside)], "six on one side are not");
        series.push(Some(12.0));
        assert_eq!(signals(&series, &limits).len(), 8);
        series[6] = None;
        assert_eq!(signals(&series, &limits), [(2, Signal::Outside)], "a gap ends a run");
    }
}

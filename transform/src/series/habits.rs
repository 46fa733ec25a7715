//! The habits of a feed, and their drift: the seven last receptions beside the twenty-eight before them, by their medians.

use super::limits::median_and_mad;

/// Receptions that say what is new, those that say what is usual, and how many of these must be known (project-defined).
const RECENT: usize = 7;
const USUAL: usize = 28;
const LEAST_USUAL: usize = 14;

/// What one expected day says of the habits.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Habit {
    pub recu_min: Option<f64>,
    pub fenetre_jours: Option<f64>,
    pub recul_jours: Option<f64>,
}

/// The expected days so far, in order.
#[derive(Debug, Default)]
pub struct Observed(Vec<Habit>);

impl Observed {
    pub fn push(&mut self, habit: Habit) {
        self.0.push(habit);
    }

    /// Median of the last receptions less that of the ones before. None when too few are known, or nothing came on the last day.
    pub fn drift(&self, of: impl Fn(&Habit) -> Option<f64>) -> Option<f64> {
        self.0.last().and_then(&of)?;
        let known: Vec<f64> = self.0.iter().rev().filter_map(&of).take(RECENT + USUAL).collect();
        let (recent, usual) = known.split_at_checked(RECENT)?;
        if usual.len() < LEAST_USUAL {
            return None;
        }
        let median = |values: &[f64]| median_and_mad(values).map(|(median, _)| median);
        Some(median(recent)? - median(usual)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drift(hours: &[f64]) -> Option<f64> {
        let mut observed = Observed::default();
        for minutes in hours {
            observed.push(Habit {
                recu_min: Some(*minutes),
                ..Habit::default()
            });
        }
        observed.drift(|habit| habit.recu_min)
    }

    /// Twenty receptions at 04:00, then seven of which four at 06:30: half of the last ones say the new hour.
    #[test]
    fn a_feed_that_comes_later_drifts_once_it_is_a_habit() {
        let before = [240.0; 20];
        assert_eq!(drift(&[&before[..], &[240.0; 4], &[390.0; 3]].concat()), Some(0.0));
        assert_eq!(drift(&[&before[..], &[240.0; 3], &[390.0; 4]].concat()), Some(150.0));
        assert_eq!(drift(&[240.0; 20]), None, "thirteen usual receptions are too few");
    }
}

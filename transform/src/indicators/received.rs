//! Days on which the senders of an area sent something: what a rate per year is brought to, and what the coverage of a flow is.
//!
//! Project-defined: a day is received from a sender when it has a record of it. A sender that has quiet days (a SMUR without a
//! mission, a duty centre that is closed) has a declared number of days without a record that do not interrupt it.

use jiff::ToSpan;
use jiff::civil::Date;

use super::areas::{Area, Key};
use super::tally::Presence;

/// The days observed of a period, and what was received on them.
pub struct Received<'p> {
    pub presence: &'p Presence,
    pub from: Date,
    pub to: Date,
    /// Days without a record that are no interruption.
    pub silence: u8,
}

impl Received<'_> {
    /// Sum over the senders.
    pub fn days_received(&self, area: &Area) -> f64 {
        area.keys.iter().map(|key| self.days_of(*key)).sum()
    }

    /// Sum over the senders known, in this period or another, of the days of the period.
    pub fn days_expected(&self, area: &Area) -> f64 {
        let known = area.keys.iter().filter(|key| self.presence.knows(**key)).count();
        known as f64 * f64::from((self.to - self.from).get_days() + 1).max(0.0)
    }

    /// Mean over the senders that sent something in the period; 0 when none did.
    pub fn mean_days(&self, area: &Area) -> f64 {
        let sent: Vec<f64> = area
            .keys
            .iter()
            .map(|key| self.days_of(*key))
            .filter(|days| *days > 0.0)
            .collect();
        match sent.len() {
            0 => 0.0,
            senders => sent.iter().sum::<f64>() / senders as f64,
        }
    }

    fn days_of(&self, key: Key) -> f64 {
        if !self.presence.between(key, self.from, self.to) {
            return 0.0;
        }
        let (mut received, mut quiet) = (0, 0);
        let kept = |quiet: i32| if quiet <= i32::from(self.silence) { quiet } else { 0 };
        for day in self.from.series(1.day()).take_while(|day| *day <= self.to) {
            if self.presence.on(key, day) {
                received += 1 + kept(quiet);
                quiet = 0;
            } else {
                quiet += 1;
            }
        }
        f64::from(received + kept(quiet))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn seen(days: &[i8]) -> Presence {
        let mut presence = Presence::default();
        for day in days {
            presence.saw(0, date(2025, 2, *day), 3);
        }
        presence
    }

    fn days(presence: &Presence, silence: u8) -> f64 {
        let received = Received {
            presence,
            from: date(2025, 2, 1),
            to: date(2025, 2, 28),
            silence,
        };
        received.days_of(0)
    }

    #[test]
    fn a_flow_that_begins_in_the_middle_of_a_period_is_received_from_then_on() {
        let from_the_15th: Vec<i8> = (15..=28).collect();
        assert_eq!(days(&seen(&from_the_15th), 0), 14.0);
        assert_eq!(days(&seen(&from_the_15th), 7), 14.0, "two weeks are no quiet days");
    }

    #[test]
    fn quiet_days_are_received_and_an_interruption_is_not() {
        let weekly = seen(&[1, 8, 15, 22, 28]);
        assert_eq!(days(&weekly, 0), 5.0);
        assert_eq!(days(&weekly, 6), 28.0, "never more than six days between two");
        assert_eq!(days(&seen(&[1, 28]), 7), 2.0);
        assert_eq!(days(&Presence::default(), 7), 0.0);
    }
}

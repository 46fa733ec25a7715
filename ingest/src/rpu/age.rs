//! Ages at the day of entry, from a birth date that is then forgotten.

use crate::dates::Day;

/// Ages of one patient on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// Completed years on the anniversary rule (arrêté du 24 juillet 2013, art. 6). Somebody born on 29 February gets older on
    /// 1 March of common years.
    pub years: i32,
    /// floor(days / 365.25), as FEDORU panoramas count; it may lag one day behind `years` on a birthday.
    pub fedoru: i32,
    /// Completed months; [`MONTHS_UNKNOWN`] when only the age was received.
    pub months: i32,
    pub days: i32,
}

/// Ages on `entry` of somebody born on `birth`. Negative when birth comes after entry.
pub fn ages(birth: Day, entry: Day) -> Ages {
    let days = entry.number() - birth.number();
    let before_anniversary = (entry.month, entry.day) < (birth.month, birth.day);
    let before_day_of_month = entry.day < birth.day;
    Ages {
        years: entry.year - birth.year - i32::from(before_anniversary),
        fedoru: (days * 4).div_euclid(1461),
        months: (entry.year - birth.year) * 12 + entry.month as i32 - birth.month as i32 - i32::from(before_day_of_month),
        days,
    }
}

/// Months of an age received in years.
pub const MONTHS_UNKNOWN: i32 = i32::MAX;

/// Ages received as AGE and AGE_JOURS (SYRIUS): completed years, and days when they are none. The two FEDORU ages then agree, and
/// months are unknown from one year on.
pub fn given(years: i32, days: i32) -> Ages {
    let days = if years == 0 { days } else { years * 1461 / 4 };
    Ages {
        years,
        fedoru: years,
        months: MONTHS_UNKNOWN,
        days,
    }
}

/// Codes of the twelve FEDORU classes, `lake/codes/rpu_age_classes.csv`.
pub const CLASSES: [&str; 12] = [
    "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12",
];

/// Rank in [`CLASSES`] of an age in 0–120 years.
pub fn class(ages: Ages) -> u8 {
    match ages.years {
        _ if ages.days < 28 => 0,
        ..1 => 1,
        1..5 => 2,
        5..10 => 3,
        10..15 => 4,
        15..18 => 5,
        18..30 => 6,
        30..45 => 7,
        45..65 => 8,
        65..75 => 9,
        75..85 => 10,
        85.. => 11,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::parse_day;

    fn at(birth: &str, entry: &str) -> Ages {
        ages(parse_day(birth.as_bytes()).unwrap(), parse_day(entry.as_bytes()).unwrap())
    }

    #[test]
    fn years_change_on_the_anniversary() {
        for (birth, entry, years) in [
            ("14/06/1947", "13/06/2025", 77),
            ("14/06/1947", "14/06/2025", 78),
            ("29/02/2004", "28/02/2022", 17),
            ("29/02/2004", "01/03/2022", 18),
            ("29/02/2004", "29/02/2024", 20),
            ("01/02/2025", "01/02/2025", 0),
            ("02/02/2025", "01/02/2025", -1),
        ] {
            assert_eq!(at(birth, entry).years, years, "{birth} {entry}");
        }
    }

    #[test]
    fn at_eighteen_the_two_ages_may_differ() {
        let birthday = at("01/03/2007", "01/03/2025");
        assert_eq!((birthday.years, birthday.fedoru), (18, 18));
        let earlier = at("01/03/2005", "01/03/2023");
        assert_eq!((earlier.days, earlier.years, earlier.fedoru), (6574, 18, 17));
        assert_eq!(at("01/03/2005", "02/03/2023").fedoru, 18);
    }

    #[test]
    fn months_before_two_years() {
        assert_eq!(at("31/01/2025", "28/02/2025").months, 0);
        assert_eq!(at("31/01/2025", "01/03/2025").months, 1);
        assert_eq!(at("15/03/2023", "14/03/2025").months, 23);
    }

    #[test]
    fn classes_start_at_their_lower_bound() {
        for (birth, entry, code) in [
            ("01/01/2025", "28/01/2025", "A01"),
            ("01/01/2025", "29/01/2025", "A02"),
            ("30/01/2024", "29/01/2025", "A02"),
            ("29/01/2024", "29/01/2025", "A03"),
            ("29/01/2020", "29/01/2025", "A04"),
            ("29/01/2010", "29/01/2025", "A06"),
            ("29/01/2007", "29/01/2025", "A07"),
            ("29/01/1980", "29/01/2025", "A09"),
            ("29/01/1950", "29/01/2025", "A11"),
            ("29/01/1940", "29/01/2025", "A12"),
        ] {
            assert_eq!(CLASSES[class(at(birth, entry)) as usize], code, "{birth} {entry}");
        }
    }

    #[test]
    fn an_age_received_has_the_class_of_the_birth_date_it_comes_from() {
        for (birth, entry) in [
            ("05/01/2025", "29/01/2025"),
            ("01/01/2025", "28/01/2025"),
            ("01/01/2025", "29/01/2025"),
            ("30/01/2024", "29/01/2025"),
            ("29/01/2024", "29/01/2025"),
            ("29/01/1940", "29/01/2025"),
        ] {
            let known = at(birth, entry);
            let received = given(known.years, if known.years == 0 { known.days } else { 0 });
            assert_eq!(class(received), class(known), "{birth} {entry}");
            assert_eq!(received.days > 28, known.days > 28, "{birth} {entry}");
        }
    }

    #[test]
    fn classes_are_those_of_the_code_list() {
        let declared: Vec<_> = lake::code_list::code_list("rpu_age_classes")
            .unwrap()
            .codes
            .iter()
            .map(|row| row.code.as_str())
            .collect();
        assert_eq!(declared, CLASSES);
    }
}

//! The table of the specification, §6.1, line by line.

use jiff::civil::date;
use proptest::prelude::*;
use reports::typography::*;

#[test]
fn numbers_are_printed_as_the_table_says() {
    let cases: [(String, &str); 33] = [
        (decimal(1_234_567.8, 1), "1\u{202f}234\u{202f}567,8"),
        (share(0.123), "12,3\u{202f}%"),
        (count(344_073.0), "344\u{202f}073"),
        (count(999.0), "999"),
        (count(-12.0), "\u{2212}12"),
        (share(0.198), "19,8\u{202f}%"),
        (share(0.0006), "0,06\u{202f}%"),
        (share(0.0), "0\u{202f}%"),
        (share(0.00001), "<\u{a0}0,01\u{202f}%"),
        (share(0.009_996), "1,0\u{202f}%"),
        (share(1.0), "100,0\u{202f}%"),
        (ratio(1.058), "1,06"),
        (age(38.8, 1), "38,8\u{a0}ans"),
        (age(37.0, 0), "37\u{a0}ans"),
        (duration(167.0), "2\u{a0}h\u{a0}47"),
        (duration(7.0), "0\u{a0}h\u{a0}07"),
        (duration(167.5), "2\u{a0}h\u{a0}48"),
        (duration(1_439.0), "23\u{a0}h\u{a0}59"),
        (duration(1_620.0), "1\u{a0}j\u{a0}03\u{a0}h"),
        (per_thousand(252.4), "252,4\u{202f}‰"),
        (change_points(0.014), "+1,4\u{a0}point"),
        (change_points(-0.02), "\u{2212}2,0\u{a0}points"),
        (change_points(0.0), "0,0\u{a0}point"),
        (change_relative(-0.036), "\u{2212}3,6\u{202f}%"),
        (change_relative(0.000_1), "0,0\u{202f}%"),
        (change_count(11_234.0, 10_000.0), "+1\u{202f}234 (+12,3\u{202f}%)"),
        (change_count(5.0, 0.0), "+5"),
        (change_duration(-139.0), "\u{2212}2\u{a0}h\u{a0}19"),
        (change_duration(5.0), "+5\u{a0}min"),
        (interval(0.098, 0.121), "[9,8\u{a0}–\u{a0}12,1]"),
        (signed(0.04, 1), "0,0"),
        (decimal(2.675, 2), "2,68"),
        (decimal(-2.5, 0), "\u{2212}3"),
    ];
    for (printed, expected) in cases {
        assert_eq!(printed, expected);
    }
}

#[test]
fn dates_and_periods_are_french() {
    assert_eq!(long_date(date(2025, 1, 1)), "1er\u{a0}janvier\u{a0}2025");
    assert_eq!(short_date(date(2025, 2, 3)), "03/02/2025");
    assert_eq!(date_range(date(2025, 2, 3), date(2025, 2, 3)), "le 3\u{a0}février");
    assert_eq!(date_range(date(2025, 2, 3), date(2025, 2, 7)), "du 3 au 7\u{a0}février");
    assert_eq!(
        date_range(date(2025, 1, 30), date(2025, 2, 2)),
        "du 30\u{a0}janvier au 2\u{a0}février"
    );
    assert_eq!(period("2025-Q1"), "1er\u{a0}trimestre\u{a0}2025");
    assert_eq!(period("2025-Q3"), "3e\u{a0}trimestre\u{a0}2025");
    assert_eq!(period("2025-03"), "mars\u{a0}2025");
}

#[test]
fn instants_are_in_the_legal_time_of_paris() {
    assert_eq!(
        instant("2025-01-14T04:10:00Z".parse().unwrap()),
        "14\u{a0}janvier\u{a0}2025 à 5\u{a0}h\u{a0}10"
    );
    assert_eq!(
        instant("2025-04-14T04:10:00Z".parse().unwrap()),
        "14\u{a0}avril\u{a0}2025 à 6\u{a0}h\u{a0}10"
    );
    // The clock changes on 30 March 2025 at 01:00 UTC.
    assert_eq!(
        instant("2025-03-30T00:59:00Z".parse().unwrap()),
        "30\u{a0}mars\u{a0}2025 à 1\u{a0}h\u{a0}59"
    );
    assert_eq!(
        instant("2025-03-30T01:00:00Z".parse().unwrap()),
        "30\u{a0}mars\u{a0}2025 à 3\u{a0}h\u{a0}00"
    );
}

#[test]
fn running_text_has_its_spaces() {
    assert_eq!(
        french("Source : « RPU » ; l'activité ?"),
        "Source\u{202f}: «\u{a0}RPU\u{a0}»\u{202f}; l’activité\u{202f}?"
    );
    assert_eq!(french("pour 1 000 habitants"), "pour 1\u{202f}000 habitants");
    assert_eq!(french("< 4 h et ≥ 75 ans"), "<\u{a0}4\u{a0}h et ≥\u{a0}75\u{a0}ans");
    assert_eq!(french("le 1 2025"), "le 1 2025");
}

#[test]
fn a_spreadsheet_gets_plain_spaces() {
    assert_eq!(strip_thin_spaces("1\u{202f}234 (+12,3\u{202f}%)"), "1234 (+12,3 %)");
    assert_eq!(strip_thin_spaces("\u{2212}3,6\u{202f}%"), "-3,6 %");
}

proptest! {
    #[test]
    fn a_count_read_back_is_the_count(value in 0u32..4_000_000_000) {
        let printed: String = count(f64::from(value)).chars().filter(char::is_ascii_digit).collect();
        prop_assert_eq!(printed.parse::<u32>().unwrap(), value);
    }

    #[test]
    fn a_printed_number_is_within_half_a_unit(value in -1.0e6..1.0e6f64, digits in 0u8..4) {
        let printed = decimal(value, digits).replace('\u{202f}', "").replace('\u{2212}', "-").replace(',', ".");
        let back: f64 = printed.parse().unwrap();
        prop_assert!((back - value).abs() <= 0.5 * 10f64.powi(-i32::from(digits)) + 1e-6);
    }

    #[test]
    fn french_is_idempotent(text in "[ a-z0-9'«»:;!?%<>≥]{0,40}") {
        let once = french(&text);
        prop_assert_eq!(french(&once), once);
    }

    #[test]
    fn a_signed_zero_has_no_sign(value in -0.049..0.049f64) {
        prop_assert_eq!(signed(value, 1), "0,0");
    }
}

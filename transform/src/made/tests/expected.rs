//! Files expected of a SAMU: tension.md §1.2, TEN-07.

use super::*;

fn files(day: &str, number: usize) -> Vec<String> {
    let file = |rank| {
        format!(
            "id_samu=samu310; numero_dossier=D{day}-{rank}; date_heure_creation={day} 10:00; \
             date_heure_creation_local={day} 11:00; attribution=DR"
        )
    };
    (0..number).map(file).collect()
}

fn made_of(days: &[(&str, usize)]) -> DataFrame {
    let lines: Vec<String> = days.iter().flat_map(|(day, number)| files(day, *number)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    rows("samu_attendus", "2025-02", &[("samu_rdr", &lines)])
}

#[test]
fn files_are_compared_with_the_median_of_the_four_same_weekdays_before() {
    // Mondays: 3, 4, 6 and 9 files, then 8; the Tuesday after is compared with nothing.
    let mondays = [
        ("2025-01-06", 3),
        ("2025-01-13", 4),
        ("2025-01-20", 6),
        ("2025-01-27", 9),
        ("2025-02-03", 8),
        ("2025-02-04", 5),
    ];
    let made = made_of(&mondays);
    assert_eq!(matching(&made, "dossier AND jour = DATE '2025-02-03'"), 8, "{made}");
    assert_eq!(
        matching(&made, "NOT dossier AND attendus = 5.0 AND jour = DATE '2025-02-03'"),
        1,
        "{made}"
    );
    assert_eq!(matching(&made, "jour <> DATE '2025-02-03'"), 0, "{made}");
}

#[test]
fn a_day_that_was_not_received_is_not_a_day_without_files() {
    let mondays = [("2025-01-06", 3), ("2025-01-13", 4), ("2025-01-20", 6), ("2025-01-27", 9)];
    assert_eq!(made_of(&mondays).height(), 0, "nothing came on 3 February");
    let two = [("2025-01-20", 6), ("2025-01-27", 9), ("2025-02-03", 8)];
    assert_eq!(made_of(&two).height(), 0, "two weeks are not enough");
}

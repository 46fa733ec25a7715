//! Durations: their classes, their bounds, what rules void.

use super::*;

#[test]
fn durations_and_what_rules_void() {
    check(&[
        (
            "sortie=2025-02-03 10:00",
            &[
                ("duree_brute_min", "0"),
                ("duree_min", "-"),
                ("duree_etat", "nulle"),
                ("duree_15min", "-"),
            ],
        ),
        (
            "sortie=2025-02-03 09:59:30",
            &[("duree_brute_min", "-1"), ("duree_min", "-"), ("duree_etat", "negative")],
        ),
        (
            "sortie=2025-02-03 10:01",
            &[
                ("duree_min", "1"),
                ("duree_etat", "valide"),
                ("duree_15min", "0000"),
                ("duree_6classes", "D6A"),
            ],
        ),
        (
            "sortie=2025-02-03 14:00",
            &[
                ("duree_min", "240"),
                ("duree_15min", "0240"),
                ("duree_6classes", "D6D"),
                ("heure_sortie", "14"),
            ],
        ),
        (
            "sortie=2025-02-03 21:59",
            &[("duree_min", "719"), ("duree_15min", "0705"), ("duree_6classes", "D6E")],
        ),
        (
            "sortie=2025-02-06 10:00",
            &[
                ("duree_min", "4320"),
                ("duree_etat", "valide"),
                ("duree_15min", "0720"),
                ("duree_6classes", "D6F"),
            ],
        ),
        (
            "sortie=2025-02-06 10:01",
            &[("duree_brute_min", "4321"), ("duree_min", "-"), ("duree_etat", "excessive")],
        ),
        (
            "",
            &[
                ("duree_brute_min", "-"),
                ("duree_min", "-"),
                ("duree_etat", "manquante"),
                ("heure_sortie", "-"),
            ],
        ),
        // RPU-X09: an exit after the file was made is not one; five minutes are tolerated.
        (
            "extract=2025-02-03 12:00; sortie=2025-02-03 12:06",
            &[
                ("sortie", "-"),
                ("sortie_etat", "non_conforme"),
                ("duree_min", "-"),
                ("duree_etat", "manquante"),
            ],
        ),
        (
            "extract=2025-02-03 12:00; sortie=2025-02-03 12:05",
            &[("duree_min", "125"), ("sortie_etat", "conforme")],
        ),
    ]);
}

#[test]
fn the_bounds_of_durations_are_a_parameter() {
    let rows = [row(
        "finess=310783048; ordre=0; entree=2025-02-03 10:00; sortie=2025-02-03 14:00",
    )];
    let (_folder, inputs) = inputs("rpu", &rows);
    let mut catalogue = Catalogue::load(&[]).unwrap();
    let values = toml::from_str("[RPU-X06]\nduree_max_min = 239\n").unwrap();
    catalogue.set_parameters(&values).unwrap();
    let frame = prepare(
        &inputs,
        &catalogue,
        "2025-02-01".parse().unwrap(),
        "2025-02-28".parse().unwrap(),
    )
    .unwrap();
    assert_eq!(text(&frame.collect().unwrap(), "duree_etat"), ["excessive"]);
}

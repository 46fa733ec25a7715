//! Snapshots of beds: capacities, and numbers that rules void.

use super::*;

/// The unit of beds.md §5.4, then the same with a stale update and with cells that are empty.
#[test]
fn bed_snapshots() {
    let unit = "finess_geo=310783048; unite_id=A; nature=01; discipline=MED; ts_etat=2025-01-14 09:00; ts_etat_local=2025-01-14 10:00; \
                ts_maj=2025-01-14 09:00; ts_extraction=2025-01-14 10:00; n_installes=28; n_fermes=3; n_supp_mobilises=2; n_occupes=25; \
                n_reserves=1; n_disponibles=1";
    let rows = [
        row(unit),
        row(&format!(
            "{unit}; unite_id=B; discipline=REA; ts_maj=2025-01-13 20:00; n_supp_mobilises="
        )),
        row(&format!(
            "{unit}; unite_id=C; n_fermes=; n_fermes_etat=non_conforme; ts_maj=2025-01-13 20:00"
        )),
        row(&format!("{unit}; unite_id=A; nature=02")),
    ];
    let (_folder, inputs) = inputs("lits", &rows);
    let frame = prepared(&inputs, "lits");
    for (column, expected) in [
        ("ouverts", ["25", "25", "-", "25"]),
        ("capacite_exploit", ["27", "25", "-", "27"]),
        ("libres_calcules", ["1", "-1", "-", "1"]),
        ("ecart_dispo", ["0", "2", "-", "0"]),
        ("age_maj_min", ["60", "840", "840", "60"]),
        ("perime", ["false", "true", "false", "false"]),
        ("soins_critiques", ["false", "true", "false", "false"]),
        ("natures_unite", ["2", "1", "1", "2"]),
        ("departement", ["31", "31", "31", "31"]),
        ("jour", ["2025-01-14", "2025-01-14", "2025-01-14", "2025-01-14"]),
    ] {
        assert_eq!(text(&frame, column), expected, "{column}");
    }
}

#[test]
fn an_absurd_number_of_beds_is_voided_and_wipes_nothing() {
    let unit = "finess_geo=310783048; nature=01; discipline=MED; ts_etat=2025-01-14 09:00; ts_etat_local=2025-01-14 10:00; \
                ts_maj=2025-01-14 09:00; ts_extraction=2025-01-14 10:00; n_fermes=3; n_supp_mobilises=2; n_occupes=25; \
                n_reserves=1; n_disponibles=1";
    let rows = [
        row(&format!("{unit}; unite_id=A; n_installes=28")),
        row(&format!("{unit}; unite_id=B; n_installes=2147483647")),
        row(&format!("{unit}; unite_id=C; n_installes=28; n_supp_mobilises=2147483640")),
    ];
    let (_folder, inputs) = inputs("lits", &rows);
    let frame = prepared(&inputs, "lits");
    for (column, expected) in [
        ("n_installes", ["28", "-", "28"]),
        ("n_installes_etat", ["conforme", "non_conforme", "conforme"]),
        ("ouverts", ["25", "-", "25"]),
        ("capacite_exploit", ["27", "-", "-"]),
    ] {
        assert_eq!(text(&frame, column), expected, "{column}");
    }
}

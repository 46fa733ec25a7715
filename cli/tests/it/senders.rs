//! Senders that do not write flat text: long form of the ROR, workbooks, national messages. All of it is read without a rejection,
//! and says what was truly so.

use fixtures::{Plan, Region, civil};

use crate::support::{CARCASSONNE, Place};

/// Its beds in the long form.
const NARBONNE: &str = "110000056";
/// Its beds as workbooks.
const RODEZ: &str = "120000039";

fn received() -> Place {
    let mut place = Place::new();
    let region = Region::new(2026).with_scale(0.2);
    let mut plan = Plan::history(&region, civil::day_of(2025, 1, 28), civil::day_of(2025, 2, 3));
    plan.flux = [CARCASSONNE, NARBONNE, RODEZ]
        .iter()
        .flat_map(|site| region.find(site).unwrap())
        .collect();
    plan.regulation_from = Some(plan.from);
    plan.downstream_from = Some(plan.from);
    fixtures::write(&region, &plan, &place.path("region")).unwrap();
    place.now = "2025-02-20T10:00:00Z";
    place.oru(&["ingest", "region/historique"]).exits(0);
    place
}

#[test]
fn every_form_is_read_without_a_rejection_and_counts_what_happened() {
    let place = received();
    let deliveries = place.list("deliveries");
    let rows = |start: &str, kind: &str| {
        let of = deliveries
            .iter()
            .filter(|one| one["fichier"].as_str().unwrap().starts_with(start));
        let mut count = 0;
        for one in of {
            assert_eq!(one["genre"], kind, "{one}");
            assert_eq!((&one["rejetes"], &one["doublons"]), (&0.into(), &0.into()), "{one}");
            count += one["acceptes"].as_u64().unwrap();
        }
        assert!(count > 0, "{start}");
        count
    };
    let truth = std::fs::read_to_string(place.path("region/verite/regulation.csv")).unwrap();
    let header: Vec<&str> = truth.lines().next().unwrap().split(',').collect();
    let sum = |name: &str| {
        let at = header.iter().position(|cell| *cell == name).unwrap();
        let of_aude = truth.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let counts = of_aude
            .filter(|row| row[1] == "samu110")
            .map(|row| row[at].parse::<u64>().unwrap());
        counts.sum::<u64>()
    };
    assert_eq!(rows("RS-SAS-RDV_samu110", "sas_rdv_json"), sum("rendez_vous"));
    let outings = rows("RS-RPIS_samu110", "smur_rpis_json");
    assert!(outings <= sum("sorties") && outings + sum("missions_non_transmises") >= sum("sorties"));
    // Four states a unit at least, in either form.
    assert!(rows("BED-CAP_110000056", "lits_cap") >= 20);
    assert!(rows("BED-SNAP_120000039", "lits_snap") >= 20);
    rows("CLOSE_120000039", "lits_fermetures");
    rows("SEJ_120000039", "sejours");
}

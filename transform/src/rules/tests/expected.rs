//! What is received beside what was announced: opening hours of the MMG, units of the region, beds of the SAE.

use super::Region;

const MMG: &str = "id_mmg=MMG1;commune_insee=31555;nom=MMG;date_debut=2020-01-01;plages=LU:2000-2400|SA:1200-2200";

fn interval(day: &str, hour: u32, count: u32) -> String {
    format!(
        "id_mmg=MMG1;pas_minutes=60;statut=OUVERT;nb_consultations={count};debut_intervalle={day} {hour:02}:00;\
         debut_local={day} {hour:02}:00;date_heure_extraction=2025-02-11 03:00"
    )
}

fn of_region(region: &Region, rule: &str) -> String {
    region.judge().of(rule, "region", "76", "2025-02")
}

/// Monday 3 February: four hours of opening, and one consultation at seven. Saturday 8: the hour after closing is tolerated, the next
/// is not, and two hours never came.
#[test]
fn the_hours_of_a_maison_medicale_are_held_against_those_that_it_declares() {
    let mut hours: Vec<String> = (20..24).map(|hour| interval("2025-02-03", hour, 3)).collect();
    hours.push(interval("2025-02-03", 7, 1));
    hours.extend((12..20).chain([22, 23]).map(|hour| interval("2025-02-08", hour, 2)));
    let of = |rule: &str, seen: &str| {
        let mut region = Region::new(&[])
            .with("mmg_sites", &[MMG.to_owned()])
            .with("mmg_activite_horaire", &hours)
            .only(&[rule]);
        region.inputs.observe_au = Some(seen.parse().unwrap());
        of_region(&region, rule)
    };
    assert_eq!(of("MMG-C07", "2025-02-28"), "2/2/0 anomaly");
    // Three Mondays and three Saturdays are a week old; of Monday 3 alone every hour came.
    assert_eq!(of("MMG-C12", "2025-02-28"), "5/6/0 anomaly");
    assert_eq!(of("MMG-C12", "2025-02-11"), "1/2/0 anomaly", "Saturday 1 is a week old");
}

#[test]
fn a_maison_that_opens_only_at_night_receives_nobody_in_the_morning() {
    let arrival = |rank: u32, at: &str| {
        format!(
            "id_mmg=MMG1;id_consultation=C{rank};date_heure_arrivee={at};arrivee_locale={at};date_heure_extraction=2025-02-11 03:00"
        )
    };
    let arrivals = [arrival(1, "2025-02-03 21:10"), arrival(2, "2025-02-10 10:05")];
    let of = |rule: &str| {
        let mut region = Region::new(&[])
            .with("mmg_sites", &[MMG.to_owned()])
            .with("mmg_consultations", &arrivals)
            .only(&[rule]);
        region.inputs.observe_au = Some("2025-02-28".parse().unwrap());
        of_region(&region, rule)
    };
    assert_eq!(of("MMG-C22"), "1/2/0 anomaly");
    assert_eq!(of("MMG-C07"), "1/2/0 anomaly");
    assert_eq!(of("MMG-C12"), "0/0/0 not_applicable", "it sends no hours");
}

fn units(day: &str, count: u32, beds: u32) -> impl Iterator<Item = String> {
    (0..count).map(move |rank| {
        format!(
            "finess_geo=310783048;unite_id=MED{rank:02};champ_activite=01;discipline=MED;nature=01;temporalite=01;ts_etat={day} 07:00;\
             ts_etat_local={day} 07:00;ts_maj={day} 07:02;ts_extraction={day} 07:05;n_installes={beds};n_occupes=5"
        )
    })
}

/// Twenty units a day, then seventeen: the region is judged, and no site by itself.
#[test]
fn units_that_are_missing_are_those_of_the_region() {
    let mut rows: Vec<String> = (1..=9)
        .flat_map(|day| units(&format!("2025-02-{day:02}"), 20, 10).collect::<Vec<_>>())
        .collect();
    rows.extend(units("2025-02-10", 17, 10));
    let mut region = Region::new(&[]).with("lits", &rows).only(&["BED-C23"]);
    region.inputs.observe_au = Some("2025-02-10".parse().unwrap());
    let judged = region.judge();
    assert_eq!(judged.of("BED-C23", "region", "76", "2025-02"), "1/3/0 anomaly");
    assert_eq!(judged.of("BED-C23", "etablissement", "310783048", "2025-02"), "absent");
}

#[test]
fn installed_beds_are_compared_with_those_of_the_sae() {
    let declared: u32 = lake::reference::structures()
        .iter()
        .filter(|site| site.finess == "310783048")
        .filter_map(|site| site.lits_medecine)
        .sum();
    for (beds, found) in [(declared, "0/1/0 ok"), (declared / 2, "1/1/0 anomaly")] {
        let rows: Vec<String> = units("2025-02-03", 1, beds).collect();
        let judged = Region::new(&[]).with("lits", &rows).only(&["BED-C25"]).judge();
        assert_eq!(judged.of("BED-C25", "etablissement", "310783048", "2025-02"), found);
    }
}

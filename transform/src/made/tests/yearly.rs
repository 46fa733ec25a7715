//! The SAE of a year beside its extracts: samu.md §12, smur.md §10.

use super::*;

const FORMS: &[&str] = &[
    "finess_geo=310783048; annee=2023-01-01; dr=900; sorter1=90; soraer1=10; sorter2=30; soraer2=0; dttih=5; sorties=135",
    "finess_geo=310783048; annee=2024-01-01; dr=1000; drm=800; apd=2000; arm=10; hmr=5; sorter1=90; soraer1=10; sorter2=30; soraer2=0; dttih=5; sorties=135",
    "finess_geo=110000023; annee=2024-01-01; sorter1=40; soraer1=0; sorter2=10; soraer2=0; dttih=0; sorties=50",
    "finess_geo=750000001; annee=2024-01-01; dr=5000; sorter1=500; soraer1=0; sorter2=10; soraer2=0; dttih=0; sorties=510",
    "finess_geo=310783048; annee=2025-01-01; dr=1100; sorter1=95; soraer1=10; sorter2=30; soraer2=0; dttih=5; sorties=140",
];

fn mission(finess: &str, day: &str, kind: &str) -> String {
    format!(
        "finess_smur_geo={finess}; id_mission={day}{kind}; id_patient_rpis={day}{kind}-1; date_heure_decision={day} 10:00; date_heure_decision_local={day} 11:00; \
         date_heure_depart={day} 10:05; type_sortie={kind}"
    )
}

fn file(samu: &str, day: &str, category: &str) -> String {
    format!(
        "id_samu={samu}; numero_dossier=D{day}{category}; date_heure_creation={day} 10:00; date_heure_creation_local={day} 11:00; \
         attribution={category}"
    )
}

fn made_of(table: &str, month: &str, records: &str, lines: &[String]) -> DataFrame {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    rows(table, month, &[("sae_smursamu", FORMS), (records, &lines)])
}

#[test]
fn the_last_year_declared_is_compared_in_the_last_month_of_a_quarter() {
    let files = [
        file("samu310", "2024-01-02", "DRM"),
        file("samu310", "2024-12-30", "DR"),
        file("samu310", "2025-01-02", "DRM"),
        file("samu110", "2024-06-02", "DRM"),
    ];
    let made = made_of("sae_samu", "2025-06", "samu_rdr", &files);
    assert_eq!(made.height(), 2, "{made}");
    let own = "flux_id = '310783048/0' AND annee = 2024 AND dossiers_declares = 1000 AND heures_arm = 520 AND dossiers_suivis AND NOT appels_suivis";
    assert_eq!(matching(&made, own), 1, "{made}");
    assert_eq!(
        matching(&made, "dossiers_recus = 2 AND drm_recus = 1 AND appels_recus IS NULL"),
        1,
        "{made}"
    );
    assert_eq!(made_of("sae_samu", "2025-05", "samu_rdr", &files).height(), 0);
    let next = made_of("sae_samu", "2026-03", "samu_rdr", &files);
    assert_eq!(matching(&next, "annee = 2025 AND dossiers_declares = 1100"), 1, "{next}");
}

/// The last form known is compared, and named by its year, as long as no other has come out.
#[test]
fn the_form_of_a_year_is_compared_until_the_next_one_comes_out() {
    let forms = &FORMS[..3];
    let files = [file("samu310", "2024-01-02", "DRM"), file("samu310", "2026-01-02", "DRM")];
    let lines: Vec<&str> = files.iter().map(String::as_str).collect();
    for month in ["2025-12", "2026-03", "2026-06", "2026-12", "2027-12"] {
        let made = rows("sae_samu", month, &[("sae_smursamu", forms), ("samu_rdr", &lines)]);
        let compared = "annee = 2024 AND dossiers_declares = 1000 AND dossiers_suivis";
        assert_eq!(matching(&made, compared), 1, "{month}: {made}");
        assert_eq!(matching(&made, "dossiers_recus = 1"), 1, "{month}: {made}");
    }
}

/// Views begin so many months before a quarter: a table seen less far back would have lost January of the year declared.
#[test]
fn what_the_sae_is_compared_with_is_viewed_as_far_back_as_its_form() {
    let last_quarter_of_the_third_year = 3 * 12 + 9;
    for name in ["sae_smursamu", "samu_rdr", "samu_appels_agreges", "smur_rpis"] {
        let table = lake::table::table(name).unwrap();
        assert!(table.mois_avant >= last_quarter_of_the_third_year, "{name}");
    }
}

#[test]
fn a_smur_that_declares_and_sends_nothing_counts_for_nothing_received() {
    let missions = [
        mission("310783048", "2024-01-02", "PRIMAIRE"),
        mission("310783048", "2024-03-02", "PRIMAIRE"),
        mission("310783048", "2024-03-03", "SECONDAIRE"),
        mission("310783048", "2025-03-03", "PRIMAIRE"),
    ];
    let made = made_of("sae_smur", "2025-03", "smur_rpis", &missions);
    assert_eq!(made.height(), 2, "{made}");
    let toulouse = "flux_id = '310783048/0' AND primaires_declarees = 100 AND primaires_recues = 2 AND secondaires_recues = 1 AND tiih_recus = 0";
    assert_eq!(matching(&made, toulouse), 1, "{made}");
    let silent = "flux_id = '110000023/0' AND primaires_declarees = 40 AND primaires_recues = 0";
    assert_eq!(matching(&made, silent), 1, "{made}");
}

#[test]
fn a_year_that_the_extracts_begin_in_the_middle_of_is_not_compared() {
    let missions = [mission("310783048", "2024-06-02", "PRIMAIRE")];
    let made = made_of("sae_smur", "2025-03", "smur_rpis", &missions);
    assert_eq!(
        matching(&made, "primaires_declarees = 100 AND primaires_recues IS NULL"),
        1,
        "{made}"
    );
    let none = rows("sae_samu", "2025-03", &[("sae_smursamu", FORMS)]);
    assert_eq!(
        matching(&none, "dossiers_declares = 1000 AND NOT dossiers_suivis"),
        1,
        "{none}"
    );
}

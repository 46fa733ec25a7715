//! Rules judged on series: days, items compared between structures, coverage.

use super::*;

/// Sixty days at ten passages, but the first Monday of March without any and the next day with two.
#[test]
fn series_of_days() {
    let mut rows = Vec::new();
    for day in 0..90 {
        let date = jiff::civil::date(2025, 1, 1) + jiff::Span::new().days(day);
        let count = match date.to_string().as_str() {
            "2025-03-03" => 0,
            "2025-03-04" => 2,
            _ => 10 + day % 2,
        };
        rows.extend((0..count).map(|_| format!("entree={date} 10:00")));
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut region = Region::new(&rows);
    region
        .inputs
        .structures
        .retain(|structure| structure.finess == "310783048" && structure.ordre == 0);
    let judged = region.judge();
    let of = |rule: &str| judged.of(rule, "etablissement", "310783048", "2025-03");
    assert_eq!(of("RPU-T01"), "1/31/0 anomaly");
    assert_eq!(of("RPU-T02"), "1/30/0 anomaly");
    assert!(of("RPU-T03").starts_with("1/"), "{}", of("RPU-T03"));
    assert_eq!(judged.of("RPU-T03", "etablissement", "310783048", "2025-01"), "0/3/28 ok");
}

/// Ten passages a day until 20 February, the last day known.
#[test]
fn the_days_after_the_cut_are_not_days_without_data() {
    let days = (0..51).map(|day| jiff::civil::date(2025, 1, 1) + jiff::Span::new().days(day));
    let rows: Vec<String> = days.map(|day| format!("entree={day} 10:00")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut region = Region::new(&rows).only(&["RPU-T01"]);
    region
        .inputs
        .structures
        .retain(|structure| structure.finess == "310783048" && structure.ordre == 0);
    let judged = region.judge_until("2025-02-20");
    assert_eq!(judged.of("RPU-T01", "etablissement", "310783048", "2025-Q1"), "0/51/0 ok");
    let until = |period: &str| {
        let mut found = judged.findings.iter().filter(|finding| finding.period == period);
        found.next().and_then(|finding| finding.jusqu_au).map(|day| day.to_string())
    };
    assert_eq!(
        until("2025-Q1").as_deref(),
        Some("2025-02-20"),
        "a finding says where its period stops"
    );
    assert_eq!(until("2025-02").as_deref(), Some("2025-02-20"));
    assert_eq!(until("2025-01"), None);
    let whole = region.judge();
    assert_eq!(
        whole.of("RPU-T01", "etablissement", "310783048", "2025-Q1"),
        "39/90/0 anomaly"
    );
}

/// Thirteen structures of a hundred passages; one of them never fills the sex.
#[test]
fn items_are_compared_between_structures() {
    let sites: Vec<_> = lake::reference::structures().iter().take(13).collect();
    let mut rows = Vec::new();
    for (rank, site) in sites.iter().enumerate() {
        let sexe = if rank == 0 { "" } else { "F" };
        rows.extend((0..100).map(|_| format!("finess={}; ordre={}; sexe={sexe}", site.finess, site.ordre)));
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let judged = Region::new(&rows).only(&["RPU-T04"]).judge();
    assert_eq!(
        judged.of("RPU-T04", "etablissement", &sites[0].finess, "2025-02"),
        "1/13/0 anomaly"
    );
    assert_eq!(
        judged.of("RPU-T04", "etablissement", &sites[1].finess, "2025-02"),
        "0/13/0 ok"
    );
}

/// Half of the declared attendances came in January, all of them in February; March is declared and silent.
#[test]
fn coverage_by_month() {
    let rows: Vec<&str> = [
        vec!["entree=2025-01-10 10:00; dp=S525"; 5],
        vec!["entree=2025-02-10 10:00; dp=S525"; 10],
    ]
    .concat();
    let mut region = Region::new(&rows).only(&["RPU-E20", "RPU-E21"]);
    let path = region._folder.path().join("declares.parquet");
    let declared = ["2025-01-01", "2025-02-01", "2025-03-01"]
        .map(|month| row(&format!("finess_geo=310783048; mois={month}; passages=10; source=SAE")));
    write_view(&path, "rpu_declares", &declared);
    region.inputs.views.insert("rpu_declares".to_owned(), vec![path]);
    let judged = region.judge();
    let of = |rule: &str, month: &str| judged.of(rule, "etablissement", "310783048", month);
    assert_eq!(of("RPU-E20a", "2025-01"), "1/1/0 anomaly");
    assert_eq!(of("RPU-E20a", "2025-02"), "0/1/0 ok");
    assert_eq!(of("RPU-E20a", "2025-03"), "1/1/0 anomaly");
    assert_eq!(of("RPU-E21", "2025-01"), "1/1/0 anomaly");
    assert_eq!(of("RPU-E21", "2025-02"), "0/1/0 ok");
    assert_eq!(of("RPU-E21", "2025-03"), "absent", "no passage: nothing to say of diagnoses");
}

/// Ten passages a day, four from 3 March: the day a new software came in.
#[test]
fn a_series_does_not_look_back_across_a_known_break() {
    let mut rows = Vec::new();
    for day in 0..90 {
        let date = jiff::civil::date(2025, 1, 1) + jiff::Span::new().days(day);
        let count = if date < jiff::civil::date(2025, 3, 3) {
            10 + day % 2
        } else {
            4
        };
        rows.extend((0..count).map(|_| format!("entree={date} 10:00")));
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut region = Region::new(&rows).only(&["RPU-T03"]);
    region
        .inputs
        .structures
        .retain(|structure| structure.finess == "310783048" && structure.ordre == 0);
    let of = |region: &Region| region.judge().of("RPU-T03", "etablissement", "310783048", "2025-03");
    assert_eq!(of(&region), "29/31/0 anomaly");
    region.inputs.ruptures = vec![software(jiff::civil::date(2025, 3, 3))];
    // The first two days of March look back as before; the others have no eight weeks, nor half of them, that vary.
    assert_eq!(of(&region), "0/2/29 ok");
}

/// A hundred and twenty passages a month, thirty in February.
#[test]
fn the_month_of_a_known_break_is_no_step_in_the_series() {
    let months = [("2024-11", 120), ("2024-12", 120), ("2025-01", 120), ("2025-02", 30)];
    let rows: Vec<String> = months
        .iter()
        .flat_map(|(month, count)| (0..*count).map(move |rank| format!("entree={month}-{:02} 10:00", 1 + rank % 28)))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut region = Region::new(&rows).only(&["RPU-T09"]);
    let of = |region: &Region| region.judge().of("RPU-T09", "etablissement", "310783048", "2025-02");
    assert!(of(&region).starts_with("1/1/0"), "{}", of(&region));
    region.inputs.ruptures = vec![software(jiff::civil::date(2025, 2, 14))];
    assert!(of(&region).starts_with("0/0/1"), "{}", of(&region));
}

/// A hundred and twenty passages a month; on 12 February, thirty of February: eleven days are not a month.
#[test]
fn a_month_that_is_not_over_is_no_step_in_the_series() {
    let months = [("2024-11", 120), ("2024-12", 120), ("2025-01", 120), ("2025-02", 30)];
    let rows: Vec<String> = months
        .iter()
        .flat_map(|(month, count)| (0..*count).map(move |rank| format!("entree={month}-{:02} 10:00", 1 + rank % 11)))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut region = Region::new(&rows).only(&["RPU-T09"]);
    let of = |region: &Region| region.judge().of("RPU-T09", "etablissement", "310783048", "2025-02");
    region.inputs.observe_au = Some(jiff::civil::date(2025, 2, 11));
    assert!(of(&region).starts_with("0/0/1"), "{}", of(&region));
    region.inputs.observe_au = Some(jiff::civil::date(2025, 2, 28));
    assert!(of(&region).starts_with("1/1/0"), "{}", of(&region));
}

fn software(date: jiff::civil::Date) -> crate::sites::Rupture {
    crate::sites::Rupture {
        finess: "310783048".to_owned(),
        ordre: None,
        date,
        nature: crate::sites::NatureRupture::Logiciel,
        vers_finess: None,
        note: None,
    }
}

/// Files of 20 passages a day; that of the 5th, made on the morning after the last day observed, has lost the 3rd. Carcassonne sends
/// nothing that morning, which is not over.
#[test]
fn what_comes_on_the_morning_of_a_night_is_judged_that_night() {
    let file = |day: i8, records: [u32; 3]| {
        let days: Vec<_> = (day - 3..day)
            .map(|day| jiff::civil::date(2025, 2, day))
            .zip(records)
            .collect();
        let mut file = crate::release::tests::delivery(Some("310783048"), &days, Verdict::Conforme);
        file.id = format!("d{day}");
        file.extract = Some(jiff::civil::date(2025, 2, day).at(3, 25, 0, 0));
        file.received_at = format!("2025-02-{day:02}T03:00:00Z").parse().unwrap();
        file
    };
    let expected = |finess: &str| crate::sites::Attente {
        finess: finess.to_owned(),
        ordre: None,
        flux: None,
        du: Some(jiff::civil::date(2025, 2, 4)),
        au: None,
        jours: "tous".parse().unwrap(),
        heure_limite: None,
    };
    let mut region = Region::new(&["entree=2025-02-03 10:00"]);
    region.inputs.attentes = vec![expected("110780061"), expected("310783048")];
    region.inputs.envois = vec![file(4, [20, 20, 20]), file(5, [20, 2, 20])];
    let night = Grains {
        days: Days::All,
        month: false,
        quarter: false,
    };
    let (from, eve) = ("2025-02-01".parse().unwrap(), "2025-02-04".parse().unwrap());
    region.inputs.observe_au = Some(eve);
    region.inputs.matin = Some("2025-02-05".parse().unwrap());
    let judged = judge(&region.inputs, &region.catalogue, from, eve, night).unwrap();
    assert_eq!(
        judged.of("ORU-W03", "etablissement", "310783048", "2025-02-05"),
        "1/1/0 anomaly"
    );
    assert_eq!(judged.of("ORU-W01", "etablissement", "310783048", "2025-02-05"), "0/1/0 ok");
    assert_eq!(
        judged.of("ORU-W01", "etablissement", "110780061", "2025-02-04"),
        "1/1/0 anomaly"
    );
    assert_eq!(judged.of("ORU-W01", "etablissement", "110780061", "2025-02-05"), "absent");
    // Nothing at all came since: the days that follow are silent.
    region.inputs.matin = None;
    let later = "2025-02-06".parse().unwrap();
    let judged = judge(&region.inputs, &region.catalogue, from, later, night).unwrap();
    for site in ["110780061", "310783048"] {
        assert_eq!(judged.of("ORU-W01", "etablissement", site, "2025-02-06"), "1/1/0 anomaly");
    }
}

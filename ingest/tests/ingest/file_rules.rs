//! RPU-F01 to F19: each passing, failing, and not judged where it can be.

use lake::delivery::Verdict;

use crate::desk::{
    SITE, context, oscour, oscour_of, patient, read_files, read_knowing, read_oscour, read_patients, received, structure,
};

/// A header with one part replaced.
pub fn header(from: &str, to: &str) -> String {
    let plain = format!(
        "<FINESS>{SITE}</FINESS><ORDRE>0</ORDRE><EXTRACT>03/02/2025 03:25:10</EXTRACT>\
         <DATEDEBUT>27/01/2025</DATEDEBUT><DATEFIN>02/02/2025</DATEFIN>"
    );
    assert!(plain.contains(from));
    oscour_of(&plain.replace(from, to), &[&patient("SEXE=F")])
}

#[test]
fn rules_of_the_header() {
    // rule, what is replaced in the header, verdict, (violated, eligible, not judged)
    for (rule, from, to, verdict, counts) in [
        ("RPU-F03", "<FINESS>990000010</FINESS>", "", Verdict::Refusee, (1, 1, 0)),
        ("RPU-F03", "990000010", " ", Verdict::Refusee, (1, 1, 0)),
        ("RPU-F03", "990000010", "990000010", Verdict::Conforme, (0, 1, 0)),
        ("RPU-F04a", "990000010", "CHU TEST", Verdict::Refusee, (1, 1, 0)),
        ("RPU-F04a", "990000010", "990000010", Verdict::Conforme, (0, 1, 0)),
        ("RPU-F04b", "990000010", "990000010", Verdict::Conforme, (0, 1, 0)),
        ("RPU-F05", "990000010", "990000010", Verdict::Conforme, (0, 1, 0)),
        ("RPU-F05", "990000010", "990000028", Verdict::EnQuarantaine, (1, 1, 0)),
        ("RPU-F05", "990000010", "9A0000028", Verdict::EnQuarantaine, (1, 1, 0)),
        ("RPU-F05", "<ORDRE>0", "<ORDRE>3", Verdict::EnQuarantaine, (1, 1, 0)),
        ("RPU-F06", "990000010", "990000010", Verdict::Conforme, (0, 1, 0)),
        ("RPU-F07a", "03/02/2025 03:25:10", "hier", Verdict::Refusee, (1, 1, 0)),
        ("RPU-F07a", "03/02/2025 03:25:10", "", Verdict::Refusee, (1, 1, 0)),
        (
            "RPU-F07b",
            "27/01/2025",
            "27/01/0025",
            Verdict::ConformeAvecReserves,
            (1, 1, 0),
        ),
        ("RPU-F07b", "27/01/2025", "27/01/2025", Verdict::Conforme, (0, 1, 0)),
        (
            "RPU-F07b",
            "27/01/2025",
            "31/02/2025",
            Verdict::ConformeAvecReserves,
            (1, 1, 0),
        ),
        (
            "RPU-F07b",
            "27/01/2025",
            "03/02/2025",
            Verdict::ConformeAvecReserves,
            (1, 1, 0),
        ),
        (
            "RPU-F07b",
            "02/02/2025",
            "04/02/2025",
            Verdict::ConformeAvecReserves,
            (1, 1, 0),
        ),
        ("RPU-F14", "02/02/2025", "02/02/2025", Verdict::Conforme, (0, 1, 0)),
        (
            "RPU-F14",
            "02/02/2025",
            "01/02/2025",
            Verdict::ConformeAvecReserves,
            (1, 1, 0),
        ),
        ("RPU-F14", "02/02/2025", "", Verdict::ConformeAvecReserves, (0, 0, 1)),
        ("ORU-F01", "<ORDRE>0", "<ORDRE>un", Verdict::ConformeAvecReserves, (1, 1, 0)),
        ("ORU-F01", "<ORDRE>0", "<ORDRE>0", Verdict::Conforme, (0, 1, 0)),
        (
            "RPU-F16",
            "<ORDRE>0</ORDRE><EXTRACT>03/02/2025 03:25:10</EXTRACT>",
            "<EXTRACT>03/02/2025 03:25:10</EXTRACT><ORDRE>0</ORDRE>",
            Verdict::Conforme,
            (1, 2, 0),
        ),
    ] {
        let outcome = read_oscour(&header(from, to));
        assert_eq!(outcome.one().verdict, verdict, "{rule} {to}: {:?}", outcome.one().reason);
        assert_eq!(outcome.counts_of(rule), counts, "{rule} {to}");
        assert!(verdict != Verdict::Refusee || outcome.one().reason.is_some(), "{rule} {to}");
    }
}

#[test]
fn a_lost_leading_zero_is_given_back() {
    let mut context = context();
    context.structures = vec![structure("090000175", 0)];
    let text = header("990000010", "90000175");
    let outcome = read_files(&[("x.xml", text.as_bytes())], &context);
    assert_eq!(outcome.one().finess.as_deref(), Some("090000175"));
    assert_eq!(outcome.counts_of("RPU-F04b"), (1, 1, 0));
    assert_eq!(outcome.counts_of("RPU-F05"), (0, 1, 0));
}

#[test]
fn a_legal_entity_of_several_sites_is_said_to_be_one() {
    let mut context = context();
    context.structures = vec![structure("990000010", 0), structure("990000028", 0)];
    let outcome = read_files(&[("x.xml", header("990000010", "990000002").as_bytes())], &context);
    assert_eq!(outcome.counts_of("RPU-F06"), (1, 1, 0));
    assert_eq!(outcome.one().verdict, Verdict::EnQuarantaine);
    assert!(outcome.one().reason.as_ref().unwrap().contains("juridique"));
}

#[test]
fn a_quarantined_delivery_keeps_nothing_and_says_how_many_wait() {
    let outcome = read_oscour(&header("990000010", "990000028"));
    assert!(outcome.kept().batches.is_empty());
    assert_eq!(outcome.one().counts.rows_read, 0);
    assert!(outcome.one().reason.as_ref().unwrap().contains("1 passages en attente"));
}

#[test]
fn a_structure_counts_from_its_opening_to_its_closing() {
    for (opened, closed, verdict) in [
        ("2025-02-02", None, Verdict::ConformeAvecReserves),
        ("2025-02-03", None, Verdict::EnQuarantaine),
        ("2010-01-01", Some("2025-02-02"), Verdict::ConformeAvecReserves),
        ("2010-01-01", Some("2025-02-01"), Verdict::EnQuarantaine),
    ] {
        let mut context = context();
        context.structures[0].ouvert_du = opened.parse().unwrap();
        context.structures[0].ouvert_au = closed.map(|day| day.parse().unwrap());
        let outcome = read_files(&[("x.xml", oscour(&[]).as_bytes())], &context);
        assert_eq!(outcome.one().verdict, verdict, "{opened} {closed:?}");
    }
}

#[test]
fn an_alias_leads_to_the_site_between_its_dates() {
    for (from, expected) in [("2025-01-01", Some(SITE)), ("2025-03-01", Some("990000028"))] {
        let mut context = context();
        context.finess_alias.push(ingest::FinessAlias {
            finess: "990000028".to_owned(),
            ordre: None,
            vers_finess: SITE.to_owned(),
            vers_ordre: Some(0),
            du: Some(from.parse().unwrap()),
            au: None,
        });
        let outcome = read_files(&[("x.xml", header("990000010", "990000028").as_bytes())], &context);
        assert_eq!(outcome.one().finess.as_deref(), expected, "{from}");
    }
}

#[test]
fn messages_that_are_not_well_formed_are_refused_whole() {
    let good = oscour(&[&patient("SEXE=F")]);
    for (what, text) in [
        ("truncated", good.replace("</OSCOUR>", "")),
        ("not closed", good.replace("</SEXE>", "")),
        ("crossed", good.replace("<SEXE>F</SEXE>", "<SEXE>F</CP>")),
        ("lone ampersand", good.replace("<SEXE>F", "<COMMUNE>A & B</COMMUNE><SEXE>F")),
        ("text after", format!("{good}suite")),
        ("two roots", format!("{good}<OSCOUR/>")),
        ("nothing but a declaration", "<?xml version=\"1.0\"?>".to_owned()),
    ] {
        let outcome = read_oscour(&text);
        assert_eq!(outcome.one().verdict, Verdict::Refusee, "{what}");
        assert_eq!(outcome.counts_of("RPU-F01"), (1, 1, 0), "{what}: {:?}", outcome.one().reason);
        assert_eq!(outcome.one().counts.rows_read, 0, "{what}");
    }
    assert_eq!(read_oscour(&good).counts_of("RPU-F01"), (0, 1, 0));
}

#[test]
fn messages_of_another_structure_are_refused() {
    let good = oscour(&[&patient("SEXE=F")]);
    let header = &good[good.find("<ETABLISSEMENT>").unwrap()..good.find("<PASSAGES>").unwrap()];
    let body = &good[good.find("<PASSAGES>").unwrap()..good.find("</OSCOUR>").unwrap()];
    for (what, text, words) in [
        ("other root", "<RPU/>".to_owned(), "racine RPU inconnue"),
        ("empty root of SYRIUS", "<SYRIUS/>".to_owned(), "racine est vide"),
        ("aggregated counts", "<INVS><ARH/></INVS>".to_owned(), "comptes agrégés"),
        ("no header", good.replace(header, ""), "ETABLISSEMENT manque"),
        ("no records", good.replace(body, ""), "PASSAGES manque"),
        ("two headers", good.replace(header, &format!("{header}{header}")), "répété"),
        ("two bodies", good.replace(body, &format!("{body}{body}")), "répété"),
        ("empty root", "<OSCOUR/>".to_owned(), "racine est vide"),
    ] {
        let outcome = read_oscour(&text);
        assert_eq!(outcome.one().verdict, Verdict::Refusee, "{what}");
        assert_eq!(outcome.counts_of("RPU-F02"), (1, 1, 0), "{what}");
        assert!(
            outcome.one().reason.as_ref().unwrap().contains(words),
            "{what}: {:?}",
            outcome.one().reason
        );
    }
    assert_eq!(read_oscour(&good).counts_of("RPU-F02"), (0, 1, 0));
}

#[test]
fn a_header_that_comes_last_is_read_and_flagged() {
    let good = oscour(&[&patient("SEXE=F")]);
    let header = &good[good.find("<ETABLISSEMENT>").unwrap()..good.find("<PASSAGES>").unwrap()];
    let text = good.replace(header, "").replace("</OSCOUR>", &format!("{header}</OSCOUR>"));
    let outcome = read_oscour(&text);
    assert_eq!(outcome.one().counts.accepted, 1);
    assert_eq!(outcome.counts_of("RPU-F16"), (1, 2, 0));
}

#[test]
fn the_same_content_is_read_once() {
    let text = oscour(&[&patient("SEXE=F")]);
    let known = read_knowing(&[("x.xml", text.as_bytes())], &context(), &|_| true);
    assert_eq!(
        (known.one().verdict, known.counts_of("RPU-F10")),
        (Verdict::DejaRecue, (1, 1, 0))
    );
    assert_eq!(known.one().finess.as_deref(), Some(SITE));
    assert_eq!(known.one().counts.rows_read, 0);
    let twice = read_files(&[("b.xml", text.as_bytes()), ("a.xml", text.as_bytes())], &context());
    let verdicts: Vec<_> = twice
        .deliveries
        .iter()
        .map(|delivery| (delivery.file.as_str(), delivery.verdict))
        .collect();
    assert_eq!(verdicts, [("a.xml", Verdict::Conforme), ("b.xml", Verdict::DejaRecue)]);
    assert_eq!(read_oscour(&text).counts_of("RPU-F10"), (0, 1, 0));
}

#[test]
fn what_needs_history_is_not_judged_on_each_day() {
    let outcome = read_patients(&["SEXE=F"]);
    assert_eq!(outcome.counts_of("RPU-F11"), (0, 7, 7));
    assert_eq!(outcome.counts_of("RPU-F18"), (0, 7, 7));
}

#[test]
fn the_name_of_the_file_against_the_header() {
    let text = oscour(&[&patient("SEXE=F")]);
    for (name, counts) in [
        ("O990000010_0_20250203032510.xml", (0, 1, 0)),
        ("O990000028_0_20250203032510.xml", (1, 1, 0)),
        ("O990000010_1_20250203032510.xml", (1, 1, 0)),
        ("O990000010_0_20250203152510.xml", (1, 1, 0)),
        ("RPU_990000010_250203.xml", (0, 1, 0)),
        ("RPU_990000010_250204.xml", (1, 1, 0)),
        ("export.xml", (0, 0, 1)),
    ] {
        let outcome = read_files(&[(name, text.as_bytes())], &context());
        assert_eq!(outcome.counts_of("RPU-F12"), counts, "{name}");
    }
}

/// A file that came six days late at three in the morning was found on time.
#[test]
fn deliveries_are_due_before_four_on_the_day_of_their_extraction() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xml");
    for (month, at, violated) in [
        ("02", "2025-02-03T02:59:59Z", 0),
        ("02", "2025-02-03T03:00:00Z", 1),
        ("02", "2025-02-09T02:00:00Z", 1),
        ("07", "2025-07-03T01:59:00Z", 0),
        ("07", "2025-07-03T02:00:00Z", 1),
    ] {
        let text = oscour(&[&patient("SEXE=F")]).replace("03/02/2025 03:25:10", &format!("03/{month}/2025 03:25:10"));
        std::fs::write(&path, text).unwrap();
        let mut file = received(path.clone());
        file.received_at = at.parse().unwrap();
        let outcome = crate::desk::read_received(&[file.clone()], &context(), &|_| false);
        assert_eq!(outcome.counts_of("RPU-F13"), (violated, 1, 0), "{at}");
        let checked = ingest::check(&[file], &context()).unwrap();
        let finding = checked[0].findings.iter().find(|finding| finding.rule == "RPU-F13").unwrap();
        assert_eq!((finding.eligible, finding.not_judged), (0, 1));
    }
}

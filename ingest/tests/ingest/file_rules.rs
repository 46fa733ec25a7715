//! RPU-F01 to F19: each passing, failing, and not judged where it can be.

use lake::delivery::Verdict;

use crate::desk::{
    SITE, context, oscour, oscour_of, patient, read_files, read_knowing, read_oscour, read_patients, received, structure,
};

/// A header with one part replaced.
fn header(from: &str, to: &str) -> String {
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
fn without_bounds_the_window_is_that_of_the_entries() {
    let text = header("27/01/2025", "");
    let outcome = read_oscour(&text);
    assert_eq!(outcome.one().date_from, Some("2025-02-01".parse().unwrap()));
    assert_eq!(outcome.one().date_to, Some("2025-02-01".parse().unwrap()));
    assert_eq!(outcome.counts_of("RPU-F08"), (0, 0, 1));
}

#[test]
fn a_mistaken_year_does_not_stretch_a_derived_window() {
    let header = format!("<FINESS>{SITE}</FINESS><ORDRE>0</ORDRE><EXTRACT>03/02/2025 03:25:10</EXTRACT>");
    let bodies = ["01/02/2025 10:00", "01/02/2024 10:00", "01/02/2005 10:00"].map(|entree| patient(&format!("ENTREE={entree}")));
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let outcome = read_oscour(&oscour_of(&header, &bodies));
    assert_eq!(outcome.one().date_from, Some("2024-02-01".parse().unwrap()));
    assert_eq!(outcome.counts_of("RPU-F08"), (1, 1, 2));
    assert_eq!(outcome.one().counts.out_of_window, 1);
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
        ("other root", "<SYRIUS/>".to_owned(), "SYRIUS"),
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
fn entries_out_of_the_window_are_kept_apart() {
    let outcome = read_patients(&[
        "ENTREE=27/01/2025 00:00",
        "ENTREE=02/02/2025 23:59",
        "ENTREE=26/01/2025 23:59",
        "ENTREE=03/02/2025 00:00",
    ]);
    assert_eq!(outcome.counts_of("RPU-F08"), (2, 4, 0));
    assert_eq!(outcome.finding("RPU-F08").first_line, Some(7));
    assert_eq!(outcome.column("hors_fenetre"), ["false", "false", "true", "true"]);
    let counts = outcome.one().counts;
    assert_eq!((counts.accepted, counts.out_of_window), (2, 2));
    assert_eq!(outcome.one().days.len(), 2);
}

#[test]
fn an_empty_send_is_flagged() {
    for text in [oscour(&[]), oscour(&[]).replace("<PASSAGES>\n</PASSAGES>", "<PASSAGES/>")] {
        let outcome = read_oscour(&text);
        assert_eq!(outcome.counts_of("RPU-F09"), (1, 1, 0));
        assert_eq!(outcome.one().verdict, Verdict::ConformeAvecReserves);
    }
    assert_eq!(read_patients(&["SEXE=F"]).counts_of("RPU-F09"), (0, 1, 0));
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

#[test]
fn deliveries_are_due_before_four() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xml");
    std::fs::write(&path, oscour(&[&patient("SEXE=F")])).unwrap();
    for (at, violated) in [
        ("2025-02-03T02:59:59Z", 0),
        ("2025-02-03T03:00:00Z", 1),
        ("2025-07-03T01:59:00Z", 0),
        ("2025-07-03T02:00:00Z", 1),
    ] {
        let mut file = received(path.clone());
        file.received_at = at.parse().unwrap();
        let outcome = crate::desk::read_received(&[file.clone()], &context(), &|_| false);
        assert_eq!(outcome.counts_of("RPU-F13"), (violated, 1, 0), "{at}");
        let checked = ingest::check(&[file], &context()).unwrap();
        let finding = checked[0].findings.iter().find(|finding| finding.rule == "RPU-F13").unwrap();
        assert_eq!((finding.eligible, finding.not_judged), (0, 1));
    }
}

#[test]
fn bytes_of_another_encoding_are_read_and_counted() {
    let text = oscour(&[&patient("CP=34500;COMMUNE=BÉZIERS"), &patient("SEXE=M")]);
    let latin: Vec<u8> = text.chars().map(|character| character as u8).collect();
    let outcome = read_files(&[("x.xml", &latin)], &context());
    assert_eq!(
        (outcome.one().encoding.as_str(), outcome.one().replacements),
        ("UTF-8 (windows-1252)", 1)
    );
    assert_eq!(outcome.counts_of("RPU-F15"), (1, 1, 0));
    assert!(
        outcome
            .finding("RPU-F15")
            .message
            .as_ref()
            .unwrap()
            .starts_with("1 caractère")
    );
    assert_eq!(outcome.column("commune_etat"), ["conforme", "manquant"]);
    let declared = text.replace("UTF-8", "ISO-8859-1");
    let latin: Vec<u8> = declared.chars().map(|character| character as u8).collect();
    let outcome = read_files(&[("x.xml", &latin)], &context());
    assert_eq!(
        (outcome.one().encoding.as_str(), outcome.one().replacements),
        ("windows-1252", 0)
    );
    assert_eq!(outcome.counts_of("RPU-F15"), (0, 1, 0));
    assert_eq!(outcome.column("residence_precision"), ["commune", "inconnue"]);
}

#[test]
fn utf16_with_a_mark_is_read() {
    let text = oscour(&[&patient("CP=34500;COMMUNE=BÉZIERS")]);
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let outcome = read_files(&[("x.xml", &bytes)], &context());
    assert_eq!(outcome.one().encoding, "UTF-16LE", "{:?}", outcome.one().reason);
    assert_eq!(outcome.column("commune_etat"), ["conforme"]);
}

#[test]
fn order_of_elements_and_containers() {
    let plain = "<SEXE>F</SEXE><ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/><LISTE_ACTES/>";
    let bodies = [
        plain,
        "<ENTREE>01/02/2025 21:40</ENTREE><SEXE>F</SEXE><LISTE_DA/><LISTE_ACTES/>",
        "<CP>1</CP><SEXE>F</SEXE><ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/>",
        "<CP>2</CP><SEXE>F</SEXE><SEXE>M</SEXE><ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/><LISTE_ACTES/>",
        "<CP>3</CP><SEXE a=\"1\">F</SEXE><SEXE>M</SEXE><ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/><LISTE_ACTES/>",
    ];
    let outcome = read_oscour(&oscour(&bodies));
    // The second is a copy of the first: order is not content.
    assert_eq!(outcome.counts_of("RPU-F19a"), (1, 5, 0));
    assert_eq!(outcome.counts_of("RPU-F16"), (3, 4, 0));
    assert_eq!(
        outcome.column("sexe"),
        ["F", "F", "F", "F"],
        "the first of repeated elements is kept"
    );
}

#[test]
fn unknown_elements_are_counted_and_not_kept() {
    let outcome = read_oscour(&oscour(&[
        "<ENTREE>01/02/2025 21:40</ENTREE><GEMSA>4</GEMSA><TRI><NIVEAU>3</NIVEAU></TRI><LISTE_DA/><LISTE_ACTES/>",
        "<ENTREE>01/02/2025 21:41</ENTREE><LISTE_DA/><LISTE_ACTES/>",
    ]));
    assert_eq!(outcome.counts_of("RPU-F17"), (1, 2, 0));
    assert_eq!(outcome.column("n_elements_inconnus"), ["2", "0"]);
    let unknown: Vec<_> = outcome
        .one()
        .unknown
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(unknown, [("GEMSA", 1), ("TRI", 1)]);
}

#[test]
fn copies_and_variants() {
    let outcome = read_patients(&[
        "SEXE=F;DP=I10",
        "SEXE=F;DP=I10",
        "SEXE=F;DP=I11",
        "SEXE=F;DP=I11",
        "SEXE=M;DP=I10",
    ]);
    assert_eq!(outcome.counts_of("RPU-F19a"), (2, 5, 0));
    assert_eq!(outcome.counts_of("RPU-F19b"), (1, 3, 0));
    let counts = outcome.one().counts;
    assert_eq!((counts.rows_read, counts.accepted, counts.duplicates), (5, 3, 2));
    assert_eq!(outcome.column("rang"), ["1", "3", "5"]);
}

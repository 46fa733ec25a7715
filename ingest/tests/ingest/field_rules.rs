//! RPU-C01 to C28: each passing, failing, not judged.

use crate::desk::{context, oscour, patient, read_files, read_oscour, read_patients};

#[test]
fn every_field_rule() {
    // rule; a PATIENT that passes; one that fails; one that is not judged (empty where the rule always judges)
    for (rule, passes, fails, not_judged) in [
        ("RPU-C01", "CP=31000", "CP=3100", "SEXE=F"),
        ("RPU-C01", "CP=2A004", "CP=ABCDE", "SEXE=F"),
        ("RPU-C02", "CP=31000", "CP=31998", "CP=3100"),
        ("RPU-C02", "CP=99140", "CP=99146", "SEXE=F"),
        ("RPU-C02", "CP=99999", "CP=96999", "SEXE=F"),
        (
            "RPU-C03",
            "CP=31000;COMMUNE=TOULOUSE",
            "CP=31000;COMMUNE=ATLANTIDE",
            "CP=31000",
        ),
        ("RPU-C03", "COMMUNE=TOULOUSE", "COMMUNE=31000", "SEXE=F"),
        ("RPU-C03", "CP=99140;COMMUNE=GENEVE", "CP=99140;COMMUNE=12345", "CP=99140"),
        ("RPU-C04", "NAISSANCE=14/06/1947", "NAISSANCE=31/02/1947", "SEXE=F"),
        ("RPU-C05", "NAISSANCE=14/06/1947", "NAISSANCE=01/01/1900", "NAISSANCE=x"),
        ("RPU-C06", "SEXE=F", "SEXE=2", "CP=31000"),
        ("RPU-C07", "ENTREE=01/02/2025 21:40", "ENTREE=01/02/2025", ""),
        ("RPU-C07", "ENTREE=2025-02-01 21:40:00", "ENTREE=32/02/2025 21:40", ""),
        ("RPU-C08a", "ENTREE=04/02/2025 03:25", "ENTREE=04/02/2025 03:26", ""),
        ("RPU-C08b", "ENTREE=03/02/2025 03:30", "ENTREE=03/02/2025 03:31", ""),
        ("RPU-C09", "MODE_ENTREE=8", "MODE_ENTREE=9", "MODE_ENTREE=0"),
        ("RPU-C10", "PROVENANCE=7", "PROVENANCE=9", "PROVENANCE=0"),
        (
            "RPU-C10",
            "ENTREE=16/09/2013 00:00;PROVENANCE=6",
            "ENTREE=15/09/2013 23:59;PROVENANCE=6",
            "SEXE=F",
        ),
        ("RPU-C11", "TRANSPORT=VSAV", "TRANSPORT=AVION", "SEXE=F"),
        ("RPU-C12", "TRANSPORT_PEC=med", "TRANSPORT_PEC=SMUR", "SEXE=F"),
        ("RPU-C13", "MOTIF=R074", "MOTIF=mal au ventre", "SEXE=F"),
        ("RPU-C14", "GRAVITE=P", "GRAVITE=6", "SEXE=F"),
        ("RPU-C15", "DP=I21.4", "DP=DOULEUR", "SEXE=F"),
        ("RPU-C16", "DP=I214", "DP=I2149", "DP=DOULEUR"),
        ("RPU-C17", "DP=I214", "DP=W57", "DP=U999"),
        ("RPU-C18", "DP=R074", "DP=A00", "SEXE=F"),
        ("RPU-C19", "DP=I214", "DP=Z000", "DP=DOULEUR"),
        ("RPU-C20a", "DA=I10", "DA=TENSION", "SEXE=F"),
        ("RPU-C20b", "DA=I10", "DA=U999", "DA=TENSION"),
        ("RPU-C20b", "DA=I10", "DA=A0999", "DA=TENSION"),
        ("RPU-C20b", "DA=I10 x", "DA=I2149 U999 I10", "DA=x"),
        ("RPU-C21", "DP=I214;DA=I10", "DP=I10;DA=I10", "SEXE=F"),
        ("RPU-C21", "DA=I10 E119", "DA=I10", "DA=x"),
        ("RPU-C22", "ACTE=DEQP003", "ACTE=RADIO", "SEXE=F"),
        ("RPU-C23", "ACTE=DEQP003", "ACTE=ZZZZ999", "ACTE=RADIO"),
        ("RPU-C24", "SORTIE=02/02/2025 00:25", "SORTIE=24:00", "SEXE=F"),
        ("RPU-C25", "MODE_SORTIE=9", "MODE_SORTIE=4", "MODE_SORTIE=0"),
        ("RPU-C26", "DESTINATION=7", "DESTINATION=5", "DESTINATION=0"),
        ("RPU-C27", "ORIENT=PAS", "ORIENT=MAISON", "SEXE=F"),
        ("RPU-C28", "NAISSANCE=02/02/1904", "NAISSANCE=01/02/1904", "NAISSANCE=x"),
        ("RPU-C28", "NAISSANCE=01/02/2025", "NAISSANCE=02/02/2025", "SEXE=F"),
        ("ORU-C02", "SEXE=M", "SEXE=H", "CP=31000"),
    ] {
        // Twice the same act would be a redundant DA: that line has its own case below.
        let fails = if (rule, fails) == ("RPU-C21", "DA=I10") {
            "DA=I10 I10"
        } else {
            fails
        };
        let passing = read_patients(&[passes]);
        let count = passing.finding(rule);
        assert!(count.violated == 0 && count.eligible > 0, "{rule} {passes}: {count:?}");
        let failing = read_patients(&[fails]);
        let count = failing.finding(rule);
        assert_eq!(count.violated, 1, "{rule} {fails}: {count:?}");
        assert!(count.violated <= count.eligible, "{rule}");
        assert_eq!(count.first_line, Some(5), "{rule}");
        let message = count.message.as_ref().unwrap_or_else(|| panic!("{rule} says nothing"));
        assert!(!message.contains('{'), "{rule}: {message}");
        if !not_judged.is_empty() {
            let other = read_patients(&[not_judged]);
            let count = other.finding(rule);
            assert!(count.violated == 0 && count.eligible == 0, "{rule} {not_judged}: {count:?}");
        }
    }
}

#[test]
fn a_cell_that_does_not_conform_keeps_its_text_apart() {
    let long = "x".repeat(60);
    let outcome = read_patients(&[&format!(
        "CP=3100;COMMUNE=ATLANTIDE;NAISSANCE=31/02/1947;SEXE=2;TRANSPORT=AVION;MOTIF={long};DP=DOULEUR;DA=TENSION I10;ACTE=RADIO;SORTIE=hier"
    )]);
    for column in ["sexe", "transport", "motif", "dp", "sortie", "age", "classe_age"] {
        assert_eq!(outcome.column(column), ["∅"], "{column}");
    }
    for column in [
        "cp_etat",
        "commune_etat",
        "naissance_etat",
        "age_etat",
        "sexe_etat",
        "transport_etat",
        "motif_etat",
        "dp_etat",
        "sortie_etat",
    ] {
        assert_eq!(outcome.column(column), ["non_conforme"], "{column}");
    }
    assert_eq!(outcome.column("da"), ["[I10]"]);
    assert_eq!(
        (outcome.column("n_da"), outcome.column("n_da_non_conformes")),
        (vec!["2".to_owned()], vec!["1".to_owned()])
    );
    let kept = outcome.kept().raw_values;
    let texts: Vec<_> = kept
        .iter()
        .map(|value| (value.colonne.as_str(), value.texte.as_str()))
        .collect();
    let expected = [
        ("cp", "3100"),
        ("commune", "ATLANTIDE"),
        ("naissance", "31/02/1947"),
        ("sexe", "2"),
        ("transport", "AVION"),
        ("motif", &long[..40]),
        ("dp", "DOULEUR"),
        ("sortie", "hier"),
        ("da", "TENSION"),
        ("actes", "RADIO"),
    ];
    assert_eq!(texts, expected);
    assert!(kept.iter().all(|value| (value.rang, value.ligne) == (1, 5)));
}

/// 99999 says that nothing is known, which is not a code that no list knows: the class of the residence cannot tell them apart.
#[test]
fn an_unknown_postal_code_is_told_from_the_code_that_says_unknown() {
    let outcome = read_patients(&["CP=31000", "CP=99999", "CP=31998", "CP=3100", "SEXE=F"]);
    assert_eq!(outcome.column("cp_connu"), ["true", "true", "false", "∅", "∅"]);
    assert_eq!(outcome.column("residence_classe")[1..3], ["indetermine", "indetermine"]);
}

#[test]
fn a_rejected_record_is_kept_apart_with_its_reason() {
    let outcome = read_patients(&["SEXE=F;ENTREE=", "SEXE=F;ENTREE=05/02/2025 00:00", "SEXE=F"]);
    let rejected = outcome.kept().rejected;
    let rules: Vec<_> = rejected
        .iter()
        .map(|record| (record.rang, record.ligne, record.rule.as_str()))
        .collect();
    assert_eq!(rules, [(1, 5, "RPU-C07"), (2, 6, "RPU-C08a")]);
    assert_eq!(rejected[1].texte, "<SEXE>F</SEXE><ENTREE>05/02/2025 00:00</ENTREE>");
    assert_eq!(outcome.one().counts.rejected, 2);
    assert_eq!(outcome.column("rang"), ["3"]);
}

#[test]
fn birth_after_entry_voids_the_age_and_not_the_date() {
    let outcome = read_patients(&["NAISSANCE=05/02/2025"]);
    assert_eq!(outcome.column("naissance_etat"), ["conforme"]);
    assert_eq!(outcome.column("naissance_apres_entree"), ["true"]);
    assert_eq!(
        (outcome.column("age"), outcome.column("age_etat")),
        (vec!["∅".into()], vec!["non_conforme".into()])
    );
}

#[test]
fn a_newborn_of_exactly_28_days_is_not_over_28_days() {
    // Entry on 1 February 2025: 27, 28 and 29 days. RPU-X29 wants more than 28; the class « moins de 28 jours » ends before.
    let outcome = read_patients(&["NAISSANCE=05/01/2025", "NAISSANCE=04/01/2025", "NAISSANCE=03/01/2025"]);
    assert_eq!(outcome.column("plus_28j"), ["false", "false", "true"]);
    assert_eq!(outcome.column("classe_age"), ["A01", "A02", "A02"]);
}

#[test]
fn entities_are_never_resolved() {
    let text = oscour(&[&patient("COMMUNE=§;SEXE=F")]).replace('§', "&ville;");
    let outcome = read_oscour(&text);
    assert_eq!(outcome.column("commune_etat"), ["non_conforme"]);
    assert_eq!(outcome.kept().raw_values[0].texte, "&ville;");
    let bomb = oscour(&[&patient("SEXE=F")]).replace(
        "<OSCOUR>",
        "<!DOCTYPE OSCOUR [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;\">]>\n<OSCOUR>",
    );
    let outcome = read_oscour(&bomb);
    assert_eq!(outcome.one().verdict, lake::delivery::Verdict::Refusee);
    assert!(outcome.one().reason.as_ref().unwrap().contains("DTD"));
    let plain = oscour(&[&patient("SEXE=F")]).replace("<OSCOUR>", "<!DOCTYPE OSCOUR>\n<OSCOUR>");
    assert_eq!(read_oscour(&plain).one().counts.accepted, 1);
}

#[test]
fn the_five_entities_and_numbers_are_decoded() {
    let written = |commune: &str| read_oscour(&oscour(&[&patient("CP=31240;COMMUNE=§")]).replace('§', commune));
    let outcome = written("L&apos;UNION");
    assert_eq!(outcome.column("commune_etat"), ["conforme"]);
    let outcome = written("l&#39;un&#x69;on");
    assert_eq!(outcome.column("residence_precision"), ["commune"]);
}

#[test]
fn a_declared_source_may_write_death_four() {
    let text = oscour(&[&patient("MODE_SORTIE=4")]);
    let mut context = context();
    context.alias_declares.push(("chu".to_owned(), "MODE_SORTIE".to_owned()));
    let outcome = read_files(&[("x.xml", text.as_bytes())], &context);
    assert_eq!(outcome.column("mode_sortie"), ["9"]);
}

#[test]
fn an_entry_out_of_this_century_is_no_date_and_opens_no_month() {
    let outcome = read_patients(&[
        "SEXE=F",
        "ENTREE=01/02/1025 21:40",
        "ENTREE=31/12/1999 23:59",
        "ENTREE=01/01/2000 00:00",
    ]);
    assert_eq!(outcome.counts_of("RPU-C07"), (2, 4, 0));
    let counts = outcome.one().counts;
    assert_eq!((counts.rows_read, counts.rejected, counts.out_of_window), (4, 2, 1));
}

//! National messages in JSON: RS-RPIS and RS-SAS-RDV, alone, in an array, one after another, with or without envelope; and what a
//! hostile sender makes of them.

use lake::delivery::Verdict;

use crate::desk::{Outcome, context, read_files};

const RPIS: [&str; 6] = [
    include_str!("../files/samu_hub/RS-RPIS_ArretCardiaque_CISUV2.01.json"),
    include_str!("../files/samu_hub/RS-RPIS_FemmeEnceinte_DelphineVigneau.11.json"),
    include_str!("../files/samu_hub/RS-RPIS_FuiteDeGaz_AliceNormand.15a.json"),
    include_str!("../files/samu_hub/RS-RPIS_FuiteDeGaz_GregoireNormand.15b.json"),
    include_str!("../files/samu_hub/RS-RPIS_IntoxicationCO_CISUV2.03.json"),
    include_str!("../files/samu_hub/RS-RPIS_TraumatismeCrane_CISUV2.02.json"),
];
const RDV: [&str; 7] = [
    include_str!("../files/samu_hub/RS-SAS-RDV_appointment_CDS.01.json"),
    include_str!("../files/samu_hub/RS-SAS-RDV_appointment_PS.01-MAJ.json"),
    include_str!("../files/samu_hub/RS-SAS-RDV_appointment_PS.01.json"),
    include_str!("../files/samu_hub/RS-SAS-RDV_appointment_PS.02-MAJ.json"),
    include_str!("../files/samu_hub/RS-SAS-RDV_appointment_PS.02.json"),
    include_str!("../files/samu_hub/RS-SAS-RDV_appointment_SOS.01-MAJ.json"),
    include_str!("../files/samu_hub/RS-SAS-RDV_appointment_SOS.01.json"),
];

fn read(text: &str) -> Outcome {
    read_files(&[("message_20260601040000.json", text.as_bytes())], &context())
}

/// In the envelope of the hub: who sends, when.
fn enveloped(message: &str) -> String {
    format!(
        "{{\"distributionID\": \"x\", \"senderID\": \"fr.health.samu310\", \"dateTimeSent\": \"2026-06-01T03:00:00+02:00\", \
         \"content\": [{{\"jsonContent\": {{\"embeddedJsonContent\": {{\"message\": {message}}}}}}}]}}"
    )
}

#[test]
fn the_national_examples_of_rpis_are_read_without_a_complaint() {
    for text in RPIS {
        let outcome = read(text);
        let delivery = outcome.one();
        assert_eq!(
            (delivery.kind.as_str(), delivery.table.as_str()),
            ("smur_rpis_json", "smur_rpis")
        );
        assert_eq!(delivery.verdict, Verdict::Conforme, "{delivery:?}");
        assert_eq!(delivery.counts.accepted, 1);
        assert!(delivery.unknown.is_empty(), "{:?}", delivery.unknown);
        let complaints: Vec<&str> = delivery
            .findings
            .iter()
            .filter(|finding| finding.violated > 0)
            .map(|finding| finding.rule.as_str())
            .collect();
        assert!(complaints.is_empty(), "{complaints:?}");
        assert!(outcome.kept().raw_values.is_empty());
    }
}

#[test]
fn a_rpis_message_fills_the_columns_of_the_flat_extract() {
    let outcome = read(RPIS[0]);
    for (column, value) in [
        ("id_samu", "samu750"),
        ("numero_dossier", "DRFR157502601301234"),
        ("id_mission", "750000023-DRFR157502601301234-202601131421"),
        ("finess_smur_geo", "750000023"),
        ("date_heure_decision", "2026-01-13T13:18:00Z"),
        ("date_heure_decision_local", "2026-01-13T14:18:00"),
        ("date_heure_extraction", "2026-06-01T02:00:00Z"),
        ("equipe_infirmier", "true"),
        ("age", "P60Y"),
        ("sexe", "M"),
        ("commune_intervention", "75056"),
        ("residence_departement", "75"),
        ("nature_fait", "C02.18.00"),
        ("diagnostic_principal", "I46.9"),
        ("devenir", "TEMP"),
        ("vecteur_transport", "SIS.VSAV"),
        ("niveau_engage_etat", "conforme"),
        ("annulation_etat", "manquant"),
    ] {
        assert_eq!(outcome.column(column), [value], "{column}");
    }
}

#[test]
fn the_birth_date_is_kept_nowhere() {
    for birth in ["1965-03-22", "22/03/1965", "vers 1965"] {
        let outcome = read(&RPIS[0].replace("1965-03-22", birth));
        let kept = outcome.kept();
        let everything = format!(
            "{:?} {:?} {:?} {:?}",
            kept.batches,
            kept.rejected,
            kept.raw_values,
            outcome.one()
        );
        assert!(!everything.contains(birth) && !everything.contains("1965"), "{birth}");
    }
    let unreadable = read(&RPIS[0].replace("1965-03-22", "vers 1965"));
    assert_eq!(unreadable.column("age_etat"), ["non_conforme"]);
    // A rejected message neither.
    let rejected = read(&RPIS[0].replace("2026-01-13T14:18:00+01:00", "hier"));
    assert_eq!(rejected.kept().rejected.len(), 1);
    assert!(!rejected.kept().rejected[0].texte.contains("1965"));
}

#[test]
fn messages_alone_in_an_array_one_by_line_or_in_an_envelope_are_the_same_rows() {
    let compact: Vec<String> = RPIS
        .iter()
        .map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap().to_string())
        .collect();
    let array = read(&format!("\u{feff}[{}]", compact.join(",\n")));
    let lines = read(&compact.join("\n"));
    let wrapped: Vec<String> = RPIS.iter().map(|text| enveloped(text)).collect();
    let wrapped = read(&wrapped.join("\n"));
    for outcome in [&array, &lines, &wrapped] {
        assert_eq!(outcome.one().counts.accepted, 6, "{:?}", outcome.one());
    }
    for column in ["id_mission", "age", "cle", "finess_destination"] {
        assert_eq!(array.column(column), lines.column(column), "{column}");
        assert_eq!(array.column(column), wrapped.column(column), "{column}");
    }
    assert_eq!(lines.column("ligne"), ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(
        array.column("date_heure_extraction")[0],
        "2026-06-01T02:00:00Z",
        "the name of the file"
    );
    assert_eq!(
        wrapped.column("date_heure_extraction")[0],
        "2026-06-01T01:00:00Z",
        "the envelope"
    );
}

#[test]
fn the_national_examples_of_appointments_are_read_and_name_nobody() {
    let all: Vec<String> = RDV.iter().map(|text| enveloped(text)).collect();
    let outcome = read(&all.join("\n"));
    let delivery = outcome.one();
    assert_eq!(
        (delivery.kind.as_str(), delivery.counts.accepted),
        ("sas_rdv_json", 7),
        "{delivery:?}"
    );
    assert!(delivery.unknown.is_empty(), "{:?}", delivery.unknown);
    assert_eq!(outcome.column("id_samu")[0], "samu310");
    let said = format!("{:?} {:?} {:?}", outcome.kept().batches, outcome.kept().raw_values, delivery);
    for name in ["MOREL", "Didier", "RICART", "Pauline", "ghsas", "810005681340", "3620100057"] {
        assert!(!said.contains(name), "{name}");
    }
}

#[test]
fn an_appointment_without_envelope_is_of_the_samu_whose_folder_it_came_through() {
    let rejected = read(RDV[2]);
    assert_eq!(
        (rejected.one().counts.accepted, rejected.one().counts.rejected),
        (0, 1),
        "the folder is « chu »"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rdv_20260601040000.json");
    std::fs::write(&path, RDV[2]).unwrap();
    let mut file = crate::desk::received(path);
    file.source = "samu310".to_owned();
    let outcome = crate::desk::read_received(&[file], &context(), &|_| false);
    assert_eq!(outcome.column("id_samu"), ["samu310"], "{:?}", outcome.one());
}

#[test]
fn json_that_is_a_trap_is_refused_with_its_line_or_counted() {
    let inside = |text: &str| format!("{{\"rpis\": {{\"context\": {text}}}}}");
    for (what, text, words) in [
        (
            "a million numbers",
            format!("[\"rpis\":1,{}1]", "1,".repeat(1_000_000)),
            "un objet est attendu",
        ),
        ("two hundred thousand arrays", inside(&"[".repeat(200_000)), "profondément"),
        (
            "two hundred thousand objects",
            inside(&"{\"a\":".repeat(200_000)),
            "profondément",
        ),
        ("a number of 400 digits", inside(&"9".repeat(400)), "démesuré"),
        (
            "an exponent of 400 digits",
            inside(&format!("1e{}", "9".repeat(400))),
            "démesuré",
        ),
        (
            "ten megabytes in one text",
            inside(&format!("\"{}\"", "A".repeat(10 << 20))),
            "longueur permise",
        ),
        ("cut", RPIS[0][..RPIS[0].len() - 3].to_owned(), "avant la fin"),
        ("cut array", format!("[{}", RPIS[0]), "fin du tableau"),
        (
            "more after the array",
            format!("[{}] {}", RPIS[0], RPIS[0]),
            "suit le tableau",
        ),
        (
            "a comma instead of a value",
            "{\"rpis\": ,}".to_owned(),
            "n'est pas du JSON valide",
        ),
        ("single quotes", "{\"rpis\": 'CANARI'}".to_owned(), "n'est pas du JSON valide"),
        ("text after", format!("{} CANARI", RPIS[0]), "un objet est attendu"),
    ] {
        let outcome = read(&text);
        let reason = outcome.one().reason.clone().unwrap_or_default();
        assert_eq!(outcome.one().verdict, Verdict::Refusee, "{what}: {:?}", outcome.one());
        assert!(
            reason.contains(words) && reason.contains("ligne") && !reason.contains("CANARI"),
            "{what}: {reason}"
        );
    }
}

#[test]
fn a_million_items_of_an_array_are_each_counted() {
    let outcome = read(&format!("[{{\"rpis\":{{}}}}{}]", ",{\"a\":1}".repeat(999_999)));
    let counts = outcome.one().counts;
    assert_eq!((counts.rows_read, counts.rejected), (1_000_000, 1_000_000));
    assert!(counts.reading_balances() && outcome.one().verdict == Verdict::Refusee);
}

#[test]
fn bytes_that_are_not_utf8_and_unknown_members_are_counted() {
    let mut bytes = RPIS[0].replace("Paris", "PARIX").into_bytes();
    let at = bytes.windows(5).position(|window| window == b"PARIX").unwrap();
    bytes[at + 4] = 0xE9;
    let outcome = read_files(&[("x_20260601040000.json", &bytes)], &context());
    assert_eq!((outcome.one().replacements, outcome.one().counts.accepted), (1, 1));
    let more = RPIS[0].replacen("\"patient\": {", "\"patient\": {\"nir\": \"CANARI\", \"x\": {\"y\": 1},", 1);
    let outcome = read(&more);
    let unknown: Vec<(&str, u64)> = outcome
        .one()
        .unknown
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(unknown, [("patient.nir", 1), ("patient.x", 1)]);
    assert!(!format!("{:?}", outcome.kept().batches).contains("CANARI"));
}

#[test]
fn a_message_cut_anywhere_or_with_a_byte_changed_never_panics() {
    for cut in 0..RPIS[1].len() {
        let outcome = read_files(&[("x_20260601040000.json", &RPIS[1].as_bytes()[..cut])], &context());
        assert!(outcome.one().counts.reading_balances(), "cut at {cut}");
    }
}

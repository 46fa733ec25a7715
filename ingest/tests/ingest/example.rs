//! The fictional example of the format's documentation, read exactly.

use lake::delivery::Verdict;

use crate::desk::{Outcome, SITE, context, read_files, read_oscour};

const EXAMPLE: &str = include_str!("../files/exemple_fictif.xml");

fn example() -> Outcome {
    read_oscour(EXAMPLE)
}

#[test]
fn its_header() {
    let outcome = example();
    let delivery = outcome.one();
    assert_eq!(
        (delivery.kind.as_str(), delivery.flux.as_str(), delivery.table.as_str()),
        ("rpu_oscour", "oscour", "rpu")
    );
    assert_eq!((delivery.finess.as_deref(), delivery.ordre), (Some(SITE), Some(0)));
    assert_eq!(delivery.extract.unwrap().to_string(), "2025-02-03T03:25:10");
    assert_eq!(delivery.date_from.unwrap().to_string(), "2025-01-27");
    assert_eq!(delivery.date_to.unwrap().to_string(), "2025-02-02");
    assert_eq!((delivery.encoding.as_str(), delivery.replacements), ("UTF-8", 0));
    assert_eq!((delivery.counts.rows_read, delivery.counts.accepted), (3, 3));
    let days: Vec<_> = delivery.days.iter().map(|(day, count)| (day.to_string(), *count)).collect();
    assert_eq!(days, [("2025-02-01".to_owned(), 1), ("2025-02-02".to_owned(), 2)]);
    assert_eq!(delivery.verdict, Verdict::Conforme, "{:?}", delivery.reason);
}

#[test]
fn its_rows() {
    let outcome = example();
    for (column, values) in [
        ("finess", ["990000010"; 3]),
        ("ordre", ["0"; 3]),
        ("cp_etat", ["conforme", "conforme", "conforme"]),
        ("cp_connu", ["true", "true", "true"]),
        ("commune_etat", ["conforme", "conforme", "manquant"]),
        ("residence_departement", ["01", "∅", "39"]),
        ("residence_epci", ["200071751", "∅", "∅"]),
        ("residence_commune", ["01053", "∅", "∅"]),
        ("residence_classe", ["france", "etranger", "france"]),
        ("residence_precision", ["commune", "pays", "departement"]),
        ("residence_coherente", ["true", "∅", "∅"]),
        ("naissance_etat", ["conforme", "conforme", "manquant"]),
        ("naissance_convention", ["false", "false", "∅"]),
        ("naissance_apres_entree", ["false", "false", "∅"]),
        ("age", ["77", "0", "∅"]),
        ("age_etat", ["conforme", "conforme", "manquant"]),
        ("age_fedoru", ["77", "0", "∅"]),
        ("age_mois", ["∅", "0", "∅"]),
        ("plus_28j", ["true", "false", "∅"]),
        ("classe_age", ["A11", "A01", "∅"]),
        ("sexe", ["F", "M", "I"]),
        ("sexe_etat", ["conforme"; 3]),
        (
            "entree",
            ["2025-02-01T21:40:00", "2025-02-02T10:05:00", "2025-02-02T23:58:00"],
        ),
        ("mode_entree", ["8", "8", "8"]),
        ("provenance", ["5", "5", "∅"]),
        ("provenance_etat", ["conforme", "conforme", "manquant"]),
        ("transport", ["SMUR", "PERSO", "FO"]),
        ("transport_pec", ["MED", "AUCUN", "AUCUN"]),
        ("motif", ["R074", "R11", "∅"]),
        ("motif_classe", ["sfmu", "sfmu", "manquant"]),
        ("gravite", ["4", "2", "∅"]),
        ("dp", ["I214", "P928", "∅"]),
        ("dp_etat", ["conforme", "conforme", "manquant"]),
        ("dp_reconnu", ["exact", "exact", "∅"]),
        ("da", ["[I10, E119]", "[]", "[]"]),
        ("n_da", ["2", "0", "0"]),
        ("n_da_non_conformes", ["0", "0", "0"]),
        ("actes", ["[DEQP003]", "[]", "[]"]),
        (
            "sortie",
            ["2025-02-02T00:25:00", "2025-02-02T12:35:00", "2025-02-03T00:40:00"],
        ),
        ("mode_sortie", ["6", "8", "8"]),
        ("destination", ["1", "∅", "∅"]),
        ("destination_etat", ["conforme", "manquant", "manquant"]),
        ("orient", ["SI", "∅", "PSA"]),
        ("n_elements_inconnus", ["0", "0", "0"]),
        ("rang", ["1", "2", "3"]),
        ("ligne", ["11", "36", "54"]),
        ("hors_fenetre", ["false", "false", "false"]),
    ] {
        assert_eq!(outcome.column(column), values, "{column}");
    }
}

/// The first two patients are known; the sex of the third is undetermined, and nobody knows when it was born.
#[test]
fn a_patient_is_linked_when_sex_birth_and_postal_code_are_known() {
    let links = example().column("lien");
    assert!(links[0] != "∅" && links[1] != "∅" && links[0] != links[1], "{links:?}");
    assert_eq!(links[2], "∅");
}

/// « Somewhere in the Ain » says too little of a person.
#[test]
fn a_postal_code_that_only_says_the_departement_links_nobody() {
    let text = EXAMPLE.replacen("<CP>01000</CP>", "<CP>01999</CP>", 1);
    assert_ne!(text, EXAMPLE);
    let links = read_files(&[("x.xml", text.as_bytes())], &context()).column("lien");
    assert_eq!(links[0], "∅");
    assert_ne!(links[1], "∅");
}

#[test]
fn every_record_carries_its_delivery_and_its_two_hashes() {
    let outcome = example();
    assert_eq!(outcome.column("delivery"), vec![outcome.one().id.clone(); 3]);
    for column in ["cle", "empreinte"] {
        let mut values = outcome.column(column);
        values.sort();
        values.dedup();
        assert_eq!(values.len(), 3, "{column}");
    }
}

#[test]
fn another_key_gives_other_hashes() {
    let mut context = context();
    context.key = lake::key::Key::from_bytes([7; 32]);
    let other = read_files(&[("x.xml", EXAMPLE.as_bytes())], &context);
    assert_ne!(other.column("cle"), example().column("cle"));
    assert_ne!(other.one().kid, example().one().kid);
}

#[test]
fn the_way_a_message_is_written_changes_nothing() {
    let plain = example();
    let compact: String = EXAMPLE.lines().map(str::trim).collect();
    let lower = lowercase_tags(EXAMPLE);
    for (form, text) in [
        ("one line", compact),
        ("CRLF", EXAMPLE.replace('\n', "\r\n")),
        ("BOM", format!("\u{FEFF}{EXAMPLE}")),
        ("lower case", lower),
        ("comments", EXAMPLE.replace("<SEXE>", "<!-- <SEXE>X</SEXE> --><SEXE>")),
        ("attributes", EXAMPLE.replace("<CP>", "<CP type=\"a>b\">")),
        ("character references", EXAMPLE.replace("<SEXE>F", "<SEXE>&#70;")),
        ("CDATA", EXAMPLE.replace("BOURG EN BRESSE", "<![CDATA[BOURG EN BRESSE]]>")),
        ("spaces", EXAMPLE.replace("<DP>I214", "<DP>\n  i21.4 ")),
        ("space before the slash", EXAMPLE.replace("<LISTE_DA/>", "<LISTE_DA />")),
        (
            "empty elements",
            EXAMPLE.replace("<SEXE>I</SEXE>", "<NAISSANCE></NAISSANCE><SEXE>I</SEXE>"),
        ),
        (
            "blank elements",
            EXAMPLE.replace("<SEXE>I</SEXE>", "<NAISSANCE> </NAISSANCE><SEXE>I</SEXE>"),
        ),
        ("seconds", EXAMPLE.replace("21:40", "21:40:59")),
        ("ISO dates", EXAMPLE.replace("14/06/1947", "1947-06-14 00:00:00")),
        ("processing instruction", EXAMPLE.replace("<PASSAGES>", "<?x y?><PASSAGES>")),
        (
            "zero for missing",
            EXAMPLE.replace(
                "<MODE_SORTIE>8</MODE_SORTIE>",
                "<MODE_SORTIE>8</MODE_SORTIE><DESTINATION>0</DESTINATION>",
            ),
        ),
    ] {
        let other = read_oscour(&text);
        assert_eq!(other.one().counts.accepted, 3, "{form}: {:?}", other.one().reason);
        for column in ["cle", "empreinte", "commune_etat", "dp", "sexe", "naissance_etat", "entree"] {
            assert_eq!(other.column(column), plain.column(column), "{form}: {column}");
        }
    }
}

/// The same message with its tags in lower case.
fn lowercase_tags(text: &str) -> String {
    let mut inside = false;
    text.chars()
        .map(|character| {
            match character {
                '<' => inside = true,
                '>' => inside = false,
                _ => {}
            }
            if inside { character.to_ascii_lowercase() } else { character }
        })
        .collect::<String>()
        .replace("encoding=\"utf-8\"", "encoding=\"UTF-8\"")
}

#[test]
fn each_field_changes_the_fingerprint_and_only_the_key_fields_the_key() {
    let plain = example();
    for (from, to, is_key) in [
        ("<CP>01000", "<CP>01999", true),
        ("<SEXE>F", "<SEXE>M", true),
        ("14/06/1947", "15/06/1947", true),
        ("01/02/2025 21:40", "01/02/2025 21:41", true),
        ("BOURG EN BRESSE", "VIRIAT", false),
        ("<TRANSPORT>SMUR", "<TRANSPORT>AMBU", false),
        ("<TRANSPORT>SMUR", "<TRANSPORT>XXXX", false),
        ("<MOTIF>R074", "<MOTIF>R11", false),
        ("<MOTIF>R074", "<MOTIF>douleur", false),
        ("<GRAVITE>4", "<GRAVITE>5", false),
        ("<DP>I214", "<DP>I213", false),
        ("<DA>I10</DA>", "", false),
        ("<ACTE>DEQP003</ACTE>", "", false),
        ("02/02/2025 00:25", "02/02/2025 00:26", false),
        ("<MODE_SORTIE>6", "<MODE_SORTIE>7", false),
        ("<DESTINATION>1", "<DESTINATION>2", false),
        ("<ORIENT>SI", "<ORIENT>SC", false),
        ("<ORIENT>SI</ORIENT>", "<ORIENT>SI</ORIENT><GEMSA>4</GEMSA>", false),
    ] {
        let other = read_oscour(&EXAMPLE.replacen(from, to, 1));
        let same_key = other.column("cle")[0] == plain.column("cle")[0];
        assert_eq!(same_key, !is_key, "{to}");
        assert_ne!(other.column("empreinte")[0], plain.column("empreinte")[0], "{to}");
        assert_eq!(other.column("empreinte")[1..], plain.column("empreinte")[1..], "{to}");
    }
}

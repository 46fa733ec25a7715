//! Pairs of postal code and commune, and what each establishes.

use super::*;

fn resolve(cp: &str, commune: &str) -> Residence {
    let kinds = crate::kinds::Kinds::embedded();
    let countries = &kinds.get("rpu_oscour").unwrap().rpu.as_ref().unwrap().pays;
    Resolver::new("76", countries, false)
        .resolve(cp.as_bytes(), commune.as_bytes())
        .clone()
}

fn written(word: u64) -> String {
    match word {
        0 => "-".to_owned(),
        _ => String::from_utf8(word.to_le_bytes().into_iter().filter(|byte| *byte != 0).collect()).unwrap(),
    }
}

fn summary(cp: &str, commune: &str) -> String {
    let found = resolve(cp, commune);
    format!(
        "{} {} {} {} {}",
        written(found.departement),
        written(found.large_commune),
        CLASSES[found.class as usize],
        PRECISIONS[found.precision as usize],
        match found.coherent {
            None => "-",
            Some(true) => "oui",
            Some(false) => "non",
        }
    )
}

#[test]
fn what_a_postal_code_and_a_name_establish() {
    for (cp, commune, expected) in [
        ("31000", "TOULOUSE", "31 31555 region commune oui"),
        ("31000", "", "31 31555 region commune -"),
        ("31000", "toulouse cedex 9", "31 31555 region commune oui"),
        ("31059", "TOULOUSE CEDEX 9", "31 31555 region commune -"),
        ("31059", "", "- - indetermine inconnue -"),
        ("01000", "BOURG EN BRESSE", "01 01053 france commune oui"),
        ("01000", "", "01 - france code_postal -"),
        ("75013", "PARIS 13", "75 75056 france commune oui"),
        ("75013", "Paris 13e Arrondissement", "75 75056 france commune oui"),
        ("09200", "ST GIRONS", "09 - region commune oui"),
        ("09200", "Saint-Girons", "09 - region commune oui"),
        ("31000", "BORDEAUX", "31 - region code_postal non"),
        ("31000", "NULLE PART", "31 31555 region commune -"),
        ("42620", "", "- - france code_postal -"),
        ("39999", "", "39 - france departement -"),
        ("31999", "TOULOUSE", "31 31555 region commune oui"),
        ("31999", "BORDEAUX", "31 - region departement non"),
        ("2A999", "", "2A - france departement -"),
        ("20999", "", "- - france inconnue -"),
        ("20000", "AJACCIO", "2A 2A004 france commune oui"),
        ("00999", "TOULOUSE", "- - indetermine inconnue -"),
        ("20999", "AJACCIO", "2A 2A004 france commune oui"),
        ("2A004", "", "- - indetermine inconnue -"),
        ("97400", "SAINT DENIS", "974 97411 france commune oui"),
        ("99140", "GENEVE", "- - etranger pays -"),
        ("99146", "", "- - indetermine inconnue -"),
        ("99100", "", "- - indetermine inconnue -"),
        ("99999", "", "- - indetermine inconnue -"),
        ("", "TOULOUSE", "- - manquant inconnue -"),
        ("", "", "- - manquant inconnue -"),
        ("3100", "TOULOUSE", "- - indetermine inconnue -"),
        ("AB000", "", "- - indetermine inconnue -"),
        ("01350", "CULOZ", "01 - france commune oui"),
        ("31000", "31555", "31 31555 region commune oui"),
    ] {
        assert_eq!(summary(cp, commune), expected, "{cp} {commune}");
    }
}

#[test]
fn states_of_the_postal_code() {
    for (cp, etat, known) in [
        ("31000", Etat::Conforme, Some(true)),
        ("2B033", Etat::Conforme, Some(false)),
        ("99999", Etat::Conforme, Some(true)),
        ("99109", Etat::Conforme, Some(true)),
        ("00000", Etat::Conforme, Some(false)),
        ("1000", Etat::NonConforme, None),
        ("2C123", Etat::NonConforme, None),
        ("", Etat::Manquant, None),
    ] {
        let found = resolve(cp, "");
        assert_eq!((found.cp, found.cp_known), (etat, known), "{cp}");
    }
}

#[test]
fn states_of_the_commune() {
    for (cp, commune, etat) in [
        ("31000", "TOULOUSE", Etat::Conforme),
        ("31000", "12345", Etat::NonConforme),
        ("31000", "31555", Etat::NonConforme),
        ("31000", "NULLE PART", Etat::NonConforme),
        ("31000", "-", Etat::NonConforme),
        ("31000", "", Etat::Manquant),
        ("99140", "GENEVE", Etat::Conforme),
        ("99140", "12345", Etat::NonConforme),
        ("", "TOULOUSE", Etat::Conforme),
    ] {
        let found = resolve(cp, commune);
        assert_eq!(found.commune, etat, "{cp} {commune}");
    }
}

#[test]
fn the_memory_of_pairs_changes_nothing() {
    let mut resolver = Resolver::new("76", &[], false);
    let first = resolver.resolve(b"31000", b"TOULOUSE").clone();
    assert_eq!(*resolver.resolve(b"31000", b"TOULOUSE"), first);
    assert_eq!(resolver.residences.len(), 1);
}

#[test]
fn a_code_of_the_pmsi_says_the_departement_and_nothing_finer() {
    let mut resolver = Resolver::new("76", &[], true);
    for (code, departement, class) in [
        ("31000", "31", Class::Region),
        ("75013", "75", Class::France),
        ("31999", "31", Class::Region),
    ] {
        let found = resolver.resolve(code.as_bytes(), b"");
        assert_eq!(
            (written(found.departement).as_str(), found.class),
            (departement, class),
            "{code}"
        );
        assert_eq!(
            (found.large_commune, found.epci, found.precision),
            (0, NONE, Precision::Departement),
            "{code}"
        );
        assert_eq!(found.commune, Etat::HorsFormat, "a message with such codes has no COMMUNE");
        assert_eq!(found.cp_known, Some(true), "{code}");
    }
}

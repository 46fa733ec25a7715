//! The registries tested as data: identifiers, sources, columns, and every identifier of the domain documents.

use std::collections::BTreeSet;

use super::*;
use crate::rules::Scope;

fn shipped() -> Catalogue {
    Catalogue::load(&[]).expect("the shipped declarations are valid")
}

/// The messages about a user's file added to the shipped ones.
fn said_of(text: &str) -> Vec<String> {
    let mut catalogue = shipped();
    match catalogue.add("mes_regles.toml", text) {
        Ok(()) => catalogue.check().iter().map(Diagnostic::to_string).collect(),
        Err(mistake) => vec![mistake.to_string()],
    }
}

const RULE: &str = r#"[[regle]]
id = "LOC-X01"
titre = "Cent ans et plus"
table = "rpu"
categorie = "plausibility"
portee = "row"
effet = "flag"
parmi = "age IS NOT NULL"
anomalie = "age >= {age_min}"
champs = ["age"]
parametres = { age_min = 100 }
source = "project-defined"
"#;

#[test]
fn a_text_compared_with_a_number_is_a_mistake_of_the_rule() {
    let said = said_of(&RULE.replace("age >= {age_min}", "gravite = {age_min}"));
    assert_eq!(said.len(), 1, "{said:?}");
    let expected = ["LOC-X01", "« anomalie » ne peut être calculé", "gravite (texte)"];
    assert!(expected.iter().all(|words| said[0].contains(words)), "{}", said[0]);
    assert!(said_of(RULE).is_empty());
}

#[test]
fn the_shipped_declarations_have_no_mistake() {
    let mistakes = shipped().check();
    assert!(
        mistakes.is_empty(),
        "{}",
        mistakes.iter().map(|m| format!("{m}\n")).collect::<String>()
    );
}

#[test]
fn every_identifier_of_the_domain_is_a_rule_or_on_the_list() {
    let shipped = shipped();
    let rules: BTreeSet<&str> = shipped.regles.iter().map(|rule| rule.id.as_str()).collect();
    let later: BTreeSet<String> = crate::rules::not_yet().into_iter().map(|(id, _)| id).collect();
    let domain: Vec<&str> = include_str!("../../rules/identifiants.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    assert_eq!(domain.len(), 280);
    for id in &domain {
        assert!(
            rules.contains(id) != later.contains(*id),
            "{id}: a rule, or on the list, not both"
        );
    }
    for id in rules {
        // ORU-…: ours.
        assert!(
            domain.contains(&id) || id.starts_with("ORU-"),
            "{id} is in no domain document"
        );
    }
}

#[test]
fn every_coded_column_of_the_rpu_has_its_conformance_rule() {
    let shipped = shipped();
    for column in columns::table("rpu")
        .unwrap()
        .columns
        .iter()
        .filter(|column| !column.derived && column.nom.ends_with("_etat"))
    {
        if ["motif_etat"].contains(&column.nom.as_str()) {
            continue; // RPU-C13 reads motif_classe
        }
        let said = format!("{} = 'non_conforme'", column.nom);
        let judged = |rule: &Rule| rule.anomalie.as_ref().is_some_and(|sql| sql.template.contains(&said));
        assert!(shipped.regles.iter().any(judged), "{}", column.nom);
    }
}

#[test]
fn rules_on_files_have_no_predicate_and_the_others_have_both() {
    for rule in &shipped().regles {
        assert_eq!(rule.anomalie.is_none(), rule.portee == Scope::File, "{}", rule.name());
    }
}

#[test]
fn a_user_adds_a_rule() {
    assert_eq!(said_of(RULE), Vec::<String>::new());
    let mut catalogue = shipped();
    catalogue.add("mes_regles.toml", RULE).unwrap();
    let values = |text: &str| toml::from_str::<BTreeMap<String, BTreeMap<String, Parameter>>>(text).unwrap();
    catalogue
        .set_parameters(&values("[LOC-X01]\nage_min = 105\nseuil = 0.1\n"))
        .unwrap();
    assert_eq!(catalogue.regles.last().unwrap().seuil, 0.1);
    let error = catalogue.set_parameters(&values("[LOC-X01]\nage_mini = 105\n")).unwrap_err();
    assert!(
        error.contains("paramètre inconnu « age_mini » (connus : seuil age_min)"),
        "{error}"
    );
    let error = catalogue.set_parameters(&values("[LOC-X02]\nage_min = 105\n")).unwrap_err();
    assert!(error.contains("la plus proche : LOC-X01"), "{error}");
}

#[test]
fn mistakes_have_a_place_and_a_hint() {
    for (from, to, expected) in [
        (
            "age IS",
            "agee IS",
            "mes_regles.toml:8:10: LOC-X01 : colonne inconnue « agee » dans la table rpu (la plus proche est « age »)",
        ),
        (
            "age >= {age_min}",
            "age >= {age_mini}",
            "mes_regles.toml:9:20: LOC-X01 : paramètre inconnu « age_mini » (le plus proche est « age_min »)",
        ),
        (
            "age >= {age_min}",
            "{age_min} <= agee",
            "mes_regles.toml:9:26: LOC-X01 : colonne inconnue « agee »",
        ),
        (
            "age >= {age_min}",
            "regexp_like(dp, 'x{age_min}')",
            "mes_regles.toml:9:13: LOC-X01 : fonction hors du sous-ensemble : REGEXP_LIKE",
        ),
        (
            "anomalie =",
            "anomalies =",
            "mes_regles.toml:9:1: clé inconnue « anomalies » (la plus proche est « anomalie »)",
        ),
        (
            "\"flag\"",
            "\"flagg\"",
            "mes_regles.toml:7:9: valeur inconnue « flagg » (la plus proche est « flag »)",
        ),
        (
            "table = \"rpu\"",
            "table = \"rpuu\"",
            "mes_regles.toml:2:6: LOC-X01 : table inconnue « rpuu » (la plus proche est « rpu »)",
        ),
        (
            "LOC-X01",
            "RPU-X01",
            "mes_regles.toml:2:6: identifiant déjà pris : RPU-X01 (déclaré en rules/rpu_coherence.toml",
        ),
        ("\"project-defined\"", "\"\"", "mes_regles.toml:2:6: LOC-X01 : source vide"),
        ("LOC-X01", "loc", "mes_regles.toml:2:6: loc : identifiant « loc » mal formé"),
        (
            "age_min = 100",
            "age_min = 100, autre = 2",
            "mes_regles.toml:2:6: LOC-X01 : paramètre « autre » non utilisé",
        ),
        (
            "[\"age\"]",
            "[\"ages\"]",
            "mes_regles.toml:2:6: LOC-X01 : colonne inconnue « ages » dans la table rpu (la plus proche est « age »)",
        ),
        (
            "titre = \"Cent ans et plus\"\n",
            "",
            "mes_regles.toml:1:1: clé absente : « titre »",
        ),
        (
            "effet = \"flag\"",
            "effet = \"void_field\"",
            "mes_regles.toml:2:6: LOC-X01 : l'effet demande une cible",
        ),
    ] {
        let text = RULE.replace(from, to);
        assert_ne!(text, RULE, "{from}");
        let said = said_of(&text);
        assert!(said.iter().any(|line| line.starts_with(expected)), "{to}: {said:?}");
    }
}

#[test]
fn titles_definitions_and_expressions_say_the_bounds_of_the_site() {
    let mut bornes = Bornes::default();
    (
        bornes.pediatrie_moins_de,
        bornes.geriatrie_a_partir_de,
        bornes.nuit_profonde_fin,
    ) = (16, 80, 6);
    bornes.dp_exclus = vec!["SCAM".to_owned()];
    bornes.decroche_60s_cible = 90;
    let catalogue = Catalogue::load_with(&[], &bornes).unwrap();
    assert!(catalogue.check().is_empty());
    let said = |catalogue: &Catalogue| -> Vec<String> {
        let indicators = catalogue.indicateurs.iter().map(|row| format!("{:?}", row.what));
        let populations = catalogue.populations.iter().map(|row| format!("{:?}", row.what));
        let labels = catalogue.dimensions.iter().map(|row| format!("{:?}", row.what.modalites));
        indicators.chain(populations).chain(labels).collect()
    };
    let defaults = [
        "18 ans",
        "< 18",
        "18 à 74 ans",
        "75 ans et plus",
        ">= 75",
        "Some(75)",
        "nuit profonde (0 h",
        "entrées de 0 h 00 à 7 h 59",
        "attendu (FUGUE, PSA, REO)",
        "< 99 * appels_presentes",
    ];
    let ours = [
        "16 ans",
        "< 16",
        "16 à 79 ans",
        "80 ans et plus",
        ">= 80",
        "Some(80)",
        "après minuit (0 h",
        "entrées de 0 h 00 à 5 h 59",
        "attendu (SCAM)",
    ];
    let (default, ours_said) = (said(&shipped()), said(&catalogue));
    let holds = |rows: &[String], words: &str| rows.iter().any(|row| row.contains(words));
    for (national, ours) in defaults.iter().zip(ours) {
        assert!(holds(&default, national) && !holds(&ours_said, national), "{national}");
        assert!(holds(&ours_said, ours) && !holds(&default, ours), "{ours}");
    }
    assert!(!holds(&ours_said, "{geriatrie") && !holds(&ours_said, "{pediatrie"));
}

#[test]
fn expected_values_are_a_rule_like_the_others() {
    let mut catalogue = shipped();
    let declared = "[[valeurs]]\nid = \"LOC-V01\"\ntable = \"rpu\"\ncolonne = \"transport\"\nattendues = [\"PERSO\", \"AMBU\"]\n\
                    source = \"convention régionale\"\n";
    catalogue.add("valeurs.toml", declared).unwrap();
    assert!(catalogue.check().is_empty(), "{:?}", catalogue.check());
    let rule = catalogue.regles.last().unwrap();
    let anomaly = rule.anomalie.as_ref().unwrap();
    assert_eq!(anomaly.template, "transport NOT IN ('PERSO', 'AMBU')");
    let unknown = declared.replace("transport\"", "trasport\"");
    let mut catalogue = shipped();
    catalogue.add("valeurs.toml", &unknown).unwrap();
    let said = catalogue.check();
    assert!(
        said[0].to_string().contains("valeurs.toml:2") && said[0].to_string().contains("« transport »"),
        "{said:?}"
    );
    let list = declared.replace("attendues = [\"PERSO\", \"AMBU\"]", "liste = \"rpu_transpor\"");
    let said = shipped().add("valeurs.toml", &list).unwrap_err().to_string();
    assert!(said.contains("valeurs.toml:5") && said.contains("rpu_transport"), "{said}");
}

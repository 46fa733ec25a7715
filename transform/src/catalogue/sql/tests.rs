//! The subset: what passes, what does not, and where the mistake is said to be.

use super::*;
use crate::catalogue::columns::table;

fn check(sql: &str, nature: Nature) -> Result<Vec<String>, Vec<Problem>> {
    let rpu = table("rpu").unwrap();
    let _ = expression(sql, rpu, nature)?;
    columns_of(sql, rpu, nature)
}

/// The place the first mistake points at, as the text from there on, then its message.
fn mistake(sql: &str, nature: Nature) -> (String, String) {
    let problems = check(sql, nature).expect_err(sql);
    let hint = problems[0].hint.clone().unwrap_or_default();
    (
        sql[problems[0].offset..].to_owned(),
        format!("{} | {hint}", problems[0].message),
    )
}

#[test]
fn what_the_subset_holds() {
    for sql in [
        "mode_entree = '8' AND NOT provenance IN ('1', '2')",
        "age BETWEEN 10 AND 55 OR sexe IS NULL",
        "LEFT(dp, 3) BETWEEN 'O00' AND 'O99'",
        "dp LIKE 'R%' OR SUBSTR(dp, 1, 1) = 'Z' OR STARTS_WITH(dp, 'F')",
        "COALESCE(orient NOT IN ('FUGUE', 'PSA'), TRUE)",
        "CASE WHEN age < 1 THEN age_mois > 3 ELSE FALSE END",
        "ABS(duree_brute_min) > GREATEST(2, 0.1 * age) AND LEAST(age, 3) <> 2",
        "CAST(age AS DOUBLE) / 2 > 1.5 AND entree + INTERVAL '2 hours' > extract",
        "TRUE",
    ] {
        check(sql, Nature::Rule).unwrap_or_else(|problems| panic!("{sql}: {problems:?}"));
    }
    for sql in [
        "COUNT(*) FILTER (WHERE nuit)",
        "SUM(age) + AVG(duree_min) FILTER (WHERE NOT uhcd)",
        "QUANTILE_CONT(CASE WHEN NOT uhcd THEN duree_min END, 0.9)",
        "MEDIAN(age) FILTER (WHERE sexe = 'M')",
    ] {
        check(sql, Nature::Aggregate).unwrap_or_else(|problems| panic!("{sql}: {problems:?}"));
    }
    assert_eq!(
        check("age < 1 AND sexe = 'M' AND age > 0", Nature::Rule).unwrap(),
        ["age", "sexe"]
    );
}

#[test]
fn an_unknown_column_names_the_nearest_one() {
    let (place, said) = mistake("age < 10 AND mode_sorti = '6'", Nature::Rule);
    assert_eq!(place, "mode_sorti = '6'");
    assert_eq!(
        said,
        "colonne inconnue « mode_sorti » dans la table rpu | la plus proche est « mode_sortie »"
    );
    let (_, said) = mistake("Age < 10", Nature::Rule);
    assert!(said.ends_with("la plus proche est « age »"), "{said}");
}

/// `gravite IN ('7')` would count no anomaly, for ever.
#[test]
fn a_code_that_its_list_does_not_have_is_said() {
    let (place, said) = mistake("age < 10 AND gravite IN ('1', '7')", Nature::Rule);
    assert_eq!(place, "'7')");
    assert_eq!(
        said,
        "« 7 » n'est pas une valeur de la colonne gravite | valeurs possibles : 1, P, 2, 3, 4, 5, D (liste rpu_gravite)"
    );
    let (place, said) = mistake("transport = 'SMURR'", Nature::Row);
    assert_eq!(place, "'SMURR'");
    assert!(said.contains("SMUR"), "{said}");
    assert!(
        mistake("'conform' <> sexe_etat", Nature::Rule)
            .1
            .contains("conforme, non_conforme, manquant, hors_format")
    );
    check(
        "gravite NOT IN ('1', 'P') AND LEFT(dp, 1) = '7' AND sexe_etat = 'manquant'",
        Nature::Rule,
    )
    .unwrap();
}

#[test]
fn every_unknown_column_is_said() {
    assert_eq!(check("agee < 1 OR sexee = 'M'", Nature::Rule).unwrap_err().len(), 2);
}

#[test]
fn a_forbidden_function_comes_with_the_allowed_ones() {
    let (place, said) = mistake("age < 10 OR regexp_like(dp, '^R')", Nature::Rule);
    assert_eq!(place, "regexp_like(dp, '^R')");
    assert!(
        said.starts_with("fonction hors du sous-ensemble : REGEXP_LIKE | fonctions permises : ABS, COALESCE"),
        "{said}"
    );
}

#[test]
fn what_is_outside_the_subset() {
    for (sql, nature, expected) in [
        ("COUNT(*) > 3", Nature::Rule, "COUNT porte sur plusieurs lignes"),
        (
            "QUANTILE_CONT(age, 0.5) FILTER (WHERE nuit)",
            Nature::Aggregate,
            "QUANTILE_CONT n'admet pas FILTER",
        ),
        ("age IN (SELECT 1)", Nature::Rule, "hors du sous-ensemble SQL"),
        ("age % 2 = 0", Nature::Rule, "hors du sous-ensemble SQL : l'opérateur %"),
        (
            "sexe || dp = 'MR'",
            Nature::Rule,
            "hors du sous-ensemble SQL : l'opérateur ||",
        ),
        ("TRY_CAST(dp AS INTEGER) = 1", Nature::Rule, "hors du sous-ensemble SQL"),
        ("rpu.age = 1", Nature::Rule, "hors du sous-ensemble SQL"),
        (
            "SUM(DISTINCT age)",
            Nature::Aggregate,
            "hors du sous-ensemble SQL : SUM avec DISTINCT",
        ),
        ("ABS(age, 1) > 2", Nature::Rule, "ABS attend 1 à 1 arguments"),
        ("CAST(age AS BLOB) = 1", Nature::Rule, "CAST vers BLOB hors du sous-ensemble"),
        ("duree_min > 10", Nature::Rule, "colonne inconnue « duree_min »"),
        ("age + 1", Nature::Rule, "une condition est attendue"),
    ] {
        let (_, said) = mistake(sql, nature);
        assert!(said.starts_with(expected), "{sql}: {said}");
    }
    assert!(
        mistake("duree_min > 10", Nature::Rule)
            .1
            .contains("n'existe qu'après les règles")
    );
}

#[test]
fn parse_errors_have_a_place() {
    let (place, said) = mistake("age < 10 AND\n  (sexe = ", Nature::Rule);
    assert!(said.starts_with("expression illisible"), "{said}");
    assert_eq!(place, "");
    let (place, said) = mistake("age < 10 sexe", Nature::Rule);
    assert_eq!(
        (place.as_str(), said.starts_with("« sexe » n'est pas attendu ici")),
        ("sexe", true)
    );
    let (place, _) = mistake("sexe = 'M", Nature::Rule);
    assert_eq!(place, "'M");
}

//! `chiffres.md`: what is in `figures.parquet` and `figures.csv`.

use lake::figure::{KEY, NUMBERS, Status};

pub fn page() -> String {
    let mut text = String::from(
        "# Chiffres publiés\n\n\
         `figures.parquet` et `figures.csv` ont une ligne par chiffre de la diffusion : ce qui est masqué y est masqué aussi. Les colonnes de la \
         clé disent de quoi parle le chiffre, et deux chiffres n'ont jamais la même ; pour un total, lire la ligne du total plutôt que sommer : \
         `perimetre`, `population` et `dim` répètent les mêmes passages. Ce que calcule chaque indicateur est dans `indicateurs.md` ; le nom d'une \
         structure, dans `oru list structures`.\n\n\
         ```sql\n\
         -- passages de 75 ans et plus d'un site en mars 2025, et part hospitalisée\n\
         SELECT indicator, numerator, denominator, missing, value, low, high, status\n\
         FROM 'figures.parquet'\n\
         WHERE level = 'etablissement' AND area = '340000033' AND period = '2025-03' AND period_kind = 'month'\n\
         \u{20} AND population = 'geriatrie' AND perimetre = 'tous' AND dim = '' AND indicator IN ('RPU-I01', 'RPU-I70');\n\
         ```\n\n\
         | colonne | rôle | ce qu'elle dit |\n|---|---|---|\n",
    );
    text.push_str("| `figure` | nom | nom court et permanent du chiffre, celui de `oru explain` |\n");
    for name in KEY {
        text.push_str(&format!("| `{name}` | clé | {} |\n", meaning(name)));
    }
    for name in NUMBERS {
        text.push_str(&format!("| `{name}` | nombre | {} |\n", meaning(name)));
    }
    for name in ["unit", "status", "as_of", "run"] {
        text.push_str(&format!("| `{name}` | contexte | {} |\n", meaning(name)));
    }
    text.push_str(
        "\nUn nombre vide n'est jamais zéro : `status` dit pourquoi il est vide.\n\n| statut | imprimé | ce qu'il veut dire |\n|---|---|---|\n",
    );
    for status in Status::ALL {
        let printed = status.printed().unwrap_or("la valeur");
        text.push_str(&format!("| `{}` | {printed} | {} |\n", status.as_str(), of_status(status)));
    }
    text
}

fn meaning(column: &str) -> &'static str {
    match column {
        "indicator" => "identifiant de l'indicateur",
        "domaine" => "`rpu`, `lits`, `qualite`",
        "level" => "niveau du lieu : `region`, `departement`, `type_etablissement`, `etablissement`, `flux`…",
        "area" => "code du lieu dans son niveau : `76`, `31`, `chu`, FINESS géographique, FINESS/ordre",
        "period_kind" => "`day`, `week`, `month`, `quarter`, `rolling12` (douze mois glissants)",
        "period" => "`2025-02-14`, `2025-W07`, `2025-02`, `2025-Q1` ; douze mois glissants : leur dernier mois",
        "perimetre" => "`tous`, ou `constant` : les seules structures qui transmettent sur les deux périodes comparées",
        "population" => "`tous` ou une population déclarée (`oru list populations`)",
        "dim" => "dimension qui découpe le chiffre ; vide pour le total",
        "modalite" => "modalité de la dimension",
        "dim2" => "seconde dimension ; vide le plus souvent",
        "modalite2" => "modalité de la seconde dimension",
        "numerator" => "ce qui est compté ; pour une moyenne, la somme",
        "denominator" => "parmi quoi ; vide pour un effectif",
        "missing" => "enregistrements laissés de côté : l'information manque ou n'est pas conforme",
        "excluded" => "enregistrements laissés de côté par la définition",
        "value" => {
            "la valeur ; une part est une fraction de 0 à 1, une durée est en minutes ; dans le CSV, `s` quand elle est masquée"
        }
        "low" => "borne basse de l'intervalle de confiance à 95 %, quand l'indicateur en a un",
        "high" => "borne haute du même intervalle",
        "unit" => "unité de la valeur",
        "status" => "pourquoi il y a, ou non, une valeur",
        "as_of" => "instant auquel les données étaient connues",
        _ => "exécution qui a calculé le chiffre (`oru list runs`)",
    }
}

fn of_status(status: Status) -> &'static str {
    match status {
        Status::Ok => "valeur publiée",
        Status::Masked => "masqué par le contrôle de diffusion : petit effectif, ou case qui en trahirait un",
        Status::TooFew => "dénominateur sous le plancher d'impression : la part ne voudrait rien dire",
        Status::NoDenominator => "rien au dénominateur",
        Status::NotCollected => "rien n'a été transmis sur la période",
        Status::NotApplicable => "l'indicateur n'a pas de sens pour ce lieu, cette période ou cette population",
        Status::NotComputable => "l'information nécessaire manque partout",
        Status::TooLittleHistory => "l'historique du lac est trop court",
        Status::Provisional => "valeur publiée, sur des jours que les établissements peuvent encore compléter",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page names the columns of the file, all of them.
    #[test]
    fn every_column_of_the_file_is_described() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("figures.parquet");
        lake::results::write_figures(&file, &[], jiff::Timestamp::UNIX_EPOCH, "essai").unwrap();
        let text = page();
        for column in lake::results::columns_of(&file).unwrap() {
            assert!(text.contains(&format!("| `{column}` |")), "{column}");
        }
        let described: std::collections::BTreeSet<&str> = KEY.into_iter().chain(NUMBERS).map(meaning).collect();
        assert_eq!(described.len(), KEY.len() + NUMBERS.len());
    }
}

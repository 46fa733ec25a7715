//! `chiffres.md`: what is in `figures.parquet` and `chiffres_du_rapport.csv`.

use lake::figure::{KEY, NUMBERS, Status};
use lake::results::meaning;

pub fn page() -> String {
    let mut text = String::from(
        "# Chiffres publiés\n\n\
         `figures.parquet` a une ligne par chiffre de la diffusion : ceux du trimestre et des douze mois, et par jour, semaine ou mois ceux des \
         indicateurs que le document nomme ; la diffusion entière est dans le lac (`releases/`). `chiffres_du_rapport.csv` a ceux que le document \
         imprime. Ce qui est masqué y est masqué aussi. Les colonnes de la clé disent de quoi parle le chiffre, et deux chiffres n'ont jamais la \
         même ; pour un total, lire la ligne du total plutôt que sommer : `perimetre`, `population` et `dim` répètent les mêmes passages. Ce que \
         calcule chaque indicateur est dans `indicateurs.md` ; le nom d'une structure, dans `oru list structures`.\n\n\
         ```sql\n\
         -- passages de 75 ans et plus d'un site au premier trimestre 2025, et part hospitalisée\n\
         SELECT indicator, numerator, denominator, missing, value, low, high, status\n\
         FROM 'figures.parquet'\n\
         WHERE level = 'etablissement' AND area = '340000033' AND period = '2025-Q1' AND period_kind = 'quarter'\n\
         \u{20} AND population = 'geriatrie' AND perimetre = 'tous' AND dim = '' AND indicator IN ('RPU-I01', 'RPU-I70');\n\
         ```\n\n\
         | colonne | rôle | ce qu'elle dit |\n|---|---|---|\n",
    );
    text.push_str(&format!("| `figure` | nom | {} |\n", meaning("figure")));
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

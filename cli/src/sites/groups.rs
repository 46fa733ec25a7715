//! The groupings of sites that the observatory declares: `[sites] groupements`, and the peer groups of the parameters.

use std::path::Path;

use lake::reference::Structure;
use transform::indicators::LEVELS;

use super::{Parametres, site};
use crate::config::Config;
use crate::error::Result;
use crate::register::{self, Form, Row};

const GROUPEMENTS: Form = Form {
    what: "groupements de sites",
    columns: &["groupement", "modalite", "finess", "departement"],
    needed: &["groupement", "modalite"],
};

/// Level of the peer groups.
const PAIRS: &str = "groupe_pairs";

/// The structures, with the groupings that they belong to.
pub fn with_groups(structures: Vec<Structure>, config: &Config, lines: &[Parametres]) -> Result<Vec<Structure>> {
    let mut found = structures;
    for line in lines {
        let Some(group) = &line.groupe_pairs else { continue };
        let own = found
            .iter_mut()
            .filter(|row| row.finess == line.attente.finess && line.attente.ordre.is_none_or(|only| only == row.ordre));
        own.for_each(|row| {
            row.groupements.insert(PAIRS.to_owned(), group.clone());
        });
    }
    if let Some(file) = config.sites.groupements.as_deref() {
        join(&mut found, file)?;
    }
    Ok(found)
}

fn join(structures: &mut [Structure], file: &Path) -> Result<()> {
    for row in register::read(file, &GROUPEMENTS)? {
        add(structures, &row)?;
    }
    Ok(())
}

/// One line: a site, or every site of a département.
fn add(structures: &mut [Structure], row: &Row) -> Result<()> {
    let level = row.value("groupement", level)?.unwrap_or_default();
    let area = row.text("modalite").unwrap_or_default().to_owned();
    let (finess, departement) = (row.value("finess", site)?, row.text("departement").map(str::to_owned));
    if finess.is_some() == departement.is_some() {
        return Err(row
            .wrong("finess", "la ligne nomme un site ou un département, et un seul")
            .hint("remplir finess, ou departement pour tous les sites du département"));
    }
    let concerned = |structure: &&mut Structure| {
        finess.as_ref().is_some_and(|finess| *finess == structure.finess)
            || departement.as_ref().is_some_and(|code| *code == structure.departement)
    };
    let mut found = false;
    for structure in structures.iter_mut().filter(concerned) {
        found = true;
        let before = structure.groupements.insert(level.clone(), area.clone());
        if let Some(before) = before.filter(|before| *before != area) {
            return Err(row
                .wrong("modalite", format!("le site {} est déjà dans « {before} »", structure.finess))
                .hint("un site n'a qu'une modalité par groupement"));
        }
    }
    let column = if finess.is_some() { "finess" } else { "departement" };
    match found {
        true => Ok(()),
        false => Err(row.wrong(column, "aucune structure de la région n'y est (oru list structures)")),
    }
}

/// A name that figures can be told by: small letters, digits, underscores, and none of the levels that are always there.
fn level(text: &str) -> std::result::Result<String, String> {
    let is_plain = text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    match (is_plain, LEVELS.contains(&text)) {
        (true, false) => Ok(text.to_owned()),
        (true, true) => Err(format!("« {text} » est le nom d'un niveau de tous les rapports")),
        (false, _) => Err(format!(
            "« {text} » : lettres minuscules sans accent, chiffres et _ (ght, territoire)"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> Result<Vec<Structure>> {
        let mut structures = lake::reference::structures().to_vec();
        for row in register::parse(text, "groupements.csv", &GROUPEMENTS)? {
            add(&mut structures, &row)?;
        }
        Ok(structures)
    }

    fn refusal(text: &str) -> String {
        joined(text).unwrap_err().render()
    }

    #[test]
    fn a_grouping_names_sites_or_whole_departements() {
        let found = joined("groupement;modalite;finess;departement\nght;OCC-09;310783048;\nterritoire;Ouest;;31\n").unwrap();
        let of = |finess: &str| &found.iter().find(|row| row.finess == finess).unwrap().groupements;
        assert_eq!(of("310783048")["ght"], "OCC-09");
        assert_eq!(of("310783048")["territoire"], "Ouest");
        assert!(of("090000175").is_empty());
    }

    #[test]
    fn the_groupings_of_the_demonstration_are_levels_of_its_figures() {
        let found = joined(include_str!("../../../demo/groupements.csv")).unwrap();
        assert!(found.iter().all(|row| row.groupements.contains_key("territoire")));
        let of = |level: &str| -> std::collections::BTreeSet<&String> {
            found.iter().filter_map(|row| row.groupements.get(level)).collect()
        };
        assert_eq!((of("ght").len(), of("territoire").len()), (14, 4));
        let config = include_str!("../../../demo/pipelines.toml");
        assert!(config.contains("groupements = \"groupements.csv\""));
    }

    #[test]
    fn a_line_that_cannot_be_followed_is_said_with_its_place() {
        let header = "groupement;modalite;finess;departement\n";
        let of = |line: &str| refusal(&format!("{header}{line}\n"));
        assert!(
            of("region;Ouest;;31").contains("groupements.csv:2:1 : "),
            "{}",
            of("region;Ouest;;31")
        );
        assert!(of("GHT;Ouest;;31").contains("lettres minuscules"));
        assert!(of("ght;Ouest;310783048;31").contains("un site ou un département"));
        assert!(of("ght;Ouest;;").contains("un site ou un département"));
        assert!(of("ght;Ouest;;75").contains("aucune structure"));
        let twice = format!("{header}ght;A;310783048;\nght;B;310783048;\n");
        assert!(refusal(&twice).contains("groupements.csv:3:") && refusal(&twice).contains("déjà dans « A »"));
    }
}

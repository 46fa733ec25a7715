//! The crosswalk of site numbers: which FINESS received must be read as which other, and between which dates. A CSV file that
//! `oru quarantine map` adds to and that people edit.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::Path;

use ingest::FinessAlias;
use jiff::civil::Date;

use crate::error::{CommandError, Doing, Result};
use crate::written;

const HEADER: &str = "finess,ordre,vers_finess,vers_ordre,du,au";
const ONE_SITE_A_DAY: &str = "finir la première ligne la veille du premier jour de l'autre (colonnes du et au)";

/// Reads the crosswalk; none, or a file not written yet, is empty.
pub fn read(file: Option<&Path>) -> Result<Vec<FinessAlias>> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    match std::fs::read_to_string(file) {
        Ok(text) => parse(&text, &file.display().to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).doing(format!("lecture des correspondances {}", file.display())),
    }
}

/// Adds a line to the crosswalk, through a temporary file so that it is never half written.
pub fn add(file: &Path, alias: FinessAlias) -> Result<()> {
    let mut aliases = read(Some(file))?;
    if aliases.contains(&alias) {
        return Ok(());
    }
    if let Some(other) = aliases.iter().find(|other| contradicts(other, &alias)) {
        return Err(CommandError::usage(format!(
            "{} désigne déjà {} les mêmes jours dans {} ; rien n'est écrit",
            alias.finess,
            other.vers_finess,
            file.display()
        ))
        .hint(ONE_SITE_A_DAY));
    }
    aliases.push(alias);
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).doing(format!("création de {}", folder.display()))?;
    }
    let temporary = file.with_extension("part");
    std::fs::write(&temporary, render(&aliases))
        .and_then(|()| std::fs::rename(&temporary, file))
        .doing(format!("écriture des correspondances {}", file.display()))
}

fn parse(text: &str, label: &str) -> Result<Vec<FinessAlias>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let header = lines.next().map(|(_, line)| line.trim()).unwrap_or_default();
    if header != HEADER {
        return Err(CommandError::work(format!("{label}:1 : en-tête inattendu")).hint(format!("en-tête attendu : {HEADER}")));
    }
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let mut found: Vec<(usize, FinessAlias)> = Vec::new();
    for (number, line) in lines.map(|(rank, line)| (rank + 1, line)) {
        let alias = row(line).map_err(|reason| CommandError::work(format!("{label}:{number} : {reason}")))?;
        if let Some((other, _)) = found.iter().find(|(_, other)| contradicts(other, &alias)) {
            return Err(CommandError::work(format!(
                "{label}:{number} : ce numéro désigne déjà un autre site les mêmes jours, ligne {other}"
            ))
            .hint(ONE_SITE_A_DAY));
        }
        found.push((number, alias));
    }
    Ok(found.into_iter().map(|(_, alias)| alias).collect())
}

/// Whether two lines send the same number to two places on one day. A line for one ORDRE goes before one for the whole number.
fn contradicts(a: &FinessAlias, b: &FinessAlias) -> bool {
    let first = |alias: &FinessAlias| alias.du.unwrap_or(Date::MIN);
    let last = |alias: &FinessAlias| alias.au.unwrap_or(Date::MAX);
    let together = first(a) <= last(b) && first(b) <= last(a);
    (&a.finess, a.ordre) == (&b.finess, b.ordre) && together && (&a.vers_finess, a.vers_ordre) != (&b.vers_finess, b.vers_ordre)
}

fn row(line: &str) -> std::result::Result<FinessAlias, String> {
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    let [finess, ordre, vers_finess, vers_ordre, du, au] = cells[..] else {
        return Err(format!("{} colonnes, 6 attendues", cells.len()));
    };
    let number = |text: &str| match text {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| format!("« {text} » n'est pas un numéro d'ordre")),
    };
    let day = |text: &str| match text {
        "" => Ok(None),
        text => written::day(text).map(Some),
    };
    Ok(FinessAlias {
        finess: site(finess)?,
        ordre: number(ordre)?,
        vers_finess: site(vers_finess)?,
        vers_ordre: number(vers_ordre)?,
        du: day(du)?,
        au: day(au)?,
    })
}

fn site(text: &str) -> std::result::Result<String, String> {
    let site = lake::finess::Finess::parse(text).ok_or_else(|| format!("« {text} » n'a pas la forme d'un FINESS"))?;
    Ok(site.0.as_str().to_owned())
}

fn render(aliases: &[FinessAlias]) -> String {
    fn cell(value: &Option<impl ToString>) -> String {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    }
    let mut text = format!("{HEADER}\n");
    for alias in aliases {
        writeln!(
            text,
            "{},{},{},{},{},{}",
            alias.finess,
            cell(&alias.ordre),
            alias.vers_finess,
            cell(&alias.vers_ordre),
            cell(&alias.du),
            cell(&alias.au)
        )
        .expect("writing to a string does not fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn alias() -> FinessAlias {
        FinessAlias {
            finess: "310000000".to_owned(),
            ordre: None,
            vers_finess: "310783048".to_owned(),
            vers_ordre: Some(0),
            du: Some(date(2025, 1, 1)),
            au: None,
        }
    }

    #[test]
    fn what_is_added_is_read_back_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("correspondances.csv");
        assert!(read(Some(&file)).unwrap().is_empty());
        add(&file, alias()).unwrap();
        add(&file, alias()).unwrap();
        assert_eq!(read(Some(&file)).unwrap(), [alias()]);
    }

    #[test]
    fn a_contradiction_is_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("correspondances.csv");
        add(&file, alias()).unwrap();
        let other = FinessAlias {
            vers_finess: "110000023".to_owned(),
            ..alias()
        };
        let refused = add(&file, other).unwrap_err();
        assert!(refused.message.contains("désigne déjà 310783048"), "{}", refused.message);
        assert_eq!(read(Some(&file)).unwrap(), [alias()], "the file still reads");
    }

    #[test]
    fn a_number_designates_one_site_a_day() {
        let header = "finess,ordre,vers_finess,vers_ordre,du,au\n";
        let refused = |lines: &str| parse(&format!("{header}{lines}"), "c.csv").map_err(|error| error.message);
        // A merge, a split by ORDRE and a switch on a day are no contradictions.
        assert!(refused("110000023,,310783048,,2025-01-01,\n310000000,,310783048,,2025-01-01,\n").is_ok());
        assert!(refused("310000000,,310783048,,,\n310000000,1,110000023,0,,\n").is_ok());
        assert!(refused("310000000,,310783048,,,2024-12-31\n310000000,,110000023,,2025-01-01,\n").is_ok());
        let said = refused("310000000,,310783048,,,2025-01-01\n310000000,,110000023,,2025-01-01,\n").unwrap_err();
        assert!(said.starts_with("c.csv:3 : ") && said.ends_with("ligne 2"), "{said}");
    }

    #[test]
    fn a_mistake_is_placed() {
        let error = parse("finess,ordre,vers_finess,vers_ordre,du,au\n1,,310783048,,,\n", "c.csv").unwrap_err();
        assert!(error.message.starts_with("c.csv:2 : "), "{}", error.message);
        assert!(parse("a,b\n", "c.csv").unwrap_err().message.contains("en-tête"));
    }
}

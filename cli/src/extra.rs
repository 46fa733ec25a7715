//! `[catalogue] extra`: the files of declarations that a site adds. A file that says how its records are replaced
//! (`remplacement`) is a record table, one that declares a reader (`lecteur`) an extract kind; the others hold rules, indicators,
//! populations or dimensions.

use std::path::{Path, PathBuf};

use lake::table::Table;

use crate::config::Config;
use crate::error::{CommandError, Doing, Result};
use crate::words;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extra {
    pub tables: Vec<PathBuf>,
    pub kinds: Vec<PathBuf>,
    pub declarations: Vec<PathBuf>,
}

/// The files named by the configuration, sorted within each pattern.
pub fn files(config: &Config) -> Result<Extra> {
    let mut extra = Extra::default();
    for pattern in &config.catalogue.extra {
        let found = expand(pattern)?;
        if found.is_empty() {
            return Err(CommandError::work(format!(
                "[catalogue] extra : aucun fichier ne répond à {}",
                pattern.display()
            )));
        }
        for file in found {
            let text = std::fs::read_to_string(&file).doing(format!("lecture de {}", file.display()))?;
            // A file that is not TOML goes with the declarations, whose reading says where the mistake is.
            let keys = text.parse::<toml::Table>().unwrap_or_default();
            match (keys.contains_key("remplacement"), keys.contains_key("lecteur")) {
                (true, _) => extra.tables.push(file),
                (false, true) => extra.kinds.push(file),
                (false, false) => extra.declarations.push(file),
            }
        }
    }
    Ok(extra)
}

/// Adds the record tables of the configuration to the embedded ones, for the whole life of the program.
pub fn declare_tables(config: &Config) -> Result<()> {
    let mut tables = Vec::new();
    for file in files(config)?.tables {
        let text = std::fs::read_to_string(&file).doing(format!("lecture de {}", file.display()))?;
        tables.push(Table::parse(&text).map_err(|error| words::table(&error, &file))?);
    }
    lake::table::declare(tables).doing("[catalogue] extra")
}

/// The files of a path whose last component may hold one `*`.
fn expand(pattern: &Path) -> Result<Vec<PathBuf>> {
    let name = pattern.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some((start, end)) = name.split_once('*') else {
        return Ok(pattern.exists().then(|| pattern.to_owned()).into_iter().collect());
    };
    let folder = match pattern.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let entries = std::fs::read_dir(folder).doing(format!("lecture du dossier {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            path.is_file() && name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        })
        .collect();
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_declarations_are_told_apart_and_sorted() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("b.toml", "[[regle]]\nid = \"LOC-1\"\n");
        write("a.toml", "[[regle]]\nid = \"LOC-2\"\n");
        write("format.toml", "nom = \"x\"\nlecteur = \"plat\"\n");
        write("table.toml", "nom = \"y\"\n[remplacement]\nmode = \"cle\"\n");
        write("note.txt", "");
        let mut config = Config::default();
        config.catalogue.extra = vec![folder.path().join("*.toml")];
        let extra = files(&config).unwrap();
        assert_eq!(extra.tables, [folder.path().join("table.toml")]);
        assert_eq!(extra.kinds, [folder.path().join("format.toml")]);
        assert_eq!(extra.declarations, ["a.toml", "b.toml"].map(|name| folder.path().join(name)));
    }

    #[test]
    fn a_pattern_without_file_is_refused() {
        let mut config = Config::default();
        config.catalogue.extra = vec!["absent.toml".into()];
        assert!(files(&config).unwrap_err().message.contains("absent.toml"));
    }
}

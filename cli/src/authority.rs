//! `[[flux]]`: which flux has authority, where deliveries replace one another by window. A table replaced by key has no need of
//! it: of one key the latest version counts, whatever flux brings it.

use lake::table::{Replacement, table};

use crate::config::Config;
use crate::error::{CommandError, Result};

/// Refuses a line that would change nothing: what the figures rest on must be what the configuration says.
pub fn verify(config: &Config) -> Result<()> {
    for line in &config.flux {
        let Some(declared) = table(&line.table) else {
            let names = lake::table::tables().iter().map(|table| table.nom.as_str());
            return Err(CommandError::unknown("[[flux]] : table inconnue", &line.table, names));
        };
        if matches!(declared.remplacement, Replacement::Cle { .. }) {
            return Err(CommandError::work(format!(
                "[[flux]] : la table « {} » ne suit pas un flux par site : ses enregistrements se remplacent par clé, quel que soit \
                 le flux",
                line.table
            ))
            .hint("retirer cette section de la configuration ; pour ne pas compter un envoi : oru lake set-aside"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flux;

    fn verified(table: &str) -> std::result::Result<(), String> {
        let config = Config {
            flux: vec![Flux {
                table: table.to_owned(),
                finess: None,
                flux: "oscour".to_owned(),
                du: None,
                au: None,
            }],
            ..Config::default()
        };
        verify(&config).map_err(|error| error.render())
    }

    #[test]
    fn an_authority_that_would_change_nothing_is_refused() {
        assert_eq!(verified("rpu"), Ok(()));
        assert!(verified("smur_rpis").unwrap_err().contains("par clé"));
        assert!(verified("rpo").unwrap_err().contains("« rpu »"));
    }
}

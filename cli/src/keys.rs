//! Where the secret key comes from: the environment, else a key file. Never the repository.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use lake::key::Key;

use crate::clock;
use crate::config::Cle;
use crate::error::{CommandError, Doing, Result};

/// The key of this machine: the environment variable wins over the file.
pub fn find(config: &Cle) -> Result<Key> {
    if let Some(text) = clock::environment(&config.variable) {
        return Key::from_hex(&text).ok_or_else(|| {
            CommandError::work(format!("la variable {} ne contient pas une clé", config.variable))
                .hint("une clé est faite de 64 caractères hexadécimaux")
        });
    }
    let missing = || {
        CommandError::work("aucune clé").hint(format!(
            "`oru key new` en écrit une ; ou la donner dans la variable {}",
            config.variable
        ))
    };
    let file = config.fichier.as_deref().ok_or_else(missing)?;
    let text = match std::fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(missing().hint(format!("fichier attendu : {}", file.display())));
        }
        text => text.doing(format!("lecture de la clé {}", file.display()))?,
    };
    refuse_open_modes(file)?;
    Key::from_hex(&text).ok_or_else(|| {
        CommandError::work(format!("{} ne contient pas une clé", file.display()))
            .hint("une clé est faite de 64 caractères hexadécimaux ; `oru key new` en écrit une")
    })
}

/// A key that others can read protects nothing.
fn refuse_open_modes(file: &Path) -> Result<()> {
    let mode = std::fs::metadata(file)
        .doing(format!("lecture de {}", file.display()))?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(CommandError::work(format!(
        "la clé {} est lisible par d'autres (mode {:o})",
        file.display(),
        mode & 0o777
    ))
    .hint(format!("chmod 600 {}", file.display())))
}

/// Writes a key to a new file that only its owner reads.
pub fn write(file: &Path, key: &Key) -> Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .doing(format!("création de {}", folder.display()))?;
    }
    let mut opened = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(
                CommandError::work(format!("{} existe déjà ; une clé n'est jamais remplacée", file.display()))
                    .hint("choisir un autre fichier : les envois chargés avec cette clé ne seraient plus reconnus"),
            );
        }
        opened => opened.doing(format!("création de {}", file.display()))?,
    };
    writeln!(opened, "{}", key.to_hex())
        .and_then(|()| opened.sync_all())
        .doing(format!("écriture de {}", file.display()))
}

/// The demonstration key is public: it is good for a synthetic lake and for nothing else, and such a lake takes no other.
pub fn agree(key: &Key, synthetic: bool) -> Result<()> {
    match (key.is_demonstration(), synthetic) {
        (true, false) => Err(CommandError::work(
            "la clé de démonstration est publique : elle est refusée sur un lac qui n'est pas marqué synthétique",
        )
        .hint("`oru key new` fabrique une clé secrète")),
        (false, true) => Err(CommandError::work(
            "ce lac est marqué synthétique : il ne reçoit que la clé de démonstration, pour que rien de réel n'y entre",
        )
        .hint("`oru key new --demonstration` l'écrit dans un fichier")),
        _ => Ok(()),
    }
}

/// Records are recognised by hashes that only one key makes: under another one, everything would look new.
pub fn is_the_one(key: &Key, kid: Option<&str>) -> Result<()> {
    match kid {
        Some(kid) if kid != key.kid() => Err(CommandError::work(format!(
            "ce lac a été fait avec la clé {kid}, et celle de la configuration est la clé {}",
            key.kid()
        ))
        .hint("remettre la clé du lac dans [cle] fichier ou dans la variable d'environnement")
        .hint("si elle est perdue : créer un lac neuf avec la nouvelle clé et y recharger les pièces de raw/")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_key_and_a_synthetic_lake_go_together_only() {
        let real = Key::from_bytes([7; 32]);
        assert!(agree(&Key::demonstration(), true).is_ok());
        assert!(agree(&real, false).is_ok());
        assert!(agree(&Key::demonstration(), false).is_err());
        assert!(agree(&real, true).is_err());
    }

    #[test]
    fn a_key_file_is_private_never_replaced_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret/cle");
        let key = Key::from_bytes([9; 32]);
        write(&file, &key).unwrap();
        assert!(write(&file, &key).unwrap_err().message.contains("existe déjà"));
        let config = Cle {
            fichier: Some(file.clone()),
            variable: "ORU_CLE_ABSENTE".to_owned(),
        };
        assert_eq!(find(&config).unwrap().kid(), key.kid());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(find(&config).unwrap_err().message.contains("lisible par d'autres"));
    }
}

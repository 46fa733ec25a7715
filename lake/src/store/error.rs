//! What stops the store. Messages are in French, since the command line prints them; they never carry a record's content.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::results::ResultsError;

#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    #[error("aucun lac dans {} : le créer d'abord, ou corriger la racine dans la configuration", path.display())]
    Absent { path: PathBuf },
    #[error("{} contient déjà un lac", path.display())]
    AlreadyThere { path: PathBuf },
    #[error(
        "le lac est en cours d'écriture par un autre programme (verrou {}) : attendre sa fin puis relancer ; le verrou se libère \
         de lui-même quand ce programme s'arrête",
        path.display()
    )]
    Locked { path: PathBuf },
    #[error("{action} {} : {}", path.display(), crate::system::french(source))]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("{} est endommagé : {cause} ; lancer `oru lake verify`", path.display())]
    Damaged { path: PathBuf, cause: String },
    #[error("écriture de {} : {cause}", path.display())]
    Encoding { path: PathBuf, cause: String },
    #[error(
        "le lac contient des envois de la table « {table} », que rien ne déclare : remettre sa déclaration dans [catalogue] extra"
    )]
    Undeclared { table: String },
    #[error("la livraison {delivery} ne peut être rangée : {cause}")]
    Unusable { delivery: String, cause: String },
    #[error("écriture de ce qui est lu de la livraison {delivery} : {}", crate::system::french(source))]
    Spool { delivery: String, source: io::Error },
    #[error("les comptes de la livraison {delivery} ne tombent pas juste : {detail} (erreur du programme, à signaler)")]
    Accounting { delivery: String, detail: String },
    #[error("livraison {delivery} inconnue ; `oru list deliveries` donne celles du lac")]
    UnknownDelivery { delivery: String },
    #[error("{demand}")]
    Refused { demand: String },
    #[error(transparent)]
    Results(#[from] ResultsError),
}

impl StoreError {
    /// Wraps an I/O error with what was being done, and where.
    pub(super) fn io(action: &'static str, path: &Path) -> impl Fn(io::Error) -> StoreError {
        move |source| StoreError::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn damaged(path: &Path, cause: impl ToString) -> StoreError {
        StoreError::Damaged {
            path: path.to_owned(),
            cause: cause.to_string(),
        }
    }

    pub(super) fn encoding<E: ToString>(path: &Path) -> impl Fn(E) -> StoreError {
        move |cause| StoreError::Encoding {
            path: path.to_owned(),
            cause: cause.to_string(),
        }
    }

    /// Whether a file has disappeared: a writer may have compacted it since the manifest was read.
    pub(super) fn is_missing_file(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

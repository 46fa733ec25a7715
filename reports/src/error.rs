//! What can stop a report: a declaration or a template that cannot be used, or the disk.

use std::path::PathBuf;

/// Each message completes « impossible de produire le document : … ».
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    #[error("le document « {name} » n'existe pas ; documents connus : {known}")]
    UnknownDocument { name: String, known: String },
    #[error("{file} : {place} : {message}")]
    Declaration { file: String, place: String, message: String },
    #[error("modèle {name} : {message}")]
    Template { name: String, message: String },
    #[error("dessin du graphique {chart} : {message}")]
    Chart { chart: String, message: String },
    #[error("classeur : {message}")]
    Workbook { message: String },
    #[error(transparent)]
    Figures(#[from] lake::results::ResultsError),
    #[error("écriture de {} : {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("lecture de {} : {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
}

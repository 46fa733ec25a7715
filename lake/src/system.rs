//! What the system refused, in French: the one place that words an `io::Error`.

use std::io::{Error, ErrorKind};

/// The cause of a failure, without the path. An error that we worded ourselves is given back as it is.
pub fn french(error: &Error) -> String {
    let said = match error.kind() {
        ErrorKind::NotFound => "introuvable",
        ErrorKind::PermissionDenied => "droits insuffisants",
        ErrorKind::AlreadyExists => "existe déjà",
        ErrorKind::NotADirectory => "un dossier du chemin est un fichier",
        ErrorKind::IsADirectory => "c'est un dossier, pas un fichier",
        ErrorKind::DirectoryNotEmpty => "le dossier n'est pas vide",
        ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        ErrorKind::StorageFull => "le disque est plein",
        ErrorKind::QuotaExceeded => "le quota de disque est atteint",
        ErrorKind::FileTooLarge => "fichier plus grand que ce que le disque accepte",
        ErrorKind::ResourceBusy => "déjà utilisé par un autre programme",
        ErrorKind::StaleNetworkFileHandle => "le disque réseau ne répond plus",
        ErrorKind::TimedOut => "délai dépassé",
        ErrorKind::OutOfMemory => "mémoire insuffisante",
        ErrorKind::UnexpectedEof => "fin de fichier inattendue",
        ErrorKind::InvalidFilename => "nom de fichier impossible",
        ErrorKind::BrokenPipe => "le programme qui lisait la sortie s'est arrêté",
        // The standard library says this of `read_to_string`.
        ErrorKind::InvalidData if error.to_string().starts_with("stream did not contain") => "le texte n'est pas en UTF-8",
        // Words of the library that expands gzip and zip.
        ErrorKind::InvalidInput | ErrorKind::InvalidData if compressed(&error.to_string()) => "données compressées endommagées",
        _ => return other(error),
    };
    said.to_owned()
}

fn other(error: &Error) -> String {
    match error.raw_os_error() {
        Some(code) => format!("erreur du disque ou du système (code {code})"),
        None => error.to_string(),
    }
}

fn compressed(words: &str) -> bool {
    ["deflate", "gzip", "Invalid checksum"]
        .iter()
        .any(|word| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_in_english() {
        let said = |error| french(&error);
        assert_eq!(said(Error::from_raw_os_error(2)), "introuvable");
        assert_eq!(said(Error::from_raw_os_error(13)), "droits insuffisants");
        assert_eq!(said(Error::from_raw_os_error(5)), "erreur du disque ou du système (code 5)");
        assert_eq!(said(Error::from_raw_os_error(28)), "le disque est plein");
        assert_eq!(
            said(Error::other("taux de compression suspect")),
            "taux de compression suspect"
        );
    }
}

//! What a received file contains: the file itself, what it compresses, or the entries of an archive. Contents can be opened
//! as often as needed; a large compressed one is expanded again each time rather than copied to a temporary folder, since no
//! copy of health data should lie outside the data root.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use lake::system;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::context::Caps;
use crate::expansion::{Capped, Lazy};
use crate::sheet;

/// One content, that is one delivery.
#[derive(Clone)]
pub struct Content {
    place: Place,
    caps: Caps,
}

#[derive(Clone)]
enum Place {
    Plain(PathBuf),
    Gzip(PathBuf),
    /// A workbook: its first sheet is the content.
    Workbook(PathBuf),
    Entry {
        archive: ZipArchive<Lazy>,
        index: usize,
    },
}

/// A content with the name it is listed under, or why it cannot be read.
pub struct Listed {
    pub name: String,
    pub content: Result<Content, Trouble>,
}

/// Why a content cannot be read.
#[derive(Debug)]
pub enum Trouble {
    /// It is not what it should be: French reason.
    Content(String),
    /// Nothing of it could be opened, so that nothing is known of its content: French reason.
    Closed(String),
    /// The machine failed: a later reading may succeed.
    Machine(io::Error),
}

impl Trouble {
    /// What an error met while reading says of the content. Only the system gives a code; what a decoder says of its input
    /// has none.
    pub fn of(error: io::Error) -> Trouble {
        match (error.kind(), error.raw_os_error()) {
            (io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound, _) => {
                Trouble::Closed(format!("fichier illisible : {}", system::french(&error)))
            }
            (_, Some(_)) => Trouble::Machine(error),
            (_, None) => Trouble::Content(format!("lecture interrompue : {}", system::french(&error))),
        }
    }
}

impl From<&str> for Trouble {
    fn from(reason: &str) -> Trouble {
        Trouble::Content(reason.to_owned())
    }
}

impl Content {
    /// Whether the content is the file as received, byte for byte.
    pub fn is_plain(&self) -> bool {
        matches!(self.place, Place::Plain(_))
    }

    /// Lends a reader of the expanded bytes. A cap that is passed is an error of kind `InvalidData`, with a French reason.
    pub fn with<T>(&self, read: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        match &self.place {
            Place::Plain(path) => read(&mut File::open(path)?),
            Place::Gzip(path) => {
                let file = File::open(path)?;
                let size = file.metadata()?.len();
                read(&mut Capped::new(
                    MultiGzDecoder::new(io::BufReader::new(file)),
                    size,
                    self.caps,
                ))
            }
            Place::Workbook(path) => sheet::with(path, self.caps, read),
            Place::Entry { archive, index } => {
                let mut archive = archive.clone();
                let entry = archive.by_index(*index).map_err(of_zip)?;
                let size = entry.compressed_size();
                read(&mut Capped::new(entry, size, self.caps))
            }
        }
    }

    /// The first bytes, at most `count`.
    pub fn head(&self, count: usize) -> io::Result<Vec<u8>> {
        self.with(|reader| {
            let mut head = Vec::new();
            reader.take(count as u64).read_to_end(&mut head)?;
            Ok(head)
        })
    }
}

/// Lists the contents of a file, named `name` by its sender.
pub fn list(path: &Path, name: &str, caps: Caps) -> Vec<Listed> {
    let one = |content: Result<Content, Trouble>| {
        vec![Listed {
            name: name.to_owned(),
            content,
        }]
    };
    // A pipe would wait for its other end, a link leads where its author could not read: neither is opened.
    if let Some(reason) = not_a_file(path) {
        return one(Err(Trouble::Closed(reason)));
    }
    let mut magic = [0; 4];
    let read = File::open(path).and_then(|mut file| fill(&mut file, &mut magic));
    let magic = match read {
        Ok(count) => &magic[..count],
        Err(error) => return one(Err(Trouble::of(error))),
    };
    if magic.is_empty() {
        return one(Err("le fichier est vide".into()));
    }
    if is_zip(magic) {
        return entries(path, name, caps).unwrap_or_else(|trouble| one(Err(trouble)));
    }
    let path = path.to_owned();
    let place = if is_gzip(magic) {
        Place::Gzip(path)
    } else {
        Place::Plain(path)
    };
    let content = Content { place, caps };
    one(refuse_nested(content))
}

/// What a path is when it is not a regular file.
fn not_a_file(path: &Path) -> Option<String> {
    let kind = std::fs::symlink_metadata(path).ok()?.file_type();
    let what = if kind.is_file() {
        return None;
    } else if kind.is_symlink() {
        "lien symbolique"
    } else if kind.is_dir() {
        return Some(match std::fs::read_dir(path) {
            Ok(_) => "c'est un dossier, pas un fichier".to_owned(),
            Err(error) => format!("dossier illisible : {}", system::french(&error)),
        });
    } else {
        "tube, prise ou périphérique"
    };
    Some(format!("pas un fichier ordinaire ({what}) : déposer le fichier lui-même"))
}

fn of_zip(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            io::Error::other("archive zip illisible : compression non prise en charge")
        }
        _ => io::Error::other("archive zip illisible : endommagée ou incomplète"),
    }
}

fn entries(path: &Path, name: &str, caps: Caps) -> Result<Vec<Listed>, Trouble> {
    let damaged = |error| Trouble::of(of_zip(error));
    let archive = ZipArchive::new(Lazy::new(path)).map_err(damaged)?;
    if sheet::is_workbook(&archive) {
        let place = Place::Workbook(path.to_owned());
        return Ok(vec![Listed {
            name: name.to_owned(),
            content: refuse_nested(Content { place, caps }),
        }]);
    }
    if archive.is_empty() {
        return Err("l'archive ne contient aucun fichier".into());
    }
    if archive.len() > caps.entries {
        return Err(Trouble::Content(format!(
            "l'archive contient {} entrées, plus que les {} permises",
            archive.len(),
            caps.entries
        )));
    }
    let mut listed = Vec::new();
    for index in 0..archive.len() {
        let mut reader = archive.clone();
        let entry = reader.by_index_raw(index).map_err(damaged)?;
        if entry.is_dir() {
            continue;
        }
        let entry_name = entry.name().to_owned();
        let content = if entry.enclosed_name().is_none() || entry_name.starts_with('/') || entry_name.contains('\\') {
            Err("le nom de l'entrée sort de l'archive".into())
        } else if entry.encrypted() {
            Err("l'entrée est chiffrée : envoyer une archive sans mot de passe".into())
        } else {
            let place = Place::Entry {
                archive: archive.clone(),
                index,
            };
            refuse_nested(Content { place, caps })
        };
        listed.push(Listed {
            name: format!("{name}!{entry_name}"),
            content,
        });
    }
    match listed.is_empty() {
        true => Err("l'archive ne contient aucun fichier".into()),
        false => Ok(listed),
    }
}

/// A compressed content may not itself be an archive.
fn refuse_nested(content: Content) -> Result<Content, Trouble> {
    if content.is_plain() {
        return Ok(content);
    }
    let head = content.head(4).map_err(Trouble::of)?;
    if head.is_empty() {
        return Err("le fichier est vide".into());
    }
    if is_zip(&head) || is_gzip(&head) {
        return Err("archive dans une archive : envoyer un seul niveau de compression".into());
    }
    Ok(content)
}

fn is_zip(magic: &[u8]) -> bool {
    magic.starts_with(b"PK\x03\x04") || magic.starts_with(b"PK\x05\x06")
}

fn is_gzip(magic: &[u8]) -> bool {
    magic.starts_with(b"\x1F\x8B")
}

fn fill(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < buffer.len() {
        match reader.read(&mut buffer[count..])? {
            0 => break,
            more => count += more,
        }
    }
    Ok(count)
}

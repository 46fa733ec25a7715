//! Publication of files: written aside, synced, renamed. Folders are 0700 and files 0600.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::{Result, StoreError};

/// Creates a folder and its parents, readable by the owner only.
pub(super) fn create_folder(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(StoreError::io("création du dossier", path))
}

/// Creates (or empties) a file readable by the owner only.
pub(super) fn create_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(StoreError::io("création de", path))
}

/// Restricts a file that was not created here.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

pub(super) fn sync_file(path: &Path) -> Result<()> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(StoreError::io("enregistrement durable de", path))
}

/// Makes the entries of a folder durable. Systems where a folder cannot be opened do it by themselves.
pub(super) fn sync_folder(path: &Path) -> Result<()> {
    #[cfg(unix)]
    sync_file(path)?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Gives a finished and synced file its final name. The folder is created if need be, and *not* synced: the caller does so
/// once for all the files of a folder.
pub(super) fn rename_into_place(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        create_folder(folder)?;
    }
    fs::rename(from, to).map_err(StoreError::io("publication de", to))
}

/// Writes a small file whole: aside, synced, renamed, folder synced.
pub(super) fn publish_bytes(staging: &Path, to: &Path, bytes: &[u8]) -> Result<()> {
    create_folder(staging)?;
    let name = to
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let aside = staging.join(format!("{name}.nouveau"));
    let mut file = create_file(&aside)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(StoreError::io("écriture de", &aside))?;
    rename_into_place(&aside, to)?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// Syncs the folders of published files, each once, and their parents up to the root.
pub(super) fn sync_folders_of<'a>(root: &Path, paths: impl Iterator<Item = &'a Path>) -> Result<()> {
    let mut folders = std::collections::BTreeSet::new();
    for path in paths {
        let mut folder = path.parent();
        while let Some(at) = folder.filter(|at| at.starts_with(root)) {
            if !folders.insert(at.to_owned()) {
                break;
            }
            folder = at.parent();
        }
    }
    folders.iter().try_for_each(|folder| sync_folder(folder))
}

/// Removes a file or a folder with its content; nothing to remove is not an error.
pub(super) fn remove(path: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io("suppression de", path)(error)),
        _ => Ok(()),
    }
}

/// Entries of a folder sorted by name; none when the folder is not there.
pub(super) fn entries(path: &Path) -> Result<Vec<PathBuf>> {
    let read = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read,
    };
    let found: io::Result<Vec<_>> = read.and_then(|read| read.map(|entry| entry.map(|entry| entry.path())).collect());
    let mut found = found.map_err(StoreError::io("lecture du dossier", path))?;
    found.sort();
    Ok(found)
}

/// Every file under a folder, sorted.
pub(super) fn files_under(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in entries(path)? {
        if entry.is_dir() {
            files.extend(files_under(&entry)?);
        } else {
            files.push(entry);
        }
    }
    Ok(files)
}

/// Bytes copied and hashed at once.
pub(super) const BLOCK: usize = 1 << 18;

/// A file being written, with the BLAKE3 and the number of its bytes.
#[derive(Debug)]
pub(super) struct HashedFile {
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl HashedFile {
    pub fn create(path: &Path) -> Result<HashedFile> {
        Ok(HashedFile {
            file: BufWriter::with_capacity(BLOCK, create_file(path)?),
            hasher: blake3::Hasher::new(),
            bytes: 0,
        })
    }

    /// Syncs the file and gives its hash (hexadecimal) and length.
    pub fn finish(mut self) -> io::Result<(String, u64)> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        self.close()
    }

    /// The same for a file that is synced later, with others.
    pub fn close(mut self) -> io::Result<(String, u64)> {
        self.file.flush()?;
        Ok((self.hasher.finalize().to_hex().to_string(), self.bytes))
    }
}

impl Write for HashedFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// BLAKE3 of a file, in hexadecimal.
pub(super) fn hash_file(path: &Path) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    let hashed = File::open(path).and_then(|file| hasher.update_reader(file).map(|_| ()));
    hashed.map_err(StoreError::io("lecture de", path))?;
    Ok(hasher.finalize().to_hex().to_string())
}

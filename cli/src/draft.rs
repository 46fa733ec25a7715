//! A file that appears whole or not at all: written aside under a name that ends in `.part`, synced, then renamed. For files that
//! leave with personal data: folders are 0700 and files 0600.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::error::{Doing, Result};

/// A file that is not published yet; dropped, it goes.
pub struct Draft {
    aside: PathBuf,
    to: PathBuf,
}

impl Draft {
    /// Begins the file that will be `to`. Its folder is made if need be.
    pub fn begin(to: &Path) -> Result<(Draft, BufWriter<File>)> {
        let folder = to.parent().unwrap_or(Path::new("."));
        make_folder(folder)?;
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let aside = folder.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&aside).doing(format!("création de {}", aside.display()))?;
        let draft = Draft {
            aside,
            to: to.to_owned(),
        };
        Ok((draft, BufWriter::with_capacity(1 << 16, file)))
    }

    /// Gives the finished file its name. A file that is there already with the same bytes is left alone: says whether it was.
    pub fn publish(self, file: BufWriter<File>) -> Result<bool> {
        let doing = || format!("écriture de {}", self.to.display());
        let file = file.into_inner().map_err(|error| error.into_error()).doing(doing())?;
        file.sync_all().doing(doing())?;
        drop(file);
        if same(&self.aside, &self.to).doing(doing())? {
            return Ok(true);
        }
        std::fs::rename(&self.aside, &self.to).doing(doing())?;
        if let Some(folder) = self.to.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).doing(doing())?;
        }
        Ok(false)
    }

    /// Publishes these bytes.
    pub fn whole(to: &Path, bytes: &[u8]) -> Result<bool> {
        let (draft, mut file) = Draft::begin(to)?;
        file.write_all(bytes).doing(format!("écriture de {}", to.display()))?;
        draft.publish(file)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Published, it is not there any more.
        drop(std::fs::remove_file(&self.aside));
    }
}

fn make_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).doing(format!("création du dossier {}", path.display()))
}

/// Whether both files have the same bytes; not when the second one is not there.
fn same(first: &Path, second: &Path) -> io::Result<bool> {
    let mut other = match File::open(second) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        opened => opened?,
    };
    let mut one = File::open(first)?;
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut here, mut there) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let read = one.read(&mut here)?;
        if read == 0 {
            return Ok(true);
        }
        other.read_exact(&mut there[..read])?;
        if here[..read] != there[..read] {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_and_is_left_alone_when_nothing_changed() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("a/b.xml");
        assert!(!Draft::whole(&to, b"un").unwrap());
        assert!(Draft::whole(&to, b"un").unwrap());
        assert!(!Draft::whole(&to, b"deux").unwrap());
        assert_eq!(std::fs::read(&to).unwrap(), b"deux");
        let (draft, mut file) = Draft::begin(&to).unwrap();
        file.write_all(b"tro").unwrap();
        drop((draft, file));
        let left = std::fs::read_dir(folder.path().join("a")).unwrap().count();
        assert_eq!((left, std::fs::read(&to).unwrap()), (1, b"deux".to_vec()));
    }
}

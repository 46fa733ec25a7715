//! Readers of what is compressed: within caps, and from as many places of a file as there are readers.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use crate::context::Caps;

/// Stops an expansion that passes a cap.
pub(crate) struct Capped<R> {
    inner: R,
    compressed: u64,
    expanded: u64,
    caps: Caps,
}

impl<R> Capped<R> {
    pub fn new(inner: R, compressed: u64, caps: Caps) -> Self {
        Capped {
            inner,
            compressed,
            expanded: 0,
            caps,
        }
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.expanded += count as u64;
        let refusal = |reason: &str| Err(io::Error::new(io::ErrorKind::InvalidData, reason.to_owned()));
        if self.expanded > self.caps.expanded {
            return refusal("contenu décompressé plus grand que la limite");
        }
        // Small contents may compress very well; only large ones are suspect.
        if self.expanded > RATIO_FROM && self.expanded / self.compressed.max(1) > self.caps.ratio {
            return refusal("taux de compression suspect");
        }
        Ok(count)
    }
}

/// Expanded size from which the ratio is watched, bytes.
const RATIO_FROM: u64 = 16 * 1024 * 1024;

/// A file opened at its first use, so that each clone of an archive has a position of its own.
pub(crate) struct Lazy {
    path: Arc<Path>,
    file: Option<File>,
    position: u64,
}

impl Lazy {
    pub fn new(path: &Path) -> Lazy {
        Lazy {
            path: path.into(),
            file: None,
            position: 0,
        }
    }

    fn file(&mut self) -> io::Result<&mut File> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => {
                let mut file = File::open(&self.path)?;
                file.seek(SeekFrom::Start(self.position))?;
                Ok(none.insert(file))
            }
        }
    }
}

impl Clone for Lazy {
    fn clone(&self) -> Lazy {
        Lazy {
            path: Arc::clone(&self.path),
            file: None,
            position: self.position,
        }
    }
}

impl Read for Lazy {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file()?.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Lazy {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.file()?.seek(to)?;
        Ok(self.position)
    }
}

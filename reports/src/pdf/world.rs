//! What typst is allowed to see while it sets a document: one template, the files handed over, three fonts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

/// Name of the embedded family, for the template and the drawings.
pub const FAMILY: &str = "Source Sans 3";

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 3] = [
        include_bytes!("../../fonts/SourceSans3-Regular.ttf"),
        include_bytes!("../../fonts/SourceSans3-Bold.ttf"),
        include_bytes!("../../fonts/SourceSans3-Italic.ttf"),
    ];
    files.into_iter().flat_map(|bytes| Font::iter(Bytes::new(bytes))).collect()
});
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    // The headers of rows, which readers of the screen say before each cell.
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

/// The template and the files it may read, by their path from the root (`document.json`).
pub struct Pages {
    main: FileId,
    template: Source,
    files: BTreeMap<String, Bytes>,
}

impl Pages {
    pub fn new(name: &str, template: String, files: BTreeMap<String, Vec<u8>>) -> Pages {
        let main = file(name);
        Pages {
            main,
            template: Source::new(main, template),
            files: files.into_iter().map(|(name, bytes)| (name, Bytes::new(bytes))).collect(),
        }
    }

    pub fn template(&self) -> &Source {
        &self.template
    }

    /// Line of the template, from 1, where a byte stands.
    pub fn line(&self, byte: usize) -> Option<usize> {
        self.template.lines().byte_to_line(byte).map(|line| line + 1)
    }
}

impl World for Pages {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main {
            return Ok(self.template.clone());
        }
        Err(missing(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.vpath().get_without_slash();
        self.files.get(name).cloned().ok_or_else(|| missing(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    /// A document does not depend on the day it is set.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).unwrap_or_else(|_| VirtualPath::new("document.typ").expect("a plain name is a path"));
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}

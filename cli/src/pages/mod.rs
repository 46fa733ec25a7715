//! The reference pages of `docs/reference/`, written from the declarations themselves: they cannot say anything else than what
//! the program does. `oru catalogue build` writes them; a test fails when they are stale.

mod chiffres;
mod codes;
pub mod colonnes;
mod commandes;
mod genres;
mod indicateurs;
mod regles;

use std::path::Path;

use transform::Catalogue;

use crate::error::{Doing, Result};

/// First line of each page.
const NOTICE: &str = "<!-- Page écrite par `oru catalogue build` : modifier les déclarations, pas cette page. -->\n\n";

/// One page: its file name and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub file: &'static str,
    pub text: String,
}

/// Every page, as the embedded declarations are: those that a site adds are not the program's.
pub fn pages() -> Vec<Page> {
    let catalogue = Catalogue::load(&[]).expect("the embedded declarations are valid");
    let page = |file, text: String| Page {
        file,
        text: format!("{NOTICE}{}\n", text.trim_end()),
    };
    vec![
        page("colonnes.md", colonnes::page()),
        page("regles.md", regles::page(&catalogue)),
        page("indicateurs.md", indicateurs::page(&catalogue)),
        page("genres.md", genres::page(&ingest::Kinds::embedded())),
        page("chiffres.md", chiffres::page()),
        page("commandes.md", commandes::page()),
        page("codes_de_sortie.md", codes::page()),
    ]
}

/// Writes the pages that changed under `folder`; returns their names.
pub fn write(folder: &Path, pages: &[Page]) -> Result<Vec<&'static str>> {
    std::fs::create_dir_all(folder).doing(format!("création de {}", folder.display()))?;
    let mut written = Vec::new();
    for page in stale(folder, pages) {
        let file = folder.join(page.file);
        std::fs::write(&file, &page.text).doing(format!("écriture de {}", file.display()))?;
        written.push(page.file);
    }
    Ok(written)
}

/// The pages whose file under `folder` says something else.
pub fn stale<'a>(folder: &Path, pages: &'a [Page]) -> Vec<&'a Page> {
    pages
        .iter()
        .filter(|page| std::fs::read_to_string(folder.join(page.file)).ok().as_deref() != Some(&page.text))
        .collect()
}

/// Text that ends without a full stop.
pub fn sentence(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_pages_say_what_the_program_does() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference");
        let stale: Vec<_> = stale(&folder, &pages())
            .into_iter()
            .map(|page| page.file.to_owned())
            .collect();
        assert!(stale.is_empty(), "run `make docs`: {stale:?} are stale");
    }
}

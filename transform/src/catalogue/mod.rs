//! The catalogue: every declaration of rules, indicators, populations and dimensions, from the files embedded in the program
//! and those a user adds. All files have the same shape: `[[regle]]`, `[[indicateur]]`, `[[population]]`, `[[dimension]]`,
//! `[[grain]]`, `[[valeurs]]`, `[[seuil]]`, `[[seuil_usuel]]`, `[[fausse_alerte]]`.

mod check;
pub mod columns;
pub(crate) mod derived;
mod diagnostic;
mod nearest;
mod read;
pub(crate) mod series;
pub mod sql;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use diagnostic::Diagnostic;
pub use nearest::nearest;
pub use series::look_back;

use lake::bornes::BornesCitees;

use crate::context::Bornes;
use crate::indicators::{self, Dimension, Grain, Indicator, Population};
use crate::judgement::{FausseAlerte, Places, Seuil, SeuilUsuel};
use crate::rules::{self, Parameter, Rule};

/// A declaration, with the file it comes from and the byte offset where it starts.
#[derive(Debug, Clone)]
pub struct Declared<T> {
    pub what: T,
    pub file: usize,
    pub offset: usize,
}

/// Every declaration, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// (name, text) of each file read, with the bounds in their places.
    pub files: Vec<(String, String)>,
    /// Bounds that the declarations quote: `{geriatrie_a_partir_de}` in a title or an expression.
    pub bornes: BornesCitees,
    pub regles: Vec<Rule>,
    pub indicateurs: Vec<Declared<Indicator>>,
    pub populations: Vec<Declared<Population>>,
    pub dimensions: Vec<Declared<Dimension>>,
    pub grains: Vec<Declared<Grain>>,
    pub seuils: Vec<Declared<Seuil>>,
    /// What rules of a scope and an effect bear when no threshold names them; the last declared counts.
    pub seuils_usuels: Vec<Declared<SeuilUsuel>>,
    /// Where the sites are, for what is judged of a département or of a type.
    pub lieux: Places,
    pub fausses_alertes: Vec<Declared<FausseAlerte>>,
}

impl Catalogue {
    /// Whether a rule judges months: those of a series by month, which stand on its first day.
    pub fn is_monthly(&self, rule: &str) -> bool {
        let of_rule = self.regles.iter().find(|known| known.id == rule);
        of_rule.is_some_and(|rule| rule.table.ends_with("_mois"))
    }

    /// The embedded declarations, then the files named, in that order. Fails with all the mistakes that keep a file from being
    /// read; a rule whose predicate is wrong is loaded, said by [`Catalogue::check`] and judged `error`.
    pub fn load(extra: &[PathBuf]) -> Result<Catalogue, Vec<Diagnostic>> {
        Catalogue::load_with(extra, &Bornes::default())
    }

    /// The same for a site that sets its own bounds: titles, definitions and expressions say them.
    pub fn load_with(extra: &[PathBuf], bornes: &Bornes) -> Result<Catalogue, Vec<Diagnostic>> {
        let mut catalogue = Catalogue {
            bornes: bornes.citees(),
            ..Catalogue::default()
        };
        let mut mistakes = Vec::new();
        for (name, text) in rules::embedded().chain(indicators::EMBEDDED.iter().copied()) {
            mistakes.extend(catalogue.add(name, text).err());
        }
        for path in extra {
            let name = path.display().to_string();
            match std::fs::read_to_string(path) {
                Ok(text) => mistakes.extend(catalogue.add(&name, &text).err()),
                Err(error) => mistakes.push(Diagnostic::at(&name, "", 0, format!("fichier illisible : {error}"))),
            }
        }
        if mistakes.is_empty() { Ok(catalogue) } else { Err(mistakes) }
    }

    /// Adds the declarations of one file.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), Diagnostic> {
        let text = self.bornes.fill(text);
        let content = read::content(name, &text)?;
        let file = self.files.len();
        self.regles
            .extend(content.regle.into_iter().flat_map(|row| row.expand(file, &text)));
        for row in content.valeurs {
            let rule = row.rule(file).map_err(|(list, offset)| {
                let known = lake::code_list::EMBEDDED.iter().map(|(name, _)| *name);
                let near = nearest(&list, known).map(|near| format!("la plus proche est « {near} »"));
                let mistake = Diagnostic::at(name, &text, offset, format!("liste de codes inconnue « {list} »"));
                match near {
                    Some(near) => mistake.hint(near),
                    None => mistake,
                }
            })?;
            self.regles.push(rule);
        }
        self.indicateurs.extend(read::declared(content.indicateur, file));
        self.populations.extend(read::declared(content.population, file));
        self.dimensions.extend(read::declared(content.dimension, file));
        self.grains.extend(read::declared(content.grain, file));
        self.seuils.extend(read::declared(content.seuil, file));
        self.seuils_usuels.extend(read::declared(content.seuil_usuel, file));
        self.fausses_alertes.extend(read::declared(content.fausse_alerte, file));
        self.files.push((name.to_owned(), text));
        Ok(())
    }

    /// Sets parameters of rules: identifier → parameter → value (`seuil` is one). An identifier sets all its clauses; a name
    /// with its clause, `RPU-E15b`, that one. Unknown ones are refused, with the nearest known one.
    pub fn set_parameters(&mut self, values: &BTreeMap<String, BTreeMap<String, Parameter>>) -> Result<(), String> {
        for (name, parameters) in values {
            let known: Vec<String> = self.regles.iter().flat_map(|rule| [rule.id.clone(), rule.name()]).collect();
            let concerned = self.regles.iter_mut().filter(|rule| rule.id == *name || rule.name() == *name);
            let mut found = false;
            for rule in concerned {
                found = true;
                for (parameter, value) in parameters {
                    rule.set(parameter, value)?;
                }
            }
            if !found {
                let hint = nearest(name, known.iter().map(String::as_str)).unwrap_or("oru list rules");
                return Err(format!(
                    "paramètres d'une règle inconnue, « {name} » (la plus proche : {hint})"
                ));
            }
        }
        Ok(())
    }

    /// Every mistake in the declarations, in the order of files and lines.
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut mistakes = check::rules(self);
        mistakes.extend(indicators::check(self));
        mistakes.extend(crate::judgement::declared::check(self));
        mistakes.sort();
        mistakes.dedup();
        mistakes
    }

    /// A mistake at a byte offset of one of the files read.
    pub fn mistake(&self, file: usize, offset: usize, message: impl Into<String>) -> Diagnostic {
        let (name, text) = &self.files[file];
        Diagnostic::at(name, text, offset, message)
    }

    /// The same, at a value in quotes of the table that begins there, when it is found.
    pub fn mistake_at_value(&self, file: usize, offset: usize, value: Option<&str>, message: impl Into<String>) -> Diagnostic {
        let text = &self.files[file].1;
        let place = value.and_then(|value| {
            let quoted = ['"', '\''].map(|quote| text[offset..].find(&format!("{quote}{value}{quote}")));
            quoted.into_iter().flatten().min()
        });
        self.mistake(file, offset + place.unwrap_or(0), message)
    }
}

#[cfg(test)]
mod tests;

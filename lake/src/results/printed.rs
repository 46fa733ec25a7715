//! `tables/*.parquet`: what a table of a document prints, one row per cell, with the number behind the text.

use std::path::Path;

use super::ResultsError;
use super::columns::{self, cell, maybe_number, text};

/// One printed cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Printed {
    /// Heading above the row; empty when the table has no groups.
    pub groupe: String,
    pub ligne: String,
    pub colonne: String,
    /// As printed, in French typography: `12 345`, `s`, `nd`.
    pub texte: String,
    /// The number behind it, not rounded, in `unite`; missing where the text is a status or words.
    pub valeur: Option<f64>,
    /// `%`, `min`, `points`…; empty for a count.
    pub unite: String,
    /// End of a range.
    pub jusqu_a: Option<f64>,
    /// With a change of a count: the same in percent.
    pub relatif: Option<f64>,
    /// What stands for the value, in words; empty when there is one.
    pub statut: String,
    /// `oui` when the value includes days that are not consolidated.
    pub provisoire: String,
    /// Short names of the figures behind the text, numerator first, separated by spaces.
    pub figures: String,
}

/// Columns of the file, each with its meaning: the dictionary of the package.
pub const COLUMNS: [(&str, &str); 11] = [
    (
        "groupe",
        "Intertitre au-dessus de la ligne ; vide quand le tableau n'en a pas",
    ),
    ("ligne", "En-tête de la ligne"),
    ("colonne", "En-tête de la colonne"),
    ("texte", "Texte imprimé ; s : masqué, nd : non disponible"),
    (
        "valeur",
        "Nombre, non arrondi, dans l'unité de la colonne « unite » ; absent quand le texte est un statut ou des mots",
    ),
    ("unite", "Unité du nombre ; vide pour un effectif"),
    ("jusqu_a", "Fin d'un intervalle"),
    ("relatif", "Évolution d'un effectif, en %"),
    ("statut", "Ce qui tient lieu de valeur, en toutes lettres"),
    ("provisoire", "oui : le nombre comprend des journées non consolidées"),
    (
        "figures",
        "Noms courts des chiffres de la publication dont le texte est fait, numérateur d'abord",
    ),
];

pub fn write_printed(path: &Path, rows: &[Printed]) -> Result<(), ResultsError> {
    let words = |name: &'static str, get: fn(&Printed) -> &str| text(name, rows.iter().map(get));
    let numbers = |name: &'static str, get: fn(&Printed) -> Option<f64>| maybe_number(name, rows.iter().map(get));
    columns::write(
        path,
        vec![
            words("groupe", |row| &row.groupe),
            words("ligne", |row| &row.ligne),
            words("colonne", |row| &row.colonne),
            words("texte", |row| &row.texte),
            numbers("valeur", |row| row.valeur),
            words("unite", |row| &row.unite),
            numbers("jusqu_a", |row| row.jusqu_a),
            numbers("relatif", |row| row.relatif),
            words("statut", |row| &row.statut),
            words("provisoire", |row| &row.provisoire),
            words("figures", |row| &row.figures),
        ],
    )
}

pub fn read_printed(path: &Path) -> Result<Vec<Printed>, ResultsError> {
    columns::read(path, |batch, rows| {
        let word = |name: &str, row: usize| batch.text(name).map(|column| column.value(row).to_owned());
        let number = |name: &str, row: usize| batch.number(name).map(|column| cell(column, row));
        for row in 0..batch.rows() {
            rows.push(Printed {
                groupe: word("groupe", row)?,
                ligne: word("ligne", row)?,
                colonne: word("colonne", row)?,
                texte: word("texte", row)?,
                valeur: number("valeur", row)?,
                unite: word("unite", row)?,
                jusqu_a: number("jusqu_a", row)?,
                relatif: number("relatif", row)?,
                statut: word("statut", row)?,
                provisoire: word("provisoire", row)?,
                figures: word("figures", row)?,
            });
        }
        Ok(())
    })
}

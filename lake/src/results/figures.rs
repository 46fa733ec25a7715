//! `figures`: one row per figure, with its short name, the instant of the data and the run.

use std::path::Path;

use arrow::array::Array;
use jiff::Timestamp;

use super::ResultsError;
use super::columns::{self, Named, Words, cell, instant, maybe_number, text};
use crate::figure::{Figure, KEY, NUMBERS, Status};

/// Writes the figures of one run, on the data as known at `as_of`.
pub fn write_figures(path: &Path, figures: &[Figure], as_of: Timestamp, run: &str) -> Result<(), ResultsError> {
    let names: Vec<String> = figures.iter().map(Figure::name).collect();
    let words = |name: &'static str, get: fn(&Figure) -> &str| text(name, figures.iter().map(get));
    let numbers = |name: &'static str, get: fn(&Figure) -> Option<f64>| maybe_number(name, figures.iter().map(get));
    let columns: Vec<Named> = vec![
        text("figure", names.iter().map(String::as_str)),
        words("indicator", |figure| &figure.indicator),
        words("domaine", |figure| &figure.domaine),
        words("level", |figure| &figure.level),
        words("area", |figure| &figure.area),
        words("period_kind", |figure| &figure.period_kind),
        words("period", |figure| &figure.period),
        words("perimetre", |figure| &figure.perimetre),
        words("population", |figure| &figure.population),
        words("dim", |figure| &figure.dim),
        words("modalite", |figure| &figure.modalite),
        words("dim2", |figure| &figure.dim2),
        words("modalite2", |figure| &figure.modalite2),
        numbers("numerator", |figure| figure.numerator),
        numbers("denominator", |figure| figure.denominator),
        numbers("missing", |figure| figure.missing),
        numbers("excluded", |figure| figure.excluded),
        numbers("value", |figure| figure.value),
        numbers("low", |figure| figure.low),
        numbers("high", |figure| figure.high),
        words("unit", |figure| &figure.unit),
        words("status", |figure| figure.status.as_str()),
        instant("as_of", figures.iter().map(|_| as_of)),
        text("run", figures.iter().map(|_| run)),
    ];
    columns::write(path, columns)
}

/// Reads figures back, in the order they were written.
pub fn read_figures(path: &Path) -> Result<Vec<Figure>, ResultsError> {
    read_figures_where(path, |_| true)
}

/// Those whose key (in the order of [`KEY`]) is wanted: a quarter has millions, and one document needs few of them.
pub fn read_figures_where(path: &Path, wanted: impl Fn(&[&str; KEY.len()]) -> bool) -> Result<Vec<Figure>, ResultsError> {
    let mut words = Words::default();
    columns::read(path, |batch, figures| {
        let mut columns = Vec::with_capacity(KEY.len() + 2);
        for name in KEY.into_iter().chain(["unit", "status"]) {
            columns.push(batch.text(name)?);
        }
        let mut numbers = Vec::with_capacity(NUMBERS.len());
        for name in NUMBERS {
            numbers.push(batch.number(name)?);
        }
        for row in 0..batch.rows() {
            if !wanted(&std::array::from_fn(|column| columns[column].value(row))) {
                continue;
            }
            let status = columns[13].value(row);
            let mut word = |column: usize| words.get(columns[column].value(row));
            figures.push(Figure {
                indicator: word(0),
                domaine: word(1),
                level: word(2),
                area: word(3),
                period_kind: word(4),
                period: word(5),
                perimetre: word(6),
                population: word(7),
                dim: word(8),
                modalite: word(9),
                dim2: word(10),
                modalite2: word(11),
                unit: word(12),
                numerator: cell(numbers[0], row),
                denominator: cell(numbers[1], row),
                missing: cell(numbers[2], row),
                excluded: cell(numbers[3], row),
                value: cell(numbers[4], row),
                low: cell(numbers[5], row),
                high: cell(numbers[6], row),
                status: Status::parse(status).ok_or_else(|| format!("statut « {status} » inconnu"))?,
            });
        }
        debug_assert!(columns.iter().all(|column| column.null_count() == 0));
        Ok(())
    })
}

/// Short names of the figures that a file masks.
pub fn read_masked(path: &Path) -> Result<Vec<String>, ResultsError> {
    columns::read(path, |batch, names| {
        let (name, status) = (batch.text("figure")?, batch.text("status")?);
        let masked = (0..batch.rows()).filter(|row| status.value(*row) == Status::Masked.as_str());
        names.extend(masked.map(|row| name.value(row).to_owned()));
        Ok(())
    })
}

/// What a column of the file says, in French: the dictionary of the package and of the reference page.
pub fn meaning(column: &str) -> &'static str {
    match column {
        "figure" => "nom court et permanent du chiffre, celui de `oru explain`",
        "indicator" => "identifiant de l'indicateur",
        "domaine" => "`rpu`, `lits`, `qualite`",
        "level" => "niveau du lieu : `region`, `departement`, `type_etablissement`, `etablissement`, `flux`…",
        "area" => "code du lieu dans son niveau : `76`, `31`, `chu`, FINESS géographique, FINESS/ordre",
        "period_kind" => "`day`, `week`, `month`, `quarter`, `rolling12` (douze mois glissants), `year` (année civile)",
        "period" => "`2025-02-14`, `2025-W07`, `2025-02`, `2025-Q1` ; douze mois glissants : leur dernier mois",
        "perimetre" => "`tous`, ou `constant` : les seules structures qui transmettent sur les deux périodes comparées",
        "population" => "`tous` ou une population déclarée (`oru list populations`)",
        "dim" => "dimension qui découpe le chiffre ; vide pour le total",
        "modalite" => "modalité de la dimension",
        "dim2" => "seconde dimension ; vide le plus souvent",
        "modalite2" => "modalité de la seconde dimension",
        "numerator" => "ce qui est compté ; pour une moyenne, la somme",
        "denominator" => "parmi quoi ; vide pour un effectif",
        "missing" => "enregistrements laissés de côté : l'information manque ou n'est pas conforme",
        "excluded" => "enregistrements laissés de côté par la définition",
        "value" => {
            "la valeur ; une part est une fraction de 0 à 1, une durée est en minutes ; dans le CSV, `s` quand elle est masquée"
        }
        "low" => "borne basse de l'intervalle de confiance à 95 %, quand l'indicateur en a un",
        "high" => "borne haute du même intervalle",
        "unit" => "unité de la valeur",
        "status" => "pourquoi il y a, ou non, une valeur",
        "as_of" => "instant auquel les données étaient connues",
        _ => "exécution qui a calculé le chiffre (`oru list runs`)",
    }
}

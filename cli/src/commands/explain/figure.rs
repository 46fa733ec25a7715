//! A published figure: which computation made it, from which deliveries.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use lake::delivery::Delivery;
use lake::figure::Figure;
use transform::Catalogue;

use crate::account::short;
use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::stages;

/// Deliveries named one by one; beyond, they are counted.
const SHOWN: usize = 20;

/// Whether `name` has the form of a figure's short name.
pub fn is_name(name: &str) -> bool {
    name.len() == 12
        && name
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Looks for the figure in the results of the lake, the most recent run last.
pub fn explain(name: &str, catalogue: &Catalogue, context: &Context) -> Result<String> {
    let store = stages::open(context)?;
    let mut found: Vec<(String, Figure)> = Vec::new();
    for file in results(&context.config.lake.racine)? {
        let run = file
            .parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let figures = lake::results::read_figures(&file).doing(format!("lecture de {}", file.display()))?;
        found.extend(
            figures
                .into_iter()
                .find(|figure| figure.name() == name)
                .map(|figure| (run, figure)),
        );
    }
    let Some((_, figure)) = found.last() else {
        return Err(
            CommandError::usage(format!("aucun résultat du lac ne porte le chiffre {name}"))
                .hint("le nom court est la colonne `figure` de figures.parquet ; le calcul qui l'a produit a pu être purgé"),
        );
    };
    let mut text = title(name, figure, catalogue);
    for (run, figure) in &found {
        text.push_str(&format!("  calcul {run} : {}\n", value(figure)));
    }
    text.push_str(&origin(figure, stages::deliveries(&store)?));
    Ok(text)
}

/// Figures of every run, the oldest file first.
fn results(root: &Path) -> Result<Vec<PathBuf>> {
    let folder = root.join("results");
    let mut files: Vec<(std::time::SystemTime, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
        let file = entry.path().join("figures.parquet");
        if let Ok(data) = std::fs::metadata(&file) {
            let written = data.modified().doing(format!("lecture de {}", file.display()))?;
            files.push((written, file));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, file)| file).collect())
}

fn title(name: &str, figure: &Figure, catalogue: &Catalogue) -> String {
    let declared = catalogue
        .indicateurs
        .iter()
        .find(|declared| declared.what.id == *figure.indicator);
    let label = declared.map(|declared| declared.what.titre.as_str()).unwrap_or_default();
    let mut text = format!("{name} — chiffre : {} {label}\n", figure.indicator);
    let mut line = |what: &str, value: String| text.push_str(&format!("  {what} : {value}\n"));
    line("lieu", format!("{} {}", figure.level, figure.area));
    line("période", format!("{} ({})", figure.period, figure.period_kind));
    line("population", format!("{}, périmètre {}", figure.population, figure.perimetre));
    for (dim, category) in [(&figure.dim, &figure.modalite), (&figure.dim2, &figure.modalite2)] {
        if !dim.is_empty() {
            line("ventilation", format!("{dim} = {category}"));
        }
    }
    if let Some(declared) = declared {
        line("formule", declared.what.mots.clone());
        line("source", declared.what.source.clone());
    }
    text
}

fn value(figure: &Figure) -> String {
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| value.to_string());
    format!(
        "valeur {} {} (numérateur {}, dénominateur {}, manquants {}, exclus {}), statut {}",
        number(figure.value),
        figure.unit,
        number(figure.numerator),
        number(figure.denominator),
        number(figure.missing),
        number(figure.excluded),
        figure.status.as_str()
    )
}

/// Deliveries in the lake that cover days of the figure's period, for its site when it has one.
fn origin(figure: &Figure, deliveries: Vec<Delivery>) -> String {
    let Some((from, to)) = bounds(&figure.period_kind, &figure.period) else {
        return String::new();
    };
    let site = match &*figure.level {
        "etablissement" => Some(figure.area.to_string()),
        "flux" => figure.area.split('/').next().map(str::to_owned),
        _ => None,
    };
    let mut used: Vec<&Delivery> = deliveries
        .iter()
        .filter(|delivery| delivery.verdict.is_loaded())
        .filter(|delivery| site.is_none() || delivery.finess == site)
        .filter(
            |delivery| matches!((delivery.date_from, delivery.date_to), (Some(first), Some(last)) if first <= to && from <= last),
        )
        .collect();
    used.sort_by(|a, b| (a.extract, &a.id).cmp(&(b.extract, &b.id)));
    let mut text = format!("  envois couvrant la période : {}\n", used.len());
    for delivery in used.iter().rev().take(SHOWN) {
        text.push_str(&format!(
            "    {} {} {}\n",
            short(&delivery.id),
            delivery.file,
            delivery.verdict.label_fr()
        ));
    }
    if used.len() > SHOWN {
        text.push_str(&format!("    … et {} autres (`oru list deliveries`)\n", used.len() - SHOWN));
    }
    text
}

/// First and last day of a period.
fn bounds(kind: &str, period: &str) -> Option<(Date, Date)> {
    let month = |text: &str| text.parse::<lake::month::Month>().ok();
    match kind {
        "day" => period.parse().ok().map(|day| (day, day)),
        "month" => month(period).map(|month| (month.first_day(), month.last_day())),
        "rolling12" => month(period).map(|last| (last.plus(-11).first_day(), last.last_day())),
        "quarter" => {
            let quarter = crate::written::quarter(period).ok()?;
            Some((quarter.first_month().first_day(), quarter.last_month().last_day()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_short_name_is_twelve_hexadecimal_characters() {
        assert!(is_name("4f1d09aa72c3"));
        assert!(!is_name("mode_sortie0") && !is_name("4F1D09AA72C3") && !is_name("4f1d"));
    }

    #[test]
    fn periods_have_bounds() {
        assert_eq!(bounds("quarter", "2025-Q1"), Some((date(2025, 1, 1), date(2025, 3, 31))));
        assert_eq!(bounds("rolling12", "2025-03"), Some((date(2024, 4, 1), date(2025, 3, 31))));
        assert_eq!(bounds("year", "x"), None);
    }
}

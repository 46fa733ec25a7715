//! A published figure: which computation made it, from which deliveries.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use lake::delivery::Delivery;
use lake::figure::{Figure, Status};
use lake::release::Audience;
use lake::results::FIGURES;
use transform::Catalogue;
use transform::indicators::Indicator;

use crate::account::short;
use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::stages;

use super::place;

/// Deliveries named one by one; beyond, they are counted.
const SHOWN: usize = 20;

/// Whether `name` has the form of a figure's short name.
pub fn is_name(name: &str) -> bool {
    name.len() == 12
        && name
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Looks for the figure in what the audience may read: its releases, or the results of the lake inside the house. The most recent
/// comes last.
pub fn explain(name: &str, audience: Audience, catalogue: &Catalogue, context: &Context) -> Result<String> {
    let store = stages::open(context)?;
    let folder = match audience {
        Audience::Interne => context.config.lake.racine.join("results"),
        _ => context.config.lake.racine.join("releases").join(audience.as_str()),
    };
    tracing::info!(audience = audience.as_str(), chiffre = name, "explication");
    let mut found: Vec<(String, Figure)> = Vec::new();
    for (made, file) in results(&folder)? {
        let figures = lake::results::read_figures(&file).doing(format!("lecture de {}", file.display()))?;
        let named = figures.into_iter().find(|figure| figure.name() == name);
        found.extend(named.map(|figure| (made, figure)));
    }
    let Some((_, figure)) = found.last() else {
        return Err(missing(name, audience));
    };
    let declared = catalogue.indicateurs.iter().map(|declared| &declared.what);
    let declared = declared.into_iter().find(|declared| declared.id == *figure.indicator);
    let mut text = title(name, figure, declared, catalogue, context)?;
    let what = if audience == Audience::Interne {
        "calcul"
    } else {
        "diffusion"
    };
    for (made, figure) in &found {
        text.push_str(&format!("  {what} {made} : {}\n", value(figure, declared)));
    }
    text.push_str(&origin(figure, declared, stages::deliveries(&store)?));
    Ok(text)
}

fn missing(name: &str, audience: Audience) -> CommandError {
    match audience {
        Audience::Interne => CommandError::usage(format!("aucun résultat du lac ne porte le chiffre {name}"))
            .hint("le nom court est la colonne `figure` de figures.parquet ; le calcul qui l'a produit a pu être purgé"),
        _ => {
            let audience = audience.as_str();
            CommandError::usage(format!("aucune diffusion pour « {audience} » ne porte le chiffre {name}"))
                .hint(format!("une diffusion se fait avec `oru release --audience {audience}`"))
                .hint("`--audience interne` lit les résultats du lac, sans contrôle de diffusion")
        }
    }
}

/// Figures of every run or release of a folder, the oldest file first, with its name.
fn results(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files: Vec<(std::time::SystemTime, String, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let file = entry.path().join(FIGURES);
        if let Ok(data) = std::fs::metadata(&file) {
            let written = data.modified().doing(format!("lecture de {}", file.display()))?;
            files.push((written, entry.file_name().to_string_lossy().into_owned(), file));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, made, file)| (made, file)).collect())
}

fn title(name: &str, figure: &Figure, declared: Option<&Indicator>, catalogue: &Catalogue, context: &Context) -> Result<String> {
    let label = declared.map(|declared| declared.titre.as_str()).unwrap_or_default();
    let population = catalogue.populations.iter().map(|row| &row.what);
    let population = population.into_iter().find(|row| row.id == *figure.population);
    let population = population.map_or(&*figure.population, |row| row.titre.as_str());
    let perimeter = match &*figure.perimetre {
        "constant" => ", périmètre constant",
        _ => "",
    };
    let mut text = format!("{name} — chiffre : {} {label}\n", figure.indicator);
    let mut line = |what: &str, value: String| text.push_str(&format!("  {what} : {value}\n"));
    line("lieu", place::name(figure, context)?);
    line("période", place::period(figure));
    line("population", format!("{population}{perimeter}"));
    for (dim, category) in [(&figure.dim, &figure.modalite), (&figure.dim2, &figure.modalite2)] {
        let dimension = catalogue.dimensions.iter().map(|row| &row.what);
        let dimension = dimension.into_iter().find(|row| row.id == **dim);
        let categories = dimension.map(|row| row.categories()).unwrap_or_default();
        let said = categories.into_iter().find(|(code, _)| *code == **category);
        let said = said.map_or(category.to_string(), |(code, label)| format!("{label} ({code})"));
        if !dim.is_empty() {
            line(dimension.map_or(dim, |row| &row.titre), said);
        }
    }
    if let Some(declared) = declared {
        line("formule", declared.mots.clone());
        line("source", declared.source.clone());
    }
    Ok(text)
}

/// The value and the counts it comes from, as reports print them; or why there is none.
fn value(figure: &Figure, declared: Option<&Indicator>) -> String {
    if !figure.printable() {
        let reason = reports::figures::status_of(Some(figure));
        let said = reports::figures::status_meaning(reason);
        return match figure.status {
            Status::Masked => format!("masqué : {said}"),
            _ => format!("sans valeur : {said}"),
        };
    }
    let digits = declared.map_or(0, |declared| declared.chiffres);
    let count = |count: Option<f64>| count.map_or("non publié".to_owned(), place::count);
    let counts = [
        ("numérateur", figure.numerator),
        ("dénominateur", figure.denominator),
        ("manquants", figure.missing),
        ("exclus", figure.excluded),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .map(|(what, number)| format!("{what} {}", count(number)))
        .collect();
    let provisional = match figure.status {
        Status::Provisional => ", provisoire",
        _ => "",
    };
    let value = figure.value.map(|value| place::value(&figure.unit, value, digits));
    format!("{} ({}){provisional}", value.unwrap_or_default(), counts.join(", "))
}

/// Deliveries of the indicator's table in the lake that cover days of the figure's period, for its site when it has one.
fn origin(figure: &Figure, declared: Option<&Indicator>, deliveries: Vec<Delivery>) -> String {
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
        .filter(|delivery| delivery.verdict.is_loaded() && declared.is_none_or(|row| delivery.table == row.received()))
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
        "year" => period.parse().ok().and_then(|year| {
            let first = lake::month::Month::new(year, 1)?;
            Some((first.first_day(), first.plus(11).last_day()))
        }),
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
        assert_eq!(bounds("year", "2024"), Some((date(2024, 1, 1), date(2024, 12, 31))));
        assert_eq!(bounds("year", "x"), None);
    }
}

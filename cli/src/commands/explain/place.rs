//! Where, when and how much, in the words and the typography of reports.

use jiff::ToSpan;
use jiff::civil::Date;
use lake::figure::Figure;
use lake::reference::{self, Structure};
use reports::typography as typo;

use crate::context::Context;
use crate::error::Result;
use crate::reading;

/// The area of a figure, by its name and its code.
pub fn name(figure: &Figure, context: &Context) -> Result<String> {
    let code = &*figure.area;
    let departements = reference::departements();
    let structures = reading::structures(&context.config)?;
    let of_code = |structure: &&Structure| match &*figure.level {
        "flux" => structure.flux() == code,
        _ => structure.finess == code,
    };
    let (kind, named) = match &*figure.level {
        "region" => {
            let region = departements.iter().find(|row| row.region == code);
            ("région", region.map(|row| row.region_nom.clone()))
        }
        "departement" => {
            let departement = departements.iter().find(|row| row.code == code);
            ("département", departement.map(|row| row.nom.clone()))
        }
        "type_etablissement" => ("type d'établissement", None),
        "flux" => ("structure", structures.iter().find(of_code).map(|row| row.nom.clone())),
        "etablissement" => ("établissement", structures.iter().find(of_code).map(|row| row.nom.clone())),
        // A grouping that the observatory declares: its areas are named as they are read.
        declared => (declared, None),
    };
    Ok(match named {
        Some(named) => format!("{kind} {named} ({code})"),
        None => format!("{kind} {code}"),
    })
}

/// `1er trimestre 2025`, `14 février 2025`, `douze mois finissant en mars 2025`.
pub fn period(figure: &Figure) -> String {
    let text = &*figure.period;
    match &*figure.period_kind {
        "rolling12" => format!("douze mois finissant en {}", typo::period(text)),
        "day" => text.parse().map_or(text.to_owned(), typo::long_date),
        "week" => match monday(text) {
            Some(monday) => {
                let sunday = monday.saturating_add(6.days());
                format!("semaine {text}, {} {}", typo::date_range(monday, sunday), sunday.year())
            }
            None => text.to_owned(),
        },
        _ => typo::period(text),
    }
}

fn monday(week: &str) -> Option<Date> {
    crate::written::week(week).ok().map(|week| week.monday)
}

/// A count, or a total of anything else.
pub fn count(value: f64) -> String {
    typo::decimal(value, if value.fract() == 0.0 { 0 } else { 1 })
}

/// A value in its unit.
pub fn value(unit: &str, value: f64, digits: u8) -> String {
    typo::with_unit(unit, value, digits).unwrap_or_else(|| format!("{} {unit}", typo::decimal(value, digits)))
}

//! Q-G23: one row per site, one cell per day, and how many days of each value.

use jiff::civil::Date;

use super::Drawn;
use super::by_site::sites_of;
use super::time::{days_between, months, on_day};
use crate::build::Context;
use crate::build::names::site_name;
use crate::build::words::Words;
use crate::charts::{Calendar, CalendarRow, Drawing};
use crate::declaration::{ChartDecl, Selection};
use crate::document::Cell;
use crate::typography as typo;

/// Sites in the order of the tables: by département, then by name.
pub fn calendar(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let frame = context.frame();
    let series = declared.serie.first()?;
    let threshold = declared.seuil.unwrap_or(1).max(1);
    let days: Vec<Date> = days_between(frame.date_from, frame.date_to);
    let (mut rows, mut table) = (Vec::new(), Vec::new());
    let (mut silent, mut beyond, mut known) = (0, 0, 0);
    for (code, _) in &frame.departements {
        let mut first = true;
        for site in sites_of(context, code) {
            let values = of_site(context, series, &site.finess, &days);
            if values.iter().all(Option::is_none) {
                silent += 1;
                continue;
            }
            let count = |keep: &dyn Fn(u8) -> bool| values.iter().flatten().filter(|value| keep(**value)).count();
            let (high, told) = (count(&|value| value >= threshold), count(&|_| true));
            (beyond, known) = (beyond + high, known + told);
            let counts = (0..threshold).map(|level| count(&|value| value == level));
            let unknown = values.len() - told;
            let cells = counts
                .chain([high, unknown])
                .map(|count| Cell::number(typo::count(count as f64), count as f64, ""));
            let name = site_name(&site.nom);
            table.push((format!("{name} ({code})"), cells.collect()));
            rows.push(CalendarRow {
                label: format!("{code} {name}"),
                starts_group: first,
                values,
                printed: typo::count(high as f64),
            });
            first = false;
        }
    }
    if rows.is_empty() {
        return None;
    }
    let mut legend: Vec<String> = (0..threshold).map(|level| level.to_string()).collect();
    legend.extend([format!("{threshold} et plus"), "inconnu".to_owned()]);
    let mut header = vec!["Site".to_owned()];
    header.extend(legend.iter().map(|name| format!("Jours à {name}")));
    if let Some(last) = header.last_mut() {
        *last = "Jours inconnus".to_owned();
    }
    let counted = context.counted(series.indicateur.as_deref());
    let said = match silent {
        0 => None,
        1 => Some("1 site sans aucun jour connu n'est pas dessiné.".to_owned()),
        _ => Some(format!("{silent} sites sans aucun jour connu ne sont pas dessinés.")),
    };
    Some(Drawn {
        message: Some(message(beyond, known, threshold, &counted)),
        alternative: format!(
            "Calendrier de {} sites sur {} jours : la hauteur et la couleur d'une case disent sa valeur ({counted}), de 0 à {threshold} et plus.",
            rows.len(),
            days.len()
        ),
        notes: said.into_iter().collect(),
        n: Some(format!("{}\u{a0}jours-sites connus", typo::count(known as f64))),
        header,
        rows: table,
        drawing: Drawing::Calendar(Calendar {
            rows,
            threshold,
            months: months(&days),
            legend,
            label_total: words.french("jours"),
        }),
    })
}

fn message(beyond: usize, known: usize, threshold: u8, counted: &str) -> String {
    let share = typo::share(beyond as f64 / known.max(1) as f64);
    match beyond {
        0 => format!("Aucun jour avec {threshold} {counted} ou plus au-delà du seuil"),
        1 => format!("1 jour-site avec {threshold} {counted} ou plus au-delà du seuil, soit {share}"),
        _ => format!(
            "{} jours-sites avec {threshold} {counted} ou plus au-delà du seuil, soit {share}",
            typo::count(beyond as f64)
        ),
    }
}

fn of_site(context: &Context, series: &Selection, finess: &str, days: &[Date]) -> Vec<Option<u8>> {
    let of = Selection {
        niveau: Some("etablissement".to_owned()),
        zone: Some(finess.to_owned()),
        ..series.clone()
    };
    days.iter()
        .map(|day| on_day(context, &of, *day).map(|value| value.clamp(0.0, 255.0) as u8))
        .collect()
}

//! The known breaks of the series: what the reader is told of them, and the changes that they leave without a value.

use lake::release::RuptureConnue;

use super::Context;
use super::names::site_name;
use crate::declaration::{Period, Selection};
use crate::document::{Cell, ScopeItem};
use crate::typography as typo;

/// Breaks told in one sentence.
const NAMED: usize = 4;

/// The known breaks, when there are any: a site is not compared with the year before across one.
pub fn listed(context: &Context) -> Option<ScopeItem> {
    let frame = context.frame();
    let name = |finess: &str| {
        let site = frame.structures.iter().find(|structure| structure.finess == finess);
        site.map_or_else(|| finess.to_owned(), |site| site_name(&site.nom))
    };
    let details: Vec<String> = frame
        .ruptures
        .iter()
        .filter(|rupture| frame.date_from_n1 < rupture.date)
        .map(|rupture| {
            let towards = rupture
                .vers_finess
                .as_deref()
                .map(|finess| format!(" ({})", name(finess)))
                .unwrap_or_default();
            let note = rupture.note.as_deref().map(|note| format!(", {note}")).unwrap_or_default();
            let (day, site) = (typo::long_date(rupture.date), name(&rupture.finess));
            typo::french(&format!("{site} – {day} : {}{towards}{note}", rupture.libelle))
        })
        .collect();
    let effect = match details.len() {
        0 => return None,
        1 => "son évolution n'est pas calculée",
        _ => "leurs évolutions ne sont pas calculées",
    };
    let (text, details) = match details.len() {
        1..=NAMED => (format!("{} ({effect})", details.join(" ; ")), Vec::new()),
        several => (format!("{several} ({effect})"), details),
    };
    Some(ScopeItem {
        label: "Ruptures connues".to_owned(),
        text: typo::french(&text),
        details,
    })
}

/// Whether a known break of the site lies between the two figures compared.
pub fn crossed(context: &Context, selection: &Selection, period: Period) -> bool {
    let area = selection.key(context.frame(), period).area;
    let frame = context.frame();
    // Twelve months, and those before them, begin earlier.
    let between = |rupture: &&RuptureConnue| period != Period::Courante || frame.date_from_n1 < rupture.date;
    frame.ruptures.iter().filter(between).any(|rupture| rupture.concerns(&area))
}

/// What stands in the place of a change across a break.
pub fn cell() -> Cell {
    Cell {
        text: "rupture".to_owned(),
        status: Some("rupture connue de la série du site : les deux périodes ne se comparent pas"),
        ..Cell::default()
    }
}

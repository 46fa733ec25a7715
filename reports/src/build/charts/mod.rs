//! Charts from their declarations: the drawing as data, its table, its message and its text alternative.

mod ages;
mod by_site;
mod calendar;
mod composition;
mod control;
mod curve;
mod dispersion;
mod hours;
mod load;
mod map;
mod production;
mod rates;
mod sites;
mod stays;
mod time;
mod xmr;

use lake::figure::{Figure, Status};

use super::Context;
use super::facts;
use super::words::Words;
use crate::charts::Drawing;
use crate::declaration::{ChartDecl, ChartKind, Selection};
use crate::document::{Cell, Chart, Column, Group, Role, Row, Table};
use crate::figures::FigureKey;
use crate::typography as typo;

/// What a builder finds: the message it can make, and the population that the chart is about.
pub struct Drawn {
    pub drawing: Drawing,
    pub message: Option<String>,
    pub alternative: String,
    /// « 471 234 passages ».
    pub n: Option<String>,
    /// What the drawing leaves out, to be said under it.
    pub notes: Vec<String>,
    /// Header of the data table, first column included.
    pub header: Vec<String>,
    pub rows: Vec<(String, Vec<Cell>)>,
}

/// A chart, or none when the release has nothing of it.
pub fn chart(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Chart> {
    let drawn = match declared.dessin {
        ChartKind::Jours => time::days(context, words, declared),
        ChartKind::Heures => hours::hours(context, words, declared),
        ChartKind::Semaine => time::weekdays(context, words, declared),
        ChartKind::Pyramide => ages::pyramid(context, words, declared),
        ChartKind::Durees => stays::durations(context, declared),
        ChartKind::Radar => rates::radar(context, words, declared),
        ChartKind::Barres => rates::bars(context, words, declared),
        ChartKind::Charge => load::load(context, words, declared),
        ChartKind::Calendrier => calendar::calendar(context, words, declared),
        ChartKind::Production => production::production(context, declared),
        ChartKind::Controle => control::control(context, words, declared),
        ChartKind::Carte => map::map(context, words, declared),
        ChartKind::Intervalles => sites::intervals(context, words, declared),
        ChartKind::Entonnoir => sites::funnel(context, words, declared),
        ChartKind::Courbe => curve::over_modalities(context, words, declared),
        ChartKind::Mois => curve::over_months(context, words, declared),
        ChartKind::Empilees => composition::stacked(context, words, declared),
        ChartKind::Flux => composition::flow(context, words, declared),
        ChartKind::Sites => by_site::bars(context, words, declared),
        ChartKind::Chaleur => by_site::heat(context, words, declared),
    }?;
    let measure = words.french(&declared.titre);
    let title = drawn
        .message
        .map_or_else(|| measure.clone(), |message| typo::french(&message));
    let detail = words.french(&declared.sous_titre);
    let subtitle = if detail.is_empty() {
        measure.clone()
    } else {
        format!("{measure}, {detail}")
    };
    let source = words.source(declared.source.as_deref());
    let source = match &drawn.n {
        Some(n) => typo::french(&format!("{source} n\u{a0}=\u{a0}{n}.")),
        None => source,
    };
    let groups = vec![Group {
        title: String::new(),
        rows: drawn
            .rows
            .into_iter()
            .map(|(title, cells)| Row {
                title,
                role: Role::Detail,
                depth: 0,
                cells,
            })
            .collect(),
    }];
    let legend = super::legend::rounding_note(&groups)
        .into_iter()
        .chain(super::legend::status_legend(&groups));
    Some(Chart {
        id: declared.id.clone(),
        alternative: typo::french(&format!("{title}. {subtitle}. {}", drawn.alternative)),
        data: Table {
            id: format!("{}-donnees", declared.id),
            title: format!("Données : {}", measure.clone()),
            subtitle: subtitle.clone(),
            columns: drawn
                .header
                .into_iter()
                .enumerate()
                .map(|(index, title)| Column {
                    title: words.french(&title),
                    numeric: index > 0,
                })
                .collect(),
            groups,
            notes: legend.collect(),
            source: source.clone(),
            dense: true,
        },
        title,
        subtitle,
        source,
        notes: declared
            .notes
            .iter()
            .chain(&drawn.notes)
            .chain(&facts::note(&facts::on_chart(context, &declared.id)))
            .map(|note| words.french(note))
            .collect(),
        drawing: drawn.drawing,
    })
}

/// Key of the figure of a series over the main period or the year before.
pub fn key(context: &Context, selection: &Selection, before: bool) -> FigureKey {
    let period = if before {
        crate::declaration::Period::N1
    } else {
        crate::declaration::Period::Courante
    };
    selection.key(context.frame(), period)
}

/// A figure of a distribution as a count: numerator when there is one, else its value. Masked modalities have none.
pub fn count_of(figure: Option<&Figure>) -> Option<f64> {
    let figure = figure.filter(|figure| figure.printable())?;
    if &*figure.unit == "fraction" {
        figure.numerator
    } else {
        figure.value
    }
}

/// Sum of what is known; none when nothing is.
pub fn total(values: &[Option<f64>]) -> Option<f64> {
    let sum: f64 = values.iter().flatten().sum();
    (sum > 0.0).then_some(sum)
}

/// A number computed here from figures, or « nd ».
pub fn known(value: Option<f64>, print: impl Fn(f64) -> String) -> Cell {
    known_or(Status::NotCollected, value, "", print)
}

/// The same where the figure says why there is none.
pub fn known_or(status: Status, value: Option<f64>, unit: &'static str, print: impl Fn(f64) -> String) -> Cell {
    match value {
        Some(value) => Cell::number(print(value), value, unit),
        // Worked out from others that are not all there.
        None if status.printed().is_none() => super::cell::stand_in(Status::NotComputable),
        None => super::cell::stand_in(status),
    }
}

/// « 2 classes masquées ou non disponibles ne sont pas dessinées », when there are some.
pub fn hidden_note(hidden: usize, one: &str, many: &str) -> Option<String> {
    match hidden {
        0 => None,
        1 => Some(format!(
            "1 {one} sans valeur publiée n'est pas dessinée ; les parts restent celles du total publié."
        )),
        _ => Some(format!(
            "{hidden} {many} sans valeur publiée ne sont pas dessinées ; les parts restent celles du total publié."
        )),
    }
}

//! Q-G09: share of each hour, one line per series.

use lake::figure::Figure;

use super::{Drawn, count_of, hidden_note, key, known_or, total};
use crate::build::Context;
use crate::build::words::Words;
use crate::charts::{Drawing, HourSeries, Hours};
use crate::declaration::{ChartDecl, Selection};
use crate::document::Cell;
use crate::figures::status_of;
use crate::typography as typo;

const HOURS: usize = 24;

/// One series, as counted.
struct Series {
    label: String,
    /// Published total, masked hours included.
    sum: f64,
    /// Sum of the hours that are drawn.
    listed: f64,
    percent: Vec<Option<f64>>,
    cells: Vec<[Cell; 2]>,
}

pub fn hours(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let found: Vec<Series> = declared
        .serie
        .iter()
        .filter_map(|series| read(context, words, series))
        .collect();
    let hidden = found
        .iter()
        .flat_map(|series| &series.percent)
        .filter(|hour| hour.is_none())
        .count();
    let mut header = vec!["Heure".to_owned()];
    header.extend(
        found
            .iter()
            .flat_map(|series| [series.label.clone(), format!("% des {}", series.label.to_lowercase())]),
    );
    let counted: Vec<String> = found
        .iter()
        .map(|series| {
            let (total, label) = (typo::count(series.sum), series.label.to_lowercase());
            let is_whole = series.percent.iter().all(Option::is_some);
            match is_whole {
                true => format!("{total}\u{a0}{label}"),
                false => format!(
                    "{total}\u{a0}{label} (dont {} dans les heures dessinées)",
                    typo::count(series.listed)
                ),
            }
        })
        .collect();
    let rows = (0..HOURS)
        .map(|hour| {
            let cells = found.iter().flat_map(|series| series.cells[hour].clone()).collect();
            (format!("{hour}\u{a0}h"), cells)
        })
        .collect();
    Some(Drawn {
        message: Some(message(&found)?),
        alternative: "Courbes par heure de 0 à 23 h, en part du total de chaque courbe.".to_owned(),
        notes: hidden_note(hidden, "heure", "heures").into_iter().collect(),
        n: Some(counted.join(" et ")),
        header,
        rows,
        drawing: Drawing::Hours(Hours {
            series: found
                .into_iter()
                .map(|series| HourSeries {
                    label: series.label,
                    percent: series.percent,
                })
                .collect(),
            night: true,
        }),
    })
}

fn read(context: &Context, words: &Words, series: &Selection) -> Option<Series> {
    let of_hour = |hour: usize| context.look_up(&key(context, series, false).dim("heure", &format!("{hour:02}")));
    let figures: Vec<Option<&Figure>> = (0..HOURS).map(of_hour).collect();
    let counts: Vec<Option<f64>> = figures.iter().map(|figure| count_of(*figure)).collect();
    let listed = total(&counts)?;
    let published = figures.iter().flatten().filter(|figure| figure.printable());
    // A share has the total for denominator; a count has it beside, without any hour.
    let whole = || context.value(&key(context, series, false));
    let sum = published
        .filter_map(|figure| figure.denominator)
        .next()
        .or_else(whole)
        .unwrap_or(listed);
    let percent: Vec<Option<f64>> = counts.iter().map(|count| count.map(|count| count / sum * 100.0)).collect();
    let cells = (0..HOURS)
        .map(|hour| {
            let status = status_of(figures[hour]);
            [
                known_or(status, counts[hour], "", typo::count),
                known_or(status, percent[hour], "%", |percent| typo::share(percent / 100.0)),
            ]
        })
        .collect();
    Some(Series {
        label: words.french(&series.titre),
        sum,
        listed,
        percent,
        cells,
    })
}

/// The highest hour of the first two series.
fn message(found: &[Series]) -> Option<String> {
    let peaks: Vec<String> = found
        .iter()
        .take(2)
        .filter_map(|series| {
            let known = series.percent.iter().enumerate();
            let (hour, value) = known
                .filter_map(|(hour, value)| Some((hour, (*value)?)))
                .max_by(|a, b| a.1.total_cmp(&b.1))?;
            let (label, share) = (series.label.to_lowercase(), typo::share(value / 100.0));
            Some((label, format!("{hour}\u{a0}h ({share})")))
        })
        .enumerate()
        .map(|(rank, (label, peak))| match rank {
            0 => format!("Les {label} culminent à {peak}"),
            _ => format!("les {label} à {peak}"),
        })
        .collect();
    (!peaks.is_empty()).then(|| peaks.join(", "))
}

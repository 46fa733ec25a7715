//! Q-G17: distribution of valid stays by 15 minutes, cumulative share, share beyond the axis.

use super::{Drawn, count_of, hidden_note, key, known_or, total};
use crate::build::Context;
use crate::charts::{Drawing, Durations};
use crate::declaration::{ChartDecl, Selection};
use crate::document::Cell;
use crate::figures::status_of;
use crate::typography as typo;

/// Steps of 15 minutes up to 12 hours.
const STEPS: usize = 48;
const MINUTES: usize = 15;

pub fn durations(context: &Context, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let step = |index: usize| {
        let key = key(context, series, false).dim("duree_15min", &format!("{:04}", index * MINUTES));
        context.look_up(&key)
    };
    let counts: Vec<Option<f64>> = (0..STEPS).map(|index| count_of(step(index))).collect();
    let beyond = count_of(step(STEPS));
    let hidden = counts.iter().filter(|count| count.is_none()).count();
    let listed = total(&counts)?;
    // The figures carry their denominator; without one, what is known adds up to it.
    let denominator = (0..=STEPS).find_map(|index| step(index).filter(|figure| figure.printable())?.denominator);
    let sum = denominator.unwrap_or(listed + beyond.unwrap_or(0.0));
    let percent = |count: Option<f64>| count.map(|count| count / sum * 100.0);
    let steps: Vec<Option<f64>> = counts.iter().map(|count| percent(*count)).collect();
    let beyond_percent = percent(beyond);
    let cumulative = cumulate(&steps);
    let beyond_text = beyond_percent.map_or_else(|| "nd".to_owned(), |value| typo::share(value / 100.0));

    let why = |index: usize| status_of(step(index));
    let share = |index: usize, value: Option<f64>| known_or(why(index), value, "%", |value| typo::share(value / 100.0));
    let mut rows: Vec<(String, Vec<Cell>)> = (0..STEPS)
        .map(|index| {
            let cells = vec![
                known_or(why(index), counts[index], "", typo::count),
                share(index, steps[index]),
                share(index, cumulative[index]),
            ];
            (format!("de {} à {}", clock(index), clock(index + 1)), cells)
        })
        .collect();
    let last = vec![
        known_or(why(STEPS), beyond, "", typo::count),
        share(STEPS, beyond_percent),
        Cell::words(""),
    ];
    rows.push(("12\u{a0}h et plus".to_owned(), last));
    Some(Drawn {
        message: message(context, series),
        alternative: format!(
            "Histogramme par pas de 15 minutes jusqu'à 12 heures et courbe cumulée ; au-delà de l'axe : {beyond_text}."
        ),
        notes: hidden_note(hidden, "tranche de durée", "tranches de durée")
            .into_iter()
            .collect(),
        n: Some(format!("{}\u{a0}durées valides", typo::count(sum))),
        header: ["Durée", "Passages", "%", "% cumulé"].map(str::to_owned).to_vec(),
        rows,
        drawing: Drawing::Durations(Durations {
            steps,
            cumulative,
            beyond: beyond_percent,
            lines: vec![(4.0, "4\u{a0}h".to_owned()), (8.0, "8\u{a0}h".to_owned())],
        }),
    })
}

/// Running sum; unknown from the first unknown step on.
fn cumulate(steps: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut running = Some(0.0);
    steps
        .iter()
        .map(|value| {
            running = running.zip(*value).map(|(sum, value)| sum + value);
            running
        })
        .collect()
}

fn message(context: &Context, series: &Selection) -> Option<String> {
    let value = |indicator: &str| {
        let selection = Selection {
            indicateur: Some(indicator.to_owned()),
            ..series.clone()
        };
        context.value(&key(context, &selection, false))
    };
    Some(format!(
        "La moitié des passages durent moins de {} ; {} dépassent 8 heures",
        typo::duration(value("RPU-I61")?),
        typo::share(value("ORU-I62-8H")?)
    ))
}

fn clock(step: usize) -> String {
    typo::duration((step * MINUTES) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_step_ends_the_cumulative_curve() {
        assert_eq!(
            cumulate(&[Some(1.0), Some(2.0), None, Some(4.0)]),
            [Some(1.0), Some(3.0), None, None]
        );
    }
}

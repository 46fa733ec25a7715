//! The place of a category among those of its dimension, from the highest value: « 3 », and a year earlier « 5 ».

use lake::figure::Status;

use super::Context;
use super::cell::{number, stand_in, traced};
use crate::declaration::{Period, Selection};
use crate::document::Cell;
use crate::figures::status_of;
use crate::typography as typo;

/// Equal values have the same place. A category whose value is not published has none.
pub fn cell(context: &Context, selection: &Selection, period: Period) -> Cell {
    let found = context.figure(selection, period);
    let Some((figure, own)) = found
        .filter(|figure| figure.printable())
        .and_then(|figure| Some((figure, figure.value?)))
    else {
        return stand_in(status_of(found));
    };
    if own <= 0.0 {
        return stand_in(Status::NotApplicable);
    }
    let higher = codes(context, selection).into_iter().filter(|code| {
        let other = context.figures.value(&of(selection, code).key(context.frame(), period));
        other.is_some_and(|value| value > own)
    });
    let place = (higher.count() + 1) as f64;
    traced(typo::count(place), number(place, ""), &[figure])
}

/// Categories of the dimension of a selection from the highest published value, or from the lowest.
pub fn ordered(context: &Context, selection: &Selection, least: Option<f64>, lowest: bool) -> Vec<String> {
    let mut known: Vec<(String, f64)> = codes(context, selection)
        .into_iter()
        .filter_map(|code| {
            let figure = context.figure(&of(selection, &code), Period::Courante)?;
            let value = figure.value.filter(|_| figure.printable())?;
            let is_enough = least.is_none_or(|least| figure.denominator.is_some_and(|counted| counted >= least));
            (value > 0.0 && is_enough).then_some((code, value))
        })
        .collect();
    let sign = if lowest { 1.0 } else { -1.0 };
    known.sort_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)).then(a.0.cmp(&b.0)));
    known.into_iter().map(|(code, _)| code).collect()
}

fn codes(context: &Context, selection: &Selection) -> Vec<String> {
    let dim = selection.dim.clone().unwrap_or_default();
    let mut codes = context.figures.modalities(&selection.indicator(), &dim, None, "");
    codes.retain(|code| code != "manquant");
    codes
}

fn of(selection: &Selection, code: &str) -> Selection {
    Selection {
        modalite: Some(code.to_owned()),
        ..selection.clone()
    }
}

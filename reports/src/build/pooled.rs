//! Sites put together by the report itself, where the release has no area for them: totals of their figures, and the share of totals.

use lake::figure::{Figure, Status};

use super::Context;
use super::cell::{print_value, stand_in};
use crate::declaration::{Measure, Period, Selection, SizeDecl};
use crate::document::{Cell, Number};
use crate::figures::{FigureKey, status_of};
use crate::typography as typo;

/// Sites of a class, by their passages over twelve months; `classes` go from the smallest to the largest.
pub fn sites_of<'a>(context: &Context<'a>, classes: &[SizeDecl], rank: usize) -> Vec<&'a str> {
    let bound = |rank: usize| classes.get(rank).and_then(|class| class.moins_de);
    let from = rank.checked_sub(1).and_then(bound).unwrap_or(0.0);
    let to = bound(rank).unwrap_or(f64::INFINITY);
    let mut sites: Vec<&str> = context.frame().structures.iter().map(|site| site.finess.as_str()).collect();
    sites.sort_unstable();
    sites.dedup();
    sites.retain(|site| passages(context, site).is_some_and(|passages| (from..to).contains(&passages)));
    sites
}

fn passages(context: &Context, site: &str) -> Option<f64> {
    let all = Selection {
        indicateur: Some("RPU-I01".to_owned()),
        ..Selection::default()
    };
    let key: FigureKey = all.key(context.frame(), Period::DouzeMois);
    context.value(&key.at("etablissement", site))
}

/// What a selection asks for, of several sites together: counts are added, a share is that of the totals. A site that sends nothing
/// adds nothing; one that is hidden hides the total.
pub fn cell(context: &Context, selection: &Selection, sites: &[&str]) -> Cell {
    let measure = selection.mesure.unwrap_or(Measure::Valeur);
    let period = selection.periode.unwrap_or(Period::Courante);
    let key = selection.key(context.frame(), period);
    let found: Vec<Option<&Figure>> = sites
        .iter()
        .map(|site| context.look_up(&key.clone().at("etablissement", site)))
        .collect();
    let hidden = found.iter().map(|figure| status_of(*figure));
    let hidden = hidden
        .filter(|status| matches!(status, Status::Masked | Status::TooFew))
        .max();
    let figures: Vec<&Figure> = found.iter().flatten().copied().filter(|figure| figure.printable()).collect();
    let Some(first) = figures.first().filter(|_| hidden.is_none()) else {
        return stand_in(hidden.unwrap_or(Status::NotCollected));
    };
    let sum = |part: fn(&Figure) -> Option<f64>| figures.iter().filter_map(|figure| part(figure)).sum::<f64>();
    let count = |value: f64| (typo::count(value), value, "");
    let (top, bottom) = (sum(|figure| figure.numerator), sum(|figure| figure.denominator));
    let (text, value, unit) = match measure {
        Measure::Numerateur => count(top),
        Measure::Denominateur => count(bottom),
        Measure::Manquants => count(sum(|figure| figure.missing)),
        Measure::Valeur if &*first.unit == "fraction" && bottom > 0.0 => {
            let share = top / bottom;
            (print_value(&first.unit, share, 1), share * 100.0, "%")
        }
        _ => return stand_in(Status::NotComputable),
    };
    Cell {
        text,
        number: Some(Number {
            value,
            unit,
            ..Number::default()
        }),
        figures: figures.iter().map(|figure| figure.name()).collect(),
        provisional: figures.iter().any(|figure| figure.status == Status::Provisional),
        measure: Some(measure),
        ..Cell::default()
    }
}

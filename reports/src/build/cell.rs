//! What is printed in one place: the value of a figure, a change between two, a share of one in another, or the status that
//! stands instead. Nothing is printed that does not come from figures of the release.

use lake::figure::{Figure, Status};

use super::Context;
use super::breaks;
use super::selection::period_before;
use crate::declaration::{Measure, Period, Selection};
use crate::document::{Cell, Number};
use crate::figures::{status_meaning, status_of};
use crate::typography as typo;

/// Prints what the selection asks for.
pub fn cell(context: &Context, selection: &Selection) -> Cell {
    let measure = selection.mesure.unwrap_or(Measure::Valeur);
    if selection.sans.contains(&measure) {
        return stand_in(Status::NotApplicable);
    }
    let period = selection.periode.unwrap_or(Period::Courante);
    if selection.sans_periode.contains(&period) {
        return stand_in(Status::NotApplicable);
    }
    if selection
        .sans_niveau
        .iter()
        .any(|level| Some(level) == selection.niveau.as_ref())
    {
        return stand_in(Status::NotApplicable);
    }
    let found = context.figure(selection, period);
    let mut printed = match measure {
        Measure::Attribut => Cell::default(),
        Measure::Evolution | Measure::EvolutionRelative => change(context, selection, found, period),
        Measure::Part | Measure::Couverture | Measure::Quotient => part(context, selection, found, period),
        Measure::Rang => super::rank::cell(context, selection, period),
        Measure::Plage => range(context, selection, found, period),
        Measure::Completude if selection.base.is_some() => part(context, selection, found, period),
        _ => one(context, selection, found, measure),
    };
    printed.measure = Some(measure);
    printed
}

/// The printed form of a status.
pub fn stand_in(status: Status) -> Cell {
    Cell {
        text: status.printed().unwrap_or("nd").to_owned(),
        status: Some(status_meaning(status)),
        ..Cell::default()
    }
}

/// A value in its unit. `digits` come from the catalogue.
pub fn print_value(unit: &str, value: f64, digits: u8) -> String {
    typo::with_unit(unit, value, digits).unwrap_or_else(|| match unit {
        // Stocks of beds are means: a decimal says nothing of them.
        "lits" | "sites" => typo::count(value),
        "année" => format!("{value:.0}"),
        "passages/jour" => typo::decimal(value, if value.abs() >= 100.0 { 0 } else { digits.max(1) }),
        _ => typo::decimal(value, digits),
    })
}

/// The change from `before` to `now`, in the way of the unit: points for shares, relative and absolute for counts.
pub fn print_change(unit: &str, now: f64, before: f64, digits: u8) -> String {
    match unit {
        "fraction" => typo::change_share(now, before),
        "minutes" => typo::change_duration(now - before),
        "ans" => {
            let years = now - before;
            let word = if years.abs() < 2.0 { "an" } else { "ans" };
            format!("{}{}{word}", typo::signed(years, digits), typo::NBSP)
        }
        "ratio" => typo::signed(now - before, 2),
        "jours" | "flux" => typo::signed(now - before, 0),
        "pour_1000" | "passages/jour" if before != 0.0 => typo::change_relative((now - before) / before),
        _ => typo::change_count(now, before),
    }
}

fn one(context: &Context, selection: &Selection, found: Option<&Figure>, measure: Measure) -> Cell {
    let Some(figure) = found.filter(|figure| figure.printable()) else {
        return stand_in(status_of(found));
    };
    let digits = context.digits(&figure.indicator, &figure.unit);
    let value = figure.value.unwrap_or_default();
    let count = |value: f64| (typo::count(value), number(value, ""));
    let share = |fraction: f64| (typo::share(fraction), number(fraction * 100.0, "%"));
    let by_day = |value: f64| count(value / context.days());
    let printed = match measure {
        Measure::Valeur if selection.signe && &*figure.unit != "fraction" => {
            Some((typo::signed(value, digits), value_as_number(&figure.unit, value)))
        }
        Measure::Valeur if selection.signe => Some((typo::change_relative(value), number(value * 100.0, "%"))),
        Measure::Valeur => Some((print_value(&figure.unit, value, digits), value_as_number(&figure.unit, value))),
        Measure::Numerateur => figure.numerator.map(count),
        Measure::Denominateur => figure.denominator.map(count),
        Measure::Rapport => figure
            .numerator
            .zip(figure.denominator)
            .map(|(top, bottom)| fraction(top, bottom)),
        Measure::NumerateurParJour => figure.numerator.map(by_day),
        Measure::DenominateurParJour => figure.denominator.map(by_day),
        Measure::Manquants => figure.missing.map(count),
        Measure::Exclus => figure.excluded.map(count),
        Measure::Intervalle => figure.low.zip(figure.high).map(|(low, high)| match &*figure.unit {
            "fraction" => (typo::interval(low, high), None),
            "passages" => (typo::interval_of_counts(low, high), None),
            // Written as a percentage is, without its factor.
            _ => (typo::interval(low / 100.0, high / 100.0), None),
        }),
        Measure::Completude => completeness(figure).map(share),
        Measure::PartEcartee => left_out(figure).map(share),
        Measure::Evolution | Measure::EvolutionRelative | Measure::Part | Measure::Couverture => None,
        Measure::Plage | Measure::Attribut | Measure::Quotient | Measure::Rang => None,
    };
    match printed {
        Some((text, number)) => traced(text, number, &[figure]),
        None => stand_in(absent(figure, measure)),
    }
}

/// Why a figure that may be printed has no such part: it never had one, or its counts are kept while its value is not.
fn absent(figure: &Figure, measure: Measure) -> Status {
    use Measure::{Completude, Denominateur, DenominateurParJour, Numerateur, NumerateurParJour, PartEcartee, Rapport};
    let of_counts = [
        Numerateur,
        NumerateurParJour,
        Denominateur,
        DenominateurParJour,
        Rapport,
        Completude,
        PartEcartee,
    ];
    let is_quotient = matches!(&*figure.unit, "fraction" | "minutes" | "ratio");
    match is_quotient && figure.numerator.is_none() && figure.denominator.is_none() && of_counts.contains(&measure) {
        true => Status::Masked,
        false => Status::NotApplicable,
    }
}

fn change(context: &Context, selection: &Selection, found: Option<&Figure>, period: Period) -> Cell {
    if breaks::crossed(context, selection, period) {
        return breaks::cell();
    }
    let before = context.figure(selection, period_before(period));
    let (now, before) = match printable_pair(found, before) {
        Ok(pair) => pair,
        Err(status) => return stand_in(status),
    };
    if selection.mesure == Some(Measure::EvolutionRelative) {
        if before.1 == 0.0 {
            return stand_in(Status::NoDenominator);
        }
        let relative = (now.1 - before.1) / before.1;
        let text = typo::change_relative(relative);
        return traced(text, number(relative * 100.0, "%"), &[now.0, before.0]);
    }
    let digits = context.digits(&now.0.indicator, &now.0.unit);
    let text = print_change(&now.0.unit, now.1, before.1, digits);
    traced(text, change_as_number(&now.0.unit, now.1, before.1), &[now.0, before.0])
}

fn part(context: &Context, selection: &Selection, found: Option<&Figure>, period: Period) -> Cell {
    let Some(base) = &selection.base else {
        return stand_in(Status::NoDenominator);
    };
    // What is missing is no part of what is filled.
    let is_missing = selection.modalite.as_deref() == Some("manquant") && selection.dim2.is_none();
    if is_missing && base.mesure == Some(Measure::Denominateur) {
        return stand_in(Status::NotApplicable);
    }
    let mut whole = selection.with(base);
    // The base of a share says its own dimension; without one it has none. A coverage stays within its modality.
    if selection.mesure == Some(Measure::Part) {
        whole.dim = base.dim.clone();
        whole.modalite = base.modalite.clone();
        whole.dim2 = base.dim2.clone();
        whole.modalite2 = base.modalite2.clone();
    }
    // A ratio is of two categories of one breakdown: the base says where it differs.
    whole.remplace.clear();
    let whole_figure = context.figure(&whole, period);
    let (part, whole_figure) = match printable_pair(found, whole_figure) {
        Ok(pair) => pair,
        Err(status) => return stand_in(status),
    };
    let top = match selection.mesure {
        Some(Measure::Couverture) => part.0.denominator,
        Some(Measure::Completude) => part.0.missing.map(|missing| whole_figure.1 - missing),
        _ => Some(part.1),
    };
    let denominator = match base.mesure {
        Some(Measure::Denominateur) => whole_figure.0.denominator,
        Some(Measure::Numerateur) => whole_figure.0.numerator,
        _ => Some(whole_figure.1),
    };
    match (top, denominator) {
        (Some(top), Some(denominator)) if denominator > 0.0 => {
            let share = top / denominator;
            if selection.mesure == Some(Measure::Quotient) {
                return traced(typo::ratio(share), number(share, ""), &[part.0, whole_figure.0]);
            }
            traced(typo::share(share), number(share * 100.0, "%"), &[part.0, whole_figure.0])
        }
        _ => stand_in(Status::NoDenominator),
    }
}

/// From one figure to another of the same unit: « 12 – 18 ».
fn range(context: &Context, selection: &Selection, found: Option<&Figure>, period: Period) -> Cell {
    let Some(base) = &selection.base else {
        return stand_in(Status::NotComputable);
    };
    let (low, high) = match printable_pair(found, context.figure(&selection.with(base), period)) {
        Ok(pair) => pair,
        Err(status) => return stand_in(status),
    };
    let print = |(figure, value): Valued<'_>| print_value(&figure.unit, value, context.digits(&figure.indicator, &figure.unit));
    // A unit written after both is written once.
    let (from, to) = (print(low), print(high));
    let percent = format!("{}%", typo::THIN);
    let from = from
        .strip_suffix(&percent)
        .filter(|_| to.ends_with(&percent))
        .unwrap_or(&from);
    let text = format!("{from}{}– {to}", typo::NBSP);
    let end = value_as_number(&high.0.unit, high.1).map(|end| end.value);
    let number = value_as_number(&low.0.unit, low.1).map(|from| Number { to: end, ..from });
    traced(text, number, &[low.0, high.0])
}

type Valued<'a> = (&'a Figure, f64);

fn printable_pair<'a>(first: Option<&'a Figure>, second: Option<&'a Figure>) -> Result<(Valued<'a>, Valued<'a>), Status> {
    let valued = |figure: Option<&'a Figure>| match figure.filter(|figure| figure.printable()) {
        Some(figure) => Ok((figure, figure.value.unwrap_or_default())),
        None => Err(status_of(figure)),
    };
    Ok((valued(first)?, valued(second)?))
}

pub fn traced(text: String, number: Option<Number>, figures: &[&Figure]) -> Cell {
    Cell {
        text,
        number,
        figures: figures.iter().map(|figure| figure.name()).collect(),
        provisional: figures.iter().any(|figure| figure.status == Status::Provisional),
        ..Cell::default()
    }
}

/// Both sides of a quotient, each a number of its own in the table of the report.
fn fraction(top: f64, bottom: f64) -> (String, Option<Number>) {
    let text = format!("{}{}/ {}", typo::count(top), typo::NBSP, typo::count(bottom));
    let ends = Number {
        value: top,
        to: Some(bottom),
        ..Number::default()
    };
    (text, Some(ends))
}

/// Share of the records of the definition whose item is usable.
fn completeness(figure: &Figure) -> Option<f64> {
    let (denominator, missing) = (figure.denominator?, figure.missing?);
    let expected = denominator + missing;
    (expected > 0.0).then(|| denominator / expected)
}

/// Share of all records that the definition leaves out.
fn left_out(figure: &Figure) -> Option<f64> {
    let denominator = figure.denominator?;
    let out = figure.missing.unwrap_or(0.0) + figure.excluded.unwrap_or(0.0);
    (denominator + out > 0.0).then(|| out / (denominator + out))
}

pub fn number(value: f64, unit: &'static str) -> Option<Number> {
    Some(Number {
        value,
        unit,
        ..Number::default()
    })
}

/// A value in the unit that a reader sees.
fn value_as_number(unit: &str, value: f64) -> Option<Number> {
    match unit {
        "fraction" => number(value * 100.0, "%"),
        "minutes" => number(value, "min"),
        "ans" => number(value, "ans"),
        "pour_1000" => number(value, "‰"),
        _ => number(value, ""),
    }
}

fn change_as_number(unit: &str, now: f64, before: f64) -> Option<Number> {
    let relative = (before != 0.0).then(|| (now - before) / before * 100.0);
    let (value, unit, relative) = match unit {
        "fraction" => ((now - before) * 100.0, "points", None),
        "minutes" => (now - before, "min", None),
        "ans" => (now - before, "ans", None),
        "ratio" | "jours" | "flux" => (now - before, "", None),
        "pour_1000" => (now - before, "‰", relative),
        _ => (now - before, "", relative),
    };
    Some(Number {
        value,
        unit,
        relative,
        to: None,
    })
}

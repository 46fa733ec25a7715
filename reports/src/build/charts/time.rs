//! Charts along time: days of the period, days of the week.

use jiff::Span;
use jiff::civil::Date;
use lake::figure::{Figure, Status};

use super::{Drawn, key, known, known_or, total};
use crate::build::Context;
use crate::build::facts;
use crate::build::modality::capital;
use crate::build::words::Words;
use crate::charts::{Band, Days, Drawing, Panel, Weekday, Weekdays};
use crate::declaration::{ChartDecl, Selection};
use crate::document::Cell;
use crate::evenements::Evenement;
use crate::figures::{FigureKey, status_of};
use crate::typography as typo;

/// Fifty-two weeks: the same weekday one year before.
const ALIGNED: i32 = 364;
const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/// Q-G06, Q-G24: passages or files of each day, centred mean of seven days, the year before 364 days earlier.
pub fn days(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let frame = context.frame();
    let series = declared.serie.first()?;
    let all: Vec<Date> = days_between(frame.date_from, frame.date_to);
    let figures: Vec<Option<&Figure>> = all.iter().map(|day| figure_of_day(context, series, *day)).collect();
    let figures_before: Vec<Option<&Figure>> = all
        .iter()
        .map(|day| figure_of_day(context, series, shifted(*day, -ALIGNED)))
        .collect();
    let values: Vec<Option<f64>> = figures.iter().map(|figure| value_of(*figure)).collect();
    let earlier: Vec<Option<f64>> = figures_before.iter().map(|figure| value_of(*figure)).collect();
    total(&values)?;
    let mean = centred_mean(&values);
    let before = centred_mean(&earlier);
    let position = |day: Date| all.iter().position(|other| *other == day);
    let bands = frame
        .vacances
        .iter()
        .filter(|holidays| declared.zone_vacances.as_ref().is_none_or(|zone| holidays.zone == *zone))
        .filter_map(|holidays| {
            let from = position(holidays.debut.max(frame.date_from))?;
            let to = position(holidays.fin.min(frame.date_to))?;
            (from <= to).then(|| Band {
                from,
                to,
                label: typo::french(&holidays.nom),
            })
        })
        .collect();
    let marks = frame
        .jours_feries
        .iter()
        .filter_map(|(day, name)| Some((position(*day)?, typo::french(name))))
        .collect();
    let months = months(&all);
    let counted = context.counted(series.indicateur.as_deref());
    // A share has no total and no noun: « de 4,2 % à 17,0 % ».
    let is_share = counted == "fraction";
    let digits = context.digits(series.indicateur.as_deref().unwrap_or_default(), &counted);
    let written = |value: f64| match is_share {
        true => typo::with_unit(&counted, value, digits).unwrap_or_else(|| typo::decimal(value, digits)),
        false => typo::count(value),
    };
    let noun = if is_share { String::new() } else { format!(" {counted}") };
    let unit = if is_share { "fraction" } else { "" };
    let rows = all
        .iter()
        .enumerate()
        .map(|(index, day)| {
            (
                format!("{} {}", WEEKDAYS[weekday_index(*day)], typo::short_date(*day)),
                vec![
                    known_or(status_of(figures[index]), values[index], unit, written),
                    known(mean[index], written),
                    Cell::words(typo::short_date(shifted(*day, -ALIGNED))),
                    known_or(status_of(figures_before[index]), earlier[index], unit, written),
                    known(before[index], written),
                ],
            )
        })
        .collect();
    let low = extreme(&all, &values, |a, b| a < b)?;
    let high = extreme(&all, &values, |a, b| a > b)?;
    let heading = if is_share { "Part".to_owned() } else { capital(&counted) };
    let gaps = values.iter().filter(|value| value.is_none()).count();
    let is_masked = |figure: &&Option<&Figure>| status_of(**figure) == Status::Masked;
    let masked = figures.iter().filter(is_masked).count();
    Some(Drawn {
        message: Some(format!(
            "De {}{noun} ({}) à {} ({}) selon les jours",
            written(low.1),
            day_name(low.0),
            written(high.1),
            day_name(high.0)
        )),
        alternative: format!(
            "Courbe sur {} jours, dont {gaps} sans donnée ; moyenne mobile de sept jours et même courbe un an plus tôt.",
            all.len()
        ),
        notes: masked_note(masked).into_iter().collect(),
        n: total(&values)
            .filter(|_| !is_share)
            .map(|n| format!("{}\u{a0}{counted}", typo::count(n))),
        header: vec![
            "Jour".into(),
            heading.clone(),
            "Moyenne 7 jours".into(),
            "Jour comparé".into(),
            heading,
            "Moyenne 7 jours".into(),
        ],
        rows,
        drawing: Drawing::Days(Days {
            first: frame.date_from,
            values,
            mean,
            before,
            bands,
            marks,
            facts: facts_of(context, &declared.id, &all),
            label: words.french("{court}"),
            label_before: words.french("{court_n1}"),
            months,
            is_share,
        }),
    })
}

/// The facts that annotate the chart, as spans of its days.
fn facts_of(context: &Context, chart: &str, days: &[Date]) -> Vec<Band> {
    let on_chart = facts::on_chart(context, chart);
    let span = |(number, fact): &(usize, &Evenement)| {
        let from = days.iter().position(|day| *day >= fact.debut)?;
        let to = days.iter().rposition(|day| *day <= fact.last_day())?;
        Some(Band {
            from,
            to,
            label: number.to_string(),
        })
    };
    on_chart.iter().filter_map(span).collect()
}

/// Q-G08: mean of each weekday with the spread of its days, one panel per series.
pub fn weekdays(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let frame = context.frame();
    let mut panels = Vec::new();
    let mut rows: Vec<(String, Vec<Cell>)> = WEEKDAYS.iter().map(|name| ((*name).to_owned(), Vec::new())).collect();
    let mut header = vec!["Jour".to_owned()];
    for series in &declared.serie {
        let mut by_weekday: [Vec<f64>; 7] = Default::default();
        let counts = Selection {
            indicateur: Some("RPU-I01".to_owned()),
            ..series.clone()
        };
        for day in days_between(frame.date_from, frame.date_to) {
            if let Some(value) = on_day(context, &counts, day) {
                by_weekday[weekday_index(day)].push(value);
            }
        }
        let days: Vec<Weekday> = (0..7)
            .map(|index| Weekday {
                mean: context.value(&key(context, series, false).dim("jour_semaine", &(index + 1).to_string())),
                spread: quantile(&mut by_weekday[index], 0.1).zip(quantile(&mut by_weekday[index], 0.9)),
            })
            .collect();
        if days.iter().all(|day| day.mean.is_none()) {
            continue;
        }
        let label = words.french(&series.titre);
        header.extend([format!("{label} : moyenne"), "P10".to_owned(), "P90".to_owned()]);
        for (row, day) in rows.iter_mut().zip(&days) {
            row.1.push(known(day.mean, |mean| typo::decimal(mean, 1)));
            row.1
                .push(known(day.spread.map(|spread| spread.0), |low| typo::decimal(low, 1)));
            row.1
                .push(known(day.spread.map(|spread| spread.1), |high| typo::decimal(high, 1)));
        }
        panels.push(Panel { title: label, days });
    }
    let busiest = panels
        .first()?
        .days
        .iter()
        .enumerate()
        .filter_map(|(index, day)| Some((index, day.mean?)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Drawn {
        message: Some(format!(
            "{}, le {} est le jour le plus chargé : {} passages en moyenne",
            panels[0].title,
            WEEKDAYS[busiest.0],
            typo::count(busiest.1)
        )),
        alternative: "Barres du lundi au dimanche pour chaque population, avec l'écart entre les jours (P10 à P90).".to_owned(),
        n: None,
        notes: Vec::new(),
        header,
        rows,
        drawing: Drawing::Weekdays(Weekdays { panels }),
    })
}

/// Mean of the seven days around each day, where the seven are known.
pub fn centred_mean(values: &[Option<f64>]) -> Vec<Option<f64>> {
    (0..values.len())
        .map(|index| {
            let window = values.get(index.checked_sub(3)?..index + 4)?;
            let known: Vec<f64> = window.iter().flatten().copied().collect();
            (known.len() == 7).then(|| known.iter().sum::<f64>() / 7.0)
        })
        .collect()
}

/// Quantile of type 7 (Hyndman and Fan 1996), the one of R and NumPy; none when empty.
pub fn quantile(values: &mut [f64], p: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let rank = p * last as f64;
    let (below, above) = (rank.floor() as usize, rank.ceil() as usize);
    Some(values[below] + (values[above] - values[below]) * (rank - below as f64))
}

/// The value of a series on a day.
pub fn on_day(context: &Context, series: &Selection, day: Date) -> Option<f64> {
    value_of(figure_of_day(context, series, day))
}

fn figure_of_day<'a>(context: &Context<'a>, series: &Selection, day: Date) -> Option<&'a Figure> {
    let mut key: FigureKey = key(context, series, false);
    key.period_kind = "day".to_owned();
    key.period = day.to_string();
    context.look_up(&key)
}

fn value_of(figure: Option<&Figure>) -> Option<f64> {
    figure.filter(|figure| figure.printable()).and_then(|figure| figure.value)
}

fn masked_note(days: usize) -> Option<String> {
    match days {
        0 => None,
        1 => Some("1 jour masqué par le secret statistique n'est ni dessiné ni compté dans n.".to_owned()),
        _ => Some(format!(
            "{days} jours masqués par le secret statistique ne sont ni dessinés ni comptés dans n."
        )),
    }
}

pub fn days_between(from: Date, to: Date) -> Vec<Date> {
    std::iter::successors(Some(from), |day| day.tomorrow().ok())
        .take_while(|day| *day <= to)
        .collect()
}

fn shifted(day: Date, by: i32) -> Date {
    day.saturating_add(Span::new().days(by))
}

fn weekday_index(day: Date) -> usize {
    day.weekday().to_monday_zero_offset() as usize
}

fn extreme(days: &[Date], values: &[Option<f64>], better: fn(f64, f64) -> bool) -> Option<(Date, f64)> {
    days.iter()
        .zip(values)
        .filter_map(|(day, value)| Some((*day, (*value)?)))
        .reduce(|best, next| if better(next.1, best.1) { next } else { best })
}

/// `le dimanche 16 février`.
fn day_name(day: Date) -> String {
    let date = typo::date_range(day, day);
    format!("le {} {}", WEEKDAYS[weekday_index(day)], date.trim_start_matches("le "))
}

/// First day of each month among consecutive days: position and name.
pub fn months(days: &[Date]) -> Vec<(usize, String)> {
    let firsts = days.iter().enumerate().filter(|(index, day)| *index == 0 || day.day() == 1);
    firsts.map(|(index, day)| (index, month_name(*day))).collect()
}

fn month_name(day: Date) -> String {
    let name = typo::month_year(lake::month::Month::of(day));
    name.split('\u{a0}').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_needs_its_seven_days() {
        let mut values: Vec<Option<f64>> = (1..=9).map(|value| Some(f64::from(value))).collect();
        assert_eq!(
            centred_mean(&values),
            [None, None, None, Some(4.0), Some(5.0), Some(6.0), None, None, None]
        );
        values[4] = None;
        assert!(centred_mean(&values).iter().all(Option::is_none));
    }

    #[test]
    fn quantiles_are_those_of_r() {
        // quantile(c(1, 2, 3, 4), .1) is 1.3 in R.
        assert!((quantile(&mut [4.0, 1.0, 3.0, 2.0], 0.1).unwrap() - 1.3).abs() < 1e-12);
        assert_eq!(quantile(&mut [], 0.5), None);
    }
}

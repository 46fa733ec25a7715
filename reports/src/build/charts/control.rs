//! E-G06, Q-G31, Q-G25: months or days of some indicators in control charts.

use lake::figure::Figure;
use lake::month::Month;

use super::time::days_between;
use super::xmr::{self, Signal};
use super::{Drawn, key, known_or};
use crate::build::Context;
use crate::build::cell::print_value;
use crate::build::modality::capital;
use crate::build::words::Words;
use crate::charts::{Control, ControlPanel, Drawing, Limit};
use crate::declaration::{ChartDecl, Selection, Step};
use crate::document::Cell;
use crate::figures::status_of;
use crate::typography as typo;

const MONTHS: i32 = 24;
const RECENT: usize = 12;

/// What the points of a series are.
struct Pace {
    /// Kind and name of the period of each point, its name in the table, and its short name.
    points: Vec<(&'static str, String, String, String)>,
    /// First point of those that the message is about.
    recent: usize,
    /// « mois », « jours ».
    noun: &'static str,
    /// Of points, in the message.
    among: &'static str,
    /// What the limits leave in.
    caution: &'static str,
}

impl Pace {
    fn of(context: &Context, step: Step) -> Pace {
        let frame = context.frame();
        match step {
            Step::Mois => {
                let last = Month::over_at(frame.date_to);
                let months = last.plus(1 - MONTHS).through(last);
                Pace {
                    points: months
                        .map(|month| ("month", month.to_string(), typo::month_year(month), short(month)))
                        .collect(),
                    recent: MONTHS as usize - RECENT,
                    noun: "mois",
                    among: "mois sur douze",
                    caution: "La saison n'est pas retirée.",
                }
            }
            Step::Jour => Pace {
                points: days_between(frame.date_from, frame.date_to)
                    .into_iter()
                    .map(|day| {
                        let name = typo::short_date(day);
                        ("day", day.to_string(), name.clone(), name)
                    })
                    .collect(),
                recent: 0,
                noun: "jours",
                among: "jours du trimestre",
                caution: "Le jour de la semaine n'est pas retiré.",
            },
        }
    }
}

pub fn control(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let pace = Pace::of(context, declared.pas);
    let series: Vec<Series> = declared
        .serie
        .iter()
        .filter_map(|selection| read(context, words, selection, &pace))
        .collect();
    let first = series.first()?;
    let messages: Vec<String> = series.iter().map(|series| message(series, &pace)).collect();
    let mut header = vec![capital(pace.noun.trim_end_matches('s'))];
    if declared.pas == Step::Mois {
        header = vec!["Mois".to_owned()];
    }
    let counted = declared.base.as_deref().unwrap_or("Passages pris en compte");
    for series in &series {
        header.extend([series.panel.title.clone(), counted.to_owned(), "Signal".to_owned()]);
    }
    let rows = pace
        .points
        .iter()
        .enumerate()
        .map(|(rank, (_, _, name, _))| {
            let cells = series.iter().flat_map(|series| series.cells(rank)).collect();
            (name.clone(), cells)
        })
        .collect();
    let known = first.panel.values.iter().flatten().count();
    let (total, noun) = (pace.points.len(), pace.noun);
    Some(Drawn {
        message: Some(messages.join(" ; ")),
        alternative: format!(
            "Carte de contrôle de {total} {noun}, {} séries, avec moyenne et limites naturelles.",
            series.len()
        ),
        n: None,
        notes: vec![format!(
            "XmR : moyenne ± 2,66 fois l'étendue mobile moyenne des {known} {noun} connus. Carrés : hors limites, ou sept {noun} de suite du même côté de la moyenne. {}",
            pace.caution
        )],
        header,
        rows,
        drawing: Drawing::Control(Control {
            months: pace.points.into_iter().map(|(.., short)| short).collect(),
            recent: pace.recent,
            panels: series.into_iter().map(|series| series.panel).collect(),
        }),
    })
}

/// One series over the months.
struct Series<'a> {
    figures: Vec<Option<&'a Figure>>,
    panel: ControlPanel,
    signals: Vec<(usize, Signal)>,
    unit: String,
    digits: u8,
}

fn read<'a>(context: &Context<'a>, words: &Words, selection: &Selection, pace: &Pace) -> Option<Series<'a>> {
    let frame = context.frame();
    // In a period that is not over, its month of the year before stops on the same day: it is no whole month.
    let cut = frame.is_cut().then(|| Month::of(frame.date_to).plus(-12).to_string());
    let of_point = |(kind, period, ..): &(&'static str, String, String, String)| {
        let mut key = key(context, selection, false);
        (key.period_kind, key.period) = ((*kind).to_owned(), period.clone());
        context.look_up(&key).filter(|_| cut.as_ref() != Some(period))
    };
    let figures: Vec<Option<&Figure>> = pace.points.iter().map(of_point).collect();
    let value = |figure: &Option<&Figure>| figure.filter(|figure| figure.printable()).and_then(|figure| figure.value);
    let values: Vec<Option<f64>> = figures.iter().map(value).collect();
    let limits = xmr::limits(&values)?;
    let signals = xmr::signals(&values, &limits);
    let first = figures.iter().flatten().next()?;
    let (unit, digits) = (first.unit.to_string(), context.digits(&first.indicator, &first.unit));
    // A share stays between nothing and everything, a duration is not negative.
    let ceiling = if unit == "fraction" { 1.0 } else { f64::INFINITY };
    let limit = |value: f64| {
        let value = value.clamp(0.0, ceiling);
        Limit {
            value,
            printed: print_value(&unit, value, digits),
        }
    };
    let panel = ControlPanel {
        title: capital(&words.french(&selection.titre)),
        marks: marks(&values, &limits, &unit, ceiling),
        centre: limit(limits.centre),
        low: limit(limits.low),
        high: limit(limits.high),
        flagged: signals.iter().map(|(rank, _)| *rank).collect(),
        values,
    };
    Some(Series {
        figures,
        panel,
        signals,
        unit,
        digits,
    })
}

impl Series<'_> {
    fn cells(&self, rank: usize) -> [Cell; 3] {
        let said = match self.signals.iter().find(|(of, _)| *of == rank) {
            Some((_, Signal::Outside)) => "hors limites",
            Some((_, Signal::Shift)) => "décalage durable",
            None => "",
        };
        let status = status_of(self.figures[rank]);
        let records = self.figures[rank]
            .filter(|figure| figure.printable())
            .and_then(|figure| figure.denominator);
        let print = |value: f64| print_value(&self.unit, value, self.digits);
        let value = self.panel.values[rank];
        let value = if self.unit == "fraction" {
            value.map(|share| share * 100.0)
        } else {
            value
        };
        let shown = |value: f64| {
            if self.unit == "fraction" {
                print(value / 100.0)
            } else {
                print(value)
            }
        };
        [
            known_or(status, value, number_unit(&self.unit), shown),
            known_or(status, records, "", typo::count),
            Cell::words(said),
        ]
    }
}

/// What happened in the last twelve months, or in the period.
fn message(series: &Series, pace: &Pace) -> String {
    let ControlPanel {
        title,
        low,
        centre,
        high,
        ..
    } = &series.panel;
    let of_year = |wanted: Signal| -> Vec<String> {
        let ranks = series
            .signals
            .iter()
            .filter(|(rank, signal)| *rank >= pace.recent && *signal == wanted);
        ranks.map(|(rank, _)| pace.points[*rank].2.clone()).collect()
    };
    let (outside, shifted) = (of_year(Signal::Outside), of_year(Signal::Shift));
    match (outside.as_slice(), shifted.as_slice()) {
        ([], []) => format!("{title} : variations habituelles autour de {}", centre.printed),
        ([one], _) => format!("{title} : {one} sort des limites ({} à {})", low.printed, high.printed),
        ([], shifted) => format!(
            "{title} : {} {} de suite du même côté de la moyenne ({})",
            shifted.len(),
            pace.noun,
            centre.printed
        ),
        (several, _) => format!(
            "{title} : {} {} hors des limites ({} à {})",
            several.len(),
            pace.among,
            low.printed,
            high.printed
        ),
    }
}

/// Round marks around the values and their limits.
fn marks(values: &[Option<f64>], limits: &xmr::Limits, unit: &str, ceiling: f64) -> Vec<Limit> {
    let known = || values.iter().flatten().copied().chain([limits.low, limits.high]);
    let low = known().fold(f64::INFINITY, f64::min).clamp(0.0, ceiling);
    let high = known().fold(0.0, f64::max).clamp(0.0, ceiling);
    marks_of(low, high, unit, 4.0)
}

/// Round marks from the first at `low` or below to the first at `high` or above, about `wanted` of them, printed in their unit.
pub fn marks_of(low: f64, high: f64, unit: &str, wanted: f64) -> Vec<Limit> {
    let steps: &[f64] = match unit {
        "minutes" => &[5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 240.0, 480.0],
        "fraction" => &[0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2],
        _ => &[
            0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0,
        ],
    };
    let asked = (high - low) / wanted;
    let step = steps.iter().copied().find(|step| *step >= asked).unwrap_or(asked.max(1e-9));
    let (from, to) = ((low / step).floor() as i64, (high / step).ceil() as i64);
    (from..=to.max(from + 1))
        .map(|rank| {
            let value = rank as f64 * step;
            let printed = match unit {
                "minutes" => typo::duration(value),
                "fraction" => typo::share_with_digits(value, u8::from(step < 0.01)),
                _ if step < 1.0 => typo::decimal(value, 1),
                _ => typo::count(value),
            };
            Limit { value, printed }
        })
        .collect()
}

/// `mars 24`.
pub fn short(month: Month) -> String {
    let name = typo::month_year(month);
    let name = name.split('\u{a0}').next().unwrap_or_default();
    let cut: String = match name {
        "mars" | "mai" | "juin" | "août" => name.to_owned(),
        "juillet" => "juil.".to_owned(),
        long => long
            .chars()
            .take(if long.starts_with('f') { 4 } else { 3 })
            .chain(['.'])
            .collect(),
    };
    format!("{cut}\u{a0}{:02}", month.year() % 100)
}

fn number_unit(unit: &str) -> &'static str {
    match unit {
        "minutes" => "min",
        "fraction" => "%",
        "ans" => "ans",
        _ => "",
    }
}

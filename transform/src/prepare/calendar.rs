//! Columns that follow from the civil time of entry: day, hour, bands, PDSA.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use lake::month::Month;
use polars::prelude::*;

use super::rpu::labelled;
use super::source::epoch_day;
use crate::Inputs;
use crate::context::NatureException;

/// Columns of the day and hour of `entree`: `jour` to `soiree`, then `ferie`.
pub fn entry_columns(inputs: &Inputs, from: Date, to: Date) -> Vec<Expr> {
    let mut columns = day_columns("entree", from, to);
    let hour = || col("entree").dt().hour();
    let band = |hour: i32| match hour {
        0..=7 => "H5",
        8..=11 => "H1",
        12..=15 => "H2",
        16..=19 => "H3",
        _ => "H4",
    };
    let bands: Vec<String> = (0..24).map(|hour| band(hour).to_owned()).collect();
    columns.extend([
        hour().cast(DataType::Int16).alias("heure"),
        // Saturday 00:00 to Sunday 23:59 (RESURAL, rapport 2014), not Friday 20:00 to Monday 08:00 (rpu-indicators.md §3).
        col("entree").dt().weekday().gt_eq(lit(6)).alias("weekend"),
        labelled(hour(), &bands).alias("tranche"),
        hour().gt_eq(lit(20)).or(hour().lt(lit(8))).alias("nuit"),
        hour()
            .lt(lit(i32::from(inputs.bornes.nuit_profonde_fin)))
            .alias("nuit_profonde"),
        hour().gt_eq(lit(20)).alias("soiree"),
        is_one_of(col("entree").dt().date(), &holidays(from, to)).alias("ferie"),
    ]);
    columns
}

/// `jour`, `mois`, `trimestre`, `jour_semaine` of a civil time that lies from `from` to `to`.
pub fn day_columns(time: &str, from: Date, to: Date) -> Vec<Expr> {
    let months: Vec<Month> = Month::of(from).through(Month::of(to)).collect();
    let first = i32::from(from.year()) * 12 + i32::from(from.month());
    let rank = || col(time).dt().year() * lit(12) + col(time).dt().month().cast(DataType::Int32) - lit(first);
    let labels = |label: fn(&Month) -> String| months.iter().map(label).collect::<Vec<_>>();
    vec![
        col(time).dt().date().alias("jour"),
        labelled(rank(), &labels(Month::to_string)).alias("mois"),
        labelled(
            rank(),
            &labels(|month| format!("{:04}-Q{}", month.year(), (month.month() + 2) / 3)),
        )
        .alias("trimestre"),
        col(time).dt().weekday().cast(DataType::Int16).alias("jour_semaine"),
    ]
}

/// `periode_pdsa` and `periode_fedoru` (mmg.md §2.4), from a civil time and the site's `departement`.
///
/// Bounds are half-open: 08:00:00 belongs to the day, 19:59:59 too. The order among holiday, bridge and week-end is that of
/// mmg.md. The test lines of mmg.md §2.6 are `tests::pdsa_lines`.
pub fn pdsa_columns(time: &str, inputs: &Inputs, from: Date, to: Date) -> [Expr; 2] {
    let time = Moment::of(time, inputs, from, to);
    let first = |cases: Vec<(Expr, &str)>, otherwise: &str| {
        cases
            .into_iter()
            .rev()
            .fold(lit(otherwise.to_owned()), |rest, (condition, label)| {
                when(condition).then(lit(label.to_owned())).otherwise(rest)
            })
    };
    let fine = first(
        vec![
            (time.before_8.clone(), "NUIT_PROFONDE"),
            (time.from_20.clone(), "SOIREE"),
            (time.holiday.clone(), "FERIE_JOUR"),
            (time.sunday.clone(), "DIMANCHE_JOUR"),
            (time.bridge.clone(), "PONT_JOUR"),
            (time.saturday_afternoon.clone(), "SAMEDI_APM"),
        ],
        "HORS_PDSA",
    );
    let weekend = time.weekend_from_noon.or(time.monday.and(time.before_8.clone()));
    let coarse = first(
        vec![
            (time.holiday, "FERIE"),
            (time.bridge, "PONT"),
            (weekend, "WEEKEND"),
            (time.from_20.or(time.before_8), "SEMAINE_NUIT"),
        ],
        "HORS_PDSA",
    );
    [fine.alias("periode_pdsa"), coarse.alias("periode_fedoru")]
}

/// Columns of a table that declares its `calendrier`: hour, type of day, periods of the PDSA.
pub fn civil_columns(time: &str, inputs: &Inputs, from: Date, to: Date) -> Vec<Expr> {
    let [fine, coarse] = pdsa_columns(time, inputs, from, to);
    let holiday = || is_one_of(col(time).dt().date(), &holidays(from, to));
    let weekday = || col(time).dt().weekday();
    let kind = when(holiday())
        .then(lit("ferie"))
        .when(weekday().eq(lit(7)))
        .then(lit("dimanche"))
        .when(weekday().eq(lit(6)))
        .then(lit("samedi"))
        .otherwise(lit("semaine"));
    vec![
        col(time).dt().hour().cast(DataType::Int16).alias("heure"),
        weekday().cast(DataType::Int16).alias("jour_semaine"),
        kind.alias("type_jour"),
        fine.clone().neq(lit("HORS_PDSA")).alias("en_pdsa"),
        fine,
        coarse,
    ]
}

/// What the algorithm asks of a moment.
struct Moment {
    before_8: Expr,
    from_20: Expr,
    holiday: Expr,
    monday: Expr,
    sunday: Expr,
    /// A declared bridge, or a Saturday before 12:00 after a Friday that is a holiday or a bridge.
    bridge: Expr,
    /// Saturday from 12:00, unless excluded locally.
    saturday_afternoon: Expr,
    /// Saturday from 12:00, or Sunday: the local exclusions do not change the coarse reading.
    weekend_from_noon: Expr,
}

impl Moment {
    fn of(time: &str, inputs: &Inputs, from: Date, to: Date) -> Moment {
        let hour = || col(time).dt().hour();
        let weekday = || col(time).dt().weekday();
        let day = || col(time).dt().date();
        let local = |nature: NatureException| -> Expr {
            let listed = inputs.pdsa_calendrier.iter().filter(|row| row.nature == nature);
            listed.fold(lit(false), |any, row| {
                let there = col("departement").eq(lit(row.departement.clone())).fill_null(lit(false));
                any.or(there.and(is_one_of(day(), &BTreeSet::from([row.date]))))
            })
        };
        let holidays = holidays(from, to);
        let after_friday = |days: &BTreeSet<Date>| -> BTreeSet<Date> {
            let fridays = days.iter().filter(|day| day.weekday() == Weekday::Friday);
            fridays.filter_map(|friday| friday.tomorrow().ok()).collect()
        };
        let mut saturdays = after_friday(&holidays);
        saturdays.extend(after_friday(&inputs.ponts));
        let local_saturdays = inputs
            .pdsa_calendrier
            .iter()
            .filter(|row| row.nature == NatureException::Pont);
        let local_saturday = local_saturdays.fold(lit(false), |any, row| {
            let there = col("departement").eq(lit(row.departement.clone())).fill_null(lit(false));
            any.or(there.and(is_one_of(day(), &after_friday(&BTreeSet::from([row.date])))))
        });
        let saturday_morning = is_one_of(day(), &saturdays)
            .or(local_saturday)
            .and(hour().lt(lit(12)))
            .and(local(NatureException::SamediMatinExclu).not());
        let afternoon = weekday().eq(lit(6)).and(hour().gt_eq(lit(12)));
        Moment {
            before_8: hour().lt(lit(8)),
            from_20: hour().gt_eq(lit(20)),
            holiday: is_one_of(day(), &holidays),
            monday: weekday().eq(lit(1)),
            sunday: weekday().eq(lit(7)),
            bridge: is_one_of(day(), &inputs.ponts)
                .or(local(NatureException::Pont))
                .or(saturday_morning),
            saturday_afternoon: afternoon.clone().and(local(NatureException::SamediApmExclu).not()),
            weekend_from_noon: afternoon.or(weekday().eq(lit(7))),
        }
    }
}

/// Whether `entree` or `sortie` lies in the hour skipped in March or repeated in October (RPU-X18).
pub fn clock_change(column: &str, from: Date, to: Date, months: &[i8]) -> Expr {
    let sundays: BTreeSet<Date> = (from.year() - 1..=to.year() + 1)
        .flat_map(|year| months.iter().map(move |month| last_sunday(year, *month)))
        .collect();
    is_one_of(col(column).dt().date(), &sundays).and(col(column).dt().hour().eq(lit(2)))
}

fn last_sunday(year: i16, month: i8) -> Date {
    let last = Date::new(year, month, 1).expect("a month has a first day").last_of_month();
    last.nth_weekday(-1, Weekday::Sunday)
        .map_or(last, |before| match last.weekday() {
            Weekday::Sunday => last,
            _ => before,
        })
}

/// Legal holidays from the eve of a period (a Friday before its first Saturday) to its end.
fn holidays(from: Date, to: Date) -> BTreeSet<Date> {
    let eve = from.yesterday().unwrap_or(from);
    let days = lake::reference::jours_feries().range(eve..=to);
    days.map(|(day, _)| *day).collect()
}

/// Membership of a day in a few days, without a join.
fn is_one_of(day: Expr, days: &BTreeSet<Date>) -> Expr {
    let days: Vec<i32> = days.iter().map(|day| epoch_day(*day)).collect();
    if days.is_empty() {
        return day.is_null().and(lit(false));
    }
    let series = Series::new("days".into(), days)
        .cast(&DataType::Date)
        .expect("day numbers are dates");
    day.is_in(lit(series).implode(true), false)
}

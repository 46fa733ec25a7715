//! `livraisons_jour`: each delivery expected of a site on a day, beside what was received (ORU-W01 to ORU-W07). A delivery is of
//! the day it was made (EXTRACT; without it, of the day it was received); lateness is read on its reception.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use lake::delivery::{Delivery, Verdict};

use super::habits::{Habit, Observed};
use super::movements::{consolidated, shrinking};
use crate::Inputs;
use crate::sites::Attente;

/// Days before a period that habits are read on.
pub const DAYS_BEFORE: i32 = 70;

/// A content received again, byte for byte: which delivery, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copie {
    pub delivery: String,
    pub at: Timestamp,
}

/// One expected delivery, and what was received for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Livraison {
    pub finess: String,
    pub ordre: Option<i16>,
    /// None: the flux that bring passages.
    pub flux: Option<String>,
    pub jour: Date,
    /// Deliveries that were read, those a guard holds among them.
    pub envois: u32,
    pub en_attente: u32,
    pub refuses: u32,
    /// Receptions of a content already received.
    pub copies: u32,
    /// Minutes from the midnight that begins the day to the first reception; more than 1 440 when it came later.
    pub recu_min: Option<i32>,
    pub limite_min: i32,
    /// By how much the last seven receptions differ from the habit: hour, length of the window, last day of the window.
    pub derive_heure_min: Option<f64>,
    pub derive_fenetre_jours: Option<f64>,
    pub derive_recul_jours: Option<f64>,
    /// Days from the last one of the window to the day of the delivery.
    pub recul_jours: Option<i32>,
    /// Expected days in a row, this one included, whose deliveries brought nothing new.
    pub sans_nouveau: Option<u32>,
    /// Days of the window that the delivery before had, and those that lost more than a tenth of their records.
    pub jours_repris: Option<u32>,
    pub jours_reduits: Option<u32>,
    /// Records of the day once consolidated, then as known now.
    pub passages_consolides: Option<u32>,
    pub passages_connus: Option<u32>,
}

impl Livraison {
    /// Whether anything was received, were it refused or already known.
    pub fn has_come(&self) -> bool {
        self.envois + self.refuses + self.copies > 0
    }
}

/// The deliveries expected from `from` to `to`, by site and flux, then by day. `Inputs::attentes` is in that order too.
pub fn livraisons(inputs: &Inputs, from: Date, to: Date) -> Vec<Livraison> {
    let start = from.checked_sub(Span::new().days(DAYS_BEFORE)).unwrap_or(from);
    let mut found = Vec::new();
    for expectation in grouped(&inputs.attentes) {
        let received = Received::of(expectation, inputs);
        let mut observed = Observed::default();
        let mut nothing_new = 0;
        for day in start.series(Span::new().days(1)).take_while(|day| *day <= to) {
            let Some(attente) = expectation.iter().find(|attente| attente.covers(day)) else {
                continue;
            };
            let mut row = received.row(attente, day);
            let habit = received.habit(day);
            row.sans_nouveau = received.news(day).map(|news| {
                nothing_new = if news { 0 } else { nothing_new + 1 };
                nothing_new
            });
            observed.push(habit);
            if day >= from {
                row.derive_heure_min = observed.drift(|habit| habit.recu_min);
                row.derive_fenetre_jours = observed.drift(|habit| habit.fenetre_jours);
                row.derive_recul_jours = observed.drift(|habit| habit.recul_jours);
                received.move_of(&mut row, inputs);
                found.push(row);
            }
        }
    }
    found
}

/// The dated expectations of one site, structure and flux belong together.
fn grouped(attentes: &[Attente]) -> Vec<&[Attente]> {
    attentes
        .chunk_by(|a, b| (&a.finess, a.ordre, &a.flux) == (&b.finess, b.ordre, &b.flux))
        .collect()
}

/// What was received of one site and flux.
struct Received<'d> {
    /// In the order of their making.
    deliveries: Vec<&'d Delivery>,
    by_day: BTreeMap<Date, Vec<&'d Delivery>>,
    copies: BTreeMap<Date, u32>,
}

impl<'d> Received<'d> {
    fn of(expectation: &[Attente], inputs: &'d Inputs) -> Received<'d> {
        let about = |delivery: &&Delivery| expectation.first().is_some_and(|attente| answers(attente, delivery));
        let mut deliveries: Vec<&Delivery> = inputs.envois.iter().filter(about).collect();
        deliveries.sort_by_key(|delivery| (made_on(delivery), delivery.extract, delivery.received_at, &delivery.id));
        let mut by_day: BTreeMap<Date, Vec<&Delivery>> = BTreeMap::new();
        for delivery in &deliveries {
            by_day.entry(made_on(delivery)).or_default().push(delivery);
        }
        let ids: BTreeSet<&str> = deliveries.iter().map(|delivery| delivery.id.as_str()).collect();
        let mut copies = BTreeMap::new();
        for copie in inputs.copies.iter().filter(|copie| ids.contains(copie.delivery.as_str())) {
            *copies.entry(civil_day(copie.at)).or_default() += 1;
        }
        Received {
            deliveries,
            by_day,
            copies,
        }
    }

    fn of_day(&self, day: Date) -> impl Iterator<Item = &'d Delivery> {
        self.by_day.get(&day).into_iter().flatten().copied()
    }

    fn row(&self, attente: &Attente, day: Date) -> Livraison {
        let counted = |kept: fn(&Delivery) -> bool| self.of_day(day).filter(|delivery| kept(delivery)).count() as u32;
        let limit = attente
            .heure_limite
            .map_or(24 * 60, |hour| i32::from(hour.hour()) * 60 + i32::from(hour.minute()));
        let habit = self.habit(day);
        Livraison {
            finess: attente.finess.clone(),
            ordre: attente.ordre,
            flux: attente.flux.clone(),
            jour: day,
            envois: counted(|delivery| delivery.verdict.is_loaded()),
            en_attente: counted(|delivery| delivery.verdict == Verdict::EnAttente),
            refuses: counted(|delivery| !delivery.verdict.is_loaded()),
            copies: self.copies.get(&day).copied().unwrap_or(0),
            recu_min: habit.recu_min.map(|minutes| minutes as i32),
            limite_min: limit,
            recul_jours: habit.recul_jours.map(|days| days as i32),
            ..Livraison::default()
        }
    }

    fn habit(&self, day: Date) -> Habit {
        let loaded = || self.of_day(day).filter(|delivery| delivery.verdict.is_loaded());
        let windows = || loaded().filter_map(|delivery| Some((delivery.date_from?, delivery.date_to?)));
        let length = |(first, last): (Date, Date)| f64::from(days_between(first, last) + 1);
        Habit {
            recu_min: loaded()
                .map(|delivery| minutes_of(day, delivery.arrived_at()))
                .min()
                .map(f64::from),
            fenetre_jours: windows().map(length).reduce(f64::max),
            recul_jours: windows().map(|(_, last)| f64::from(days_between(last, day))).reduce(f64::min),
        }
    }

    /// Whether the deliveries of the day brought anything; none when nothing was received, or nothing can be said of it.
    fn news(&self, day: Date) -> Option<bool> {
        let counted = |delivery: &&Delivery| delivery.is_in_force() && delivery.counts.accepted > 0;
        let mut brought = self
            .of_day(day)
            .filter(counted)
            .map(|delivery| delivery.counts.added + delivery.counts.changed > 0)
            .peekable();
        match brought.peek() {
            Some(_) => Some(brought.any(|news| news)),
            None => self.copies.contains_key(&day).then_some(false),
        }
    }

    fn move_of(&self, row: &mut Livraison, inputs: &Inputs) {
        if let Some(last) = self.of_day(row.jour).filter(|delivery| delivery.verdict.is_loaded()).last()
            && let Some((repeated, reduced)) = shrinking(&self.deliveries, last)
        {
            (row.jours_repris, row.jours_reduits) = (Some(repeated), Some(reduced));
        }
        if let Some((then, now)) = consolidated(&self.deliveries, row.jour, inputs) {
            (row.passages_consolides, row.passages_connus) = (then, Some(now));
        }
    }
}

/// Whether a delivery is one of those expected. A file that holds several sites answers for all of them.
fn answers(attente: &Attente, delivery: &Delivery) -> bool {
    let of_flux = match &attente.flux {
        Some(flux) => delivery.flux == *flux,
        None => delivery.table == "rpu",
    };
    let of_site = match &delivery.finess {
        Some(finess) => *finess == attente.finess,
        None => attente.flux.is_some(),
    };
    let of_structure = attente.ordre.is_none() || delivery.ordre.is_none() || delivery.ordre == attente.ordre;
    of_flux && of_site && of_structure && delivery.verdict != Verdict::DejaRecue
}

/// The day of its making; that of its reception when it says it was made later, for the site has sent that day.
fn made_on(delivery: &Delivery) -> Date {
    super::deliveries::day(delivery).min(civil_day(delivery.received_at))
}

fn civil_day(at: Timestamp) -> Date {
    let zoned = at.in_tz("Europe/Paris");
    zoned.map_or_else(|_| at.to_zoned(jiff::tz::TimeZone::UTC).date(), |zoned| zoned.date())
}

/// Minutes of legal time from the midnight that begins `day`.
fn minutes_of(day: Date, at: Timestamp) -> i32 {
    let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap_or(jiff::tz::TimeZone::UTC);
    let civil = at.to_zoned(zone).datetime();
    let hours = i32::from(civil.hour()) * 60 + i32::from(civil.minute());
    days_between(day, civil.date()) * 24 * 60 + hours
}

pub(super) fn days_between(from: Date, to: Date) -> i32 {
    crate::prepare::epoch_day(to) - crate::prepare::epoch_day(from)
}

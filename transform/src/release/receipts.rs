//! What was received for the period, site by site, and what the reader must know of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lake::delivery::{Delivery, Verdict};
use lake::figure::{Figure, Status};
use lake::reference::Structure;
use lake::release::{DeliverySummary, EnvoiRecu};

use super::FrameInputs;
use crate::indicators::Period;

/// One summary per structure that sent passages of the period. The first day with a record is looked for in every delivery.
pub fn summaries(deliveries: &[Delivery], quarter: &Period) -> Vec<DeliverySummary> {
    let mut sites: BTreeMap<(String, i16), DeliverySummary> = BTreeMap::new();
    for delivery in deliveries.iter().filter(|delivery| delivery.table == RPU) {
        let Some(finess) = &delivery.finess else { continue };
        let ordre = delivery.ordre.unwrap_or(0);
        let first = first_day(delivery);
        let is_of_period = touches(delivery, quarter);
        if !is_of_period && first.is_none() {
            continue;
        }
        let summary = sites
            .entry((finess.clone(), ordre))
            .or_insert_with(|| empty(finess.clone(), ordre));
        if is_of_period {
            summary.count(delivery);
        }
        summary.first_day = [summary.first_day, first].into_iter().flatten().min();
    }
    sites.into_values().filter(|summary| summary.received > 0).collect()
}

/// Every delivery of every table that touches the period.
pub fn listed(deliveries: &[Delivery], quarter: &Period) -> Vec<EnvoiRecu> {
    let of_period = deliveries.iter().filter(|delivery| touches(delivery, quarter));
    let mut listed: Vec<EnvoiRecu> = of_period
        .map(|delivery| EnvoiRecu {
            table: delivery.table.clone(),
            finess: delivery.finess.clone(),
            ordre: delivery.ordre,
            recu_le: delivery.received_at,
            empreinte: delivery.id.clone(),
            verdict: delivery.verdict,
        })
        .collect();
    listed.sort();
    listed
}

/// French sentences.
pub fn warnings(inputs: &FrameInputs<'_>, [quarter, before]: [&Period; 2], figures: &[Figure]) -> Vec<String> {
    let sentences = [
        not_over(quarter, before),
        silent_structures(inputs, quarter),
        without_site(inputs, quarter),
        waiting(inputs, quarter, Verdict::EnAttente, "en attente d'une décision"),
        waiting(inputs, quarter, Verdict::EnQuarantaine, "en quarantaine (structure inconnue)"),
        provisional(inputs, quarter),
        short_history(figures),
    ];
    sentences.into_iter().flatten().collect()
}

const RPU: &str = "rpu";

fn empty(finess: String, ordre: i16) -> DeliverySummary {
    DeliverySummary {
        finess,
        ordre,
        received: 0,
        refused: 0,
        quarantined: 0,
        held: 0,
        rows_read: 0,
        rejected: 0,
        duplicates: 0,
        out_of_window: 0,
        first_day: None,
    }
}

fn first_day(delivery: &Delivery) -> Option<Date> {
    let loaded = delivery.is_in_force();
    let mut days = delivery.days.iter().filter(|(_, records)| **records > 0);
    loaded.then(|| days.next().map(|(day, _)| *day)).flatten()
}

/// Whether the window of a delivery meets the period; one without a window is of the period it was received in.
fn touches(delivery: &Delivery, quarter: &Period) -> bool {
    match (delivery.date_from, delivery.date_to) {
        (Some(from), Some(to)) => from <= quarter.to && quarter.from <= to,
        _ => quarter.contains(delivery.received_at.to_zoned(jiff::tz::TimeZone::UTC).date()),
    }
}

fn silent_structures(inputs: &FrameInputs<'_>, quarter: &Period) -> Option<String> {
    let sent: BTreeSet<(&str, i16)> = inputs
        .deliveries
        .iter()
        .filter(|delivery| delivery.table == RPU && delivery.is_in_force())
        .filter(|delivery| {
            delivery
                .days
                .range(quarter.from..=quarter.to)
                .any(|(_, records)| *records > 0)
        })
        .filter_map(|delivery| Some((delivery.finess.as_deref()?, delivery.ordre.unwrap_or(0))))
        .collect();
    let silent: Vec<&Structure> = inputs
        .structures
        .iter()
        .filter(|row| row.ouvert_du <= quarter.to && row.ouvert_au.is_none_or(|end| quarter.from <= end))
        .filter(|row| !sent.contains(&(row.finess.as_str(), row.ordre)))
        // A site that sends nothing at all has its own line in the report.
        .filter(|row| sent.iter().any(|(finess, _)| *finess == row.finess))
        .collect();
    // A long list tells nothing in a sentence: the report has it in an annex.
    let named = match silent.len() {
        0 => return None,
        1..=NAMED => {
            let names: Vec<String> = silent.iter().map(|row| format!("{} ({})", row.nom, row.flux())).collect();
            format!(" : {}", names.join(", "))
        }
        _ => " (liste des structures en annexe)".to_owned(),
    };
    let verb = match silent.len() {
        1 => "structure ouverte n'a",
        _ => "structures ouvertes n'ont",
    };
    Some(format!(
        "{} {verb} transmis aucun passage sur la période, alors qu'une autre structure du même site en transmet{named}.",
        silent.len()
    ))
}

fn without_site(inputs: &FrameInputs<'_>, quarter: &Period) -> Option<String> {
    let refused = inputs
        .deliveries
        .iter()
        .filter(|delivery| delivery.finess.is_none() && delivery.verdict == Verdict::Refusee && touches(delivery, quarter))
        .count();
    match refused {
        0 => None,
        1 => Some("1 fichier a été refusé sans que sa structure ait pu être reconnue.".to_owned()),
        _ => Some(format!(
            "{refused} fichiers ont été refusés sans que leur structure ait pu être reconnue."
        )),
    }
}

fn waiting(inputs: &FrameInputs<'_>, quarter: &Period, verdict: Verdict, words: &str) -> Option<String> {
    let mut concerned: Vec<&Delivery> = inputs
        .deliveries
        .iter()
        .filter(|delivery| delivery.verdict == verdict && touches(delivery, quarter))
        .collect();
    concerned.sort_by_key(|delivery| (delivery.finess.as_deref(), delivery.ordre, delivery.date_from));
    let said: Vec<String> = concerned
        .iter()
        .take(NAMED)
        .map(|delivery| waiting_one(inputs, quarter, delivery))
        .collect();
    let others = match concerned.len().saturating_sub(NAMED) {
        0 => String::new(),
        1 => " ; et 1 autre".to_owned(),
        count => format!(" ; et {count} autres"),
    };
    let named = format!("{}{others}", said.join(" ; "));
    match concerned.len() {
        0 => None,
        1 => Some(format!("1 envoi est {words} et ne compte pas : {named}.")),
        count => Some(format!("{count} envois sont {words} et ne comptent pas : {named}.")),
    }
}

/// Deliveries or structures named in a sentence; more is for the lists of the report and of `oru lake`.
const NAMED: usize = 8;

/// Who, for which window, and how many of its days no other delivery fills.
fn waiting_one(inputs: &FrameInputs<'_>, quarter: &Period, delivery: &Delivery) -> String {
    let finess = delivery.finess.as_deref().unwrap_or("structure inconnue");
    let known = inputs.structures.iter().find(|row| row.finess == finess);
    let name = known.map_or_else(|| finess.to_owned(), |row| format!("{} ({finess})", row.nom.trim()));
    let (Some(from), Some(to)) = (delivery.date_from, delivery.date_to) else {
        return name;
    };
    let window = format!("{name}, du {} au {}", from.strftime("%d/%m/%Y"), to.strftime("%d/%m/%Y"));
    if delivery.table != RPU || known.is_none() {
        return window;
    }
    let filled: BTreeSet<Date> = inputs
        .deliveries
        .iter()
        .filter(|other| other.table == RPU && (&other.finess, other.ordre) == (&delivery.finess, delivery.ordre))
        .filter(|other| other.is_in_force())
        .flat_map(|other| other.days.range(from..=to).filter(|(_, records)| **records > 0))
        .map(|(day, _)| *day)
        .collect();
    let days = std::iter::successors(Some(from.max(quarter.from)), |day| day.tomorrow().ok());
    let empty = days
        .take_while(|day| *day <= to.min(quarter.to))
        .filter(|day| !filled.contains(day))
        .count();
    match empty {
        0 => format!("{window} (aucun jour sans RPU : d'autres envois les couvrent)"),
        1 => format!("{window} (1 jour sans RPU)"),
        _ => format!("{window} ({empty} jours sans RPU)"),
    }
}

/// The figures are those of the same days of both years, under the names of whole quarters.
fn not_over(quarter: &Period, before: &Period) -> Option<String> {
    (!quarter.is_of_whole_months() || quarter.months().count() < 3).then(|| {
        format!(
            "Le trimestre n'est pas terminé : il est compté du {} au {} et comparé aux mêmes jours de {}, du {} au {}. Les cumuls sur \
             douze mois s'arrêtent au dernier mois terminé.",
            quarter.from.strftime("%d/%m/%Y"),
            quarter.to.strftime("%d/%m/%Y"),
            before.from.year(),
            before.from.strftime("%d/%m/%Y"),
            before.to.strftime("%d/%m/%Y"),
        )
    })
}

fn provisional(inputs: &FrameInputs<'_>, quarter: &Period) -> Option<String> {
    let last = inputs.consolide_au.filter(|day| *day < quarter.to)?;
    Some(format!(
        "Les données postérieures au {} sont provisoires : elles peuvent encore être complétées par les établissements.",
        last.strftime("%d/%m/%Y")
    ))
}

fn short_history(figures: &[Figure]) -> Option<String> {
    let short = |figure: &Figure| {
        &*figure.indicator == "RPU-I01"
            && &*figure.level == "region"
            && &*figure.period_kind == "rolling12"
            && figure.status == Status::TooLittleHistory
    };
    figures.iter().any(short).then(|| {
        "L'historique disponible ne couvre pas les vingt-quatre mois nécessaires aux cumuls sur douze mois et à leur évolution."
            .to_owned()
    })
}

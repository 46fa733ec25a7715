//! One flat delivery, from its content to its verdict.

use jiff::civil::{Date, DateTime};
use lake::delivery::{Delivery, Verdict};

use crate::context::Context;
use crate::dates::{Day, civil_from_seconds};
use crate::encoding::Plan;
use crate::flat::pivot::Pivoted;
use crate::flat::plan;
use crate::flat::reading::Reading;
use crate::kinds::{Extract, Kind};
use crate::name;
use crate::oscour::Failure;
use crate::read::{OpenSink, failed, received_again};
use crate::rules::{Count, rule};
use crate::tree::messages::{Known, Messages};
use crate::unit::{Unit, refuse};
use crate::verdict;

#[allow(clippy::too_many_arguments, reason = "what recognition found, one argument each")]
pub(crate) fn read(
    unit: &Unit,
    mut delivery: Delivery,
    encoding: Plan,
    kind: &Kind,
    header: &str,
    separator: char,
    context: &Context,
    again: bool,
    open: &OpenSink,
) -> Result<Delivery, Failure> {
    if let Some((id, reason)) = kind.forbids(&plan::cells(header, separator)) {
        return Ok(forbidden(delivery, id, reason));
    }
    let known = Known {
        source: &delivery.source,
        produced: produced(&delivery, kind, context),
        received_at: delivery.received_at,
        zone: &context.zone,
    };
    let messages = Messages::of(kind, &known, context.caps);
    let wide = kind.pivot.as_ref().map(|pivot| Pivoted::header(pivot, header, separator));
    let wide = wide.or(messages.as_ref().map(Messages::header));
    let plan = match plan::Plan::of(kind, wide.as_deref().unwrap_or(header), separator) {
        Ok(plan) => plan,
        Err(reason) => return failed(delivery, Failure::Refused { clause: None, reason }),
    };
    delivery.encoding = encoding.label(0);
    if !matches!(kind.extract, Extract::Colonne { .. }) {
        delivery.extract = produced(&delivery, kind, context);
        if delivery.extract.is_none() {
            let reason =
                "instant de production inconnu : le mettre dans le nom du fichier (…_AAAAMMJJ.csv) ou donner --extrait-le";
            return failed(
                delivery,
                Failure::Refused {
                    clause: None,
                    reason: reason.to_owned(),
                },
            );
        }
    }
    let options = context.options_for(&delivery.id);
    delivery.date_from = options.du;
    delivery.date_to = options.au;
    if again {
        return Ok(received_again(delivery));
    }
    let described = delivery.clone();
    let mut open_sink = || open(&described);
    let long = kind
        .pivot
        .as_ref()
        .map(|pivot| Pivoted::new(pivot, header, separator, &context.zone));
    let mut reading = Reading::new(&delivery.id, kind, plan, long, context, delivery.received_at, &mut open_sink);
    reading.messages = messages;
    let read = unit.within(encoding, context, |window| reading.read(window));
    let ((), replacements) = match read {
        Ok(read) => read,
        Err(failure) => return failed(delivery, failure),
    };
    Ok(conclude(delivery, &reading, replacements, encoding, kind))
}

/// The delivery of a file that a rule refuses for one of its headers.
fn forbidden(delivery: Delivery, id: &str, reason: String) -> Delivery {
    let mut count = Count::default();
    count.judge(true, 1);
    let finding = rule(id).map(|rule| count.finding(rule));
    let mut refused = refuse(delivery, None, reason);
    refused.findings.extend(finding);
    refused
}

/// When the sender produced the file, by its name, else by the option.
pub(crate) fn produced(delivery: &Delivery, kind: &Kind, context: &Context) -> Option<DateTime> {
    let named = || {
        let parts = name::read(&delivery.file, kind.nom_fichier.iter().map(|name| &name.modele))?;
        match (parts.moment, parts.day) {
            (Some(seconds), _) => civil_from_seconds(seconds),
            (None, Some(day)) => day.civil().map(Date::into),
            (None, None) => None,
        }
    };
    let is_named = kind.extract == Extract::Nom || kind.message.is_some();
    let from_name = if is_named { named() } else { None };
    from_name.or(context.options_for(&delivery.id).extrait_le)
}

fn conclude(mut delivery: Delivery, reading: &Reading, replacements: u64, encoding: Plan, kind: &Kind) -> Delivery {
    delivery.encoding = encoding.label(replacements);
    delivery.replacements = replacements;
    delivery.unknown.clone_from(&reading.unknown);
    delivery.counts = reading.counts;
    delivery.findings = reading.findings();
    if let [site] = &reading.sites[..] {
        delivery.finess = Some(site.clone());
    }
    if let Some(at) = reading.latest {
        delivery.extract = civil_from_seconds(at);
    }
    if let Some((first, last)) = reading.span {
        delivery.date_from = delivery.date_from.or(Day::from_number(first).civil());
        delivery.date_to = delivery.date_to.or(Day::from_number(last).civil());
    }
    if reading.counts.rows_read == 0 {
        delivery.verdict = Verdict::ConformeAvecReserves;
        delivery.reason = Some("aucune ligne dans le fichier".to_owned());
        return delivery;
    }
    let fields: Vec<(&str, u64)> = kind
        .verdict
        .champs
        .iter()
        .filter_map(|field| Some((field.as_str(), reading.conforming_in(field)?)))
        .collect();
    (delivery.verdict, delivery.reason) = verdict::of(&kind.verdict, &reading.counts, &delivery.findings, &fields);
    delivery
}

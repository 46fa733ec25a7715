//! The scope box: which sites are in, which entered or left, which fell silent, what was refused or held; and the calendar of
//! both periods, because a quarter with one more Monday is not the same quarter.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use lake::figure::{Figure, Status};
use lake::reference::Structure;

use super::Context;
use super::breaks;
use super::names::site_name;
use super::words::Words;
use crate::declaration::TitleDecl;
use crate::document::{Cell, Column, Group, Role, Row, ScopeItem, Table};
use crate::figures::FigureKey;
use crate::typography as typo;

/// Names listed before « et n autres ».
const LISTED: usize = 12;

pub fn scope(context: &Context) -> Vec<ScopeItem> {
    let frame = context.frame();
    let mut sites: BTreeMap<&str, &Structure> = BTreeMap::new();
    for structure in &frame.structures {
        sites.entry(&structure.finess).or_insert(structure);
    }
    let now = |finess: &str| sends(context, finess, &frame.period);
    let before = |finess: &str| sends(context, finess, &frame.period_n1);
    let select = |keep: &dyn Fn(&str) -> bool| -> Vec<String> {
        sites
            .values()
            .filter(|site| keep(&site.finess))
            .map(|site| site_name(&site.nom))
            .collect()
    };
    let sending = select(&|finess| now(finess));
    let absent = select(&|finess| !now(finess) && !before(finess));
    let history = sites.keys().any(|finess| before(finess));

    let mut items = vec![ScopeItem {
        label: "Structures incluses".to_owned(),
        text: typo::french(&format!(
            "{} sites sur {} transmettent des RPU ({} structures d'urgence autorisées, un site pouvant en avoir deux)",
            typo::count(sending.len() as f64),
            typo::count(sites.len() as f64),
            typo::count(frame.structures.len() as f64)
        )),
        details: Vec::new(),
    }];
    items.push(listed("Sans transmission", &absent, "aucun site"));
    if history {
        let compared = typo::period(&frame.period_n1);
        items.push(listed(
            &format!("Entrées depuis le {compared}"),
            &select(&|finess| now(finess) && !before(finess)),
            "aucune",
        ));
        items.push(listed(
            &format!("Sorties depuis le {compared}"),
            &select(&|finess| !now(finess) && before(finess)),
            "aucune",
        ));
    } else {
        items.push(ScopeItem {
            label: "Entrées et sorties".to_owned(),
            text: format!("non évaluées : aucune donnée pour le {}", typo::period(&frame.period_n1)),
            details: Vec::new(),
        });
    }
    items.push(listed("Interruptions de transmission", &silences(context, &sites), "aucune"));
    items.extend(breaks::listed(context));
    items.push(deliveries(context));
    // What the disclosure audit says is in its annex, in words; a release made before said it here too.
    let of_scope = |warning: &&String| !warning.starts_with("DIS-");
    for warning in frame.avertissements.iter().filter(of_scope) {
        items.push(ScopeItem {
            label: "Avertissement".to_owned(),
            text: typo::french(warning),
            details: Vec::new(),
        });
    }
    items
}

/// Whether a site has passages over a period.
pub fn sends(context: &Context, finess: &str, period: &str) -> bool {
    let key = FigureKey::region(context.figures.release, "RPU-I01", quarter_or_month(period), period).at("etablissement", finess);
    context.look_up(&key).is_some_and(has_records)
}

/// Days of each kind in both periods.
pub fn calendar(context: &Context, words: &Words, declared: &TitleDecl) -> Table {
    let frame = context.frame();
    type Kind<'a> = (&'a str, Box<dyn Fn(Date) -> bool + 'a>);
    let weekday = |wanted: Weekday| -> Box<dyn Fn(Date) -> bool> { Box::new(move |day| day.weekday() == wanted) };
    let kinds: Vec<Kind> = vec![
        ("Jours", Box::new(|_| true)),
        ("Lundis", weekday(Weekday::Monday)),
        ("Samedis", weekday(Weekday::Saturday)),
        ("Dimanches", weekday(Weekday::Sunday)),
        (
            "Jours fériés hors dimanche",
            Box::new(|day| day.weekday() != Weekday::Sunday && frame.jours_feries.iter().any(|(date, _)| *date == day)),
        ),
        ("29 février", Box::new(|day| day.month() == 2 && day.day() == 29)),
    ];
    let number = |from: Date, to: Date, keep: &dyn Fn(Date) -> bool| {
        std::iter::successors(Some(from), |day| day.tomorrow().ok())
            .take_while(|day| *day <= to)
            .filter(|day| keep(*day))
            .count() as f64
    };
    let rows = kinds
        .iter()
        .map(|(title, keep)| {
            let now = number(frame.date_from, frame.date_to, keep);
            let before = number(frame.date_from_n1, frame.date_to_n1, keep);
            Row {
                title: (*title).to_owned(),
                role: Role::Detail,
                depth: 0,
                cells: vec![
                    Cell::number(typo::count(now), now, ""),
                    Cell::number(typo::count(before), before, ""),
                    Cell::number(typo::signed(now - before, 0), now - before, ""),
                ],
            }
        })
        .collect();
    let column = |title: String, numeric| Column { title, numeric };
    Table {
        id: declared.id.clone(),
        title: words.french(&declared.titre),
        subtitle: words.french("Nombre de jours de chaque sorte"),
        columns: vec![
            column(String::new(), false),
            column(words.french("{court}"), true),
            column(words.french("{court_n1}"), true),
            column("Écart".to_owned(), true),
        ],
        groups: vec![Group {
            title: String::new(),
            rows,
        }],
        notes: Vec::new(),
        source: words.french("Source : calendrier civil ; jours fériés, Code du travail, art. L3133-1."),
        dense: false,
    }
}

/// Sites with days without transmission: the days themselves when the release has daily figures by site, else their number.
fn silences(context: &Context, sites: &BTreeMap<&str, &Structure>) -> Vec<String> {
    let frame = context.frame();
    let release = context.figures.release;
    let mut found: Vec<(f64, String)> = Vec::new();
    for (finess, site) in sites {
        let key = |indicator: &str, kind: &str, period: &str| {
            FigureKey::region(release, indicator, kind, period).at("etablissement", finess)
        };
        let key = key("RPU-T01", quarter_or_month(&frame.period), &frame.period);
        let Some(days) = context.value(&key).filter(|days| *days > 0.0) else {
            continue;
        };
        let total = context.look_up(&key).and_then(|figure| figure.denominator);
        // A site that sent nothing at all is listed above.
        if total.is_some_and(|total| days >= total) {
            continue;
        }
        let when = missing_days(context, finess, days as usize)
            .map(|ranges| format!(" ({ranges})"))
            .unwrap_or_default();
        let word = if days < 2.0 { "jour" } else { "jours" };
        found.push((
            days,
            format!("{} : {}\u{a0}{word}{when}", site_name(&site.nom), typo::count(days)),
        ));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.into_iter().map(|(_, text)| typo::french(&text)).collect()
}

/// « du 3 au 5 février, le 9 mars »: the days without a record, when they agree with the number of days counted.
fn missing_days(context: &Context, finess: &str, expected: usize) -> Option<String> {
    let frame = context.frame();
    let mut ranges: Vec<(Date, Date)> = Vec::new();
    let mut count = 0;
    for day in std::iter::successors(Some(frame.date_from), |day| day.tomorrow().ok()).take_while(|day| *day <= frame.date_to) {
        let key = FigureKey::region(context.figures.release, "RPU-I01", "day", &day.to_string()).at("etablissement", finess);
        if context.look_up(&key).is_some_and(has_records) {
            continue;
        }
        count += 1;
        match ranges.last_mut() {
            Some((_, last)) if last.tomorrow().ok() == Some(day) => *last = day,
            _ => ranges.push((day, day)),
        }
    }
    (count == expected && ranges.len() <= 4).then(|| {
        ranges
            .iter()
            .map(|(first, last)| typo::date_range(*first, *last))
            .collect::<Vec<_>>()
            .join(", ")
    })
}

/// Deliveries of the period, and the sites with refused ones; those that wait are named in a warning, with their windows.
fn deliveries(context: &Context) -> ScopeItem {
    let frame = context.frame();
    let name = |finess: &str| {
        let known = frame.structures.iter().find(|structure| structure.finess == finess);
        known.map_or_else(
            || finess.to_owned(),
            |structure| format!("{} ({finess})", site_name(&structure.nom)),
        )
    };
    let total = |pick: fn(&lake::release::DeliverySummary) -> u64| frame.deliveries.iter().map(pick).sum::<u64>() as f64;
    let (received, refused) = (total(|s| s.received), total(|s| s.refused));
    let (quarantined, held) = (total(|s| s.quarantined), total(|s| s.held));
    let mut by_site: BTreeMap<&str, u64> = BTreeMap::new();
    for summary in frame.deliveries.iter().filter(|summary| summary.refused > 0) {
        *by_site.entry(&summary.finess).or_default() += summary.refused;
    }
    let details: Vec<String> = by_site
        .into_iter()
        .map(|(finess, refused)| {
            let plural = if refused > 1 { "s" } else { "" };
            typo::french(&format!("{} : {refused} refusé{plural}", name(finess)))
        })
        .collect();
    let mut item = listed("Envois de la période", &details, "");
    item.text = typo::french(&format!(
        "{} reçus, versions successives comprises ; {} refusé{}, {} en quarantaine, {} en attente de décision",
        typo::count(received),
        typo::count(refused),
        if refused < 2.0 { "" } else { "s" },
        typo::count(quarantined),
        typo::count(held)
    ));
    item
}

fn listed(label: &str, names: &[String], none: &str) -> ScopeItem {
    let mut details: Vec<String> = names.iter().take(LISTED).cloned().collect();
    if names.len() > LISTED {
        // A long list is for the annex: here its length says enough.
        details = vec!["liste en annexe, colonne « Transmet »".to_owned()];
    }
    ScopeItem {
        label: typo::french(label),
        text: if names.is_empty() {
            none.to_owned()
        } else {
            format!("{}\u{a0}site{}", names.len(), if names.len() > 1 { "s" } else { "" })
        },
        details,
    }
}

/// A masked count is one to ten records: the site sends.
fn has_records(figure: &Figure) -> bool {
    figure.status == Status::Masked || (figure.printable() && figure.value.unwrap_or(0.0) > 0.0)
}

/// The kind of a period, as figures write it.
pub fn quarter_or_month(period: &str) -> &'static str {
    if period.contains("-Q") { "quarter" } else { "month" }
}

//! Block 1: the score, its band, its trend, and the three actions that come first.

use std::collections::BTreeSet;

use jiff::civil::Date;
use lake::retour::{MoisComplet, Retour, Tiers, part};

use super::super::Part;
use super::super::actions::actions;
use super::super::parts::{count, counted, share, source, table};
use crate::charts::{Drawing, Trend};
use crate::document::{Block, Card, Cell, Chart};
use crate::typography as typo;

/// Actions shown at the head of the document.
const FIRST: usize = 3;
/// Points under which a share is said to be stable.
const STABLE: f64 = 0.02;

pub fn block(retour: &Retour) -> Part {
    let mut part = Part::default();
    part.blocks.push(Block::Cards { cards: cards(retour) });
    part.blocks.push(Block::Messages { items: messages(retour) });
    let first = actions(retour);
    if !first.is_empty() {
        let text = "Trois actions d'abord".to_owned();
        let text = if first.len() < FIRST {
            "À faire d'abord".to_owned()
        } else {
            text
        };
        part.blocks.push(Block::Heading {
            text: typo::french(&text),
        });
        let items = first
            .iter()
            .take(FIRST)
            .map(|action| format!("{} {}", action.finding(), typo::french(&action.found.correction)));
        part.blocks.push(Block::Messages { items: items.collect() });
    }
    let chart = trend(retour);
    part.sheets.push(chart.data.clone());
    part.blocks.push(Block::Chart(chart));
    part
}

/// Expected and filled items of the period.
fn score(retour: &Retour) -> (u64, u64) {
    let items = retour.champs.iter();
    items.fold((0, 0), |sum, item| (sum.0 + item.site.attendus, sum.1 + item.site.remplis))
}

fn cards(retour: &Retour) -> Vec<Card> {
    let (expected, filled) = score(retour);
    let passages: u64 = retour.jours.iter().map(|day| u64::from(day.passages)).sum();
    let days = retour.jours.len() as u64;
    // A site of two structures has each day twice.
    let open: BTreeSet<Date> = retour.jours.iter().map(|day| day.jour).collect();
    let of_structures = match retour.site.structures.len() {
        1 => String::new(),
        several => format!(" de {several} structures"),
    };
    let empty = retour.jours.iter().filter(|day| day.passages == 0).count() as u64;
    let low = retour
        .jours
        .iter()
        .filter(|day| day.passages > 0 && !day.regles.is_empty())
        .count() as u64;
    let waiting = retour.envois.iter().filter(|sent| !is_counted(&sent.verdict)).count() as u64;
    let rejected: u64 = retour.envois.iter().map(|sent| sent.comptes.rejected).sum();
    let card = |label: &str, value: Cell, context: String| Card {
        label: typo::french(label),
        value,
        change: Cell::default(),
        context: typo::french(&context),
    };
    vec![
        card(
            "Score de complétude",
            share(part(filled, expected), "aucun champ attendu"),
            format!(
                "{} champs remplis sur {} attendus",
                typo::count(filled as f64),
                typo::count(expected as f64)
            ),
        ),
        card(
            "Passages transmis",
            count(passages),
            format!("en {}", counted(open.len() as u64, "jour d'ouverture", "jours d'ouverture")),
        ),
        card(
            "Jours sans passage",
            count(empty),
            format!("sur {}{of_structures}", typo::count(days as f64)),
        ),
        card(
            "Jours bas",
            count(low),
            "sous la limite du flux ou bas pour leur jour de la semaine".to_owned(),
        ),
        card(
            "Envois non comptés",
            count(waiting),
            format!("sur {}", counted(retour.envois.len() as u64, "reçu", "reçus")),
        ),
        card(
            "Enregistrements rejetés",
            count(rejected),
            "à la lecture des envois".to_owned(),
        ),
    ]
}

pub fn is_counted(verdict: &str) -> bool {
    !matches!(verdict, "refusee" | "en_quarantaine" | "en_attente")
}

fn messages(retour: &Retour) -> Vec<String> {
    let (expected, filled) = score(retour);
    if expected == 0 {
        return vec![typo::french(
            "Aucun passage n'a été reçu sur la période : les blocs suivants n'ont rien à juger. Merci de prendre contact avec l'observatoire.",
        )];
    }
    let share = part(filled, expected).map(typo::share).unwrap_or_default();
    let filled = counted(filled, "champ est rempli", "champs sont remplis");
    let said = format!(
        "Sur la période, {filled} sur {} attendus ({share}).",
        typo::count(expected as f64)
    );
    [Some(said), band(retour), evolution(retour)]
        .into_iter()
        .flatten()
        .map(|text| typo::french(&text))
        .collect()
}

fn band(retour: &Retour) -> Option<String> {
    let place = retour.tranche?;
    let third = match place.tiers {
        Tiers::Haut => "le tiers le mieux rempli",
        Tiers::Milieu => "le tiers médian",
        Tiers::Bas => "le tiers le moins rempli",
    };
    Some(format!(
        "Ce score est dans {third} des {} sites de la région qui transmettent.",
        place.sites
    ))
}

/// The last month beside the first of the twelve that has passages.
fn evolution(retour: &Retour) -> Option<String> {
    let known: Vec<&MoisComplet> = retour.mois.iter().filter(|month| month.attendus > 0).collect();
    let (first, last) = (known.first()?, known.last()?);
    if first.mois == last.mois {
        return None;
    }
    let (before, now) = (part(first.remplis, first.attendus)?, part(last.remplis, last.attendus)?);
    let verb = match now - before {
        change if change.abs() < STABLE => "est stable",
        change if change > 0.0 => "a augmenté",
        _ => "a baissé",
    };
    Some(format!(
        "De {} à {}, il {verb} : de {} à {}.",
        typo::month_year(first.mois),
        typo::month_year(last.mois),
        typo::share(before),
        typo::share(now)
    ))
}

fn trend(retour: &Retour) -> Chart {
    let percent = |share: Option<f64>| share.map(|share| share * 100.0);
    let own = |month: &MoisComplet| part(month.remplis, month.attendus);
    let rows = retour.mois.iter().map(|month| {
        let cells = vec![
            count(month.passages),
            count(month.attendus),
            count(month.remplis),
            share(own(month), "aucun passage"),
            share(month.region, super::super::parts::FEW_OTHERS),
        ];
        (typo::month_year(month.mois), cells)
    });
    let columns = [
        ("Mois", false),
        ("Passages", true),
        ("Champs attendus", true),
        ("Champs remplis", true),
        ("Score", true),
        ("Autres sites de la région", true),
    ];
    let title = "Score de complétude sur douze mois";
    Chart {
        id: "R-G01".to_owned(),
        title: typo::french(title),
        subtitle: typo::french("Champs remplis parmi les champs attendus, en %"),
        alternative: typo::french(
            "Courbe du score de complétude du site, mois par mois, à côté de celui des autres sites de la région.",
        ),
        source: source(retour),
        notes: Vec::new(),
        drawing: Drawing::Trend(Trend {
            months: retour
                .mois
                .iter()
                .map(|month| format!("{:02}/{:02}", month.mois.month(), month.mois.year() % 100))
                .collect(),
            values: retour.mois.iter().map(|month| percent(own(month))).collect(),
            others: retour.mois.iter().map(|month| percent(month.region)).collect(),
            label: "Site".to_owned(),
            label_others: "Autres sites".to_owned(),
        }),
        data: table("R-G01-donnees", title, "", &columns, rows.collect(), source(retour)),
    }
}

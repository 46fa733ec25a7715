//! Block 3: the days of each structure against the limits of RPU-T02 and RPU-T03.

use lake::month::Month;
use lake::retour::{Jour, Retour};

use super::super::Part;
use super::super::parts::{count, counted, decimal, source, table, words};
use crate::charts::{Drawing, Production};
use crate::document::{Block, Chart};
use crate::typography as typo;

pub fn block(retour: &Retour) -> Part {
    let mut part = Part::default();
    for (ordre, name) in &retour.site.structures {
        let days: Vec<&Jour> = retour.jours.iter().filter(|day| day.ordre == *ordre).collect();
        if days.iter().all(|day| day.passages == 0) {
            continue;
        }
        let chart = curve(retour, *ordre, name, &days);
        part.sheets.push(chart.data.clone());
        part.blocks.push(Block::Chart(chart));
    }
    part
}

fn curve(retour: &Retour, ordre: i16, name: &str, days: &[&Jour]) -> Chart {
    let flagged: Vec<(usize, String)> = days
        .iter()
        .enumerate()
        .filter(|(_, day)| !day.regles.is_empty())
        .map(|(rank, day)| (rank, format!("{:02}/{:02}", day.jour.day(), day.jour.month())))
        .collect();
    let several = retour.site.structures.len() > 1;
    let of = if several {
        format!(" – {name} ({}/{ordre})", retour.site.finess)
    } else {
        String::new()
    };
    let empty = days.iter().filter(|day| day.passages == 0).count();
    let low = flagged.len() - days.iter().filter(|day| day.passages == 0 && !day.regles.is_empty()).count();
    let title = match (low, empty) {
        (0, 0) => format!("Aucun jour bas ni sans passage{of}"),
        _ => format!(
            "{} et {}{of}",
            counted(low as u64, "jour bas", "jours bas"),
            counted(empty as u64, "jour sans passage", "jours sans passage")
        ),
    };
    let rows = days.iter().map(|day| {
        let cells = vec![
            count(u64::from(day.passages)),
            decimal(day.seuil_bas, 1),
            decimal(day.mediane_8s, 1),
            decimal(day.z_robuste, 2),
            words(&day.regles.join(", ")),
        ];
        (typo::short_date(day.jour), cells)
    });
    let columns = [
        ("Jour", false),
        ("Passages", true),
        ("Limite RPU-T02", true),
        ("Médiane RPU-T03", true),
        ("Écart réduit RPU-T03", true),
        ("Règles", false),
    ];
    let month = |rank: usize| Month::of(days[rank].jour);
    let starts = (0..days.len()).filter(|rank| *rank == 0 || month(*rank) != month(rank - 1));
    Chart {
        id: format!("R-G03-{ordre}"),
        title: typo::french(&title),
        subtitle: typo::french("Passages par jour d'entrée ; limite basse du flux et médiane des huit mêmes jours de semaine"),
        alternative: typo::french(
            "Courbe des passages quotidiens avec la limite basse et la médiane ; les jours hors limites portent leur date.",
        ),
        source: source(retour),
        notes: vec![typo::french(
            "Limite basse : RESURAL, Recommandations RPU, 2015. Sans limite quand moins de 28 jours de référence ont des passages.",
        )],
        drawing: Drawing::Production(Production {
            values: days.iter().map(|day| f64::from(day.passages)).collect(),
            low: days.iter().map(|day| day.seuil_bas.map(|limit| limit.max(0.0))).collect(),
            median: days.iter().map(|day| day.mediane_8s).collect(),
            flagged,
            months: starts.map(|rank| (rank, typo::month_year(month(rank)))).collect(),
            label_low: "limite basse".to_owned(),
            label_median: "médiane".to_owned(),
        }),
        data: table(
            &format!("R-G03-{ordre}-donnees"),
            &title,
            "",
            &columns,
            rows.collect(),
            source(retour),
        ),
    }
}

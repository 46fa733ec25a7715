//! Facts of the period: their chronology, and what is drawn and said of them under the charts that they name.

use jiff::civil::Date;

use super::Context;
use super::names::site_name;
use super::words::Words;
use crate::declaration::{BlockDecl, Declaration, FactsDecl};
use crate::document::{Block, Cell, Column, Group, Role, Row, Table};
use crate::evenements::Evenement;
use crate::typography as typo;

/// Facts that touch the period, each with its number in the document.
pub fn of_period<'a>(context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Evenement)> {
    let frame = context.frame();
    let facts: &'a [Evenement] = context.facts;
    facts
        .iter()
        .filter(move |fact| fact.touches(frame.date_from, frame.date_to))
        .enumerate()
        .map(|(rank, fact)| (rank + 1, fact))
}

/// Those that a chart is annotated with.
pub fn on_chart<'a>(context: &Context<'a>, chart: &str) -> Vec<(usize, &'a Evenement)> {
    of_period(context)
        .filter(|(_, fact)| fact.graphiques.iter().any(|named| named == chart))
        .collect()
}

/// Facts that name a chart that the document does not have.
pub fn unknown_charts(context: &Context, declaration: &Declaration) -> Vec<String> {
    let blocks = || declaration.sections.iter().flat_map(|section| &section.blocs);
    let has = |id: &str| blocks().any(|block| matches!(block, BlockDecl::Graphique(chart) if chart.id == id));
    let lists = blocks().any(|block| matches!(block, BlockDecl::Faits(_)));
    of_period(context)
        .filter(|_| lists)
        .flat_map(|(_, fact)| fact.graphiques.iter().map(move |chart| (fact, chart)))
        .filter(|(_, chart)| !has(chart))
        .map(|(fact, chart)| format!("fait « {} » : aucun graphique « {chart} » dans ce document", fact.titre))
        .collect()
}

/// What is said of them under the chart.
pub fn note(facts: &[(usize, &Evenement)]) -> Option<String> {
    let told: Vec<String> = facts
        .iter()
        .map(|(number, fact)| format!("{number}. {} ({})", fact.titre, dates(fact)))
        .collect();
    let word = if told.len() == 1 { "Fait marquant" } else { "Faits marquants" };
    (!told.is_empty()).then(|| format!("{word} : {}.", told.join(" ; ")))
}

/// The chronology, or the changes of what is offered: openings and closings known by the structures, known breaks, and the facts of
/// these categories.
pub fn chronology(context: &Context, words: &Words, declared: &FactsDecl) -> Vec<Block> {
    let mut rows: Vec<(Date, Row)> = of_period(context)
        .filter(|(_, fact)| declared.categories.is_empty() || declared.categories.contains(&fact.categorie))
        .map(|(number, fact)| {
            let title = format!("{number}. {}", fact.titre);
            let charts = fact.graphiques.join(", ");
            (
                fact.debut,
                row(
                    &title,
                    [&dates(fact), fact.categorie.label(), &fact.lieu, &fact.texte, &charts],
                ),
            )
        })
        .collect();
    if declared.structures {
        rows.extend(of_structures(context));
    }
    rows.sort_by_key(|row| row.0);
    if rows.is_empty() {
        return vec![Block::Note {
            text: words.french(&declared.sinon),
        }];
    }
    let column = |title: &str| Column {
        title: title.to_owned(),
        numeric: false,
    };
    vec![Block::Table(Table {
        id: declared.id.clone(),
        title: words.french(&declared.titre),
        subtitle: words.french(&declared.sous_titre),
        columns: ["Fait", "Dates", "Nature", "Lieu", "Précisions", "Graphiques"]
            .map(column)
            .to_vec(),
        groups: vec![Group {
            title: String::new(),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
        }],
        notes: declared.notes.iter().map(|note| words.french(note)).collect(),
        source: words.french("Source : faits datés saisis par l'observatoire, structures du recueil et ruptures connues."),
        dense: true,
    })]
}

fn of_structures(context: &Context) -> Vec<(Date, Row)> {
    let frame = context.frame();
    let within = |day: Date| frame.date_from <= day && day <= frame.date_to;
    let mut rows = Vec::new();
    for structure in &frame.structures {
        let name = site_name(&structure.nom);
        if within(structure.ouvert_du) {
            let text = [&typo::long_date(structure.ouvert_du), "Ouverture", name.as_str(), "", ""];
            rows.push((structure.ouvert_du, row("Structure ouverte", text)));
        }
        if let Some(last) = structure.ouvert_au.filter(|day| within(*day)) {
            let text = [
                &typo::long_date(last),
                "Fermeture",
                name.as_str(),
                "dernier jour d'ouverture",
                "",
            ];
            rows.push((last, row("Structure fermée", text)));
        }
    }
    for rupture in frame.ruptures.iter().filter(|rupture| within(rupture.date)) {
        let site = frame.structures.iter().find(|structure| structure.finess == rupture.finess);
        let name = site.map_or_else(|| rupture.finess.clone(), |site| site_name(&site.nom));
        let note = rupture.note.clone().unwrap_or_default();
        let text = [
            &typo::long_date(rupture.date),
            "Rupture connue",
            name.as_str(),
            note.as_str(),
            "",
        ];
        rows.push((rupture.date, row(&rupture.libelle, text)));
    }
    rows
}

fn row(title: &str, cells: [&str; 5]) -> Row {
    Row {
        title: typo::french(&super::modality::capital(title)),
        role: Role::Detail,
        depth: 0,
        cells: cells.map(|text| Cell::words(typo::french(text))).to_vec(),
    }
}

fn dates(fact: &Evenement) -> String {
    match fact.fin {
        Some(last) if last != fact.debut => typo::date_range(fact.debut, last),
        _ => typo::long_date(fact.debut),
    }
}

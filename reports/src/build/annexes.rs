//! Annexes: list of structures, method generated from the catalogue that made the figures, parameters of the release.

use lake::figure::Status;
use lake::reference::TYPES;
use lake::release::CatalogueEntry;

use super::Context;
use super::cell::cell;
use super::legend::status_legend;
use super::names::site_name;
use super::scope::{quarter_or_month, sends};
use super::sources;
use super::words::Words;
use crate::declaration::{Measure, Period, Selection, TitleDecl};
use crate::document::{Block, Cell, Column, Definition, Group, Role, Row, Table};
use crate::figures::{FigureKey, status_meaning};
use crate::typography as typo;

/// Every structure of the frame, by département.
pub fn structures(context: &Context, words: &Words, declared: &TitleDecl) -> Table {
    let frame = context.frame();
    let groups = frame
        .departements
        .iter()
        .map(|(code, name)| {
            let mut structures: Vec<_> = frame
                .structures
                .iter()
                .filter(|structure| structure.departement == *code)
                .collect();
            structures.sort_by(|a, b| (&a.nom, &a.finess, a.ordre).cmp(&(&b.nom, &b.finess, b.ordre)));
            Group {
                title: format!("{name} ({code})"),
                rows: structures
                    .into_iter()
                    .map(|structure| Row {
                        title: site_name(&structure.nom),
                        role: Role::Detail,
                        depth: 0,
                        cells: vec![
                            Cell::words(structure.finess.clone()),
                            Cell::words(structure.ordre.to_string()),
                            Cell::words(structure.finess_juridique.clone()),
                            Cell::words(type_label(&structure.type_structure)),
                            Cell::words(match structure.statut.as_str() {
                                "public" => "Public",
                                "prive_lucratif" => "Privé lucratif",
                                "prive_non_lucratif" => "Privé non lucratif",
                                other => other,
                            }),
                            Cell::words(if sends(context, &structure.finess, &frame.period) {
                                "oui"
                            } else {
                                "non"
                            }),
                        ],
                    })
                    .collect(),
            }
        })
        .filter(|group| !group.rows.is_empty())
        .collect();
    let column = |title: &str| Column {
        title: title.to_owned(),
        numeric: false,
    };
    Table {
        id: declared.id.clone(),
        title: words.french(&declared.titre),
        subtitle: words.french("{region}, structures ouvertes sur la période, par département"),
        columns: [
            "Structure",
            "FINESS",
            "Ordre",
            "FINESS juridique",
            "Type",
            "Statut",
            "Transmet",
        ]
        .map(column)
        .to_vec(),
        groups,
        notes: vec![words.french("Transmet : le site a des passages sur la période, toutes structures confondues.")],
        source: words.french("Source : répertoire des structures du lac ; FINESS et SAE."),
        dense: true,
    }
}

pub fn type_label(code: &str) -> String {
    let known = TYPES.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.to_owned(), |(_, label)| typo::french(label))
}

/// How each indicator printed above is computed, then the populations.
pub fn method(context: &Context) -> Vec<Block> {
    let used = context.used();
    let of_nature = |nature: &str| -> Vec<Definition> {
        let entries = context.frame().entries.iter();
        let mut entries: Vec<&CatalogueEntry> = entries
            .filter(|entry| entry.nature == nature && used.contains(&entry.id))
            .collect();
        if nature == "indicateur" {
            entries.sort_by(|a, b| a.id.cmp(&b.id));
        }
        entries.into_iter().map(definition).collect()
    };
    let mut blocks = Vec::new();
    for (nature, heading) in [
        ("indicateur", "Indicateurs"),
        ("population", "Populations"),
        ("dimension", "Ventilations"),
    ] {
        let items = of_nature(nature);
        if !items.is_empty() {
            blocks.push(Block::Heading {
                text: heading.to_owned(),
            });
            blocks.push(Block::Definitions { items });
        }
    }
    blocks
}

/// What each indicator printed above is computed on, and how many passages it leaves out, for the whole of what the document is about.
pub fn counts(context: &Context, words: &Words, declared: &TitleDecl) -> Table {
    const MEASURES: [(&str, Measure); 5] = [
        ("Numérateur", Measure::Numerateur),
        ("Dénominateur", Measure::Denominateur),
        ("Manquants", Measure::Manquants),
        ("Exclus", Measure::Exclus),
        ("Valeur", Measure::Valeur),
    ];
    let used = context.used();
    let entries = context.frame().entries.iter();
    let mut entries: Vec<&CatalogueEntry> = entries
        .filter(|entry| entry.nature == "indicateur" && used.contains(&entry.id))
        // One without a figure of its own is broken down: its counts are in the tables.
        .filter(|entry| context.figure(&Selection::of(&entry.id), Period::Courante).is_some())
        .collect();
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    let row = |entry: &&CatalogueEntry| Row {
        title: format!("{} – {}", entry.id, typo::french(&entry.titre)),
        role: Role::Detail,
        depth: 0,
        cells: MEASURES
            .iter()
            .map(|(_, measure)| {
                cell(
                    context,
                    &Selection {
                        mesure: Some(*measure),
                        ..Selection::of(&entry.id)
                    },
                )
            })
            .collect(),
    };
    let groups = vec![Group {
        title: String::new(),
        rows: entries.iter().map(row).collect(),
    }];
    let columns = std::iter::once(("Indicateur", false)).chain(MEASURES.iter().map(|(title, _)| (*title, true)));
    Table {
        id: declared.id.clone(),
        title: words.french(&declared.titre),
        subtitle: words.french("{sujet}, {periode}, tous âges"),
        columns: columns
            .map(|(title, numeric)| Column {
                title: title.to_owned(),
                numeric,
            })
            .collect(),
        notes: std::iter::once(words.french(
            "Manquants : l'information nécessaire manque ou ne se lit pas. Exclus : écartés par la définition. « – » : l'indicateur n'a pas cette partie.",
        ))
        .chain(status_legend(&groups))
        .collect(),
        groups,
        source: words.source(Some("RPU et autres flux")),
        dense: true,
    }
}

fn definition(entry: &CatalogueEntry) -> Definition {
    let lines = [
        ("Formule", &entry.formule),
        ("Exclusions", &entry.exclusions),
        ("Expression", &entry.sql),
        ("Source", &entry.source),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(label, text)| {
        let text = match label {
            "Expression" => text.clone(),
            "Source" => typo::french(&sources::in_french(text)),
            _ => typo::french(text),
        };
        (label.to_owned(), text)
    })
    .collect();
    Definition {
        term: entry.id.clone(),
        text: typo::french(&entry.titre),
        lines,
    }
}

/// What a reader needs to obtain the same figures again.
pub fn provenance(context: &Context) -> Vec<Definition> {
    let frame = context.frame();
    let line = |term: &str, text: String| Definition {
        term: term.to_owned(),
        text: typo::french(&text),
        lines: Vec::new(),
    };
    let hidden: Vec<String> = frame
        .gate
        .masques
        .iter()
        .map(|(status, count)| {
            let meaning = Status::parse(status).map_or(status.as_str(), |status| status_meaning(status));
            format!("{} : {}", meaning, typo::count(*count as f64))
        })
        .collect();
    let total =
        |pick: fn(&lake::release::DeliverySummary) -> u64| typo::count(frame.deliveries.iter().map(pick).sum::<u64>() as f64);
    let passages = context.value(&FigureKey::region(
        context.figures.release,
        "RPU-I01",
        quarter_or_month(&frame.period),
        &frame.period,
    ));
    let counted = passages.map_or_else(String::new, |count| format!(", soit {} passages", typo::count(count)));
    let limits = super::proof::limits(frame);
    let mut lines = vec![
        line("Données arrêtées au", typo::instant(frame.as_of)),
        line(
            "Consolidation",
            frame.consolidated_to.map_or_else(
                || "aucune journée consolidée".to_owned(),
                |day| format!("journées consolidées jusqu'au {}", typo::long_date(day)),
            ),
        ),
        line(
            "Enregistrements",
            format!(
                "{} lus dans les envois qui touchent la période, jours voisins et versions successives compris ; {} rejetés, {} \
                 doublons, {} hors fenêtre. Chaque nouvel envoi annule et remplace les précédents pour sa fenêtre : seule la \
                 dernière version de chaque passage de la période est comptée{counted}",
                total(|s| s.rows_read),
                total(|s| s.rejected),
                total(|s| s.duplicates),
                total(|s| s.out_of_window)
            ),
        ),
        line(
            "Confidentialité",
            format!(
                "diffusion « {} » ; les effectifs de 1 à {} sont masqués (s), et d'autres cases avec eux quand une \
                 soustraction les donnerait ; un pourcentage, une moyenne ou un quantile est \
                 imprimé à partir d'un dénominateur de {}",
                frame.audience.as_str(),
                frame.gate.seuil.saturating_sub(1),
                frame.gate.plancher
            ),
        ),
        line(
            "Chiffres non imprimés",
            if hidden.is_empty() {
                "aucun".to_owned()
            } else {
                hidden.join(" ; ")
            },
        ),
        line(AUDIT, super::proof::audit(frame)),
        line("Règles en vigueur", super::proof::rules(frame)),
        line("Publication", frame.id.clone()),
        line("Exécution", frame.run.clone()),
        line("Catalogue", frame.catalogue.clone()),
        line("Version d'oru", frame.oru_version.clone()),
        line(
            "Population",
            format!("Insee, estimations de population au 1er janvier {}", frame.population_annee),
        ),
    ];
    let after = lines
        .iter()
        .position(|line| line.term == AUDIT)
        .map_or(lines.len(), |at| at + 1);
    if !limits.is_empty() {
        lines.insert(after, line("Limites de l'audit", limits.join(". ") + "."));
    }
    lines
}

const AUDIT: &str = "Audit de la divulgation";

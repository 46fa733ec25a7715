//! What a corrected version changes: the erratum on top, and every revised figure in an annex.

use lake::edition::{Corrige, Revision};
use lake::figure::{KEY, Status};

use super::Context;
use super::words::Words;
use crate::declaration::TitleDecl;
use crate::document::{Block, Cell, Column, Group, Role, Row, Table};
use crate::typography as typo;

/// Rows of the annex; the data of `oru diff` have all.
const SHOWN: usize = 200;

/// « Cette version corrige… », or nothing in a first version.
pub fn erratum(context: &Context) -> Vec<Block> {
    let Some(corrected) = &context.frame().edition.corrige else {
        return Vec::new();
    };
    let on = corrected
        .publie_le
        .map(|at| format!(" le {}", typo::instant(at)))
        .unwrap_or_default();
    let (count, plural) = (
        corrected.revisions.len(),
        if corrected.revisions.len() > 1 { "s" } else { "" },
    );
    let moved = match count {
        0 => "Aucun des chiffres imprimés n'a changé.".to_owned(),
        _ => format!(
            "{} chiffre{plural} imprimé{plural} alors {} : l'annexe « Révisions » les donne, avec la cause.",
            typo::count(count as f64),
            if count > 1 { "ont changé" } else { "a changé" }
        ),
    };
    let text = format!(
        "Cette version {} remplace la version {} publiée{on} (diffusion {}). Motif : {}. {moved}",
        context.frame().edition.version,
        corrected.version,
        corrected.diffusion,
        corrected.motif.trim_end_matches('.')
    );
    vec![Block::Paragraph {
        text: typo::french(&text),
    }]
}

/// Every revised figure with its two values and its causes; a sentence when nothing was published before.
pub fn revisions(context: &Context, words: &Words, declared: &TitleDecl) -> Vec<Block> {
    let Some(corrected) = &context.frame().edition.corrige else {
        let text = "Première version de ce document : aucun chiffre publié n'y est révisé.";
        return vec![Block::Paragraph {
            text: typo::french(text),
        }];
    };
    let column = |title: &str, numeric| Column {
        title: typo::french(title),
        numeric,
    };
    let mut notes = vec![typo::french(
        "Les causes sont des faits relevés entre les deux diffusions : envois reçus depuis, déclarations, structures. Un chiffre peut en \
         avoir plusieurs.",
    )];
    if corrected.revisions.len() > SHOWN {
        notes.push(typo::french(&format!(
            "Les {SHOWN} premiers de {} ; tous : oru diff {} {}.",
            typo::count(corrected.revisions.len() as f64),
            corrected.diffusion,
            context.frame().id
        )));
    }
    vec![Block::Table(Table {
        id: declared.id.clone(),
        title: words.french(&declared.titre),
        subtitle: typo::french(&format!(
            "version {} comparée à la version {}",
            context.frame().edition.version,
            corrected.version
        )),
        columns: vec![
            column("Indicateur", false),
            column("Lieu", false),
            column("Période", false),
            column("Population", false),
            column("Publié", true),
            column("Révisé", true),
            column("Cause", false),
        ],
        groups: vec![Group {
            title: String::new(),
            rows: rows(context, corrected),
        }],
        notes,
        source: String::new(),
        dense: true,
    })]
}

fn rows(context: &Context, corrected: &Corrige) -> Vec<Row> {
    let shown = corrected.revisions.iter().take(SHOWN);
    shown
        .map(|revision| {
            let part = |name: &str| {
                let rank = KEY.iter().position(|known| *known == name).unwrap_or_default();
                revision.cle.get(rank).cloned().unwrap_or_default()
            };
            let breakdown = match part("modalite") {
                category if category.is_empty() => part("population"),
                category => format!("{}, {} {category}", part("population"), part("dim")),
            };
            let causes: Vec<&str> = revision.causes.iter().map(|cause| cause.label_fr()).collect();
            Row {
                title: named(context, &part("indicator")),
                role: Role::Detail,
                depth: 0,
                cells: vec![
                    Cell::words(part("area")),
                    Cell::words(part("period")),
                    Cell::words(breakdown),
                    side(revision, revision.avant, &revision.statut_avant),
                    side(revision, revision.apres, &revision.statut_apres),
                    Cell::words(typo::french(&causes.join(" ; "))),
                ],
            }
        })
        .collect()
}

/// `RPU-I01 Passages`.
fn named(context: &Context, indicator: &str) -> String {
    let title = context.figures.entry(indicator).map_or("", |entry| entry.titre.as_str());
    typo::french(format!("{indicator} {title}").trim_end())
}

/// The value in its unit, or what stands for it.
fn side(revision: &Revision, value: Option<f64>, status: &str) -> Cell {
    let Some(value) = value else {
        let printed = Status::parse(status).map(|status| status.printed().unwrap_or("–"));
        return Cell::words(printed.unwrap_or("absent"));
    };
    let digits = u8::from(value.fract() != 0.0) * 2;
    let text = typo::with_unit(&revision.unite, value, digits).unwrap_or_else(|| typo::decimal(value, digits));
    match revision.unite.as_str() {
        "fraction" => Cell::number(text, value * 100.0, "%"),
        _ => Cell::number(text, value, ""),
    }
}

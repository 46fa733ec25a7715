//! Block 6: fields that contradict one another.

use lake::retour::{Constat, Retour};

use super::super::Part;
use super::super::actions::examples;
use super::super::declaration::DeclaredSection;
use super::super::parts::{FEW_OTHERS, as_received, count, of, share, source, table, unit, words};
use crate::document::{Block, Table};
use crate::typography as typo;

/// Rules said in sentences.
const SAID: usize = 3;

pub fn block(retour: &Retour, declared: &DeclaredSection) -> Part {
    let mut part = Part::default();
    let found: Vec<&Constat> = retour
        .regles
        .iter()
        .filter(|rule| rule.trouves > 0 && declared.is_about(&rule.regle))
        .collect();
    if !retour.regles.is_empty() {
        let all: Vec<&Constat> = retour.regles.iter().collect();
        part.sheets
            .push(rules(retour, "R-T06-tout", "Toutes les règles jugées", &all, true));
    }
    let elsewhere: Vec<&Constat> = retour
        .regles
        .iter()
        .filter(|rule| rule.trouves > 0 && !is_of_passages(rule))
        .collect();
    if !found.is_empty() {
        contradictions(retour, &found, &mut part);
    }
    if !elsewhere.is_empty() {
        let title = "Autres flux du site : lits, SAMU, SMUR, maisons médicales de garde";
        part.blocks
            .push(Block::Table(rules(retour, "R-T06B", title, &elsewhere, false)));
    }
    let known: Vec<&Constat> = retour.regles.iter().filter(|rule| rule.excuses > 0).collect();
    if !known.is_empty() {
        part.blocks.push(Block::Table(false_alarms(retour, &known)));
    }
    part
}

/// What a declared false alarm explains, whatever the rule: counted here, and out of what is asked of the site.
fn false_alarms(retour: &Retour, known: &[&Constat]) -> Table {
    let rows = known.iter().map(|rule| {
        let cells = vec![
            words(&rule.regle),
            count(rule.trouves),
            count(rule.excuses),
            as_received(&rule.raisons.join(" ; ")),
        ];
        (typo::french(&rule.titre), cells)
    });
    let columns = [
        ("Constat", false),
        ("Règle", false),
        ("Trouvés", true),
        ("Dont connus", true),
        ("Raison déclarée", false),
    ];
    let mut made = table(
        "R-T06C",
        "Constats déjà expliqués",
        "Fausses alertes déclarées à l'observatoire : comptées, et hors de ce qui est demandé",
        &columns,
        rows.collect(),
        source(retour),
    );
    made.dense = true;
    made
}

fn contradictions(retour: &Retour, found: &[&Constat], part: &mut Part) {
    let mut most = found.to_vec();
    most.sort_by(|a, b| b.trouves.cmp(&a.trouves).then_with(|| a.regle.cmp(&b.regle)));
    let items = most.iter().take(SAID).map(|rule| {
        let (one, many) = unit(&rule.unite);
        typo::french(&format!("{} : {}.", rule.titre, of(rule.trouves, one, many, rule.juges)))
    });
    part.blocks.push(Block::Messages { items: items.collect() });
    part.blocks.push(Block::Table(rules(
        retour,
        "R-T06",
        "Incohérences entre champs d'un même passage",
        found,
        false,
    )));
}

/// Whether it is about the passages, which the other blocks speak of.
fn is_of_passages(rule: &Constat) -> bool {
    rule.regle.starts_with("RPU-") || rule.regle.starts_with("ORU-")
}

fn rules(retour: &Retour, id: &str, title: &str, found: &[&Constat], whole: bool) -> Table {
    let rows = found.iter().map(|rule| {
        let mut cells = vec![
            words(&rule.regle),
            count(rule.trouves),
            count(rule.juges),
            share(lake::retour::part(rule.trouves, rule.juges), "rien à juger"),
            share(rule.region, FEW_OTHERS),
        ];
        if whole {
            cells.push(count(rule.excuses));
            cells.push(count(rule.non_juges));
            cells.push(words(rule.effet.label_fr()));
        }
        cells.push(as_received(&examples(rule)));
        (typo::french(&rule.titre), cells)
    });
    let mut columns = vec![
        ("Constat", false),
        ("Règle", false),
        ("Trouvés", true),
        ("Jugés", true),
        ("Part", true),
        ("Autres sites", true),
    ];
    if whole {
        columns.extend([("Fausses alertes connues", true), ("Non jugés", true), ("Effet", false)]);
    }
    columns.push(("Où regarder", false));
    let mut made = table(
        id,
        title,
        "Trouvés parmi les enregistrements que la règle peut juger",
        &columns,
        rows.collect(),
        source(retour),
    );
    made.dense = true;
    made
}

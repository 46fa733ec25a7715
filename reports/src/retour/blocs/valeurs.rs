//! Block 5: the wrong values that come back most, with the right code.

use std::collections::BTreeMap;

use lake::retour::{Retour, Valeur};

use super::super::Part;
use super::super::parts::{as_received, count, share, source, table, words};
use crate::document::{Block, Cell, Table};
use crate::typography as typo;

/// Rows of the page, whatever the field, and those of each field besides: a field full of noise hides no other. The workbook has all.
const SHOWN: usize = 10;
const OF_EACH: usize = 3;

pub fn block(retour: &Retour) -> Part {
    let mut part = Part::default();
    if retour.valeurs.is_empty() {
        return part;
    }
    let mut most: Vec<&Valeur> = retour.valeurs.iter().collect();
    most.sort_by(|a, b| {
        b.nombre
            .cmp(&a.nombre)
            .then_with(|| (&a.champ, &a.texte).cmp(&(&b.champ, &b.texte)))
    });
    let mut of_field: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rank = 0;
    most.retain(|value| {
        let seen = of_field.entry(&value.champ).or_default();
        (rank, *seen) = (rank + 1, *seen + 1);
        rank <= SHOWN || *seen <= OF_EACH
    });
    part.blocks.push(Block::Table(values(
        retour,
        "R-T05",
        "Les valeurs non conformes les plus fréquentes",
        &most,
    )));
    let all: Vec<&Valeur> = retour.valeurs.iter().collect();
    part.sheets.push(values(retour, "R-T05-tout", "Valeurs non conformes", &all));
    part
}

fn values(retour: &Retour, id: &str, title: &str, values: &[&Valeur]) -> Table {
    let rows = values.iter().map(|value| {
        let text = match &value.texte {
            Some(text) => as_received(text),
            None => Cell {
                status: Some("texte qui n'a pas la forme d'un code, ou valeur trop rare pour être montrée"),
                ..Cell::words("texte libre")
            },
        };
        let cells = vec![
            text,
            count(value.nombre),
            share(lake::retour::part(value.nombre, value.sur), ""),
            words(value.code.as_deref().unwrap_or_default()),
        ];
        (value.champ.clone(), cells)
    });
    let columns = [
        ("Champ", false),
        ("Valeur reçue", false),
        ("Nombre", true),
        ("% des non conformes du champ", true),
        ("Code à envoyer", false),
    ];
    let mut made = table(
        id,
        title,
        "Cellules non conformes des passages de la période",
        &columns,
        rows.collect(),
        source(retour),
    );
    made.notes.push(typo::french(
        "Un « ? » après le code dit qu'il est proposé d'après son début.",
    ));
    made
}

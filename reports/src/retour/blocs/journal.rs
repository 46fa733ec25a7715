//! Block 9: what the site told, and the deliveries that did not count.

use lake::retour::Retour;

use super::super::Part;
use super::super::parts::{as_received, source, table, words};
use crate::document::{Block, Table};
use crate::typography as typo;

/// Lines of the page; the workbook has all.
const SHOWN: usize = 30;

pub fn block(retour: &Retour) -> Part {
    let mut part = Part::default();
    if retour.journal.is_empty() {
        return part;
    }
    let mut page = journal(retour, SHOWN);
    let rest = retour.journal.len().saturating_sub(SHOWN);
    if rest > 0 {
        page.notes
            .push(typo::french(&format!("Et {rest} lignes de plus dans le classeur.")));
    }
    part.blocks.push(Block::Table(page));
    part.sheets.push(journal(retour, usize::MAX));
    part
}

fn journal(retour: &Retour, shown: usize) -> Table {
    let rows = retour.journal.iter().take(shown).map(|line| {
        let cells = vec![words(&line.nature), as_received(&line.texte), words(&line.source)];
        (typo::short_date(line.jour), cells)
    });
    let columns = [
        ("Date", false),
        ("Nature", false),
        ("Ce qui s'est passé", false),
        ("Source", false),
    ];
    table("R-T09", "Journal", "", &columns, rows.collect(), source(retour))
}

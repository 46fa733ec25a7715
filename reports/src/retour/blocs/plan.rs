//! Block 10: rule, example, how to correct, and when it is looked at again.

use lake::retour::Retour;

use super::super::Part;
use super::super::actions::actions;
use super::super::parts::{as_received, count, share, source, table, words};
use crate::document::{Block, Definition, Table};
use crate::typography as typo;

/// Actions of the page; the workbook has all.
const SHOWN: usize = 12;

pub fn block(retour: &Retour) -> Part {
    let mut part = Part::default();
    let all = actions(retour);
    if all.is_empty() {
        return part;
    }
    let checked = typo::long_date(retour.cadre.verification);
    let items = all.iter().take(SHOWN).map(|action| {
        let mut lines = vec![
            ("Corriger".to_owned(), typo::french(&action.found.correction)),
            ("Sinon".to_owned(), typo::french(&action.found.consequence)),
            ("Vérifié le".to_owned(), checked.clone()),
        ];
        let examples = action.examples();
        if !examples.is_empty() {
            lines.insert(0, ("Où regarder".to_owned(), examples));
        }
        Definition {
            term: action.found.regle.clone(),
            text: action.finding(),
            lines,
        }
    });
    part.blocks.push(Block::Definitions { items: items.collect() });
    let rest = all.len().saturating_sub(SHOWN);
    if rest > 0 {
        let text = format!("Et {rest} autres, de moindre portée, dans le classeur.");
        part.blocks.push(Block::Note {
            text: typo::french(&text),
        });
    }
    part.sheets.push(plan(retour));
    part
}

fn plan(retour: &Retour) -> Table {
    let rows = actions(retour).into_iter().map(|action| {
        let found = action.found;
        let cells = vec![
            words(&found.titre),
            count(found.trouves),
            count(found.juges),
            share(lake::retour::part(found.trouves, found.juges), ""),
            words(&found.unite),
            words(&found.correction),
            words(&found.consequence),
            as_received(&action.examples()),
            words(&typo::short_date(retour.cadre.verification)),
        ];
        (found.regle.clone(), cells)
    });
    let columns = [
        ("Règle", false),
        ("Constat", false),
        ("Trouvés", true),
        ("Jugés", true),
        ("Part", true),
        ("Unité", false),
        ("Corriger", false),
        ("Sinon", false),
        ("Où regarder", false),
        ("Vérification", false),
    ];
    table("R-T10", "Actions proposées", "", &columns, rows.collect(), source(retour))
}

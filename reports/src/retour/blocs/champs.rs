//! Block 4: each item beside the region and the peers.

use lake::retour::{Champ, Retour};

use super::super::Part;
use super::super::parts::{FEW_OTHERS, NONE_EXPECTED, change, count, discs, of, share, source, table};
use crate::document::{Block, Table};
use crate::typography as typo;

/// Points under the other sites from which an item is spoken of.
const GAP: f64 = 0.05;
/// Items spoken of.
const SHOWN: usize = 4;

pub fn block(retour: &Retour) -> Part {
    let mut part = Part::default();
    if retour.champs.iter().all(|item| item.site.attendus == 0) {
        return part;
    }
    let said = behind(retour);
    if !said.is_empty() {
        part.blocks.push(Block::Messages { items: said });
    }
    let made = fields(retour);
    part.blocks.push(Block::Table(made.clone()));
    part.sheets.push(made);
    part
}

/// Items filled far less often than at the other sites, the widest gaps first.
fn behind(retour: &Retour) -> Vec<String> {
    let gap = |item: &&Champ| {
        item.region
            .rempli
            .zip(item.site.part_remplie())
            .map_or(0.0, |(others, own)| others - own)
    };
    let mut items: Vec<&Champ> = retour.champs.iter().filter(|item| gap(item) >= GAP).collect();
    items.sort_by(|a, b| gap(b).total_cmp(&gap(a)));
    let said = items.into_iter().take(SHOWN).map(|item| {
        let others = item.region.rempli.map(typo::share).unwrap_or_default();
        let filled = of(item.site.remplis, "passage", "passages", item.site.attendus);
        typo::french(&format!(
            "{} ({}) : rempli pour {filled}, contre {others} sur les autres sites de la région.",
            item.libelle, item.champ
        ))
    });
    said.collect()
}

fn fields(retour: &Retour) -> Table {
    let rows = retour.champs.iter().map(|item| {
        let own = &item.site;
        let name = match item.attendu.as_str() {
            "" => item.champ.clone(),
            who => format!("{} ({who})", item.champ),
        };
        let cells = vec![
            count(own.attendus),
            count(own.remplis),
            share(own.part_remplie(), NONE_EXPECTED),
            change(own.part_remplie(), item.avant.part_remplie()),
            share(item.region.rempli, FEW_OTHERS),
            share(item.pairs.rempli, FEW_OTHERS),
            share(own.part_conforme(), NONE_EXPECTED),
            share(item.region.conforme, FEW_OTHERS),
            share(item.pairs.conforme, FEW_OTHERS),
            discs(own.part_conforme()),
        ];
        (typo::french(&name), cells)
    });
    let columns = [
        ("Champ", false),
        ("Attendus", true),
        ("Remplis", true),
        ("% remplis", true),
        ("Trois mois avant", true),
        ("Remplis : région", true),
        ("Remplis : pairs", true),
        ("% conformes", true),
        ("Conformes : région", true),
        ("Conformes : pairs", true),
        ("Qualité", false),
    ];
    let mut made = table(
        "R-T04",
        "Remplissage et conformité de chaque champ",
        "Parmi les passages où le champ est attendu",
        &columns,
        rows.collect(),
        source(retour),
    );
    let pairs = &retour.pairs;
    made.notes.push(typo::french(&format!(
        "Autres sites qui transmettent : {} dans la région, dont {} pairs, du type « {} ». Aucune part n'est donnée sur moins de {} sites.",
        pairs.sites_region, pairs.sites, pairs.libelle, pairs.minimum
    )));
    made.notes.push(typo::french(
        "Trois mois avant : écart de remplissage avec les trois mois qui précèdent la période.",
    ));
    made
}

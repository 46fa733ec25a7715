//! Wrong values by site and item, with the right code. Only what has the shape of a code of the item is shown, and was received often
//! enough for a partner to read it; the rest is counted.

use std::collections::{BTreeMap, HashMap};

use lake::retour::Valeur;
use polars::prelude::*;

use super::Asked;
use super::declared::{Item, Nature, items, rpu};
use super::montrable::is_shaped_as_code;
use crate::Error;
use crate::disclosure::Policy;
use crate::prepare::rpu_view;

/// Wrong values shown for one item.
const SHOWN: usize = 10;

type Counted = BTreeMap<(usize, Option<String>), u64>;

pub fn count(asked: &Asked<'_>) -> Result<BTreeMap<String, Vec<Valeur>>, Error> {
    let known: BTreeMap<&str, usize> = items()
        .iter()
        .enumerate()
        .map(|(rank, item)| (item.colonne.as_str(), rank))
        .collect();
    let current = current(asked)?;
    let mut sites: BTreeMap<String, Counted> = BTreeMap::new();
    for cell in asked.values {
        let (Some(rank), Some(site)) = (
            known.get(cell.colonne.as_str()),
            current.get(&(cell.delivery.as_str().into(), cell.rang)),
        ) else {
            continue;
        };
        let text = cell
            .texte
            .as_deref()
            .map(str::trim)
            .filter(|_| items()[*rank].valeurs.is_some());
        let text = text.filter(|text| !text.is_empty()).map(str::to_owned);
        *sites.entry(site.clone()).or_default().entry((*rank, text)).or_default() += 1;
    }
    Ok(sites
        .into_iter()
        .map(|(site, counted)| (site, lines(counted, asked.policy)))
        .collect())
}

/// The site of each record of the view that has a cell that does not conform, by delivery and rank.
fn current(asked: &Asked<'_>) -> Result<HashMap<(PlSmallStr, u32), String>, Error> {
    let doing = || Error::frame("chercher les valeurs non conformes");
    let lists = ["n_da_non_conformes", "n_actes_non_conformes"].map(|name| col(name).gt(lit(0i16)).fill_null(lit(false)));
    let states = rpu().colonnes.iter().filter_map(|column| column.companion());
    let bare = rpu()
        .colonnes
        .iter()
        .filter(|column| column.nom.ends_with("_etat"))
        .map(|column| column.nom.clone());
    let wrong = states
        .chain(bare)
        .map(|name| col(name.as_str()).eq(lit("non_conforme")).fill_null(lit(false)));
    let any = wrong.chain(lists).reduce(Expr::or).unwrap_or_else(|| lit(false));
    let columns = ["finess", "delivery", "rang"].map(col);
    let frame = rpu_view(asked.inputs, asked.du, asked.au)?
        .filter(any)
        .select(columns)
        .collect()
        .map_err(doing())?;
    let read = || -> PolarsResult<HashMap<(PlSmallStr, u32), String>> {
        let (sites, deliveries) = (frame.column("finess")?.str()?, frame.column("delivery")?.str()?);
        let ranks = frame.column("rang")?.u32()?;
        let rows = sites.iter().zip(deliveries.iter()).zip(ranks.iter());
        Ok(rows
            .filter_map(|((site, delivery), rank)| Some(((delivery?.into(), rank?), site?.to_owned())))
            .collect())
    };
    read().map_err(doing())
}

/// The most frequent texts of each item, the others and those that are not codes together.
fn lines(counted: Counted, policy: &Policy) -> Vec<Valeur> {
    let mut by_item: BTreeMap<usize, Vec<(Option<String>, u64)>> = BTreeMap::new();
    for ((rank, text), number) in counted {
        let is_frequent = !policy.is_small(number as f64);
        let text = text.filter(|text| is_frequent && is_shaped_as_code(&items()[rank], text));
        by_item.entry(rank).or_default().push((text, number));
    }
    let mut lines = Vec::new();
    for (rank, texts) in by_item {
        let item = &items()[rank];
        let out_of: u64 = texts.iter().map(|(_, number)| number).sum();
        let (mut codes, free): (Vec<_>, Vec<_>) = texts.into_iter().partition(|(text, _)| text.is_some());
        codes.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        let rest: u64 = codes.iter().skip(SHOWN).chain(&free).map(|(_, number)| number).sum();
        codes.truncate(SHOWN);
        let line = |(text, number): (Option<String>, u64)| Valeur {
            champ: item.tag(),
            code: text.as_deref().and_then(|text| right_code(item, text)),
            texte: text,
            nombre: number,
            sur: out_of,
        };
        lines.extend(codes.into_iter().map(line));
        if rest > 0 {
            lines.push(line((None, rest)));
        }
    }
    lines
}

/// What to send instead: the code that the text nearly is, else the codes of a short list.
fn right_code(item: &Item, text: &str) -> Option<String> {
    match item.valeurs? {
        Nature::Liste => {
            let list = item.column()?.codes.as_deref().and_then(lake::code_list::code_list)?;
            let same = |a: &str, b: &str| plain(a) == plain(b);
            let alias = aliases()
                .iter()
                .find(|row| row.0 == item.tag() && same(&row.1, text))
                .map(|row| row.2.clone());
            let bare = text.trim_start_matches('0');
            let near = list
                .codes
                .iter()
                .find(|code| same(&code.code, text) || same(&code.code, bare) || same(&code.label_fr, text));
            alias.or(near.map(|code| code.code.clone())).or_else(|| {
                let codes: Vec<&str> = list.codes.iter().map(|code| code.code.as_str()).collect();
                (codes.len() <= 13).then(|| format!("l'un de : {}", codes.join(", ")))
            })
        }
        Nature::Cim10 => {
            let bare: String = text
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_uppercase();
            let known = lake::reference::cim10();
            let shorter = (3..bare.len())
                .rev()
                .map(|length| &bare[..length])
                .find(|head| known.contains_key(*head));
            match known.contains_key(bare.as_str()) {
                true => Some(bare),
                false => shorter.map(|head| format!("{head} ?")),
            }
        }
        Nature::Ccam => None,
    }
}

pub fn plain(text: &str) -> String {
    text.chars()
        .filter(|symbol| symbol.is_alphanumeric())
        .collect::<String>()
        .to_lowercase()
}

/// (item, seen, canonical).
pub fn aliases() -> Vec<(String, String, String)> {
    let list = lake::code_list::text("rpu_aliases").unwrap_or_default();
    let rows = list.lines().skip(1).filter_map(|line| {
        let mut cells = line.splitn(4, ',');
        let (item, seen, canonical) = (cells.next()?, cells.next()?, cells.next()?);
        (!canonical.is_empty()).then(|| (item.to_owned(), seen.to_owned(), canonical.to_owned()))
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(column: &str) -> &'static Item {
        items().iter().find(|item| item.colonne == column).unwrap()
    }

    #[test]
    fn a_wrong_value_is_told_its_right_code() {
        assert_eq!(right_code(of("sexe"), "H").as_deref(), Some("M"));
        assert_eq!(right_code(of("mode_sortie"), "08").as_deref(), Some("8"));
        assert_eq!(right_code(of("transport"), "perso").as_deref(), Some("PERSO"));
        assert_eq!(right_code(of("mode_sortie"), "X").as_deref(), Some("l'un de : 6, 7, 8, 9"));
        assert_eq!(right_code(of("dp"), "r07.4").as_deref(), Some("R074"));
        assert_eq!(right_code(of("dp"), "R074ZZ").as_deref(), Some("R074 ?"));
        assert_eq!(right_code(of("dp"), "??"), None);
    }

    #[test]
    fn what_is_no_code_and_what_is_rare_are_only_counted() {
        let motif = items().iter().position(|item| item.colonne == "motif").unwrap();
        let counted = BTreeMap::from([
            ((motif, Some("DUPONT".to_owned())), 1),
            ((motif, Some("CHUTE".to_owned())), 40),
            ((motif, Some("R99X".to_owned())), 12),
            ((motif, Some("M1958".to_owned())), 1),
            ((motif, Some("12/05/1980".to_owned())), 19),
            ((motif, None), 7),
        ]);
        let said: Vec<(Option<String>, u64, u64)> = lines(counted, &Policy::new(11, 30))
            .into_iter()
            .map(|line| (line.texte, line.nombre, line.sur))
            .collect();
        assert_eq!(said, [(Some("R99X".to_owned()), 12, 80), (None, 68, 80)]);
    }
}

//! Block 7: codes whose share is out of the funnel of comparable sites.

use lake::retour::{PartDeCode, Retour, part};

use super::super::Part;
use super::super::parts::{count, of, share, source, table, words};
use crate::charts::{Drawing, Range, Ranges};
use crate::document::{Block, Cell, Chart, Table};
use crate::typography as typo;

/// Codes drawn and said.
const SHOWN: usize = 12;
const SAID: usize = 3;

pub fn block(retour: &Retour) -> Part {
    let mut made = Part::default();
    if retour.codes.is_empty() {
        return made;
    }
    let all: Vec<&PartDeCode> = retour.codes.iter().collect();
    let mut out: Vec<&PartDeCode> = all.iter().copied().filter(|code| code.est_atypique()).collect();
    out.sort_by(|a, b| {
        b.z_additif
            .abs()
            .total_cmp(&a.z_additif.abs())
            .then_with(|| (&a.champ, &a.code).cmp(&(&b.champ, &b.code)))
    });
    if !out.is_empty() {
        let items = out.iter().take(SAID).map(|code| sentence(code));
        made.blocks.push(Block::Messages { items: items.collect() });
        out.truncate(SHOWN);
        made.blocks.push(Block::Chart(chart(retour, &out)));
    }
    made.sheets
        .push(codes(retour, "R-T07", "Part de chaque code et limites du nuage", &all));
    made
}

fn sentence(code: &PartDeCode) -> String {
    let side = if code.z_additif > 0.0 { "plus" } else { "moins" };
    typo::french(&format!(
        "{} {} : {}, {side} que les limites des {} sites {} ({} à {}).",
        code.champ,
        named(code),
        of(code.nombre, "passage", "passages", code.sur),
        code.sites,
        if code.de_meme_type { "de même type" } else { "de la région" },
        typo::share(code.bas_998),
        typo::share(code.haut_998),
    ))
}

fn named(code: &PartDeCode) -> String {
    if code.libelle.is_empty() {
        code.code.clone()
    } else {
        format!("{} ({})", code.code, code.libelle)
    }
}

fn chart(retour: &Retour, codes_out: &[&PartDeCode]) -> Chart {
    let percent = |(low, high): (f64, f64)| (low * 100.0, high * 100.0);
    let rows = codes_out.iter().map(|code| {
        let own = part(code.nombre, code.sur).unwrap_or_default();
        Range {
            label: format!("{} {}", code.champ, named(code)),
            value: own * 100.0,
            limits_95: percent((code.bas_95, code.haut_95)),
            limits_998: percent((code.bas_998, code.haut_998)),
            printed: typo::share(own),
        }
    });
    Chart {
        id: "R-G04".to_owned(),
        title: typo::french("Codes dont la part est hors des limites à 99,8 %"),
        subtitle: typo::french("Part du code parmi les valeurs conformes du champ, en %"),
        alternative: typo::french("Pour chaque code, la part du site et l'intervalle des sites comparables."),
        source: source(retour),
        notes: vec![typo::french(METHOD), by_chance(retour.codes.len())],
        drawing: Drawing::Ranges(Ranges {
            rows: rows.collect(),
            legend: ["site", "limites à 95 %", "à 99,8 %"].map(typo::french),
        }),
        data: codes(retour, "R-G04-donnees", "Codes hors des limites", codes_out),
    }
}

/// How many would be out if no site differed.
fn by_chance(judged: usize) -> String {
    typo::french(&format!(
        "{judged} codes jugés : sans différence réelle, {} en moyenne sortirait de ces limites par hasard.",
        typo::decimal(judged as f64 * 0.002, 1)
    ))
}

/// How the limits are made, as printed.
const METHOD: &str = "Nuage en entonnoir avec surdispersion, modèle additif : φ est la moyenne des carrés des écarts réduits, winsorisés à \
     10 %, et τ² la variance entre sites qui en découle. D. Spiegelhalter, Statistics in Medicine, 2005, 24 : 1185-1202 ; Quality and \
     Safety in Health Care, 2005, 14 : 347-351.";

fn codes(retour: &Retour, id: &str, title: &str, codes: &[&PartDeCode]) -> Table {
    let z = |value: f64| Cell::number(typo::decimal(value, 2), value, "");
    let rows = codes.iter().map(|code| {
        let cells = vec![
            words(&named(code)),
            count(code.nombre),
            count(code.sur),
            share(part(code.nombre, code.sur), ""),
            share(Some(code.centre), ""),
            share(Some(code.bas_998), ""),
            share(Some(code.haut_998), ""),
            z(code.z_additif),
            z(code.z_multiplicatif),
            z(code.phi),
            Cell::number(typo::decimal(code.tau2, 5), code.tau2, ""),
            count(u64::from(code.sites)),
            words(if code.est_atypique() { "hors limites" } else { "" }),
        ];
        (code.champ.clone(), cells)
    });
    let columns = [
        ("Champ", false),
        ("Code", false),
        ("Nombre", true),
        ("Valeurs conformes", true),
        ("Part", true),
        ("Ensemble", true),
        ("Limite basse", true),
        ("Limite haute", true),
        ("Écart additif", true),
        ("Écart multiplicatif", true),
        ("φ", true),
        ("τ²", true),
        ("Sites", true),
        ("Verdict", false),
    ];
    let mut made = table(id, title, "Limites à 99,8 %", &columns, rows.collect(), source(retour));
    made.notes.push(typo::french(METHOD));
    made
}

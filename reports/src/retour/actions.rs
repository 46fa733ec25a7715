//! What to ask of the site first: what would make the most records usable, by how severely a rule treats them.

use lake::finding::Effect;
use lake::retour::{Constat, Retour};

use super::parts::{of, unit};
use crate::typography as typo;

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Action<'a> {
    pub found: &'a Constat,
    /// Records that it concerns, weighted.
    pub weight: f64,
}

/// Actions, the most useful first. A rule that only informs counts little, and a clause repeated by another not at all.
pub fn actions(retour: &Retour) -> Vec<Action<'_>> {
    let per_day = usual_day(retour);
    let wanted = retour
        .regles
        .iter()
        .filter(|found| found.verdict == "anomaly" && found.trouves > 0);
    let mut actions: Vec<Action<'_>> = wanted
        .filter(|found| !found.correction.is_empty() && !is_repeated(found, &retour.regles))
        .map(|found| Action {
            weight: found.trouves as f64 * severity(found) * size(found, per_day),
            found,
        })
        .collect();
    actions.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.found.regle.cmp(&b.found.regle)));
    actions
}

impl Action<'_> {
    /// « Mode de sortie manquant : 812 passages sur 3 012 (27,0 %). »
    pub fn finding(&self) -> String {
        let (one, many) = unit(&self.found.unite);
        let excused = match self.found.excuses {
            0 => String::new(),
            1 => ", dont 1 connue comme fausse alerte".to_owned(),
            excused => format!(", dont {excused} connues comme fausses alertes"),
        };
        typo::french(&format!(
            "{} : {}{excused}.",
            self.found.titre,
            of(self.found.trouves, one, many, self.found.juges)
        ))
    }

    /// Where to look: files and lines, never a value.
    pub fn examples(&self) -> String {
        examples(self.found)
    }
}

/// `fichier, lignes 35, 78`, a file after the other.
pub fn examples(found: &Constat) -> String {
    let mut files: Vec<(&str, Vec<String>)> = Vec::new();
    for (file, line) in &found.exemples {
        match files.iter_mut().find(|(known, _)| known == file) {
            Some((_, lines)) => lines.push(line.to_string()),
            None => files.push((file, vec![line.to_string()])),
        }
    }
    let said = files.into_iter().map(|(file, lines)| {
        let word = if lines.len() == 1 { "ligne" } else { "lignes" };
        format!("{file}, {word}\u{a0}{}", lines.join(", "))
    });
    said.collect::<Vec<_>>().join(" ; ")
}

/// Conformity of an item says again, over the expected ones, what its filling and the code rules say.
fn is_repeated(found: &Constat, all: &[Constat]) -> bool {
    let base = found.regle.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let earlier = all.iter().take_while(|other| other.regle != found.regle);
    let is_of_each_item = found.regle.contains('.') && found.effet == Effect::Info;
    is_of_each_item
        || earlier.into_iter().any(|other| {
            other.regle != base
                && other.regle.starts_with(base)
                && other.trouves >= found.trouves
                && other.regle.len() == found.regle.len()
        })
}

fn severity(found: &Constat) -> f64 {
    match found.effet {
        Effect::Info if found.categorie == "completeness" => 1.0,
        // A whole series that informs says more than as many records.
        Effect::Info if found.portee == "series" => 0.5,
        Effect::Info => 0.1,
        Effect::Flag => 1.0,
        Effect::VoidItem => 0.5,
        Effect::VoidField | Effect::VoidDerived => 2.0,
        _ => 4.0,
    }
}

/// Days of a month, and the part of its passages that one item of it makes unusable.
const MONTH: f64 = 30.0;
const ITEM: f64 = 0.1;

/// Passages behind one unit of a rule on passages.
fn size(found: &Constat, per_day: f64) -> f64 {
    match found.unite.as_str() {
        _ if !found.regle.starts_with("RPU-") => 1.0,
        "jours" => per_day,
        "mois" => per_day * MONTH,
        "mesures" => per_day * MONTH * ITEM,
        _ => 1.0,
    }
}

/// Passages of a usual day.
fn usual_day(retour: &Retour) -> f64 {
    let mut counts: Vec<u32> = retour
        .jours
        .iter()
        .map(|day| day.passages)
        .filter(|count| *count > 0)
        .collect();
    counts.sort_unstable();
    counts.get(counts.len() / 2).map_or(1.0, |count| f64::from(*count))
}

//! The registers of the sites, named in `[sites]`: what is expected of each between two dates, and the known breaks of its
//! series. People keep them; a mistake is said with its line and column.

mod breaks;
mod groups;
mod types;

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use lake::reference::{Structure, TYPES};
use lake::site::SiteNature;
use transform::sites::{Attente, Capacite, Jours};

use crate::config::Config;
use crate::error::Result;
use crate::nearest::nearest;
use crate::register::{self, Form, Row};
use crate::{reading, written};

pub use breaks::ruptures;
pub use groups::with_groups;
pub use types::with_types;

const PARAMETRES: Form = Form {
    what: "paramètres des sites",
    columns: &[
        "finess",
        "ordre",
        "flux",
        "du",
        "au",
        "jours_attendus",
        "heure_limite",
        "type",
        "groupe_pairs",
        "capacite",
        "logiciel",
        "contact",
    ],
    needed: &["finess"],
};

/// One line of the parameters: what holds for a site, or one of its structures, between two dates.
#[derive(Debug, Clone, PartialEq)]
pub struct Parametres {
    /// None where the line says no days: it expects nothing.
    pub jours: Option<Jours>,
    pub attente: Attente,
    pub type_structure: Option<String>,
    pub groupe_pairs: Option<String>,
    /// Places of treatment of the emergency department (boxes, stretchers), on a line of no flux.
    pub capacite: Option<u32>,
    pub logiciel: Option<String>,
    pub contact: Option<String>,
}

/// The parameters of the configured register; none without one.
pub fn parametres(config: &Config) -> Result<Vec<Parametres>> {
    let Some(file) = config.sites.parametres.as_deref() else {
        return Ok(Vec::new());
    };
    let flux: BTreeSet<String> = reading::kinds(config)?.iter().map(|kind| kind.flux.clone()).collect();
    let structures = reading::declared_structures(config)?;
    let rows = register::read(file, &PARAMETRES)?;
    of_rows(&rows, &structures, &flux)
}

/// What is expected of the sites, by site and flux, then by date.
pub fn attentes(config: &Config) -> Result<Vec<Attente>> {
    let lines = parametres(config)?.into_iter();
    let mut found: Vec<Attente> = lines.filter(|line| line.jours.is_some()).map(|line| line.attente).collect();
    found.sort_by(|a, b| (&a.finess, a.ordre, &a.flux, a.du).cmp(&(&b.finess, b.ordre, &b.flux, b.du)));
    Ok(found)
}

/// Places of treatment of the emergency departments.
pub fn capacites(config: &Config) -> Result<Vec<Capacite>> {
    Ok(parametres(config)?.into_iter().filter_map(places).collect())
}

/// Places of a line; none on that of a flux, which may say beds.
fn places(line: Parametres) -> Option<Capacite> {
    line.attente.flux.is_none().then_some(Capacite {
        places: line.capacite?,
        finess: line.attente.finess,
        ordre: line.attente.ordre,
        du: line.attente.du,
        au: line.attente.au,
    })
}

fn of_rows(rows: &[Row], structures: &[Structure], flux: &BTreeSet<String>) -> Result<Vec<Parametres>> {
    let mut lines: Vec<(Parametres, usize)> = Vec::new();
    for row in rows {
        let line = parameters(row, structures, flux)?;
        if let Some((_, other)) = lines.iter().find(|(other, _)| overlaps(&other.attente, &line.attente)) {
            return Err(row
                .wrong("finess", format!("même site et mêmes jours qu'à la ligne {other}"))
                .hint("finir la première ligne la veille du premier jour de l'autre (colonnes du et au)"));
        }
        lines.push((line, row.line()));
    }
    Ok(lines.into_iter().map(|(line, _)| line).collect())
}

fn parameters(row: &Row, structures: &[Structure], flux: &BTreeSet<String>) -> Result<Parametres> {
    let finess = row.value("finess", site)?.unwrap_or_default();
    let ordre = row.value("ordre", number)?;
    let names: Vec<&str> = flux.iter().map(String::as_str).collect();
    let followed = row.value("flux", |text| match flux.contains(text) {
        true => Ok(text.to_owned()),
        false => Err(unknown("flux inconnu", text, &names)),
    })?;
    // Passages come from the structures; beds, calls and maisons médicales may come from elsewhere.
    let of_site = structures.iter().filter(|structure| structure.finess == finess);
    if followed.is_none() && of_site.clone().next().is_none() {
        let known: BTreeSet<&str> = structures.iter().map(|structure| structure.finess.as_str()).collect();
        let wrong = row.wrong("finess", "aucune structure de la région n'a ce numéro (oru list structures)");
        return Err(match nearest(&finess, known) {
            Some(near) => wrong.hint(format!("le numéro connu le plus proche est « {near} »")),
            None => wrong,
        });
    }
    if let (Some(ordre), None) = (ordre, &followed)
        && !of_site.clone().any(|structure| structure.ordre == ordre)
    {
        return Err(row.wrong("ordre", "le site n'a pas de structure de ce numéro d'ordre"));
    }
    let (du, au) = (row.value("du", written::day)?, row.value("au", written::day)?);
    if let (Some(du), Some(au)) = (du, au)
        && du > au
    {
        return Err(row.wrong("au", format!("le {au} est avant le {du} (colonne du)")));
    }
    let jours = row.value("jours_attendus", str::parse::<Jours>)?;
    let kinds = TYPES.map(|(code, _)| code);
    Ok(Parametres {
        jours,
        attente: Attente {
            finess,
            ordre,
            flux: followed,
            du,
            au,
            jours: jours.unwrap_or(Jours::TOUS),
            heure_limite: row.value("heure_limite", hour)?,
        },
        type_structure: row.value("type", |text| match kinds.contains(&text) {
            true => Ok(text.to_owned()),
            false => Err(unknown("type inconnu", text, &kinds)),
        })?,
        groupe_pairs: row.text("groupe_pairs").map(str::to_owned),
        capacite: row.value("capacite", |text| {
            text.parse().map_err(|_| format!("« {text} » n'est pas un nombre entier"))
        })?,
        logiciel: row.text("logiciel").map(str::to_owned),
        contact: row.text("contact").map(str::to_owned),
    })
}

/// Whether two lines say something of the same site and day.
fn overlaps(a: &Attente, b: &Attente) -> bool {
    let first = |line: &Attente| line.du.unwrap_or(Date::MIN);
    let last = |line: &Attente| line.au.unwrap_or(Date::MAX);
    (&a.finess, a.ordre, &a.flux) == (&b.finess, b.ordre, &b.flux) && first(a) <= last(b) && first(b) <= last(a)
}

fn hour(text: &str) -> std::result::Result<Time, String> {
    let wrong = || format!("« {text} » n'est pas une heure : écrire 06:30");
    let (hours, minutes) = text.split_once([':', 'h']).ok_or_else(wrong)?;
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    let (hours, minutes) = (hours.parse().map_err(|_| wrong())?, minutes.parse().map_err(|_| wrong())?);
    Time::new(hours, minutes, 0, 0).map_err(|_| wrong())
}

fn number(text: &str) -> std::result::Result<i16, String> {
    text.parse().map_err(|_| format!("« {text} » n'est pas un numéro d'ordre"))
}

fn site(text: &str) -> std::result::Result<String, String> {
    let nature = SiteNature::of(text);
    nature
        .parse(text)
        .ok_or_else(|| format!("« {text} » n'a pas la forme d'un FINESS"))
}

fn unknown(what: &str, text: &str, known: &[&str]) -> String {
    match nearest(text, known.iter().copied()) {
        Some(near) => format!("{what} « {text} » ; le plus proche est « {near} »"),
        None => format!("{what} « {text} » ; connus : {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn lines(text: &str) -> Result<Vec<Parametres>> {
        let rows = register::parse(text, "sites.csv", &PARAMETRES)?;
        of_rows(
            &rows,
            lake::reference::structures(),
            &BTreeSet::from(["oscour".to_owned(), "lits".to_owned()]),
        )
    }

    fn refusal(text: &str) -> String {
        lines(text).unwrap_err().render()
    }

    #[test]
    fn a_line_says_what_is_expected_of_a_site() {
        let read = lines("finess;jours_attendus;heure_limite;capacite;du\n310783048;lu-ve;06:30;12;2025-01-01\n").unwrap();
        assert_eq!(read[0].attente.heure_limite, Some(jiff::civil::time(6, 30, 0, 0)));
        assert_eq!(
            (read[0].capacite, read[0].jours.unwrap().to_string()),
            (Some(12), "lu-ve".to_owned())
        );
        assert_eq!(
            lines("finess,logiciel\n310783048,A\n").unwrap()[0].jours,
            None,
            "nothing is expected"
        );
    }

    #[test]
    fn a_line_of_a_flux_says_no_place_of_treatment() {
        let read = lines("finess;flux;capacite;du\n310783048;;30;2025-01-01\n310783048;lits;400;\n310780382;;;\n").unwrap();
        let said: Vec<_> = read
            .into_iter()
            .filter_map(places)
            .map(|line| (line.finess, line.places))
            .collect();
        assert_eq!(said, [("310783048".to_owned(), 30)]);
    }

    #[test]
    fn mistakes_are_placed_and_the_nearest_known_name_is_said() {
        for (text, said) in [
            ("finess,jour_attendus\n", "sites.csv:1:8 : colonne inconnue « jour_attendus »"),
            ("finess,jour_attendus\n", "le plus proche est « jours_attendus »"),
            (
                "finess\n310783049\n",
                "sites.csv:2:1 : finess : aucune structure de la région",
            ),
            ("finess\n310783049\n", "« 310783048 »"),
            (
                "finess,flux\n310783048,oscur\n",
                "sites.csv:2:11 : flux : flux inconnu « oscur » ; le plus proche est « oscour »",
            ),
            (
                "finess,heure_limite\n310783048,25:00\n",
                "sites.csv:2:11 : heure_limite : « 25:00 » n'est pas une heure",
            ),
            (
                "finess,du,au\n310783048,2025-02-01,2025-01-01\n",
                "sites.csv:2:22 : au : le 2025-01-01 est avant",
            ),
            ("finess,type\n310783048,chru\n", "le plus proche est « chu »"),
            ("finess,ordre\n310783048,7\n", "sites.csv:2:11 : ordre : "),
            (
                "finess,au\n310783048,2025-02-01\n310783048,\n",
                "sites.csv:3:1 : finess : même site et mêmes jours qu'à la ligne 2",
            ),
        ] {
            let refused = refusal(text);
            assert!(refused.contains(said), "{said}\n{refused}");
        }
    }
}

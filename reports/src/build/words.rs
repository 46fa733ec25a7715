//! Words of a declaration with the names of the release in their places.

use jiff::civil::Date;
use lake::release::Frame;

use super::names::site_name;
use crate::typography as typo;

pub struct Words {
    replacements: Vec<(&'static str, String)>,
    /// After the name of the source: as of when, and whether the data are real.
    as_of: String,
    region: String,
}

impl Words {
    pub fn new(frame: &Frame) -> Words {
        let bounds = frame.bornes.words();
        let as_of = typo::long_date(paris_date(frame));
        let provisional = frame.is_cut() || frame.consolidated_to.is_none_or(|day| day < frame.date_to);
        Words {
            as_of: format!(
                "données arrêtées au {as_of}{}",
                if frame.synthetique { " (données synthétiques)" } else { "" }
            ),
            region: frame.region_nom.clone(),
            replacements: [
                ("{region}", frame.region_nom.clone()),
                (
                    "{periode}",
                    whole_or_cut(frame, &frame.period, "", frame.date_from, frame.date_to),
                ),
                (
                    "{periode_n1}",
                    whole_or_cut(frame, &frame.period_n1, "mêmes jours, ", frame.date_from_n1, frame.date_to_n1),
                ),
                ("{court}", short(&frame.period)),
                ("{court_n1}", short(&frame.period_n1)),
                ("{arrete}", as_of),
                ("{preuve}", super::proof::sentence(frame)),
                ("{fin_12_mois}", typo::month_year(lake::month::Month::over_at(frame.date_to))),
                ("{statut}", if provisional { "provisoire" } else { "consolidé" }.to_owned()),
                ("{seuil}", frame.gate.seuil.to_string()),
                ("{plancher}", frame.gate.plancher.to_string()),
                ("{annee_population}", frame.population_annee.to_string()),
            ]
            .into_iter()
            .chain(of_subject(frame))
            .chain(bounds)
            .collect(),
        }
    }

    /// Replaces the names in braces and sets the spaces of French punctuation.
    pub fn french(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.replacements {
            if text.contains(name) {
                text = text.replace(name, value);
            }
        }
        typo::french(&text)
    }

    /// What stands under every table and chart; the RPU unless the declaration says otherwise.
    pub fn source(&self, declared: Option<&str>) -> String {
        let name = declared.unwrap_or("RPU");
        typo::french(&format!("Source : {name}, {}, {}.", self.region, self.as_of))
    }
}

/// What the document is about, and its peers.
fn of_subject(frame: &Frame) -> Vec<(&'static str, String)> {
    let Some(subject) = &frame.sujet else {
        return vec![("{sujet}", frame.region_nom.clone())];
    };
    let mut words = vec![
        ("{sujet}", site_name(&subject.nom)),
        ("{departement}", subject.departement.clone()),
    ];
    if let Some((_, name)) = frame.departements.iter().find(|(code, _)| *code == subject.departement) {
        words.push(("{nom_departement}", name.clone()));
    }
    if let Some(peers) = &subject.pairs {
        words.push(("{pairs}", peers.libelle.clone()));
        words.push(("{nombre_pairs}", peers.sites.to_string()));
        words.push(("{minimum_pairs}", peers.minimum.to_string()));
    }
    words
}

/// `1er trimestre 2025`, with its days while it is not over: `1er trimestre 2025 (du 1er janvier au 20 février)`.
fn whole_or_cut(frame: &Frame, period: &str, said: &str, from: Date, to: Date) -> String {
    let name = typo::period(period);
    match frame.is_cut() {
        true => format!("{name} ({said}{})", typo::date_range(from, to)),
        false => name,
    }
}

/// `T1 2025` for a quarter, `mars 2025` for a month.
fn short(period: &str) -> String {
    match period.split_once("-Q") {
        Some((year, quarter)) => format!("T{quarter}{}{year}", typo::NBSP),
        None => typo::period(period),
    }
}

/// The civil day at which the data were taken, in Paris.
pub fn paris_date(frame: &Frame) -> Date {
    typo::paris(frame.as_of).date()
}

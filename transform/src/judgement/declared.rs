//! Thresholds and known false alarms, as a site declares them beside its rules.

use jiff::civil::Date;
use lake::finding::{Effect, Finding};
use lake::finess::Finess;
use lake::rules::Scope;
use lake::site::SiteNature;
use serde::Deserialize;

use super::name_of;
use crate::Catalogue;
use crate::catalogue::{Diagnostic, nearest};

/// How far a rule may go, for one site or for all. Of the thresholds that concern a finding the most precise one counts: that of the
/// site before that of all, that of the clause before that of the rule, the last declared first.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seuil {
    /// A rule (`RPU-E19`) or one of its clauses (`RPU-E19.SEXE`).
    pub regle: String,
    /// FINESS, or code of a SAMU; every area when absent.
    pub site: Option<String>,
    pub alerte: Option<Borne>,
    pub echec: Option<Borne>,
    /// Why, for those who read the verdict.
    #[serde(default)]
    pub raison: String,
}

/// What the rules of a scope and an effect bear when no threshold names them. Their own share (`seuil` of the rule) counts where it is
/// greater.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeuilUsuel {
    pub portee: Scope,
    pub effet: Effect,
    pub alerte: Borne,
    #[serde(default)]
    pub raison: String,
}

/// Passed when the count **and** the share are: one anomaly out of three is no epidemic, nor is a thousandth of ten thousand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Borne {
    /// Anomalies that are still borne.
    pub nombre: u64,
    /// Share of the eligible records that is still borne, a fraction.
    pub part: f64,
}

impl Borne {
    /// The product avoids a rounded quotient: zero means zero, one anomaly in ten million is above it.
    pub fn is_passed(&self, violated: u64, eligible: u64) -> bool {
        violated > self.nombre && violated as f64 > self.part * eligible as f64
    }
}

/// Anomalies that are known to be none, on some days. They are still counted, apart.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FausseAlerte {
    pub regle: String,
    /// FINESS, or code of a SAMU; every site when absent.
    pub site: Option<String>,
    #[serde(deserialize_with = "day")]
    pub du: Date,
    #[serde(deserialize_with = "day")]
    pub au: Date,
    pub raison: String,
    /// Who says so.
    pub par: String,
}

/// `2025-03-01`, with quotes or as a TOML date.
fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Date(toml::value::Datetime),
        Text(String),
    }
    let text = match Written::deserialize(deserializer) {
        Ok(Written::Date(date)) => date.to_string(),
        Ok(Written::Text(text)) => text,
        Err(_) => String::new(),
    };
    text.parse()
        .map_err(|_| serde::de::Error::custom("un jour s'écrit 2025-03-01"))
}

impl FausseAlerte {
    pub fn is_about(&self, rule: &str, name: &str) -> bool {
        self.regle == rule || self.regle == name
    }

    /// Whether it explains a finding of a site on a day; that of a rule on months stands on the first of its month, and is covered by
    /// any of its days.
    pub fn covers(&self, finding: &Finding, catalogue: &Catalogue) -> bool {
        let is_about = self.regle == finding.rule || self.regle == name_of(finding);
        let is_there = self.site.as_ref().is_none_or(|only| *only == finding.area);
        if !is_about || !is_there {
            return false;
        }
        let Ok(day) = finding.period.parse::<Date>() else {
            return false;
        };
        let last = match catalogue.is_monthly(&finding.rule) {
            true => day.last_of_month(),
            false => day,
        };
        self.du <= last && day <= self.au
    }
}

/// What is wrong, the nearest known name, and the value to point at when it is one.
type Said = (String, Option<String>, Option<String>);

fn said(text: impl Into<String>) -> Said {
    (text.into(), None, None)
}

/// The mistakes of the thresholds and false alarms of a catalogue.
pub fn check(catalogue: &Catalogue) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    for declared in &catalogue.seuils {
        let threshold = &declared.what;
        let mut found = vec![
            unknown(catalogue, &threshold.regle),
            nowhere(catalogue, threshold.site.as_deref()),
        ];
        let bounds = [("alerte", threshold.alerte), ("echec", threshold.echec)];
        for (name, bound) in bounds {
            let outside = bound.is_some_and(|bound| !(0.0..=1.0).contains(&bound.part));
            found.push(outside.then(|| said(format!("{name} : une part est comprise entre 0 et 1"))));
        }
        let neither = threshold.alerte.is_none() && threshold.echec.is_none();
        found.push(neither.then(|| said("seuil sans alerte ni echec")));
        mistakes.extend(found.into_iter().flatten().map(|said| (declared.file, declared.offset, said)));
    }
    for declared in &catalogue.seuils_usuels {
        let threshold = &declared.what;
        let outside = !(0.0..=1.0).contains(&threshold.alerte.part);
        let found = [
            outside.then(|| said("alerte : une part est comprise entre 0 et 1")),
            (threshold.effet >= Effect::RejectRecord && threshold.alerte != Borne::default())
                .then(|| said("ce qui rejette ou retient est une alerte dès le premier : nommer la règle dans un [[seuil]]")),
        ];
        mistakes.extend(found.into_iter().flatten().map(|said| (declared.file, declared.offset, said)));
    }
    for declared in &catalogue.fausses_alertes {
        let alarm = &declared.what;
        let mut found = vec![unknown(catalogue, &alarm.regle), nowhere(catalogue, alarm.site.as_deref())];
        found.push((alarm.au < alarm.du).then(|| said("fausse alerte qui finit avant de commencer")));
        let nameless = alarm.raison.trim().is_empty() || alarm.par.trim().is_empty();
        found.push(nameless.then(|| said("fausse alerte sans raison, ou sans nom de qui la déclare")));
        mistakes.extend(found.into_iter().flatten().map(|said| (declared.file, declared.offset, said)));
    }
    mistakes
        .into_iter()
        .map(|(file, offset, (text, near, value))| {
            let mistake = catalogue.mistake_at_value(file, offset, value.as_deref(), text);
            match near {
                Some(near) => mistake.hint(format!("connu de plus proche : « {near} »")),
                None => mistake,
            }
        })
        .collect()
}

/// A site that no finding can be of: what is declared of it would never apply, and nobody would see it.
fn nowhere(catalogue: &Catalogue, site: Option<&str>) -> Option<Said> {
    let site = site?;
    let nature = SiteNature::of(site);
    let kept = nature.parse(site);
    let has_key = || Finess::parse(site).is_some_and(|(number, _)| number.key_is_valid());
    let (text, near) = match kept {
        Some(kept) if kept == site && (nature == SiteNature::Samu || has_key()) => return None,
        Some(kept) if nature == SiteNature::Samu => (format!("site « {site} » : un SAMU s'écrit « {kept} »"), None),
        _ => (
            format!("site « {site} » : ni un FINESS (neuf caractères, dont une clé), ni le code d'un SAMU"),
            nearest(site, catalogue.lieux.keys().map(String::as_str)).map(str::to_owned),
        ),
    };
    Some((text, near, Some(site.to_owned())))
}

fn unknown(catalogue: &Catalogue, name: &str) -> Option<Said> {
    let known = catalogue.regles.iter().flat_map(|rule| [rule.id.clone(), rule.name()]);
    let known: Vec<String> = known.collect();
    if known.iter().any(|rule| rule == name) {
        return None;
    }
    let near = nearest(name, known.iter().map(String::as_str)).map(|near| near.to_owned());
    Some((format!("règle inconnue « {name} »"), near, Some(name.to_owned())))
}

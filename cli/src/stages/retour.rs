//! Quality returns: each site reads what was found in its own extracts. They are a release of their own, made from the results of
//! the quarter when it is not there yet, then rendered site by site.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use lake::finding::{Anomaly, Finding};
use lake::release::Audience;
use lake::results::{ANOMALIES, FINDINGS};
use lake::store::RawCell;
use rayon::prelude::*;
use transform::retour::Asked;

use crate::context::{Context, ZONE};
use crate::declarations;
use crate::error::{CommandError, Doing, Result};
use crate::stages::basis::{Basis, basis};
use crate::stages::scope::Scope;
use crate::stages::{self, Done};
use crate::words::grouped;
use crate::{journal, talk, words};

/// Whose return is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sites {
    All,
    One(String),
}

/// Renders the returns of a quarter, the sites side by side; each document is handed its own site only.
pub fn retour(context: &Context, scope: &Scope, as_of: Option<Timestamp>, sites: &Sites) -> Result<Done> {
    let Scope::Quarter(_) = scope else {
        return Err(CommandError::usage("un retour qualité porte sur un trimestre").hint("donner --quarter 2025-Q1"));
    };
    let basis = basis(context, stages::open(context)?, scope, as_of)?;
    let folder = released(context, &basis)?;
    let known = lake::results::returned_sites(&folder).doing("lecture des retours")?;
    let wanted: Vec<&String> = match sites {
        Sites::All => known.iter().collect(),
        Sites::One(finess) => known.iter().filter(|site| *site == finess).collect(),
    };
    if let (Sites::One(finess), []) = (sites, wanted.as_slice()) {
        return Err(CommandError::unknown(
            "site sans retour",
            finess,
            known.iter().map(String::as_str),
        ));
    }
    let rapports = &context.config.rapports;
    let rendered = wanted
        .par_iter()
        .map(|finess| render(&folder, finess, &rapports.sortie, rapports.modeles.as_deref()));
    let rendered = rendered.collect::<Result<Vec<_>>>()?;
    for warning in rendered.iter().flat_map(|one| &one.warnings) {
        tracing::warn!(run = basis.run, "{warning}");
    }
    let first = rendered.first().and_then(|one| one.files.first());
    let word = if rendered.len() < 2 { "site" } else { "sites" };
    let mut text = format!("retours   : {} {word}\n", grouped(rendered.len() as u64));
    if let Some(page) = first {
        text.push_str(&format!("            {}\n", page.display()));
    }
    if let (true, Some(folder)) = (rendered.len() > 1, first.and_then(|page| page.parent()?.parent())) {
        text.push_str(&format!("            et les autres dans {}\n", folder.display()));
    }
    talk::print(&text);
    Ok(Done::nothing())
}

fn render(folder: &Path, finess: &str, out: &Path, custom: Option<&Path>) -> Result<reports::Rendered> {
    let retour = lake::results::read_return(folder, finess).doing(format!("lecture du retour de {finess}"))?;
    let retour = retour.ok_or_else(|| CommandError::bug("un retour de la liste a disparu"))?;
    reports::retour::render(&retour, out, custom).doing(format!("retour qualité de {finess}"))
}

/// The folder of the returns of this basis, made if need be.
fn released(context: &Context, basis: &Basis) -> Result<std::path::PathBuf> {
    let journal = journal::read(context.config.retours.journal.as_deref())?;
    let corrections = declarations::corrections();
    let policy = context.config.diffusion.policy(Audience::Partenaire);
    let (du, last) = match basis.scope.spans().first() {
        Some(span) => *span,
        None => return Err(CommandError::bug("un trimestre sans jour")),
    };
    let au = basis.cut.unwrap_or(last);
    let groupes = groups(context, au)?;
    let periode = basis.scope.name();
    let asked = Asked {
        inputs: &basis.inputs,
        catalogue: &basis.catalogue,
        periode: &periode,
        du,
        au,
        en_cours: basis.cut.is_some(),
        findings: &[],
        anomalies: &[],
        values: &[],
        journal: &journal,
        groupes: &groupes,
        corrections: &corrections,
        as_of: basis.as_of,
        verification: verification(basis.as_of, context.config.retours.verification_jours),
        synthetique: basis.store.is_synthetic(),
        oru_version: env!("CARGO_PKG_VERSION"),
        policy: &policy,
    };
    let id = transform::retour::name(&asked);
    if let Some(folder) = basis.store.returns(&id) {
        return Ok(folder);
    }
    let (findings, anomalies) = results(basis)?;
    let values = values(basis)?;
    let asked = Asked {
        findings: &findings,
        anomalies: &anomalies,
        values: &values,
        ..asked
    };
    tracing::info!(run = basis.run, etape = "release", retour = id, "retours qualité");
    let made = transform::retour::retours(&asked).doing("retours qualité")?;
    let writer = stages::writer(&stages::open(context)?, context)?;
    writer.publish_returns(&id, &made).map_err(|error| words::store(&error))
}

fn results(basis: &Basis) -> Result<(Vec<Finding>, Vec<Anomaly>)> {
    let quarter = basis.scope.name();
    let folder = basis.store.results(&basis.run).ok_or_else(|| {
        CommandError::work(format!(
            "aucun résultat pour {quarter} avec les données et les déclarations (règles, seuils, sites) d'aujourd'hui"
        ))
        .hint(format!("les calculer d'abord : oru transform --quarter {quarter}"))
    })?;
    Ok((
        lake::results::read_findings(&folder.join(FINDINGS)).doing("lecture des constats")?,
        lake::results::read_anomalies(&folder.join(ANOMALIES)).doing("lecture des signalements")?,
    ))
}

fn values(basis: &Basis) -> Result<Vec<RawCell>> {
    let deliveries = transform::retour::loaded(&basis.inputs);
    basis.store.raw_values(&deliveries).map_err(|error| words::store(&error))
}

/// Peer groups that the parameters of the sites declare for a day.
fn groups(context: &Context, day: Date) -> Result<BTreeMap<String, String>> {
    let lines = crate::sites::parametres(&context.config)?.into_iter();
    let in_force =
        lines.filter(|line| line.attente.du.is_none_or(|start| start <= day) && line.attente.au.is_none_or(|end| day <= end));
    Ok(in_force
        .filter_map(|line| Some((line.attente.finess, line.groupe_pairs?)))
        .collect())
}

/// So many days after the data, on the next working day: a function of the lake, like the rest of the document.
fn verification(as_of: Timestamp, days: u16) -> Date {
    let day = as_of.in_tz(ZONE).map_or(Date::constant(1970, 1, 1), |at| at.date());
    let mut day = day.saturating_add(i32::from(days).days());
    let closed = |day: Date| {
        matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || lake::reference::jours_feries().contains_key(&day)
    };
    while closed(day) {
        day = day.saturating_add(1.day());
    }
    day
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_asked_is_checked_on_a_working_day() {
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(verification(at("2025-04-07T06:00:00Z"), 28), date(2025, 5, 5));
        // 3 May 2025 is a Saturday, 1 May a holiday.
        assert_eq!(verification(at("2025-04-05T06:00:00Z"), 28), date(2025, 5, 5));
        assert_eq!(verification(at("2025-04-03T06:00:00Z"), 28), date(2025, 5, 2));
    }

    #[test]
    fn every_rule_that_may_ask_for_something_says_how_to_correct() {
        let texts = declarations::corrections();
        let catalogue = transform::Catalogue::load(&[]).unwrap();
        let silent: Vec<String> = catalogue
            .regles
            .iter()
            .filter(|rule| rule.domaine() == "rpu" && !rule.name().contains('.'))
            .filter(|rule| !texts.contains_key(&rule.name()) && !texts.contains_key(&rule.id))
            .map(|rule| rule.name())
            .collect();
        // What no rule measures, or every record fills, asks for nothing.
        assert_eq!(silent, ["RPU-E05", "RPU-E13", "RPU-E14"]);
    }
}

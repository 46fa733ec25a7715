//! Building a release: figures and findings that passed the gate, with the frame that describes them.
//!
//! A release is the only thing that reports can read. It is a function of its arguments: same figures, same policy, same bytes.

mod describe;
mod excuses;
mod frame;
mod receipts;

pub(crate) use frame::region_name;

use jiff::Timestamp;
use jiff::civil::Date;
use lake::delivery::{Delivery, delivery_id};
use lake::edition::Edition;
use lake::figure::Figure;
use lake::finding::Finding;
use lake::reference::Structure;
use lake::release::{Audience, Frame, Gate, Release};

use crate::disclosure::{self, Pattern, Policy, Setting, checks};
use crate::indicators::{Period, Request};
use crate::sites::Rupture;
use crate::{Catalogue, Error};

/// What a release says of its figures, besides the figures.
#[derive(Debug, Clone, Copy)]
pub struct FrameInputs<'a> {
    pub catalogue: &'a Catalogue,
    /// Code of the region, `76`.
    pub region: &'a str,
    pub structures: &'a [Structure],
    /// Every delivery known at `as_of`.
    pub deliveries: &'a [Delivery],
    /// Main period, `2025-Q1`.
    pub quarter: &'a str,
    /// Data as known at this instant.
    pub as_of: Timestamp,
    /// The run that made the figures.
    pub run: &'a str,
    /// Where the quarter stops while it is not over (`Inputs::cut`).
    pub cut: Option<Date>,
    /// Last consolidated day.
    pub consolide_au: Option<Date>,
    /// Known breaks of the series of the sites.
    pub ruptures: &'a [Rupture],
    /// Whether the lake is marked synthetic.
    pub synthetique: bool,
    /// What published releases for the same audience masked.
    pub pattern: &'a Pattern,
    pub oru_version: &'a str,
}

/// The release of a quarter, or of a year, for an audience.
pub fn release(
    figures: Vec<Figure>,
    findings: &[Finding],
    inputs: &FrameInputs<'_>,
    audience: Audience,
    policy: &Policy,
) -> Result<Release, Error> {
    let (quarter, before) = Period::released_until(inputs.quarter, inputs.cut)?;
    let request = Request::released_until(inputs.quarter, inputs.cut)?;
    let mut setting = Setting::of(inputs.catalogue, &request, inputs.structures);
    setting.pattern.clone_from(inputs.pattern);
    let gated = disclosure::gate(figures, &setting, audience, policy);
    if let Some(audit) = &gated.audit {
        let found = checks::run(&gated, audit, (&setting.declared, &setting.pattern), audience, policy);
        // What does not block is in the account of the audit, which the report says in its annex.
        let blocking: Vec<_> = found.iter().filter(|found| found.blocks).collect();
        if !blocking.is_empty() {
            let words: Vec<String> = blocking.into_iter().map(ToString::to_string).collect();
            return Err(Error::Disclosure(words.join(" ; ")));
        }
    }
    let excused = excuses::sentences(inputs, findings, &quarter, audience, policy);
    let findings = disclosure::findings(findings, audience, policy);
    let gate = Gate {
        seuil: policy.seuil,
        plancher: policy.plancher,
        politique: policy.name(),
        masques: gated.masques,
        audit: gated.audit,
        reprises: inputs.pattern.releases.clone(),
    };
    let catalogue = catalogue_hash(inputs.catalogue);
    let mut avertissements = receipts::warnings(inputs, [&quarter, &before], &gated.figures);
    avertissements.extend(excused);
    let name = [
        inputs.quarter,
        audience.as_str(),
        inputs.run,
        &inputs.as_of.to_string(),
        &catalogue,
        &format!("{policy:?}"),
        inputs.oru_version,
        &inputs.pattern.releases.join(" "),
    ]
    .join("\u{1f}");
    let frame = Frame {
        id: format!("{}-{}", inputs.quarter, &delivery_id(name.as_bytes())[..12]),
        audience,
        period: quarter.label.to_string(),
        date_from: quarter.from,
        date_to: quarter.to,
        period_n1: before.label.to_string(),
        date_from_n1: before.from,
        date_to_n1: before.to,
        as_of: inputs.as_of,
        run: inputs.run.to_owned(),
        consolidated_to: inputs.consolide_au,
        region: inputs.region.to_owned(),
        region_nom: frame::region_name(inputs.region),
        departements: frame::departements(inputs.region),
        structures: frame::structures(inputs.structures, &before, &quarter),
        population: frame::population(inputs.region),
        offre: lake::offre::offre(&frame::departements(inputs.region)),
        population_annee: frame::population_year(),
        jours_feries: frame::holidays(&[&before, &quarter]),
        vacances: frame::school_holidays(inputs.region, &[&before, &quarter]),
        deliveries: receipts::summaries(inputs.deliveries, &quarter),
        envois: receipts::listed(inputs.deliveries, &quarter),
        ruptures: frame::ruptures(inputs.ruptures, &before, &quarter),
        avertissements,
        gate,
        bornes: inputs.catalogue.bornes.clone(),
        catalogue,
        oru_version: inputs.oru_version.to_owned(),
        synthetique: inputs.synthetique,
        entries: describe::entries(inputs.catalogue, &gated.figures, &findings),
        sujet: None,
        edition: Edition::default(),
    };
    Ok(Release {
        frame,
        figures: gated.figures,
        findings,
    })
}

/// Hash of the declarations that made the figures: tables of the lake, rules, indicators.
pub(crate) fn catalogue_hash(catalogue: &Catalogue) -> String {
    let mut text = format!("{:?}", lake::table::tables());
    for (name, content) in &catalogue.files {
        text.push_str(&format!("\u{1f}{name}\u{1f}{content}"));
    }
    // Parameters set by the configuration are part of the rules.
    for rule in &catalogue.regles {
        text.push_str(&format!("\u{1f}{}{:?}{}", rule.name(), rule.parametres, rule.seuil));
    }
    delivery_id(text.as_bytes())
}

#[cfg(test)]
pub(crate) mod tests;

//! What a release says of the false alarms that its site declares: they are counted in the findings and out of the verdicts, and no
//! report is silent about them.

use jiff::civil::Date;
use lake::finding::Finding;
use lake::release::Audience;

use super::FrameInputs;
use crate::Catalogue;
use crate::disclosure::Policy;
use crate::indicators::Period;
use crate::judgement::FausseAlerte;

/// One French sentence for each false alarm that touches the quarter, in the order of the declarations.
pub fn sentences(
    inputs: &FrameInputs<'_>,
    findings: &[Finding],
    quarter: &Period,
    audience: Audience,
    policy: &Policy,
) -> Vec<String> {
    let alarms = inputs.catalogue.fausses_alertes.iter().map(|declared| &declared.what);
    let touching = alarms.filter(|alarm| alarm.du <= quarter.to && alarm.au >= quarter.from);
    touching
        .map(|alarm| {
            let counted = counted(alarm, findings, quarter, inputs.catalogue);
            let hidden = audience != Audience::Interne && (1..u64::from(policy.seuil)).contains(&counted);
            let number = match (hidden, counted) {
                (true, _) => format!("moins de {} anomalies, comptées et hors du verdict", policy.seuil),
                (false, 0) => "aucune anomalie ces jours-là".to_owned(),
                (false, 1) => "1 anomalie, comptée et hors du verdict".to_owned(),
                (false, counted) => format!("{counted} anomalies, comptées et hors du verdict"),
            };
            let place = alarm
                .site
                .as_deref()
                .map_or("tous les sites".to_owned(), |site| format!("site {site}"));
            format!(
                "Fausse alerte déclarée : {}, {place}, du {} au {} ({}) ; {number}.",
                alarm.regle, alarm.du, alarm.au, alarm.raison
            )
        })
        .collect()
}

fn counted(alarm: &FausseAlerte, findings: &[Finding], quarter: &Period, catalogue: &Catalogue) -> u64 {
    let of_days = findings
        .iter()
        .filter(|finding| finding.level == "etablissement" && finding.period_kind == "day");
    of_days
        .filter(|finding| {
            let day: Option<Date> = finding.period.parse().ok();
            day.is_some_and(|day| (quarter.from..=quarter.to).contains(&day) && alarm.covers(finding, catalogue))
        })
        .map(|finding| finding.violated)
        .sum()
}

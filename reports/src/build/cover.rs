//! What stands above the first section.

use jiff::Timestamp;
use lake::edition::{Edition, Etat};
use lake::reference::{Structure, latest};
use lake::release::{Audience, Frame, Sujet};

use super::Context;
use super::annexes::type_label;
use super::words::Words;
use crate::document::Cover;
use crate::typography as typo;

pub fn cover(context: &Context, words: &Words, kicker: &str, title: &str) -> Cover {
    let frame = context.frame();
    let (status, detail) = match frame.consolidated_to {
        _ if frame.is_cut() => ("Provisoire", same_days(frame)),
        Some(day) if day >= frame.date_to => (
            "Consolidé",
            format!("toutes les journées jusqu'au {}", typo::long_date(frame.date_to)),
        ),
        Some(day) => (
            "Provisoire",
            format!("journées consolidées jusqu'au {}", typo::long_date(day)),
        ),
        None => ("Provisoire", "aucune journée consolidée".to_owned()),
    };
    let (headline, rest) = title.split_once(" – ").unwrap_or((title, ""));
    Cover {
        kicker: words.french(kicker),
        headline: words.french(headline),
        period: words.french(if frame.sujet.is_some() {
            rest
        } else {
            "{region} – {periode}"
        }),
        facts: frame.sujet.as_ref().map_or_else(Vec::new, |subject| facts(frame, subject)),
        issuer: None,
        as_of: typo::instant(frame.as_of),
        status: status.to_owned(),
        status_detail: typo::french(&detail),
        edition: edition(&frame.edition),
        audience: match frame.audience {
            Audience::Public => "Public",
            Audience::Partenaire => "Partenaires (ARS, établissements)",
            Audience::Interne => "Interne, ne pas diffuser",
        }
        .to_owned(),
        synthetic: frame.synthetique.then(|| {
            typo::french(
                "Données synthétiques : ce document est une démonstration. Aucun chiffre ne décrit une activité réelle, \
                 aucun patient n'existe.",
            )
        }),
        release: frame.id.clone(),
        run: frame.run.clone(),
        version: frame.oru_version.clone(),
    }
}

/// Who a site or a département is, in a few lines.
fn facts(frame: &Frame, subject: &Sujet) -> Vec<(String, String)> {
    let of_site = |structure: &&Structure| structure.finess == subject.zone;
    let site = latest(frame.structures.iter().filter(of_site)).filter(|_| subject.niveau == "etablissement");
    let department = frame.departements.iter().find(|(code, _)| *code == subject.departement);
    let mut lines: Vec<(&str, String)> = Vec::new();
    if let Some(site) = site {
        lines.push(("FINESS géographique", site.finess.clone()));
        lines.push(("FINESS juridique", site.finess_juridique.clone()));
        lines.push(("Type", type_label(&site.type_structure)));
    }
    if let Some(peers) = &subject.pairs {
        let said = match peers.sites {
            0 | 1 => format!("{} ({} autre site)", peers.libelle, peers.sites),
            several => format!("{} ({several} autres sites)", peers.libelle),
        };
        lines.push(("Groupe de pairs", said));
    }
    if let (Some((code, name)), true) = (department, site.is_some()) {
        lines.push(("Département", format!("{name} ({code})")));
    }
    if site.is_none() {
        let mut sites: Vec<&str> = frame.structures.iter().map(|structure| structure.finess.as_str()).collect();
        sites.sort_unstable();
        sites.dedup();
        lines.push(("Code", subject.zone.clone()));
        lines.push(("Sites d'urgences", sites.len().to_string()));
    } else {
        let contact = subject.contact.clone();
        lines.push(("Référent", contact.unwrap_or_else(|| "non renseigné".to_owned())));
    }
    lines
        .into_iter()
        .map(|(label, text)| (typo::french(label), typo::french(&text)))
        .collect()
}

/// How far the document has come: « Validé par A. Martin le 14 avril 2025, version 1 ».
fn edition(edition: &Edition) -> String {
    let on = |at: Option<Timestamp>| {
        at.map(|at| format!(" le {}", typo::long_date(typo::paris(at).date())))
            .unwrap_or_default()
    };
    let by = match edition.valide_par.as_str() {
        "" => String::new(),
        name => format!(" par {name}"),
    };
    let said = match edition.etat {
        Etat::Brouillon => Etat::Brouillon.label_fr().to_owned(),
        Etat::Valide => format!("{}{by}{}", Etat::Valide.label_fr(), on(edition.valide_le)),
        Etat::Publie => format!("{}{}, validé{by}", Etat::Publie.label_fr(), on(edition.publie_le)),
    };
    typo::french(&format!("{said}, version {}", edition.version))
}

/// What a period that is not over covers, and what it is compared with.
fn same_days(frame: &Frame) -> String {
    format!(
        "période en cours, {} ; comparée aux mêmes jours de {} : {}",
        typo::date_range(frame.date_from, frame.date_to),
        frame.date_from_n1.year(),
        typo::date_range(frame.date_from_n1, frame.date_to_n1)
    )
}

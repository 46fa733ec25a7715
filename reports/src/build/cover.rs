//! What stands above the first section.

use lake::release::{Audience, Frame};

use super::Context;
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
    let headline = title.split(" – ").next().unwrap_or(title);
    Cover {
        kicker: words.french(kicker),
        headline: words.french(headline),
        period: words.french("{region} – {periode}"),
        as_of: typo::instant(frame.as_of),
        status: status.to_owned(),
        status_detail: typo::french(&detail),
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

/// What a period that is not over covers, and what it is compared with.
fn same_days(frame: &Frame) -> String {
    format!(
        "période en cours, {} ; comparée aux mêmes jours de {} : {}",
        typo::date_range(frame.date_from, frame.date_to),
        frame.date_from_n1.year(),
        typo::date_range(frame.date_from_n1, frame.date_to_n1)
    )
}

//! « Points d'attention »: what a reader must know before reading the figures of a place. Each sentence names a known bias with its
//! number and its denominator, and says which figures it weighs on; none gives a cause or a blame. A rule under its threshold says
//! nothing.

use lake::figure::Figure;

use super::names::site_name;
use super::sentences::Sentences;
use crate::declaration::{Period, Selection};
use crate::typography as typo;

/// From this share of missing items on, the figures that need them are said to be partial.
const NOTABLE: f64 = 0.10;
/// A collection under this share of what the place declares is said to be partial.
const COLLECTED: f64 = 0.95;
/// An hour of exits is piled up when it has this many times the share of both its neighbours, and at least this share.
const PILED: (f64, f64) = (2.0, 0.05);

/// Passages without an exit time: stays.
pub fn exits(place: &Sentences) -> Option<String> {
    let (missing, all) = missing(place, "RPU-E15")?;
    Some(format!(
        "{} des passages ({} sur {}) n'ont pas d'heure de sortie : les durées de passage portent sur les {} autres.",
        printed(missing / all, all),
        typo::count(missing),
        typo::count(all),
        printed(1.0 - missing / all, all)
    ))
}

/// Passages without an outcome: hospitalisation, transfers, homes.
pub fn outcomes(place: &Sentences) -> Option<String> {
    let (missing, all) = missing(place, "RPU-E16")?;
    Some(format!(
        "{} des passages ({} sur {}) n'ont pas de mode de sortie : les parts d'hospitalisation, de transfert et de retour à domicile portent sur les {} autres passages, et ne sont pas celles de tous.",
        printed(missing / all, all),
        typo::count(missing),
        typo::count(all),
        typo::count(all - missing)
    ))
}

/// Passages without a diagnosis where one is expected.
pub fn diagnoses(place: &Sentences) -> Option<String> {
    let (missing, all) = missing(place, "RPU-E12")?;
    Some(format!(
        "{} des diagnostics attendus manquent ({} sur {}) : la répartition des diagnostics porte sur {} passages.",
        printed(missing / all, all),
        typo::count(missing),
        typo::count(all),
        typo::count(all - missing)
    ))
}

/// Passages without a CCMU.
pub fn severity(place: &Sentences) -> Option<String> {
    let (missing, all) = missing(place, "RPU-E11")?;
    Some(format!(
        "{} des passages ({} sur {}) n'ont pas de CCMU : la gravité porte sur {} passages.",
        printed(missing / all, all),
        typo::count(missing),
        typo::count(all),
        typo::count(all - missing)
    ))
}

/// Fewer passages received than the place declares.
pub fn coverage(place: &Sentences) -> Option<String> {
    let figure = figure(place, "RPU-I05")?;
    let (sent, declared) = (figure.numerator?, figure.denominator.filter(|declared| *declared > 0.0)?);
    (sent / declared < COLLECTED).then(|| {
        format!(
            "Le recueil est partiel : {} RPU transmis pour {} passages déclarés ({}) ; tous les effectifs sont des minimums.",
            typo::count(sent),
            typo::count(declared),
            typo::share(sent / declared)
        )
    })
}

/// Days without anything.
pub fn silences(place: &Sentences) -> Option<String> {
    let figure = figure(place, "RPU-T01")?;
    let (silent, days) = (figure.value.filter(|days| *days > 0.0)?, figure.denominator?);
    let (word, are) = if silent < 2.0 { ("jour", "est") } else { ("jours", "sont") };
    Some(format!(
        "{} {word} sur {} {are} sans transmission : les effectifs et les moyennes par jour sont sous-estimés d'autant.",
        typo::count(silent),
        typo::count(days)
    ))
}

/// Exits recorded together at one hour, as at a change of shift or at midnight.
pub fn shift_change(place: &Sentences) -> Option<String> {
    let hours: Vec<Option<&Figure>> = (0..24)
        .map(|hour| {
            let selection = Selection {
                indicateur: Some("ORU-I34S".to_owned()),
                dim: Some("heure".to_owned()),
                modalite: Some(format!("{hour:02}")),
                ..Selection::default()
            };
            place
                .context
                .figure(&selection, Period::Courante)
                .filter(|figure| figure.printable())
        })
        .collect();
    let share = |hour: usize| hours[hour % 24].and_then(|figure| figure.value);
    let (factor, floor) = PILED;
    let is_piled = |hour: &usize| {
        let neighbours = share(hour + 23).zip(share(hour + 1));
        share(*hour)
            .zip(neighbours)
            .is_some_and(|(own, (before, after))| own >= floor && own >= factor * before.max(after))
    };
    let hour = (0..24).find(is_piled)?;
    let figure = hours[hour]?;
    Some(format!(
        "{} des sorties ({} sur {}) sont enregistrées entre {hour} h et {} h, plus de deux fois l'heure d'avant et celle d'après : une saisie groupée, à la relève par exemple, allonge ou raccourcit les durées.",
        printed(figure.value?, figure.denominator?),
        typo::count(figure.numerator?),
        typo::count(figure.denominator?),
        (hour + 1) % 24
    ))
}

/// A known break between the two periods compared.
pub fn breaks(place: &Sentences) -> Option<String> {
    let frame = place.context.frame();
    let mut between = frame.ruptures.iter().filter(|rupture| frame.date_from_n1 < rupture.date);
    let rupture = between.next_back()?;
    let site = frame.structures.iter().find(|structure| structure.finess == rupture.finess);
    let name = site.map_or_else(|| rupture.finess.clone(), |site| site_name(&site.nom));
    let several = frame.sujet.as_ref().is_none_or(|subject| subject.niveau != "etablissement");
    let of = if several { format!(" de {name}") } else { String::new() };
    Some(format!(
        "La série{of} est rompue le {} ({}) : l'évolution sur un an n'est pas calculée.",
        typo::long_date(rupture.date),
        rupture.libelle
    ))
}

/// (missing, expected) of a rate of filling, when a notable share is missing.
fn missing(place: &Sentences, indicator: &str) -> Option<(f64, f64)> {
    let figure = figure(place, indicator)?;
    let (filled, expected) = (figure.numerator?, figure.denominator.filter(|expected| *expected > 0.0)?);
    let missing = expected - filled;
    (missing / expected >= NOTABLE).then_some((missing, expected))
}

fn figure<'a>(place: &Sentences<'a, '_>, indicator: &str) -> Option<&'a Figure> {
    let selection = Selection {
        indicateur: Some(indicator.to_owned()),
        ..Selection::default()
    };
    place
        .context
        .figure(&selection, Period::Courante)
        .filter(|figure| figure.printable())
}

/// In running text a percentage of fewer than a thousand records has no decimal.
fn printed(share: f64, denominator: f64) -> String {
    typo::share_with_digits(share, u8::from(denominator >= 1_000.0))
}

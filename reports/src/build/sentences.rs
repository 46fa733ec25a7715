//! Plain sentences made by rule: a number, its comparison, its denominator. A rule without its figures says nothing. No rule
//! gives a cause.

use lake::figure::Figure;

use super::Context;
use super::attention;
use super::cell::print_value;
use crate::figures::FigureKey;
use crate::typography as typo;

/// A sentence, when the release has what it needs.
pub type Rule = fn(&Sentences) -> Option<String>;

/// Every rule, by the name that a declaration uses.
pub const RULES: &[(&str, Rule)] = &[
    ("volume", volume),
    ("ages", ages),
    ("hospitalisation", hospitalisation),
    ("durees", durations),
    ("durees_geriatrie", durations_geriatrics),
    ("qualite", quality),
    ("attention_sorties", attention::exits),
    ("attention_mode_sortie", attention::outcomes),
    ("attention_diagnostic", attention::diagnoses),
    ("attention_gravite", attention::severity),
    ("attention_collecte", attention::coverage),
    ("attention_couverture", attention::silences),
    ("attention_changement_poste", attention::shift_change),
    ("attention_rupture", attention::breaks),
];

/// Below this relative change, in absolute value and as printed, activity is called stable.
pub const STABLE: f64 = 0.02;

/// The sentences of these rules, and the names that no rule has.
pub fn sentences(context: &Context, rules: &[String]) -> (Vec<String>, Vec<String>) {
    let region = Sentences { context };
    let mut said = Vec::new();
    let mut unknown = Vec::new();
    for name in rules {
        match RULES.iter().find(|(known, _)| known == name) {
            Some((_, rule)) => said.extend(rule(&region).map(|sentence| typo::french(&sentence))),
            None => unknown.push(name.clone()),
        }
    }
    (said, unknown)
}

/// « en augmentation », « stable », « en diminution »: the written rule.
pub fn trend(relative: f64) -> &'static str {
    let relative = typo::relative_as_printed(relative);
    if relative.abs() < STABLE {
        "stable"
    } else if relative > 0.0 {
        "en augmentation"
    } else {
        "en diminution"
    }
}

/// What the document is about, over the main period and the one before.
pub struct Sentences<'a, 'b> {
    pub(super) context: &'b Context<'a>,
}

impl<'a> Sentences<'a, '_> {
    fn figure(&self, indicator: &str, population: &str, before: bool) -> Option<&'a Figure> {
        let frame = self.context.frame();
        let period = if before { &frame.period_n1 } else { &frame.period };
        let kind = if period.contains("-Q") { "quarter" } else { "month" };
        let key = FigureKey::region(self.context.figures.release, indicator, kind, period).population(population);
        self.context.look_up(&key).filter(|figure| figure.printable())
    }

    fn value(&self, indicator: &str, population: &str) -> Option<f64> {
        self.figure(indicator, population, false)?.value
    }

    fn printed(&self, indicator: &str, population: &str) -> Option<String> {
        let figure = self.figure(indicator, population, false)?;
        let digits = self.context.digits(indicator, &figure.unit);
        Some(print_value(&figure.unit, figure.value?, digits))
    }

    /// « 19,8 % (+0,4 point en un an) »; without the year before, the value alone.
    fn share(&self, indicator: &str, population: &str) -> Option<String> {
        let figure = self.figure(indicator, population, false)?;
        let now = figure.value?;
        let change = self
            .figure(indicator, population, true)
            .and_then(|figure| figure.value)
            .map(|before| format!(" ({} en un an)", typo::change_share(now, before)))
            .unwrap_or_default();
        // In running text a percentage of fewer than a thousand records has no decimal.
        let printed = match figure.denominator {
            Some(denominator) if denominator < 1_000.0 => typo::share_with_digits(now, 0),
            _ => typo::share(now),
        };
        Some(format!("{printed}{change}"))
    }

    fn duration(&self, indicator: &str, population: &str) -> Option<String> {
        let now = self.value(indicator, population)?;
        let change = self
            .figure(indicator, population, true)
            .and_then(|figure| figure.value)
            .map(|before| format!(" ({} en un an)", typo::change_duration(now - before)))
            .unwrap_or_default();
        Some(format!("{}{change}", typo::duration(now)))
    }

    fn denominator(&self, indicator: &str, population: &str) -> Option<String> {
        Some(typo::count(self.figure(indicator, population, false)?.denominator?))
    }
}

fn volume(region: &Sentences) -> Option<String> {
    let now = region.value("RPU-I01", "tous")?;
    let frame = region.context.frame();
    let mean = region
        .printed("RPU-I02", "tous")
        .map(|mean| format!(", soit {mean} par jour en moyenne"))
        .unwrap_or_default();
    let first = format!(
        "Au {}, {} passages aux urgences ont été transmis{mean}",
        typo::period(&frame.period),
        typo::count(now)
    );
    let before = region.figure("RPU-I01", "tous", true).and_then(|figure| figure.value);
    let Some(before) = before.filter(|before| *before > 0.0) else {
        return Some(format!(
            "{first} ; le {} n'est pas disponible.",
            typo::period(&frame.period_n1)
        ));
    };
    let relative = (now - before) / before;
    let all = format!(
        "{}, soit {} passages",
        typo::change_relative(relative),
        typo::signed(now - before, 0)
    );
    let compared = typo::period(&frame.period_n1);
    let trend_said = match constant_perimeter(region) {
        Some(change) => format!(
            "À périmètre constant, l'activité est {} par rapport au {compared} ({}) ; tous sites confondus, {all}",
            trend(change),
            typo::change_relative(change)
        ),
        None => format!("L'activité est {} par rapport au {compared} ({all})", trend(relative)),
    };
    let daily = daily(region).unwrap_or_default();
    let threshold = typo::share_with_digits(STABLE, 0);
    Some(format!(
        "{first}. {trend_said}{daily}. Est dite stable une variation de moins de {threshold}."
    ))
}

/// The daily change, where the periods have not the same number of days.
fn daily(region: &Sentences) -> Option<String> {
    let (days, days_before) = (region.context.days(), region.context.days_before());
    if days == days_before {
        return None;
    }
    let now = region.value("RPU-I02", "tous")?;
    let before = region.figure("RPU-I02", "tous", true)?.value.filter(|before| *before > 0.0)?;
    let relative = (now - before) / before;
    Some(format!(
        " ; la période compte {} jours contre {} : par jour, l'activité est {} ({})",
        typo::count(days),
        typo::count(days_before),
        trend(relative),
        typo::change_relative(relative)
    ))
}

fn constant_perimeter(region: &Sentences) -> Option<f64> {
    let frame = region.context.frame();
    let kind = if frame.period.contains("-Q") { "quarter" } else { "month" };
    let mut key = FigureKey::region(region.context.figures.release, "RPU-I03", kind, &frame.period);
    key.perimetre = "constant".to_owned();
    region.context.value(&key)
}

fn ages(region: &Sentences) -> Option<String> {
    let bounds = &region.context.frame().bornes;
    Some(format!(
        "Les moins de {} ans font {} des passages et les {} ans et plus {}, sur {} passages d'âge connu.",
        bounds.pediatrie_moins_de,
        region.share("RPU-I15", "tous")?,
        bounds.geriatrie_a_partir_de,
        region.share("RPU-I16", "tous")?,
        region.denominator("RPU-I16", "tous")?
    ))
}

fn hospitalisation(region: &Sentences) -> Option<String> {
    Some(format!(
        "Une hospitalisation, par mutation ou transfert, suit {} des {} passages dont le mode de sortie est renseigné.",
        region.share("RPU-I70", "tous")?,
        region.denominator("RPU-I70", "tous")?
    ))
}

fn durations(region: &Sentences) -> Option<String> {
    let under_four = region.share("RPU-I62", "tous")?;
    Some(format!(
        "La durée médiane de passage, hors UHCD, est de {} ; {under_four} des passages durent moins de 4 heures, sur {} durées \
         valides.",
        region.duration("RPU-I61", "tous")?,
        region.denominator("RPU-I62", "tous")?
    ))
}

fn durations_geriatrics(region: &Sentences) -> Option<String> {
    Some(format!(
        "À {} ans et plus, la durée médiane est de {} et {} des passages dépassent 8 heures, sur {} durées valides.",
        region.context.frame().bornes.geriatrie_a_partir_de,
        region.duration("RPU-I61", "geriatrie")?,
        region.share("ORU-I62-8H", "geriatrie")?,
        region.denominator("ORU-I62-8H", "geriatrie")?
    ))
}

fn quality(region: &Sentences) -> Option<String> {
    let coverage = region.figure("RPU-I05", "tous", false)?;
    let diagnosis = region
        .share("RPU-E12", "tous")
        .map(|share| format!(" ; le diagnostic principal est renseigné pour {share} des passages où il est attendu"))
        .unwrap_or_default();
    Some(format!(
        "L'exhaustivité du recueil est de {} ({} RPU pour {} passages déclarés){diagnosis}.",
        typo::share(coverage.value?),
        typo::count(coverage.numerator?),
        typo::count(coverage.denominator?)
    ))
}

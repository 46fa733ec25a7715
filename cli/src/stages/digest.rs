//! Digest: what the last night has to say, beside the one before, as a page and as a message to be sent.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use lake::delivery::Delivery;
use lake::results::Execution;
use lake::store::Store;
use reports::digest::{Adresses, Digest, Groupe, Lieu, Pages};
use reports::typography::long_date;
use transform::Catalogue;
use transform::judgement::differences::{Probleme, differences};
use transform::judgement::{Jugement, Niveau, judge, name_of};

use crate::context::{Context, ZONE};
use crate::error::{Doing, Result};
use crate::stages::executions::{all_earlier, findings, history, last_night};
use crate::stages::silences::Silences;
use crate::stages::waiting::waiting;
use crate::stages::{self, Done};
use crate::{declarations, reading, talk};

/// Writes the digest of a run, else of the last one over days, in the folders of the configuration.
pub fn digest(context: &Context, run: Option<&str>) -> Result<Done> {
    let store = stages::open(context)?;
    let computed = history(&store)?
        .into_iter()
        .find(|execution| Some(execution.run.as_str()) == run);
    let night = match computed {
        Some(night) => Some(night),
        None => last_night(&store)?,
    };
    let Some(night) = night else {
        talk::print("synthèse  : aucune nuit calculée\n");
        return Ok(Done::nothing());
    };
    let made = make(context, &store, &night)?;
    let settings = &context.config.synthese;
    let addresses = Adresses {
        de: settings.de.clone(),
        a: settings.a.clone(),
        date: date_of_mail(context.now),
    };
    let pages = made
        .render(&addresses, context.config.rapports.modeles.as_deref())
        .doing("synthèse de la nuit")?;
    let name = &made.jour;
    write(&settings.sortie, &format!("{name}.html"), &pages.html)?;
    write(&settings.sortie, &format!("{name}.md"), &pages.markdown)?;
    let told = serde_json::to_string_pretty(&made).doing("synthèse de la nuit")?;
    write(&settings.sortie, &format!("{name}.json"), &format!("{told}\n"))?;
    tell(&settings.sortie, &night)?;
    let Pages { courriel, .. } = pages;
    if let Some(spool) = &settings.courriels {
        write(spool, &format!("{name}-{}.eml", made.execution), &courriel)?;
    }
    talk::print(&format!(
        "synthèse  : {} ; {}\n",
        made.subject(),
        settings.sortie.join(format!("{name}.html")).display()
    ));
    Ok(Done::nothing())
}

fn make(context: &Context, store: &Store, night: &Execution) -> Result<Digest> {
    let catalogue = declarations::catalogue(&context.config)?;
    let before = last_told(store, night, &context.config.synthese.sortie)?;
    let now = findings(store, night)?;
    let then = match &before {
        Some(run) => findings(store, run)?,
        None => Vec::new(),
    };
    let (now, then) = (judge(&now, &catalogue), judge(&then, &catalogue));
    let changed = differences(&then, &now);
    let names = names(context)?;
    let since = before.as_ref().map(|run| run.as_of);
    let mut deliveries = stages::deliveries(store)?;
    deliveries.retain(|delivery| !delivery.is_reread());
    let since = since.unwrap_or(context.now - jiff::SignedDuration::from_hours(24));
    let received: Vec<&Delivery> = deliveries
        .iter()
        .filter(|delivery| delivery.received_at > since && delivery.received_at <= context.now)
        .collect();
    let day = context.now.in_tz(ZONE).doing("jour de la nuit")?.date();
    let errors = now.iter().filter(|judged| judged.niveau == Niveau::Erreur);
    let mut errors: Vec<String> = errors.map(|judged| name_of(judged.constat)).collect();
    errors.dedup();
    let silences = Silences::of(&now, &then, &deliveries, &catalogue, &|site| named(&names, site));
    let mut new = changed.nouveaux;
    new.retain(|problem| !silences.holds(problem));
    let mut gone = changed.resolus;
    gone.retain(|problem| !silences.was_unsaid(problem));
    Ok(Digest {
        jour: day.to_string(),
        jour_dit: long_date(day),
        execution: night.run.clone(),
        avant: before.map(|run| run.run),
        recus: received.len() as u64,
        charges: received.iter().filter(|delivery| delivery.is_in_force()).count() as u64,
        a_traiter: waiting(&deliveries, since, context.now, &|site| named(&names, site)),
        silences: silences.nouveaux,
        silences_connus: silences.connus,
        jamais_recus: silences.jamais,
        nouveaux: groups(&new, &catalogue, &names),
        resolus: groups(&gone, &catalogue, &names),
        persistants: changed.persistants.len() as u64,
        excusees: excused(&now),
        erreurs: errors,
    })
}

/// Beside the pages: the runs that they tell, one a line.
const TOLD: &str = "executions.txt";

/// The last run before `night` that a page told, else the last one: what was computed by hand during the day and told to nobody is
/// still new.
fn last_told(store: &Store, night: &Execution, folder: &Path) -> Result<Option<Execution>> {
    let told = fs::read_to_string(folder.join(TOLD)).unwrap_or_default();
    let is_told = |run: &&Execution| told.lines().any(|line| line == run.run);
    let before = all_earlier(store, night)?;
    Ok(before.iter().rfind(is_told).or(before.last()).cloned())
}

fn tell(folder: &Path, night: &Execution) -> Result<()> {
    let path = folder.join(TOLD);
    let mut told = fs::read_to_string(&path).unwrap_or_default();
    if !told.lines().any(|line| line == night.run) {
        told.push_str(&format!("{}\n", night.run));
    }
    write(folder, TOLD, &told)
}

/// Name of each site, by FINESS: that of its first structure.
fn names(context: &Context) -> Result<BTreeMap<String, String>> {
    let mut structures = reading::structures(&context.config)?;
    structures.sort_by_key(|structure| std::cmp::Reverse(structure.ordre));
    Ok(structures
        .into_iter()
        .map(|structure| (structure.finess, structure.nom))
        .collect())
}

fn named(names: &BTreeMap<String, String>, site: &str) -> String {
    names
        .get(site)
        .map_or_else(|| site.to_owned(), |name| format!("{name} ({site})"))
}

/// Problems by rule, those that concern most sites first.
fn groups(problems: &[Probleme], catalogue: &Catalogue, names: &BTreeMap<String, String>) -> Vec<Groupe> {
    let mut groups: Vec<Groupe> = Vec::new();
    for problem in problems {
        let verdict = problem.niveau.label_fr();
        let place = Lieu {
            nom: named(names, &problem.site),
            anomalies: problem.violated,
            juges: problem.eligible,
        };
        match groups
            .iter_mut()
            .find(|group| group.regle == problem.regle && group.verdict == verdict)
        {
            Some(group) => group.sites.push(place),
            None => groups.push(Groupe {
                titre: catalogue
                    .regles
                    .iter()
                    .find(|rule| rule.name() == problem.regle)
                    .map(|rule| rule.titre.clone())
                    .unwrap_or_default(),
                regle: problem.regle.clone(),
                verdict: verdict.to_owned(),
                sites: vec![place],
            }),
        }
    }
    // Failures come before alerts already; the sort keeps that order between equal ones.
    groups.sort_by_key(|group| {
        (
            group.verdict == Niveau::Alerte.label_fr(),
            std::cmp::Reverse(group.sites.len()),
        )
    });
    groups
}

/// Anomalies of the region that false alarms explain, day by day.
fn excused(judged: &[Jugement]) -> u64 {
    let of_days = judged
        .iter()
        .filter(|judged| judged.constat.level == "region" && judged.constat.period_kind == "day");
    of_days.map(|judged| judged.excusees).sum()
}

/// `Mon, 07 Apr 2025 06:00:00 +0200` (RFC 5322, 3.3).
fn date_of_mail(now: Timestamp) -> String {
    let zoned = now.in_tz(ZONE).expect("the zone is bundled");
    jiff::fmt::rfc2822::to_string(&zoned).unwrap_or_else(|_| zoned.to_string())
}

/// A reader of the folder never sees half a page.
fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    let doing = || format!("écriture de {}", path.display());
    fs::create_dir_all(folder).doing(doing())?;
    let aside = folder.join(format!("{name}.tmp"));
    fs::write(&aside, text).doing(doing())?;
    fs::rename(&aside, &path).doing(doing())
}

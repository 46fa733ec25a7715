//! Digest: what the last night has to say, beside the one before, as a page and as a message to be sent.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use lake::delivery::{Delivery, Verdict};
use lake::results::Execution;
use lake::store::Store;
use reports::digest::{Adresses, Digest, Envoi, Groupe, Lieu, Pages, Silence};
use reports::typography::long_date;
use transform::Catalogue;
use transform::judgement::differences::{Probleme, differences};
use transform::judgement::{Jugement, Niveau, judge, name_of};
use transform::rules::Rule;

use crate::account::short;
use crate::context::{Context, ZONE};
use crate::error::{Doing, Result};
use crate::fail_on::sort_of_period;
use crate::stages::executions::{earlier, findings, history};
use crate::stages::{self, Done};
use crate::{declarations, reading, talk};

/// Writes the digest of the last run over days, in the folders of the configuration.
pub fn digest(context: &Context) -> Result<Done> {
    let store = stages::open(context)?;
    let mut nights = history(&store)?;
    nights.retain(|execution| sort_of_period(&execution.periode) == 'J');
    let Some(night) = nights.pop() else {
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
    let before = earlier(store, night)?;
    let now = findings(store, night)?;
    let then = match &before {
        Some(run) => findings(store, run)?,
        None => Vec::new(),
    };
    let (now, then) = (judge(&now, &catalogue), judge(&then, &catalogue));
    let changed = differences(&then, &now);
    let names = names(context)?;
    let since = before.as_ref().map(|run| run.as_of);
    let received = received(stages::deliveries(store)?, since, context.now);
    let day = context.now.in_tz(ZONE).doing("jour de la nuit")?.date();
    let errors = now.iter().filter(|judged| judged.niveau == Niveau::Erreur);
    let mut errors: Vec<String> = errors.map(|judged| name_of(judged.constat)).collect();
    errors.dedup();
    Ok(Digest {
        jour: day.to_string(),
        jour_dit: long_date(day),
        execution: night.run.clone(),
        avant: before.map(|run| run.run),
        recus: received.len() as u64,
        charges: received.iter().filter(|delivery| delivery.is_in_force()).count() as u64,
        a_traiter: waiting(&received, &names),
        silences: silences(&now, &catalogue, &names),
        nouveaux: groups(&changed.nouveaux, &catalogue, &names),
        resolus: groups(&changed.resolus, &catalogue, &names),
        persistants: changed.persistants.len() as u64,
        excusees: excused(&now),
        erreurs: errors,
    })
}

/// Name of each site, by FINESS.
fn names(context: &Context) -> Result<BTreeMap<String, String>> {
    let structures = reading::structures(&context.config)?;
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

/// Deliveries received since the run before; since the eve when there is none.
fn received(deliveries: Vec<Delivery>, since: Option<Timestamp>, now: Timestamp) -> Vec<Delivery> {
    let eve = now - jiff::SignedDuration::from_hours(24);
    let since = since.unwrap_or(eve);
    let mut received = deliveries;
    received.retain(|delivery| delivery.received_at > since && delivery.received_at <= now);
    received
}

/// What waits for someone, held deliveries first.
fn waiting(received: &[Delivery], names: &BTreeMap<String, String>) -> Vec<Envoi> {
    let states = [
        (Verdict::EnAttente, "en attente", "oru lake accept"),
        (Verdict::EnQuarantaine, "en quarantaine", "oru quarantine list"),
        (Verdict::Refusee, "refusé", ""),
    ];
    let mut found = Vec::new();
    for (verdict, state, gesture) in states {
        for delivery in received.iter().filter(|delivery| delivery.verdict == verdict) {
            let gesture = match verdict {
                Verdict::EnAttente => format!("{gesture} {}", short(&delivery.id)),
                _ => gesture.to_owned(),
            };
            found.push(Envoi {
                etat: state.to_owned(),
                fichier: delivery.file.clone(),
                site: delivery.finess.as_deref().map(|site| named(names, site)).unwrap_or_default(),
                raison: delivery.reason.clone().unwrap_or_default(),
                geste: gesture,
            });
        }
    }
    found
}

/// Sites without anything on the last day judged, and since when.
fn silences(judged: &[Jugement], catalogue: &Catalogue, names: &BTreeMap<String, String>) -> Vec<Silence> {
    let mut silent: BTreeMap<(&str, &str), Vec<Date>> = BTreeMap::new();
    let mut last: BTreeMap<&str, Date> = BTreeMap::new();
    let days = judged.iter().filter(|judged| judged.constat.period_kind == "day");
    let rules: Vec<&Rule> = catalogue.regles.iter().filter(|rule| rule.silence).collect();
    for judged in days {
        let constat = judged.constat;
        let rule = rules.iter().find(|rule| rule.id == constat.rule);
        let (Some(rule), Ok(day)) = (rule, constat.period.parse::<Date>()) else {
            continue;
        };
        let latest = last.entry(&rule.id).or_insert(day);
        *latest = (*latest).max(day);
        if constat.level == "etablissement" && judged.niveau >= Niveau::Alerte {
            silent.entry((&constat.area, &rule.id)).or_default().push(day);
        }
    }
    let mut found = Vec::new();
    for ((site, rule), mut days) in silent {
        days.sort_unstable();
        let Some(end) = days.last().copied().filter(|day| last.get(rule) == Some(day)) else {
            continue;
        };
        let row = days.iter().rev().zip(0..).take_while(|(day, back)| {
            end.checked_sub(jiff::Span::new().days(*back))
                .is_ok_and(|before| before == **day)
        });
        let count = row.count();
        let title = catalogue
            .regles
            .iter()
            .find(|known| known.id == rule)
            .map(|known| known.titre.clone());
        found.push(Silence {
            site: named(names, site),
            quoi: format!("{} ({rule})", title.unwrap_or_default()),
            depuis: match count {
                1 => format!("le {}", long_date(end)),
                count => format!("depuis {count} jours, jusqu'au {}", long_date(end)),
            },
        });
    }
    found
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

//! Sites that send nothing: which ones are newly silent, which ones were silent the night before, which ones never sent anything.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lake::delivery::{Delivery, Verdict};
use reports::digest::Silence;
use reports::typography::long_date;
use transform::Catalogue;
use transform::judgement::differences::Probleme;
use transform::judgement::{Jugement, Niveau};
use transform::rules::Rule;

/// Known silences that are named.
const NAMED: usize = 5;

/// The silences of a night, beside those of the night before.
pub struct Silences {
    pub nouveaux: Vec<Silence>,
    /// Those that were said already, in one line.
    pub connus: String,
    pub jamais: u64,
    silent: BTreeSet<(String, String)>,
    /// Those of the night before that were not said, because their file waits for a decision, as it still does.
    unsaid: BTreeSet<(String, String)>,
}

impl Silences {
    pub fn of(
        now: &[Jugement],
        then: &[Jugement],
        deliveries: &[Delivery],
        catalogue: &Catalogue,
        named: &dyn Fn(&str) -> String,
    ) -> Silences {
        let before = silent(then, catalogue);
        let now = silent(now, catalogue);
        let owned = |(site, rule): &(&str, &str)| ((*site).to_owned(), (*rule).to_owned());
        let waited = before.iter().filter(|((site, _), row)| waits(deliveries, site, row));
        let unsaid = waited.map(|(key, _)| owned(key)).collect();
        let (mut nouveaux, mut connus, mut jamais) = (Vec::new(), Vec::new(), 0);
        for (key, row) in &now {
            let ((site, _), rule) = (key, row.rule);
            let part = match row.is_partial() {
                true => format!(", {} structure sur {}", row.silent, row.open),
                false => String::new(),
            };
            let name = format!("{}{part}", named(site));
            // Its file came: the page says, above, that it waits for a decision.
            if waits(deliveries, site, row) {
                continue;
            }
            let Some(last) = last_received(deliveries, site, row) else {
                jamais += 1;
                continue;
            };
            let days = i64::from(last.until(row.to).map_or(0, |span| span.get_days()));
            match before.contains_key(key) {
                true => connus.push((days, name)),
                false => nouveaux.push(Silence {
                    site: name,
                    quoi: format!("{} ({})", rule.titre, rule.id),
                    depuis: match days {
                        1 => format!("le {}", long_date(row.to)),
                        days => format!("depuis {days} jours, dernier jour reçu le {}", long_date(last)),
                    },
                }),
            }
        }
        Silences {
            nouveaux,
            connus: one_line(connus),
            jamais,
            silent: now.keys().map(owned).collect(),
            unsaid,
        }
    }

    /// Whether a problem is a silence: it is said with them, and not twice.
    pub fn holds(&self, problem: &Probleme) -> bool {
        self.silent.contains(&(problem.site.clone(), problem.regle.clone()))
    }

    /// Whether a problem that is gone is a silence that no page has told: only the days judged went on.
    pub fn was_unsaid(&self, problem: &Probleme) -> bool {
        self.unsaid.contains(&(problem.site.clone(), problem.regle.clone()))
    }
}

/// A day without anything: structures that are silent, and those judged.
type EmptyDay = (Date, (u64, u64));

/// The stretch of days without anything that ends on the last day judged.
struct Row<'a> {
    rule: &'a Rule,
    from: Date,
    to: Date,
    /// Structures without anything, among those judged: one of a site that has several may be silent alone.
    silent: u64,
    open: u64,
}

impl Row<'_> {
    fn is_partial(&self) -> bool {
        self.silent < self.open
    }
}

/// Sites without anything on the last day judged, by the rules that say so.
fn silent<'a>(judged: &'a [Jugement], catalogue: &'a Catalogue) -> BTreeMap<(&'a str, &'a str), Row<'a>> {
    let rules: Vec<&Rule> = catalogue.regles.iter().filter(|rule| rule.silence).collect();
    let mut last: BTreeMap<&str, Date> = BTreeMap::new();
    let mut days: BTreeMap<(&str, &str), Vec<EmptyDay>> = BTreeMap::new();
    for judged in judged.iter().filter(|judged| judged.constat.period_kind == "day") {
        let constat = judged.constat;
        let rule = rules.iter().find(|rule| rule.id == constat.rule);
        let (Some(rule), Ok(day)) = (rule, constat.period.parse::<Date>()) else {
            continue;
        };
        let latest = last.entry(&rule.id).or_insert(day);
        *latest = (*latest).max(day);
        if constat.level == "etablissement" && judged.niveau >= Niveau::Alerte {
            let counts = (constat.violated, constat.eligible);
            days.entry((&constat.area, &rule.id)).or_default().push((day, counts));
        }
    }
    let mut rows = BTreeMap::new();
    for ((site, rule), mut days) in days {
        days.sort_unstable();
        let Some((to, (violated, eligible))) = days.last().copied() else {
            continue;
        };
        let known = rules.iter().find(|known| known.id == rule && last.get(rule) == Some(&to));
        let Some(known) = known else { continue };
        let from = days
            .iter()
            .rev()
            .map(|(day, _)| *day)
            .reduce(|next, day| match day.tomorrow() {
                Ok(after) if after == next => day,
                _ => next,
            });
        let row = Row {
            rule: known,
            from: from.unwrap_or(to),
            to,
            silent: violated,
            open: eligible,
        };
        rows.insert((site, rule), row);
    }
    rows
}

/// The deliveries of a site that a silence would contradict.
fn own<'d>(deliveries: &'d [Delivery], site: &'d str, row: &Row<'_>) -> impl Iterator<Item = &'d Delivery> {
    let table = row.rule.domaine();
    deliveries
        .iter()
        .filter(move |delivery| delivery.table == table && delivery.finess.as_deref() == Some(site))
}

/// Whether files about the last day judged are held by a guard, for every structure without anything.
fn waits(deliveries: &[Delivery], site: &str, row: &Row<'_>) -> bool {
    let is_about = |held: &&Delivery| {
        let days = held.date_from.zip(held.date_to);
        days.is_some_and(|(from, to)| (from..=to).contains(&row.to))
    };
    let held = own(deliveries, site, row).filter(|delivery| delivery.verdict == Verdict::EnAttente);
    let transmits = own(deliveries, site, row)
        .filter(|delivery| delivery.is_in_force() && delivery.days.get(&row.to).is_some_and(|records| *records > 0));
    all_wait(
        held.filter(is_about).map(|held| held.ordre).collect(),
        &transmits.map(|delivery| delivery.ordre).collect(),
        row.silent,
    )
}

/// Whether as many structures wait as there are silent ones. One that transmits is not silent, whatever is held of it besides; a file
/// that names no structure is of the whole site.
fn all_wait(held: BTreeSet<Option<i16>>, transmits: &BTreeSet<Option<i16>>, silent: u64) -> bool {
    held.contains(&None) || held.difference(transmits).count() as u64 >= silent
}

/// The last day, before those without anything, that a delivery in force has records of: the night judges a few weeks only, a silence
/// may be older. None when there never was one.
fn last_received(deliveries: &[Delivery], site: &str, row: &Row<'_>) -> Option<Date> {
    let own = own(deliveries, site, row).filter(|delivery| delivery.is_in_force());
    let mut last: BTreeMap<Option<i16>, Date> = BTreeMap::new();
    let mut transmits: BTreeSet<Option<i16>> = BTreeSet::new();
    for delivery in own {
        for (day, _) in delivery.days.iter().filter(|(_, records)| **records > 0) {
            if *day < row.from {
                let known = last.entry(delivery.ordre).or_insert(*day);
                *known = (*known).max(*day);
            } else if row.is_partial() && *day <= row.to {
                transmits.insert(delivery.ordre);
            }
        }
    }
    last.retain(|ordre, _| !transmits.contains(ordre));
    last.into_values().max()
}

/// « 3 sites silencieux déjà signalés : A (3 jours), B (31 jours)… », the most recent first.
fn one_line(mut known: Vec<(i64, String)>) -> String {
    known.sort();
    let named: Vec<String> = known
        .iter()
        .take(NAMED)
        .map(|(days, name)| match days {
            1 => format!("{name} (1 jour)"),
            days => format!("{name} ({days} jours)"),
        })
        .collect();
    let more = match known.len().saturating_sub(NAMED) {
        0 => String::new(),
        1 => " et 1 autre".to_owned(),
        more => format!(" et {more} autres"),
    };
    match known.len() {
        0 => String::new(),
        1 => format!("1 site silencieux déjà signalé : {}", named[0]),
        number => format!("{number} sites silencieux déjà signalés : {}{more}", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::all_wait;

    #[test]
    fn a_held_file_of_a_structure_does_not_hide_the_silence_of_another() {
        let of = |ordres: &[i16]| ordres.iter().map(|ordre| Some(*ordre)).collect();
        // held, transmits, silent structures: whether the site is only waiting
        for (held, transmits, silent, expected) in [
            (of(&[1]), of(&[]), 1, true),
            (of(&[2]), of(&[]), 2, false),
            (of(&[1, 2]), of(&[]), 2, true),
            (of(&[2]), of(&[2]), 1, false),
            (of(&[1, 2]), of(&[2]), 1, true),
            ([None].into(), of(&[]), 2, true),
            (of(&[]), of(&[]), 1, false),
        ] {
            let shown = format!("{held:?} {transmits:?} {silent}");
            assert_eq!(all_wait(held, &transmits, silent), expected, "{shown}");
        }
    }
}

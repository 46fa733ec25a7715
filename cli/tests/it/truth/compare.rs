//! What a check found more with the faults than without, beside what the generator says it did.

use std::collections::{BTreeMap, BTreeSet};

use fixtures::faults::{Effect, FAUTES, Fault};
use lake::delivery::Delivery;

use super::loaded::{Loaded, Manifest, Truth, base};
use super::meant::{CONSEQUENCES, LATE, MONTHLY, clauses};
use super::plan::Batch;

/// A fault and a check meant for it.
#[derive(Debug)]
pub struct Line {
    pub fault: &'static Fault,
    pub site: &'static str,
    pub check: String,
    pub unit: &'static str,
    /// By day or by file: anomalies that the fault made, and that the check found.
    pub made: BTreeMap<String, i64>,
    pub found: BTreeMap<String, i64>,
    /// Anomalies found more at the sites that this check is not meant to accuse.
    pub elsewhere: Vec<String>,
    /// The check judges a month, or a field of a month: its count is not that of the fault, its months are.
    pub months: Option<BTreeSet<String>>,
}

impl Line {
    pub fn wrong(&self) -> Option<String> {
        let says = |what: &BTreeMap<String, i64>, other: &BTreeMap<String, i64>| {
            let apart = what.iter().filter(|(key, count)| other.get(*key) != Some(count));
            apart
                .map(|(key, count)| format!("{key}×{count}"))
                .take(8)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let missed = match &self.months {
            None => self.made != self.found || self.made.is_empty(),
            Some(months) => months.is_empty() || !self.found.keys().eq(months) || self.found.values().any(|count| *count <= 0),
        };
        // The mean and the spread of the sites move with the faults of all of them.
        let elsewhere = self.check != "RPU-T04" && !self.elsewhere.is_empty();
        (missed || elsewhere).then(|| {
            format!(
                "{} at {}, {}: made {} found {} elsewhere {:?}",
                self.fault.nom,
                self.site,
                self.check,
                says(&self.made, &self.found),
                says(&self.found, &self.made),
                self.elsewhere
            )
        })
    }
}

pub fn compare(batch: &Batch, without: &Loaded, with: &Loaded) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, site) in batch.struck() {
        let fault = FAUTES.iter().find(|fault| fault.nom == name).unwrap();
        let is_file = matches!(fault.effect, Effect::Night(_));
        for rule in fault.regles {
            let by_file = is_file || *rule == "RPU-F19";
            for check in clauses(rule, name) {
                let known = Known {
                    batch,
                    without,
                    with,
                    fault,
                    site,
                };
                let monthly = MONTHLY.contains(rule);
                match (by_file, monthly) {
                    // The hole is filled when the late file comes: nothing remains in the end.
                    (true, _) if *rule == "RPU-T01" => {}
                    (_, true) if !batch.monthly.contains(rule) => {}
                    (_, false) if !batch.exact => {}
                    (true, _) => lines.push(known.by_file(rule, &check)),
                    (false, monthly) => lines.extend(known.by_day(rule, &check, monthly)),
                }
            }
        }
    }
    lines
}

struct Known<'a> {
    batch: &'a Batch,
    without: &'a Loaded,
    with: &'a Loaded,
    fault: &'static Fault,
    site: &'static str,
}

impl Known<'_> {
    /// Found more by site and period.
    fn more(&self, check: &str, kind: &str) -> BTreeMap<(String, String), i64> {
        let mut more: BTreeMap<(String, String), i64> = BTreeMap::new();
        for (loaded, sign) in [(self.with, 1), (self.without, -1)] {
            let concerned = loaded.findings.iter().filter(|finding| {
                (finding.level.as_str(), finding.period_kind.as_str()) == ("etablissement", kind)
                    && check.strip_prefix(finding.rule.as_str()) == Some(&finding.clause)
            });
            for finding in concerned {
                *more.entry((finding.area.clone(), finding.period.clone())).or_default() += sign * finding.violated as i64;
            }
        }
        more.retain(|_, count| *count != 0);
        more
    }

    /// Sites that other faults of the region give to the same check.
    fn accused(&self, rule: &str) -> Vec<&'static str> {
        let meant = |name: &str| {
            let fault = FAUTES.iter().find(|fault| fault.nom == name).unwrap();
            fault.regles.contains(&rule)
        };
        let meant = self.batch.struck().filter(|(name, _)| meant(name)).map(|(_, site)| site);
        let touched = CONSEQUENCES
            .iter()
            .filter(|(_, rules, _)| rules.contains(&rule))
            .map(|(site, ..)| *site);
        meant.chain(touched).collect()
    }

    fn by_day(&self, rule: &'static str, check: &str, is_monthly: bool) -> Option<Line> {
        let truth = self
            .with
            .truth
            .iter()
            .filter(|truth| truth.fault == self.fault.nom && truth.site == self.site);
        let wanted = |truth: &&Truth| match is_monthly {
            true => truth.rule.is_empty(),
            false => truth.rule == check || (truth.rule == rule && check == "RPU-E15a"),
        };
        let mut made: BTreeMap<String, i64> = BTreeMap::new();
        for truth in truth.filter(wanted) {
            *made.entry(truth.day.clone()).or_default() += truth.count as i64;
        }
        let kind = if is_monthly { "month" } else { "day" };
        let more = self.more(check, kind);
        let accused = self.accused(rule);
        let elsewhere = more
            .iter()
            .filter(|((area, _), count)| **count > 0 && !accused.contains(&area.as_str()));
        let elsewhere = elsewhere
            .map(|((area, day), count)| format!("{area} {day} {count:+}"))
            .collect();
        let here = more.into_iter().filter(|((area, _), _)| area == self.site);
        let found: BTreeMap<String, i64> = here.map(|((_, day), count)| (day, count)).collect();
        // In a region of a few days, a rule of the fault may have no record at all.
        if made.is_empty() && found.is_empty() && self.batch.nights_from.is_none() {
            return None;
        }
        let months = is_monthly.then(|| self.months(check, &made));
        Some(Line {
            fault: self.fault,
            site: self.site,
            check: check.to_owned(),
            unit: self.fault.effect.unit(),
            made,
            found,
            elsewhere,
            months,
        })
    }

    /// The months of a fault: of its passages, or of the files that carry them.
    fn months(&self, check: &str, made: &BTreeMap<String, i64>) -> BTreeSet<String> {
        if check != "RPU-T10" {
            return made.keys().map(|day| day[..7].to_owned()).collect();
        }
        let of_site = self
            .with
            .deliveries
            .iter()
            .filter(|delivery| delivery.finess.as_deref() == Some(self.site));
        let days = of_site.filter_map(|delivery| Some(delivery.extract?.date()));
        let [year, month, day] = self.batch.to;
        let judged = days.filter(|extracted| *extracted <= jiff::civil::date(year, month as i8, day as i8));
        judged.map(|day| day.strftime("%Y-%m").to_string()).collect()
    }

    /// The files of a fault.
    fn injected(&self, name: &str) -> impl Iterator<Item = &Manifest> {
        self.with.manifest.iter().filter(move |injected| injected.fault == name)
    }

    fn by_file(&self, rule: &'static str, check: &str) -> Line {
        let is_record = matches!(self.fault.effect, Effect::Records(_));
        let detail = match check {
            "RPU-F19a" => "RPU-F19/identiques",
            _ => "RPU-F19/differents",
        };
        let made = self
            .injected(self.fault.nom)
            .flat_map(|injected| &injected.files)
            .map(|(file, rules)| {
                let count = if is_record {
                    rules.get(detail).copied().unwrap_or(0)
                } else {
                    1
                };
                (file.clone(), count as i64)
            });
        let made: BTreeMap<String, i64> = made.filter(|(_, count)| *count > 0).collect();
        let count = |delivery: &Delivery| {
            let violated = if rule.starts_with("garde ") {
                u64::from(delivery.verdict.as_str() == "en_attente")
            } else {
                let findings = delivery.findings.iter().filter(|finding| finding.rule == check);
                findings.map(|finding| finding.violated).sum()
            };
            if is_record { violated as i64 } else { i64::from(violated > 0) }
        };
        let mut more: BTreeMap<String, i64> = BTreeMap::new();
        for (loaded, sign) in [(self.with, 1), (self.without, -1)] {
            for delivery in &loaded.deliveries {
                *more.entry(base(&delivery.file).to_owned()).or_default() += sign * count(delivery);
            }
        }
        // A file received again makes no new delivery: it is counted by the reception.
        if rule == "RPU-F10" {
            more = made
                .keys()
                .map(|file| (file.clone(), self.with.again - self.without.again))
                .collect();
        }
        more.retain(|_, count| *count != 0);
        let meant = |name: &str| {
            let is_guard = |rule: &&str| rule.starts_with("garde ");
            let same = |other: &&str| *other == rule || (is_guard(other) && is_guard(&rule));
            FAUTES.iter().any(|fault| fault.nom == name && fault.regles.iter().any(&same))
                || LATE.iter().any(|(late, names)| *late == rule && names.contains(&name))
        };
        let accused = self.batch.struck().filter(|(name, _)| *name != self.fault.nom && meant(name));
        let accused: Vec<&String> = accused
            .flat_map(|(name, _)| self.injected(name))
            .flat_map(|injected| injected.files.keys())
            .collect();
        more.retain(|file, _| !accused.contains(&file));
        let is_ours = |file: &String| {
            self.injected(self.fault.nom)
                .any(|injected| injected.files.contains_key(file))
        };
        let (found, elsewhere): (BTreeMap<_, _>, BTreeMap<_, _>) = more.into_iter().partition(|(file, _)| is_ours(file));
        Line {
            fault: self.fault,
            site: self.site,
            check: check.to_owned(),
            unit: if is_record { "passage" } else { "fichier" },
            made,
            found,
            elsewhere: elsewhere
                .into_iter()
                .map(|(file, count)| format!("{file} {count:+}"))
                .collect(),
            months: None,
        }
    }
}

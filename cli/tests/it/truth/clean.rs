//! What the checks raise in regions without any fault.

use std::collections::{BTreeMap, BTreeSet};

use super::loaded::Loaded;

/// What regions without any fault say.
pub struct Clean {
    pub received: Received,
    pub alarms: Vec<Alarm>,
}

impl Clean {
    pub fn of<'a>(regions: impl Iterator<Item = &'a Loaded> + Clone) -> Clean {
        Clean {
            received: received(regions.clone()),
            alarms: alarms(regions),
        }
    }

    /// What loses a record or a file, or makes it wait: there must be none.
    pub fn blocking(&self) -> Vec<String> {
        let alarms = self
            .alarms
            .iter()
            .filter(|alarm| alarm.blocks())
            .map(|alarm| format!("{alarm:?}"));
        alarms.chain(self.received.blocked.iter().cloned()).collect()
    }
}

/// A check that raises something, over all sites and months.
#[derive(Debug)]
pub struct Alarm {
    pub check: String,
    pub effect: String,
    pub sites: usize,
    pub violated: u64,
    pub eligible: u64,
}

impl Alarm {
    /// A record or a file is lost, or waits for somebody.
    pub fn blocks(&self) -> bool {
        ["quarantine", "hold_file", "reject_record", "reject_file", "block_release"].contains(&self.effect.as_str())
    }
}

/// What was received in regions without any fault, and what was not taken.
#[derive(Debug, Default)]
pub struct Received {
    pub site_days: i32,
    pub deliveries: usize,
    pub records: u64,
    /// Deliveries refused, in quarantine or waiting, and deliveries with a rejected record.
    pub blocked: Vec<String>,
}

fn received<'a>(regions: impl Iterator<Item = &'a Loaded>) -> Received {
    let mut received = Received::default();
    for region in regions {
        received.site_days += region.sites.len() as i32 * region.days;
        for delivery in &region.deliveries {
            received.deliveries += 1;
            received.records += delivery.counts.rows_read;
            let verdict = delivery.verdict.as_str();
            let is_taken = ["conforme", "conforme_avec_reserves", "deja_recue"].contains(&verdict);
            if !is_taken || delivery.counts.rejected > 0 {
                received.blocked.push(format!("{} {verdict}", delivery.file));
            }
        }
    }
    received
}

fn alarms<'a>(regions: impl Iterator<Item = &'a Loaded>) -> Vec<Alarm> {
    let declared: BTreeSet<&str> = lake::reference::structures()
        .iter()
        .map(|site| site.finess.as_str())
        .collect();
    let mut counted: BTreeMap<(String, String), (BTreeSet<String>, u64, u64)> = BTreeMap::new();
    for region in regions {
        let monthly = region
            .findings
            .iter()
            .filter(|finding| finding.level == "etablissement" && finding.period_kind == "month")
            // The region declares more structures than were made: their silence is no alarm.
            .filter(|finding| region.sites.contains(&finding.area) || !declared.contains(finding.area.as_str()));
        for finding in monthly {
            let clause = match finding.clause.len() {
                0 | 1 => finding.clause.clone(),
                _ => format!(".{}", finding.clause),
            };
            let key = (format!("{}{clause}", finding.rule), finding.effect.clone());
            let counted = counted.entry(key).or_default();
            if finding.violated > 0 {
                counted.0.insert(finding.area.clone());
            }
            counted.1 += finding.violated;
            counted.2 += finding.eligible;
        }
    }
    let alarms = counted
        .into_iter()
        .map(|((check, effect), (sites, violated, eligible))| Alarm {
            check,
            effect,
            sites: sites.len(),
            violated,
            eligible,
        });
    alarms.filter(|alarm| alarm.violated > 0).collect()
}

//! What the checks raise in regions without any fault.

use std::collections::{BTreeMap, BTreeSet};

use super::loaded::Loaded;

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
    pub fn loses_records(&self) -> bool {
        ["reject_record", "reject_file"].contains(&self.effect.as_str())
    }
}

pub fn alarms<'a>(regions: impl Iterator<Item = &'a Loaded>) -> Vec<Alarm> {
    let mut counted: BTreeMap<(String, String), (BTreeSet<String>, u64, u64)> = BTreeMap::new();
    for region in regions {
        let monthly = region
            .findings
            .iter()
            .filter(|finding| finding.level == "etablissement" && finding.period_kind == "month");
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

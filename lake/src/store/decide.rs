//! Decisions of people: accept a delivery, set it aside, take a decision back; call a quarantined one back for a replay.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use super::Store;
use super::error::{Result, StoreError};
use super::guards::Standing;
use super::load::Job;
use super::manifest::{Act, Decision, Manifest, Ruling, Segment};
use super::plan::{Owners, Plan, Slot};
use super::state::State;
use super::views::{overtakes, touches, update_views};
use super::writer::Writer;
use crate::days::{date_of, epoch_day};
use crate::delivery::{DeliveryId, Verdict};
use crate::table::tables;

/// What a decision changes in the view, by site and day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub delivery: DeliveryId,
    pub decision: Decision,
    /// Empty when the view does not change. Tables replaced by key do not list days.
    pub lines: Vec<DifferenceLine>,
    /// Other deliveries that the decision puts on hold, and those it releases.
    pub newly_held: Vec<DeliveryId>,
    pub released: Vec<DeliveryId>,
    /// Views that changed: table and month.
    pub views: Vec<(String, crate::month::Month)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferenceLine {
    pub table: String,
    pub finess: String,
    pub ordre: i16,
    pub flux: String,
    pub day: Date,
    /// Rows of the day before and after the decision.
    pub before: u64,
    pub after: u64,
    /// Delivery that is current for the day, before and after.
    pub from: Option<DeliveryId>,
    pub to: Option<DeliveryId>,
}

/// Why a decision is made, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Motif<'m> {
    pub motif: &'m str,
    pub auteur: &'m str,
}

/// A decision that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub at: Timestamp,
    pub delivery: DeliveryId,
    pub decision: Decision,
    pub motif: String,
    pub auteur: String,
}

impl Writer {
    /// Decides about a loaded delivery, from `at` on. The last decision counts; `Decision::Undo` gives it back to the guards.
    pub fn decide(&mut self, id: &str, decision: Decision, run: &str, at: Timestamp, why: Motif<'_>) -> Result<Difference> {
        let load = self
            .manifest
            .find(id)
            .ok_or_else(|| StoreError::UnknownDelivery { delivery: id.to_owned() })?;
        if !self.manifest.loads[load].verdict.is_loaded() {
            return Err(StoreError::Refused {
                demand: format!("la livraison {id} n'a aucune ligne dans le lac : il n'y a rien à décider"),
            });
        }
        self.refresh()?;
        let before = State::at(&self.manifest, self.manifest.seq)?;
        if let Some(reason) = idle(&self.manifest, before.standing(load), id, decision) {
            return Err(StoreError::Refused {
                demand: format!("l'envoi {id} {reason}"),
            });
        }
        let mut segment = Segment::after(&self.manifest, run, at, Act::Decision);
        segment.rulings.push(Ruling {
            seq: segment.seq,
            at: segment.at,
            delivery: id.to_owned(),
            decision,
            motif: why.motif.to_owned(),
            auteur: why.auteur.to_owned(),
        });
        self.publish(segment, &[])?;
        let after = State::at(&self.manifest, self.manifest.seq)?;
        let jobs = jobs(&self.manifest, &before, &after);
        let staging = self.layout.staging().join("decision");
        let first_new = self.manifest.loads.len();
        let views = update_views(self, &before, &after, &jobs, first_new, &[], &staging)?;
        self.sweep()?;
        Ok(Difference {
            views: views
                .into_iter()
                .flat_map(|(table, months)| months.into_iter().map(move |month| (table.clone(), month)))
                .collect(),
            ..difference(&self.manifest, &before, &after, &jobs, id, decision)
        })
    }

    /// Calls back a delivery in quarantine, or refused, so that the next run can receive it again: gives the file kept as
    /// received. `is_known` then says no until that run commits; without such a run nothing changes.
    pub fn requeue(&mut self, id: &str) -> Result<PathBuf> {
        let load = self
            .manifest
            .find(id)
            .ok_or_else(|| StoreError::UnknownDelivery { delivery: id.to_owned() })?;
        let load = &self.manifest.loads[load];
        if !matches!(load.verdict, Verdict::EnQuarantaine | Verdict::Refusee) {
            return Err(StoreError::Refused {
                demand: format!("la livraison {id} est dans le lac : la rejouer n'y changerait rien"),
            });
        }
        let raw = self.manifest.raw.get(&load.raw).map(|raw| self.layout.at(&raw.path));
        let path = raw.filter(|path| Path::exists(path)).ok_or_else(|| StoreError::Refused {
            demand: format!("le fichier de la livraison {id} n'est plus dans raw/ : le demander de nouveau à l'expéditeur"),
        })?;
        self.requeued.insert(id.to_owned());
        Ok(path)
    }
}

impl Store {
    /// What accepting a delivery that waits would change, by site and day; nothing is decided. The views that would change are
    /// not told.
    pub fn would_accept(&self, id: &str) -> Result<Difference> {
        let mut proposed = self.manifest.clone();
        let before = State::at(&proposed, proposed.seq)?;
        let seq = proposed.seq + 1;
        proposed.rulings.push(Ruling {
            seq,
            at: Timestamp::MAX,
            delivery: id.to_owned(),
            decision: Decision::Accept,
            motif: String::new(),
            auteur: String::new(),
        });
        let after = State::at(&proposed, seq)?;
        let jobs = jobs(&proposed, &before, &after);
        Ok(difference(&proposed, &before, &after, &jobs, id, Decision::Accept))
    }

    /// What people decided, first decision first.
    pub fn decisions(&self) -> Vec<Decided> {
        let rulings = self.manifest.rulings.iter();
        rulings
            .map(|ruling| Decided {
                at: ruling.at,
                delivery: ruling.delivery.clone(),
                decision: ruling.decision,
                motif: ruling.motif.clone(),
                auteur: ruling.auteur.clone(),
            })
            .collect()
    }
}

fn difference(manifest: &Manifest, before: &State, after: &State, jobs: &[Job], id: &str, decision: Decision) -> Difference {
    let (newly_held, released) = super::history::turned(manifest, before, after, manifest.loads.len());
    let others = |ids: Vec<DeliveryId>| ids.into_iter().filter(|other| other != id).collect();
    Difference {
        delivery: id.to_owned(),
        decision,
        lines: jobs.iter().flat_map(|job| lines(manifest, before, after, job)).collect(),
        newly_held: others(newly_held),
        released: others(released),
        views: Vec::new(),
    }
}

/// Why a decision would decide nothing, if so.
fn idle(manifest: &Manifest, standing: &Standing, id: &str, decision: Decision) -> Option<&'static str> {
    let last = manifest.rulings.iter().rev().find(|ruling| ruling.delivery == id);
    match decision {
        _ if last.is_some_and(|ruling| ruling.decision == Decision::Reread) => {
            Some("a été relu : la nouvelle lecture compte à sa place, décider de celle-ci")
        }
        Decision::Undo if last.is_none_or(|ruling| ruling.decision == Decision::Undo) => {
            Some("n'a fait l'objet d'aucune décision : rien à annuler")
        }
        Decision::Accept if *standing == Standing::InForce => Some("n'est pas en attente : ses enregistrements comptent déjà"),
        Decision::SetAside if *standing == Standing::SetAside => Some("est déjà écarté"),
        Decision::Undo | Decision::Accept | Decision::SetAside | Decision::Reread => None,
    }
}

/// The months whose view may change between two states of the same deliveries.
fn jobs(manifest: &Manifest, before: &State, after: &State) -> Vec<Job> {
    let turned = |load: &usize| before.standing(*load) != after.standing(*load);
    let counts = |standing: &Standing| matches!(standing, Standing::InForce);
    let moving: Vec<usize> = (0..manifest.loads.len())
        .filter(turned)
        .filter(|load| counts(before.standing(*load)) || counts(after.standing(*load)))
        .collect();
    let mut jobs = Vec::new();
    for table in tables() {
        for month in manifest.months_of(&table.nom) {
            let touched = moving.iter().any(|load| touches(&manifest.loads[*load], table, month));
            if touched || overtakes(manifest, &moving, table, month) {
                jobs.push(Job {
                    table,
                    month,
                    incoming: Vec::new(),
                    concerned: Vec::new(),
                    before: Plan::of(manifest, before, table, month),
                    after: Plan::of(manifest, after, table, month),
                });
            }
        }
    }
    jobs
}

fn lines(manifest: &Manifest, before: &State, after: &State, job: &Job) -> Vec<DifferenceLine> {
    let first = epoch_day(job.month.first_day());
    let slots = |state: &State, plan: &Option<Plan>| -> std::collections::BTreeMap<_, Vec<Slot>> {
        match plan.as_ref().map(|plan| &plan.owners) {
            Some(Owners::Window { slots, .. }) => slots
                .iter()
                .map(|(group, slots)| (state.groups[*group].key.clone(), slots.clone()))
                .collect(),
            _ => Default::default(),
        }
    };
    let (was, is) = (slots(before, &job.before), slots(after, &job.after));
    let rows = |slot: &Slot, day: i32| slot.rows(manifest, day);
    let id = |slot: &Slot| slot.loads().last().map(|load| manifest.loads[*load].id.clone());
    let keys: std::collections::BTreeSet<_> = was.keys().chain(is.keys()).collect();
    let length = (epoch_day(job.month.last_day()) - first + 1) as usize;
    let mut lines = Vec::new();
    for key in keys {
        let (was, is) = (was.get(key), is.get(key));
        for (at, day) in (0..length).zip(first..) {
            let (old, new) = (
                was.map_or(&Slot::Nobody, |slots| &slots[at]),
                is.map_or(&Slot::Nobody, |slots| &slots[at]),
            );
            if old == new || (rows(old, day) == 0 && rows(new, day) == 0) {
                continue;
            }
            lines.extend(date_of(day).map(|date| DifferenceLine {
                table: key.table.clone(),
                finess: key.finess.clone(),
                ordre: key.ordre,
                flux: key.flux.clone(),
                day: date,
                before: rows(old, day),
                after: rows(new, day),
                from: id(old),
                to: id(new),
            }));
        }
    }
    lines
}

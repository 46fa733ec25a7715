//! OSCOUR: every delivery of passages received on a day, forwarded (arrêté du 24 juillet 2013, art. 6-I).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ingest::export::{ExportError, forward};
use jiff::civil::Date;
use lake::delivery::{Delivery, Verdict};
use lake::store::{Settings, Store};

use crate::account::short;
use crate::context::{Context, ZONE};
use crate::draft::Draft;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::stages::export::record::{self, Content, Day, Left, OscourFile, Site};
use crate::stages::export::{RPU, open, reader, say};
use crate::{stages, talk};

/// Writes one folder for each day of reception from `du` to `au` that received something.
pub fn export(context: &Context, du: Date, au: Date, folder: &Path) -> Result<Exit> {
    let store = open(context)?;
    let mut days: BTreeMap<Date, Vec<Delivery>> = BTreeMap::new();
    for delivery in stages::deliveries(&store)? {
        let day = delivery.received_at.in_tz(ZONE).doing("heure légale")?.date();
        if (du..=au).contains(&day) {
            days.entry(day).or_default().push(delivery);
        }
    }
    let reader = reader(context, &store, days.values().flatten())?;
    let mut exit = Exit::Done;
    if days.is_empty() {
        talk::print(&format!("aucun envoi reçu du {du} au {au}\n"));
    }
    for (day, mut received) in days {
        received.sort_by(|a, b| (&a.finess, a.ordre, a.extract, &a.id).cmp(&(&b.finess, b.ordre, b.extract, &b.id)));
        let forwarding = Forwarding {
            store: &store,
            settings: store.settings(None),
            reader: &reader,
            folder: &folder.join(day.to_string()),
        };
        exit = exit.max(forwarding.day(context, day, &received)?);
    }
    Ok(exit)
}

struct Forwarding<'a> {
    store: &'a Store,
    settings: Settings,
    reader: &'a ingest::Context,
    folder: &'a Path,
}

impl Forwarding<'_> {
    fn day(&self, context: &Context, day: Date, received: &[Delivery]) -> Result<Exit> {
        let mut told = Day {
            jour: day,
            ..Day::default()
        };
        let mut names = BTreeSet::new();
        let mut exit = Exit::Done;
        for delivery in received {
            // What was not recognised has no table: it may have been passages.
            if delivery.table != RPU && !delivery.kind.is_empty() {
                told.autres_genres += 1;
                continue;
            }
            told.recus += 1;
            if !matches!(
                delivery.verdict,
                Verdict::Conforme | Verdict::ConformeAvecReserves | Verdict::NonConforme
            ) {
                exit = Exit::WithRefusals;
            }
            let sent = match self.reason_to_leave(delivery) {
                Some(reason) => Err(reason),
                None => {
                    let sent = self.send(delivery, &mut names, &mut told)?;
                    if sent.as_ref().is_err_and(|reason| reason != EMPTY) {
                        exit = Exit::WithRefusals;
                    }
                    sent
                }
            };
            if let Err(raison) = sent {
                tracing::warn!(envoi = short(&delivery.id), "non transmis : {} ({raison})", delivery.file);
                told.non_transmis.push(Left {
                    recu: delivery.file.clone(),
                    envoi: delivery.id.clone(),
                    verdict: delivery.verdict.as_str(),
                    raison,
                });
            }
        }
        say::oscour(&told, self.folder);
        let at = context.now.in_tz(ZONE).doing("heure légale")?.datetime();
        record::write(self.folder, "oscour", at, Content::Oscour(told))?;
        Ok(exit)
    }

    /// Why a delivery is not sent on, without opening it.
    fn reason_to_leave(&self, delivery: &Delivery) -> Option<String> {
        if delivery.verdict == Verdict::Refusee {
            return Some(delivery.reason.clone().unwrap_or_else(|| "refusé".to_owned()));
        }
        (!self.settings.is_followed(delivery)).then(|| {
            format!(
                "le flux {} ne fait pas foi pour ce site ([[flux]] de la configuration)",
                delivery.flux
            )
        })
    }

    /// Writes one message, or says why it cannot be.
    fn send(&self, delivery: &Delivery, names: &mut BTreeSet<String>, told: &mut Day) -> Result<std::result::Result<(), String>> {
        let Some(piece) = self.store.raw(&delivery.raw) else {
            return Ok(Err("la pièce reçue a été purgée".to_owned()));
        };
        let name = name(delivery, names);
        let to = self.folder.join(&name);
        let (draft, mut file) = Draft::begin(&to)?;
        let forwarded = match forward(&piece, delivery, self.reader, &mut file) {
            Ok(forwarded) => forwarded,
            Err(ExportError::Piece(reason)) => return Ok(Err(reason)),
            Err(error) => return Err(CommandError::work(format!("{} : {error}", to.display()))),
        };
        told.lignes_illisibles += forwarded.misshapen;
        if forwarded.passages == 0 {
            return Ok(Err(EMPTY.to_owned()));
        }
        draft.publish(file)?;
        told.passages += forwarded.passages;
        told.elements_hors_format += forwarded.unknown;
        told.passages_confondus += forwarded.merged;
        told.fichiers.push(OscourFile {
            fichier: name.clone(),
            envoi: delivery.id.clone(),
            site: Site {
                finess: delivery.finess.clone().unwrap_or_default(),
                ordre: delivery.ordre.unwrap_or(0),
            },
            verdict: delivery.verdict.as_str(),
            passages: forwarded.passages,
        });
        names.insert(name);
        Ok(Ok(()))
    }
}

/// Why a day without attendance cannot be forwarded: nobody has anything to mend.
const EMPTY: &str = "aucun passage : le schéma en demande au moins un";

/// `O<FINESS>_<ORDRE>_<EXTRACT>.xml`. Two deliveries that say the same EXTRACT (RPU-F11) are two files.
fn name(delivery: &Delivery, names: &BTreeSet<String>) -> String {
    let finess = delivery.finess.as_deref().unwrap_or("inconnu");
    let stamp = delivery.extract.map(|at| at.strftime("%Y%m%d%H%M%S").to_string());
    let start = format!("O{finess}_{}_{}", delivery.ordre.unwrap_or(0), stamp.unwrap_or_default());
    let usual = format!("{start}.xml");
    match names.contains(&usual) {
        false => usual,
        true => format!("{start}_{}.xml", short(&delivery.id)),
    }
}

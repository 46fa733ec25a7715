//! SYRIUS: the current passages of the year to date, one archive for each structure (arrêté du 24 juillet 2013, art. 6-II).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use ingest::export::{Archive, Complement, ExportError, Header, Losses, PASSAGES, PLACES, Passages, Places, complements};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use lake::delivery::{Delivery, DeliveryId, Verdict};
use lake::month::Month;
use lake::reference::Structure;
use lake::store::{Store, View};
use rayon::prelude::*;

use crate::context::{Context, ZONE};
use crate::draft::Draft;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::stages::export::record::{self, Content, Period, Sends, Site, SyriusFile};
use crate::stages::export::{RPU, open, reader, say};
use crate::{reading, talk, words};

/// What is asked for.
pub struct Request {
    /// First and last day, both included; each is one set of files.
    pub periods: Vec<(Date, Date)>,
    /// Only these sites; all when empty.
    pub finess: BTreeSet<String>,
    pub as_of: Option<Timestamp>,
    pub folder: PathBuf,
}

/// Writes the archives of each period, then the record of all.
pub fn export(context: &Context, request: &Request) -> Result<Exit> {
    let structures = reading::structures(&context.config)?;
    for finess in &request.finess {
        let known = || structures.iter().map(|structure| structure.finess.as_str());
        if !known().any(|known| known == finess) {
            return Err(CommandError::unknown(
                "FINESS absent des structures de la région",
                finess,
                known(),
            ));
        }
    }
    let store = open(context)?;
    let deliveries = store.deliveries(request.as_of).map_err(|error| words::store(&error))?;
    let passages = deliveries
        .into_iter()
        .filter(|delivery| delivery.table == RPU || delivery.kind.is_empty());
    let deliveries: BTreeMap<DeliveryId, Delivery> = passages.map(|delivery| (delivery.id.clone(), delivery)).collect();
    let export = Export {
        reader: reader(context, &store, deliveries.values())?,
        store,
        deliveries,
        request,
        extract: context.now.in_tz(ZONE).doing("heure légale")?.datetime(),
        structures,
    };
    let mut exit = Exit::Done;
    let mut told = Vec::new();
    for (from, to) in &request.periods {
        let period = export.period(*from, *to)?;
        if period.envois.en_attente + period.envois.en_quarantaine > 0 {
            exit = Exit::WithRefusals;
        }
        say::syrius(&period);
        told.push(period);
    }
    record::write(&request.folder, "syrius", export.extract, Content::Syrius { periodes: told })?;
    talk::print(&format!("fichiers et relevé : {}\n", request.folder.display()));
    Ok(exit)
}

struct Export<'a> {
    store: Store,
    reader: ingest::Context,
    deliveries: BTreeMap<DeliveryId, Delivery>,
    structures: Vec<Structure>,
    request: &'a Request,
    extract: DateTime,
}

/// The archives of one period, each with its draft.
type Open = BTreeMap<Site, (Draft, Archive<BufWriter<File>>)>;
/// What the pieces tell of the rows of one month: for each delivery, its ranks and their complements; none when the piece is gone.
type Told = BTreeMap<DeliveryId, (Vec<u32>, Option<Vec<Complement>>)>;

impl Export<'_> {
    fn period(&self, from: Date, to: Date) -> Result<Period> {
        let mut archives: Open = BTreeMap::new();
        for month in Month::of(from).through(Month::of(to)) {
            let view = self.store.view(RPU, month, month, self.request.as_of);
            for file in view.map_err(|error| words::store(&error))?.files {
                self.month(&file, from, to, &mut archives)?;
            }
        }
        let mut files = Vec::new();
        let mut losses = Losses::default();
        for (site, (draft, archive)) in archives {
            let name = self.name(&site, to);
            losses.absorb(&archive.losses);
            let passages = archive.passages;
            let written = archive.finish().doing(format!("écriture de {name}"))?;
            draft.publish(written)?;
            files.push(SyriusFile {
                fichier: name,
                site,
                passages,
            });
        }
        let empty = self.without_passage(from, to, &files);
        for site in &empty {
            // An archive of an earlier export would say passages that are no longer.
            let stale = self.request.folder.join(self.name(site, to));
            if stale.exists() {
                std::fs::remove_file(&stale).doing(format!("retrait de {}, qui n'a plus de passage", stale.display()))?;
            }
        }
        Ok(Period {
            du: from,
            au: to,
            envois: self.sends(from, to),
            passages: files.iter().map(|file| file.passages).sum(),
            fichiers: files,
            sans_passage: empty,
            moins_precis: (&losses).into(),
        })
    }

    /// The passages of one month, which lie in the order of sites and entries.
    fn month(&self, file: &Path, from: Date, to: Date, archives: &mut Open) -> Result<()> {
        let told = self.told(file, from, to)?;
        for batch in View::batches(file, &PASSAGES).map_err(|error| words::store(&error))? {
            let batch = batch.map_err(|error| words::store(&error))?;
            let passages = Passages::of(&batch).doing(format!("lecture de {}", file.display()))?;
            let places = &passages.places;
            for row in (0..places.rows()).filter(|row| self.is_wanted(places, *row, from, to)) {
                let (finess, ordre) = places.site(row);
                let site = Site {
                    finess: finess.to_owned(),
                    ordre,
                };
                if !archives.contains_key(&site) {
                    archives.insert(site.clone(), self.begin(&site, from, to)?);
                }
                let (id, rank) = places.origin(row);
                let complement = told.get(id).and_then(|(ranks, found)| {
                    let place = ranks.binary_search(&rank).ok()?;
                    found.as_ref()?.get(place)
                });
                if let Some((_, archive)) = archives.get_mut(&site) {
                    let added = archive.add(&passages, row, complement);
                    added.doing(format!("écriture de {}", self.name(&site, to)))?;
                }
            }
        }
        Ok(())
    }

    fn is_wanted(&self, places: &Places, row: usize, from: Date, to: Date) -> bool {
        let wanted = &self.request.finess;
        places.day(row).is_some_and(|day| (from..=to).contains(&day))
            && (wanted.is_empty() || wanted.contains(places.site(row).0))
    }

    /// Reads again the pieces that the rows of a month come from.
    fn told(&self, file: &Path, from: Date, to: Date) -> Result<Told> {
        let mut ranks: BTreeMap<DeliveryId, Vec<u32>> = BTreeMap::new();
        for batch in View::batches(file, &PLACES).map_err(|error| words::store(&error))? {
            let batch = batch.map_err(|error| words::store(&error))?;
            let places = Places::of(&batch).doing(format!("lecture de {}", file.display()))?;
            for row in (0..places.rows()).filter(|row| self.is_wanted(&places, *row, from, to)) {
                let (id, rank) = places.origin(row);
                match ranks.get_mut(id) {
                    Some(ranks) => ranks.push(rank),
                    None => {
                        ranks.insert(id.to_owned(), vec![rank]);
                    }
                }
            }
        }
        let told = ranks.into_par_iter().map(|(id, mut ranks)| {
            ranks.sort_unstable();
            let found = self.complements(&id, &ranks)?;
            Ok((id, (ranks, found)))
        });
        told.collect()
    }

    fn complements(&self, id: &DeliveryId, ranks: &[u32]) -> Result<Option<Vec<Complement>>> {
        let Some(delivery) = self.deliveries.get(id) else {
            return Ok(None);
        };
        let Some(piece) = self.store.raw(&delivery.raw) else {
            return Ok(None);
        };
        match complements(&piece, delivery, ranks, &self.reader) {
            Ok(found) => Ok(Some(found)),
            // Its kind may have left the catalogue of the site: the view still has the passages.
            Err(ExportError::Piece(reason)) => {
                tracing::warn!(
                    envoi = crate::account::short(id),
                    "pièce inutilisable : {} ({reason})",
                    delivery.file
                );
                Ok(None)
            }
            Err(error) => Err(CommandError::work(format!("{} : {error}", delivery.file))),
        }
    }

    fn begin(&self, site: &Site, from: Date, to: Date) -> Result<(Draft, Archive<BufWriter<File>>)> {
        let (draft, file) = Draft::begin(&self.request.folder.join(self.name(site, to)))?;
        let header = Header {
            finess: site.finess.clone(),
            ordre: site.ordre,
            extract: self.extract,
            from,
            to,
        };
        let archive = Archive::begin(file, &header).doing(format!("écriture de {}", self.name(site, to)))?;
        Ok((draft, archive))
    }

    /// Without EXTRACT: a file takes the place of the one made earlier for the same days.
    fn name(&self, site: &Site, to: Date) -> String {
        format!("{}_{}_{}.zip", site.finess, site.ordre, to.strftime("%Y%m%d"))
    }

    /// Structures open in the period that have no file.
    fn without_passage(&self, from: Date, to: Date, files: &[SyriusFile]) -> Vec<Site> {
        let written: BTreeSet<&Site> = files.iter().map(|file| &file.site).collect();
        let wanted = &self.request.finess;
        let open = |structure: &&Structure| structure.ouvert_du <= to && structure.ouvert_au.is_none_or(|day| day >= from);
        let sites = self.structures.iter().filter(open).map(|structure| Site {
            finess: structure.finess.clone(),
            ordre: structure.ordre,
        });
        let empty: BTreeSet<Site> = sites
            .filter(|site| wanted.is_empty() || wanted.contains(&site.finess))
            .filter(|site| !written.contains(site))
            .collect();
        empty.into_iter().collect()
    }

    /// Deliveries whose window meets the period; one without window, by the day it was received.
    fn sends(&self, from: Date, to: Date) -> Sends {
        let settings = self.store.settings(self.request.as_of);
        let mut sends = Sends::default();
        let wanted = &self.request.finess;
        for delivery in self.deliveries.values() {
            let received = delivery.received_at.in_tz(ZONE).ok().map(|at| at.date());
            let (first, last) = (delivery.date_from.or(received), delivery.date_to.or(received));
            let about = first.is_some_and(|day| day <= to) && last.is_some_and(|day| day >= from);
            let finess = delivery.finess.as_deref();
            if !about || !(wanted.is_empty() || finess.is_some_and(|finess| wanted.contains(finess))) {
                continue;
            }
            match delivery.verdict {
                Verdict::Refusee | Verdict::DejaRecue => sends.refuses += 1,
                Verdict::EnAttente => sends.en_attente += 1,
                Verdict::EnQuarantaine => sends.en_quarantaine += 1,
                _ if settings.is_followed(delivery) => sends.charges += 1,
                _ => sends.hors_foi += 1,
            }
        }
        sends
    }
}

//! What a computation reads and what names it: the same for `transform`, `release` and `report`, which find one another by it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lake::delivery::Delivery;
use lake::month::Month;
use lake::store::Store;
use transform::indicators::Request;
use transform::series::expected::{Copie, DAYS_BEFORE};
use transform::{Catalogue, Inputs};

use crate::context::{Context, ZONE};
use crate::error::{CommandError, Result};
use crate::stages::{self, scope::Scope};
use crate::{declarations, reading, sites, words};

/// Everything a computation depends on, and its identifier.
pub struct Basis {
    pub store: Store,
    pub catalogue: Catalogue,
    pub inputs: Inputs,
    pub scope: Scope,
    /// The periods whose figures are wanted, as far as `cut`.
    pub request: Request,
    /// Where the last period stops while it is not over.
    pub cut: Option<Date>,
    pub as_of: Timestamp,
    /// Identifier of the run.
    pub run: String,
}

/// Gathers what the computation of `scope` needs: the view for the scope and the months it looks back at, the deliveries about
/// them.
pub fn basis(context: &Context, store: Store, scope: &Scope, as_of: Option<Timestamp>) -> Result<Basis> {
    let config = &context.config;
    let catalogue = declarations::catalogue(config)?;
    let spans = scope.spans();
    let (from, to) = spans
        .first()
        .zip(spans.last())
        .map(|((from, _), (_, to))| (*from, *to))
        .ok_or_else(|| CommandError::bug("une période sans jour"))?;
    let (last_month, request) = (Month::of(to), scope.request(None)?);
    let (mut heads, mut views) = (Vec::new(), BTreeMap::new());
    for table in lake::table::tables() {
        let history = transform::indicators::look_back(&catalogue, &request, &table.nom);
        // A quarter that is not over may end its twelve months with the month before it.
        let series = transform::catalogue::look_back(&table.nom);
        let before = i32::from(table.mois_avant).max(history).max(series);
        let first = Month::of(from).plus(-before);
        let view = store
            .view(&table.nom, first, last_month, as_of)
            .map_err(|error| words::store(&error))?;
        heads.push(view.head);
        views.insert(table.nom.clone(), view.files);
    }
    let passages = views.get("rpu").map_or(&[][..], Vec::as_slice);
    if matches!(scope, Scope::Quarter(_) | Scope::Year(_)) && !transform::has_passages(passages, from, to) {
        return Err(empty(scope, as_of));
    }
    let known_at = match as_of.or_else(|| store.last_change()) {
        Some(instant) => instant,
        None => return Err(CommandError::work("le lac n'a encore rien reçu").hint("`oru ingest` charge la boîte de réception")),
    };
    let run = stages::run_id(&[
        "transform",
        &scope.name(),
        &known_at.to_string(),
        &heads.join("+"),
        &fingerprint(context, &catalogue)?,
        env!("CARGO_PKG_VERSION"),
    ]);
    // Looking after the lake consolidates nothing: what counts is when data last came.
    let last = store.last_reception(as_of);
    let observe_au = last.and_then(|instant| days_before(instant, 1));
    let is_night = matches!(scope, Scope::Days(_)) && observe_au == Some(to);
    let matin = is_night.then(|| to.saturating_add(1.day()));
    let until = matin.unwrap_or(to);
    let deliveries = store
        .deliveries_about(from, until, as_of)
        .map_err(|error| words::store(&error))?;
    let attentes = sites::attentes(config)?;
    let (envois, copies) = match attentes.is_empty() {
        true => (Vec::new(), Vec::new()),
        false => received(&store, from, until, as_of)?,
    };
    let inputs = Inputs {
        views,
        structures: reading::structures(config)?,
        region: config.region.code.clone(),
        ponts: config.pdsa.ponts.iter().map(|day| day.0).collect(),
        pdsa_calendrier: config.pdsa.calendrier.clone(),
        bornes: config.bornes.clone(),
        seuils_tension: config.tension.seuils.clone(),
        capacites: sites::capacites(config)?,
        dms_reference: reading::dms_reference(config)?,
        dispo_sans_supp: config.lits.dispo_sans_supp.clone(),
        attentes,
        envois,
        copies,
        ruptures: sites::ruptures(config)?,
        deliveries,
        observe_au,
        matin,
        consolide_au: last.and_then(|instant| days_before(instant, config.garde.consolidation_jours)),
        reserve: Some(store.reserve()),
        run: run.clone(),
    };
    let cut = inputs.cut(to);
    Ok(Basis {
        request: scope.request(cut)?,
        cut,
        store,
        catalogue,
        inputs,
        scope: scope.clone(),
        as_of: known_at,
        run,
    })
}

/// What is held against the deliveries expected from `from` to `to`: what came for these days and in the weeks before.
pub fn received(store: &Store, from: Date, to: Date, as_of: Option<Timestamp>) -> Result<(Vec<Delivery>, Vec<Copie>)> {
    let start = from.saturating_sub(DAYS_BEFORE.days());
    let deliveries = store
        .deliveries_about(start, to, as_of)
        .map_err(|error| words::store(&error))?;
    let since = start.in_tz(ZONE).map_or(Timestamp::MIN, |midnight| midnight.timestamp());
    let again = store.received_again(since, as_of).into_iter();
    let copies = again.map(|(delivery, at)| Copie { delivery, at });
    Ok((deliveries, copies.collect()))
}

/// A quarter or a year without any passage has no figure to publish.
fn empty(scope: &Scope, as_of: Option<Timestamp>) -> CommandError {
    let known = as_of.map_or(String::new(), |instant| format!(" tel qu'il était connu le {instant}"));
    CommandError::work(format!("le lac{known} n'a aucun passage {}", scope.said())).hint(format!(
        "`oru lake status` dit quels mois sont dans le lac et depuis quand ; {} choisit une autre période",
        scope.option()
    ))
}

/// The day so many days before the one of an instant.
fn days_before(instant: Timestamp, days: u16) -> Option<Date> {
    let day = instant.in_tz(ZONE).ok()?.date();
    day.checked_sub(i32::from(days).days()).ok()
}

/// Hash of everything declared that decides the result: rules, indicators, tables, structures and the parameters of the
/// configuration. Nothing of where files stand, so that a lake that is moved finds its results again.
fn fingerprint(context: &Context, catalogue: &Catalogue) -> Result<String> {
    let config = &context.config;
    let mut text = String::new();
    for (name, content) in &catalogue.files {
        text.push_str(&format!("{name}\u{1f}{content}\u{1f}"));
    }
    for table in lake::table::tables() {
        text.push_str(&format!("{table:?}\u{1f}"));
    }
    text.push_str(&format!(
        "{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}",
        config.regles,
        config.pdsa,
        config.bornes,
        config.lits.dispo_sans_supp,
        config.tension,
        config.region,
        reading::dms_reference(config)?,
        reading::structures(config)?,
        sites::attentes(config)?,
        sites::ruptures(config)?,
        sites::capacites(config)?
    ));
    Ok(lake::delivery::delivery_id(text.as_bytes()))
}

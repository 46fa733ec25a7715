//! Documents about one site or one département: each is handed a release of its own, taken from that of the region, and they are
//! rendered side by side.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use lake::figure::Figure;
use lake::release::{Audience, Release};
use lake::results::FIGURES;
use lake::store::Store;
use rayon::prelude::*;
use reports::Format;
use reports::declaration::{Declaration, Subject};
use reports::state::State;
use transform::fiches::{Asked, Fiches};

use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::stages::basis::basis;
use crate::stages::scope::Scope;
use crate::stages::{self, Done, release};
use crate::talk;
use crate::words::grouped;

/// Of which places a document is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    All,
    Site(String),
    Departement(String),
}

impl Wanted {
    /// The level that it names.
    pub fn level(&self) -> Option<&'static str> {
        match self {
            Wanted::All => None,
            Wanted::Site(_) => Some(Subject::Etablissement.level()),
            Wanted::Departement(_) => Some(Subject::Departement.level()),
        }
    }

    /// The option of the command line that said it.
    pub fn option(&self) -> &'static str {
        match self {
            Wanted::All => "--all",
            Wanted::Site(_) => "--site",
            Wanted::Departement(_) => "--departement",
        }
    }
}

/// Renders a document of these places of a quarter, as these formats.
pub fn fiches(
    context: &Context,
    (scope, as_of): (&Scope, Option<Timestamp>),
    audience: Audience,
    (declared, formats): (&Declaration, &[Format]),
    wanted: &Wanted,
) -> Result<Done> {
    let document = declared.id.as_str();
    let basis = basis(context, stages::open(context)?, scope, as_of)?;
    let named = declared.indicators();
    let released = of_places(release::read(context, &basis, audience, &named)?);
    let own = own(&basis.store, &released, declared)?;
    let (groupes, contacts) = parameters(context, released.frame.date_to)?;
    let fiches = Fiches::new(Asked {
        release: &released,
        own: &own,
        groupes: &groupes,
        contacts: &contacts,
    });
    let known = match declared.sujet {
        Subject::Etablissement => fiches.sites(),
        _ => fiches.departements(),
    };
    let places: Vec<&String> = match wanted {
        Wanted::All => known.iter().collect(),
        Wanted::Site(code) | Wanted::Departement(code) => known.iter().filter(|place| *place == code).collect(),
    };
    if let (Wanted::Site(code) | Wanted::Departement(code), []) = (wanted, places.as_slice()) {
        let what = format!("{document} : inconnu de la région");
        return Err(CommandError::unknown(&what, code, known.iter().map(String::as_str)));
    }
    tracing::info!(run = basis.run, etape = "report", document, lieux = places.len(), "rédaction");
    let rapports = &context.config.rapports;
    let out = &rapports.sortie;
    std::fs::create_dir_all(out).doing(format!("création de {}", out.display()))?;
    let render = |place: &&String| -> Result<reports::Rendered> {
        let own = of_place(&fiches, declared.sujet, place);
        let own = own.ok_or_else(|| CommandError::bug("un lieu de la liste a disparu"))?;
        reports::render(&own, document, out, rapports.modeles.as_deref(), formats).doing(format!("{document} de {place}"))
    };
    // A few at once, one a thread: a thread that waits for the pages of its own would begin another, and all would be held together.
    let mut rendered = Vec::with_capacity(places.len());
    for few in places.chunks(rayon::current_num_threads()) {
        rendered.extend(few.par_iter().map(render).collect::<Result<Vec<_>>>()?);
    }
    let warnings: BTreeSet<&String> = rendered.iter().flat_map(|one| &one.warnings).collect();
    for warning in warnings {
        tracing::warn!(run = basis.run, "{warning}");
    }
    let word = if rendered.len() < 2 { "document" } else { "documents" };
    let mut text = format!("{document} : {} {word}\n", grouped(rendered.len() as u64));
    let first = rendered.first().and_then(|one| one.files.first());
    if let Some(page) = first {
        text.push_str(&format!("            {}\n", page.display()));
    }
    if let (true, Some(folder)) = (rendered.len() > 1, first.and_then(|page| page.parent()?.parent())) {
        text.push_str(&format!("            et les autres dans {}\n", folder.display()));
    }
    talk::print(&text);
    Ok(Done::nothing())
}

/// The release that the document of one place was made from, taken again from that of its region, whose name comes with it.
pub fn of_document(context: &Context, store: &Store, known: &State, place: &str) -> Result<(String, Release)> {
    let region = known.diffusion.strip_suffix(&format!("-{place}")).unwrap_or(&known.diffusion);
    let declared = Declaration::load(&known.document, context.config.rapports.modeles.as_deref())
        .doing(format!("document {}", known.document))?;
    let of_region = State {
        diffusion: region.to_owned(),
        ..known.clone()
    };
    let released = of_places(release::of_document(context, store, &of_region)?);
    let own = own(store, &released, &declared)?;
    let (groupes, contacts) = parameters(context, released.frame.date_to)?;
    let fiches = Fiches::new(Asked {
        release: &released,
        own: &own,
        groupes: &groupes,
        contacts: &contacts,
    });
    let made = of_place(&fiches, declared.sujet, place);
    let made = made.ok_or_else(|| CommandError::work(format!("{place} n'est pas un lieu de la diffusion {region}")))?;
    Ok((region.to_owned(), made))
}

/// What a document about this place is made from.
fn of_place(fiches: &Fiches<'_>, subject: Subject, place: &str) -> Option<Release> {
    match subject {
        Subject::Etablissement => fiches.of_site(place),
        _ => fiches.of_departement(place),
    }
}

/// Without what no document about one place compares with.
fn of_places(mut released: Release) -> Release {
    let compared = |figure: &Figure| *figure.level != *"type_etablissement" && *figure.level != *"flux";
    released.figures.retain(compared);
    released
}

/// Figures of the sites as computed, before the gate of the release. Only a partner is an establishment, that reads its own figures
/// whole.
fn own(store: &Store, released: &Release, declared: &Declaration) -> Result<Vec<Figure>> {
    let frame = &released.frame;
    if (frame.audience, declared.sujet) != (Audience::Partenaire, Subject::Etablissement) {
        return Ok(Vec::new());
    }
    let named = declared.indicators();
    let folder = store.results(&frame.run).ok_or_else(|| {
        CommandError::work(format!("les résultats du calcul {} ne sont plus dans le lac", frame.run))
            .hint(format!("les calculer de nouveau : oru transform, pour {}", frame.period))
    })?;
    let wanted = |key: &[&str; 12]| key[2] == "etablissement" && release::may_print(key, &named);
    lake::results::read_figures_where(&folder.join(FIGURES), wanted).doing("lecture des chiffres des sites")
}

/// Peer group and contact of the sites that declare one, on a day.
fn parameters(context: &Context, day: Date) -> Result<(BTreeMap<String, String>, BTreeMap<String, String>)> {
    let (mut groups, mut contacts) = (BTreeMap::new(), BTreeMap::new());
    for line in crate::sites::parametres(&context.config)? {
        let started = line.attente.du.is_none_or(|start| start <= day);
        if !started || line.attente.au.is_some_and(|end| end < day) {
            continue;
        }
        let site = line.attente.finess;
        if let Some(group) = line.groupe_pairs {
            groups.insert(site.clone(), group);
        }
        if let Some(contact) = line.contact {
            contacts.insert(site, contact);
        }
    }
    Ok((groups, contacts))
}

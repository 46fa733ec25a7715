//! Documents about one site or one département: each is handed a release of its own, taken from that of the region, and they are
//! rendered side by side.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use lake::figure::Figure;
use lake::release::{Audience, Release};
use lake::results::FIGURES;
use rayon::prelude::*;
use reports::Format;
use reports::declaration::{Declaration, Subject};
use transform::fiches::{Asked, Fiches};

use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::stages::basis::{Basis, basis};
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
    let released = read(context, &basis, audience, &named)?;
    // Only a partner is an establishment, that reads its own figures whole.
    let own = match (audience, declared.sujet) {
        (Audience::Partenaire, Subject::Etablissement) => before_gate(&basis, &named)?,
        _ => Vec::new(),
    };
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
        let own = match declared.sujet {
            Subject::Etablissement => fiches.of_site(place),
            _ => fiches.of_departement(place),
        };
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

fn read(context: &Context, basis: &Basis, audience: Audience, named: &BTreeSet<String>) -> Result<Release> {
    let mut released = release::read(context, basis, audience, named)?;
    released
        .figures
        .retain(|figure| *figure.level != *"type_etablissement" && *figure.level != *"flux");
    Ok(released)
}

/// Figures of the sites as computed.
fn before_gate(basis: &Basis, named: &BTreeSet<String>) -> Result<Vec<Figure>> {
    let folder = basis.store.results(&basis.run).ok_or_else(|| {
        let quarter = basis.scope.name();
        CommandError::work(format!("aucun résultat pour {quarter} sur les données d'aujourd'hui"))
            .hint(format!("les calculer d'abord : oru transform --quarter {quarter}"))
    })?;
    let wanted = |key: &[&str; 12]| key[2] == "etablissement" && release::may_print(key, named);
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

//! Residence: from a postal code and a commune name, once, to what is kept (département, EPCI, large commune, class), so that
//! rows carry neither. Sources: Insee COG 2026, La Poste; classes of the FEDORU TARRU sheet (2015).

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::columns::NONE;
use crate::rpu::atlas::{Atlas, Place, atlas, former_name, is_numeric, named, starts_in, word};
use crate::rpu::commune::normalise;
use crate::rpu::etat::Etat;
use crate::rpu::postal_code::PostalCode;

/// Class of the TARRU sheet.
pub const CLASSES: [&str; 5] = ["region", "france", "etranger", "indetermine", "manquant"];
pub const PRECISIONS: [&str; 5] = ["commune", "code_postal", "departement", "pays", "inconnue"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    Region,
    France,
    Etranger,
    Indetermine,
    Manquant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Precision {
    Commune,
    CodePostal,
    Departement,
    Pays,
    Inconnue,
}

/// What a pair (CP, COMMUNE) establishes.
#[derive(Debug, Clone, PartialEq)]
pub struct Residence {
    pub cp: Etat,
    /// RPU-C02; none when CP is missing or malformed.
    pub cp_known: Option<bool>,
    /// Abroad there is no reference: any name that is not a number conforms.
    pub commune: Etat,
    /// Packed code, 0 when unknown.
    pub departement: u64,
    /// Rank in [`epci_dictionary`], `NONE` when unknown.
    pub epci: u16,
    /// Packed Insee code, only from 10 000 inhabitants; 0 otherwise.
    pub large_commune: u64,
    pub class: Class,
    pub precision: Precision,
    pub coherent: Option<bool>,
    /// CP as it enters the fingerprint.
    pub normalised_cp: Box<[u8]>,
    /// Stands for the normalised COMMUNE in the fingerprint: eight bytes of its hash.
    pub commune_mark: [u8; 8],
}

/// Resolves pairs for one region, remembering them: a site sends the same few thousand pairs again and again.
pub struct Resolver {
    region: String,
    declared: Vec<String>,
    /// Codes are those of the PMSI, which group communes of one département: nothing finer is established, and no COMMUNE goes with
    /// them.
    grouped: bool,
    /// Three-digit Insee codes of foreign countries.
    countries: [bool; 1000],
    known: FxHashMap<Box<[u8]>, u32>,
    residences: Vec<Residence>,
    pair: Vec<u8>,
}

/// Resolvers of earlier readings, with what they remember; one reading takes one and gives it back.
#[derive(Default)]
pub struct Resolvers(Mutex<Vec<Resolver>>);

impl Resolvers {
    /// A resolver for that region and those countries, warm if there is one.
    pub fn take(&self, region: &str, countries: &[String], grouped: bool) -> Resolver {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits =
            |resolver: &Resolver| resolver.region == region && resolver.declared == countries && resolver.grouped == grouped;
        match waiting.iter().position(fits) {
            Some(rank) => waiting.swap_remove(rank),
            None => Resolver::new(region, countries, grouped),
        }
    }

    pub fn give_back(&self, resolver: Resolver) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(resolver);
    }
}

/// Pairs remembered at most; memory stays bounded on a file of nonsense.
const REMEMBERED: usize = 200_000;

impl Resolver {
    /// `countries`: three-digit codes and ranges, as the kind declares them.
    pub fn new(region: &str, countries: &[String], grouped: bool) -> Resolver {
        let mut known = [false; 1000];
        for range in countries {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            if let (Ok(first), Ok(last)) = (first.parse::<usize>(), last.parse::<usize>()) {
                known[first.min(999)..=last.min(999)].fill(true);
            }
        }
        Resolver {
            region: region.to_owned(),
            declared: countries.to_vec(),
            grouped,
            countries: known,
            known: FxHashMap::default(),
            residences: Vec::new(),
            pair: Vec::new(),
        }
    }

    /// What `cp` and `commune`, trimmed, establish.
    pub fn resolve(&mut self, cp: &[u8], commune: &[u8]) -> &Residence {
        self.pair.clear();
        self.pair.extend_from_slice(cp);
        self.pair.push(0x1F);
        self.pair.extend_from_slice(commune);
        if let Some(rank) = self.known.get(self.pair.as_slice()) {
            return &self.residences[*rank as usize];
        }
        if self.residences.len() >= REMEMBERED {
            self.known.clear();
            self.residences.clear();
        }
        let residence = self.establish(cp, commune);
        self.known.insert(self.pair.as_slice().into(), self.residences.len() as u32);
        self.residences.push(residence);
        self.residences.last().expect("just pushed")
    }

    fn establish(&self, cp: &[u8], commune: &[u8]) -> Residence {
        let atlas = atlas();
        let cp: Vec<u8> = cp.to_ascii_uppercase();
        let commune = String::from_utf8_lossy(commune);
        let name = normalise(&commune);
        let named = named(atlas, &name);
        let code = PostalCode::read(&cp);
        let mut residence = Residence {
            cp: match code {
                PostalCode::Missing => Etat::Manquant,
                PostalCode::Malformed => Etat::NonConforme,
                _ => Etat::Conforme,
            },
            cp_known: None,
            commune: match (commune.is_empty(), named.is_empty() || is_numeric(&name)) {
                _ if self.grouped => Etat::HorsFormat,
                (true, _) => Etat::Manquant,
                (false, true) => Etat::NonConforme,
                (false, false) => Etat::Conforme,
            },
            departement: 0,
            epci: NONE,
            large_commune: 0,
            class: Class::Indetermine,
            precision: Precision::Inconnue,
            coherent: None,
            normalised_cp: cp.clone().into(),
            commune_mark: mark(&name),
        };
        match code {
            PostalCode::Missing => residence.class = Class::Manquant,
            PostalCode::Malformed => {}
            PostalCode::Unknown => residence.cp_known = Some(true),
            PostalCode::Abroad(country) => {
                let known = self.countries[country];
                residence.cp_known = Some(known);
                if known {
                    residence.class = Class::Etranger;
                    residence.precision = Precision::Pays;
                    if residence.commune == Etat::NonConforme && !is_numeric(&name) {
                        residence.commune = Etat::Conforme;
                    }
                }
            }
            PostalCode::Departement(departement) => self.in_departement(&mut residence, atlas, departement, &named),
            PostalCode::Full(code) if self.grouped => self.in_group(&mut residence, atlas, code),
            PostalCode::Full(code) => self.at_postal_code(&mut residence, atlas, code, &name, &named),
        }
        residence
    }

    /// `DD999`: the département is known, the commune perhaps by its name.
    fn in_departement(&self, residence: &mut Residence, atlas: &Atlas, departement: [u8; 2], named: &[u32]) {
        let places = |rank: &&u32| starts_in(&atlas.places[**rank as usize], departement);
        let inside: Vec<u32> = named.iter().filter(places).copied().collect();
        if !named.is_empty() {
            residence.coherent = Some(!inside.is_empty());
        }
        if let [rank] = inside[..] {
            residence.cp_known = Some(true);
            return self.at_commune(residence, &atlas.places[rank as usize]);
        }
        // 20999 is Corsica, whichever département; 97999 says overseas and nothing more.
        let code = std::str::from_utf8(&departement).expect("two ASCII characters");
        if departement == *b"20" {
            residence.cp_known = Some(true);
            residence.class = self.class_of("94");
            return;
        }
        residence.cp_known = Some(false);
        match atlas.regions.get_key_value(code) {
            Some((code, region)) => {
                residence.cp_known = Some(true);
                residence.departement = word(code);
                residence.class = self.class_of(region);
                residence.precision = Precision::Departement;
            }
            // RPU-C02 has said it: nothing disagrees with a département that does not exist.
            None => residence.coherent = None,
        }
    }

    /// A code of the PMSI: postal in form, wider than a postal code.
    fn in_group(&self, residence: &mut Residence, atlas: &Atlas, code: [u8; 5]) {
        let Some(served) = atlas.by_postal_code.get(&code) else {
            return self.in_departement(residence, atlas, [code[0], code[1]], &[]);
        };
        residence.cp_known = Some(true);
        let places = || served.iter().map(|rank| &atlas.places[*rank as usize]);
        residence.departement = common(places().map(|place| place.departement)).unwrap_or(0);
        residence.precision = Precision::Departement;
        if let Some(region) = common(places().map(|place| place.region)) {
            residence.class = self.class_of(region);
        }
    }

    fn at_postal_code(&self, residence: &mut Residence, atlas: &Atlas, code: [u8; 5], name: &str, named: &[u32]) {
        let Some(served) = atlas.by_postal_code.get(&code) else {
            // A CEDEX code or a mistake: only a name of the same département can tell.
            residence.cp_known = Some(false);
            let same = |rank: &&u32| starts_in(&atlas.places[**rank as usize], [code[0], code[1]]);
            let inside: Vec<u32> = named.iter().filter(same).copied().collect();
            if let [rank] = inside[..] {
                self.at_commune(residence, &atlas.places[rank as usize]);
            }
            return;
        };
        residence.cp_known = Some(true);
        let agreed: Vec<u32> = served.iter().filter(|rank| named.contains(rank)).copied().collect();
        let agreed = if agreed.is_empty() {
            former_name(atlas, served, name)
        } else {
            agreed
        };
        if let Some(rank) = agreed.first() {
            residence.coherent = Some(true);
            if !is_numeric(name) {
                residence.commune = Etat::Conforme;
            }
            return self.at_commune(residence, &atlas.places[*rank as usize]);
        }
        if !named.is_empty() {
            residence.coherent = Some(false);
        }
        if let ([rank], true) = (&served[..], named.is_empty()) {
            return self.at_commune(residence, &atlas.places[*rank as usize]);
        }
        let places = || served.iter().map(|rank| &atlas.places[*rank as usize]);
        residence.precision = Precision::CodePostal;
        residence.departement = common(places().map(|place| place.departement)).unwrap_or(0);
        residence.epci = common(places().map(|place| place.epci)).unwrap_or(NONE);
        let inside = places().filter(|place| place.region == self.region).count();
        residence.class = match inside {
            0 => Class::France,
            all if all == served.len() => Class::Region,
            _ => Class::Indetermine,
        };
    }

    fn at_commune(&self, residence: &mut Residence, place: &Place) {
        residence.departement = place.departement;
        residence.epci = place.epci;
        residence.large_commune = place.large;
        residence.class = self.class_of(place.region);
        residence.precision = Precision::Commune;
    }

    fn class_of(&self, region: &str) -> Class {
        if region == self.region { Class::Region } else { Class::France }
    }
}

fn mark(name: &str) -> [u8; 8] {
    let hash = blake3::hash(name.as_bytes());
    hash.as_bytes()[..8].try_into().expect("a hash has more than eight bytes")
}

/// The value that all share.
fn common<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

#[cfg(test)]
mod tests;

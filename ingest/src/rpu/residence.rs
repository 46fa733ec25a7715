//! Residence: from a postal code and a commune name, once, to what is kept (département, EPCI, large commune, class), so that
//! rows carry neither. Sources: Insee COG 2026, La Poste; classes of the FEDORU TARRU sheet (2015).

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::columns::NONE;
use crate::rpu::atlas::{Atlas, Place, atlas, former_name, is_numeric, named, starts_in, word};
use crate::rpu::commune::normalise;
use crate::rpu::etat::Etat;

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
    pub commune: Etat,
    /// RPU-C03; none when COMMUNE is missing, or abroad (no reference).
    pub commune_known: Option<bool>,
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
    pub fn take(&self, region: &str, countries: &[String]) -> Resolver {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |resolver: &Resolver| resolver.region == region && resolver.declared == countries;
        match waiting.iter().position(fits) {
            Some(rank) => waiting.swap_remove(rank),
            None => Resolver::new(region, countries),
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
    pub fn new(region: &str, countries: &[String]) -> Resolver {
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
                (true, _) => Etat::Manquant,
                (false, true) => Etat::NonConforme,
                (false, false) => Etat::Conforme,
            },
            commune_known: None,
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
            PostalCode::Full(code) => self.at_postal_code(&mut residence, atlas, code, &name, &named),
        }
        let judged = residence.commune != Etat::Manquant && residence.class != Class::Etranger;
        residence.commune_known = judged.then_some(residence.commune == Etat::Conforme);
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
        if let Some((code, region)) = atlas.regions.get_key_value(code) {
            residence.cp_known = Some(true);
            residence.departement = word(code);
            residence.class = self.class_of(region);
            residence.precision = Precision::Departement;
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

/// What a postal code is, by the conventions of `lake/codes/rpu_cp_conventions.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PostalCode {
    Missing,
    Malformed,
    /// `99999`.
    Unknown,
    Abroad(usize),
    /// `DD999`, `2A999`, `2B999`.
    Departement([u8; 2]),
    Full([u8; 5]),
}

impl PostalCode {
    fn read(cp: &[u8]) -> PostalCode {
        let Ok(code) = <[u8; 5]>::try_from(cp) else {
            return if cp.is_empty() { Self::Missing } else { Self::Malformed };
        };
        let corsican = code[0] == b'2' && matches!(code[1], b'A' | b'B');
        let digits = if corsican { &code[2..] } else { &code[..] };
        if !digits.iter().all(u8::is_ascii_digit) {
            return Self::Malformed;
        }
        let last = code[2..]
            .iter()
            .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
        match (&code[..2], last) {
            (b"99", 999) => Self::Unknown,
            (b"99", country) => Self::Abroad(country),
            (_, 999) => Self::Departement([code[0], code[1]]),
            _ => Self::Full(code),
        }
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
mod tests {
    use super::*;

    fn resolve(cp: &str, commune: &str) -> Residence {
        let kinds = crate::kinds::Kinds::embedded();
        let countries = &kinds.get("rpu_oscour").unwrap().rpu.as_ref().unwrap().pays;
        Resolver::new("76", countries)
            .resolve(cp.as_bytes(), commune.as_bytes())
            .clone()
    }

    fn written(word: u64) -> String {
        match word {
            0 => "-".to_owned(),
            _ => String::from_utf8(word.to_le_bytes().into_iter().filter(|byte| *byte != 0).collect()).unwrap(),
        }
    }

    fn summary(cp: &str, commune: &str) -> String {
        let found = resolve(cp, commune);
        format!(
            "{} {} {} {} {}",
            written(found.departement),
            written(found.large_commune),
            CLASSES[found.class as usize],
            PRECISIONS[found.precision as usize],
            match found.coherent {
                None => "-",
                Some(true) => "oui",
                Some(false) => "non",
            }
        )
    }

    #[test]
    fn what_a_postal_code_and_a_name_establish() {
        for (cp, commune, expected) in [
            ("31000", "TOULOUSE", "31 31555 region commune oui"),
            ("31000", "", "31 31555 region commune -"),
            ("31000", "toulouse cedex 9", "31 31555 region commune oui"),
            ("31059", "TOULOUSE CEDEX 9", "31 31555 region commune -"),
            ("31059", "", "- - indetermine inconnue -"),
            ("01000", "BOURG EN BRESSE", "01 01053 france commune oui"),
            ("01000", "", "01 - france code_postal -"),
            ("75013", "PARIS 13", "75 75056 france commune oui"),
            ("75013", "Paris 13e Arrondissement", "75 75056 france commune oui"),
            ("09200", "ST GIRONS", "09 - region commune oui"),
            ("09200", "Saint-Girons", "09 - region commune oui"),
            ("31000", "BORDEAUX", "31 - region code_postal non"),
            ("31000", "NULLE PART", "31 31555 region commune -"),
            ("42620", "", "- - france code_postal -"),
            ("39999", "", "39 - france departement -"),
            ("31999", "TOULOUSE", "31 31555 region commune oui"),
            ("31999", "BORDEAUX", "31 - region departement non"),
            ("2A999", "", "2A - france departement -"),
            ("20999", "", "- - france inconnue -"),
            ("20000", "AJACCIO", "2A 2A004 france commune oui"),
            ("20999", "AJACCIO", "2A 2A004 france commune oui"),
            ("2A004", "", "- - indetermine inconnue -"),
            ("97400", "SAINT DENIS", "974 97411 france commune oui"),
            ("99140", "GENEVE", "- - etranger pays -"),
            ("99146", "", "- - indetermine inconnue -"),
            ("99100", "", "- - indetermine inconnue -"),
            ("99999", "", "- - indetermine inconnue -"),
            ("", "TOULOUSE", "- - manquant inconnue -"),
            ("", "", "- - manquant inconnue -"),
            ("3100", "TOULOUSE", "- - indetermine inconnue -"),
            ("AB000", "", "- - indetermine inconnue -"),
            ("01350", "CULOZ", "01 - france commune oui"),
            ("31000", "31555", "31 31555 region commune oui"),
        ] {
            assert_eq!(summary(cp, commune), expected, "{cp} {commune}");
        }
    }

    #[test]
    fn states_of_the_postal_code() {
        for (cp, etat, known) in [
            ("31000", Etat::Conforme, Some(true)),
            ("2B033", Etat::Conforme, Some(false)),
            ("99999", Etat::Conforme, Some(true)),
            ("99109", Etat::Conforme, Some(true)),
            ("00000", Etat::Conforme, Some(false)),
            ("1000", Etat::NonConforme, None),
            ("2C123", Etat::NonConforme, None),
            ("", Etat::Manquant, None),
        ] {
            let found = resolve(cp, "");
            assert_eq!((found.cp, found.cp_known), (etat, known), "{cp}");
        }
    }

    #[test]
    fn states_of_the_commune() {
        for (cp, commune, etat, known) in [
            ("31000", "TOULOUSE", Etat::Conforme, Some(true)),
            ("31000", "12345", Etat::NonConforme, Some(false)),
            ("31000", "31555", Etat::NonConforme, Some(false)),
            ("31000", "NULLE PART", Etat::NonConforme, Some(false)),
            ("31000", "-", Etat::NonConforme, Some(false)),
            ("31000", "", Etat::Manquant, None),
            ("99140", "GENEVE", Etat::Conforme, None),
            ("", "TOULOUSE", Etat::Conforme, Some(true)),
        ] {
            let found = resolve(cp, commune);
            assert_eq!((found.commune, found.commune_known), (etat, known), "{cp} {commune}");
        }
    }

    #[test]
    fn the_memory_of_pairs_changes_nothing() {
        let mut resolver = Resolver::new("76", &[]);
        let first = resolver.resolve(b"31000", b"TOULOUSE").clone();
        assert_eq!(*resolver.resolve(b"31000", b"TOULOUSE"), first);
        assert_eq!(resolver.residences.len(), 1);
    }
}

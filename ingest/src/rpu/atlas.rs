//! The communes of France, indexed by what hospitals write: postal codes, names, Insee codes current and former. Sources: Insee COG
//! 2026, La Poste.

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::columns::{Dictionary, NONE};
use crate::rpu::codes::pack;
use crate::rpu::commune::normalise;

/// Population from which a commune may be kept.
const LARGE: u32 = 10_000;

pub struct Place {
    pub departement: u64,
    pub region: &'static str,
    pub epci: u16,
    /// Packed Insee code of a large commune.
    pub large: u64,
    /// Of a commune that absorbed others: their former names may be part of it. Empty for any other.
    merged: String,
}

/// The communes of France, indexed by what hospitals write.
pub struct Atlas {
    pub places: Vec<Place>,
    pub by_postal_code: FxHashMap<[u8; 5], Vec<u32>>,
    by_name: FxHashMap<String, Vec<u32>>,
    by_insee: FxHashMap<&'static str, u32>,
    pub regions: FxHashMap<&'static str, &'static str>,
    epci: Arc<Dictionary>,
}

pub fn atlas() -> &'static Atlas {
    static ATLAS: OnceLock<Atlas> = OnceLock::new();
    ATLAS.get_or_init(build)
}

/// SIREN of every EPCI, by rank.
pub fn epci_dictionary() -> Arc<Dictionary> {
    Arc::clone(&atlas().epci)
}

pub fn word(code: &str) -> u64 {
    pack(code.as_bytes()).expect("codes have at most eight characters")
}

fn build() -> Atlas {
    let merged: FxHashSet<&str> = lake::reference::communes_anciennes()
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(1))
        .collect();
    let mut atlas = Atlas {
        places: Vec::new(),
        by_postal_code: FxHashMap::with_capacity_and_hasher(8_000, FxBuildHasher),
        by_name: FxHashMap::with_capacity_and_hasher(40_000, FxBuildHasher),
        by_insee: FxHashMap::with_capacity_and_hasher(50_000, FxBuildHasher),
        regions: lake::reference::departements()
            .iter()
            .map(|row| (row.code.as_str(), row.region.as_str()))
            .collect(),
        epci: Arc::default(),
    };
    let mut epci = Dictionary::default();
    let mut epci_ranks: FxHashMap<&str, u16> = FxHashMap::default();
    // Arrondissements of Paris, Lyon and Marseille are read as their city.
    for row in lake::reference::communes()
        .iter()
        .filter(|row| row.commune_parente.is_empty())
    {
        let rank = atlas.places.len() as u32;
        let name = normalise(row.nom);
        for code in row.codes_postaux.split('|') {
            if let Ok(code) = <[u8; 5]>::try_from(code.as_bytes()) {
                atlas.by_postal_code.entry(code).or_default().push(rank);
            }
        }
        atlas.by_insee.insert(row.insee, rank);
        atlas.places.push(Place {
            departement: word(row.departement),
            region: row.region,
            epci: match row.epci {
                "" => NONE,
                siren => *epci_ranks.entry(siren).or_insert_with(|| epci.add(siren.as_bytes())),
            },
            large: if row.population.unwrap_or(0) >= LARGE {
                word(row.insee)
            } else {
                0
            },
            merged: match merged.contains(row.insee) {
                true => name.clone(),
                false => String::new(),
            },
        });
        atlas.by_name.entry(name).or_default().push(rank);
    }
    for line in lake::reference::communes_anciennes().lines().skip(1) {
        let mut cells = line.split(',');
        if let (Some(old), Some(new)) = (cells.next(), cells.next())
            && let Some(rank) = atlas.by_insee.get(new).copied()
        {
            atlas.by_insee.entry(old).or_insert(rank);
        }
    }
    atlas.epci = Arc::new(epci);
    atlas
}

/// Communes that a name may mean. A number may be an Insee code, current or former.
pub fn named(atlas: &Atlas, name: &str) -> Vec<u32> {
    if is_numeric(name) {
        return atlas.by_insee.get(name).copied().into_iter().collect();
    }
    atlas.by_name.get(name).cloned().unwrap_or_default()
}

/// Among the communes of a postal code, the only one that absorbed others and whose name holds this one: `CULOZ` in
/// `CULOZ BEON`.
pub fn former_name(atlas: &Atlas, served: &[u32], name: &str) -> Vec<u32> {
    let holds = |place: &Place| !place.merged.is_empty() && has_words(&place.merged, name);
    let found: Vec<u32> = served
        .iter()
        .filter(|rank| name.len() > 2 && holds(&atlas.places[**rank as usize]))
        .copied()
        .collect();
    if found.len() == 1 { found } else { Vec::new() }
}

/// Whether `part` is a run of whole words of `whole`.
fn has_words(whole: &str, part: &str) -> bool {
    format!(" {whole} ").contains(&format!(" {part} "))
}

/// Whether a commune lies in the département that two characters name (`20`: either of Corsica, `97`: overseas).
pub fn starts_in(place: &Place, departement: [u8; 2]) -> bool {
    let code = place.departement.to_le_bytes();
    code[..2] == departement || (departement == *b"20" && matches!(&code[..2], b"2A" | b"2B"))
}

pub fn is_numeric(name: &str) -> bool {
    name.bytes().any(|byte| byte.is_ascii_digit()) && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ')
}

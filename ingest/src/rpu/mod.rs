//! RPU records: what a passage's elements mean. Knows the national format and the FEDORU definitions; knows nothing of files.

pub mod age;
pub mod atlas;
pub mod codes;
pub mod columns;
pub mod commune;
pub mod derived;
pub mod etat;
pub mod fingerprint;
pub mod header;
pub mod nomenclature;
pub mod postal_code;
pub mod reading;
pub mod residence;
pub mod row;
pub mod seen;
pub mod tallies;

/// Loads the communes and the nomenclatures that readings share, if nobody has.
pub fn load_references() {
    rayon::join(atlas::atlas, nomenclature::lists);
}

//! Vocabulary and storage: what tables, columns, codes, identifiers, verdicts and figures are, where they are kept, and
//! which delivery is current. Deliberately ignorant of XML, polars, charts, the terminal and the clock.

pub mod advance;
pub mod bornes;
pub mod code_list;
pub mod columns;
#[cfg(feature = "store")]
mod days;
pub mod delivery;
pub mod distance;
pub mod edition;
pub mod figure;
pub mod finding;
pub mod finess;
pub mod key;
pub mod month;
pub mod offre;
pub mod principal;
pub mod reference;
pub mod release;
#[cfg(feature = "store")]
pub mod results;
pub mod retour;
pub mod rules;
pub mod sink;
pub mod site;
#[cfg(feature = "store")]
pub mod store;
pub mod system;
pub mod table;

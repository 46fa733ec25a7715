//! The states of a cell.

pub use lake::table::ETATS;

/// In the order of their names, [`ETATS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Etat {
    Conforme,
    NonConforme,
    Manquant,
    /// The form received has no such element: nothing can be missing.
    HorsFormat,
}

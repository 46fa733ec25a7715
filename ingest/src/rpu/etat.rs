//! The three states of a cell.

/// Names in the lake, in the order of [`Etat`].
pub const ETATS: [&str; 3] = ["conforme", "non_conforme", "manquant"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Etat {
    Conforme,
    NonConforme,
    Manquant,
}

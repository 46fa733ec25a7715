//! The messages that a region owes: OSCOUR to Santé publique France (everything received), SYRIUS to ATIH (the year to date, age
//! in place of birth date). They are made from the pieces kept as received, which alone have the postal code and the birth date, and
//! are read back by the readers of this crate. Deliberately ignorant of where files go and of who sends them.

mod complement;
mod element;
mod forward;
mod passages;
mod piece;
mod places;
mod syrius;

use std::io;

use thiserror::Error;

use crate::oscour::Failure;

pub(crate) use element::moment;

pub use complement::{Complement, complements};
pub use forward::{Forwarded, forward};
pub use passages::{PASSAGES, Passages};
pub use places::{PLACES, Places};
pub use syrius::{Archive, Header, Losses};

/// Why a message is not written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The piece cannot be sent on: French reason.
    #[error("{0}")]
    Piece(String),
    #[error("lecture de la pièce reçue : {}", lake::system::french(.0))]
    Reading(io::Error),
    #[error("écriture : {}", lake::system::french(.0))]
    Writing(io::Error),
}

impl From<Failure> for ExportError {
    fn from(failure: Failure) -> ExportError {
        match failure {
            Failure::Refused { reason, .. } => ExportError::Piece(reason),
            Failure::Sink(error) => ExportError::Writing(error),
            Failure::Machine(error) => ExportError::Reading(error),
        }
    }
}

//! Errors of the crates below, as the command line says them.

use lake::store::StoreError;

use crate::error::CommandError;

/// Messages of the store are French and say what to do.
pub fn store(error: &StoreError) -> CommandError {
    match error {
        StoreError::UnknownDelivery { .. } | StoreError::Refused { .. } => CommandError::usage(error),
        StoreError::Accounting { .. } => CommandError::bug(error),
        _ => CommandError::work(error),
    }
}

//! The certificates as JSON, for programs (`docs/schemas/certificat.json`).

use serde::Serialize;

use super::Certificat;

/// Version of the form; changes when a reader would have to.
pub const VERSION: u32 = 3;

/// One object, whatever the number of certificates.
pub fn json(certificates: &[Certificat]) -> String {
    #[derive(Serialize)]
    struct Whole<'c> {
        version: u32,
        certificats: &'c [Certificat],
    }
    let whole = Whole {
        version: VERSION,
        certificats: certificates,
    };
    let text = serde_json::to_string_pretty(&whole).expect("keys are text and numbers are finite");
    format!("{text}\n")
}

//! The code that names a site in a record: the FINESS of a hospital, or the identifier of a SAMU, which has no FINESS of its own.

use serde::{Deserialize, Serialize};

use crate::finess::Finess;

/// What names the site of a table's records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SiteNature {
    #[default]
    Finess,
    /// `samu310`, the last part of the organisation `fr.health.samu310` of the Hub Santé (ANS, 2026).
    Samu,
}

impl SiteNature {
    /// The code as kept, from its text as received; none when it cannot be one.
    pub fn parse(self, text: &str) -> Option<String> {
        match self {
            Self::Finess => Finess::parse(text).map(|(finess, _)| finess.as_str().to_owned()),
            Self::Samu => samu(text),
        }
    }
}

impl SiteNature {
    /// What the code of a site, as kept, names.
    pub fn of(code: &str) -> SiteNature {
        if samu(code).is_some() { Self::Samu } else { Self::Finess }
    }
}

const SAMU: &str = "samu";

/// `fr.health.samu310`, `SAMU310` and `samu31` are one SAMU: département, then a letter or 0 where it is not overseas.
fn samu(text: &str) -> Option<String> {
    let last = text.trim().rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let code = last.strip_prefix(SAMU)?;
    let bytes = code.as_bytes();
    let is_departement = bytes.first().is_some_and(u8::is_ascii_digit)
        && bytes
            .get(1)
            .is_some_and(|second| second.is_ascii_digit() || (bytes[0] == b'2' && matches!(second, b'a' | b'b')));
    let is_known_shape = (2..=4).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_alphanumeric);
    match is_departement && is_known_shape {
        true if bytes.len() == 2 => Some(format!("{SAMU}{code}0")),
        true => Some(format!("{SAMU}{code}")),
        false => None,
    }
}

/// Code of the département that the code of a site says: the beginning of a FINESS (overseas its fourth digit tells which), or
/// what follows `samu`.
pub fn departement(site: &str) -> Option<String> {
    if let Some(code) = samu(site) {
        let code = code.strip_prefix(SAMU)?.to_ascii_uppercase();
        let length = if code.starts_with("97") { 3 } else { 2 };
        return code.get(..length).map(str::to_owned);
    }
    let (finess, _) = Finess::parse(site)?;
    match finess.as_str().strip_prefix("970") {
        Some(rest) => rest.get(..1).map(|digit| format!("97{digit}")),
        None => finess.as_str().get(..2).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_samu_is_named_by_its_organisation_or_by_its_last_part() {
        for (text, code) in [
            ("fr.health.samu310", Some("samu310")),
            ("SAMU310", Some("samu310")),
            (" samu31 ", Some("samu310")),
            ("samu2A0", Some("samu2a0")),
            ("samu974", Some("samu974")),
            ("samu75A", Some("samu75a")),
            ("310783048", None),
            ("samu", None),
            ("samutoulouse", None),
            ("", None),
        ] {
            assert_eq!(SiteNature::Samu.parse(text).as_deref(), code, "{text}");
        }
    }

    #[test]
    fn a_code_says_what_it_names() {
        for (code, nature) in [
            ("samu310", SiteNature::Samu),
            ("310783048", SiteNature::Finess),
            ("MMG-ALBI", SiteNature::Finess),
        ] {
            assert_eq!(SiteNature::of(code), nature, "{code}");
        }
    }

    #[test]
    fn the_departement_of_a_site() {
        for (site, code) in [
            ("samu310", "31"),
            ("samu2a0", "2A"),
            ("samu974", "974"),
            ("310783048", "31"),
            ("970100228", "971"),
        ] {
            assert_eq!(departement(site).as_deref(), Some(code), "{site}");
        }
        for site in ["", "MMG-ALBI", "samutoulouse"] {
            assert_eq!(departement(site), None, "{site}");
        }
    }
}

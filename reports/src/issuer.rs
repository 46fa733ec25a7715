//! Who issues the documents: `emetteur.toml` in the folder of a region's own templates, with its logo beside it.

use std::path::Path;

use serde::Deserialize;

use crate::declaration::in_french;
use crate::document::Issuer;
use crate::error::ReportError;
use crate::typography as typo;

/// Name of the file.
pub const FILE: &str = "emetteur.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    nom: String,
    #[serde(default)]
    contact: String,
    /// SVG or PNG, in the same folder.
    logo: Option<String>,
}

/// The issuer that the folder names; none without the file.
pub fn load(custom: Option<&Path>) -> Result<Option<Issuer>, ReportError> {
    let Some(path) = custom.map(|custom| custom.join(FILE)).filter(|path| path.is_file()) else {
        return Ok(None);
    };
    let read = |path: &Path| {
        std::fs::read(path).map_err(|source| ReportError::Read {
            path: path.to_owned(),
            source,
        })
    };
    let wrong = |message: String| ReportError::Declaration {
        file: path.display().to_string(),
        place: "émetteur".to_owned(),
        message,
    };
    let text = String::from_utf8_lossy(&read(&path)?).into_owned();
    let declared: Declared = toml::from_str(&text).map_err(|error| wrong(in_french(error.message())))?;
    let logo = match &declared.logo {
        None => None,
        Some(name) => {
            let kind = kind_of(name).ok_or_else(|| wrong(format!("logo « {name} » : donner un fichier .svg ou .png")))?;
            let bytes = read(&path.with_file_name(name))?;
            Some(format!("data:{kind};base64,{}", base64(&bytes)))
        }
    };
    Ok(Some(Issuer {
        name: typo::french(&declared.nom),
        contact: typo::french(&declared.contact),
        logo,
    }))
}

/// A file beside the templates: no folder in its name.
fn kind_of(name: &str) -> Option<&'static str> {
    let plain = !name.contains(['/', '\\']);
    match name.rsplit_once('.')? {
        (_, "svg") if plain => Some("image/svg+xml"),
        (_, "png") if plain => Some("image/png"),
        _ => None,
    }
}

/// RFC 4648 §4.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)];
        let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        for rank in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * rank) & 63) as usize];
            text.push(if rank > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

/// The bytes of such a text; none when it is not one.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0;
        for letter in chunk {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        bits <<= 6 * (4 - chunk.len() as u32);
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
            assert_eq!(from_base64(text), Some(bytes.as_bytes().to_vec()));
        }
    }
}

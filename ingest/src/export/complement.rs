//! What the lake does not keep of a passage and SYRIUS asks for: the geographic code, the age in days, the codes that do not
//! conform. Read again in the piece received; the birth date and the postal code go no further than this file.

use std::path::Path;

use lake::delivery::Delivery;

use crate::context::Context;
use crate::dates::parse_moment;
use crate::export::ExportError;
use crate::export::piece::Piece;
use crate::kinds::Residence;
use crate::oscour::record::{Field, RawRecord};
use crate::rpu::codes::CODED;
use crate::rpu::etat::Etat;
use crate::rpu::nomenclature::{Motive, act, diagnosis};
use crate::rpu::postal_code::PostalCode;
use crate::rpu::reading::code_sets;
use crate::rpu::residence::Resolver;
use crate::rpu::row::Row;

/// The complement of one passage.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Complement {
    /// None when no residence was received.
    pub(super) codegeo: Option<[u8; 5]>,
    /// Whether `codegeo` is coarser than what was received.
    pub(super) coarser: bool,
    /// Completed years, then days when they are none; nothing when the age cannot be told.
    pub(super) age: Option<(i32, i32)>,
    /// Cells that do not conform and have the shape of a code of their field.
    pub(super) codes: Vec<(Field, String)>,
    /// Cells that do not conform and may say anything: they stay here.
    pub(super) withheld: Vec<Field>,
}

/// The complements of the passages of `delivery`, kept in the file `path`, that have these ranks (increasing).
///
/// # Errors
/// The piece is not readable, or has not so many passages.
pub fn complements(path: &Path, delivery: &Delivery, ranks: &[u32], context: &Context) -> Result<Vec<Complement>, ExportError> {
    let piece = Piece::open(path, delivery, context)?;
    let countries = piece.kind.rpu.as_ref().map_or(&[][..], |parameters| &parameters.pays);
    let grouped = piece.kind.residence == Residence::CodeGeographique;
    let mut resolver = context.resolvers.take(&context.region, countries, grouped);
    let sets = code_sets(&delivery.source, context);
    let mut row = Row::default();
    let mut found = Vec::with_capacity(ranks.len());
    let mut rank = 0;
    let read = piece.records(&mut |record, text| {
        rank += 1;
        if ranks.get(found.len()) == Some(&rank)
            && let Some(entree) = parse_moment(record.get(Field::Entree, text))
        {
            row.fill(record, text, entree, &sets, &[]);
            found.push(complement(&row, record, text, &mut resolver));
        }
        Ok(())
    });
    context.resolvers.give_back(resolver);
    read?;
    match found.len() == ranks.len() {
        true => Ok(found),
        false => Err(ExportError::Piece(
            "la pièce gardée n'a pas les passages que le lac en tient ; lancer `oru lake verify`".to_owned(),
        )),
    }
}

fn complement(row: &Row, record: &RawRecord, text: &[u8], resolver: &mut Resolver) -> Complement {
    let (codegeo, coarser) = codegeo(record.get(Field::Cp, text), resolver);
    let mut found = Complement {
        codegeo,
        coarser,
        age: row.ages.filter(|ages| ages.days >= 0).map(|ages| {
            let days = if ages.years == 0 { ages.days } else { 0 };
            (ages.years, days)
        }),
        ..Complement::default()
    };
    for (field, etat) in CODED.into_iter().zip(row.etats) {
        if etat == Etat::NonConforme {
            found.keep(field, record.get(field, text));
        }
    }
    if !matches!(row.motive.0, Motive::Sfmu | Motive::Missing) {
        found.keep(Field::Motif, record.get(Field::Motif, text));
    }
    for (field, etat) in [(Field::Dp, row.dp), (Field::Sortie, row.sortie)] {
        if etat == Etat::NonConforme {
            found.keep(field, record.get(field, text));
        }
    }
    for span in record.da.iter().filter(|span| diagnosis(span.of(text)).is_none()) {
        found.keep(Field::ListeDa, span.of(text));
    }
    for span in record.actes.iter().filter(|span| act(span.of(text)).is_none()) {
        found.keep(Field::ListeActes, span.of(text));
    }
    found
}

impl Complement {
    fn keep(&mut self, field: Field, text: &[u8]) {
        match std::str::from_utf8(text) {
            Ok(code) if is_shaped(field, code) => self.codes.push((field, code.to_owned())),
            _ => self.withheld.push(field),
        }
    }

    pub(super) fn codes_of(&self, field: Field) -> impl Iterator<Item = &str> {
        self.codes
            .iter()
            .filter(move |(of, _)| *of == field)
            .map(|(_, code)| code.as_str())
    }
}

/// Whether a text that is no code of its field has at least the length and the characters of one. Anything else may be a sentence,
/// or a name.
fn is_shaped(field: Field, text: &str) -> bool {
    let only = |allowed: fn(u8) -> bool| text.bytes().all(allowed);
    let alphanumeric = |byte: u8| byte.is_ascii_alphanumeric();
    let within = |longest: usize| (1..=longest).contains(&text.len());
    match field {
        Field::Sexe | Field::Gravite => within(1) && only(alphanumeric),
        Field::ModeEntree | Field::Provenance | Field::ModeSortie | Field::Destination => {
            within(2) && only(|byte| byte.is_ascii_digit())
        }
        Field::Transport | Field::Orient => within(5) && only(alphanumeric),
        Field::TransportPec => within(7) && only(alphanumeric),
        Field::Motif | Field::Dp | Field::ListeDa | Field::ListeActes => {
            within(13)
                && text.starts_with(|first: char| first.is_ascii_alphabetic())
                && text.bytes().any(|byte| byte.is_ascii_digit())
                && only(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b',' | b'+' | b'*' | b'-' | b'/'))
        }
        Field::Sortie => within(19) && only(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b':' | b' ' | b'T')),
        _ => false,
    }
}

/// Nothing is known of the residence.
pub(super) const NOWHERE: [u8; 5] = *b"99999";

/// The geographic code of a postal code: itself when it is known, else its département and `999`, else `99999`. The second value says
/// whether something was lost.
fn codegeo(cp: &[u8], resolver: &mut Resolver) -> (Option<[u8; 5]>, bool) {
    let cp = cp.to_ascii_uppercase();
    let mut is_known = |code: [u8; 5]| resolver.resolve(&code, b"").cp_known == Some(true);
    match (PostalCode::read(&cp), <[u8; 5]>::try_from(&cp[..])) {
        (PostalCode::Missing, _) => (None, false),
        (PostalCode::Unknown, _) => (Some(NOWHERE), false),
        (PostalCode::Abroad(_) | PostalCode::Departement(_) | PostalCode::Full(_), Ok(code)) if is_known(code) => {
            (Some(code), false)
        }
        (PostalCode::Full(code), _) => {
            let departement = [code[0], code[1], b'9', b'9', b'9'];
            let known = is_known(departement);
            (Some(if known { departement } else { NOWHERE }), true)
        }
        _ => (Some(NOWHERE), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_leaves_only_when_it_has_the_shape_of_a_code() {
        for (field, text) in [
            (Field::Sexe, "2"),
            (Field::Gravite, "6"),
            (Field::Destination, "5"),
            (Field::Transport, "TAXI"),
            (Field::TransportPec, "SANS"),
            (Field::Motif, "GASTRO04"),
            (Field::Motif, "R10.4"),
            (Field::Dp, "Z9"),
            (Field::Sortie, "31/02/2025 25:61"),
        ] {
            assert!(is_shaped(field, text), "{field:?} {text}");
        }
        for (field, text) in [
            (Field::Sexe, "FEMININ"),
            (Field::Destination, "MCO"),
            (Field::Transport, "AMBULANCE PRIVEE"),
            (Field::Orient, "Mme D"),
            (Field::Motif, "douleur"),
            (Field::Motif, "chute de 3 m"),
            (Field::Motif, "06 11 22 33 44"),
            (Field::Dp, "DUPONT"),
            (Field::Dp, "é10"),
            (Field::Sortie, "demain"),
            (Field::Commune, "TOULOUSE"),
        ] {
            assert!(!is_shaped(field, text), "{field:?} {text}");
        }
    }

    #[test]
    fn an_unknown_postal_code_becomes_its_departement() {
        let countries = ["101-145".to_owned()];
        let resolvers = crate::rpu::residence::Resolvers::default();
        let mut resolver = resolvers.take("76", &countries, false);
        for (cp, expected, coarser) in [
            ("", None, false),
            ("31000", Some("31000"), false),
            ("31999", Some("31999"), false),
            ("2a999", Some("2A999"), false),
            ("99999", Some("99999"), false),
            ("99140", Some("99140"), false),
            ("31998", Some("31999"), true),
            ("99998", Some("99999"), true),
            ("00000", Some("99999"), true),
            ("3100", Some("99999"), true),
            ("TOULOUSE", Some("99999"), true),
        ] {
            let found = codegeo(cp.as_bytes(), &mut resolver);
            let code = found.0.map(|code| String::from_utf8(code.to_vec()).unwrap());
            assert_eq!((code.as_deref(), found.1), (expected, coarser), "{cp}");
        }
    }
}

//! Element names of an extract kind, ready to be compared.

use crate::kinds::Kind;
use crate::oscour::record::{FIELDS, Field};

/// Names by role. Comparison ignores case.
pub struct Tags {
    fields: Vec<(String, Field)>,
    header: Vec<(String, HeaderField)>,
    roles: [Vec<String>; 3],
    da: Vec<String>,
    acte: Vec<String>,
    /// National names as the quick lane compares them.
    pub quick: [Quick; FIELDS],
    pub quick_da: Quick,
    pub quick_acte: Quick,
    pub quick_passage: Quick,
}

/// Children of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderField {
    Finess,
    Ordre,
    Extract,
    DateDebut,
    DateFin,
}

/// Elements that hold others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    Header,
    Passages,
    Passage,
}

impl Tags {
    pub fn of(kind: &Kind) -> Tags {
        let names = |role: &str| -> Vec<String> {
            let usual = || vec![role.to_ascii_uppercase()];
            kind.balises.get(role).cloned().unwrap_or_else(usual)
        };
        let of_field = |field: Field| match field.is_national() || kind.balises.contains_key(field.role()) {
            true => names(field.role()),
            false => Vec::new(),
        };
        let quick = |names: &[String]| names.first().map_or(Quick::default(), |name| Quick::new(name));
        let mut fields = Vec::new();
        for field in Field::ALL {
            fields.extend(of_field(field).into_iter().map(|name| (name, field)));
        }
        let mut header = Vec::new();
        for (role, field) in [
            ("finess", HeaderField::Finess),
            ("ordre", HeaderField::Ordre),
            ("extract", HeaderField::Extract),
            ("date_debut", HeaderField::DateDebut),
            ("date_fin", HeaderField::DateFin),
        ] {
            header.extend(names(role).into_iter().map(|name| (name, field)));
        }
        let (da, acte) = (names("da"), names("acte"));
        let roles = [names("racine_entete"), names("passages"), names("passage")];
        Tags {
            quick: Field::ALL.map(|field| quick(&of_field(field))),
            quick_da: quick(&da),
            quick_acte: quick(&acte),
            quick_passage: quick(&roles[2]),
            fields,
            header,
            roles,
            da,
            acte,
        }
    }

    pub fn field(&self, name: &str) -> Option<Field> {
        find(&self.fields, name)
    }

    pub fn header(&self, name: &str) -> Option<HeaderField> {
        find(&self.header, name)
    }

    pub fn is(&self, block: Block, name: &str) -> bool {
        is_one_of(&self.roles[block as usize], name)
    }

    pub fn is_item(&self, list: Field, name: &str) -> bool {
        is_one_of(if list == Field::ListeDa { &self.da } else { &self.acte }, name)
    }
}

fn find<T: Copy>(named: &[(String, T)], name: &str) -> Option<T> {
    named
        .iter()
        .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
        .map(|(_, value)| *value)
}

fn is_one_of(names: &[String], name: &str) -> bool {
    names.iter().any(|candidate| candidate.eq_ignore_ascii_case(name))
}

/// A tag of at most sixteen bytes, compared in one operation with the next sixteen bytes of a text.
#[derive(Debug, Clone, Copy)]
pub struct Literal {
    bits: u128,
    mask: u128,
    pub length: usize,
}

/// Bytes that a comparison looks at, whatever the tag's length.
pub const REACH: usize = 16;

impl Default for Literal {
    /// Equal to nothing: the bits are not under the mask.
    fn default() -> Literal {
        Literal {
            bits: 1,
            mask: 0,
            length: 0,
        }
    }
}

impl Literal {
    fn new(text: &str) -> Literal {
        let mut bytes = [0; REACH];
        let mut mask = [0; REACH];
        if text.len() > REACH {
            return Literal::default();
        }
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        mask[..text.len()].fill(0xFF);
        Literal {
            bits: u128::from_le_bytes(bytes),
            mask: u128::from_le_bytes(mask),
            length: text.len(),
        }
    }

    #[inline(always)]
    pub fn is(&self, next: u128) -> bool {
        next & self.mask == self.bits
    }
}

/// The forms of a tag without attributes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quick {
    /// `<X>`
    pub open: Literal,
    /// `</X>`
    pub close: Literal,
    /// `<X/>`
    pub empty: Literal,
    /// `<X />`, as some libraries write it; one byte may lie beyond the reach of the comparison.
    pub spaced: Literal,
}

impl Quick {
    fn new(name: &str) -> Quick {
        Quick {
            open: Literal::new(&format!("<{name}>")),
            close: Literal::new(&format!("</{name}>")),
            empty: Literal::new(&format!("<{name}/>")),
            spaced: Literal::new(&format!("<{name} /")),
        }
    }
}

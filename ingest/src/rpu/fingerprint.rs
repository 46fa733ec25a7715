//! The keyed hashes of a passage: `cle` recognises it across deliveries, `empreinte` says whether it changed, `lien` brings together
//! the passages of one patient, whatever the site.

use lake::key::Key;

use crate::oscour::record::{Field, RawRecord, Span};
use crate::rpu::codes::{CODED, CodeSet, packed_length};
use crate::rpu::etat::Etat;
use crate::rpu::nomenclature::{Motive, act, diagnosis};
use crate::rpu::postal_code::PostalCode;
use crate::rpu::residence::{Class, Residence};
use crate::rpu::row::{Row, SEXE, etat, reduced};

/// Builds the messages whose keyed hashes are `cle` and `empreinte`. Fields are separated by a byte that no text holds, and a
/// cell that does not conform enters with its reduced text, so that two different mistakes differ.
pub struct Hasher {
    key: Key,
    site: Vec<u8>,
    message: Vec<u8>,
}

const SEPARATOR: u8 = 0x1F;
const NOT_CONFORMING: u8 = 0x15;

impl Hasher {
    pub fn new(key: &Key, finess: &str, ordre: i16) -> Hasher {
        let mut site = b"rpu\x1F".to_vec();
        site.extend_from_slice(finess.as_bytes());
        site.extend_from_slice(&ordre.to_le_bytes());
        Hasher {
            key: key.clone(),
            site,
            message: Vec::with_capacity(512),
        }
    }

    /// (`cle`, `empreinte`): the first from FINESS, ORDRE, ENTREE, NAISSANCE, SEXE and CP, the second from every field.
    pub fn hash(
        &mut self,
        row: &Row,
        residence: &Residence,
        sets: &[CodeSet; CODED.len()],
        record: &RawRecord,
        text: &[u8],
    ) -> (u64, u64) {
        let message = &mut self.message;
        message.clear();
        message.extend_from_slice(&self.site);
        message.extend_from_slice(&(row.entree / 60).to_le_bytes());
        match row.birth {
            Some(birth) => message.extend_from_slice(&birth.number().to_le_bytes()),
            None => put_birth(message, row, record, text),
        }
        message.push(SEPARATOR);
        put_code(message, row, SEXE, sets, record, text);
        message.extend_from_slice(&residence.normalised_cp);
        message.push(SEPARATOR);
        let cle = self.key.hash64(message);
        // `cle` stands for the fields it was made of, which keeps the second message to one or two blocks of the hash.
        message.clear();
        message.extend_from_slice(&cle.to_le_bytes());
        message.extend_from_slice(&residence.commune_mark);
        for rank in 1..CODED.len() {
            put_code(message, row, rank, sets, record, text);
        }
        match row.motive.0 {
            Motive::Sfmu => put_word(message, row.motive.1),
            _ => put_text(
                message,
                etat(record.get(Field::Motif, text), false),
                record.get(Field::Motif, text),
            ),
        }
        message.push(SEPARATOR);
        match row.diagnosis {
            Some(found) => put_word(message, found.code),
            None => put_text(message, row.dp, record.get(Field::Dp, text)),
        }
        message.push(SEPARATOR);
        let of_list = |span: &Span| span.of(text);
        put_list(message, &row.da, row.da_malformed, record.da.iter().map(of_list), |text| {
            diagnosis(text).is_some()
        });
        put_list(
            message,
            &row.actes,
            row.actes_malformed,
            record.actes.iter().map(of_list),
            |text| act(text).is_some(),
        );
        match row.sortie {
            // Forty bits of minutes reach further than any year of four digits.
            Etat::Conforme => message.extend_from_slice(&(row.sortie_at / 60).to_le_bytes()[..5]),
            other => put_text(message, other, record.get(Field::Sortie, text)),
        }
        message.push(SEPARATOR);
        put_count(message, row.unknown);
        (cle, self.key.hash64(message))
    }

    /// `lien`, from SEXE, NAISSANCE and CP: the same at every site, and 52 bits so that a decimal holds it exactly. None when one of
    /// them is missing or says nothing of a person: undetermined sex, conventional date, postal code of nowhere.
    pub fn link(&mut self, row: &Row, residence: &Residence, sets: &[CodeSet; CODED.len()]) -> Option<f64> {
        let birth = row.birth.filter(|_| !row.convention && !row.born_after_entry())?;
        let sexe = sets[SEXE].code(row.codes[SEXE]);
        let is_known = row.etats[SEXE] == Etat::Conforme && sexe != UNDETERMINED;
        // « Somewhere in the département » is shared by too many.
        let lives = !matches!(PostalCode::read(&residence.normalised_cp), PostalCode::Departement(_))
            && residence.cp == Etat::Conforme
            && residence.cp_known == Some(true)
            && !matches!(residence.class, Class::Indetermine | Class::Manquant);
        if !is_known || !lives {
            return None;
        }
        let message = &mut self.message;
        message.clear();
        message.extend_from_slice(b"lien\x1F");
        message.extend_from_slice(&birth.number().to_le_bytes());
        message.push(SEPARATOR);
        put_word(message, sexe);
        message.push(SEPARATOR);
        message.extend_from_slice(&residence.normalised_cp);
        Some((self.key.hash64(message) >> 12) as f64)
    }
}

/// SEXE « I », packed.
const UNDETERMINED: u64 = b'I' as u64;

fn put_word(message: &mut Vec<u8>, word: u64) {
    let length = message.len() + packed_length(word);
    message.extend_from_slice(&word.to_le_bytes());
    message.truncate(length);
}

fn put_text(message: &mut Vec<u8>, etat: Etat, text: &[u8]) {
    if etat == Etat::NonConforme {
        message.push(NOT_CONFORMING);
        message.extend_from_slice(reduced(text).as_bytes());
    }
}

/// Without a birth date: the age received, else the text that does not conform.
fn put_birth(message: &mut Vec<u8>, row: &Row, record: &RawRecord, text: &[u8]) {
    match row.ages {
        Some(ages) => {
            message.extend_from_slice(b"age");
            message.extend_from_slice(&ages.days.to_le_bytes());
        }
        None => [Field::Naissance, Field::Age, Field::AgeJours]
            .into_iter()
            .filter(|field| !record.get(*field, text).is_empty())
            .for_each(|field| put_text(message, row.naissance, record.get(field, text))),
    }
}

fn put_code(message: &mut Vec<u8>, row: &Row, rank: usize, sets: &[CodeSet; CODED.len()], record: &RawRecord, text: &[u8]) {
    match row.etats[rank] {
        Etat::Conforme => put_word(message, sets[rank].code(row.codes[rank])),
        other => put_text(message, other, record.get(CODED[rank], text)),
    }
    message.push(SEPARATOR);
}

fn put_list<'t>(
    message: &mut Vec<u8>,
    codes: &[u64],
    malformed: u32,
    items: impl Iterator<Item = &'t [u8]>,
    conforms: fn(&[u8]) -> bool,
) {
    for code in codes {
        put_word(message, *code);
        message.push(SEPARATOR);
    }
    // Nearly never: no item is read again for nothing.
    if malformed > 0 {
        items
            .filter(|item| !conforms(item))
            .for_each(|item| put_text(message, Etat::NonConforme, item));
    }
    message.push(SEPARATOR);
}

/// A count as it is kept: nothing when zero, which is nearly always.
fn put_count(message: &mut Vec<u8>, count: u32) {
    if count > 0 {
        message.push(NOT_CONFORMING);
        message.extend_from_slice(&count.to_le_bytes());
    }
}

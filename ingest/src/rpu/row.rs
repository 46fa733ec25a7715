//! One passage, normalised. No text is copied but the codes.

use crate::dates::{Day, parse_day, parse_moment};
use crate::oscour::record::{Field, RawRecord};
use crate::rpu::age::{Ages, ages, given};
use crate::rpu::codes::{CODED, Cell, CodeSet};
use crate::rpu::etat::Etat;
use crate::rpu::nomenclature::{Diagnosis, Known, Motive, act, diagnosis, is_vague, motive};

/// Oldest age accepted, years (RESURAL, rapport 2014).
pub const OLDEST: i32 = 120;

/// Last day before the first birthday.
const DAYS_OF_A_YEAR: i32 = 365;

/// First day on which PROVENANCE 6 and 7 exist (OSCOUR V8, 16/09/2013).
const PROVENANCE_6_7_FROM: Day = Day {
    year: 2013,
    month: 9,
    day: 16,
};

/// Values of one passage. Reused from row to row.
pub struct Row {
    /// Seconds since 1970-01-01 00:00 on the wall clock, cut to the minute.
    pub entree: i64,
    pub day: i32,
    pub naissance: Etat,
    pub birth: Option<Day>,
    /// The element that says when somebody was born: NAISSANCE, or AGE.
    pub birth_field: Field,
    pub convention: bool,
    pub ages: Option<Ages>,
    /// Ranks in the code lists, in the order of [`CODED`]; meaningful where conforming.
    pub codes: [u8; CODED.len()],
    pub etats: [Etat; CODED.len()],
    pub aliases: u32,
    pub motive: (Motive, u64),
    pub dp: Etat,
    pub diagnosis: Option<Diagnosis>,
    pub da: Vec<u64>,
    pub da_received: u32,
    pub da_malformed: u32,
    pub da_unknown: u32,
    pub da_redundant: u32,
    pub actes: Vec<u64>,
    pub actes_received: u32,
    pub actes_malformed: u32,
    pub actes_unknown: u32,
    pub sortie: Etat,
    pub sortie_at: i64,
    pub unknown: u32,
}

impl Default for Row {
    fn default() -> Row {
        Row {
            entree: 0,
            day: 0,
            naissance: Etat::Manquant,
            birth: None,
            birth_field: Field::Naissance,
            convention: false,
            ages: None,
            codes: [0; CODED.len()],
            etats: [Etat::Manquant; CODED.len()],
            aliases: 0,
            motive: (Motive::Missing, 0),
            dp: Etat::Manquant,
            diagnosis: None,
            da: Vec::new(),
            da_received: 0,
            da_malformed: 0,
            da_unknown: 0,
            da_redundant: 0,
            actes: Vec::new(),
            actes_received: 0,
            actes_malformed: 0,
            actes_unknown: 0,
            sortie: Etat::Manquant,
            sortie_at: 0,
            unknown: 0,
        }
    }
}

/// Seconds of the minute dropped: a resend may carry them or not.
pub fn to_minute(seconds: i64) -> i64 {
    seconds - seconds.rem_euclid(60)
}

impl Row {
    /// Fills the row, `entree` being known. `conventions`: day numbers of conventional birth dates.
    pub fn fill(&mut self, record: &RawRecord, text: &[u8], entree: i64, sets: &[CodeSet; CODED.len()], conventions: &[i32]) {
        self.entree = to_minute(entree);
        self.day = entree.div_euclid(86_400) as i32;
        self.unknown = record.unknown;
        self.fill_birth(record.get(Field::Naissance, text), conventions);
        self.birth_field = Field::Naissance;
        if self.naissance == Etat::Manquant {
            self.fill_age(record.get(Field::Age, text), record.get(Field::AgeJours, text));
        }
        self.aliases = 0;
        for (rank, field) in CODED.into_iter().enumerate() {
            let cell = sets[rank].read(record.get(field, text));
            (self.etats[rank], self.codes[rank]) = match cell {
                Cell::Missing => (Etat::Manquant, 0),
                Cell::Unknown => (Etat::NonConforme, 0),
                Cell::Code(code, alias) => {
                    self.aliases += u32::from(alias);
                    (Etat::Conforme, code)
                }
            };
        }
        self.check_provenance(&sets[PROVENANCE]);
        self.motive = motive(record.get(Field::Motif, text));
        let dp = record.get(Field::Dp, text);
        self.diagnosis = diagnosis(dp);
        self.dp = etat(dp, self.diagnosis.is_some());
        self.fill_lists(record, text);
        let sortie = record.get(Field::Sortie, text);
        let at = parse_moment(sortie);
        self.sortie = etat(sortie, at.is_some());
        self.sortie_at = to_minute(at.unwrap_or(0));
    }

    fn fill_birth(&mut self, text: &[u8], conventions: &[i32]) {
        self.birth = parse_day(text);
        self.naissance = etat(text, self.birth.is_some());
        self.convention = self.birth.is_some_and(|birth| conventions.contains(&birth.number()));
        self.ages = self.birth.map(|birth| ages(birth, Day::from_number(self.day)));
    }

    /// AGE and AGE_JOURS in place of a birth date. Both 0 is what the schema of SYRIUS writes when nothing is known.
    fn fill_age(&mut self, years: &[u8], days: &[u8]) {
        let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<u16>().ok().map(i32::from);
        self.birth_field = Field::Age;
        let none_in_days = days.is_empty() || number(days) == Some(0);
        self.naissance = match (number(years), number(days)) {
            (Some(0), _) if none_in_days => Etat::Manquant,
            (Some(0), Some(days)) if days <= DAYS_OF_A_YEAR => {
                self.ages = Some(given(0, days));
                Etat::Conforme
            }
            (Some(years), _) if years > 0 => {
                self.ages = Some(given(years, 0));
                Etat::Conforme
            }
            _ => etat(years, false),
        };
    }

    fn check_provenance(&mut self, set: &CodeSet) {
        let later = self.etats[PROVENANCE] == Etat::Conforme
            && matches!(set.code(self.codes[PROVENANCE]) as u8, b'6' | b'7')
            && self.day < PROVENANCE_6_7_FROM.number();
        if later {
            self.etats[PROVENANCE] = Etat::NonConforme;
        }
    }

    fn fill_lists(&mut self, record: &RawRecord, text: &[u8]) {
        self.da.clear();
        self.da_received = record.da.len() as u32;
        (self.da_malformed, self.da_unknown, self.da_redundant) = (0, 0, 0);
        let main = self.diagnosis.map_or(0, |found| found.code);
        for span in &record.da {
            match diagnosis(span.of(text)) {
                Some(found) => {
                    self.da_unknown += u32::from(found.known != Known::Exact);
                    self.da_redundant += u32::from(found.code == main || self.da.contains(&found.code));
                    self.da.push(found.code);
                }
                None => self.da_malformed += 1,
            }
        }
        self.actes.clear();
        self.actes_received = record.actes.len() as u32;
        (self.actes_malformed, self.actes_unknown) = (0, 0);
        for span in &record.actes {
            match act(span.of(text)) {
                Some((code, known)) => {
                    self.actes_unknown += u32::from(!known);
                    self.actes.push(code);
                }
                None => self.actes_malformed += 1,
            }
        }
    }

    /// Birth after entry (RPU-X10).
    pub fn born_after_entry(&self) -> bool {
        self.ages.is_some_and(|ages| ages.days < 0)
    }

    /// Ages when they can be used: 0 to 120 years (RPU-C28).
    pub fn usable_ages(&self) -> Option<Ages> {
        self.ages.filter(|ages| ages.days >= 0 && ages.years <= OLDEST)
    }

    pub fn age_etat(&self) -> Etat {
        match (self.naissance, self.usable_ages()) {
            (Etat::Manquant, _) => Etat::Manquant,
            (_, Some(_)) => Etat::Conforme,
            (_, None) => Etat::NonConforme,
        }
    }

    /// RPU-C19.
    pub fn is_vague(&self) -> bool {
        self.diagnosis.is_some_and(|found| is_vague(found.code))
    }
}

/// Rank of PROVENANCE in [`CODED`].
const PROVENANCE: usize = 2;
/// Rank of SEXE in [`CODED`].
pub const SEXE: usize = 0;

pub fn etat(text: &[u8], conforms: bool) -> Etat {
    match (text.is_empty(), conforms) {
        (true, _) => Etat::Manquant,
        (false, true) => Etat::Conforme,
        (false, false) => Etat::NonConforme,
    }
}

/// Characters kept of a cell that does not conform.
pub const RAW_LENGTH: usize = 40;

/// The text of a cell that does not conform, cut, control characters replaced.
pub fn reduced(text: &[u8]) -> String {
    String::from_utf8_lossy(text)
        .chars()
        .take(RAW_LENGTH)
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}

//! Counts of the field rules (RPU-C) and of the record-level file rules for one row that is kept.

use crate::oscour::record::{Field, RawRecord};
use crate::rpu::codes::CODED;
use crate::rpu::etat::Etat;
use crate::rpu::nomenclature::{Known, Motive};
use crate::rpu::residence::Residence;
use crate::rpu::row::Row;
use crate::rules::{Clause, Tally};

/// Code rule of each coded field, in the order of [`CODED`].
const CODE_CLAUSES: [Clause; CODED.len()] = [
    Clause::C06,
    Clause::C09,
    Clause::C10,
    Clause::C11,
    Clause::C12,
    Clause::C14,
    Clause::C25,
    Clause::C26,
    Clause::C27,
];

/// Counts one row. A missing cell is not judged; it is not an anomaly here.
pub fn count(tally: &mut Tally, row: &Row, residence: &Residence, line: u32) {
    for (etat, clause) in row.etats.iter().zip(CODE_CLAUSES) {
        judge_etat(tally, clause, *etat, line);
    }
    judge_etat(tally, Clause::C01, residence.cp, line);
    judge(tally, Clause::C02, residence.cp_known.map(|known| !known), line);
    judge_etat(tally, Clause::C03, residence.commune, line);
    judge_etat(tally, Clause::C04, row.naissance, line);
    let born = row.birth.is_some();
    judge(tally, Clause::C05, born.then_some(row.convention), line);
    judge(tally, Clause::C28, row.ages.map(|_| row.usable_ages().is_none()), line);
    let motive = row.motive.0;
    judge(
        tally,
        Clause::C13,
        (motive != Motive::Missing).then_some(motive != Motive::Sfmu),
        line,
    );
    judge_etat(tally, Clause::C15, row.dp, line);
    let dp = row.diagnosis;
    judge(tally, Clause::C16, dp.map(|found| found.known != Known::Exact), line);
    judge(tally, Clause::C17, dp.and_then(|found| found.main).map(|main| !main), line);
    judge(tally, Clause::C18, dp.map(|found| !found.sfmu), line);
    judge(tally, Clause::C19, dp.map(|_| row.is_vague()), line);
    let shaped = row.da_received - row.da_malformed;
    judge_list(tally, Clause::C20A, row.da_malformed, row.da_received, line);
    judge_list(tally, Clause::C20B, row.da_unknown, shaped, line);
    judge_list(tally, Clause::C21, row.da_redundant, shaped, line);
    let shaped = row.actes_received - row.actes_malformed;
    judge_list(tally, Clause::C22, row.actes_malformed, row.actes_received, line);
    judge_list(tally, Clause::C23, row.actes_unknown, shaped, line);
    judge_etat(tally, Clause::C24, row.sortie, line);
    let filled = row.etats.iter().filter(|etat| **etat == Etat::Conforme).count() as u32;
    add(tally, Clause::OC02, row.aliases, filled, line);
}

/// Order and containers (RPU-F16), unknown elements (RPU-F17).
pub fn count_structure(tally: &mut Tally, record: &RawRecord) {
    tally.at(Clause::F16).judge(!record.in_order, record.line);
    tally.at(Clause::F17).judge(record.unknown > 0, record.line);
}

fn judge_etat(tally: &mut Tally, clause: Clause, etat: Etat, line: u32) {
    let violated = match etat {
        Etat::Conforme => Some(false),
        Etat::NonConforme => Some(true),
        Etat::Manquant | Etat::HorsFormat => None,
    };
    judge(tally, clause, violated, line);
}

fn judge(tally: &mut Tally, clause: Clause, violated: Option<bool>, line: u32) {
    match violated {
        Some(violated) => tally.at(clause).judge(violated, line),
        None => tally.at(clause).skip(),
    }
}

/// Records count, as in the lake; the message says of how many elements. A record without an element to judge is not concerned.
fn judge_list(tally: &mut Tally, clause: Clause, violated: u32, elements: u32, line: u32) {
    if elements > 0 {
        let count = tally.at(clause);
        count.judge(violated > 0, line);
        count.total += u64::from(violated);
    }
}

fn add(tally: &mut Tally, clause: Clause, violated: u32, eligible: u32, line: u32) {
    let count = tally.at(clause);
    count.eligible += u64::from(eligible);
    if violated > 0 {
        count.violate(line);
        count.violated += u64::from(violated) - 1;
    }
}

/// Cells of a row that do not conform: column and the element whose text they hold.
pub fn not_conforming(row: &Row, residence: &Residence, mut each: impl FnMut(&'static str, Field)) {
    if residence.cp == Etat::NonConforme {
        each("cp", Field::Cp);
    }
    if residence.commune == Etat::NonConforme {
        each("commune", Field::Commune);
    }
    if row.naissance == Etat::NonConforme || (row.ages.is_some() && row.usable_ages().is_none()) {
        each("naissance", row.birth_field);
    }
    for (etat, field) in row.etats.iter().zip(CODED) {
        if *etat == Etat::NonConforme {
            each(field.role(), field);
        }
    }
    if !matches!(row.motive.0, Motive::Sfmu | Motive::Missing) {
        each("motif", Field::Motif);
    }
    if row.dp == Etat::NonConforme {
        each("dp", Field::Dp);
    }
    if row.sortie == Etat::NonConforme {
        each("sortie", Field::Sortie);
    }
}

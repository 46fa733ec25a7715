//! The columns of the table `rpu`, filled row by row.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int16Array};
use arrow::datatypes::{Float64Type, Int16Type, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;

use crate::columns::{Coded, Dictionary, Flags, NONE, Numbers, Packed, PackedList, Technical, constant};
use crate::rpu::age::{self, class};
use crate::rpu::atlas::epci_dictionary;
use crate::rpu::codes::{CODED, CodeSet, packed_length};
use crate::rpu::etat::{ETATS, Etat};
use crate::rpu::nomenclature::{KNOWN, MOTIVES, Motive};
use crate::rpu::residence::{self, Residence};
use crate::rpu::row::Row;

/// Months shown under this age.
const MONTHS_UNDER: i32 = 24;
/// RPU-X29 questions a perinatal disease over this age; the class A01 of `age::class` ends one day earlier, under it.
const PERINATAL_DAYS: i32 = 28;
const NO_NUMBER: i16 = i16::MIN;
const NO_TIME: i64 = i64::MIN;
const NO_LINK: f64 = -1.0;

pub struct Columns {
    finess: String,
    ordre: i16,
    cp_etat: Coded,
    cp_connu: Flags,
    commune_etat: Coded,
    departement: Packed,
    epci: Coded,
    commune: Packed,
    classe: Coded,
    precision: Coded,
    coherente: Flags,
    naissance_etat: Coded,
    convention: Flags,
    apres_entree: Flags,
    age: Numbers<Int16Type>,
    age_etat: Coded,
    age_fedoru: Numbers<Int16Type>,
    age_mois: Numbers<Int16Type>,
    plus_28j: Flags,
    classe_age: Coded,
    coded: [(Coded, Coded); CODED.len()],
    entree: Numbers<TimestampMicrosecondType>,
    motif: Packed,
    motif_etat: Coded,
    motif_classe: Coded,
    dp: Packed,
    dp_etat: Coded,
    dp_reconnu: Coded,
    da: PackedList,
    actes: PackedList,
    /// n_da, non conformes, inconnus, redondants; n_actes, non conformes, inconnus; éléments inconnus.
    counts: [Numbers<Int16Type>; 8],
    sortie: Numbers<TimestampMicrosecondType>,
    sortie_etat: Coded,
    lien: Numbers<Float64Type>,
    pub technical: Technical,
}

impl Columns {
    pub fn new(finess: &str, ordre: i16, sets: &[CodeSet; CODED.len()]) -> Columns {
        let etats = Dictionary::new(ETATS);
        let etat = || Coded::new(&etats);
        let coded = std::array::from_fn(|rank| {
            let mut dictionary = Dictionary::default();
            for code in sets[rank].codes() {
                dictionary.add(&code.to_le_bytes()[..packed_length(*code)]);
            }
            (Coded::new(&Arc::new(dictionary)), etat())
        });
        let number = || Numbers::new(NO_NUMBER);
        Columns {
            finess: finess.to_owned(),
            ordre,
            cp_etat: etat(),
            cp_connu: Flags::default(),
            commune_etat: etat(),
            departement: Packed::default(),
            epci: Coded::new(&epci_dictionary()),
            commune: Packed::default(),
            classe: Coded::new(&Dictionary::new(residence::CLASSES)),
            precision: Coded::new(&Dictionary::new(residence::PRECISIONS)),
            coherente: Flags::default(),
            naissance_etat: etat(),
            convention: Flags::default(),
            apres_entree: Flags::default(),
            age: number(),
            age_etat: etat(),
            age_fedoru: number(),
            age_mois: number(),
            plus_28j: Flags::default(),
            classe_age: Coded::new(&Dictionary::new(age::CLASSES)),
            coded,
            entree: Numbers::new(NO_TIME),
            motif: Packed::default(),
            motif_etat: etat(),
            motif_classe: Coded::new(&Dictionary::new(MOTIVES)),
            dp: Packed::default(),
            dp_etat: etat(),
            dp_reconnu: Coded::new(&Dictionary::new(KNOWN)),
            da: PackedList::default(),
            actes: PackedList::default(),
            counts: std::array::from_fn(|_| number()),
            sortie: Numbers::new(NO_TIME),
            sortie_etat: etat(),
            lien: Numbers::new(NO_LINK),
            technical: Technical::default(),
        }
    }

    pub fn rows(&self) -> usize {
        self.technical.rows()
    }

    /// Appends the content of a row; its technical columns are the caller's.
    pub fn push(&mut self, row: &Row, residence: &Residence, link: Option<f64>) {
        self.lien.push(link);
        self.push_residence(residence);
        self.push_ages(row);
        for (rank, (values, etats)) in self.coded.iter_mut().enumerate() {
            let etat = row.etats[rank];
            values.ranks.push(if etat == Etat::Conforme {
                u16::from(row.codes[rank])
            } else {
                NONE
            });
            etats.ranks.push(etat as u16);
        }
        self.entree.values.push(row.entree * 1_000_000);
        self.motif.0.push(row.motive.1);
        self.motif_etat.ranks.push(match row.motive.0 {
            Motive::Sfmu => Etat::Conforme,
            Motive::Missing => Etat::Manquant,
            _ => Etat::NonConforme,
        } as u16);
        self.motif_classe.ranks.push(row.motive.0 as u16);
        self.dp.0.push(row.diagnosis.map_or(0, |found| found.code));
        self.dp_etat.ranks.push(row.dp as u16);
        self.dp_reconnu
            .ranks
            .push(row.diagnosis.map_or(NONE, |found| found.known as u16));
        self.da.push(&row.da);
        self.actes.push(&row.actes);
        let counts = [
            row.da_received,
            row.da_malformed,
            row.da_unknown,
            row.da_redundant,
            row.actes_received,
            row.actes_malformed,
            row.actes_unknown,
            row.unknown,
        ];
        for (column, count) in self.counts.iter_mut().zip(counts) {
            column.values.push(i16::try_from(count).unwrap_or(i16::MAX));
        }
        self.sortie
            .push((row.sortie == Etat::Conforme).then_some(row.sortie_at * 1_000_000));
        self.sortie_etat.ranks.push(row.sortie as u16);
    }

    fn push_residence(&mut self, residence: &Residence) {
        self.cp_etat.ranks.push(residence.cp as u16);
        self.cp_connu.push(residence.cp_known);
        self.commune_etat.ranks.push(residence.commune as u16);
        self.departement.0.push(residence.departement);
        self.epci.ranks.push(residence.epci);
        self.commune.0.push(residence.large_commune);
        self.classe.ranks.push(residence.class as u16);
        self.precision.ranks.push(residence.precision as u16);
        self.coherente.push(residence.coherent);
    }

    fn push_ages(&mut self, row: &Row) {
        let known = row.birth.is_some();
        self.naissance_etat.ranks.push(row.naissance as u16);
        self.convention.push(known.then_some(row.convention));
        self.apres_entree.push(known.then(|| row.born_after_entry()));
        let ages = row.usable_ages();
        self.age.push(ages.map(|ages| ages.years as i16));
        self.age_etat.ranks.push(row.age_etat() as u16);
        self.age_fedoru.push(ages.map(|ages| ages.fedoru as i16));
        self.age_mois
            .push(ages.filter(|ages| ages.months < MONTHS_UNDER).map(|ages| ages.months as i16));
        self.plus_28j.push(ages.map(|ages| ages.days > PERINATAL_DAYS));
        self.classe_age.ranks.push(ages.map_or(NONE, |ages| u16::from(class(ages))));
    }

    /// The rows so far as a batch of `Table::record_schema`; the buffers are emptied.
    pub fn finish(&mut self, delivery: &str) -> RecordBatch {
        let rows = self.rows();
        let [n_da, da_bad, da_unknown, da_twice, n_actes, actes_bad, actes_unknown, unknown] = &mut self.counts;
        let [
            sexe,
            mode_entree,
            provenance,
            transport,
            transport_pec,
            gravite,
            mode_sortie,
            destination,
            orient,
        ] = &mut self.coded;
        let mut arrays: Vec<ArrayRef> = vec![
            constant(&self.finess, rows),
            Arc::new(Int16Array::from_value(self.ordre, rows)),
            self.cp_etat.finish(),
            self.cp_connu.finish(),
            self.commune_etat.finish(),
            self.departement.finish(),
            self.epci.finish(),
            self.commune.finish(),
            self.classe.finish(),
            self.precision.finish(),
            self.coherente.finish(),
            self.naissance_etat.finish(),
            self.convention.finish(),
            self.apres_entree.finish(),
            self.age.finish(),
            self.age_etat.finish(),
            self.age_fedoru.finish(),
            self.age_mois.finish(),
            self.plus_28j.finish(),
            self.classe_age.finish(),
            sexe.0.finish(),
            sexe.1.finish(),
            self.entree.finish(),
        ];
        for (value, etat) in [mode_entree, provenance, transport, transport_pec] {
            arrays.extend([value.finish(), etat.finish()]);
        }
        arrays.extend([self.motif.finish(), self.motif_etat.finish(), self.motif_classe.finish()]);
        arrays.extend([gravite.0.finish(), gravite.1.finish()]);
        arrays.extend([self.dp.finish(), self.dp_etat.finish(), self.dp_reconnu.finish()]);
        arrays.extend([
            self.da.finish(),
            n_da.finish(),
            da_bad.finish(),
            da_unknown.finish(),
            da_twice.finish(),
        ]);
        arrays.extend([
            self.actes.finish(),
            n_actes.finish(),
            actes_bad.finish(),
            actes_unknown.finish(),
        ]);
        arrays.extend([self.sortie.finish(), self.sortie_etat.finish()]);
        for (value, etat) in [mode_sortie, destination, orient] {
            arrays.extend([value.finish(), etat.finish()]);
        }
        arrays.extend([unknown.finish(), self.lien.finish()]);
        arrays.extend(self.technical.finish(delivery));
        let table = lake::table::table("rpu").expect("the table is declared");
        RecordBatch::try_new(table.record_schema(), arrays).expect("a test checks that the arrays follow the declaration")
    }
}

//! Passages of the current view as elements of SYRIUS, with what only the pieces received can tell.

use arrow::array::{Array, AsArray, Int16Array, ListArray, StringArray, TimestampMicrosecondArray};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

use crate::export::complement::{Complement, NOWHERE};
use crate::export::element;
use crate::export::forward::TAGS;
use crate::export::places::{self, Places};
use crate::export::syrius::Losses;
use crate::oscour::record::Field;
use crate::rpu::row::OLDEST;

/// Columns that [`Passages`] reads.
pub const PASSAGES: [&str; 37] = [
    "finess",
    "ordre",
    "entree",
    "delivery",
    "rang",
    "cp_etat",
    "residence_departement",
    "age",
    "sexe",
    "sexe_etat",
    "mode_entree",
    "mode_entree_etat",
    "provenance",
    "provenance_etat",
    "transport",
    "transport_etat",
    "transport_pec",
    "transport_pec_etat",
    "motif",
    "motif_etat",
    "gravite",
    "gravite_etat",
    "dp",
    "dp_etat",
    "da",
    "n_da_non_conformes",
    "actes",
    "n_actes_non_conformes",
    "sortie",
    "sortie_etat",
    "mode_sortie",
    "mode_sortie_etat",
    "destination",
    "destination_etat",
    "orient",
    "orient_etat",
    "age_etat",
];

/// Cells of one text each.
const CODES: [Field; 11] = [
    Field::Sexe,
    Field::ModeEntree,
    Field::Provenance,
    Field::Transport,
    Field::TransportPec,
    Field::Motif,
    Field::Gravite,
    Field::Dp,
    Field::ModeSortie,
    Field::Destination,
    Field::Orient,
];

/// The rows of a batch of the current view.
pub struct Passages {
    pub places: Places,
    cp_etat: StringArray,
    departement: StringArray,
    age: Int16Array,
    /// Value and state, in the order of [`CODES`].
    codes: Vec<(StringArray, StringArray)>,
    da: ListArray,
    actes: ListArray,
    malformed: [Int16Array; 2],
    sortie: TimestampMicrosecondArray,
    sortie_etat: StringArray,
}

impl Passages {
    /// # Errors
    /// A column is not there: the batch is not of the view of passages.
    pub fn of(batch: &RecordBatch) -> Result<Passages, ArrowError> {
        let list = |name: &str| -> Result<ListArray, ArrowError> {
            let wanted = lake::table::ColumnType::List.arrow();
            Ok(places::as_type(batch, name, &wanted)?.as_list::<i32>().clone())
        };
        let codes = CODES.map(|field| {
            let value = places::text(batch, field.role())?;
            Ok((value, places::text(batch, &format!("{}_etat", field.role()))?))
        });
        Ok(Passages {
            places: Places::of(batch)?,
            cp_etat: places::text(batch, "cp_etat")?,
            departement: places::text(batch, "residence_departement")?,
            age: places::small(batch, "age")?,
            codes: codes.into_iter().collect::<Result<_, ArrowError>>()?,
            da: list("da")?,
            actes: list("actes")?,
            malformed: [
                places::small(batch, "n_da_non_conformes")?,
                places::small(batch, "n_actes_non_conformes")?,
            ],
            sortie: places::moment(batch, "sortie")?,
            sortie_etat: places::text(batch, "sortie_etat")?,
        })
    }

    pub(super) fn write(&self, row: usize, complement: Option<&Complement>, out: &mut Vec<u8>, losses: &mut Losses) {
        out.extend_from_slice(b"<PATIENT>\n");
        let (codegeo, age) = match complement {
            Some(found) => {
                losses.coarser_residence += u64::from(found.coarser);
                for field in &found.withheld {
                    losses.withholds(*field, 1);
                }
                (found.codegeo, found.age)
            }
            None => {
                losses.without_piece += 1;
                self.count_lost(row, losses);
                (self.departement(row), self.age(row))
            }
        };
        element::text(out, "CODEGEO", &codegeo.map_or(Vec::new(), Vec::from));
        let (years, days) = age.unwrap_or((0, 0));
        losses.unknown_age += u64::from(age.is_none());
        losses.born_that_day += u64::from(age == Some((0, 0)));
        element::text(out, "AGE", years.to_string().as_bytes());
        element::text(out, "AGE_JOURS", days.to_string().as_bytes());
        for field in ORDER {
            self.element(field, row, complement, out);
        }
        out.extend_from_slice(b"</PATIENT>\n");
    }

    fn element(&self, field: Field, row: usize, complement: Option<&Complement>, out: &mut Vec<u8>) {
        let tag = TAGS[field as usize];
        let beside = |field: Field| complement.into_iter().flat_map(move |found| found.codes_of(field));
        match field {
            Field::Entree => element::text(out, tag, element::moment(self.places.entree(row)).as_bytes()),
            Field::Sortie if self.sortie.is_valid(row) => {
                let seconds = self.sortie.value(row).div_euclid(1_000_000);
                element::text(out, tag, element::moment(seconds).as_bytes());
            }
            Field::ListeDa => self.list(&self.da, row, (tag, "DA"), beside(field), out),
            Field::ListeActes => self.list(&self.actes, row, (tag, "ACTE"), beside(field), out),
            _ => {
                let place = CODES.iter().position(|code| *code == field);
                let kept = place.map(|place| &self.codes[place].0).filter(|kept| kept.is_valid(row));
                let value = kept.map(|kept| kept.value(row)).or_else(|| beside(field).next());
                element::text(out, tag, value.unwrap_or(missing(field)).as_bytes());
            }
        }
    }

    fn list<'c>(
        &self,
        lists: &ListArray,
        row: usize,
        (tag, item): (&str, &str),
        beside: impl Iterator<Item = &'c str>,
        out: &mut Vec<u8>,
    ) {
        let values = lists.value(row);
        let values = values.as_string::<i32>();
        let kept = (0..values.len()).filter(|place| lists.is_valid(row) && values.is_valid(*place));
        let beside: Vec<&str> = beside.collect();
        let all = kept.map(|place| values.value(place)).chain(beside.iter().copied());
        element::list(out, tag, item, all.map(str::as_bytes));
    }

    /// Without the piece: the département of residence; none when no residence was received.
    fn departement(&self, row: usize) -> Option<[u8; 5]> {
        if self.cp_etat.is_null(row) || self.cp_etat.value(row) == "manquant" {
            return None;
        }
        let code = self.departement.is_valid(row).then(|| self.departement.value(row).as_bytes());
        Some(match code {
            Some([first, second, ..]) => [*first, *second, b'9', b'9', b'9'],
            _ => NOWHERE,
        })
    }

    /// Without the piece: years; an age under one year has no days any more.
    fn age(&self, row: usize) -> Option<(i32, i32)> {
        let years = self.age.is_valid(row).then(|| i32::from(self.age.value(row)));
        years.filter(|years| (1..=OLDEST).contains(years)).map(|years| (years, 0))
    }

    /// Without the piece: what does not conform is not there.
    fn count_lost(&self, row: usize, losses: &mut Losses) {
        let states = CODES.into_iter().zip(self.codes.iter().map(|(_, etat)| etat));
        for (field, etat) in states.chain([(Field::Sortie, &self.sortie_etat)]) {
            losses.withholds(field, u64::from(etat.is_valid(row) && etat.value(row) == "non_conforme"));
        }
        for (field, counts) in [Field::ListeDa, Field::ListeActes].into_iter().zip(&self.malformed) {
            let count = if counts.is_valid(row) { counts.value(row) } else { 0 };
            losses.withholds(field, u64::try_from(count).unwrap_or_default());
        }
    }
}

/// The elements after the age, in the order of the schema.
const ORDER: [Field; 15] = [
    Field::Sexe,
    Field::Entree,
    Field::ModeEntree,
    Field::Provenance,
    Field::Transport,
    Field::TransportPec,
    Field::Motif,
    Field::Gravite,
    Field::Dp,
    Field::ListeDa,
    Field::ListeActes,
    Field::Sortie,
    Field::ModeSortie,
    Field::Destination,
    Field::Orient,
];

/// What a missing value is written: the four integers of the schema cannot be absent.
fn missing(field: Field) -> &'static str {
    match field {
        Field::ModeEntree | Field::Provenance | Field::ModeSortie | Field::Destination => "0",
        _ => "",
    }
}

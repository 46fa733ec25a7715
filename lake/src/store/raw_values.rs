//! The texts of cells that do not conform, read back for what a site is told of its own extracts.

use std::collections::BTreeSet;
use std::fs::File;

use arrow::array::{AsArray, StringArray};
use arrow::datatypes::UInt32Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::Store;
use super::error::{Result, StoreError};
use super::manifest::PartKind;
use crate::delivery::DeliveryId;

/// One cell of one record of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCell {
    pub delivery: DeliveryId,
    pub rang: u32,
    pub colonne: String,
    /// None unless it looks like a code: what a person wrote leaves the restricted zone as a count only.
    pub texte: Option<String>,
}

impl Store {
    /// The cells that do not conform of these deliveries, as far as their retention goes.
    pub fn raw_values(&self, deliveries: &BTreeSet<DeliveryId>) -> Result<Vec<RawCell>> {
        let mut cells = Vec::new();
        for part in self.manifest.parts.iter().filter(|part| part.kind == PartKind::Valeurs) {
            let path = self.layout.at(&part.path);
            if !path.exists() {
                continue;
            }
            let file = File::open(&path).map_err(StoreError::io("lecture de", &path))?;
            let reader = ParquetRecordBatchReaderBuilder::try_new(file)
                .and_then(|builder| builder.with_batch_size(65_536).build())
                .map_err(StoreError::encoding(&path))?;
            for batch in reader {
                let batch = batch.map_err(StoreError::encoding(&path))?;
                let text = |name: &str| -> Option<&StringArray> { batch.column_by_name(name)?.as_string_opt() };
                let rang = batch
                    .column_by_name("rang")
                    .and_then(|column| column.as_primitive_opt::<UInt32Type>());
                let (Some(delivery), Some(rang), Some(colonne), Some(texte)) =
                    (text("delivery"), rang, text("colonne"), text("texte"))
                else {
                    return Err(StoreError::damaged(&path, "colonnes inattendues".to_owned()));
                };
                let rows = (0..batch.num_rows()).filter(|row| deliveries.contains(delivery.value(*row)));
                cells.extend(rows.map(|row| RawCell {
                    delivery: delivery.value(row).to_owned(),
                    rang: rang.value(row),
                    colonne: colonne.value(row).to_owned(),
                    texte: is_code_like(texte.value(row)).then(|| texte.value(row).to_owned()),
                }));
            }
        }
        Ok(cells)
    }
}

/// `^[A-Za-z0-9+.,*/ -]{1,12}$` (`ARCHITECTURE.md`): long enough for a code, too short for a story.
fn is_code_like(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+.,*/ -".contains(&byte);
    (1..=12).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_is_not_a_code() {
        for code in ["r07.4", "6", "J18,9", "I10 +0", "DOMICILE"] {
            assert!(is_code_like(code), "{code}");
        }
        for text in ["", "chute de sa hauteur", "fièvre", "=1+1", "a_b", "0123456789012"] {
            assert!(!is_code_like(text), "{text}");
        }
    }
}

//! Column buffers: plain vectors filled row by row, turned into arrow arrays batch by batch. Short texts are copied sixteen
//! bytes at a time, which costs less than copying their exact length.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int16Array, Int32Array, ListArray, ListBuilder, PrimitiveArray,
    StringArray, StringBuilder, TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Field};

/// Rows of a batch.
pub const BATCH: usize = 8192;

/// Texts of at most sixteen bytes, named by rank.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    entries: Vec<([u8; 16], u8)>,
}

impl Dictionary {
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Arc<Dictionary> {
        let mut dictionary = Dictionary::default();
        for text in texts {
            dictionary.add(text.as_bytes());
        }
        Arc::new(dictionary)
    }

    /// Appends a text; returns its rank.
    pub fn add(&mut self, text: &[u8]) -> u16 {
        let mut bytes = [0; 16];
        bytes[..text.len()].copy_from_slice(text);
        self.entries.push((bytes, text.len() as u8));
        (self.entries.len() - 1) as u16
    }
}

/// Rank of a missing value.
pub const NONE: u16 = u16::MAX;

/// A column of ranks in a dictionary.
pub struct Coded {
    dictionary: Arc<Dictionary>,
    pub ranks: Vec<u16>,
}

impl Coded {
    pub fn new(dictionary: &Arc<Dictionary>) -> Coded {
        Coded {
            dictionary: Arc::clone(dictionary),
            ranks: Vec::new(),
        }
    }

    pub fn finish(&mut self) -> ArrayRef {
        let entries = &self.dictionary.entries;
        let array = short_texts(self.ranks.len(), |row| match self.ranks[row] {
            NONE => None,
            rank => Some(entries[usize::from(rank)]),
        });
        self.ranks.clear();
        array
    }
}

/// A column of packed texts of at most eight bytes; 0 is a missing value.
#[derive(Default)]
pub struct Packed(pub Vec<u64>);

impl Packed {
    pub fn finish(&mut self) -> ArrayRef {
        let array = short_texts(self.0.len(), |row| unpack(self.0[row]));
        self.0.clear();
        array
    }
}

fn unpack(word: u64) -> Option<([u8; 16], u8)> {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&word.to_le_bytes());
    (word != 0).then_some((bytes, crate::rpu::codes::packed_length(word) as u8))
}

/// A column of lists of packed texts.
pub struct PackedList {
    items: Vec<u64>,
    ends: Vec<i32>,
}

impl Default for PackedList {
    fn default() -> PackedList {
        PackedList {
            items: Vec::new(),
            ends: vec![0],
        }
    }
}

impl PackedList {
    pub fn push(&mut self, items: &[u64]) {
        self.items.extend_from_slice(items);
        self.ends.push(self.items.len() as i32);
    }

    pub fn finish(&mut self) -> ArrayRef {
        let items = short_texts(self.items.len(), |row| unpack(self.items[row]));
        let ends = std::mem::replace(&mut self.ends, vec![0]);
        self.items.clear();
        let field = Arc::new(Field::new("item", DataType::Utf8, true));
        Arc::new(ListArray::new(
            field,
            OffsetBuffer::new(ScalarBuffer::from(ends)),
            items,
            None,
        ))
    }
}

/// The same text on every row.
pub fn constant(text: &str, rows: usize) -> ArrayRef {
    let offsets: Vec<i32> = (0..=rows).map(|row| (row * text.len()) as i32).collect();
    let values = text.repeat(rows).into_bytes();
    Arc::new(StringArray::new(
        OffsetBuffer::new(ScalarBuffer::from(offsets)),
        Buffer::from_vec(values),
        None,
    ))
}

fn short_texts(rows: usize, text: impl Fn(usize) -> Option<([u8; 16], u8)>) -> ArrayRef {
    let mut values = vec![0; rows * 16 + 16];
    let mut offsets = Vec::with_capacity(rows + 1);
    let mut end = 0;
    let mut missing = 0;
    offsets.push(0);
    for row in 0..rows {
        match text(row) {
            Some((bytes, length)) => {
                values[end..end + 16].copy_from_slice(&bytes);
                end += usize::from(length);
            }
            None => missing += 1,
        }
        offsets.push(end as i32);
    }
    values.truncate(end);
    let nulls = (missing > 0).then(|| NullBuffer::new(BooleanBuffer::collect_bool(rows, |row| text(row).is_some())));
    Arc::new(StringArray::new(
        OffsetBuffer::new(ScalarBuffer::from(offsets)),
        Buffer::from_vec(values),
        nulls,
    ))
}

/// A column of numbers, where one value means missing.
pub struct Numbers<T: ArrowPrimitiveType> {
    pub values: Vec<T::Native>,
    none: T::Native,
}

impl<T: ArrowPrimitiveType> Numbers<T>
where
    T::Native: PartialEq,
{
    /// `none` must not be a possible value.
    pub fn new(none: T::Native) -> Self {
        Numbers {
            values: Vec::new(),
            none,
        }
    }

    pub fn push(&mut self, value: Option<T::Native>) {
        self.values.push(value.unwrap_or(self.none));
    }

    pub fn finish(&mut self) -> ArrayRef {
        let rows = self.values.len();
        let values = std::mem::replace(&mut self.values, Vec::with_capacity(rows));
        let none = self.none;
        let nulls = values
            .contains(&none)
            .then(|| NullBuffer::new(BooleanBuffer::collect_bool(values.len(), |row| values[row] != none)));
        Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), nulls))
    }
}

/// A column of yes, no, or nothing.
#[derive(Default)]
pub struct Flags(Vec<u8>);

impl Flags {
    pub fn push(&mut self, value: Option<bool>) {
        self.0.push(value.map_or(2, u8::from));
    }

    pub fn finish(&mut self) -> ArrayRef {
        let flags = &self.0;
        let values = BooleanBuffer::collect_bool(flags.len(), |row| flags[row] == 1);
        let nulls = flags
            .contains(&2)
            .then(|| NullBuffer::new(BooleanBuffer::collect_bool(flags.len(), |row| flags[row] != 2)));
        let array = BooleanArray::new(values, nulls);
        self.0.clear();
        Arc::new(array)
    }
}

/// Technical columns that end every record, in the order of `lake::table::technical_fields`.
#[derive(Default)]
pub struct Technical {
    pub cle: Vec<u64>,
    pub empreinte: Vec<u64>,
    pub rang: Vec<u32>,
    pub ligne: Vec<u32>,
    pub hors_fenetre: Flags,
}

impl Technical {
    pub fn push(&mut self, cle: u64, empreinte: u64, rang: u32, ligne: u32, hors_fenetre: bool) {
        self.cle.push(cle);
        self.empreinte.push(empreinte);
        self.rang.push(rang);
        self.ligne.push(ligne);
        self.hors_fenetre.push(Some(hors_fenetre));
    }

    pub fn rows(&self) -> usize {
        self.cle.len()
    }

    pub fn finish(&mut self, delivery: &str) -> Vec<ArrayRef> {
        let rows = self.rows();
        vec![
            Arc::new(UInt64Array::from(std::mem::take(&mut self.cle))),
            Arc::new(UInt64Array::from(std::mem::take(&mut self.empreinte))),
            constant(delivery, rows),
            Arc::new(UInt32Array::from(std::mem::take(&mut self.rang))),
            Arc::new(UInt32Array::from(std::mem::take(&mut self.ligne))),
            self.hors_fenetre.finish(),
        ]
    }
}

/// A column of any declared type, for readers that do not know the columns in advance.
pub enum Any {
    Text(StringBuilder),
    List(Vec<Option<Vec<String>>>),
    Int16(Vec<Option<i16>>),
    Int32(Vec<Option<i32>>),
    Bool(Vec<Option<bool>>),
    Date(Vec<Option<i32>>),
    /// Microseconds on the wall clock.
    Civil(Vec<Option<i64>>),
    /// Microseconds since 1970-01-01 00:00 UTC.
    Instant(Vec<Option<i64>>),
    Decimal(Vec<Option<f64>>),
}

impl Any {
    pub fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::List(values) => lists(&std::mem::take(values)),
            Self::Int16(values) => Arc::new(Int16Array::from(std::mem::take(values))),
            Self::Int32(values) => Arc::new(Int32Array::from(std::mem::take(values))),
            Self::Bool(values) => Arc::new(BooleanArray::from(std::mem::take(values))),
            Self::Date(values) => Arc::new(Date32Array::from(std::mem::take(values))),
            Self::Civil(values) => Arc::new(TimestampMicrosecondArray::from(std::mem::take(values))),
            Self::Instant(values) => Arc::new(TimestampMicrosecondArray::from(std::mem::take(values)).with_timezone("UTC")),
            Self::Decimal(values) => Arc::new(Float64Array::from(std::mem::take(values))),
        }
    }
}

/// Lists of texts of any length.
fn lists(rows: &[Option<Vec<String>>]) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for row in rows {
        for item in row.iter().flatten() {
            builder.values().append_value(item);
        }
        builder.append(row.is_some());
    }
    Arc::new(builder.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};

    #[test]
    fn short_texts_and_missing_ones() {
        let mut column = Coded::new(&Dictionary::new(["conforme", "x"]));
        column.ranks.extend([0, NONE, 1]);
        let array = column.finish();
        let texts: Vec<_> = array.as_string::<i32>().iter().collect();
        assert_eq!(texts, [Some("conforme"), None, Some("x")]);
        assert_eq!(column.finish().len(), 0);
    }

    #[test]
    fn lists() {
        let mut column = PackedList::default();
        let word = |text: &[u8]| crate::rpu::codes::pack(text).unwrap();
        column.push(&[word(b"I10"), word(b"E119")]);
        column.push(&[]);
        let array = column.finish();
        assert_eq!((array.len(), array.as_list::<i32>().value(0).len()), (2, 2));
    }
}

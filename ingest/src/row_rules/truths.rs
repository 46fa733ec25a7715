//! Conditions over all the rows of a batch at once, with the three truth values of SQL. What names one column alone is evaluated
//! once for each of its values, but for instants and measures; `AND` and `OR` look at a second condition only where the first
//! leaves a doubt; a condition that several rules share is evaluated once.

use super::columns::Rows;
use super::conditions::{Condition, Conditions};
use super::expr::Expr;
use super::values::Values;

/// Rows of a batch, a bit each, 64 a word.
pub type Bits = Vec<u64>;

/// Where a condition is true, and where it is false: elsewhere nobody knows.
#[derive(Debug)]
pub struct Truths {
    pub yes: Bits,
    pub no: Bits,
}

/// The rows of a batch, with what was asked of them so far.
pub struct Batch<'r, 'b> {
    conditions: &'r Conditions,
    rows: &'r Rows<'b>,
    count: usize,
    values: Vec<Option<Values>>,
    known: Vec<Known>,
}

/// What is known of a condition: nothing of the rows that nobody asked about.
struct Known {
    yes: Bits,
    no: Bits,
    asked: Bits,
}

impl<'r, 'b> Batch<'r, 'b> {
    pub fn new(conditions: &'r Conditions, rows: &'r Rows<'b>, count: usize) -> Batch<'r, 'b> {
        let nothing = || vec![0; count.div_ceil(64)];
        let known = |_| Known {
            yes: nothing(),
            no: nothing(),
            asked: nothing(),
        };
        Batch {
            conditions,
            rows,
            count,
            values: (0..rows.width()).map(|_| None).collect(),
            known: (0..conditions.count()).map(known).collect(),
        }
    }

    /// Every row.
    pub fn all(&self) -> Bits {
        let mut bits = vec![u64::MAX; self.count.div_ceil(64)];
        if let Some(last) = bits.last_mut().filter(|_| !self.count.is_multiple_of(64)) {
            *last = (1 << (self.count % 64)) - 1;
        }
        bits
    }

    /// A condition over the rows wanted; of the others nothing is said.
    pub fn truths(&mut self, condition: usize, wanted: &[u64]) -> Truths {
        self.ask(condition, wanted);
        let Known { yes, no, .. } = &self.known[condition];
        Truths {
            yes: both(yes, wanted, |yes, wanted| yes & wanted),
            no: both(no, wanted, |no, wanted| no & wanted),
        }
    }

    /// Makes a condition known over the rows wanted.
    fn ask(&mut self, condition: usize, wanted: &[u64]) {
        let missing = both(wanted, &self.known[condition].asked, |wanted, asked| wanted & !asked);
        // Most rules are about few rows: what nobody asks for is not evaluated.
        if missing.iter().all(|word| *word == 0) {
            return;
        }
        let rows = self.rows;
        match self.conditions.of(condition) {
            Condition::And(left, right) => {
                let (yes, no) = self.joined(*left, *right, &missing, |known| (&known.yes, &known.no));
                self.learn(condition, &missing, &yes, &no);
            }
            // Not even one is the same as both not.
            Condition::Or(left, right) => {
                let (no, yes) = self.joined(*left, *right, &missing, |known| (&known.no, &known.yes));
                self.learn(condition, &missing, &yes, &no);
            }
            Condition::Not(inner) => {
                let Truths { yes, no } = self.truths(*inner, &missing);
                self.learn(condition, &missing, &no, &yes);
            }
            Condition::Leaf(leaf) => match leaf.column.and_then(|column| self.values(column)) {
                // As little for every row as for some.
                Some(values) => {
                    let (yes, no) = values.truths(|row| leaf.expr.is_true(&rows.at(row)));
                    let all = self.all();
                    self.learn(condition, &all, &yes, &no);
                }
                None => self.by_row(condition, &leaf.expr, &missing),
            },
        }
    }

    /// Where both conditions are on the first of two sides, and where either is on the second, which leaves no doubt of the whole.
    fn joined(&mut self, left: usize, right: usize, wanted: &[u64], sides: fn(&Known) -> (&Bits, &Bits)) -> (Bits, Bits) {
        self.ask(left, wanted);
        let doubtful = both(wanted, sides(&self.known[left]).1, |wanted, settled| wanted & !settled);
        self.ask(right, &doubtful);
        let (left, right) = (sides(&self.known[left]), sides(&self.known[right]));
        (
            both(left.0, right.0, |left, right| left & right),
            both(left.1, right.1, |left, right| left | right),
        )
    }

    fn learn(&mut self, condition: usize, asked: &[u64], yes: &[u64], no: &[u64]) {
        let known = &mut self.known[condition];
        for (word, asked) in asked.iter().enumerate() {
            known.yes[word] |= yes[word] & asked;
            known.no[word] |= no[word] & asked;
            known.asked[word] |= asked;
        }
    }

    /// The values of a column, where they can be told apart.
    fn values(&mut self, column: usize) -> Option<&Values> {
        if self.values[column].is_none() {
            self.values[column] = self.rows.values(column);
        }
        self.values[column].as_ref()
    }

    fn by_row(&mut self, condition: usize, leaf: &Expr, missing: &[u64]) {
        let known = &mut self.known[condition];
        for row in rows(missing) {
            let (yes, no) = bits(leaf.is_true(&self.rows.at(row)));
            known.yes[row / 64] |= yes << (row % 64);
            known.no[row / 64] |= no << (row % 64);
            known.asked[row / 64] |= 1 << (row % 64);
        }
    }
}

/// The rows whose bit is set, in their order.
pub fn rows(bits: &[u64]) -> impl Iterator<Item = usize> {
    bits.iter().enumerate().flat_map(|(rank, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let place = left.trailing_zeros() as usize;
            left = left.checked_sub(1).map(|less| left & less)?;
            Some(rank * 64 + place)
        })
    })
}

/// How many bits are set.
pub fn count(bits: &[u64]) -> u64 {
    bits.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// Word by word.
fn both(left: &[u64], right: &[u64], of: impl Fn(u64, u64) -> u64) -> Bits {
    left.iter().zip(right).map(|(left, right)| of(*left, *right)).collect()
}

/// A truth as bits: of what is true, and of what is false.
pub fn bits(truth: Option<bool>) -> (u64, u64) {
    match truth {
        Some(true) => (1, 0),
        Some(false) => (0, 1),
        None => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Float64Array, Int16Array, Int32Array, StringArray, TimestampMicrosecondArray,
        new_null_array,
    };
    use arrow::datatypes::{DataType, Schema, TimeUnit};
    use arrow::record_batch::RecordBatch;
    use lake::code_list::code_list;
    use lake::table::{ETATS, Table};

    use super::super::columns::Rows;
    use super::super::tests::{Word, word};
    use super::*;

    /// Draws that are the same each time.
    struct Draws(u64);

    impl Draws {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % end
        }

        /// Cells of which one in five is empty.
        fn cells<T>(&mut self, rows: usize, drawn: impl Fn(u64) -> T) -> Vec<Option<T>> {
            let cell = |_| (self.below(5) > 0).then(|| drawn(self.below(1 << 30)));
            (0..rows).map(cell).collect()
        }
    }

    fn column(table: &Table, name: &str, kind: &DataType, rows: usize, draws: &mut Draws) -> ArrayRef {
        let codes = table.column(name).and_then(|column| code_list(column.codes.as_deref()?));
        let texts: Vec<String> = match codes {
            Some(list) => list.codes.iter().map(|row| row.code.clone()).collect(),
            None if name.ends_with("_etat") => ETATS.map(str::to_owned).to_vec(),
            None => ["", "S934", "R072", "310000000", "samu310", "31555", "1"]
                .map(str::to_owned)
                .to_vec(),
        };
        match kind {
            DataType::Utf8 => {
                let text = |drawn: u64| texts[drawn as usize % texts.len()].as_str();
                Arc::new(StringArray::from(draws.cells(rows, text)))
            }
            DataType::Boolean => Arc::new(BooleanArray::from(draws.cells(rows, |drawn| drawn.is_multiple_of(2)))),
            DataType::Int16 => Arc::new(Int16Array::from(draws.cells(rows, |drawn| drawn as i16 % 150))),
            DataType::Int32 => Arc::new(Int32Array::from(draws.cells(rows, |drawn| drawn as i32 % 3_000 - 20))),
            DataType::Float64 => Arc::new(Float64Array::from(draws.cells(rows, |drawn| drawn as f64 / 1e7))),
            DataType::Date32 => Arc::new(Date32Array::from(draws.cells(rows, |drawn| 20_000 + drawn as i32 % 400))),
            DataType::Timestamp(TimeUnit::Microsecond, zone) => {
                // Some days around the change of the clock of March 2025.
                let at = |drawn: u64| 1_743_000_000_000_000 + (drawn % 10_000) as i64 * 60_000_000;
                Arc::new(TimestampMicrosecondArray::from(draws.cells(rows, at)).with_timezone_opt(zone.clone()))
            }
            other => new_null_array(other, rows),
        }
    }

    fn batch(table: &Table, rows: usize, draws: &mut Draws) -> RecordBatch {
        let fields = table.content_fields();
        let cells = fields
            .iter()
            .map(|field| column(table, field.name(), field.data_type(), rows, draws))
            .collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), cells).unwrap()
    }

    /// Every row rule of every table, on rows drawn at random: batches of less than a word, of whole words and of some more.
    #[test]
    fn a_batch_is_judged_as_its_rows_are_one_by_one() {
        let mut draws = Draws(2026);
        let mut met = [0_usize; 4];
        for table in lake::table::tables() {
            let Some(rules) = super::super::of(&table.nom) else { continue };
            for count in [1, 63, 64, 200, 1_000] {
                let drawn = batch(table, count, &mut draws);
                let extract = Some(jiff::civil::date(2025, 3, 31).at(4, 0, 0, 0));
                let rows = Rows::new(&drawn, &rules.columns, extract);
                let mut batch = Batch::new(&rules.conditions, &rows, count);
                for judged in &rules.judged {
                    let concerned = batch.truths(judged.parmi, &batch.all());
                    let found = batch.truths(judged.anomalie, &concerned.yes);
                    let (parmi, anomalie) = (rules.conditions.expr(judged.parmi), rules.conditions.expr(judged.anomalie));
                    let is_set = |bits: &[u64], row: usize| bits[row / 64] >> (row % 64) & 1 == 1;
                    for truths in [&concerned, &found] {
                        let said_twice = both(&truths.yes, &truths.no, |yes, no| yes & no);
                        assert_eq!(super::count(&said_twice), 0, "{}", judged.name);
                    }
                    for row in 0..count {
                        let expected = word(&parmi, &anomalie, &rows.at(row));
                        let said = match (is_set(&concerned.no, row), is_set(&found.yes, row), is_set(&found.no, row)) {
                            (true, false, false) => Word::HorsChamp,
                            (false, true, false) => Word::Anomalie,
                            (false, false, true) => Word::Ok,
                            _ => Word::NonJuge,
                        };
                        met[said as usize] += 1;
                        assert_eq!(said, expected, "{} of {count} rows, row {row}", judged.name);
                    }
                }
            }
        }
        assert!(met.iter().all(|count| *count > 10_000), "{met:?}");
    }

    #[test]
    fn bits_are_walked_in_the_order_of_the_rows() {
        assert_eq!(rows(&[0b1010, 1 << 63 | 1]).collect::<Vec<_>>(), [1, 3, 64, 127]);
        assert_eq!(rows(&[0, 0]).count(), 0);
        assert_eq!(count(&[0b1010, u64::MAX]), 66);
    }
}

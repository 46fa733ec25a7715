//! What the leaves of the rules say of each row of a frame. A leaf about one column of texts is asked once for each value that
//! the column takes, not for each row: codes repeat, and their texts are the dearest to compare.

use polars::prelude::*;
use rayon::prelude::*;

use super::formula::columns_of;
use super::truth::Truth;

/// Below so many rows, asking each row costs less than looking for the values.
const FEW_ROWS: usize = 2_000;

/// Beyond so many values, a column is asked row by row.
const MANY_VALUES: usize = 8_192;

/// Leaves whose answers are packed together, a bit for yes and one for no each.
const PACKED: usize = 4;

/// The answers of all the leaves, in their order.
pub fn answers(frame: &DataFrame, leaves: &[Expr]) -> PolarsResult<Vec<Truth>> {
    let rows = frame.height();
    let mut answers: Vec<Option<Truth>> = vec![None; leaves.len()];
    let mut by_column: Vec<(PlSmallStr, Vec<usize>)> = Vec::new();
    for (rank, leaf) in leaves.iter().enumerate() {
        match &columns_of(leaf)[..] {
            [] => answers[rank] = Some(constant(leaf, rows)?),
            [only] if rows >= FEW_ROWS => match by_column.iter_mut().find(|(name, _)| name == only) {
                Some((_, ranks)) => ranks.push(rank),
                None => by_column.push((only.clone(), vec![rank])),
            },
            _ => {}
        }
    }
    // Only what stays on one thread is done at once: a worker that waits for polars would begin another column on the same stack.
    let texts: Vec<(&StringChunked, Vec<usize>)> = by_column
        .into_iter()
        .filter_map(|(name, ranks)| Some((frame.column(&name).ok()?.str().ok()?, ranks)))
        .collect();
    let coded: Vec<Option<Coded>> = texts.par_iter().map(|(texts, _)| coded(texts)).collect();
    let mut said = Vec::new();
    for ((texts, ranks), coded) in texts.iter().zip(&coded) {
        if let Some(coded) = coded {
            said.push((ranks, &coded.codes, of_values(texts.name(), &coded.values, leaves, ranks)?));
        }
    }
    let spread: Vec<(usize, Truth)> = said
        .par_iter()
        .flat_map_iter(|(ranks, codes, said)| {
            let packs = said.chunks(PACKED).zip(ranks.chunks(PACKED));
            packs.flat_map(|(said, ranks)| ranks.iter().copied().zip(spread(codes, said)))
        })
        .collect();
    for (rank, truth) in spread {
        answers[rank] = Some(truth);
    }
    let left: Vec<usize> = (0..leaves.len()).filter(|rank| answers[*rank].is_none()).collect();
    if !left.is_empty() {
        let asked: Vec<Expr> = left
            .iter()
            .map(|rank| leaves[*rank].clone().alias(format!("{rank}")))
            .collect();
        let said = frame.clone().lazy().select(asked).collect()?;
        for (rank, column) in left.iter().zip(said.columns()) {
            answers[*rank] = Some(truth(column, rows)?);
        }
    }
    Ok(answers.into_iter().flatten().collect())
}

fn constant(leaf: &Expr, rows: usize) -> PolarsResult<Truth> {
    let one = DataFrame::new(1, vec![Column::new("ligne".into(), [0i32])])?;
    let said = one.lazy().select([leaf.clone().alias("dit")]).collect()?;
    let answer = match said.column("dit")?.get(0)? {
        AnyValue::Boolean(answer) => Some(answer),
        _ => None,
    };
    Ok(Truth::constant(answer, rows))
}

fn truth(said: &Column, rows: usize) -> PolarsResult<Truth> {
    match said.dtype() {
        DataType::Null => Ok(Truth::constant(None, rows)),
        _ => Ok(Truth::of(said.bool()?)),
    }
}

/// A column of texts as codes: the rank of each row's value among the values. A missing value is one of them; a value may be
/// there twice.
struct Coded<'a> {
    codes: Vec<u16>,
    values: Vec<Option<&'a str>>,
}

/// What leaves about one column say of its values.
fn of_values(name: &PlSmallStr, values: &[Option<&str>], leaves: &[Expr], ranks: &[usize]) -> PolarsResult<Vec<Truth>> {
    let asked: Vec<Expr> = ranks
        .iter()
        .map(|rank| leaves[*rank].clone().alias(format!("{rank}")))
        .collect();
    let frame = DataFrame::new(values.len(), vec![Column::new(name.clone(), values)])?;
    let said = frame.lazy().select(asked).collect()?;
    said.columns().iter().map(|answers| truth(answers, values.len())).collect()
}

/// None when the column has too many values.
fn coded(texts: &StringChunked) -> Option<Coded<'_>> {
    let mut codes = Vec::with_capacity(texts.len());
    let mut values: Vec<Option<&str>> = vec![None];
    for (chunk, array) in texts.downcast_iter().zip(texts.chunks()) {
        let missing = array.validity();
        // A long text is known by its place in the buffers of its chunk: what was met in another says nothing of it.
        let mut known: rustc_hash::FxHashMap<u128, u16> = rustc_hash::FxHashMap::default();
        let mut recent = [(u128::MAX, 0u16); 256];
        for (row, view) in chunk.views().iter().enumerate() {
            if missing.is_some_and(|known| !known.get_bit(row)) {
                codes.push(0);
                continue;
            }
            let view = view.as_u128();
            let folded = (view as u64 ^ (view >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let slot = &mut recent[(folded >> 56) as usize];
            if slot.0 != view {
                let code = *known.entry(view).or_insert_with(|| {
                    values.push(Some(chunk.value(row)));
                    (values.len() - 1) as u16
                });
                if values.len() > MANY_VALUES {
                    return None;
                }
                *slot = (view, code);
            }
            codes.push(slot.1);
        }
    }
    Some(Coded { codes, values })
}

/// What at most [`PACKED`] leaves say of each row, from what they say of each value.
fn spread(codes: &[u16], said: &[Truth]) -> Vec<Truth> {
    let values = codes.iter().copied().max().map_or(0, |last| usize::from(last) + 1);
    let bit = |words: &[u64], value: usize| (words[value / 64] >> (value % 64)) & 1 == 1;
    let packed: Vec<u8> = (0..values)
        .map(|value| {
            said.iter().enumerate().fold(0, |packed, (rank, truth)| {
                let (yes, no) = (bit(&truth.yes, value), bit(&truth.no, value));
                packed | u8::from(yes) << (2 * rank) | u8::from(no) << (2 * rank + 1)
            })
        })
        .collect();
    let words = codes.len().div_ceil(64);
    let mut answers = vec![
        Truth {
            yes: vec![0; words],
            no: vec![0; words]
        };
        said.len()
    ];
    for (block, codes) in codes.chunks(8).enumerate() {
        let rows = codes.iter().enumerate();
        let square = rows.fold(0, |square, (row, code)| {
            square | u64::from(packed[usize::from(*code)]) << (8 * row)
        });
        let turned = transposed(square);
        let (word, shift) = (block / 8, 8 * (block % 8));
        for (rank, truth) in answers.iter_mut().enumerate() {
            truth.yes[word] |= ((turned >> (16 * rank)) & 0xFF) << shift;
            truth.no[word] |= ((turned >> (16 * rank + 8)) & 0xFF) << shift;
        }
    }
    answers
}

/// Bit `j` of byte `i` becomes bit `i` of byte `j` (Warren, Hacker's Delight, 7-3).
fn transposed(square: u64) -> u64 {
    let mut x = square;
    for (shift, mask) in [
        (7, 0x00AA_00AA_00AA_00AA),
        (14, 0x0000_CCCC_0000_CCCC),
        (28, 0x0000_0000_F0F0_F0F0u64),
    ] {
        let swapped = (x ^ (x >> shift)) & mask;
        x ^= swapped ^ (swapped << shift);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Short and long texts, missing ones, in two chunks, over the number of rows that are looked at by value.
    fn texts() -> DataFrame {
        let words = [
            Some("1"),
            None,
            Some("non_conforme"),
            Some("une précision assez longue"),
            Some(""),
        ];
        let chunk = |from: usize| -> Column {
            let rows = (from..from + 1_501).map(|row| words[row * row % 7 % 5]);
            Column::new("mode".into(), rows.collect::<Vec<_>>())
        };
        let mut both = chunk(0);
        both.append(&chunk(3)).expect("the same type");
        let numbers = Column::new(
            "age".into(),
            (0..3_002).map(|row| (row % 3 > 0).then_some(row)).collect::<Vec<_>>(),
        );
        DataFrame::new(3_002, vec![both, numbers]).expect("columns of one length")
    }

    #[test]
    fn a_leaf_says_of_each_value_what_it_says_of_each_row() {
        let frame = texts();
        let leaves = [
            "mode = '1'",
            "mode <> 'non_conforme'",
            "mode IN ('1', 'une précision assez longue')",
            "mode IS NULL",
            "COALESCE(mode, 'x') = 'x'",
            "LEFT(mode, 3) BETWEEN 'a' AND 'uz'",
            "age > 10",
            "mode = '1' OR age > 10",
            "TRUE",
        ]
        .map(|sql| polars::sql::sql_expr(sql).expect("SQL"));
        let by_value = answers(&frame, &leaves).expect("the leaves are judged");
        for (leaf, found) in leaves.iter().zip(by_value) {
            let rows = frame
                .clone()
                .lazy()
                .select([col("mode").alias("ligne"), leaf.clone().alias("dit")]);
            let rows = rows.collect().expect("the leaf runs");
            let expected = Truth::of(rows.column("dit").and_then(|said| said.bool()).expect("a condition"));
            assert_eq!(found, expected, "{leaf:?}");
        }
    }
}

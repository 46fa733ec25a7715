//! Columns whose values are looked up, from a code or from the name of a structure. A row is looked up where it stands, when the
//! column is wanted: a join would read the codes beforehand, and copy every column of the frame.

use polars::prelude::*;
use rustc_hash::FxHashMap;

/// What `of` says of the values of `column`, as texts; nothing of a missing value.
pub fn text(column: &str, name: &str, of: fn(&str) -> Option<&'static str>) -> Expr {
    let look_up = move |values: Column| {
        let values = values.str()?;
        let said: StringChunked = looked_up(values.iter(), of).collect();
        Ok(said.with_name(values.name().clone()).into_column())
    };
    col(column)
        .map(look_up, |_, field| Ok(Field::new(field.name().clone(), DataType::String)))
        .alias(name)
}

/// The same, as true or false.
pub fn truth(column: &str, name: &str, of: fn(&str) -> Option<bool>) -> Expr {
    let look_up = move |values: Column| {
        let values = values.str()?;
        let said: BooleanChunked = looked_up(values.iter(), of).collect();
        Ok(said.with_name(values.name().clone()).into_column())
    };
    col(column)
        .map(look_up, |_, field| Ok(Field::new(field.name().clone(), DataType::Boolean)))
        .alias(name)
}

/// What `of` says of each value, asked once a value.
fn looked_up<'a, T: Copy + 'a>(
    values: impl Iterator<Item = Option<&'a str>> + 'a,
    of: fn(&str) -> Option<T>,
) -> impl Iterator<Item = Option<T>> + 'a {
    let mut known: FxHashMap<&str, Option<T>> = FxHashMap::default();
    values.map(move |value| *known.entry(value?).or_insert_with_key(|value| of(value)))
}

/// What is said of structures, by FINESS and ORDRE, for the rows that name one by these two columns. `otherwise` speaks of those
/// that are not known.
pub fn of_structures(
    [finess, ordre]: [&str; 2],
    name: &str,
    known: FxHashMap<(String, i16), String>,
    otherwise: fn(&str, i16) -> Option<String>,
) -> Expr {
    let look_up = move |columns: &mut [Column]| {
        let (finess, ordre) = (columns[0].str()?, columns[1].i16()?);
        let mut said = StringChunkedBuilder::new(finess.name().clone(), finess.len());
        // Rows of one structure follow one another.
        let (mut last, mut value) = (None, None);
        for here in finess.iter().zip(ordre.iter()) {
            if last != Some(here) {
                last = Some(here);
                value = match here {
                    (Some(finess), Some(ordre)) => {
                        let found = known.get(&(finess.to_owned(), ordre)).cloned();
                        found.or_else(|| otherwise(finess, ordre))
                    }
                    _ => None,
                };
            }
            said.append_option(value.as_deref());
        }
        Ok(said.finish().into_column())
    };
    col(finess)
        .map_many(look_up, &[col(ordre)], |_, fields| {
            Ok(Field::new(fields[0].name().clone(), DataType::String))
        })
        .alias(name)
}

//! Functions of the subset, with the number of arguments each takes. Portability was measured: polars has no
//! `regexp_matches` and DuckDB no `regexp_like`; `array_contains` differs on null; hence this list and no other.

/// (name, least and greatest number of arguments) of functions over one row.
pub const SCALARS: &[(&str, usize, usize)] = &[
    ("ABS", 1, 1),
    ("COALESCE", 2, 20),
    ("GREATEST", 2, 20),
    ("LEAST", 2, 20),
    ("LEFT", 2, 2),
    ("STARTS_WITH", 2, 2),
    ("SUBSTR", 2, 3),
];

/// The same, over many rows. All but `QUANTILE_CONT` take `FILTER (WHERE …)`; that one takes
/// `QUANTILE_CONT(CASE WHEN … THEN x END, p)`.
pub const AGGREGATES: &[(&str, usize, usize)] = &[
    ("AVG", 1, 1),
    ("COUNT", 1, 1),
    ("MEDIAN", 1, 1),
    ("QUANTILE_CONT", 2, 2),
    ("SUM", 1, 1),
];

/// The functions that an expression may call, as said in messages.
pub fn allowed(aggregates: bool) -> String {
    let mut names: Vec<&str> = SCALARS.iter().map(|(name, ..)| *name).collect();
    if aggregates {
        names.extend(AGGREGATES.iter().map(|(name, ..)| *name));
    }
    format!("fonctions permises : {}", names.join(", "))
}

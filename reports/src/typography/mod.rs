//! French typography: numbers, dates and the thin spaces of running text. Pure functions from values to text; rounding
//! happens here and nowhere before. Source of the rules: Imprimerie nationale, *Lexique des règles typographiques*; RGAA.

mod date;
mod number;
mod text;

pub use date::{date_range, instant, long_date, month_year, paris, period, short_date};
pub use number::{
    age, change_count, change_duration, change_points, change_relative, change_share, count, decimal, duration, interval,
    interval_of_counts, per_thousand, ratio, relative_as_printed, share, share_digits, share_with_digits, signed, with_unit,
};
pub use text::{french, strip_thin_spaces};

/// Narrow no-break space: between thousands, before `%`, `‰` and high punctuation.
pub const THIN: char = '\u{202F}';
/// No-break space: between a number and its unit.
pub const NBSP: char = '\u{00A0}';
/// True minus sign.
pub const MINUS: char = '\u{2212}';

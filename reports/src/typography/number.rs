//! Numbers as a French reader expects them.

use super::{MINUS, NBSP, THIN};

/// `1 234 567`; a negative takes a true minus. Counts never show decimals.
pub fn count(value: f64) -> String {
    decimal(value, 0)
}

/// Decimal comma, thin spaces between thousands, `digits` decimals, half away from zero.
pub fn decimal(value: f64, digits: u8) -> String {
    let scaled = round(value, digits);
    let text = group(scaled.unsigned_abs(), digits);
    if scaled < 0 { format!("{MINUS}{text}") } else { text }
}

/// The same with its sign; a change that rounds to zero has none.
pub fn signed(value: f64, digits: u8) -> String {
    let text = decimal(value, digits);
    if round(value, digits) > 0 { format!("+{text}") } else { text }
}

/// A fraction as a percentage: one decimal, two under 1 %, a true zero as `0 %` and nothing else as a zero.
pub fn share(fraction: f64) -> String {
    let percent = (fraction * 100.0).abs();
    if percent != 0.0 && round(percent, 2) == 0 {
        return format!("<{NBSP}{}", share_with_digits(0.0001, 2));
    }
    share_with_digits(fraction, share_digits(fraction))
}

/// Decimals that [`share`] prints.
pub fn share_digits(fraction: f64) -> u8 {
    let percent = (fraction * 100.0).abs();
    match round(percent, 2) {
        _ if percent == 0.0 => 0,
        0..100 => 2,
        _ => 1,
    }
}

/// A fraction as a percentage with a given number of decimals.
pub fn share_with_digits(fraction: f64, digits: u8) -> String {
    format!("{}{THIN}%", decimal(fraction * 100.0, digits))
}

/// A rate given per 1 000: `252,4 ‰`.
pub fn per_thousand(rate: f64) -> String {
    format!("{}{THIN}‰", decimal(rate, 1))
}

/// Sex ratio and other ratios: two decimals.
pub fn ratio(value: f64) -> String {
    decimal(value, 2)
}

/// Years: one decimal for a mean, none for a median.
pub fn age(years: f64, digits: u8) -> String {
    format!("{}{NBSP}ans", decimal(years, digits))
}

/// Minutes as `2 h 47`, from 24 hours as `1 j 03 h`. Negative durations do not happen: their records are void.
pub fn duration(minutes: f64) -> String {
    let minutes = round(minutes, 0).max(0);
    if minutes < 24 * 60 {
        return format!("{}{NBSP}h{NBSP}{:02}", minutes / 60, minutes % 60);
    }
    // Rounded to the hour, as the minutes no longer tell anything.
    let hours = (minutes + 30) / 60;
    format!("{}{NBSP}j{NBSP}{:02}{NBSP}h", hours / 24, hours % 24)
}

/// Change of a duration in minutes: `+5 min`, from an hour `−1 h 05`.
pub fn change_duration(minutes: f64) -> String {
    let rounded = round(minutes, 0);
    if rounded.abs() < 60 {
        return format!("{}{NBSP}min", signed(minutes, 0));
    }
    let sign = if rounded < 0 { MINUS } else { '+' };
    format!("{sign}{}", duration(minutes.abs()))
}

/// Change of a count: `+1 234 (+1,2 %)`; without its relative form when there was nothing before.
pub fn change_count(now: f64, before: f64) -> String {
    let difference = signed(now - before, 0);
    if before == 0.0 {
        return difference;
    }
    format!("{difference} ({})", change_relative((now - before) / before))
}

/// Relative change, a fraction, always signed: `−3,6 %`.
pub fn change_relative(fraction: f64) -> String {
    format!("{}{THIN}%", signed(fraction * 100.0, 1))
}

/// Change of a share, a difference of fractions, in points: `+1,4 point`, `−2,0 points`.
pub fn change_points(difference: f64) -> String {
    points(difference, 1)
}

/// Change between two shares, with as many decimals as the shares themselves are printed with.
pub fn change_share(now: f64, before: f64) -> String {
    points(now - before, share_digits(now).max(share_digits(before)).max(1))
}

fn points(difference: f64, digits: u8) -> String {
    let points = difference * 100.0;
    let word = if round(points, 1).abs() < 20 { "point" } else { "points" };
    format!("{}{NBSP}{word}", signed(points, digits))
}

/// A relative change as it is printed: a rule that speaks of it must agree with what is read.
pub fn relative_as_printed(fraction: f64) -> f64 {
    round(fraction * 100.0, 1) as f64 / 1_000.0
}

/// A 95 % interval of fractions, in percent: `[9,8 – 12,1]`.
pub fn interval(low: f64, high: f64) -> String {
    format!("[{}{NBSP}–{NBSP}{}]", decimal(low * 100.0, 1), decimal(high * 100.0, 1))
}

/// An interval of counts.
pub fn interval_of_counts(low: f64, high: f64) -> String {
    format!("[{}{NBSP}–{NBSP}{}]", count(low), count(high))
}

/// `value × 10^digits`, half away from zero. The guard absorbs the binary error of decimals such as 2.675; figures have
/// fewer than nine significant decimals, so it never moves a true value.
fn round(value: f64, digits: u8) -> i64 {
    let scaled = value.abs() * 10f64.powi(i32::from(digits));
    let rounded = (scaled * (1.0 + 1e-12) + 0.5 + 1e-9).floor() as i64;
    if value < 0.0 { -rounded } else { rounded }
}

fn group(scaled: u64, digits: u8) -> String {
    let power = 10u64.pow(u32::from(digits));
    let whole = (scaled / power).to_string();
    let mut text = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    if digits > 0 {
        text.push(',');
        text.push_str(&format!("{:0width$}", scaled % power, width = usize::from(digits)));
    }
    text
}
/// A value whose unit has a printed form of its own: a share, a duration, an age, a ratio, a rate. None for the other units.
pub fn with_unit(unit: &str, value: f64, digits: u8) -> Option<String> {
    match unit {
        "fraction" => Some(share(value)),
        "minutes" => Some(duration(value)),
        "ans" => Some(age(value, digits)),
        "ratio" => Some(ratio(value)),
        "pour_1000" => Some(per_thousand(value)),
        _ => None,
    }
}

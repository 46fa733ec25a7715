//! The name of what is counted: the table and the conditions of its records, written one way whatever the order and the indicator,
//! so that two figures that count the same records are one count.

/// Conditions joined by AND at the top of an expression; one condition when it is joined otherwise.
pub fn conditions(expression: &str) -> Vec<String> {
    let text = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = without_parentheses(&text);
    if cut(text, " OR ").len() > 1 {
        return vec![text.to_owned()];
    }
    let mut parts: Vec<String> = Vec::new();
    for part in cut(text, " AND ") {
        // « x BETWEEN 0 AND 360 » is one condition.
        match parts.last_mut() {
            Some(last) if last.contains(" BETWEEN ") && !last[last.rfind(" BETWEEN ").unwrap_or(0)..].contains(" AND ") => {
                last.push_str(" AND ");
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    match parts.as_slice() {
        [one] => vec![equality(one)],
        _ => parts.iter().flat_map(|part| conditions(part)).collect(),
    }
}

/// « transport = 'SMUR' » as a category is written: « transport=SMUR ».
fn equality(condition: &str) -> String {
    let plain = |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    match condition.split_once(" = ") {
        Some((column, value)) if plain(column) => match value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')) {
            Some(value) if !value.contains('\'') => category(column, value),
            _ => condition.to_owned(),
        },
        _ => condition.to_owned(),
    }
}

/// Records of a category.
pub fn category(expression: &str, modalite: &str) -> String {
    format!("{expression}={modalite}")
}

/// The name of the records of a table that satisfy conditions, in any order.
pub fn name(table: &str, conditions: &[String]) -> String {
    let mut kept: Vec<&str> = conditions.iter().map(String::as_str).filter(|text| *text != "TRUE").collect();
    kept.sort_unstable();
    kept.dedup();
    format!("{table} : {}", kept.join(" ∧ "))
}

fn without_parentheses(text: &str) -> &str {
    let mut depth = 0;
    for (place, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 && place + letter.len_utf8() < text.len() {
            return text;
        }
    }
    match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inside) => without_parentheses(inside),
        None => text,
    }
}

/// Cuts at a word that stands neither in parentheses, nor in quotes, nor between CASE and END.
fn cut<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let (mut depth, mut quoted, mut start) = (0i32, false, 0);
    let mut parts = Vec::new();
    for (place, letter) in text.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            'C' if !quoted && text[place..].starts_with("CASE ") => depth += 1,
            'E' if !quoted && text[..place].ends_with(' ') && text[place..].starts_with("END") => depth -= 1,
            _ => {}
        }
        if depth == 0 && !quoted && place >= start && text[place..].starts_with(word) {
            parts.push(&text[start..place]);
            start = place + word.len();
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_records_have_one_name() {
        let named = |text: &str| name("rpu", &conditions(text));
        assert_eq!(
            named("hospitalise AND orient = 'UHCD'"),
            named("orient = 'UHCD'  AND (hospitalise)")
        );
        assert_eq!(named("TRUE"), "rpu : ");
        assert_eq!(
            conditions("age BETWEEN 0 AND 360 AND nuit"),
            ["age BETWEEN 0 AND 360", "nuit"]
        );
        assert_eq!(conditions("a OR b AND c"), ["a OR b AND c"]);
        assert_eq!(conditions("(a OR b) AND c"), ["a OR b", "c"]);
        assert_eq!(conditions("transport = 'SMUR'"), [category("transport", "SMUR")]);
        assert_eq!(conditions("CASE WHEN a AND b THEN 1 END = 1 AND c").len(), 2);
    }
}

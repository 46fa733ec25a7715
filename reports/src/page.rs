//! What a page needs so that its script can be useful and cannot be anything else: which columns can be sorted, on what, and the
//! policy by which a browser runs that script alone and fetches nothing.

use std::collections::BTreeSet;
use std::path::Path;

use minijinja::Value;
use sha2::{Digest, Sha256};

use crate::document::{Document, Role, Row, Table};
use crate::error::ReportError;
use crate::html::template;
use crate::issuer::base64;

/// The script, which a file of the same name in `custom/modeles/` takes the place of.
pub const SCRIPT: (&str, &str) = ("page.js", include_str!("../templates/page.js"));

/// Fewer rows are read, not sorted.
const LEAST: usize = 3;

/// The script as it stands in the page: browsers hash it with the line ends that the page has.
pub fn script(custom: Option<&Path>) -> Result<String, ReportError> {
    let (name, embedded) = SCRIPT;
    Ok(template(name, embedded, custom)?.replace("\r\n", "\n"))
}

/// Content-Security-Policy of the page: nothing from elsewhere, one script known by its hash.
pub fn policy(script: &str) -> String {
    let hash = base64(&Sha256::digest(script.as_bytes()));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    )
}

/// The columns that can be sorted, by table.
pub struct Sortable(BTreeSet<(String, usize)>);

impl Sortable {
    pub fn of(document: &Document) -> Sortable {
        let data = document.charts().map(|chart| &chart.data);
        let columns = document.tables().chain(data).flat_map(|table| {
            let found = columns(table).into_iter();
            found.map(|column| (table.id.clone(), column))
        });
        Sortable(columns.collect())
    }

    /// Whether a column can be; the first, of the titles of the rows, is 0.
    pub fn is(&self, table: &str, column: usize) -> bool {
        self.0.contains(&(table.to_owned(), column))
    }
}

/// Columns whose cells all say the same kind of thing, where rows stand side by side: a row under another would lose its place, and
/// minutes are not above percents.
fn columns(table: &Table) -> Vec<usize> {
    let is_detail = |row: &&Row| row.role == Role::Detail;
    let rows: Vec<&Row> = table.groups.iter().flat_map(|group| &group.rows).filter(is_detail).collect();
    let longest = table
        .groups
        .iter()
        .map(|group| group.rows.iter().filter(is_detail).count())
        .max();
    if longest.unwrap_or(0) < LEAST || rows.iter().any(|row| row.depth > 0) {
        return Vec::new();
    }
    let units = |column: usize| -> BTreeSet<&str> {
        let numbers = rows.iter().filter_map(|row| row.cells.get(column - 1)?.number.as_ref());
        numbers.map(|number| number.unit).collect()
    };
    let cells = |column: usize| rows.iter().filter_map(move |row| row.cells.get(column - 1));
    let numbered = (1..table.columns.len()).filter(|column| table.columns[*column].numeric);
    if numbered.clone().any(|column| units(column).len() > 1) {
        return Vec::new();
    }
    let says = |column: usize| match table.columns[column].numeric {
        true => !units(column).is_empty(),
        false => cells(column).map(|cell| cell.text.as_str()).collect::<BTreeSet<_>>().len() > 1,
    };
    // The title of a column that is empty has nothing to press.
    let titled = |column: &usize| !table.columns[*column].title.is_empty();
    std::iter::once(0)
        .chain((1..table.columns.len()).filter(|column| says(*column)))
        .filter(titled)
        .collect()
}

/// What a cell is sorted on: its number, or its date as one; nothing for words, for what is not there, and for a number that the script
/// reads well enough in the text.
pub fn sort_key(cell: &Value) -> String {
    let text = |name: &str| cell.get_attr(name).ok().and_then(|value| value.as_str().map(str::to_owned));
    if text("status").is_some() {
        return String::new();
    }
    let number = cell.get_attr("number").and_then(|number| number.get_attr("value")).ok();
    match number.and_then(|value| f64::try_from(value).ok()) {
        Some(number) if text("text").is_some_and(|text| reads_as(&text, number)) => String::new(),
        Some(number) => short(number),
        None => text("text").and_then(|text| date(&text)).unwrap_or_default(),
    }
}

/// Whether a text begins with this number, rounded as it is printed: `1 234,5 %`, not `2 h 47` for minutes. `lire` of `page.js` reads the same.
fn reads_as(text: &str, number: f64) -> bool {
    let (sign, digits) = match text.strip_prefix(['+', '−', '-']) {
        Some(rest) if text.starts_with('+') => (1.0, rest),
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let end = digits.find(|symbol: char| !symbol.is_ascii_digit() && !symbol.is_whitespace());
    let (whole, rest) = digits.split_at(end.unwrap_or(digits.len()));
    let decimals: String = match rest.strip_prefix(',') {
        Some(rest) => rest.chars().take_while(char::is_ascii_digit).collect(),
        None => String::new(),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let Ok(read) = format!("{whole}.{decimals}0").parse::<f64>() else {
        return false;
    };
    let half = 0.5 * 10f64.powi(-i32::try_from(decimals.len()).unwrap_or(0));
    !whole.is_empty() && (sign * read - number).abs() <= half * 1.001
}

/// Enough digits to tell two values apart that print apart.
fn short(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `20250214` for 14/02/2025.
fn date(text: &str) -> Option<String> {
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = [day, month, year]
        .iter()
        .all(|part| part.chars().all(|symbol| symbol.is_ascii_digit()));
    let sizes = (day.len(), month.len(), year.len(), parts.next()) == (2, 2, 4, None);
    (whole && sizes).then(|| format!("{year}{month}{day}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Cell, Column, Group};

    fn table(units: [&'static str; 3], depth: u8) -> Table {
        let row = |unit: &'static str| Row {
            title: unit.to_owned(),
            role: Role::Detail,
            depth,
            cells: vec![Cell::number("1", 1.0, unit)],
        };
        let column = |title: &str, numeric| Column {
            title: title.to_owned(),
            numeric,
        };
        Table {
            id: "Q-T00".to_owned(),
            title: String::new(),
            subtitle: String::new(),
            columns: vec![column("Site", false), column("T1", true)],
            groups: vec![Group {
                title: String::new(),
                rows: units.map(row).to_vec(),
            }],
            notes: Vec::new(),
            source: String::new(),
            dense: false,
        }
    }

    #[test]
    fn minutes_are_not_sorted_among_percents_nor_a_row_away_from_the_one_above() {
        assert_eq!(columns(&table(["%", "%", "%"], 0)), [0, 1]);
        assert!(columns(&table(["%", "min", "%"], 0)).is_empty());
        assert!(columns(&table(["%", "%", "%"], 1)).is_empty());
    }

    #[test]
    fn a_cell_is_sorted_on_its_number_or_its_date_and_a_masked_one_on_nothing() {
        let key = |cell: &Cell| sort_key(&Value::from_serialize(cell));
        // The script reads it in the text, with whatever space separates its thousands.
        assert_eq!(key(&Cell::number("1\u{202f}234,5\u{202f}%", 1234.5321, "")), "");
        assert_eq!(key(&Cell::number("−3,6\u{202f}%", -3.6, "")), "");
        assert_eq!(key(&Cell::number("2\u{a0}h\u{a0}47", 167.2, "")), "167.2");
        assert_eq!(key(&Cell::words("14/02/2025")), "20250214");
        assert_eq!(key(&Cell::words("CHU")), "");
        let masked = Cell {
            status: Some("masqué"),
            ..Cell::number("s", 3.0, "")
        };
        assert_eq!(key(&masked), "");
    }

    #[test]
    fn the_policy_allows_the_script_by_its_hash() {
        assert!(policy("").contains("'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"));
    }
}

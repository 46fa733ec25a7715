//! What stands under a table: the meaning of its statuses, and whether its values are firm.

use crate::declaration::Measure;
use crate::document::Group;
use crate::typography as typo;

/// One line saying what the statuses present mean: « s : secret statistique… ».
pub fn status_legend(groups: &[Group]) -> Option<String> {
    let mut seen: Vec<(String, &str)> = groups
        .iter()
        .flat_map(|group| &group.rows)
        .flat_map(|row| &row.cells)
        .filter_map(|cell| cell.status.map(|meaning| (cell.text.clone(), meaning)))
        .collect();
    seen.sort();
    seen.dedup();
    let list: Vec<String> = seen.iter().map(|(text, meaning)| format!("{text} : {meaning}")).collect();
    (!list.is_empty()).then(|| format!("{}.", typo::french(&list.join(" ; "))))
}

/// Said once under a table of changes: the difference of two rounded values may differ from the rounded difference.
pub fn rounding_note(groups: &[Group]) -> Option<String> {
    let mut cells = groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.cells);
    cells
        .any(|cell| cell.measure == Some(Measure::Evolution) && cell.status.is_none())
        .then(|| "Écarts calculés avant arrondi.".to_owned())
}

/// Said once under a table that prints values of days not consolidated.
pub fn provisional_note(groups: &[Group]) -> Option<String> {
    let mut cells = groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.cells);
    cells
        .any(|cell| cell.provisional)
        .then(|| typo::french("Certaines valeurs sont provisoires : elles comprennent des journées non consolidées."))
}

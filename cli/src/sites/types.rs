//! The type of a structure between two dates, where the register of the sites gives one.

use jiff::civil::Date;
use lake::reference::Structure;

use super::Parametres;

/// The structures, with the types that the register gives them between its dates.
pub fn with_types(structures: Vec<Structure>, lines: &[Parametres]) -> Vec<Structure> {
    let mut found = structures;
    for line in lines {
        let Some(kind) = &line.type_structure else { continue };
        let (first, last) = (line.attente.du.unwrap_or(Date::MIN), line.attente.au);
        let concerned = |structure: &Structure| {
            structure.finess == line.attente.finess && line.attente.ordre.is_none_or(|only| only == structure.ordre)
        };
        found = found
            .into_iter()
            .flat_map(|row| match concerned(&row) {
                true => cut(row, first, last, kind),
                false => vec![row],
            })
            .collect();
    }
    found
}

/// A structure before, during and after the days that it has another type.
fn cut(row: Structure, first: Date, last: Option<Date>, kind: &str) -> Vec<Structure> {
    let (from, to) = (row.ouvert_du.max(first), [row.ouvert_au, last].into_iter().flatten().min());
    if to.is_some_and(|to| to < from) {
        return vec![row];
    }
    let before = from.yesterday().ok().filter(|eve| row.ouvert_du <= *eve);
    let after = to
        .and_then(|to| to.tomorrow().ok())
        .filter(|next| row.ouvert_au.is_none_or(|end| *next <= end));
    let piece = |du: Date, au: Option<Date>, kind: &str| Structure {
        ouvert_du: du,
        ouvert_au: au,
        type_structure: kind.to_owned(),
        ..row.clone()
    };
    let mut pieces = Vec::new();
    pieces.extend(before.map(|eve| piece(row.ouvert_du, Some(eve), &row.type_structure)));
    pieces.push(piece(from, to, kind));
    pieces.extend(after.map(|next| piece(next, row.ouvert_au, &row.type_structure)));
    pieces
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::sites::tests::lines;

    const RANGUEIL: &str = "310783048";

    #[test]
    fn a_type_holds_between_its_dates() {
        let one = lake::reference::structures()
            .iter()
            .find(|row| row.finess == RANGUEIL && row.ordre == 0);
        let known = vec![one.unwrap().clone()];
        let read = lines("finess,du,au,type\n310783048,2025-02-01,2025-02-28,autre\n").unwrap();
        let pieces = with_types(known.clone(), &read);
        let said: Vec<_> = pieces
            .iter()
            .map(|row| (row.ouvert_du, row.ouvert_au, row.type_structure.as_str()))
            .collect();
        let (kind, open) = (known[0].type_structure.as_str(), known[0].ouvert_du);
        assert_eq!(
            said,
            [
                (open, Some(date(2025, 1, 31)), kind),
                (date(2025, 2, 1), Some(date(2025, 2, 28)), "autre"),
                (date(2025, 3, 1), None, kind)
            ]
        );
    }
}

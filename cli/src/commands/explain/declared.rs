//! Tables, columns and code lists: what `lake` declares.

use lake::code_list::{CodeList, EMBEDDED, code_list};
use lake::table::{Column, ETATS, Table, tables};

use crate::pages::{colonnes, sentence};

/// Lists longer than this are cut: the file is in the project.
const SHOWN: usize = 40;

/// The explanation of a table, a column (`rpu.mode_sortie`, or `mode_sortie` in every table that has it, a companion `x_etat`
/// being explained with its column) or a code list.
pub fn explain(name: &str) -> Option<String> {
    if let Some(found) = lake::table::table(name) {
        return Some(table(found));
    }
    if let Some(found) = code_list(name) {
        return Some(list(found));
    }
    let (in_table, wanted) = match name.split_once('.') {
        Some((table, column)) => (Some(table), column),
        None => (None, name),
    };
    let found: Vec<String> = tables()
        .iter()
        .filter(|table| in_table.is_none_or(|only| only == table.nom))
        .filter_map(|table| {
            let bare = wanted.strip_suffix("_etat").unwrap_or(wanted);
            let found = table
                .column(wanted)
                .or_else(|| table.column(bare).filter(|column| column.etat))?;
            Some(column(table, found))
        })
        .collect();
    (!found.is_empty()).then(|| found.join("\n"))
}

/// Every name that this file explains.
pub fn names() -> Vec<String> {
    let lists = EMBEDDED.iter().map(|(name, _)| (*name).to_owned());
    let columns = tables().iter().flat_map(|table| {
        let columns = table.colonnes.iter();
        std::iter::once(table.nom.clone())
            .chain(columns.flat_map(|column| [column.nom.clone(), format!("{}.{}", table.nom, column.nom)]))
    });
    columns.chain(lists).collect()
}

fn table(table: &Table) -> String {
    let mut text = format!(
        "{} — table : {}\n  source : {}\n  {}\n  colonnes :\n",
        table.nom,
        table.libelle,
        table.source,
        colonnes::replacement(table)
    );
    for column in &table.colonnes {
        text.push_str(&format!("    {:<24} {}\n", column.nom, colonnes::label(column)));
    }
    text
}

fn column(table: &Table, column: &Column) -> String {
    let mut text = format!("{}.{} — colonne : {}\n", table.nom, column.nom, sentence(&column.libelle));
    let mut line = |what: &str, value: &str| text.push_str(&format!("  {what} : {value}\n"));
    line("type", column.kind.label_fr());
    let optional = [
        ("élément reçu", &column.tag),
        ("forme", &column.forme),
        ("unité", &column.unite),
        ("vide signifie", &column.vide_signifie),
        ("source", &column.source),
        ("sensibilité", &column.sensibilite),
    ];
    for (what, value) in optional {
        if let Some(value) = value {
            line(what, value);
        }
    }
    if column.obligatoire {
        line("présence", "obligatoire");
    }
    if let Some(companion) = column.companion() {
        line(
            "état",
            &format!(
                "{companion} ({}) ; la valeur est vide si elle n'est pas conforme",
                ETATS.join(", ")
            ),
        );
    }
    if let Some(codes) = column.codes.as_deref().and_then(code_list) {
        line("codes", &format!("liste {}", codes.nom));
        for code in codes.codes.iter().take(SHOWN) {
            text.push_str(&format!("    {:<8} {}\n", code.code, code.label_fr));
        }
    }
    text
}

fn list(list: &CodeList) -> String {
    let used: Vec<String> = tables()
        .iter()
        .flat_map(|table| {
            let columns = table
                .colonnes
                .iter()
                .filter(|column| column.codes.as_deref() == Some(list.nom));
            columns.map(|column| format!("{}.{}", table.nom, column.nom))
        })
        .collect();
    let mut text = format!("{} — liste de {} codes\n", list.nom, list.codes.len());
    if !used.is_empty() {
        text.push_str(&format!("  colonnes : {}\n", used.join(", ")));
    }
    for code in list.codes.iter().take(SHOWN) {
        text.push_str(&format!("    {:<12} {}\n", code.code, code.label_fr));
    }
    if list.codes.len() > SHOWN {
        text.push_str(&format!("    … et {} autres\n", list.codes.len() - SHOWN));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_explained_with_their_codes() {
        let text = explain("mode_sortie").unwrap();
        assert!(text.contains("rpu.mode_sortie") && text.contains("liste rpu_mode_sortie") && text.contains("MODE_SORTIE"));
        assert_eq!(explain("rpu.mode_sortie_etat"), explain("rpu.mode_sortie"));
        assert!(explain("rpu_orientation").unwrap().contains("rpu.orient"));
        assert!(explain("lits").unwrap().contains("n_occupes"));
        assert_eq!(explain("rien"), None);
    }
}

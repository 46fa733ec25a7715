//! The codes that a coded column can hold: a condition on another one is never true, and would read as « no anomaly » for ever.

use lake::code_list::code_list;
use lake::table::{ColumnType, ETATS};
use sqlparser::ast::{Expr, Value};
use sqlparser::tokenizer::Location;

use crate::catalogue::columns::{Known, KnownTable};
use crate::catalogue::nearest::nearest;

/// Codes of a list that is short enough to be said whole.
const SAID_WHOLE: usize = 12;

/// A code that its column does not have.
pub struct Stranger {
    pub place: Location,
    pub message: String,
    pub hint: String,
}

/// The texts compared with a coded column that are none of its codes; nothing when `compared` is not the name of such a column.
pub fn strangers<'e>(table: &KnownTable, compared: &Expr, texts: impl IntoIterator<Item = &'e Expr>) -> Vec<Stranger> {
    let Some((column, codes)) = coded(table, compared) else {
        return Vec::new();
    };
    texts
        .into_iter()
        .filter_map(|text| {
            let Expr::Value(value) = text else { return None };
            let Value::SingleQuotedString(code) = &value.value else {
                return None;
            };
            (!codes.contains(&code.as_str())).then(|| Stranger {
                place: value.span.start,
                message: format!("« {code} » n'est pas une valeur de la colonne {}", column.nom),
                hint: hint(code, &codes, column),
            })
        })
        .collect()
}

fn coded<'t>(table: &'t KnownTable, compared: &Expr) -> Option<(&'t Known, Vec<&'static str>)> {
    let Expr::Identifier(name) = compared else { return None };
    let column = table.column(&name.value)?;
    if column.kind == ColumnType::Etat {
        return Some((column, ETATS.to_vec()));
    }
    let list = code_list(column.codes.as_deref()?).filter(|_| column.kind == ColumnType::Text)?;
    Some((column, list.codes.iter().map(|row| row.code.as_str()).collect()))
}

fn hint(code: &str, codes: &[&str], column: &Known) -> String {
    let list = column
        .codes
        .as_deref()
        .map(|list| format!(" (liste {list})"))
        .unwrap_or_default();
    match nearest(code, codes.iter().copied()).filter(|_| codes.len() > SAID_WHOLE) {
        Some(near) => format!("la plus proche est « {near} »{list}"),
        None if codes.len() <= SAID_WHOLE => format!("valeurs possibles : {}{list}", codes.join(", ")),
        None => format!("voir ses codes{list}"),
    }
}

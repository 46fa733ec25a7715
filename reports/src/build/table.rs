//! Tables: rows × columns of partial selections.

use lake::code_list::code_list;
use lake::reference::{Structure, TYPES};

use super::Context;
use super::cell::{cell, stand_in};
use super::words::Words;
use crate::declaration::{GroupDecl, Measure, RowsBy, Selection, TableDecl};
use crate::document::{Cell, Column, Group, Role, Row, Table};
use crate::typography as typo;
use lake::figure::Status;

/// Interprets a table. `earlier` are the declarations above it, for `reprend`.
pub fn table(context: &Context, words: &Words, declared: &TableDecl, earlier: &[&TableDecl]) -> Table {
    let groups_declared: &[GroupDecl] = match &declared.reprend {
        Some(id) => earlier
            .iter()
            .find(|table| table.id == *id)
            .map_or(&declared.groupe, |table| &table.groupe),
        None => &declared.groupe,
    };
    let start = declared.pour.clone().unwrap_or_default();
    let mut groups: Vec<Group> = groups_declared
        .iter()
        .flat_map(|group| build_groups(context, words, &start, declared, group))
        .collect();
    for group in &mut groups {
        group
            .rows
            .retain(|row| !declared.sauf.iter().any(|title| words.french(title) == row.title));
    }
    groups.retain(|group| !group.rows.is_empty());
    let mut notes: Vec<String> = declared.notes.iter().map(|note| words.french(note)).collect();
    notes.extend(status_legend(&groups));
    notes.extend(provisional_note(&groups));
    let mut columns = vec![Column {
        title: words.french(&declared.entete),
        numeric: false,
    }];
    columns.extend(declared.colonne.iter().map(|column| Column {
        title: words.french(&column.titre),
        numeric: column.mesure != Some(Measure::Attribut) || column.attribut.as_deref() == Some("structures"),
    }));
    Table {
        id: declared.id.clone(),
        title: words.french(&declared.titre),
        subtitle: words.french(&declared.sous_titre),
        columns,
        groups,
        notes,
        source: words.source(declared.source.as_deref()),
        dense: declared.dense,
    }
}

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

/// Said once under a table that prints values of days not consolidated.
pub fn provisional_note(groups: &[Group]) -> Option<String> {
    let mut cells = groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.cells);
    cells
        .any(|cell| cell.provisional)
        .then(|| typo::french("Certaines valeurs sont provisoires : elles comprennent des journées non consolidées."))
}

fn build_groups(context: &Context, words: &Words, start: &Selection, table: &TableDecl, group: &GroupDecl) -> Vec<Group> {
    let model = start.with(&group.modele.clone().unwrap_or_default());
    let line = |selection: &Selection, title: String, role: Role| row(context, &table.colonne, selection, title, role);
    let declared_rows = || -> Vec<Row> {
        group
            .ligne
            .iter()
            .map(|declared| {
                let role = role_of(declared);
                let mut row = line(&start.with(declared), words.french(&declared.titre), role);
                row.depth = declared.retrait;
                row
            })
            .collect()
    };
    let titled = |rows: Vec<Row>| {
        vec![Group {
            title: words.french(&group.titre),
            rows,
        }]
    };
    match group.lignes_par {
        None => titled(declared_rows()),
        Some(RowsBy::Departement) => titled(
            context
                .frame()
                .departements
                .iter()
                .map(|(code, name)| line(&at(&model, "departement", code), department_title(code, name), Role::Detail))
                .chain(declared_rows())
                .collect(),
        ),
        Some(RowsBy::TypeEtablissement) => titled(
            TYPES
                .iter()
                .filter(|(code, _)| structures_of(context, "type_etablissement", code).next().is_some())
                .map(|(code, label)| line(&at(&model, "type_etablissement", code), words.french(label), Role::Detail))
                .chain(declared_rows())
                .collect(),
        ),
        Some(RowsBy::EtablissementParDepartement) => {
            let mut groups: Vec<Group> = context
                .frame()
                .departements
                .iter()
                .map(|(code, name)| site_group(context, &table.colonne, &model, code, name))
                .filter(|group| group.rows.len() > 1)
                .collect();
            groups.extend(titled(declared_rows()));
            groups
        }
        Some(RowsBy::Modalite | RowsBy::Modalite2) => titled(
            modality_rows(context, words, group, &model)
                .into_iter()
                .map(|(selection, title)| line(&selection, title, Role::Detail))
                .filter(|row| !(group.sans_nuls && is_null(row)))
                .chain(declared_rows())
                .map(|mut row| {
                    row.depth = row.depth.max(model.retrait);
                    row
                })
                .collect(),
        ),
    }
}

fn site_group(context: &Context, columns: &[Selection], model: &Selection, code: &str, name: &str) -> Group {
    let mut sites: Vec<&Structure> = Vec::new();
    for structure in structures_of(context, "departement", code) {
        if !sites.iter().any(|site| site.finess == structure.finess) {
            sites.push(structure);
        }
    }
    sites.sort_by(|a, b| (&a.nom, &a.finess).cmp(&(&b.nom, &b.finess)));
    let mut rows: Vec<Row> = sites
        .iter()
        .map(|site| {
            row(
                context,
                columns,
                &at(model, "etablissement", &site.finess),
                site.nom.clone(),
                Role::Detail,
            )
        })
        .collect();
    rows.push(row(
        context,
        columns,
        &at(model, "departement", code),
        format!("Ensemble {name}"),
        Role::Subtotal,
    ));
    Group {
        title: department_title(code, name),
        rows,
    }
}

/// Whether every count of a row is a true zero; a masked or absent one is not.
fn is_null(row: &Row) -> bool {
    let mut counts = row
        .cells
        .iter()
        .filter(|cell| cell.measure == Some(Measure::Valeur))
        .peekable();
    counts.peek().is_some() && counts.all(|cell| cell.status.is_none() && cell.text == "0")
}

/// Selections of each modality that the release holds, with labels, in the order of the code list.
fn modality_rows(context: &Context, words: &Words, group: &GroupDecl, model: &Selection) -> Vec<(Selection, String)> {
    let second = group.lignes_par == Some(RowsBy::Modalite2);
    let (dim, dim2) = (model.dim.clone().unwrap_or_default(), model.dim2.clone().unwrap_or_default());
    let (varying, list_of) = if second { (&dim2, &dim2) } else { (&dim, &dim) };
    let fixed = second.then(|| model.modalite.clone().unwrap_or_default());
    let mut found = context
        .figures
        .modalities(&model.indicator(), &dim, fixed.as_deref(), if second { &dim2 } else { "" });
    let rank = |code: &str| -> usize {
        let list = code_list(&list_name(list_of)).map(|list| list.codes.iter().position(|row| row.code == code));
        list.flatten().unwrap_or(usize::MAX)
    };
    found.sort_by_key(|code| (code == "manquant", rank(code), code.clone()));
    found
        .into_iter()
        .map(|code| {
            let title = match &group.titre_manquant {
                Some(title) if code == "manquant" => words.french(title),
                _ => modality_label(varying, &code),
            };
            let mut selection = model.clone();
            if second {
                selection.modalite2 = Some(code);
            } else {
                selection.modalite = Some(code);
            }
            (selection, title)
        })
        .collect()
}

/// The label of a code of a dimension: from its code list, else the code.
pub fn modality_label(dim: &str, code: &str) -> String {
    if code == "manquant" {
        return "Non renseigné".to_owned();
    }
    code_list(&list_name(dim))
        .and_then(|list| list.label(code))
        .map_or_else(|| code.to_owned(), |label| typo::french(&capital(label)))
}

fn list_name(dim: &str) -> String {
    match dim {
        "orient" => "rpu_orientation".to_owned(),
        "discipline" => "beds_discipline".to_owned(),
        "classe_age" => "rpu_age_classes".to_owned(),
        "tranche" => "rpu_tranches".to_owned(),
        other => format!("rpu_{other}"),
    }
}

fn row(context: &Context, columns: &[Selection], start: &Selection, title: String, role: Role) -> Row {
    let cells = columns
        .iter()
        .map(|column| {
            let selection = start.with(column);
            match selection.mesure {
                Some(Measure::Attribut) => attribute(context, &selection),
                _ => cell(context, &selection),
            }
        })
        .collect();
    Row {
        title,
        role,
        depth: 0,
        cells,
    }
}

/// A word of the frame about a site, a département, a type or the region.
fn attribute(context: &Context, selection: &Selection) -> Cell {
    let level = selection.niveau.as_deref().unwrap_or("region");
    let area = selection.zone.as_deref().unwrap_or_default();
    let structures: Vec<&Structure> = structures_of(context, level, area).collect();
    let site = (level == "etablissement").then(|| structures.first()).flatten();
    match (selection.attribut.as_deref(), site) {
        (Some("structures"), _) => Cell::words(typo::count(structures.len() as f64)),
        (Some("finess"), Some(site)) => Cell::words(site.finess.clone()),
        (Some("type"), Some(site)) => Cell::words(type_short(&site.type_structure)),
        (Some("premier_jour"), Some(site)) => context
            .frame()
            .deliveries
            .iter()
            .filter(|summary| summary.finess == site.finess)
            .filter_map(|summary| summary.first_day)
            .min()
            .map_or_else(|| stand_in(Status::NotCollected), |day| Cell::words(typo::short_date(day))),
        _ => Cell::words(""),
    }
}

/// Structures of an area, in the order of the frame.
pub fn structures_of<'a>(context: &Context<'a>, level: &str, area: &str) -> impl Iterator<Item = &'a Structure> {
    context.frame().structures.iter().filter(move |structure| match level {
        "etablissement" => structure.finess == area,
        "departement" => structure.departement == area,
        "type_etablissement" => structure.type_structure == area,
        _ => true,
    })
}

/// Type of a structure in the width of a table cell.
fn type_short(code: &str) -> &'static str {
    match code {
        "chu" => "CHU",
        "siege_samu" => "SAMU",
        "siege_smur" => "SMUR",
        "prive" => "Privé",
        "pediatrique" => "Pédiatrie",
        _ => "Public",
    }
}

fn at(model: &Selection, level: &str, area: &str) -> Selection {
    Selection {
        niveau: Some(level.to_owned()),
        zone: Some(area.to_owned()),
        ..model.clone()
    }
}

fn role_of(declared: &Selection) -> Role {
    match declared.role.as_deref() {
        Some("total") => Role::Total,
        Some("sous_total") => Role::Subtotal,
        _ => Role::Detail,
    }
}

fn department_title(code: &str, name: &str) -> String {
    format!("{name} ({code})")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().collect::<String>() + chars.as_str(),
        None => String::new(),
    }
}

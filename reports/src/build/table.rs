//! Tables: rows × columns of partial selections.

use lake::month::Month;
use lake::reference::{Structure, TYPES};

use super::Context;
use super::attribute::{attribute, counts, structures_of};
use super::cell::cell;
use super::legend::{provisional_note, rounding_note, status_legend};
use super::modality::{modality_label, modality_rows};
use super::names::site_name;
use super::pooled;
use super::words::Words;
use crate::declaration::{GroupDecl, Measure, RowsBy, Selection, SizeDecl, TableDecl};
use crate::document::{Column, Group, Role, Row, Table};
use crate::typography as typo;

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
    let selected: Vec<Selection> = declared
        .colonnes_par
        .iter()
        .flat_map(|model| modality_columns(context, model))
        .chain(zone_columns(context, declared))
        .chain(declared.colonne.iter().cloned())
        .filter(|column| column.si.as_ref().is_none_or(|si| context.figures.measures(si)))
        .collect();
    let mut groups: Vec<Group> = groups_declared
        .iter()
        .filter(|group| group.si.as_ref().is_none_or(|si| context.figures.measures(si)))
        .flat_map(|group| build_groups(context, words, &start, &selected, group))
        .collect();
    for group in &mut groups {
        group
            .rows
            .retain(|row| !declared.sauf.iter().any(|title| words.french(title) == row.title));
    }
    groups.retain(|group| !group.rows.is_empty());
    let mut notes: Vec<String> = declared.notes.iter().map(|note| words.french(note)).collect();
    let said: Vec<String> = [rounding_note(&groups), status_legend(&groups), provisional_note(&groups)]
        .into_iter()
        .flatten()
        .collect();
    if !said.is_empty() {
        notes.push(said.join(" "));
    }
    let mut columns = vec![Column {
        title: words.french(&declared.entete),
        numeric: false,
    }];
    columns.extend(selected.iter().map(|column| Column {
        title: words.french(&column.titre),
        numeric: column.mesure != Some(Measure::Attribut) || column.attribut.as_deref().is_none_or(counts),
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

fn build_groups(context: &Context, words: &Words, start: &Selection, columns: &[Selection], group: &GroupDecl) -> Vec<Group> {
    let model = start.with(&group.modele.clone().unwrap_or_default());
    let line = |selection: &Selection, title: String, role: Role| row(context, columns, selection, title, role);
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
    let is_told = |row: &Row| !(group.sans_vides && row.role == Role::Detail && is_empty(row));
    let titled = |rows: Vec<Row>| {
        vec![Group {
            title: words.french(&group.titre),
            rows,
        }]
    };
    match group.lignes_par {
        None => titled(declared_rows().into_iter().filter(is_told).collect()),
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
        Some(RowsBy::Etablissement) => titled(
            sites(&context.frame().structures)
                .into_iter()
                .map(|site| line(&at(&model, "etablissement", &site.finess), site_name(&site.nom), Role::Detail))
                .filter(is_told)
                .chain(declared_rows())
                .collect(),
        ),
        Some(RowsBy::EtablissementParDepartement) => {
            let mut groups: Vec<Group> = context
                .frame()
                .departements
                .iter()
                .map(|(code, name)| site_group(context, columns, &model, code, name))
                .map(|mut sites| {
                    sites.rows.retain(is_told);
                    sites
                })
                .filter(|group| group.rows.len() > 1)
                .collect();
            groups.extend(titled(declared_rows()));
            groups
        }
        Some(RowsBy::Taille) => titled(
            group
                .classe
                .iter()
                .enumerate()
                .map(|(rank, class)| size_row(context, words, columns, &model, (group, rank, class)))
                .chain(declared_rows())
                .collect(),
        ),
        Some(RowsBy::Mois) => titled(
            Month::of(context.frame().date_from)
                .through(Month::of(context.frame().date_to))
                .map(|month| {
                    let of_month = Selection {
                        mois: Some(month),
                        ..model.clone()
                    };
                    line(&of_month, typo::month_year(month), Role::Detail)
                })
                .chain(declared_rows())
                .collect(),
        ),
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
    let mut rows: Vec<Row> = sites(structures_of(context, "departement", code))
        .into_iter()
        .map(|site| {
            row(
                context,
                columns,
                &at(model, "etablissement", &site.finess),
                site_name(&site.nom),
                Role::Detail,
            )
        })
        .collect();
    rows.push(row(
        context,
        columns,
        &at(model, "departement", code),
        typo::french(&format!("Ensemble {name}")),
        Role::Subtotal,
    ));
    Group {
        title: department_title(code, name),
        rows,
    }
}

/// One structure of each site, in the order of their names.
fn sites<'a>(structures: impl IntoIterator<Item = &'a Structure>) -> Vec<&'a Structure> {
    let mut sites: Vec<&Structure> = Vec::new();
    for structure in structures {
        if !sites.iter().any(|site| site.finess == structure.finess) {
            sites.push(structure);
        }
    }
    sites.sort_by(|a, b| (&a.nom, &a.finess).cmp(&(&b.nom, &b.finess)));
    sites
}

/// One class of sites, with their number.
fn size_row(
    context: &Context,
    words: &Words,
    columns: &[Selection],
    model: &Selection,
    (group, rank, class): (&GroupDecl, usize, &SizeDecl),
) -> Row {
    let sites = pooled::sites_of(context, &group.classe, rank);
    let number = typo::count(sites.len() as f64);
    let word = if sites.len() < 2 { "site" } else { "sites" };
    Row {
        title: format!("{} ({number}{}{word})", words.french(&class.titre), typo::NBSP),
        role: Role::Detail,
        depth: 0,
        cells: columns
            .iter()
            .map(|column| pooled::cell(context, &model.with(column), &sites))
            .collect(),
    }
}

/// One column per département, named by its number, where the table asks for them.
fn zone_columns(context: &Context, declared: &TableDecl) -> Vec<Selection> {
    let column = |(code, _): &(String, String)| Selection {
        titre: code.clone(),
        ..at(&Selection::default(), "departement", code)
    };
    match declared.colonnes_zones {
        Some(RowsBy::Departement) => context.frame().departements.iter().map(column).collect(),
        _ => Vec::new(),
    }
}

/// One column per modality that the release holds.
fn modality_columns(context: &Context, model: &Selection) -> Vec<Selection> {
    let dim = model.dim.clone().unwrap_or_default();
    let codes = context.figures.modalities(&model.indicator(), &dim, None, "");
    let column = |code: String| Selection {
        titre: modality_label(context, &dim, &code),
        modalite: Some(code),
        ..model.clone()
    };
    codes.into_iter().map(column).collect()
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

/// Whether a status stands in every cell of a row.
fn is_empty(row: &Row) -> bool {
    row.cells.iter().all(|cell| cell.status.is_some())
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
    typo::french(&format!("{name} ({code})"))
}

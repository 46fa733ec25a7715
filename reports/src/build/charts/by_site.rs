//! Sites beside one another: bars of a share from the highest, and a heat map of sites by modalities.

use std::collections::BTreeSet;

use lake::reference::Structure;

use super::Drawn;
use crate::build::Context;
use crate::build::attribute::structures_of;
use crate::build::cell::cell;
use crate::build::modality::{codes, modality_label};
use crate::build::names::site_name;
use crate::build::words::Words;
use crate::charts::{Bar, Bars, Drawing, Heat, HeatCell, HeatRow};
use crate::declaration::{ChartDecl, Selection};
use crate::document::Cell;
use crate::typography as typo;

/// Q-G02: the first series as bars, the second as a mark.
pub fn bars(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let [series, rest @ ..] = declared.serie.as_slice() else {
        return None;
    };
    let mark = rest.first();
    let mut found: Vec<(Bar, Vec<Cell>)> = Vec::new();
    for site in every_site(context) {
        let own = cell(context, &of_site(series, site));
        let other = mark.map(|mark| cell(context, &of_site(mark, site)));
        let bar = Bar {
            label: site_name(&site.nom),
            percent: percent(&own),
            before: other.as_ref().and_then(percent),
            printed: own.text.clone(),
            fragile: false,
        };
        found.push((bar, std::iter::once(own).chain(other).collect()));
    }
    let rate = |bar: &Bar| bar.percent.unwrap_or(-1.0);
    found.sort_by(|a, b| rate(&b.0).total_cmp(&rate(&a.0)).then(a.0.label.cmp(&b.0.label)));
    let known: Vec<&Bar> = found.iter().map(|(bar, _)| bar).filter(|bar| bar.percent.is_some()).collect();
    let (highest, lowest) = (known.first()?, known.last()?);
    let name = words.french(&series.titre);
    let message = format!("{name} : de {} à {} selon les sites", lowest.printed, highest.printed);
    let whole = cell(context, series);
    let whole_words = match whole.status {
        None => format!(" ; {{region}} {}", whole.text),
        Some(_) => String::new(),
    };
    let mut header = vec!["Site".to_owned(), name.clone()];
    header.extend(mark.map(|mark| words.french(&mark.titre)));
    let unknown = found.len() - known.len();
    let alternative = format!(
        "Une barre par site, {} sites, de la plus longue à la plus courte.",
        known.len()
    );
    let rows = found.iter().map(|(bar, cells)| (bar.label.clone(), cells.clone())).collect();
    let bars: Vec<Bar> = found
        .into_iter()
        .map(|(bar, _)| bar)
        .filter(|bar| bar.percent.is_some())
        .collect();
    Some(Drawn {
        message: Some(words.french(&format!("{message}{whole_words}"))),
        alternative,
        n: None,
        notes: hidden(unknown),
        header,
        rows,
        drawing: Drawing::Bars(Bars {
            bars,
            label_before: mark.map_or_else(String::new, |mark| words.french(&mark.titre)),
            dense: true,
        }),
    })
}

/// Q-G03: sites by département, one column per modality.
pub fn heat(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let dim = series.dim.clone().unwrap_or_default();
    let mut columns = codes(context, series, false);
    columns.retain(|code| code != "manquant");
    let (mut rows, mut table) = (Vec::new(), Vec::new());
    let mut counts = vec![0usize; declared.classes.len() + 1];
    let mut silent = 0;
    for (code, _) in &context.frame().departements {
        let mut first = true;
        for site in sites_of(context, code) {
            let own = of_site(series, site);
            let of = |code: &String| Selection {
                modalite: Some(code.clone()),
                ..own.clone()
            };
            let cells: Vec<Cell> = columns.iter().map(|code| cell(context, &of(code))).collect();
            if cells.iter().all(|cell| cell.number.is_none()) {
                silent += 1;
                continue;
            }
            let name = site_name(&site.nom);
            rows.push(HeatRow {
                label: format!("{code} {name}"),
                starts_group: first,
                cells: cells.iter().map(|cell| heat_cell(cell, &declared.classes)).collect(),
            });
            for class in rows.last()?.cells.iter().filter_map(|cell| cell.class) {
                counts[class] += 1;
            }
            table.push((format!("{name} ({code})"), cells));
            first = false;
        }
    }
    let all: usize = counts.iter().sum();
    if all == 0 {
        return None;
    }
    let labels: Vec<String> = columns.iter().map(|code| modality_label(context, &dim, code)).collect();
    let mut header = vec!["Site".to_owned()];
    header.extend(labels.iter().cloned());
    let worst = declared.classes.first().map(|limit| {
        let share = typo::share(counts[0] as f64 / all as f64);
        let limit = typo::share_with_digits(*limit, 0);
        match counts[0] {
            0 => format!("Aucune case sous {limit}"),
            1 => format!("Une case sous {limit}, soit {share} des cases"),
            several => format!("{} cases sous {limit}, soit {share} des cases", typo::count(several as f64)),
        }
    });
    Some(Drawn {
        message: worst,
        alternative: format!(
            "Carte de chaleur de {} sites sur {} colonnes ; la valeur est écrite dans la case, les plus faibles sont les plus foncées.",
            rows.len(),
            columns.len()
        ),
        n: None,
        notes: hidden(silent),
        header,
        rows: table,
        drawing: Drawing::Heat(Heat {
            columns: labels,
            rows,
            legend: legend(&declared.classes).iter().map(|name| words.french(name)).collect(),
        }),
    })
}

/// Written without its sign, whole, and never as 100 below it.
fn heat_cell(cell: &Cell, classes: &[f64]) -> HeatCell {
    match percent(cell) {
        Some(percent) => HeatCell {
            printed: typo::count(if percent < 100.0 { percent.round().min(99.0) } else { 100.0 }),
            class: Some(classes.iter().filter(|limit| percent >= *limit * 100.0).count()),
        },
        None => HeatCell {
            printed: cell.text.clone(),
            class: None,
        },
    }
}

fn legend(classes: &[f64]) -> Vec<String> {
    let print = |limit: &f64| typo::share_with_digits(*limit, 0);
    let mut names: Vec<String> = classes
        .first()
        .map(|first| format!("moins de {}", print(first)))
        .into_iter()
        .collect();
    let between = classes
        .windows(2)
        .map(|pair| format!("de {} à {}", print(&pair[0]), print(&pair[1])));
    names.extend(between);
    names.extend(classes.last().map(|last| format!("{} et plus", print(last))));
    names
}

fn percent(cell: &Cell) -> Option<f64> {
    cell.number.as_ref().map(|number| number.value)
}

fn hidden(sites: usize) -> Vec<String> {
    match sites {
        0 => Vec::new(),
        1 => vec!["Un site sans valeur publiée n'est pas dessiné.".to_owned()],
        several => vec![format!("{several} sites sans valeur publiée ne sont pas dessinés.")],
    }
}

fn of_site(series: &Selection, site: &Structure) -> Selection {
    Selection {
        niveau: Some("etablissement".to_owned()),
        zone: Some(site.finess.clone()),
        ..series.clone()
    }
}

fn every_site<'a>(context: &Context<'a>) -> Vec<&'a Structure> {
    let codes = &context.frame().departements;
    codes.iter().flat_map(|(code, _)| sites_of(context, code)).collect()
}

/// The sites of a département, each once, in the order of their names.
pub fn sites_of<'a>(context: &Context<'a>, code: &str) -> Vec<&'a Structure> {
    let mut met = BTreeSet::new();
    let mut sites: Vec<&Structure> = structures_of(context, "departement", code)
        .filter(|structure| met.insert(&structure.finess))
        .collect();
    sites.sort_by(|a, b| (&a.nom, &a.finess).cmp(&(&b.nom, &b.finess)));
    sites
}

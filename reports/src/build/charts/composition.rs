//! What categories are made of: bars of 100 %, and flows from the categories of one dimension to those of the next.

use super::Drawn;
use crate::build::Context;
use crate::build::cell::cell;
use crate::build::modality::{crossed, modality_label};
use crate::build::words::Words;
use crate::charts::{Drawing, FlowChart, FlowNode, FlowStage, Stacked, StackedRow};
use crate::declaration::{ChartDecl, Selection};
use crate::document::Cell;
use crate::typography as typo;

/// One row per modality of the first dimension, one part per modality of the second.
pub fn stacked(context: &Context, _: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let (mut firsts, seconds) = crossed(context, series);
    firsts.retain(|code| code != "manquant");
    let is_apart = |code: &String| code == "manquant" || declared.a_part.contains(code);
    let (apart, ordered): (Vec<String>, Vec<String>) = seconds.into_iter().partition(is_apart);
    let parts: Vec<String> = ordered.iter().chain(&apart).cloned().collect();
    let (dim, dim2) = names(series);
    let label2 = |code: &String| label(context, declared, &dim2, code);
    let mut rows = Vec::new();
    let mut drawn = Vec::new();
    let mut hidden = 0;
    for first in &firsts {
        let cells: Vec<Cell> = parts.iter().map(|second| cell(context, &at(series, first, second))).collect();
        let counts: Vec<Option<f64>> = cells.iter().map(value).collect();
        let total: f64 = counts.iter().flatten().sum();
        if total <= 0.0 {
            continue;
        }
        hidden += counts.iter().filter(|count| count.is_none()).count();
        let label = label(context, declared, &dim, first);
        drawn.push(StackedRow {
            label: label.clone(),
            percent: counts.iter().map(|count| count.map(|count| count / total * 100.0)).collect(),
            n: typo::count(total),
        });
        rows.push((label, cells));
    }
    if drawn.is_empty() {
        return None;
    }
    let mut header = vec![title(context, &dim)];
    header.extend(parts.iter().map(&label2));
    Some(Drawn {
        message: message(&drawn, &parts.iter().take(ordered.len()).map(&label2).collect::<Vec<_>>()),
        alternative: format!("{} barres de 100 %, chacune en {} parts.", drawn.len(), parts.len()),
        n: None,
        notes: match hidden {
            0 => Vec::new(),
            1 => vec!["Une case masquée n'est ni dessinée ni comptée dans le total de sa barre.".to_owned()],
            several => vec![format!(
                "{several} cases masquées ne sont ni dessinées ni comptées dans le total de leur barre."
            )],
        },
        header,
        rows,
        drawing: Drawing::Stacked(Stacked {
            parts: parts.iter().map(label2).collect(),
            apart: apart.len(),
            rows: drawn,
            label_n: context.counted(series.indicateur.as_deref()),
        }),
    })
}

/// The part whose share differs most from one row to another.
fn message(rows: &[StackedRow], parts: &[String]) -> Option<String> {
    let of_part = |part: usize| {
        let known = || {
            rows.iter()
                .filter_map(|row| Some((row, row.percent.get(part).copied().flatten()?)))
        };
        let low = known().min_by(|a, b| a.1.total_cmp(&b.1))?;
        let high = known().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((part, low, high))
    };
    let widest = (0..parts.len())
        .filter_map(of_part)
        .max_by(|a, b| (a.2.1 - a.1.1).total_cmp(&(b.2.1 - b.1.1)))?;
    let (part, (low, from), (high, to)) = widest;
    Some(format!(
        "{} : de {} ({}) à {} ({})",
        parts[part],
        typo::share(from / 100.0),
        low.label,
        typo::share(to / 100.0),
        high.label
    ))
}

/// Each series goes from its first dimension to its second, which is the first of the next one.
pub fn flow(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let mut stages: Vec<(String, Vec<String>, Vec<f64>)> = Vec::new();
    let mut bands = Vec::new();
    let mut rows = Vec::new();
    let mut hidden = 0;
    for (rank, series) in declared.serie.iter().enumerate() {
        let (firsts, seconds) = crossed(context, series);
        let (firsts, seconds) = (outside_last(declared, firsts), outside_last(declared, seconds));
        let (dim, dim2) = names(series);
        if rank == 0 {
            stages.push((dim.clone(), firsts.clone(), vec![0.0; firsts.len()]));
        }
        let from_codes = stages.last()?.1.clone();
        let mut reached = vec![0.0; seconds.len()];
        let mut left = vec![0.0; from_codes.len()];
        for (from, first) in from_codes.iter().enumerate() {
            for (to, second) in seconds.iter().enumerate() {
                let printed = cell(context, &at(series, first, second));
                let counted = value(&printed);
                let label = format!(
                    "{} → {}",
                    label(context, declared, &dim, first),
                    label(context, declared, &dim2, second)
                );
                match counted {
                    Some(0.0) => continue,
                    Some(n) => {
                        bands.push((rank, from, to, n));
                        reached[to] += n;
                        left[from] += n;
                    }
                    None => hidden += 1,
                }
                rows.push((label, vec![printed]));
            }
        }
        for (known, left) in stages.last_mut()?.2.iter_mut().zip(left) {
            *known = f64::max(*known, left);
        }
        stages.push((dim2, seconds, reached));
    }
    let total = stages.first().map(|(.., counts)| counts.iter().sum::<f64>())?;
    if total <= 0.0 {
        return None;
    }
    let stages: Vec<FlowStage> = stages
        .into_iter()
        .map(|(dim, codes, counts)| FlowStage {
            title: title(context, &dim),
            nodes: codes
                .iter()
                .zip(&counts)
                .map(|(code, n)| FlowNode {
                    label: label(context, declared, &dim, code),
                    n: *n,
                    printed: typo::share(n / counts.iter().sum::<f64>().max(1.0)),
                })
                .collect(),
        })
        .collect();
    let largest = bands.iter().filter(|(rank, ..)| *rank + 2 == stages.len());
    let largest = largest.max_by(|a, b| a.3.total_cmp(&b.3))?;
    let (rank, from, to, n) = *largest;
    Some(Drawn {
        message: Some(format!(
            "{} des passages : {} puis {}",
            typo::share(n / total),
            stages[rank].nodes[from].label,
            stages[rank + 1].nodes[to].label
        )),
        alternative: format!("Flux entre {} colonnes, {} bandes.", stages.len(), bands.len()),
        n: Some(format!(
            "{}\u{a0}{}",
            typo::count(total),
            context.counted(declared.serie.first()?.indicateur.as_deref())
        )),
        notes: match hidden {
            0 => Vec::new(),
            1 => vec!["Une bande masquée n'est pas dessinée.".to_owned()],
            several => vec![format!("{several} bandes masquées ne sont pas dessinées.")],
        },
        header: vec![words.french("De → vers"), "Passages".to_owned()],
        rows,
        drawing: Drawing::Flow(FlowChart { stages, bands }),
    })
}

/// What is outside the order after the others, and what is missing last.
fn outside_last(declared: &ChartDecl, mut codes: Vec<String>) -> Vec<String> {
    codes.sort_by_key(|code| (code == "manquant", declared.a_part.contains(code)));
    codes
}

fn names(series: &Selection) -> (String, String) {
    (
        series.dim.clone().unwrap_or_default(),
        series.dim2.clone().unwrap_or_default(),
    )
}

fn at(series: &Selection, first: &str, second: &str) -> Selection {
    Selection {
        modalite: Some(first.to_owned()),
        modalite2: Some(second.to_owned()),
        ..series.clone()
    }
}

fn value(cell: &Cell) -> Option<f64> {
    cell.number.as_ref().map(|number| number.value)
}

fn title(context: &Context, dim: &str) -> String {
    context.figures.entry(dim).map_or("Modalité", |entry| &entry.titre).to_owned()
}

/// A modality, without what is in brackets: its declaration has it whole. By its code where the chart gives a word for it.
fn label(context: &Context, declared: &ChartDecl, dim: &str, code: &str) -> String {
    let full = modality_label(context, dim, code);
    match declared.sigles.get(dim).filter(|_| code != "manquant") {
        Some(word) => format!("{word}{}{code}", typo::NBSP).trim().to_owned(),
        None => full.split(" (").next().unwrap_or(&full).to_owned(),
    }
}

//! Q-G19, Q-G30: sites beside one another, without any ranking: intervals in the order of size, and a funnel.

use super::control::marks_of;
use super::dispersion::{Dispersion, Z_95, Z_998};
use super::{Drawn, key};
use crate::build::Context;
use crate::build::cell::{cell, print_value};
use crate::build::names::site_name;
use crate::build::words::Words;
use crate::charts::{Drawing, Funnel, FunnelSite, Interval, Intervals, Limit};
use crate::declaration::{ChartDecl, Measure, Selection};
use crate::document::Cell;
use crate::typography as typo;

/// Denominator under which a site is not drawn in a funnel: its limits say nothing.
const LEAST: f64 = 100.0;

/// Sites of the frame: FINESS and name, the largest first.
fn by_size(context: &Context) -> Vec<(String, String, f64)> {
    let mut sites: Vec<(String, String, f64)> = Vec::new();
    for structure in &context.frame().structures {
        if sites.iter().any(|(finess, ..)| *finess == structure.finess) {
            continue;
        }
        let passages = value(context, &Selection::of("RPU-I01"), &structure.finess).unwrap_or(0.0);
        sites.push((structure.finess.clone(), site_name(&structure.nom), passages));
    }
    sites.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.1.cmp(&b.1)));
    sites
}

fn at(selection: &Selection, finess: &str) -> Selection {
    Selection {
        niveau: Some("etablissement".to_owned()),
        zone: Some(finess.to_owned()),
        ..selection.clone()
    }
}

fn value(context: &Context, selection: &Selection, finess: &str) -> Option<f64> {
    context.value(&key(context, &at(selection, finess), false))
}

/// Series, in this order: median, first and third quartile, first and ninth decile.
pub fn intervals(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let [median, q1, q3, rest @ ..] = declared.serie.as_slice() else {
        return None;
    };
    let pair = |low: Option<&Selection>, high: Option<&Selection>, finess: &str| {
        value(context, low?, finess).zip(value(context, high?, finess))
    };
    let sites = by_size(context);
    let mut rows = Vec::new();
    let mut drawn = Vec::new();
    let mut hidden = 0;
    let unit = context.figure(median, crate::declaration::Period::Courante)?.unit.to_string();
    for (finess, name, passages) in &sites {
        let mut cells = vec![Cell::number(typo::count(*passages), *passages, "")];
        cells.extend(declared.serie.iter().map(|series| cell(context, &at(series, finess))));
        rows.push((name.clone(), cells));
        match value(context, median, finess) {
            None => hidden += 1,
            Some(middle) => drawn.push(Interval {
                label: name.clone(),
                deciles: pair(rest.first(), rest.get(1), finess),
                quartiles: pair(Some(q1), Some(q3), finess),
                median: middle,
                printed: print_value(&unit, middle, context.digits(&median.indicator(), &unit)),
            }),
        }
    }
    let highest = drawn
        .iter()
        .map(|row| row.deciles.map_or(row.median, |pair| pair.1))
        .fold(0.0, f64::max);
    let whole = context.value(&key(context, median, false));
    let medians = || drawn.iter().map(|row| row.median);
    let (low, high) = (medians().reduce(f64::min)?, medians().reduce(f64::max)?);
    let print = |value: f64| print_value(&unit, value, context.digits(&median.indicator(), &unit));
    let mut header = vec!["Site".to_owned(), "Passages".to_owned()];
    header.extend(declared.serie.iter().map(|series| words.french(&series.titre)));
    Some(Drawn {
        message: Some(format!("Médiane de {} à {} selon les sites", print(low), print(high))),
        alternative: format!("Un intervalle par site, {} sites, du plus grand au plus petit.", drawn.len()),
        n: None,
        notes: std::iter::once(
            "Sites par nombre de passages, du plus grand au plus petit : l'ordre n'est pas un classement.".to_owned(),
        )
        .chain((hidden > 0).then(|| format!("{hidden} sites sans valeur publiée ne sont pas dessinés.")))
        .collect(),
        header,
        rows,
        drawing: Drawing::Intervals(Intervals {
            rows: drawn,
            marks: marks_of(0.0, highest, &unit, 6.0),
            reference: whole.map(|value| Limit {
                value,
                printed: words.french(&format!("{{sujet}} {}", print(value))),
            }),
        }),
    })
}

/// One rate, each site against its denominator.
pub fn funnel(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let mut rows = Vec::new();
    let mut known: Vec<(String, f64, f64)> = Vec::new();
    for (finess, name, _) in by_size(context) {
        let figure = context
            .look_up(&key(context, &at(series, &finess), false))
            .filter(|figure| figure.printable());
        let counts = figure.and_then(|figure| Some((figure.numerator?, figure.denominator?)));
        match counts.filter(|(_, n)| *n >= LEAST) {
            Some((count, n)) => known.push((name, count, n)),
            None => {
                let cells = vec![
                    cell(
                        context,
                        &Selection {
                            mesure: Some(Measure::Denominateur),
                            ..at(series, &finess)
                        },
                    ),
                    cell(context, &at(series, &finess)),
                    Cell::words(""),
                ];
                rows.push((name, cells));
            }
        }
    }
    let small = rows.len();
    let counts: Vec<(f64, f64)> = known.iter().map(|(_, count, n)| (*count, *n)).collect();
    let dispersion = Dispersion::of(&counts)?;
    let sites: Vec<FunnelSite> = known
        .iter()
        .map(|(name, count, n)| FunnelSite {
            name: name.clone(),
            n: *n,
            rate: count / n,
            beyond: (count / n - dispersion.centre).abs() > Z_998 * dispersion.deviation(*n),
        })
        .collect();
    let drawn = sites.iter().map(|site| {
        let cells = vec![
            Cell::number(typo::count(site.n), site.n, ""),
            Cell::number(typo::share(site.rate), site.rate * 100.0, "%"),
            Cell::words(if site.beyond { "au-delà de 99,8 %" } else { "" }),
        ];
        (site.name.clone(), cells)
    });
    let rows: Vec<(String, Vec<Cell>)> = drawn.chain(rows).collect();
    let beyond = sites.iter().filter(|site| site.beyond).count();
    let largest = sites.iter().map(|site| site.n).fold(0.0, f64::max);
    let highest = sites.iter().map(|site| site.rate).fold(dispersion.centre, f64::max);
    let steps = 60;
    let limits = (0..=steps)
        .map(|step| LEAST + (largest - LEAST) * (f64::from(step) / f64::from(steps)).powi(2))
        .map(|n| {
            let width = dispersion.deviation(n);
            let limit = |z: f64| (dispersion.centre + z * width).clamp(0.0, 1.0);
            (n, [limit(-Z_95), limit(Z_95), limit(-Z_998), limit(Z_998)])
        })
        .collect();
    let label = words.french(&series.titre);
    Some(Drawn {
        message: Some(match beyond {
            0 => format!("{label} : aucun site au-delà des limites"),
            1 => format!("{label} : un site au-delà des limites à 99,8 %"),
            several => format!("{label} : {several} sites au-delà des limites à 99,8 %"),
        }),
        alternative: format!(
            "Entonnoir de {} sites autour de {}.",
            sites.len(),
            typo::share(dispersion.centre)
        ),
        n: None,
        notes: vec![
            format!(
                "Limites autour de la moyenne des sites, élargies par la dispersion entre sites (φ = {} ; 1 : hasard seul ; modèle additif, Spiegelhalter 2005). Sites de {} passages au moins.",
                typo::decimal(dispersion.phi, 1),
                typo::count(LEAST)
            ),
            match small {
                0 => "Tous les sites sont dessinés.".to_owned(),
                1 => "Un site sans valeur publiée ou sous ce volume n'est pas dessiné.".to_owned(),
                several => format!("{several} sites sans valeur publiée ou sous ce volume ne sont pas dessinés."),
            },
        ],
        header: ["Site", "Dénominateur", &series.titre, "Place"].map(str::to_owned).to_vec(),
        rows,
        drawing: Drawing::Funnel(Funnel {
            sites,
            centre: Limit {
                value: dispersion.centre,
                printed: typo::share(dispersion.centre),
            },
            limits,
            across: marks_of(0.0, largest, "", 5.0),
            up: marks_of(0.0, (highest * 1.05).min(1.0), "fraction", 5.0),
            label_across: "passages pris en compte (dénominateur)".to_owned(),
        }),
    })
}

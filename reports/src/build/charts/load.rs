//! Q-G22: patients present at each hour, by the band of their arrival, with entries and exits of the hour.

use lake::figure::Figure;

use super::{Drawn, count_of, hidden_note, key, known_or};
use crate::build::Context;
use crate::build::words::Words;
use crate::charts::{Drawing, Flow, Layer, Load};
use crate::declaration::{ChartDecl, Selection};
use crate::document::Cell;
use crate::figures::status_of;
use crate::typography as typo;

const HOURS: usize = 24;

/// One declared selection at each hour.
struct Read {
    label: String,
    values: Vec<Option<f64>>,
    cells: Vec<Cell>,
}

/// The layers (`couche`) are means of patients present; the first series is their total, the others are counts by hour, made means
/// by day here.
pub fn load(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let (total, flows) = declared.serie.split_first()?;
    let total = read(context, words, total, 1.0);
    let known = total
        .values
        .iter()
        .enumerate()
        .filter_map(|(hour, value)| Some((hour, (*value)?)));
    let least = known.clone().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let most = known.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let layers: Vec<Read> = declared.couche.iter().map(|layer| read(context, words, layer, 1.0)).collect();
    let flows: Vec<Read> = flows.iter().map(|flow| read(context, words, flow, context.days())).collect();
    let hidden = layers
        .iter()
        .flat_map(|layer| &layer.values)
        .filter(|value| value.is_none())
        .count();
    let columns = || layers.iter().chain([&total]).chain(&flows);
    let mut header = vec!["Heure".to_owned()];
    header.extend(columns().map(|column| column.label.clone()));
    let rows = (0..HOURS)
        .map(|hour| {
            (
                format!("{hour}\u{a0}h"),
                columns().map(|column| column.cells[hour].clone()).collect(),
            )
        })
        .collect();
    Some(Drawn {
        message: Some(format!(
            "En moyenne {} patients présents à {}\u{a0}h, {} à {}\u{a0}h",
            typo::count(least.1),
            least.0,
            typo::count(most.1),
            most.0
        )),
        alternative: "Aires empilées des patients présents à chaque heure, selon leur tranche d'arrivée ; courbes des entrées et des sorties de l'heure."
            .to_owned(),
        notes: hidden_note(hidden, "heure d'une tranche", "heures de tranches").into_iter().collect(),
        n: None,
        header,
        rows,
        drawing: Drawing::Load(Load {
            layers: layers
                .into_iter()
                .map(|layer| Layer {
                    label: layer.label,
                    values: layer.values,
                })
                .collect(),
            flows: flows
                .into_iter()
                .map(|flow| Flow {
                    label: flow.label,
                    values: flow.values,
                })
                .collect(),
        }),
    })
}

fn read(context: &Context, words: &Words, declared: &Selection, divisor: f64) -> Read {
    let of_hour = |hour: usize| context.look_up(&key(context, declared, false).dim("heure", &format!("{hour:02}")));
    let figures: Vec<Option<&Figure>> = (0..HOURS).map(of_hour).collect();
    let values: Vec<Option<f64>> = figures
        .iter()
        .map(|figure| count_of(*figure).map(|value| value / divisor))
        .collect();
    let cells = figures
        .iter()
        .zip(&values)
        .map(|(figure, value)| known_or(status_of(*figure), *value, "", |value| typo::decimal(value, 1)))
        .collect();
    Read {
        label: words.french(&declared.titre),
        values,
        cells,
    }
}

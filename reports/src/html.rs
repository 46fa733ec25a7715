//! A document as one HTML file: styles, drawings and one small script inside, nothing fetched; without the script the page is whole.
//! minijinja escapes every text; only the drawings, whose own writer escapes them, the style sheet and the script pass as they are.

use std::path::Path;

use minijinja::{AutoEscape, Environment, context};
use rayon::prelude::*;
use serde::Serialize;

use crate::charts::{self, Width};
use crate::document::{Block, Document, Layout};
use crate::error::ReportError;
use crate::page::{self, Sortable};

/// Templates embedded in the program; a file of the same name in `custom/modeles/` takes the place of one.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("document.html", include_str!("../templates/document.html")),
    ("blocs.html", include_str!("../templates/blocs.html")),
    ("style.css", include_str!("../templates/style.css")),
    ("synthese.html", include_str!("../templates/synthese.html")),
    ("synthese.md", include_str!("../templates/synthese.md")),
];

/// Both drawings of a chart.
#[derive(Serialize)]
struct Drawn {
    id: String,
    wide: String,
    narrow: String,
}

/// The document as bytes of HTML.
pub fn render(document: &Document, custom: Option<&Path>) -> Result<String, ReportError> {
    let drawings = document
        .laid_out_charts()
        .into_par_iter()
        .map(|(chart, layout)| {
            let draw = |width| charts::draw_with_values(chart, width);
            Ok(Drawn {
                id: chart.id.clone(),
                wide: draw(match layout {
                    Layout::Flux => Width::Wide,
                    Layout::Grille => Width::Compact,
                })?,
                // Without its values: the data below has them, and the page stays light on a telephone.
                narrow: charts::draw(&chart.id, &chart.drawing, Width::Narrow, &chart.alternative)?,
            })
        })
        .collect::<Result<Vec<_>, ReportError>>()?;
    let mut environment = environment(custom)?;
    environment.add_function("dessin", move |id: &str, narrow: bool| -> minijinja::Value {
        let drawing = drawings.iter().find(|drawing| drawing.id == id);
        let svg = drawing.map_or("", |drawing| if narrow { &drawing.narrow } else { &drawing.wide });
        minijinja::Value::from_safe_string(svg.to_owned())
    });
    let sortable = Sortable::of(document);
    environment.add_function("triable", move |table: &str, column: usize| sortable.is(table, column));
    environment.add_filter("cle_de_tri", |cell: &minijinja::Value| page::sort_key(cell));
    let script = page::script(custom)?;
    let policy = page::policy(&script);
    let script = minijinja::Value::from_safe_string(script);
    let toc: Vec<_> = document
        .sections
        .iter()
        .map(|section| context! { id => section.id, title => section.title, annex => section.annex })
        .collect();
    let page = environment
        .get_template("document.html")
        .and_then(|template| template.render(context! { doc => document, toc, script, policy }))
        .map_err(|error| failed("document.html", &error))?;
    Ok(page)
}

/// The templates, read and compiled.
pub fn environment(custom: Option<&Path>) -> Result<Environment<'static>, ReportError> {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, embedded) in TEMPLATES {
        let text = template(name, embedded, custom)?;
        environment
            .add_template_owned(*name, text)
            .map_err(|error| failed(name, &error))?;
    }
    environment.add_filter("ancre", |text: &str| anchor(text));
    // What a status is in two words; the legend under the table says it whole.
    environment.add_filter("bref", |text: &str| text.split(" (").next().unwrap_or(text).to_owned());
    environment.add_filter("exposants", |text: &str| minijinja::Value::from_safe_string(raised(text)));
    Ok(environment)
}

/// Identifiers of every table and chart are unique, so that anchors are.
pub fn duplicate_ids(document: &Document) -> Vec<String> {
    let mut ids: Vec<String> = document.sections.iter().map(|section| anchor(&section.id)).collect();
    for section in &document.sections {
        ids.extend(section.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(anchor(&table.id)),
            Block::Chart(chart) => Some(anchor(&chart.id)),
            _ => None,
        }));
    }
    ids.sort();
    let mut twice: Vec<String> = ids
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0].clone())
        .collect();
    twice.dedup();
    twice
}

/// `q-t01` for `Q-T01`: an anchor and a file name.
pub fn anchor(text: &str) -> String {
    text.chars()
        .map(|symbol| {
            if symbol.is_ascii_alphanumeric() {
                symbol.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}

pub(crate) fn template(name: &str, embedded: &str, custom: Option<&Path>) -> Result<String, ReportError> {
    match custom
        .map(|custom| custom.join("modeles").join(name))
        .filter(|path| path.is_file())
    {
        Some(path) => std::fs::read_to_string(&path).map_err(|source| ReportError::Read { path, source }),
        None => Ok(embedded.to_owned()),
    }
}

fn failed(name: &str, error: &minijinja::Error) -> ReportError {
    let place = error.line().map(|line| format!("ligne {line} : ")).unwrap_or_default();
    ReportError::Template {
        name: error.name().unwrap_or(name).to_owned(),
        message: format!("{place}{error}"),
    }
}

/// Text as HTML, with the ends of ordinals raised: `1<sup>er</sup>`, `90<sup>e</sup>`.
fn raised(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let after_digit = at > 0 && chars[at - 1].is_ascii_digit();
        let ending = ["er", "re", "e"]
            .into_iter()
            .find(|end| after_digit && is_ending(rest, end) && !(*end != "e" && at > 1 && chars[at - 2].is_alphanumeric()));
        match ending {
            Some(end) => {
                out.push_str(&format!("<sup>{end}</sup>"));
                at += end.len();
            }
            None => {
                match chars[at] {
                    '&' => out.push_str("&amp;"),
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '"' => out.push_str("&quot;"),
                    '\'' => out.push_str("&#x27;"),
                    other => out.push(other),
                }
                at += 1;
            }
        }
    }
    out
}

fn is_ending(rest: &[char], end: &str) -> bool {
    let length = end.len();
    rest.iter().take(length).copied().eq(end.chars()) && rest.get(length).is_none_or(|next| !next.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_ordinals_are_raised_and_nothing_else() {
        assert_eq!(
            raised("1er trimestre, 90e centile"),
            "1<sup>er</sup> trimestre, 90<sup>e</sup> centile"
        );
        assert_eq!(raised("2 h 43 <b> a3e4f 12e5"), "2 h 43 &lt;b&gt; a3e4f 12e5");
    }
}

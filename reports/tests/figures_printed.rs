//! Every number printed in a table comes from figures of the release: read `figures.csv` again, as a reader would, and make
//! each printed text from it.

use std::collections::HashMap;

use lake::figure::Status;
use reports::declaration::Measure;
use reports::document::{Cell, Document};
use reports::typography as typo;

use crate::sample;
use crate::sections;

struct Line {
    status: String,
    unit: String,
    indicator: String,
    numerator: Option<f64>,
    denominator: Option<f64>,
    missing: Option<f64>,
    excluded: Option<f64>,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

#[test]
fn every_printed_number_is_made_from_the_figures_file() {
    let release = sample::release();
    let figures = read(&reports::files::figures_csv(&release.figures, &release.frame));
    let document = sections::document();
    let mut checked = 0;
    for (place, cell) in cells(&document) {
        let Some(measure) = cell.measure else { continue };
        // A place comes from all the categories together: its own test holds it.
        if measure == Measure::Rang {
            continue;
        }
        if cell.status.is_some() || measure == Measure::Attribut {
            assert!(cell.figures.is_empty(), "{place}: a status has no figure");
            continue;
        }
        let lines: Vec<&Line> = cell
            .figures
            .iter()
            .map(|name| {
                figures
                    .get(name)
                    .unwrap_or_else(|| panic!("{place}: figure {name} is not in the file"))
            })
            .collect();
        assert!(!lines.is_empty(), "{place}: « {} » comes from no figure", cell.text);
        assert!(lines.iter().all(|line| line.status == "ok"), "{place}");
        let expected = expected(measure, &lines);
        assert!(
            expected.contains(&cell.text),
            "{place}: printed « {} », the file gives {expected:?}",
            cell.text
        );
        checked += 1;
    }
    assert!(checked > 1_200, "only {checked} cells checked");
}

#[test]
fn a_figure_taken_away_is_not_printed_as_zero() {
    let mut release = sample::release();
    let before = sections::table(&sections::document(), "Q-T01");
    assert_ne!(sections::cell(&before, "CCMU 1", 1).text, "nd");
    release.figures.retain(|figure| &*figure.indicator != "RPU-I47");
    let document = reports::document(&release, "trimestriel", None).unwrap();
    let cell = sections::cell(&sections::table(&document, "Q-T01"), "CCMU 1", 1);
    assert_eq!((cell.text.as_str(), cell.status), ("nd", Some("non disponible")));
}

#[test]
fn each_status_prints_its_form_in_place_of_the_value() {
    for status in Status::ALL {
        let Some(form) = status.printed() else { continue };
        let mut release = sample::release();
        for figure in &mut release.figures {
            if &*figure.indicator == "RPU-I70" {
                figure.status = status;
                figure.value = None;
            }
        }
        let document = reports::document(&release, "trimestriel", None).unwrap();
        let table = sections::table(&document, "Q-T01");
        for column in 1..=6 {
            assert_eq!(sections::cell(&table, "Hospitalisation", column).text, form, "{status:?}");
        }
        assert!(
            table
                .notes
                .iter()
                .any(|note| sections::plain(note).contains(&format!("{form} : "))),
            "{status:?}"
        );
    }
}

#[test]
fn a_masked_value_never_leaks_through_its_parts() {
    let mut release = sample::release();
    for figure in &mut release.figures {
        if &*figure.indicator == "RPU-I70" {
            figure.status = Status::Masked;
        }
    }
    // Value and parts are still there, as a careless gate would leave them.
    let document = reports::document(&release, "trimestriel", None).unwrap();
    let table = sections::table(&document, "Q-T01");
    assert_eq!(sections::cell(&table, "Hospitalisation", 1).text, "s");
    let html = reports::html::render(&document, None).unwrap();
    assert!(!sections::plain(&html).contains("Une hospitalisation, par mutation"));
}

#[test]
fn provisional_values_are_printed_and_said() {
    let mut release = sample::release();
    for figure in &mut release.figures {
        if &*figure.indicator == "RPU-I70" {
            figure.status = Status::Provisional;
        }
    }
    let document = reports::document(&release, "trimestriel", None).unwrap();
    let table = sections::table(&document, "Q-T01");
    assert!(sections::cell(&table, "Hospitalisation", 1).text.ends_with('%'));
    assert!(
        table
            .notes
            .iter()
            .any(|note| note.contains("Certaines valeurs sont provisoires"))
    );
    let other = sections::table(&document, "Q-T37");
    assert!(!other.notes.iter().any(|note| note.contains("Certaines valeurs")));
}

#[test]
fn rare_anomalies_are_counted_for_the_house_only() {
    let mut release = sample::release();
    let hidden = sections::table(&reports::document(&release, "trimestriel", None).unwrap(), "Q-T05");
    assert_eq!(
        hidden.groups[0].rows.len(),
        3,
        "the rule without anomaly and the other families are not listed"
    );
    assert_eq!(sections::plain(&hidden.groups[0].rows[0].cells[0].text), "RPU-X29b");
    assert_eq!(sections::cell(&hidden, "RPU-X19", 3).text, "s");
    release.frame.audience = lake::release::Audience::Interne;
    let shown = sections::table(&reports::document(&release, "trimestriel", None).unwrap(), "Q-T05");
    assert_eq!(sections::cell(&shown, "RPU-X19", 3).text, "9");
}

fn expected(measure: Measure, lines: &[&Line]) -> Vec<String> {
    let line = lines[0];
    let value = line.value.unwrap();
    let part = |top: Option<f64>, bottom: Option<f64>| vec![typo::share(top.unwrap() / bottom.unwrap())];
    // Sites put together: totals, and the share of totals.
    let sum = |part: fn(&Line) -> Option<f64>| lines.iter().filter_map(|line| part(line)).sum::<f64>();
    if lines.len() > 2 {
        return match measure {
            Measure::Numerateur => vec![typo::count(sum(|line| line.numerator))],
            Measure::Denominateur => vec![typo::count(sum(|line| line.denominator))],
            Measure::Manquants => vec![typo::count(sum(|line| line.missing))],
            _ => part(Some(sum(|line| line.numerator)), Some(sum(|line| line.denominator))),
        };
    }
    match measure {
        Measure::Valeur => {
            let digits = u8::from(line.unit == "ans" && line.indicator != "ORU-I12-MED");
            match line.unit.as_str() {
                "fraction" => vec![typo::share(value), typo::change_relative(value)],
                "minutes" => vec![typo::duration(value)],
                "ans" => vec![typo::age(value, digits)],
                "ratio" => vec![typo::ratio(value)],
                "pour_1000" => vec![typo::per_thousand(value)],
                "année" => vec![format!("{value}")],
                "passages/jour" if value >= 100.0 => vec![typo::count(value)],
                "passages/jour" | "patients" | "lits/jour" | "missions" | "séjours/lit" => vec![typo::decimal(value, 1)],
                // A change has its sign.
                "passages" => vec![typo::count(value), typo::signed(value, 0)],
                _ => vec![typo::count(value)],
            }
        }
        Measure::Numerateur => vec![typo::count(line.numerator.unwrap())],
        Measure::Manquants => vec![typo::count(line.missing.unwrap())],
        Measure::Denominateur => vec![typo::count(line.denominator.unwrap())],
        Measure::Rapport => {
            let ends = [line.numerator.unwrap(), line.denominator.unwrap()].map(typo::count);
            vec![ends.join("\u{a0}/ ")]
        }
        Measure::Completude if lines.len() > 1 => {
            let passages = lines[1].value.unwrap();
            part(Some(passages - line.missing.unwrap()), Some(passages))
        }
        Measure::Completude => part(line.denominator, Some(line.denominator.unwrap() + line.missing.unwrap())),
        Measure::PartEcartee => {
            let out = line.missing.unwrap_or(0.0) + line.excluded.unwrap_or(0.0);
            part(Some(out), Some(line.denominator.unwrap() + out))
        }
        Measure::NumerateurParJour => vec![typo::count(line.numerator.unwrap() / 90.0)],
        Measure::DenominateurParJour => vec![typo::count(line.denominator.unwrap() / 90.0)],
        Measure::Couverture => part(line.denominator, lines[1].numerator),
        Measure::Part => [lines[1].value, lines[1].denominator]
            .into_iter()
            .flatten()
            .map(|whole| typo::share(value / whole))
            .collect(),
        Measure::Evolution | Measure::EvolutionRelative => {
            let before = lines[1].value.unwrap();
            let relative = typo::change_relative((value - before) / before);
            let years = |digits| {
                let word = if (value - before).abs() < 2.0 { "an" } else { "ans" };
                format!("{}\u{a0}{word}", typo::signed(value - before, digits))
            };
            match line.unit.as_str() {
                "fraction" => vec![typo::change_share(value, before)],
                "minutes" => vec![typo::change_duration(value - before)],
                "ans" => vec![years(u8::from(line.indicator != "ORU-I12-MED"))],
                "ratio" => vec![typo::signed(value - before, 2)],
                "flux" | "jours" => vec![typo::signed(value - before, 0)],
                "pour_1000" | "passages/jour" => vec![relative],
                _ => vec![typo::change_count(value, before), relative],
            }
        }
        Measure::Plage => {
            let ends = [lines[0], lines[1]].map(|line| expected(Measure::Valeur, &[line]).remove(0));
            vec![ends.join("\u{a0}– "), ends.join("\u{a0}– ").replacen("\u{202f}%", "", 1)]
        }
        Measure::Quotient => vec![typo::ratio(value / lines[1].value.unwrap())],
        Measure::Exclus => vec![typo::count(line.excluded.unwrap())],
        Measure::Intervalle => {
            let (low, high) = (line.low.unwrap(), line.high.unwrap());
            match line.unit.as_str() {
                "fraction" => vec![typo::interval(low, high)],
                "passages" => vec![typo::interval_of_counts(low, high)],
                _ => vec![typo::interval(low / 100.0, high / 100.0)],
            }
        }
        Measure::Attribut | Measure::Rang => Vec::new(),
    }
}

fn cells(document: &Document) -> impl Iterator<Item = (String, &Cell)> {
    let tables = document.tables().chain(document.charts().map(|chart| &chart.data));
    tables.flat_map(|table| {
        table.groups.iter().flat_map(|group| &group.rows).flat_map(move |row| {
            row.cells
                .iter()
                .enumerate()
                .map(move |(column, cell)| (format!("{} / {} / {}", table.id, row.title, column + 1), cell))
        })
    })
}

fn read(bytes: &[u8]) -> HashMap<String, Line> {
    let text = std::str::from_utf8(bytes).unwrap().strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|title| title == name).unwrap();
    let number = |row: &csv::StringRecord, name: &str| row[column(name)].replace(',', ".").parse().ok();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let line = Line {
                status: row[column("status")].to_owned(),
                unit: row[column("unit")].to_owned(),
                indicator: row[column("indicator")].to_owned(),
                numerator: number(&row, "numerator"),
                denominator: number(&row, "denominator"),
                missing: number(&row, "missing"),
                excluded: number(&row, "excluded"),
                value: number(&row, "value"),
                low: number(&row, "low"),
                high: number(&row, "high"),
            };
            (row[column("figure")].to_owned(), line)
        })
        .collect()
}

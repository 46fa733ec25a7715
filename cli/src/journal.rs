//! The journal that the sites give of their own incidents: a CSV file, `finess;date;nature;texte`, a line for each.

use std::path::Path;

use jiff::civil::Date;
use lake::retour::Incident;

use crate::error::{CommandError, Doing, Result};

/// Said of what a site wrote.
const SITE: &str = "établissement";
/// Longest text kept of a line.
const LONGEST: usize = 300;

/// (FINESS, incident), in the order of the file; nothing without a file.
pub fn read(file: Option<&Path>) -> Result<Vec<(String, Incident)>> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(file).doing(format!("lecture de {}", file.display()))?;
    parse(&text).map_err(|(line, reason)| {
        CommandError::work(format!("{}, ligne {line} : {reason}", file.display()))
            .hint("colonnes attendues : finess;date;nature;texte, la date écrite AAAA-MM-JJ")
    })
}

type Mistake = (u64, String);

fn parse(text: &str) -> std::result::Result<Vec<(String, Incident)>, Mistake> {
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let delimiter = if header.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let named: Vec<String> = reader
        .headers()
        .map_err(|error| (1, error.to_string()))?
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let place = |name: &str| {
        named
            .iter()
            .position(|known| known == name)
            .ok_or_else(|| (1, format!("la colonne « {name} » manque")))
    };
    let [finess, date, nature, texte] = [place("finess")?, place("date")?, place("nature")?, place("texte")?];
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| (error.position().map_or(0, csv::Position::line), "ligne illisible".to_owned()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let jour: Date = cell(date).parse().map_err(|_| (line, "date illisible".to_owned()))?;
        let incident = Incident {
            jour,
            nature: cell(nature).chars().take(LONGEST).collect(),
            texte: cell(texte).chars().take(LONGEST).collect(),
            source: SITE.to_owned(),
        };
        lines.push((cell(finess).to_owned(), incident));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_of_the_sites_is_read_with_its_mistakes() {
        let read = parse("\u{feff}finess;date;nature;texte\n310783048;2025-02-11;Logiciel;Version 7.2, export revu\n").unwrap();
        assert_eq!(read[0].0, "310783048");
        assert_eq!(read[0].1.texte, "Version 7.2, export revu");
        assert_eq!(
            parse("finess,date,nature,texte\n1,le 11,Panne,x\n"),
            Err((2, "date illisible".to_owned()))
        );
        assert_eq!(parse("finess;jour\n"), Err((1, "la colonne « date » manque".to_owned())));
    }
}

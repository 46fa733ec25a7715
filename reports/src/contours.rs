//! Outlines of départements and EPCI: what maps are drawn on. Embedded for France (départements) and Occitanie (EPCI);
//! `contours/departements.csv` and `contours/epci.csv` in the folder of a region's own templates take their place.
//!
//! Source: IGN, Admin Express COG 2018 (Licence Ouverte), through « france-geojson » by G. David, communes grouped by EPCI of 2026,
//! simplified for drawing. `reports/contours/README.md` says how. Not for any other use.

use std::path::Path;

use crate::error::ReportError;

/// Credit to print under a map.
pub const CREDIT: &str = "Contours : IGN, Admin Express, simplifiés.";

const DEPARTEMENTS: &str = include_str!("../contours/departements.csv");
const EPCI: &str = include_str!("../contours/epci.csv");

/// One area.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    pub code: String,
    pub nom: String,
    /// Closed rings of (longitude, latitude) in degrees, WGS 84; holes left out.
    pub rings: Vec<Vec<(f64, f64)>>,
}

/// Every outline known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contours {
    pub departements: Vec<Outline>,
    pub epci: Vec<Outline>,
}

impl Contours {
    pub fn load(custom: Option<&Path>) -> Result<Contours, ReportError> {
        let read = |name: &str, embedded: &str| match custom
            .map(|custom| custom.join(FOLDER).join(name))
            .filter(|path| path.is_file())
        {
            None => parse(name, embedded),
            Some(path) => {
                let text = std::fs::read_to_string(&path).map_err(|source| ReportError::Read {
                    path: path.clone(),
                    source,
                })?;
                parse(&path.display().to_string(), &text)
            }
        };
        Ok(Contours {
            departements: read("departements.csv", DEPARTEMENTS)?,
            epci: read("epci.csv", EPCI)?,
        })
    }

    pub fn departement(&self, code: &str) -> Option<&Outline> {
        self.departements.iter().find(|outline| outline.code == code)
    }

    pub fn epci(&self, code: &str) -> Option<&Outline> {
        self.epci.iter().find(|outline| outline.code == code)
    }
}

/// Where a region keeps its own outlines.
pub const FOLDER: &str = "contours";

/// `code,nom,contours`: rings separated by `|`, each a point in thousandths of a degree, then the steps to the next ones.
fn parse(file: &str, text: &str) -> Result<Vec<Outline>, ReportError> {
    let wrong = |place: String, message: &str| ReportError::Declaration {
        file: file.to_owned(),
        place,
        message: message.to_owned(),
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut outlines = Vec::new();
    for (rank, row) in reader.records().enumerate() {
        let place = || format!("ligne {}", rank + 2);
        let row = row.map_err(|_| wrong(place(), "colonnes attendues : code,nom,contours"))?;
        let (Some(code), Some(nom), Some(rings)) = (row.get(0), row.get(1), row.get(2)) else {
            return Err(wrong(place(), "colonnes attendues : code,nom,contours"));
        };
        let rings: Option<Vec<Vec<(f64, f64)>>> = rings.split('|').map(ring).collect();
        let rings = rings.ok_or_else(|| wrong(place(), "contour illisible : nombres entiers attendus, deux par point"))?;
        outlines.push(Outline {
            code: code.to_owned(),
            nom: nom.to_owned(),
            rings: rings.into_iter().filter(|ring| area(ring) > 0.0).collect(),
        });
    }
    Ok(outlines)
}

fn ring(text: &str) -> Option<Vec<(f64, f64)>> {
    let steps = text.split_whitespace().map(|step| step.parse::<i32>().ok());
    let steps: Vec<i32> = steps.collect::<Option<_>>()?;
    let (mut x, mut y) = (0, 0);
    let points = steps.chunks(2).map(|step| {
        x += step.first()?;
        y += step.get(1)?;
        Some((f64::from(x) / 1_000.0, f64::from(y) / 1_000.0))
    });
    points.collect()
}

/// Twice the signed area: negative for a hole, which runs clockwise (RFC 7946).
pub fn area(ring: &[(f64, f64)]) -> f64 {
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_departement_and_epci_of_the_demonstration_has_an_outline() {
        let contours = Contours::load(None).unwrap();
        assert_eq!((contours.departements.len(), contours.epci.len()), (101, 164));
        let all = contours.departements.iter().chain(&contours.epci);
        for outline in all {
            assert!(!outline.rings.is_empty(), "{} {}", outline.code, outline.nom);
        }
        assert_eq!(contours.epci("243100518").unwrap().nom, "Toulouse Métropole");
        let (x, y) = contours.departement("31").unwrap().rings[0][0];
        assert!((0.3..2.1).contains(&x) && (42.6..44.0).contains(&y), "{x} {y}");
    }

    #[test]
    fn an_outline_that_cannot_be_read_is_said_with_its_line() {
        let error = parse("epci.csv", "code,nom,contours\n1,A,0 0 1 0 0 1\n2,B,0 x\n").unwrap_err();
        assert!(error.to_string().contains("ligne 3"), "{error}");
    }
}

//! Passages as delimited text: one row each, read by the rules of the message in XML. Headers, words for codes and texts that
//! mean « missing » are those of the kind.

use csv::ByteRecord;
use jiff::civil::{Date, DateTime};
use lake::delivery::Delivery;

use crate::context::{Context, Options};
use crate::dates::{Day, civil_from_seconds, parse_moment};
use crate::flat::plan::cells;
use crate::flat::rows::{TextRows, line};
use crate::kinds::Kind;
use crate::name;
use crate::oscour::record::{Field, RawRecord, Span};
use crate::oscour::{Failure, Header, OnRecord, Walked};
use crate::read_flat::produced;
use crate::read_rpu::Form;
use crate::rules::Clause;
use crate::window::Window;

/// The rows of one content.
pub struct Rows<'k> {
    kind: &'k Kind,
    separator: u8,
    /// What each cell of a row is.
    cells: Vec<Cell>,
    names: Vec<String>,
    produced: Option<DateTime>,
    du: Option<Date>,
    au: Option<Date>,
    longest: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Finess,
    Ordre,
    Extract,
    Of(Field),
    /// Known and not kept.
    Ignored,
    Unknown,
}

/// Between the codes of a list, in one cell.
const BETWEEN: &[u8] = b", ";

impl<'k> Rows<'k> {
    /// `header`: the first line of the content.
    pub fn of(kind: &'k Kind, header: &str, separator: char, delivery: &Delivery, context: &Context) -> Result<Rows<'k>, String> {
        let names = cells(header, separator);
        let cells: Vec<Cell> = names.iter().map(|name| cell_named(kind, name)).collect();
        for (rank, cell) in cells.iter().enumerate() {
            if !matches!(cell, Cell::Ignored | Cell::Unknown) && cells[..rank].contains(cell) {
                return Err(format!("la colonne {} est présente deux fois", names[rank]));
            }
        }
        let Options { du, au, .. } = *context.options_for(&delivery.id);
        let parts = name::read(&delivery.file, kind.nom_fichier.iter().map(|name| &name.modele)).unwrap_or_default();
        let rows = Rows {
            kind,
            separator: separator as u8,
            cells,
            names,
            produced: produced(delivery, kind, context),
            du: du.or(parts.from.and_then(Day::civil)),
            au: au.or(parts.to.and_then(Day::civil)),
            longest: context.caps.field,
        };
        if rows.du.is_none() || rows.au.is_none() {
            return Err(format!(
                "période couverte inconnue : la mettre dans le nom du fichier ({}) ou donner --du et --au",
                kind.nom_fichier.first().map_or("…_{du}_{au}.csv", |name| &name.modele)
            ));
        }
        Ok(rows)
    }

    /// Hands over each row.
    fn each(&self, window: &mut Window, mut take: impl FnMut(&ByteRecord) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut rows = TextRows::new(window, self.separator, self.kind.guillemets, self.longest);
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    }

    fn at(&self, wanted: Cell) -> Option<usize> {
        self.cells.iter().position(|cell| *cell == wanted)
    }

    /// The text of a cell; empty when it says that it is missing.
    fn text<'r>(&self, row: &'r ByteRecord, place: usize) -> &'r [u8] {
        let text = row.get(place).unwrap_or_default().trim_ascii();
        let missing = self.kind.manquants.iter().any(|word| word.as_bytes() == text);
        if missing { b"" } else { text }
    }

    /// The row as a record over `text`, which receives its cells.
    fn cut(&self, row: &ByteRecord, record: &mut RawRecord, text: &mut Vec<u8>) {
        text.clear();
        record.clear();
        record.line = line(row);
        record.misshapen = Some(row.len() != self.cells.len());
        if record.misshapen == Some(true) {
            for cell in row {
                text.extend_from_slice(cell);
                text.push(self.separator);
            }
            return;
        }
        for (place, cell) in self.cells.iter().enumerate() {
            let value = self.text(row, place);
            match *cell {
                Cell::Of(list @ (Field::ListeDa | Field::ListeActes)) => {
                    let found: Vec<Span> = items(value).map(|item| put(item, text)).collect();
                    match list {
                        Field::ListeDa => record.da = found,
                        _ => record.actes = found,
                    }
                }
                Cell::Of(field) => {
                    let span = put(self.code(field, value), text);
                    record.set(field, span);
                }
                Cell::Unknown if !value.is_empty() => record.unknown += 1,
                _ => {}
            }
        }
    }

    /// The national code that a word stands for.
    fn code<'v>(&'v self, field: Field, value: &'v [u8]) -> &'v [u8] {
        let mut words = self.kind.valeur.iter().filter(|word| word.colonne == field.role());
        let read = std::str::from_utf8(value).unwrap_or_default().to_lowercase();
        match words.find(|word| word.vu.to_lowercase() == read) {
            Some(word) => word.vaut.as_bytes(),
            None => value,
        }
    }
}

impl Form for Rows<'_> {
    /// What the header of a message would say, from every row: one site, the latest EXTRACT.
    fn header(&self, window: &mut Window) -> Result<Header, Failure> {
        let (finess, ordre, extract) = (self.at(Cell::Finess), self.at(Cell::Ordre), self.at(Cell::Extract));
        let mut found = Header {
            ordre: "0".to_owned(),
            date_debut: self.du.map_or_else(String::new, |day| day.to_string()),
            date_fin: self.au.map_or_else(String::new, |day| day.to_string()),
            ..Header::default()
        };
        let mut latest = None;
        let mut site: Option<(Vec<u8>, Vec<u8>)> = None;
        self.each(window, |row| {
            if row.len() != self.cells.len() {
                return Ok(());
            }
            let of = |place: Option<usize>| place.map_or(&b""[..], |place| self.text(row, place));
            latest = latest.max(parse_moment(of(extract)));
            match &site {
                None => site = Some((of(finess).to_vec(), of(ordre).to_vec())),
                Some((first, second)) if first == of(finess) && second == of(ordre) => {}
                Some(_) => {
                    let line = line(row);
                    return Err(Failure::refused(
                        Clause::F03,
                        format!("ligne {line} : un autre FINESS ou ORDRE que la première ligne ; envoyer un fichier par site"),
                    ));
                }
            }
            Ok(())
        })?;
        if let Some((finess, ordre)) = site {
            found.finess = String::from_utf8_lossy(&finess).into_owned();
            if !ordre.is_empty() {
                found.ordre = String::from_utf8_lossy(&ordre).into_owned();
            }
        }
        let extract = latest.and_then(civil_from_seconds).or(self.produced);
        let Some(extract) = extract else {
            return Err(Failure::refused(
                Clause::F07A,
                "instant de production inconnu : le mettre dans le nom du fichier ou donner --extrait-le",
            ));
        };
        found.extract = extract.strftime("%Y-%m-%d %H:%M:%S").to_string();
        Ok(found)
    }

    fn records(&self, window: &mut Window, on_record: &mut OnRecord) -> Result<Walked, Failure> {
        let mut record = RawRecord::default();
        let mut text = Vec::new();
        let mut walked = Walked {
            in_order: true,
            ..Walked::default()
        };
        self.each(window, |row| {
            self.cut(row, &mut record, &mut text);
            for (place, cell) in self.cells.iter().enumerate() {
                if *cell == Cell::Unknown && record.unknown > 0 && !self.text(row, place).is_empty() {
                    *walked.unknown.entry(self.names[place].clone()).or_default() += 1;
                }
            }
            on_record(&record, &text).map_err(Failure::Sink)
        })?;
        Ok(walked)
    }
}

fn cell_named(kind: &Kind, name: &str) -> Cell {
    let is = |role: &str| {
        kind.balises
            .get(role)
            .is_some_and(|names| names.iter().any(|known| known == name))
    };
    let roles = [("finess", Cell::Finess), ("ordre", Cell::Ordre), ("extract", Cell::Extract)];
    let fields = Field::ALL.into_iter().map(|field| (field.role(), Cell::Of(field)));
    match roles.into_iter().chain(fields).find(|(role, _)| is(role)) {
        Some((_, cell)) => cell,
        None if kind.ignorees.contains_key(name) => Cell::Ignored,
        None => Cell::Unknown,
    }
}

fn put(value: &[u8], text: &mut Vec<u8>) -> Span {
    let start = text.len();
    text.extend_from_slice(value);
    Span::trimmed(text, start, text.len())
}

fn items(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = value;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = memchr::memmem::find(rest, BETWEEN).unwrap_or(rest.len());
            let item = rest[..end].trim_ascii();
            rest = rest.get(end + BETWEEN.len()..).unwrap_or_default();
            if !item.is_empty() {
                return Some(item);
            }
        }
        None
    })
}

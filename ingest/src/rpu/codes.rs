//! Coded fields: from the bytes of a cell to the rank of a code, by comparing whole words of at most eight bytes.

use lake::code_list::code_list;

use crate::oscour::record::Field;

/// Columns that hold a code of a short list, in the order of the table.
pub const CODED: [Field; 9] = [
    Field::Sexe,
    Field::ModeEntree,
    Field::Provenance,
    Field::Transport,
    Field::TransportPec,
    Field::Gravite,
    Field::ModeSortie,
    Field::Destination,
    Field::Orient,
];

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    Missing,
    /// Rank in the code list, and whether an alias led there.
    Code(u8, bool),
    Unknown,
}

/// The codes and aliases of one field.
pub struct CodeSet {
    /// Packed text → cell, scanned in order: lists have at most thirteen codes.
    words: Vec<(u64, Cell)>,
    /// The same for texts of one byte.
    single: [Cell; 256],
    /// Packed codes by rank.
    codes: Vec<u64>,
}

/// At most eight bytes in one word, capitals; `None` when longer.
#[inline(always)]
pub fn pack(text: &[u8]) -> Option<u64> {
    if text.len() > 8 {
        return None;
    }
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(text) {
        *to = from.to_ascii_uppercase();
    }
    Some(u64::from_le_bytes(bytes))
}

/// Length of a packed text.
#[inline(always)]
pub fn packed_length(word: u64) -> usize {
    8 - word.leading_zeros() as usize / 8
}

impl CodeSet {
    /// `declared`: whether the source is declared to use the aliases that ask for it.
    pub fn of(field: Field, declared: bool) -> CodeSet {
        let column = lake::table::table("rpu")
            .and_then(|table| table.column(field.role()))
            .expect("coded fields are columns");
        let list = code_list(column.codes.as_deref().expect("coded fields have a list")).expect("lists exist");
        let word = |text: &str| pack(text.as_bytes()).expect("codes have at most eight characters");
        let codes: Vec<u64> = list.codes.iter().map(|row| word(&row.code)).collect();
        let mut set = CodeSet {
            words: Vec::new(),
            single: [Cell::Unknown; 256],
            codes,
        };
        for rank in 0..set.codes.len() {
            set.add(set.codes[rank], Cell::Code(rank as u8, false));
        }
        for alias in aliases().filter(|alias| alias.field == column.tag.as_deref().unwrap_or_default()) {
            if alias.on_declaration && !declared {
                continue;
            }
            let cell = match alias.canonical.is_empty() {
                true => Cell::Missing,
                false => {
                    let canonical = word(alias.canonical);
                    let rank = set.codes.iter().position(|code| *code == canonical);
                    Cell::Code(rank.expect("aliases lead to a code") as u8, true)
                }
            };
            set.add(word(alias.seen), cell);
        }
        set
    }

    fn add(&mut self, word: u64, cell: Cell) {
        if packed_length(word) == 1 {
            let byte = word as u8;
            self.single[usize::from(byte)] = cell;
            self.single[usize::from(byte.to_ascii_lowercase())] = cell;
        }
        self.words.push((word, cell));
    }

    /// Reads a trimmed cell.
    #[inline(always)]
    pub fn read(&self, text: &[u8]) -> Cell {
        match text {
            [] => Cell::Missing,
            [byte] => self.single[usize::from(*byte)],
            _ => match pack(text) {
                Some(word) => self
                    .words
                    .iter()
                    .find(|(candidate, _)| *candidate == word)
                    .map_or(Cell::Unknown, |(_, cell)| *cell),
                None => Cell::Unknown,
            },
        }
    }

    pub fn code(&self, rank: u8) -> u64 {
        self.codes[usize::from(rank)]
    }

    pub fn codes(&self) -> &[u64] {
        &self.codes
    }
}

struct Alias {
    field: &'static str,
    seen: &'static str,
    canonical: &'static str,
    on_declaration: bool,
}

/// Rows of `lake/codes/rpu_aliases.csv`.
fn aliases() -> impl Iterator<Item = Alias> {
    let text = lake::code_list::text("rpu_aliases").expect("the list is embedded");
    text.lines().skip(1).filter_map(|line| {
        let mut cells = line.splitn(4, ',');
        let (field, seen, canonical, rest) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        Some(Alias {
            field,
            seen,
            canonical,
            on_declaration: rest.ends_with("only for sources declared to use it"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code that a cell leads to, `-` when missing, `?` when unknown.
    fn read(field: Field, text: &str, declared: bool) -> String {
        let set = CodeSet::of(field, declared);
        match set.read(text.as_bytes()) {
            Cell::Missing => "-".to_owned(),
            Cell::Unknown => "?".to_owned(),
            Cell::Code(rank, _) => {
                let word = set.code(rank);
                String::from_utf8(word.to_le_bytes()[..packed_length(word)].to_vec()).unwrap()
            }
        }
    }

    #[test]
    fn codes_aliases_and_what_is_neither() {
        for (field, text, code) in [
            (Field::Sexe, "M", "M"),
            (Field::Sexe, "f", "F"),
            (Field::Sexe, "H", "M"),
            (Field::Sexe, "h", "M"),
            (Field::Sexe, "1", "?"),
            (Field::Sexe, "FEMININ", "?"),
            (Field::Transport, "PERSO", "PERSO"),
            (Field::Transport, "pers", "PERSO"),
            (Field::Transport, "VSAV", "VSAB"),
            (Field::Transport, "AMBULANCE PRIVEE", "?"),
            (Field::TransportPec, "Paramed", "PARAMED"),
            (Field::Gravite, "p", "P"),
            (Field::Gravite, "6", "?"),
            (Field::Orient, "PAS", "PSA"),
            (Field::Orient, "UHCD", "UHCD"),
            (Field::ModeEntree, "0", "-"),
            (Field::Provenance, "0", "-"),
            (Field::ModeSortie, "0", "-"),
            (Field::Destination, "0", "-"),
            (Field::Destination, "5", "?"),
            (Field::Sexe, "0", "?"),
            (Field::ModeSortie, "4", "?"),
            (Field::Orient, "", "-"),
            (Field::Orient, "é", "?"),
        ] {
            assert_eq!(read(field, text, false), code, "{} {text}", field.role());
        }
    }

    #[test]
    fn death_written_four_only_where_declared() {
        assert_eq!(read(Field::ModeSortie, "4", true), "9");
    }
}

//! One PATIENT as it stands in the message: where each element's text lies, nothing decoded yet.

/// Number of children that a passage may have: the 18 of the national format, and the two that SYRIUS has in place of NAISSANCE.
pub const FIELDS: usize = 20;

/// The children of a passage, in the order of the schemas; the value is the rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Field {
    Cp,
    Commune,
    Naissance,
    Age,
    AgeJours,
    Sexe,
    Entree,
    ModeEntree,
    Provenance,
    Transport,
    TransportPec,
    Motif,
    Gravite,
    Dp,
    ListeDa,
    ListeActes,
    Sortie,
    ModeSortie,
    Destination,
    Orient,
}

impl Field {
    pub const ALL: [Field; FIELDS] = [
        Self::Cp,
        Self::Commune,
        Self::Naissance,
        Self::Age,
        Self::AgeJours,
        Self::Sexe,
        Self::Entree,
        Self::ModeEntree,
        Self::Provenance,
        Self::Transport,
        Self::TransportPec,
        Self::Motif,
        Self::Gravite,
        Self::Dp,
        Self::ListeDa,
        Self::ListeActes,
        Self::Sortie,
        Self::ModeSortie,
        Self::Destination,
        Self::Orient,
    ];

    /// Name of its role in the kind's `[balises]`, which is also the name of its column where it has one.
    pub fn role(self) -> &'static str {
        match self {
            Self::Cp => "cp",
            Self::Commune => "commune",
            Self::Naissance => "naissance",
            Self::Age => "age",
            Self::AgeJours => "age_jours",
            Self::Sexe => "sexe",
            Self::Entree => "entree",
            Self::ModeEntree => "mode_entree",
            Self::Provenance => "provenance",
            Self::Transport => "transport",
            Self::TransportPec => "transport_pec",
            Self::Motif => "motif",
            Self::Gravite => "gravite",
            Self::Dp => "dp",
            Self::ListeDa => "liste_da",
            Self::ListeActes => "liste_actes",
            Self::Sortie => "sortie",
            Self::ModeSortie => "mode_sortie",
            Self::Destination => "destination",
            Self::Orient => "orient",
        }
    }

    /// Whether the format of 2006 has it: a kind that says nothing of it expects it under its own name.
    pub fn is_national(self) -> bool {
        !matches!(self, Self::Age | Self::AgeJours)
    }

    fn is_container(self) -> bool {
        matches!(self, Self::ListeDa | Self::ListeActes)
    }
}

/// A piece of a buffer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The piece from `start` to `end` of a text in UTF-8, white space trimmed: a cell that holds a no-break space is blank.
    pub fn trimmed(text: &[u8], mut start: usize, mut end: usize) -> Span {
        loop {
            match text[start..end] {
                [byte, ..] if byte.is_ascii_whitespace() => start += 1,
                [0xC2, 0xA0, ..] => start += 2,
                _ => break,
            }
        }
        loop {
            match text[start..end] {
                [.., byte] if byte.is_ascii_whitespace() => end -= 1,
                [.., 0xC2, 0xA0] => end -= 2,
                _ => break,
            }
        }
        Span {
            start: start as u32,
            end: end as u32,
        }
    }

    pub fn of(self, text: &[u8]) -> &[u8] {
        &text[self.start as usize..self.end as usize]
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Spans of one record over a text that its reader lends. Reused from record to record.
#[derive(Debug, Clone, Default)]
pub struct RawRecord {
    /// An empty span is a missing value: absent, empty and blank mean the same.
    pub values: [Span; FIELDS],
    pub da: Vec<Span>,
    pub actes: Vec<Span>,
    /// Unknown elements.
    pub unknown: u32,
    /// Whether each element came once, in the order of the schema, with both containers.
    pub in_order: bool,
    /// Whether a row has more or fewer cells than the header line: nothing in it can be trusted. None where there are no cells.
    pub misshapen: Option<bool>,
    /// Line of the file where the record starts.
    pub line: u32,
    next: u8,
    containers: u8,
}

impl RawRecord {
    pub fn clear(&mut self) {
        self.values = [Span::default(); FIELDS];
        self.da.clear();
        self.actes.clear();
        self.unknown = 0;
        self.in_order = true;
        self.misshapen = None;
        self.next = 0;
        self.containers = 0;
    }

    /// Notes that an element starts; says whether it is the first of its name with a value so far.
    pub fn meet(&mut self, field: Field) {
        let rank = field as u8;
        self.in_order &= rank >= self.next;
        self.next = rank + 1;
        if field.is_container() {
            self.containers += 1;
        }
    }

    /// Keeps the first value that an element brings.
    pub fn set(&mut self, field: Field, value: Span) {
        let kept = &mut self.values[field as usize];
        if kept.is_empty() {
            *kept = value;
        }
    }

    /// To be called at the end of the record.
    pub fn close(&mut self) {
        self.in_order &= self.containers == 2;
    }

    pub fn get<'t>(&self, field: Field, text: &'t [u8]) -> &'t [u8] {
        self.values[field as usize].of(text)
    }
}

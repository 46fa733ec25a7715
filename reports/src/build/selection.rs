//! From partial selections to the key of one figure.

use lake::month::Month;
use lake::release::Frame;

use crate::declaration::{Period, Selection};
use crate::figures::FigureKey;

impl Selection {
    /// This selection with what `later` says on top of it.
    pub fn with(&self, later: &Selection) -> Selection {
        let mut replaced = self.remplace.clone();
        replaced.extend(later.remplace.clone());
        Selection {
            titre: later.titre.clone(),
            sous_titre: later.sous_titre.clone(),
            retrait: later.retrait,
            role: later.role.clone().or_else(|| self.role.clone()),
            indicateur: later.indicateur.clone().or_else(|| self.indicateur.clone()),
            niveau: later.niveau.clone().or_else(|| self.niveau.clone()),
            // Another level has other areas.
            zone: match &later.niveau {
                Some(level) if self.niveau.as_ref() != Some(level) => later.zone.clone(),
                _ => later.zone.clone().or_else(|| self.zone.clone()),
            },
            periode: later.periode.or(self.periode),
            perimetre: later.perimetre.clone().or_else(|| self.perimetre.clone()),
            population: later.population.clone().or_else(|| self.population.clone()),
            dim: later.dim.clone().or_else(|| self.dim.clone()),
            modalite: later.modalite.clone().or_else(|| self.modalite.clone()),
            dim2: later.dim2.clone().or_else(|| self.dim2.clone()),
            modalite2: later.modalite2.clone().or_else(|| self.modalite2.clone()),
            mesure: later.mesure.or(self.mesure),
            base: later.base.clone().or_else(|| self.base.clone()),
            attribut: later.attribut.clone().or_else(|| self.attribut.clone()),
            remplace: replaced,
            sans: self.sans.iter().chain(&later.sans).copied().collect(),
            sans_niveau: self.sans_niveau.iter().chain(&later.sans_niveau).cloned().collect(),
            sans_periode: self.sans_periode.iter().chain(&later.sans_periode).copied().collect(),
            si: later.si.clone().or_else(|| self.si.clone()),
            signe: self.signe || later.signe,
            mois: later.mois.or(self.mois),
        }
    }

    /// The indicator after the replacements of the row.
    pub fn indicator(&self) -> String {
        let declared = self.indicateur.clone().unwrap_or_default();
        self.remplace.get(&declared).cloned().unwrap_or(declared)
    }

    /// Level and area: those that it says, else those of what the release is about.
    pub fn place(&self, frame: &Frame) -> (String, String) {
        let own = || frame.sujet.as_ref().map_or("region", |subject| &subject.niveau).to_owned();
        let level = match self.niveau.as_deref() {
            None | Some("sujet") => own(),
            Some(level) => level.to_owned(),
        };
        let area = match (&self.zone, level.as_str()) {
            (_, "region") => frame.region.clone(),
            (Some(zone), _) => zone.clone(),
            (None, _) => area_of(frame, &level).unwrap_or_default(),
        };
        (level, area)
    }

    /// The figure selected, over `period`.
    pub fn key(&self, frame: &Frame, period: Period) -> FigureKey {
        let (level, area) = self.place(frame);
        let (period_kind, period) = match self.mois {
            None => period_key(frame, period),
            Some(month) => month_key(month, period),
        };
        FigureKey {
            indicator: self.indicator(),
            level,
            area,
            period_kind,
            period,
            perimetre: self.perimetre.clone().unwrap_or_else(|| "tous".to_owned()),
            population: self.population.clone().unwrap_or_else(|| "tous".to_owned()),
            modalite: modality(&self.dim, &self.modalite),
            modalite2: modality(&self.dim2, &self.modalite2),
            dim: self.dim.clone().unwrap_or_default(),
            dim2: self.dim2.clone().unwrap_or_default(),
        }
    }
}

/// Where a release that is about one place has its figures of another level: the whole it belongs to, its peers.
fn area_of(frame: &Frame, level: &str) -> Option<String> {
    let subject = frame.sujet.as_ref()?;
    match level {
        _ if level == subject.niveau => Some(subject.zone.clone()),
        "departement" => Some(subject.departement.clone()),
        "groupe_pairs" => subject.groupe.clone(),
        _ => None,
    }
}

/// A modality counts only with its dimension: a row may give it for the one column that has the dimension.
fn modality(dim: &Option<String>, modalite: &Option<String>) -> String {
    match dim {
        Some(dim) if !dim.is_empty() => modalite.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// Kind and name of a period as the figures write it.
pub fn period_key(frame: &Frame, period: Period) -> (String, String) {
    let last_month = Month::over_at(frame.date_to);
    match period {
        Period::Courante => (kind_of(&frame.period).to_owned(), frame.period.clone()),
        Period::N1 => (kind_of(&frame.period_n1).to_owned(), frame.period_n1.clone()),
        Period::DouzeMois => ("rolling12".to_owned(), last_month.to_string()),
        Period::DouzeMoisN1 => ("rolling12".to_owned(), last_month.plus(-12).to_string()),
    }
}

/// A month and, of the year before, the same one.
fn month_key(month: Month, period: Period) -> (String, String) {
    let (kind, last) = match period {
        Period::Courante => ("month", month),
        Period::N1 => ("month", month.plus(-12)),
        Period::DouzeMois => ("rolling12", month),
        Period::DouzeMoisN1 => ("rolling12", month.plus(-12)),
    };
    (kind.to_owned(), last.to_string())
}

/// The period that a change compares with.
pub fn period_before(period: Period) -> Period {
    match period {
        Period::Courante | Period::N1 => Period::N1,
        Period::DouzeMois | Period::DouzeMoisN1 => Period::DouzeMoisN1,
    }
}

fn kind_of(period: &str) -> &'static str {
    match period.len() {
        4 => "year",
        7 if period.contains("-Q") => "quarter",
        7 => "month",
        8 if period.contains("-W") => "week",
        _ => "day",
    }
}

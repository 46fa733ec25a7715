//! Looking a figure up in a release by its whole key. A figure that is not there is « nd »: not collected, never zero.

use std::collections::{BTreeSet, HashMap, HashSet};

use lake::figure::{Figure, Status};
use lake::release::{CatalogueEntry, Release};

/// The eleven columns that name a figure within its domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureKey {
    pub indicator: String,
    pub level: String,
    pub area: String,
    pub period_kind: String,
    pub period: String,
    pub perimetre: String,
    pub population: String,
    pub dim: String,
    pub modalite: String,
    pub dim2: String,
    pub modalite2: String,
}

impl FigureKey {
    /// An indicator for the whole region and everyone, over one period.
    pub fn region(release: &Release, indicator: &str, period_kind: &str, period: &str) -> FigureKey {
        FigureKey {
            indicator: indicator.to_owned(),
            level: "region".to_owned(),
            area: release.frame.region.clone(),
            period_kind: period_kind.to_owned(),
            period: period.to_owned(),
            perimetre: "tous".to_owned(),
            population: "tous".to_owned(),
            dim: String::new(),
            modalite: String::new(),
            dim2: String::new(),
            modalite2: String::new(),
        }
    }

    pub fn population(mut self, population: &str) -> FigureKey {
        self.population = population.to_owned();
        self
    }

    pub fn dim(mut self, dim: &str, modalite: &str) -> FigureKey {
        self.dim = dim.to_owned();
        self.modalite = modalite.to_owned();
        self
    }

    pub fn dim2(mut self, dim: &str, modalite: &str) -> FigureKey {
        self.dim2 = dim.to_owned();
        self.modalite2 = modalite.to_owned();
        self
    }

    pub fn at(mut self, level: &str, area: &str) -> FigureKey {
        self.level = level.to_owned();
        self.area = area.to_owned();
        self
    }

    fn columns(&self) -> [&str; 11] {
        [
            &self.indicator,
            &self.level,
            &self.area,
            &self.period_kind,
            &self.period,
            &self.perimetre,
            &self.population,
            &self.dim,
            &self.modalite,
            &self.dim2,
            &self.modalite2,
        ]
    }
}

/// A release and the way into it.
pub struct Figures<'a> {
    pub release: &'a Release,
    /// Rank of a figure in the release.
    by_key: HashMap<[&'a str; 11], usize>,
    indicators: HashSet<&'a str>,
    /// Modalities of the region over the main period, by indicator and both dimensions.
    modalities: HashMap<[&'a str; 3], Vec<[&'a str; 2]>>,
    entries: HashMap<&'a str, &'a CatalogueEntry>,
}

impl<'a> Figures<'a> {
    pub fn new(release: &'a Release) -> Figures<'a> {
        let frame = &release.frame;
        let mut modalities: HashMap<[&str; 3], Vec<[&str; 2]>> = HashMap::new();
        for figure in &release.figures {
            if *figure.level == *"region" && *figure.area == *frame.region && *figure.period == *frame.period {
                let found = modalities.entry([&figure.indicator, &figure.dim, &figure.dim2]).or_default();
                found.push([&figure.modalite, &figure.modalite2]);
            }
        }
        Figures {
            release,
            by_key: release
                .figures
                .iter()
                .enumerate()
                .map(|(rank, figure)| (columns(figure), rank))
                .collect(),
            indicators: release.figures.iter().map(|figure| &*figure.indicator).collect(),
            modalities,
            entries: frame.entries.iter().map(|entry| (entry.id.as_str(), entry)).collect(),
        }
    }

    pub fn get(&self, key: &FigureKey) -> Option<&'a Figure> {
        self.rank(key).and_then(|rank| self.release.figures.get(rank))
    }

    /// Where a figure stands in the release.
    pub fn rank(&self, key: &FigureKey) -> Option<usize> {
        self.by_key.get(&key.columns()).copied()
    }

    /// The value, when it may be printed.
    pub fn value(&self, key: &FigureKey) -> Option<f64> {
        self.get(key)
            .filter(|figure| figure.printable())
            .and_then(|figure| figure.value)
    }

    pub fn entry(&self, id: &str) -> Option<&'a CatalogueEntry> {
        self.entries.get(id).copied()
    }

    /// Whether any figure of the release has this indicator, or its catalogue describes it.
    pub fn knows(&self, indicator: &str) -> bool {
        self.entries.contains_key(indicator) || self.indicators.contains(indicator)
    }

    /// Whether the release has a value of this indicator, anywhere.
    pub fn measures(&self, indicator: &str) -> bool {
        let mut figures = self.release.figures.iter();
        figures.any(|figure| *figure.indicator == *indicator && figure.value.is_some())
    }

    /// The modalities of one dimension (of the second when `modalite` fixes the first) present for this indicator over the
    /// main period in the region.
    pub fn modalities(&self, indicator: &str, dim: &str, modalite: Option<&str>, dim2: &str) -> Vec<String> {
        let known = self.modalities.get(&[indicator, dim, dim2]).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<String> = known
            .iter()
            .filter(|[first, _]| modalite.is_none_or(|modalite| modalite == *first))
            .map(|[first, second]| if dim2.is_empty() { first } else { second }.to_string())
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

impl Figures<'_> {
    /// The modalities of each of two dimensions crossed by this indicator, over the main period in the region.
    pub fn crossed(&self, indicator: &str, dim: &str, dim2: &str) -> (Vec<String>, Vec<String>) {
        let known = self.modalities.get(&[indicator, dim, dim2]).map_or(&[][..], Vec::as_slice);
        let side = |rank: usize| -> Vec<String> {
            let codes: BTreeSet<&str> = known.iter().map(|codes| codes[rank]).collect();
            codes.into_iter().map(str::to_owned).collect()
        };
        (side(0), side(1))
    }
}

/// Why there is nothing to print, for a figure or its absence.
pub fn status_of(figure: Option<&Figure>) -> Status {
    match figure {
        None => Status::NotCollected,
        Some(figure) if figure.status.printed().is_none() && figure.value.is_none() => Status::NotComputable,
        Some(figure) => figure.status,
    }
}

/// What a status means, for the legend under a table.
pub fn status_meaning(status: Status) -> &'static str {
    match status {
        Status::Ok => "valeur publiée",
        Status::Masked => "secret statistique (effectif inférieur au seuil, ou masqué pour protéger une autre case)",
        Status::TooFew => "effectif insuffisant",
        Status::NoDenominator => "sans dénominateur",
        Status::NotCollected => "non disponible",
        Status::NotApplicable => "sans objet",
        Status::NotComputable => "non calculable",
        Status::TooLittleHistory => "historique insuffisant",
        Status::Provisional => "provisoire",
    }
}

fn columns(figure: &Figure) -> [&str; 11] {
    [
        &figure.indicator,
        &figure.level,
        &figure.area,
        &figure.period_kind,
        &figure.period,
        &figure.perimetre,
        &figure.population,
        &figure.dim,
        &figure.modalite,
        &figure.dim2,
        &figure.modalite2,
    ]
}

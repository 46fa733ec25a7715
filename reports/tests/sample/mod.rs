//! A release made up for tests and for the `apercu` example: every indicator that the documents ask for, plausible values,
//! the real structures of the demonstration region. Deterministic; no figure describes a real activity.
#![allow(dead_code, reason = "the tests and the example use different parts")]
#![allow(clippy::unwrap_used, reason = "made-up data is known to be whole")]

mod crossings;
mod effects;
pub mod fiche;
mod frame;
mod places;
mod rates;
mod regulation;
pub mod retour;
mod shapes;
mod tension;
mod volumes;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use lake::figure::{Figure, Status};
use lake::release::Release;

/// Every format but the pages, which take twenty seconds in a build without optimisation; `pdf/tests.rs` has a shorter document.
pub const WITHOUT_PDF: &[reports::Format] = &[reports::Format::Html, reports::Format::Xlsx, reports::Format::Donnees];
pub const PERIOD: &str = "2025-Q1";
pub const BEFORE: &str = "2024-Q1";
/// Sends nothing in the year before.
pub const ENTERING: &str = "320000102";
/// Sends nothing in the period.
pub const LEAVING: &str = "340780154";
/// Five days without transmission, 3 to 7 February.
pub const SILENT: &str = "110000056";

/// The release of the first quarter of 2025.
pub fn release() -> Release {
    static RELEASE: LazyLock<Release> = LazyLock::new(|| Maker::of_hospitals().release());
    RELEASE.clone()
}

/// The same, of a region whose SAMU and SMUR send too.
pub fn release_with_regulation() -> Release {
    let mut maker = Maker::of_hospitals();
    maker.regulation();
    maker.release()
}

/// Where, when and for whom.
#[derive(Clone)]
pub struct Spot {
    level: &'static str,
    area: String,
    kind: &'static str,
    period: String,
    population: &'static str,
    /// Passages there and then.
    n: f64,
}

#[derive(Default)]
pub struct Maker {
    figures: Vec<Figure>,
    seen: BTreeSet<(String, String)>,
}

impl Maker {
    fn of_hospitals() -> Maker {
        let mut maker = Maker::default();
        maker.activity();
        maker.durations();
        maker.outcomes();
        maker.quality();
        maker.shapes();
        maker.crossings();
        maker.effects();
        maker.days();
        maker.beds();
        maker.beds_of_departements();
        maker.tension();
        maker
    }

    fn release(self) -> Release {
        Release {
            frame: frame::frame(&self.seen),
            figures: self.figures,
            findings: frame::findings(),
        }
    }

    fn value(&mut self, spot: &Spot, indicator: &str, unit: &str, value: f64) {
        let value = if unit == "passages" { value.round() } else { value };
        self.full(
            spot,
            indicator,
            "tous",
            ["", "", "", ""],
            unit,
            [Some(value), None, None, None],
            value,
        );
    }

    fn count(&mut self, spot: &Spot, indicator: &str, dims: [&str; 4], n: f64) {
        self.full(
            spot,
            indicator,
            "tous",
            dims,
            "passages",
            [Some(n.round()), None, None, None],
            n.round(),
        );
    }

    fn mean(&mut self, spot: &Spot, indicator: &str, unit: &str, value: f64) {
        let parts = [None, Some((spot.n * 0.999).round()), Some((spot.n * 0.001).round()), None];
        self.full(spot, indicator, "tous", ["", "", "", ""], unit, parts, value);
    }

    #[allow(clippy::too_many_arguments)]
    fn share(&mut self, spot: &Spot, indicator: &str, dim: &str, modalite: &str, share: f64, denominator: f64, missing: f64) {
        let denominator = denominator.round();
        let numerator = (denominator * share).round();
        let value = numerator / denominator.max(1.0);
        self.full(
            spot,
            indicator,
            "tous",
            [dim, modalite, "", ""],
            "fraction",
            [Some(numerator), Some(denominator), Some(missing.round()), None],
            value,
        );
    }

    fn bare(&mut self, spot: &Spot, indicator: &str, unit: &str, status: Status) {
        self.full(spot, indicator, "tous", ["", "", "", ""], unit, [None; 4], 0.0);
        let last = self.figures.last_mut().unwrap();
        (last.value, last.status) = (None, status);
    }

    #[allow(clippy::too_many_arguments)]
    fn full(
        &mut self,
        spot: &Spot,
        indicator: &str,
        perimetre: &str,
        dims: [&str; 4],
        unit: &str,
        parts: [Option<f64>; 4],
        value: f64,
    ) {
        // What no document prints is left out: sites have few indicators, and twelve months are for the region.
        let of_a_site = [
            "RPU-I01", "RPU-I05", "RPU-T0", "HET", "ORU-H", "ORU-T0", "BED-I09", "BED-I1", "TEN-", "SMUR-", "ORU-A0", "ORU-D0",
            "RPU-E", "ORU-R01", "RPU-I20",
        ]
        .iter()
        .any(|start| indicator.starts_with(start));
        if (spot.level == "etablissement" && !of_a_site)
            || (spot.level != "region" && spot.kind == "rolling12" && indicator != "RPU-I01")
        {
            return;
        }
        self.seen.insert((indicator.to_owned(), unit.to_owned()));
        let small = |n: Option<f64>| n.is_some_and(|n| n > 0.0 && n < 11.0) && unit != "jours";
        let status = match (unit, parts) {
            ("passages", [n, ..]) if small(n) => Status::Masked,
            ("fraction", [_, Some(denominator), ..]) if denominator < 30.0 => Status::TooFew,
            ("fraction", [n, ..]) if small(n) => Status::Masked,
            _ => Status::Ok,
        };
        let shown = status == Status::Ok;
        let text = |text: &str| -> Arc<str> { Arc::from(text) };
        self.figures.push(Figure {
            indicator: text(indicator),
            domaine: text(if indicator.starts_with("BED") || indicator.starts_with("ORU-L") {
                "lits"
            } else {
                "rpu"
            }),
            level: text(spot.level),
            area: text(&spot.area),
            period_kind: text(spot.kind),
            period: text(&spot.period),
            perimetre: text(perimetre),
            population: text(spot.population),
            dim: text(dims[0]),
            modalite: text(dims[1]),
            dim2: text(dims[2]),
            modalite2: text(dims[3]),
            numerator: parts[0].filter(|_| shown),
            denominator: parts[1].filter(|_| shown),
            missing: parts[2].filter(|_| shown),
            excluded: parts[3].filter(|_| shown),
            value: shown.then_some(value),
            low: None,
            high: None,
            unit: text(unit),
            status,
        });
    }
}

/// Share of log-normal stays under `minutes`.
pub fn log_normal(minutes: f64, median: f64) -> f64 {
    let z = (minutes / median).ln() / 0.95;
    // Logistic approximation of the normal distribution; good to a hundredth, which a sample does not need.
    1.0 / (1.0 + (-1.702 * z).exp())
}

/// 1 ± `width`, always the same for the same words.
pub fn wobble(words: &[&str], width: f64) -> f64 {
    1.0 + width * (2.0 * noise(words) - 1.0)
}

/// FNV-1a of the words, as a number in [0, 1[.
pub fn noise(words: &[&str]) -> f64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in words.join("\u{1f}").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash ^= hash >> 29;
    (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 11) as f64 / (1u64 << 53) as f64
}

//! Passages of each day, and beds.

use jiff::civil::date;

use super::places::{sends, sites, weight};
use super::{BEFORE, Maker, PERIOD, SILENT, Spot, wobble};

/// Passages of each weekday over the mean.
pub const WEEKDAY: [f64; 7] = [1.09, 0.95, 0.96, 0.97, 0.98, 1.02, 1.03];

impl Maker {
    pub fn days(&mut self) {
        for (first, last, yearly) in [
            (date(2025, 1, 1), date(2025, 3, 31), 1.0),
            (date(2024, 1, 1), date(2024, 3, 31), 0.975),
        ] {
            let mut day = first;
            while day <= last {
                let weekday = day.weekday().to_monday_zero_offset() as usize;
                let season = 1.0 + 0.05 * (f64::from(day.day_of_year()) / 14.0).sin();
                let base = 5_060.0 * yearly * WEEKDAY[weekday] * season * wobble(&["day", &day.to_string()], 0.07);
                for (population, share) in [("tous", 1.0), ("pediatrie", 0.243), ("geriatrie", 0.187)] {
                    let spot = Spot {
                        level: "region",
                        area: "76".to_owned(),
                        kind: "day",
                        period: day.to_string(),
                        population,
                        n: base * share,
                    };
                    self.count(&spot, "RPU-I01", ["", "", "", ""], spot.n);
                }
                for structure in sites() {
                    let absent = structure.finess == SILENT && day >= date(2025, 2, 3) && day <= date(2025, 2, 7);
                    if absent || !sends(&structure.finess, day.year() == 2025) {
                        continue;
                    }
                    let spot = Spot {
                        level: "etablissement",
                        area: structure.finess.clone(),
                        kind: "day",
                        period: day.to_string(),
                        population: "tous",
                        n: base * weight(structure),
                    };
                    self.count(&spot, "RPU-I01", ["", "", "", ""], spot.n);
                }
                day = day.tomorrow().unwrap();
            }
        }
    }

    pub fn beds(&mut self) {
        let disciplines = [
            ("MED", 5120.0, 0.91),
            ("CHIR", 2840.0, 0.71),
            ("OBST", 610.0, 0.62),
            ("PED", 420.0, 0.66),
            ("GER", 690.0, 0.94),
            ("UHCD", 402.0, 0.88),
            ("REA", 310.0, 0.84),
            ("USC", 380.0, 0.79),
        ];
        for (period, ratio) in [(PERIOD, 1.0), (BEFORE, 0.985)] {
            let spot = Spot {
                level: "region",
                area: "76".to_owned(),
                kind: "quarter",
                period: period.to_owned(),
                population: "tous",
                n: 0.0,
            };
            for (code, installed, rate) in disciplines {
                let dims = ["discipline", code, "", ""];
                let (open, rate) = ((installed * 0.95f64).round(), rate * ratio);
                let occupied = (open * rate).round();
                self.full(
                    &spot,
                    "ORU-L01",
                    "tous",
                    dims,
                    "lits",
                    [Some(installed), None, None, None],
                    installed,
                );
                self.full(&spot, "ORU-L02", "tous", dims, "lits", [Some(open), None, None, None], open);
                self.full(
                    &spot,
                    "ORU-L03",
                    "tous",
                    dims,
                    "lits",
                    [Some(occupied), None, None, None],
                    occupied,
                );
                self.full(
                    &spot,
                    "BED-I01",
                    "tous",
                    dims,
                    "fraction",
                    [Some(occupied), Some(open), None, None],
                    occupied / open,
                );
                self.full(
                    &spot,
                    "BED-I02",
                    "tous",
                    dims,
                    "fraction",
                    [Some(occupied), Some(installed), None, None],
                    occupied / installed,
                );
                self.full(
                    &spot,
                    "BED-I16",
                    "tous",
                    dims,
                    "fraction",
                    [Some(760.0), Some(1000.0), None, None],
                    0.76,
                );
            }
        }
    }
}

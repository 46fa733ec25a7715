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
                self.activity_of_beds(&spot, dims, open, rate);
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

    /// What happened in the beds of a discipline, or in all of them.
    fn activity_of_beds(&mut self, spot: &Spot, dims: [&str; 4], open: f64, rate: f64) {
        let days = 90.0 * open;
        for (id, share) in [
            ("BED-I03", rate),
            ("BED-I14", 0.041),
            ("BED-I15", 0.05),
            ("BED-I15-R", 0.4),
            ("BED-I18", 0.22),
        ] {
            let parts = [Some((days * share).round()), Some(days), Some(0.0), None];
            self.full(spot, id, "tous", dims, "fraction", parts, share);
        }
        for (id, unit, value) in [
            ("BED-I05", "séjours/lit", 14.2),
            ("BED-I06", "jours", 0.6),
            ("BED-I07", "jours", 5.9),
            ("BED-I14-J", "journées", (days * 0.04).round()),
        ] {
            let parts = [Some((value * open * 14.0).round()), Some(open * 14.0), None, None];
            self.full(spot, id, "tous", dims, unit, parts, value);
        }
    }

    /// Beds of each département and of the region, all disciplines together.
    pub fn beds_of_departements(&mut self) {
        for spot in super::places::spots(&["tous"]) {
            if spot.period != PERIOD || !["region", "departement"].contains(&spot.level) {
                continue;
            }
            let (open, none) = ((spot.n / 45.0).round(), ["", "", "", ""]);
            for (id, value) in [("ORU-L02", open), ("BED-I04", open * 0.07), ("BED-I04-D", open * 0.06)] {
                self.full(
                    &spot,
                    id,
                    "tous",
                    none,
                    "lits",
                    [Some(value.round()), None, None, None],
                    value.round(),
                );
            }
            for (id, share) in [
                ("BED-I01", 0.88),
                ("BED-I16", 0.79),
                ("BED-I14", 0.04),
                ("BED-I17", 0.31),
                ("BED-I19", 0.86),
            ] {
                let share = share * wobble(&[id, &spot.area], 0.05);
                self.share(&spot, id, "", "", share, open * 90.0, 0.0);
            }
            let ratio = wobble(&["ip-dms", &spot.area], 0.1);
            self.full(
                &spot,
                "BED-I08",
                "tous",
                none,
                "ratio",
                [Some(ratio * 8_000.0), Some(8_000.0), None, None],
                ratio,
            );
        }
    }
}

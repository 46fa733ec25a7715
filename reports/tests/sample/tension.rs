//! Load of the departments, tension, waiting for a bed: a site in tension now and then, and one that never is known.

use jiff::civil::date;

use super::places::{sends, sites, spots, weight};
use super::{Maker, PERIOD, SILENT, Spot, noise, wobble};

/// Statistics of the days: suffix, and what it is of the mean.
const STATISTICS: [(&str, f64); 5] = [("MOY", 1.0), ("MED", 0.98), ("P10", 0.85), ("P90", 1.16), ("MAX", 1.4)];
/// Bands of arrival, with the hours at which who came in them is there.
const BANDS: [(&str, f64, f64); 6] = [
    ("VEILLE", -4.0, 90.0),
    ("H5", 5.0, 60.0),
    ("H1", 11.0, 190.0),
    ("H2", 15.0, 230.0),
    ("H3", 19.0, 210.0),
    ("H4", 22.5, 150.0),
];

impl Maker {
    pub fn tension(&mut self) {
        for spot in spots(&["tous"]) {
            if spot.kind != "quarter" {
                continue;
            }
            let sites = if spot.level == "etablissement" {
                1.0
            } else {
                (spot.n / 7_000.0).ceil()
            };
            self.global_tension(&spot, sites);
            if spot.kind == "quarter" {
                self.statistics(&spot, sites);
            }
            if spot.period == PERIOD && spot.level != "type_etablissement" {
                self.needs(&spot, sites);
                self.waiting(&spot);
            }
        }
        self.load();
        self.critical_days();
    }

    fn global_tension(&mut self, spot: &Spot, sites: f64) {
        if spot.area == SILENT {
            return;
        }
        let known = (sites * 88.0).round();
        let share = 0.12 * wobble(&["tension", &spot.area, &spot.period], 0.4);
        let tense = (known * share).round();
        let parts = [Some(tense), Some(known), Some((sites * 2.0).round()), None];
        self.full(spot, "ORU-H08", "tous", ["", "", "", ""], "jours-sites", parts, tense / known);
        self.figures.last_mut().unwrap().unit = "fraction".into();
    }

    fn statistics(&mut self, spot: &Spot, sites: f64) {
        let by_day = spot.n / 90.0;
        let of_days = [
            ("HET1", "lits", 0.14 * by_day + 3.0),
            ("HET2", "passages/jour", by_day),
            ("HET3", "minutes", 380.0 * wobble(&["het3", &spot.area], 0.2)),
            ("HET4", "taux", 0.22 * wobble(&["het4", &spot.area], 0.2)),
            ("HET5", "patients", by_day * 0.11),
            ("HET6", "passages/jour", by_day * 0.187),
        ];
        for (id, unit, mean) in of_days {
            for (suffix, factor) in STATISTICS {
                let parts = [Some((mean * 90.0).round()), Some(90.0), Some(0.0), None];
                self.full(
                    spot,
                    &format!("{id}-{suffix}"),
                    "tous",
                    ["", "", "", ""],
                    unit,
                    parts,
                    mean * factor,
                );
                if unit == "taux" {
                    self.figures.last_mut().unwrap().unit = "fraction".into();
                }
            }
            let known = (sites * 90.0).round();
            let critical = (known * 0.06 * wobble(&[id, &spot.area], 0.6)).round();
            let parts = [Some(critical), Some(known), Some(0.0), None];
            let id = format!("{id}-CRIT");
            self.full(spot, &id, "tous", ["", "", "", ""], "jours-sites", parts, critical / known);
            self.figures.last_mut().unwrap().unit = "fraction".into();
        }
    }

    fn needs(&mut self, spot: &Spot, sites: f64) {
        let need = (spot.n / 90.0 * 0.2).floor();
        for (suffix, factor) in [("MED", 1.0), ("MIN", 0.9), ("MAX", 1.1)] {
            let parts = [None, Some(90.0), Some(0.0), None];
            let id = format!("BED-I09-{suffix}");
            self.full(
                spot,
                &id,
                "tous",
                ["", "", "", ""],
                "lits/jour",
                parts,
                (need * factor).floor(),
            );
        }
        let known = (sites * 84.0).round();
        let short = (known * 0.3 * wobble(&["bjml", &spot.area], 0.5)).round();
        let parts = [Some(short), Some(known), Some((sites * 6.0).round()), None];
        self.full(spot, "ORU-H11", "tous", ["", "", "", ""], "jours-sites", parts, short / known);
        self.figures.last_mut().unwrap().unit = "fraction".into();
        let missing = 0.08 * need / sites;
        let parts = [Some((missing * known).round()), Some(known), None, None];
        self.full(spot, "ORU-H12", "tous", ["", "", "", ""], "lits/jour", parts, missing);
    }

    fn waiting(&mut self, spot: &Spot) {
        let requests = (spot.n * 0.2).round();
        let parts = [None, Some(requests), Some((requests * 0.03).round()), None];
        for (id, minutes) in [("BED-I11", 214.0), ("BED-I11-P90", 741.0)] {
            self.full(
                spot,
                id,
                "tous",
                ["", "", "", ""],
                "minutes",
                parts,
                minutes * wobble(&[id, &spot.area], 0.2),
            );
        }
        for (id, share) in [("BED-I11-4H", 0.44), ("BED-I11-8H", 0.17), ("BED-I11-12H", 0.08)] {
            self.share(
                spot,
                id,
                "",
                "",
                share * wobble(&[id, &spot.area], 0.2),
                requests,
                requests * 0.03,
            );
        }
        self.share(spot, "ORU-D01", "", "", 0.44, requests * 0.17, 3.0);
        let nights = (spot.n * 0.008).round();
        self.full(
            spot,
            "TEN-06",
            "tous",
            ["", "", "", ""],
            "passages",
            [Some(nights), None, Some(3.0), None],
            nights,
        );
        self.share(spot, "BED-I13", "", "", 0.11, spot.n * 0.07, 3.0);
        self.full(
            spot,
            "ORU-T02",
            "tous",
            ["", "", "", ""],
            "patients",
            [None; 4],
            spot.n / 90.0 * 0.03,
        );
    }

    /// Present at each hour, and of which band.
    fn load(&mut self) {
        let spot = Spot {
            level: "region",
            area: "76".to_owned(),
            kind: "quarter",
            period: PERIOD.to_owned(),
            population: "tous",
            n: 0.0,
        };
        for hour in 0..24 {
            let name = format!("{hour:02}");
            let mut total = 0.0;
            for (band, peak, most) in BANDS {
                let start = match band {
                    "VEILLE" => 0.0,
                    "H5" => 1.0,
                    "H1" => 9.0,
                    "H2" => 13.0,
                    "H3" => 17.0,
                    _ => 21.0,
                };
                let away = (f64::from(hour) - peak) / 3.5;
                let there = if f64::from(hour) < start {
                    0.0
                } else {
                    most * (-away * away / 2.0).exp()
                };
                let there = if band == "VEILLE" {
                    60.0 + 160.0 * (-f64::from(hour) / 4.0).exp()
                } else {
                    there
                };
                total += there;
                let dims = ["heure", &*name, "tranche_arrivee", band];
                let parts = [Some((there * 90.0).round()), Some(90.0), None, None];
                self.full(&spot, "ORU-T03", "tous", dims, "patients", parts, there);
            }
            let parts = [Some((total * 90.0).round()), Some(90.0), None, None];
            self.full(&spot, "ORU-T01", "tous", ["heure", &name, "", ""], "patients", parts, total);
        }
    }

    /// Indicators beyond their threshold, by site and day.
    fn critical_days(&mut self) {
        for structure in sites().filter(|site| sends(&site.finess, true) && site.finess != SILENT && weight(site) > 0.0) {
            let mut day = date(2025, 1, 1);
            while day <= date(2025, 3, 31) {
                let drawn = noise(&["critical", &structure.finess, &day.to_string()]);
                let season = 0.12 * (-(f64::from(day.day_of_year()) - 25.0).powi(2) / 200.0).exp();
                let value = match drawn + season {
                    high if high > 0.99 => 3.0,
                    high if high > 0.93 => 2.0,
                    high if high > 0.78 => 1.0,
                    _ => 0.0,
                };
                let spot = Spot {
                    level: "etablissement",
                    area: structure.finess.clone(),
                    kind: "day",
                    period: day.to_string(),
                    population: "tous",
                    n: 0.0,
                };
                if drawn > 0.02 {
                    let parts = [Some(value), Some(6.0), None, None];
                    self.full(&spot, "ORU-H10", "tous", ["", "", "", ""], "indicateurs", parts, value);
                }
                day = day.tomorrow().unwrap();
            }
        }
    }
}

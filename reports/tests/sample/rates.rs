//! Volumes, shares, means and lengths of stay.

use lake::figure::Status;

use super::places::{days_of, spots};
use super::{BEFORE, Maker, Spot, log_normal, wobble};

impl Maker {
    pub fn activity(&mut self) {
        for spot in spots(&["tous", "pediatrie", "geriatrie"]) {
            let days = days_of(&spot.period);
            self.value(&spot, "RPU-I01", "passages", spot.n);
            self.value(&spot, "RPU-I02", "passages/jour", spot.n / days);
            for (indicator, share, known) in [
                ("RPU-I13", 0.028, 0.999),
                ("RPU-I14", 0.206, 0.999),
                ("RPU-I15", 0.243, 0.999),
                ("RPU-I16", 0.187, 0.999),
                ("RPU-I17", 0.089, 0.999),
                ("RPU-I20", 0.046, 0.978),
                ("RPU-I30", 0.276, 1.0),
                ("RPU-I31", 0.117, 1.0),
                ("RPU-I32", 0.159, 1.0),
                ("RPU-I35", 0.441, 1.0),
                ("RPU-I37", 0.291, 1.0),
                ("RPU-I40", 0.711, 0.912),
                ("RPU-I41", 0.009, 0.912),
                ("RPU-I42", 0.106, 0.912),
                ("RPU-I43", 0.163, 0.912),
                ("RPU-I47", 0.142, 0.947),
                ("RPU-I48", 0.016, 0.947),
                ("RPU-I50", 0.601, 0.861),
                ("RPU-I51", 0.293, 0.861),
                ("RPU-I52", 0.031, 0.861),
                ("RPU-I53", 0.019, 0.861),
                ("RPU-I54", 0.056, 0.861),
                ("RPU-I57", 0.861, 1.0),
                ("RPU-I70", 0.212, 0.968),
                ("RPU-I71", 0.194, 0.968),
                ("RPU-I72", 0.018, 0.968),
                ("RPU-I73", 0.786, 0.968),
                ("RPU-I74", 0.0021, 0.968),
                ("RPU-I78", 0.014, 0.968),
                ("RPU-I80", 0.085, 0.212),
                ("ORU-I75-M", 0.041, 1.0),
            ] {
                let factor = match (spot.population, indicator) {
                    ("geriatrie", "RPU-I70" | "RPU-I71") => 2.3,
                    ("pediatrie", "RPU-I70" | "RPU-I71" | "RPU-I43") => 0.45,
                    _ => 1.0,
                };
                let share = (share * factor * wobble(&[indicator, &spot.area, &spot.period, spot.population], 0.06)).min(1.0);
                self.share(&spot, indicator, "", "", share, spot.n * known, spot.n * (1.0 - known));
            }
            for (class, share) in [
                ("1", 0.142),
                ("2", 0.701),
                ("3", 0.134),
                ("4", 0.012),
                ("5", 0.003),
                ("P", 0.006),
                ("D", 0.0001),
            ] {
                self.share(&spot, "RPU-I49", "gravite", class, share, spot.n * 0.947, spot.n * 0.053);
            }
            let age = match spot.population {
                "pediatrie" => 7.4,
                "geriatrie" => 84.1,
                _ => 40.9,
            };
            self.mean(
                &spot,
                "RPU-I12",
                "ans",
                age * wobble(&["age", &spot.area, &spot.period], 0.02),
            );
            self.mean(&spot, "ORU-I12-MED", "ans", (age * 0.96f64).round());
            self.mean(
                &spot,
                "RPU-I10",
                "ratio",
                1.06 * wobble(&["sex", &spot.area, &spot.period], 0.03),
            );
            if matches!(spot.level, "region" | "departement") {
                self.mean(
                    &spot,
                    "RPU-I21",
                    "pour_1000",
                    76.4 * wobble(&["rate", &spot.area, &spot.period], 0.08),
                );
            }
        }
        for spot in spots(&["tous"]) {
            let declared = (spot.n / 0.972 / wobble(&["declared", &spot.area, &spot.period], 0.02)).round();
            self.full(
                &spot,
                "RPU-I05",
                "tous",
                ["", "", "", ""],
                "fraction",
                [Some(spot.n), Some(declared), None, None],
                spot.n / declared,
            );
            if spot.level == "region" {
                let before = spot.period == BEFORE || spot.period == "2024-03";
                if !before {
                    for population in ["tous", "pediatrie", "geriatrie"] {
                        let spot = Spot {
                            population,
                            ..spot.clone()
                        };
                        for (perimetre, change) in [("tous", 0.0234), ("constant", 0.0171)] {
                            let parts = [Some(spot.n * (1.0 + change)), Some(spot.n), None, None];
                            self.full(&spot, "RPU-I03", perimetre, ["", "", "", ""], "fraction", parts, change);
                        }
                    }
                    self.bare(&spot, "RPU-I04", "fraction", Status::TooLittleHistory);
                }
                self.value(&spot, "ORU-N01", "flux", if before { 65.0 } else { 66.0 });
                self.value(&spot, "ORU-N02", "flux", 67.0);
            }
        }
    }

    pub fn durations(&mut self) {
        let populations = [
            ("tous", 182.0, 1.0),
            ("pediatrie", 112.0, 0.243),
            ("geriatrie", 331.0, 0.187),
            ("adultes", 176.0, 0.57),
            ("hospitalises", 322.0, 0.13),
            ("retour_domicile", 151.0, 0.786),
            ("transferts", 298.0, 0.018),
            ("ccmu_1_2", 148.0, 0.8),
            ("ccmu_3", 289.0, 0.127),
            ("ccmu_4_5", 301.0, 0.014),
            ("ccmu_p", 262.0, 0.006),
            ("jour", 186.0, 0.724),
            ("nuit", 173.0, 0.276),
        ];
        for (population, median, share) in populations {
            for mut spot in spots(&["tous"]) {
                spot.population = population;
                let n = (spot.n * share * 0.94).round();
                let median = median * wobble(&[population, &spot.area, &spot.period], 0.12);
                self.stay(
                    &spot,
                    "RPU-I60",
                    "RPU-I61",
                    "",
                    n,
                    spot.n * share * 0.026,
                    spot.n * share * 0.034,
                    median,
                );
                for (indicator, limit, under) in [
                    ("RPU-I62", 240.0, true),
                    ("ORU-I62-8H", 480.0, false),
                    ("ORU-I62-12H", 720.0, false),
                ] {
                    let below = log_normal(limit, median);
                    let share = if under { below } else { 1.0 - below };
                    self.share(&spot, indicator, "", "", share, n, spot.n * 0.026);
                }
                if matches!(population, "tous" | "pediatrie" | "geriatrie") {
                    self.share(
                        &spot,
                        "RPU-I63",
                        "",
                        "",
                        log_normal(240.0, median * 1.8),
                        n * 0.14,
                        spot.n * 0.03,
                    );
                    self.share(
                        &spot,
                        "RPU-I64",
                        "",
                        "",
                        log_normal(240.0, median * 0.85),
                        n * 0.78,
                        spot.n * 0.03,
                    );
                }
            }
        }
        for spot in spots(&["tous"]).into_iter().filter(|spot| spot.level == "region") {
            let (n, median) = ((spot.n * 0.081).round(), 890.0);
            self.stay(&spot, "ORU-I60-UHCD", "ORU-I61-UHCD", "-UHCD", n, spot.n * 0.001, 0.0, median);
            for (indicator, limit, under) in [
                ("ORU-I62-UHCD", 240.0, true),
                ("ORU-I62-UHCD-8H", 480.0, false),
                ("ORU-I62-UHCD-12H", 720.0, false),
            ] {
                let below = log_normal(limit, median);
                self.share(&spot, indicator, "", "", if under { below } else { 1.0 - below }, n, 0.0);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    pub fn stay(&mut self, spot: &Spot, mean: &str, median_id: &str, _: &str, n: f64, missing: f64, excluded: f64, median: f64) {
        let values = [
            (mean.to_owned(), median * 1.38),
            (median_id.to_owned(), median),
            (format!("{median_id}-P25"), median * 0.52),
            (format!("{median_id}-P75"), median * 1.86),
            (format!("{median_id}-P90"), median * 3.2),
        ];
        let tenth = (median_id == "RPU-I61").then(|| ("ORU-I61-P10".to_owned(), median * 0.3));
        for (indicator, value) in values.into_iter().chain(tenth) {
            let parts = [None, Some(n), Some(missing.round()), Some(excluded.round())];
            self.full(spot, &indicator, "tous", ["", "", "", ""], "minutes", parts, value.round());
        }
    }
}

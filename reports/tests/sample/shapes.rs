//! Outcomes, completeness and distributions.

use super::places::{days_of, spots};
use super::volumes::WEEKDAY;
use super::{Maker, SILENT, log_normal, noise, wobble};

const HOURS_IN: [f64; 24] = [
    2.1, 1.7, 1.3, 1.1, 1.0, 1.0, 1.1, 1.8, 4.0, 5.8, 6.6, 6.3, 5.4, 5.7, 6.5, 6.3, 6.1, 6.4, 6.4, 6.0, 5.8, 4.9, 4.0, 2.8,
];
const HOURS_OUT: [f64; 24] = [
    3.3, 2.5, 1.9, 1.5, 1.1, 0.9, 0.7, 2.0, 1.9, 3.2, 4.6, 5.5, 5.7, 5.0, 5.6, 7.2, 6.4, 6.5, 6.6, 6.1, 5.8, 5.5, 5.5, 5.0,
];
/// Share of passages by five-year class.
const AGES: [f64; 20] = [
    11.0, 5.6, 5.4, 5.6, 7.2, 6.6, 5.8, 5.6, 5.2, 5.0, 4.9, 4.8, 4.4, 4.2, 4.4, 4.5, 4.1, 3.4, 1.8, 0.5,
];

impl Maker {
    pub fn outcomes(&mut self) {
        for spot in spots(&["tous", "pediatrie", "geriatrie"])
            .into_iter()
            .filter(|spot| spot.level == "region")
        {
            let weight = match spot.population {
                "geriatrie" => 2.3,
                "pediatrie" => 0.45,
                _ => 1.0,
            };
            let mutation = spot.n * 0.188 * weight;
            let transfer = spot.n * 0.0174 * weight;
            let home = spot.n * 0.9659 - mutation - transfer;
            for (code, n) in [
                ("6", mutation),
                ("7", transfer),
                ("8", home),
                ("9", spot.n * 0.0021),
                ("manquant", spot.n * 0.032),
            ] {
                self.count(&spot, "ORU-I29", ["mode_sortie", code, "", ""], n);
            }
            for (exit, n) in [("6", mutation), ("7", transfer)] {
                for (code, share) in [("1", 0.951), ("2", 0.002), ("3", 0.0002), ("4", 0.017), ("manquant", 0.03)] {
                    self.count(&spot, "ORU-I29", ["mode_sortie", exit, "destination", code], n * share);
                }
                for (code, share) in [
                    ("UHCD", 0.44),
                    ("MED", 0.28),
                    ("CHIR", 0.12),
                    ("SC", 0.022),
                    ("SI", 0.021),
                    ("REA", 0.015),
                    ("OBST", 0.002),
                    ("HDT", 0.004),
                    ("manquant", 0.096),
                ] {
                    self.count(&spot, "ORU-I29", ["mode_sortie", exit, "orient", code], n * share);
                }
            }
            for (code, share) in [("6", 0.004), ("7", 0.006), ("manquant", 0.99)] {
                self.count(&spot, "ORU-I29", ["mode_sortie", "8", "destination", code], home * share);
            }
            for (code, share) in [
                ("MED", 0.0),
                ("PSA", 0.0115),
                ("REO", 0.005),
                ("SCAM", 0.0019),
                ("FUGUE", 0.0013),
                ("manquant", 0.98),
            ] {
                self.count(&spot, "ORU-I29", ["mode_sortie", "8", "orient", code], home * share);
            }
        }
    }

    pub fn quality(&mut self) {
        let fields = [
            ("RPU-E01", "CP", 0.991, 1.0),
            ("RPU-E02", "COMMUNE", 0.984, 1.0),
            ("RPU-E03", "NAISSANCE", 0.999, 1.0),
            ("RPU-E04", "SEXE", 0.9996, 1.0),
            ("RPU-E05", "ENTREE", 1.0, 1.0),
            ("RPU-E06", "MODE_ENTREE", 0.973, 1.0),
            ("RPU-E07", "PROVENANCE", 0.871, 1.0),
            ("RPU-E08", "TRANSPORT", 0.921, 1.0),
            ("RPU-E09", "TRANSPORT_PEC", 0.823, 1.0),
            ("RPU-E10", "MOTIF", 0.746, 1.0),
            ("RPU-E11", "GRAVITE", 0.951, 0.981),
            ("RPU-E12", "DP", 0.878, 0.981),
            ("RPU-E15", "SORTIE", 0.977, 1.0),
            ("RPU-E16", "MODE_SORTIE", 0.969, 1.0),
            ("RPU-E17", "DESTINATION", 0.957, 0.206),
            ("RPU-E18", "ORIENT", 0.903, 0.206),
        ];
        for spot in spots(&["tous"]) {
            for (indicator, tag, fill, eligible) in fields {
                let expected = (spot.n * eligible).round();
                let fill = (fill * wobble(&[tag, &spot.area, &spot.period], 0.02)).min(1.0);
                let filled = (expected * fill).round();
                self.full(
                    &spot,
                    indicator,
                    "tous",
                    ["", "", "", ""],
                    "fraction",
                    [Some(filled), Some(expected), Some(0.0), None],
                    filled / expected.max(1.0),
                );
                if spot.kind == "quarter" {
                    let good = (filled * 0.988).round();
                    self.full(
                        &spot,
                        "RPU-E19",
                        "tous",
                        ["champ", tag, "", ""],
                        "fraction",
                        [Some(good), Some(expected), Some(0.0), None],
                        good / expected.max(1.0),
                    );
                }
            }
            let days = days_of(&spot.period);
            let open = if matches!(spot.level, "etablissement") {
                days
            } else {
                days * 20.0
            };
            let silent = match (spot.area.as_str(), spot.level) {
                (SILENT, _) => 5.0,
                (_, "region") => 7.0,
                ("11", "departement") => 5.0,
                _ => 0.0,
            };
            for (indicator, value) in [
                ("RPU-T01", silent),
                ("RPU-T02", f64::from(noise(&["low", &spot.area]) < 0.08)),
            ] {
                self.full(
                    &spot,
                    indicator,
                    "tous",
                    ["", "", "", ""],
                    "jours",
                    [Some(value), Some(open), None, None],
                    value,
                );
            }
        }
    }

    pub fn shapes(&mut self) {
        for spot in spots(&["tous", "pediatrie", "geriatrie"])
            .into_iter()
            .filter(|spot| spot.level == "region" && spot.kind == "quarter")
        {
            for (index, weight) in WEEKDAY.iter().enumerate() {
                let mean = spot.n / days_of(&spot.period) * weight;
                let modality = (index + 1).to_string();
                self.full(
                    &spot,
                    "RPU-I08",
                    "tous",
                    ["jour_semaine", &modality, "", ""],
                    "passages/jour",
                    [Some(mean * 13.0), Some(13.0), None, None],
                    mean,
                );
            }
            for hour in 0..24 {
                let name = format!("{hour:02}");
                let n = spot.n * HOURS_IN[hour] / HOURS_IN.iter().sum::<f64>();
                self.count(&spot, "RPU-I34", ["heure", &name, "", ""], n);
                let n = spot.n * 0.977 * HOURS_OUT[hour] / HOURS_OUT.iter().sum::<f64>();
                self.count(&spot, "ORU-I34S", ["heure", &name, "", ""], n);
            }
            if spot.population != "tous" {
                continue;
            }
            for (index, weight) in AGES.iter().enumerate() {
                let class = if index == 19 {
                    "95+".to_owned()
                } else {
                    format!("{:02}-{:02}", index * 5, index * 5 + 4)
                };
                let men = 0.55 - 0.012 * index as f64;
                for (sex, part) in [("M", men), ("F", 1.0 - men)] {
                    let n = spot.n * weight / AGES.iter().sum::<f64>() * part;
                    self.count(&spot, "RPU-I19", ["sexe", sex, "age_5", &class], n);
                }
            }
            let valid = (spot.n * 0.94).round();
            let mut before = 0.0;
            for step in 0..49 {
                let below = if step == 48 {
                    1.0
                } else {
                    log_normal(f64::from(step + 1) * 15.0, 182.0)
                };
                let name = format!("{:04}", step * 15);
                let n = (valid * (below - before)).round();
                self.full(
                    &spot,
                    "ORU-I66-15",
                    "tous",
                    ["duree_15min", &name, "", ""],
                    "fraction",
                    [Some(n), Some(valid), None, None],
                    n / valid,
                );
                before = below;
            }
        }
    }
}

//! Regulation and SMUR: what the sections that appear with them print.

use super::places::{departements, sites, weight};
use super::{BEFORE, Maker, PERIOD, Spot, wobble};

impl Maker {
    /// Regulation and SMUR of the region, for the sections that appear with them.
    pub fn regulation(&mut self) {
        self.coverage();
        self.declared_to_the_sae();
        for (period, factor) in [(PERIOD, 1.0), (BEFORE, 0.97)] {
            let spot = Spot {
                level: "region",
                area: "76".to_owned(),
                kind: "quarter",
                period: period.to_owned(),
                population: "tous",
                n: 0.0,
            };
            for (id, n) in [
                ("SAMU-I01", 512_000.0),
                ("SAMU-I20", 301_000.0),
                ("SAMU-I21", 221_000.0),
                ("SMUR-I01-P", 14_100.0),
                ("SMUR-I01-S", 3_900.0),
                ("SMUR-I01-T", 610.0),
                ("SMUR-I01", 18_610.0),
                ("SMUR-I03", 17_020.0),
            ] {
                self.full(
                    &spot,
                    id,
                    "tous",
                    ["", "", "", ""],
                    "dossiers",
                    [Some(n * factor), None, None, None],
                    n * factor,
                );
            }
            for (code, n) in [("PRIMAIRE", 13_000.0), ("SECONDAIRE", 3_500.0)] {
                let dims = ["sortie", code, "", ""];
                self.full(
                    &spot,
                    "SMUR-I03",
                    "tous",
                    dims,
                    "patients",
                    [Some(n * factor), None, None, None],
                    n * factor,
                );
                self.share(&spot, "ORU-M04", "sortie", code, 0.31, n, 40.0);
            }
            self.share(&spot, "SAMU-I02", "", "", 0.93 * factor, 512_000.0, 0.0);
            self.share(&spot, "SAMU-I03", "", "", 0.78 * factor, 476_000.0, 0.0);
            self.share(&spot, "ORU-M04", "", "", 0.30, 16_800.0, 220.0);
            let parts = [Some(9_900.0), Some(6_900.0), Some(220.0), None];
            self.full(&spot, "ORU-M01", "tous", ["", "", "", ""], "ratio", parts, 9_900.0 / 6_900.0);
            for (id, years) in [("ORU-M02", 58.4), ("ORU-M03", 63.0)] {
                let parts = [None, Some(16_800.0), Some(220.0), None];
                self.full(&spot, id, "tous", ["", "", "", ""], "ans", parts, years);
            }
            for (code, share) in [
                ("1", 0.05),
                ("2", 0.32),
                ("3", 0.38),
                ("4", 0.13),
                ("5", 0.06),
                ("D", 0.04),
                ("P", 0.02),
            ] {
                self.share(&spot, "ORU-M05", "ccmu", code, share, 16_100.0, 920.0);
            }
            if period == BEFORE {
                continue;
            }
            for (id, n) in [("ORU-M06", 420.0), ("ORU-M07", 160.0)] {
                let hours = (0..24).map(|hour| by_hour(n, hour)).sum();
                self.full(
                    &spot,
                    id,
                    "tous",
                    ["", "", "", ""],
                    "sorties",
                    [Some(hours), None, None, None],
                    hours,
                );
            }
            for hour in 0..24 {
                let name = format!("{hour:02}");
                for (id, n) in [("SAMU-I20", 9_000.0), ("ORU-M06", 420.0), ("ORU-M07", 160.0)] {
                    let n = by_hour(n, hour);
                    self.full(
                        &spot,
                        id,
                        "tous",
                        ["heure", &name, "", ""],
                        "sorties",
                        [Some(n), None, None, None],
                        n,
                    );
                }
            }
        }
        for structure in sites().filter(|site| weight(site) > 0.012) {
            let spot = Spot {
                level: "etablissement",
                area: structure.finess.clone(),
                kind: "quarter",
                period: PERIOD.to_owned(),
                population: "tous",
                n: 0.0,
            };
            let load = 0.4 * wobble(&["smur", &structure.finess], 0.6);
            self.full(&spot, "SMUR-I19", "tous", ["", "", "", ""], "missions", [None; 4], load);
            self.full(
                &spot,
                "SMUR-I19-MAX",
                "tous",
                ["", "", "", ""],
                "missions",
                [None; 4],
                (load * 10.0).ceil(),
            );
            for (k, share) in [(1, load * 0.8), (2, load * 0.2), (3, load * 0.03)] {
                let minutes = 129_600.0;
                let id = format!("SMUR-I19-{k}");
                self.share(&spot, &id, "", "", share, minutes, 0.0);
            }
        }
    }

    /// Days received of each flow: a SAMU that began in the middle of the quarter, a SMUR of the same département that fell silent.
    fn coverage(&mut self) {
        let areas = departements();
        let known = |id: &str, code: &str| id != "ORU-N07" || code < "34";
        for id in ["ORU-N03", "ORU-N04", "ORU-N05", "ORU-N06", "ORU-N07", "ORU-N08"] {
            let senders = if matches!(id, "ORU-N06" | "ORU-N08") { 3.0 } else { 1.0 };
            let (mut received, mut expected) = (0.0, 0.0);
            let mut spot = Spot {
                level: "departement",
                area: String::new(),
                kind: "quarter",
                period: PERIOD.to_owned(),
                population: "tous",
                n: 0.0,
            };
            for (code, _) in areas.iter().filter(|(code, _)| known(id, code)) {
                let lost = match (id, code.as_str()) {
                    ("ORU-N03" | "ORU-N04" | "ORU-N05", "48") => 41.0,
                    ("ORU-N06", "48") => 12.0,
                    _ => 0.0,
                };
                spot.area.clone_from(code);
                self.days_received(&spot, id, senders * 90.0 - lost, senders * 90.0);
                (received, expected) = (received + senders * 90.0 - lost, expected + senders * 90.0);
            }
            (spot.level, spot.area) = ("region", "76".to_owned());
            self.days_received(&spot, id, received, expected);
        }
    }

    fn days_received(&mut self, spot: &Spot, id: &str, received: f64, expected: f64) {
        let parts = [Some(received), Some(expected), None, None];
        self.full(spot, id, "tous", ["", "", "", ""], "fraction", parts, received / expected);
    }

    /// A year of the SAE beside its extracts; one SMUR does not agree.
    fn declared_to_the_sae(&mut self) {
        let sites = sites()
            .filter(|site| weight(site) > 0.012)
            .map(|site| ("etablissement", site.finess.clone()));
        let areas = departements().into_iter().map(|(code, _)| ("departement", code));
        let region = [("region", "76".to_owned())];
        for (level, area) in region.into_iter().chain(areas).chain(sites) {
            let spot = Spot {
                level,
                area,
                kind: "quarter",
                period: PERIOD.to_owned(),
                population: "tous",
                n: 0.0,
            };
            let size: f64 = match level {
                "region" => 20.0,
                "departement" => 2.0,
                _ => 1.0,
            };
            let of_samu = [("ORU-A01", 60_000.0), ("ORU-A02", 41_000.0), ("ORU-A03", 90_000.0)];
            let of_smur = [("ORU-A04", 900.0), ("ORU-A05", 240.0), ("ORU-A06", 60.0)];
            for (id, n) in of_samu.into_iter().filter(|_| level != "etablissement").chain(of_smur) {
                let declared = (n * size).round();
                let received = (declared * 0.97 * wobble(&[id, &spot.area], 0.06)).round();
                let parts = [Some(received), Some(declared), None, None];
                self.full(&spot, id, "tous", ["", "", "", ""], "fraction", parts, received / declared);
            }
            self.full(&spot, "ORU-A07", "tous", ["", "", "", ""], "année", [None; 4], 2023.0);
            self.full(&spot, "ORU-A08", "tous", ["", "", "", ""], "année", [None; 4], 2023.0);
        }
    }
}

fn by_hour(n: f64, hour: i32) -> f64 {
    let day = 1.0 + (f64::from(hour - 13) / 12.0 * std::f64::consts::PI).cos();
    (n * (0.4 + day * 0.4)).round()
}

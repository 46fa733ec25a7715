//! What a change is made of, what was expected, standardised rates, returns, and the populations shown side by side.

use super::places::spots;
use super::{Maker, PERIOD, Spot, wobble};

impl Maker {
    pub fn effects(&mut self) {
        for spot in spots(&["tous"]).into_iter().filter(|spot| spot.kind == "quarter") {
            if spot.period == PERIOD {
                self.change(&spot);
            }
            self.returns(&spot);
            self.standardised(&spot);
        }
        for spot in spots(&["tous"])
            .into_iter()
            .filter(|spot| spot.level == "region" && spot.kind == "rolling12")
        {
            self.share(&spot, "RPU-I22", "", "", 0.293, 6_080_731.0, 0.0);
            self.value(&spot, "ORU-I22-N", "sites", 4.0);
        }
        let populations = [
            "adultes",
            "ccmu_4_5",
            "avc",
            "sca",
            "traumatologie",
            "psychiatrie",
            "toxicologie",
        ];
        let part = |population: &str| match population {
            "adultes" => 0.56,
            "traumatologie" => 0.29,
            "psychiatrie" => 0.031,
            "toxicologie" => 0.019,
            "ccmu_4_5" => 0.016,
            _ => 0.009,
        };
        for mut spot in spots(&populations)
            .into_iter()
            .filter(|spot| spot.kind == "quarter" && spot.level == "region")
        {
            spot.n = (spot.n * part(spot.population)).round();
            self.value(&spot, "RPU-I01", "passages", spot.n);
            self.mean(&spot, "RPU-I12", "ans", 46.0 * wobble(&["age", spot.population], 0.3));
            // Lengths of stay of these two are made with the others.
            let has_stays = matches!(spot.population, "adultes" | "ccmu_4_5");
            if !has_stays {
                self.mean(&spot, "RPU-I61", "minutes", 190.0 * wobble(&["duree", spot.population], 0.4));
                self.share(
                    &spot,
                    "RPU-I62",
                    "",
                    "",
                    0.63 * wobble(&["duree", spot.population], 0.3),
                    spot.n * 0.95,
                    spot.n * 0.05,
                );
            }
            for (indicator, share) in [
                ("RPU-I30", 0.28),
                ("RPU-I35", 0.44),
                ("RPU-I41", 0.02),
                ("RPU-I42", 0.15),
                ("RPU-I48", 0.04),
                ("RPU-I70", 0.31),
            ] {
                let share = share * wobble(&[indicator, spot.population], 0.4);
                self.share(&spot, indicator, "", "", share, spot.n * 0.95, spot.n * 0.05);
            }
        }
    }

    fn change(&mut self, spot: &Spot) {
        let perimeter = (spot.n * 0.006 * wobble(&["perimetre", &spot.area], 1.5)).round();
        let collection = (spot.n * 0.004 * wobble(&["recueil", &spot.area], 2.0)).round();
        let rest = (spot.n * 0.013 * wobble(&["reste", &spot.area], 2.5)).round();
        for (indicator, value) in [
            ("ORU-K01", perimeter + collection + rest),
            ("ORU-K02", perimeter),
            ("ORU-K03", collection),
            ("ORU-K04", rest),
        ] {
            self.value(spot, indicator, "passages", value);
        }
        let expected = (spot.n * 0.985 * wobble(&["attendu", &spot.area], 0.03)).round();
        let half = (expected * 0.021).round();
        for (indicator, value) in [("ORU-K05", expected), ("ORU-K06", spot.n - expected)] {
            let parts = [Some(spot.n), None, None, None];
            self.full(spot, indicator, "tous", ["", "", "", ""], "passages", parts, value);
            if let Some(figure) = self.figures.last_mut() {
                (figure.low, figure.high) = (Some(value - half), Some(value + half));
            }
        }
    }

    fn returns(&mut self, spot: &Spot) {
        let known = spot.n * 0.93;
        for (indicator, share) in [
            ("ORU-V01", 0.021),
            ("ORU-V02", 0.037),
            ("ORU-V03", 0.19),
            ("ORU-V04", 0.93),
            ("ORU-V05", 0.0011),
        ] {
            let of = if indicator == "ORU-V03" { known * 0.021 } else { known };
            self.share(
                spot,
                indicator,
                "",
                "",
                share * wobble(&[indicator, &spot.area, &spot.period], 0.1),
                of,
                spot.n - known,
            );
        }
    }

    fn standardised(&mut self, spot: &Spot) {
        if !matches!(spot.level, "region" | "departement") {
            return;
        }
        for (indicator, rate) in [("ORU-S01", 74.9), ("ORU-S02", 15.2), ("ORU-S02-B", 16.1)] {
            let rate = rate * wobble(&[indicator, &spot.area, &spot.period], 0.08);
            self.mean(spot, indicator, "pour_1000", rate);
            if let Some(figure) = self.figures.last_mut().filter(|_| indicator != "ORU-S02-B") {
                (figure.low, figure.high) = (Some(rate * 0.993), Some(rate * 1.007));
            }
        }
    }
}

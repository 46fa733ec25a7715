//! What the report crosses for the region: ages by gravity, transport by hour, flows, groups of diagnoses, months.

use super::places::spots;
use super::{Maker, PERIOD, Spot, noise, wobble};

const GROUPS: [&str; 14] = [
    "Traumatisme du membre inférieur",
    "Traumatisme du membre supérieur",
    "Douleur abdominale",
    "Traumatisme de la tête",
    "Malaises, lipothymies",
    "Diarrhée et gastro-entérite",
    "Pneumopathie",
    "Bronchite aiguë et bronchiolite",
    "Angines, amygdalites, rhino-pharyngites, toux",
    "Douleur thoracique",
    "Infection urinaire",
    "Anxiété, stress",
    "Proctologie",
    "Érysipèle",
];
const AGES: [&str; 12] = [
    "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12",
];
const GRAVITY: [(&str, f64); 8] = [
    ("1", 0.12),
    ("2", 0.63),
    ("3", 0.17),
    ("4", 0.011),
    ("5", 0.003),
    ("P", 0.012),
    ("D", 0.0004),
    ("manquant", 0.0536),
];
const TRANSPORT: [(&str, f64); 7] = [
    ("PERSO", 0.66),
    ("AMBU", 0.145),
    ("VSAB", 0.12),
    ("SMUR", 0.012),
    ("HELI", 0.0008),
    ("FO", 0.007),
    ("manquant", 0.0552),
];
const EXITS: [(&str, f64); 5] = [("6", 0.19), ("7", 0.018), ("8", 0.758), ("9", 0.002), ("manquant", 0.032)];

impl Maker {
    pub fn crossings(&mut self) {
        let of_region = |spot: &Spot| spot.level == "region" && spot.kind == "quarter";
        for spot in spots(&["tous"]).into_iter().filter(of_region) {
            for (rank, age) in AGES.iter().enumerate() {
                self.crossed(
                    &spot,
                    "ORU-X01",
                    ("classe_age", age, 1.0 / 12.0),
                    "gravite",
                    &GRAVITY,
                    rank as f64 / 11.0,
                );
            }
            for (tranche, share) in [("H1", 0.23), ("H2", 0.25), ("H3", 0.25), ("H4", 0.17), ("H5", 0.1)] {
                self.crossed(
                    &spot,
                    "ORU-X02",
                    ("tranche", tranche, share),
                    "transport",
                    &TRANSPORT,
                    noise(&[tranche]),
                );
            }
            for (entry, share, aged) in [("8", 0.94, 0.4), ("6", 0.02, 0.9), ("7", 0.02, 0.9), ("manquant", 0.02, 0.4)] {
                self.crossed(&spot, "ORU-X03", ("mode_entree", entry, share), "gravite", &GRAVITY, aged);
            }
            for (rank, (gravity, share)) in GRAVITY.iter().enumerate() {
                let weight = rank as f64 / 5.0;
                self.crossed(&spot, "ORU-X04", ("gravite", gravity, *share), "mode_sortie", &EXITS, weight);
            }
            self.share(&spot, "RPU-I75", "", "", 0.39, spot.n * 0.2, spot.n * 0.03);
            self.by_hour(&spot);
            self.stays_kept(&spot);
            for (code, share) in [
                ("region", 0.925),
                ("limitrophe", 0.021),
                ("france", 0.041),
                ("etranger", 0.013),
            ] {
                self.share(
                    &spot,
                    "ORU-X12",
                    "residence_provenance",
                    code,
                    share,
                    spot.n * 0.985,
                    spot.n * 0.015,
                );
            }
            self.share(&spot, "ORU-X13", "", "", 0.015, spot.n, 0.0);
            for (code, share) in [("sfmu", 0.71), ("cim10", 0.2), ("ancien_sfmu", 0.03), ("texte_libre", 0.06)] {
                self.share(&spot, "ORU-X11", "motif_classe", code, share, spot.n * 0.74, spot.n * 0.26);
            }
            for (rank, group) in GROUPS.iter().enumerate() {
                let median = 90.0 + 22.0 * rank as f64;
                let parts = [None, Some((spot.n / 40.0).round()), Some(0.0), None];
                let value = (median * wobble(&[group, &spot.period], 0.1)).round();
                self.full(
                    &spot,
                    "ORU-X09",
                    "tous",
                    ["pathologie", group, "", ""],
                    "minutes",
                    parts,
                    value,
                );
            }
        }
        for mut spot in spots(&["tous"]).into_iter().filter(of_region) {
            for (population, part) in [
                ("tous", 1.0),
                ("pediatrie", 0.243),
                ("geriatrie", 0.187),
                ("adultes", 0.57),
                ("hommes", 0.51),
                ("femmes", 0.49),
            ] {
                spot.population = population;
                let coded = spot.n * part * 0.85;
                for (rank, group) in GROUPS.iter().enumerate() {
                    let share = 0.075 / (1.0 + rank as f64 * 0.3) * wobble(&[population, group, &spot.period], 0.25);
                    self.share(&spot, "ORU-X08", "pathologie", group, share, coded, spot.n * part * 0.15);
                    self.share(
                        &spot,
                        "ORU-X10",
                        "motif_pathologie",
                        group,
                        share,
                        coded * 0.6,
                        spot.n * part * 0.4,
                    );
                }
                for chapter in 1..=22u8 {
                    let code = format!("{chapter:02}");
                    let share = 0.09 * noise(&["chapter", &code]);
                    self.share(&spot, "ORU-X07", "chapitre_cim10", &code, share, coded, spot.n * part * 0.15);
                }
            }
        }
        self.months_of_region();
    }

    /// A row of a crossing; `aged` moves the weights towards the last ordered categories.
    fn crossed(
        &mut self,
        spot: &Spot,
        indicator: &str,
        (dim, code, share): (&str, &str, f64),
        dim2: &str,
        parts: &[(&str, f64)],
        aged: f64,
    ) {
        let weight = |rank: usize, part: f64| part * (1.0 + aged * rank as f64 * 0.35);
        let total: f64 = parts.iter().enumerate().map(|(rank, (_, part))| weight(rank, *part)).sum();
        for (rank, (code2, part)) in parts.iter().enumerate() {
            let n = spot.n * share * weight(rank, *part) / total;
            self.count(spot, indicator, [dim, code, dim2, code2], n);
        }
    }

    fn by_hour(&mut self, spot: &Spot) {
        for hour in 0..24u8 {
            let code = format!("{hour:02}");
            let median = 175.0 + 45.0 * (f64::from(hour) / 24.0 * std::f64::consts::TAU).cos();
            for (indicator, factor) in [("ORU-X05", 1.0), ("ORU-X05-P25", 0.52), ("ORU-X05-P75", 1.85)] {
                let parts = [None, Some((spot.n / 24.0).round()), Some(0.0), None];
                self.full(
                    spot,
                    indicator,
                    "tous",
                    ["heure", &code, "", ""],
                    "minutes",
                    parts,
                    (median * factor).round(),
                );
            }
        }
    }

    fn stays_kept(&mut self, spot: &Spot) {
        for rank in 0..20u8 {
            let code = match rank {
                19 => "95+".to_owned(),
                _ => format!("{:02}-{:02}", rank * 5, rank * 5 + 4),
            };
            let share = 0.06 + 0.0015 * f64::from(rank).powi(2);
            self.share(spot, "ORU-X06", "age_5", &code, share, spot.n / 20.0, 0.0);
        }
        for (code, share) in [("H1", 0.24), ("H2", 0.21), ("H3", 0.19), ("H4", 0.17), ("H5", 0.23)] {
            self.share(spot, "ORU-X06", "tranche", code, share, spot.n / 5.0, 0.0);
        }
        for day in 1..=7u8 {
            let code = day.to_string();
            self.share(
                spot,
                "ORU-X06",
                "jour_semaine",
                &code,
                0.2 + 0.004 * f64::from(day),
                spot.n / 7.0,
                0.0,
            );
        }
    }

    /// Two years of daily means, and the extreme ages of the months of both quarters.
    fn months_of_region(&mut self) {
        for month in 0..24u32 {
            let period = format!("{}-{:02}", 2023 + (month + 3) / 12, (month + 3) % 12 + 1);
            for (population, part) in [("tous", 1.0), ("pediatrie", 0.243), ("geriatrie", 0.187)] {
                let n = 5_060.0 * part * 30.4 * wobble(&["month", &period, population], 0.08);
                let spot = Spot {
                    level: "region",
                    area: "76".to_owned(),
                    kind: "month",
                    period: period.clone(),
                    population,
                    n,
                };
                let parts = [Some(n.round()), Some(30.0), None, None];
                self.full(
                    &spot,
                    "RPU-I02",
                    "tous",
                    ["", "", "", ""],
                    "passages/jour",
                    parts,
                    n.round() / 30.0,
                );
                let of_quarters = ["01", "02", "03"].iter().any(|end| period.ends_with(end));
                if population == "tous" && of_quarters && period.starts_with("202") {
                    self.share(
                        &spot,
                        "RPU-I13",
                        "",
                        "",
                        0.024 * wobble(&["baby", &period], 0.2),
                        n,
                        n * 0.001,
                    );
                    self.share(
                        &spot,
                        "ORU-I17-90",
                        "",
                        "",
                        0.031 * wobble(&["aged", &period], 0.2),
                        n,
                        n * 0.001,
                    );
                }
            }
        }
        for spot in spots(&["tous"]) {
            if ["etablissement", "departement", "region"].contains(&spot.level) && spot.period == PERIOD {
                self.residence(&spot);
            }
        }
    }

    /// Where the patients of a site live.
    fn residence(&mut self, spot: &Spot) {
        let own = spot.area.get(..2).unwrap_or_default().to_owned();
        let codes = super::places::departements().into_iter().map(|(code, _)| code);
        for code in codes.chain(["france".to_owned(), "etranger".to_owned()]) {
            let share = match &code {
                code if *code == own => 0.86,
                code if code == "france" => 0.04,
                code if code == "etranger" => 0.012,
                _ => 0.0073,
            };
            self.share(spot, "ORU-R01", "residence", &code, share, spot.n * 0.985, spot.n * 0.015);
        }
        if spot.level == "etablissement" {
            self.share(spot, "RPU-I20", "", "", 0.052, spot.n * 0.985, spot.n * 0.015);
        }
    }
}

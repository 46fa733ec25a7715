//! Which fault strikes where: one fault a site, several sites a region.

use fixtures::civil::day_of;
use fixtures::{Plan, Region, faults};

/// A region to make and load twice.
pub struct Batch {
    pub scale: f64,
    pub from: [i16; 3],
    pub to: [i16; 3],
    pub nights_from: Option<[i16; 3]>,
    /// Last day judged, when it is not the last one made: days are judged over a quarter at most.
    pub judged_to: Option<[i16; 3]>,
    /// `fault:site[:days]`, as the generator reads it.
    pub faults: &'static [&'static str],
    /// Sites without any fault.
    pub spared: &'static [&'static str],
    pub domains: Domains,
    /// Whether what is found day by day, or file by file, is held against what was made.
    pub exact: bool,
    /// Checks of a month that the region is large and long enough for.
    pub monthly: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Domains {
    Passages,
    /// Regulation and SMUR too, with their yearly form.
    Regulation,
    /// Beds and what follows the emergency department too.
    All,
}

impl Domains {
    /// Folders of what is received.
    pub fn folders(self) -> &'static [&'static str] {
        match self {
            Domains::Passages => &["rpu", "declares"],
            Domains::Regulation => &["rpu", "declares", "regulation", "smur", "sae"],
            Domains::All => &[""],
        }
    }
}

const RECORDS_AND_NIGHTS: &[&str] = &[
    "sorties_precoces:460000052",
    "domicile_non_code:340780642",
    "sortie_manquante:120000070",
    "motifs_locaux:340780667",
    "provenance_vide:810000562",
    "finess_juridique:650000045",
    "durees_aberrantes:340000223",
    "ages_aberrants:460000045",
    "doublons:300000031",
    "cim10_mal_ecrits:650784218",
    "uhcd_domicile:120000039",
    "ccmu5_domicile:480000017",
    "panne:460000102",
    "demarrage:320000102",
    "fusion:660780784:2025-03-10..2025-03-31",
    "changement_finess:120000054",
    "retard:120004668",
    "declares_ecart:300780137",
    "windows1252:340780717",
    "xml_tronque:110780483",
    "zip:820000057",
    "extract_ancien:310780382",
    "extract_futur:340780154",
    "renvoi_vide:810000224",
    "finess_inconnu:660780776",
    "double_envoi:810101444",
];

/// Faults that a month shows: March is held against January and February where the series is.
const MONTHLY: &[&str] = &[
    "domicile_non_code:650000045",
    "sexe_indetermine:320000086",
    "pediatrie_partielle:340780725:2025-03-01..2025-03-31",
    "fusion:660780784:2025-03-10..2025-03-31",
    "sorties_releve:090000183",
];

const NOTHING: Batch = Batch {
    scale: 1.0,
    from: [2025, 1, 1],
    to: [2025, 3, 31],
    nights_from: None,
    judged_to: None,
    faults: &[],
    spared: &[],
    domains: Domains::Passages,
    exact: true,
    monthly: &[],
};

pub fn batches() -> Vec<Batch> {
    let clock = Batch {
        faults: &["changement_heure:310783048"],
        spared: &["340785161"],
        ..NOTHING
    };
    vec![
        Batch {
            scale: 0.3,
            from: [2025, 2, 1],
            nights_from: Some([2025, 3, 25]),
            faults: RECORDS_AND_NIGHTS,
            spared: &["660780628", "110000049"],
            monthly: &["RPU-T04", "RPU-T10", "RPU-X35"],
            ..NOTHING
        },
        Batch {
            from: [2024, 10, 25],
            to: [2024, 10, 28],
            ..clock
        },
        Batch {
            from: [2025, 3, 29],
            ..clock
        },
        // A year of calls, and the form that says them.
        Batch {
            scale: 0.2,
            from: [2024, 1, 1],
            to: [2025, 3, 20],
            judged_to: Some([2024, 1, 31]),
            faults: &["sae_tout_ou_rien:310783048"],
            domains: Domains::Regulation,
            ..NOTHING
        },
    ]
}

/// A quarter of a few sites at four tenths of their passages.
pub fn monthly() -> Batch {
    Batch {
        scale: 0.4,
        faults: MONTHLY,
        spared: &["660780628", "110000049"],
        exact: false,
        monthly: &["RPU-T06", "RPU-T07", "RPU-T09", "RPU-T11"],
        ..NOTHING
    }
}

/// Two months of a few sites with everything they send, and no fault.
pub fn every_domain() -> Batch {
    Batch {
        scale: 0.1,
        to: [2025, 2, 28],
        spared: &["310783048", "110000023", "310000310", "340780717"],
        domains: Domains::All,
        ..NOTHING
    }
}

impl Batch {
    pub fn judged_to(&self, plan: &Plan) -> i32 {
        self.judged_to
            .map_or(plan.to, |[year, month, day]| day_of(year, month as i8, day as i8))
    }

    /// `fault:site[:days]` in parts: fault and site.
    pub fn struck(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.faults.iter().map(|fault| {
            let mut parts = fault.split(':');
            (parts.next().unwrap(), parts.next().unwrap())
        })
    }

    pub fn plan(&self, region: &Region, with_faults: bool) -> Plan {
        let day = |[year, month, day]: [i16; 3]| day_of(year, month as i8, day as i8);
        let mut plan = Plan::history(region, day(self.from), day(self.to));
        plan.nights_from = self.nights_from.map(day);
        let sites = self.struck().map(|(_, site)| site).chain(self.spared.iter().copied());
        plan.flux = sites.flat_map(|site| region.find(site).unwrap()).collect();
        plan.flux.sort_unstable();
        plan.regulation_from = (self.domains != Domains::Passages).then_some(plan.from);
        plan.downstream_from = (self.domains == Domains::All).then_some(plan.from);
        if with_faults {
            let read = self.faults.iter().map(|fault| faults::parse(fault, region, &plan).unwrap());
            plan.faults = read.collect();
        }
        plan
    }
}

//! Which fault strikes where: one fault a site, several sites a region.

use fixtures::civil::day_of;
use fixtures::{Plan, Region, faults};

/// A region to make and load twice.
pub struct Batch {
    pub scale: f64,
    pub from: [i16; 3],
    pub to: [i16; 3],
    pub nights_from: Option<[i16; 3]>,
    /// `fault:site[:days]`, as the generator reads it.
    pub faults: &'static [&'static str],
    /// Sites without any fault.
    pub spared: &'static [&'static str],
    /// Regulation, SMUR, beds and what follows the emergency department too.
    pub every_domain: bool,
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
    "sexe_indetermine:320000086",
    "pediatrie_partielle:340780725:2025-03-01..2025-03-31",
    "doublons:300000031",
    "cim10_mal_ecrits:650784218",
    "uhcd_domicile:120000039",
    "ccmu5_domicile:480000017",
    "panne:460000102",
    "demarrage:320000102",
    "fusion:660780784:2025-03-10..2025-03-31",
    "changement_finess:120000054",
    "retard:120004668",
    "sorties_releve:090000183",
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

pub fn batches() -> Vec<Batch> {
    let batch = |scale, from, to, faults, spared| Batch {
        scale,
        from,
        to,
        nights_from: None,
        faults,
        spared,
        every_domain: false,
    };
    let clock: &[&str] = &["changement_heure:310783048"];
    let spared: &[&str] = &["340785161"];
    vec![
        Batch {
            nights_from: Some([2025, 3, 25]),
            ..batch(
                0.3,
                [2025, 2, 1],
                [2025, 3, 31],
                RECORDS_AND_NIGHTS,
                &["660780628", "110000049"],
            )
        },
        batch(1.0, [2024, 10, 25], [2024, 10, 28], clock, spared),
        batch(1.0, [2025, 3, 29], [2025, 3, 31], clock, spared),
    ]
}

/// One month of a few sites with everything they send, and no fault.
pub fn every_domain() -> Batch {
    Batch {
        scale: 0.1,
        from: [2025, 1, 1],
        to: [2025, 2, 28],
        nights_from: None,
        faults: &[],
        spared: &["310783048", "110000023", "310000310", "340780717"],
        every_domain: true,
    }
}

impl Batch {
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
        if self.every_domain {
            plan.regulation_from = Some(plan.from + 14);
            plan.downstream_from = Some(plan.from);
        }
        if with_faults {
            let read = self.faults.iter().map(|fault| faults::parse(fault, region, &plan).unwrap());
            plan.faults = read.collect();
        }
        plan
    }
}

//! The frame of the sample release.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use lake::finding::Finding;
use lake::reference::{self, Structure};
use lake::release::{Audience, CatalogueEntry, DeliverySummary, EnvoiRecu, Frame, Gate};

use super::places::departements;
use super::{BEFORE, ENTERING, PERIOD, SILENT};

pub fn frame(seen: &BTreeSet<(String, String)>) -> Frame {
    let codes: BTreeSet<String> = departements().into_iter().map(|(code, _)| code).collect();
    let mut population: BTreeMap<(String, u8), (Option<u8>, u64)> = BTreeMap::new();
    for row in reference::population().iter().filter(|row| codes.contains(&row.departement)) {
        let entry = population.entry((row.sexe.clone(), row.age_min)).or_insert((row.age_max, 0));
        entry.1 += u64::from(row.population);
    }
    let (from, to) = (date(2025, 1, 1), date(2025, 3, 31));
    Frame {
        edition: Default::default(),
        id: "2025-Q1-public-3f9a1c".to_owned(),
        audience: Audience::Public,
        period: PERIOD.to_owned(),
        date_from: from,
        date_to: to,
        period_n1: BEFORE.to_owned(),
        date_from_n1: date(2024, 1, 1),
        date_to_n1: date(2024, 3, 31),
        as_of: "2025-04-14T04:10:00Z".parse().unwrap(),
        run: "8b2e6f1d94c0".to_owned(),
        consolidated_to: Some(date(2025, 4, 6)),
        region: "76".to_owned(),
        region_nom: "Occitanie".to_owned(),
        departements: departements(),
        structures: reference::structures().to_vec(),
        population: population
            .into_iter()
            .map(|((sex, age_min), (age_max, count))| (sex, age_min, age_max, count))
            .collect(),
        population_annee: 2025,
        offre: lake::offre::offre(&departements()),
        jours_feries: holidays(date(2024, 1, 1), to),
        vacances: reference::vacances_scolaires()
            .iter()
            .filter(|row| row.zone == "C")
            .cloned()
            .collect(),
        deliveries: reference::structures().iter().map(delivery).collect(),
        envois: reference::structures().iter().map(envoi).collect(),
        avertissements: vec!["Un fichier sans FINESS lisible a été refusé le 12 février 2025.".to_owned()],
        gate: Gate {
            reprises: Vec::new(),
            seuil: 11,
            plancher: 30,
            politique: "b3:0a51e9c2d7".to_owned(),
            masques: BTreeMap::from([("masked".to_owned(), 1_204), ("too_few".to_owned(), 318)]),
            audit: None,
        },
        bornes: lake::bornes::BornesCitees::default(),
        catalogue: "b3:5c1e9a70d2f4".to_owned(),
        ruptures: Vec::new(),
        oru_version: "0.1.0".to_owned(),
        synthetique: true,
        entries: entries(seen),
        sujet: None,
    }
}

pub fn holidays(from: Date, to: Date) -> Vec<(Date, String)> {
    reference::jours_feries()
        .range(from..=to)
        .map(|(day, name)| (*day, name.clone()))
        .collect()
}

pub fn delivery(structure: &Structure) -> DeliverySummary {
    let refused = u64::from(structure.finess == "110000049");
    DeliverySummary {
        finess: structure.finess.clone(),
        ordre: structure.ordre,
        received: 91 + refused,
        refused,
        quarantined: 0,
        held: u64::from(structure.finess == SILENT) * 2,
        rows_read: 12_000,
        rejected: 3,
        duplicates: 11,
        out_of_window: 0,
        first_day: Some(if structure.finess == ENTERING {
            date(2025, 1, 6)
        } else {
            date(2023, 1, 1)
        }),
    }
}

fn envoi(structure: &Structure) -> EnvoiRecu {
    EnvoiRecu {
        table: "rpu".to_owned(),
        finess: Some(structure.finess.clone()),
        ordre: Some(structure.ordre),
        recu_le: "2025-04-02T04:10:00Z".parse().unwrap(),
        empreinte: lake::delivery::delivery_id(format!("{}/{}", structure.finess, structure.ordre).as_bytes()),
        verdict: lake::delivery::Verdict::Conforme,
    }
}

/// Three rules in anomaly, one of them too rarely to be printed, and one without.
pub fn findings() -> Vec<Finding> {
    [
        ("RPU-X19", "", 9, 1_310),
        ("RPU-X29", "b", 1_204, 96_400),
        ("RPU-X10", "", 312, 455_100),
        ("RPU-X03", "", 0, 455_400),
        ("RPU-E08", "", 4_000, 455_400),
    ]
    .map(|(rule, clause, violated, eligible)| Finding {
        rule: rule.to_owned(),
        clause: clause.to_owned(),
        domaine: "rpu".to_owned(),
        level: "region".to_owned(),
        area: "76".to_owned(),
        period_kind: "quarter".to_owned(),
        period: PERIOD.to_owned(),
        jusqu_au: None,
        violated,
        eligible,
        not_judged: 21,
        share: Some(violated as f64 / eligible as f64),
        effect: "flag".to_owned(),
        verdict: if violated > 0 { "anomaly" } else { "ok" }.to_owned(),
        run: "8b2e6f1d94c0".to_owned(),
    })
    .to_vec()
}

pub fn entries(seen: &BTreeSet<(String, String)>) -> Vec<CatalogueEntry> {
    let mut entries: Vec<CatalogueEntry> = seen
        .iter()
        .map(|(id, unit)| CatalogueEntry {
            id: id.clone(),
            nature: "indicateur".to_owned(),
            titre: format!("Titre de {id}"),
            unite: unit.clone(),
            chiffres: match (id.as_str(), unit.as_str()) {
                ("ORU-I12-MED", _) | (_, "passages" | "jours" | "lits" | "flux" | "minutes") => 0,
                (_, "dossiers" | "sorties" | "journées" | "indicateurs") => 0,
                (_, "ratio") => 2,
                _ => 1,
            },
            sens: String::new(),
            formule: "Passages qui remplissent la condition ÷ passages où l'information est exploitable.".to_owned(),
            sql: "COUNT(*) FILTER (WHERE condition) / COUNT(*) FILTER (WHERE information IS NOT NULL)".to_owned(),
            exclusions: "Information manquante ou non conforme.".to_owned(),
            source: "FEDORU, trame commune inter-régionale, V4, 2015".to_owned(),
            modalites: Vec::new(),
        })
        .collect();
    for (id, titre) in [("pediatrie", "Moins de 18 ans"), ("geriatrie", "75 ans et plus")] {
        entries.push(CatalogueEntry {
            id: id.to_owned(),
            nature: "population".to_owned(),
            titre: titre.to_owned(),
            ..CatalogueEntry::default()
        });
    }
    entries.push(CatalogueEntry {
        id: "discipline".to_owned(),
        nature: "dimension".to_owned(),
        titre: "Discipline".to_owned(),
        ..CatalogueEntry::default()
    });
    let ages = (0..20).map(|rank| match rank {
        19 => ("95+".to_owned(), "95 ans et plus".to_owned()),
        _ => (
            format!("{:02}-{:02}", rank * 5, rank * 5 + 4),
            format!("{} à {} ans", rank * 5, rank * 5 + 4),
        ),
    });
    let hours = (0..24).map(|hour| (format!("{hour:02}"), format!("{hour} h")));
    for (id, titre, modalites) in [
        ("age_5", "Classe d'âge de cinq ans", ages.collect()),
        ("heure", "Heure d'entrée", hours.collect()),
        ("classe_age", "Classe d'âge FEDORU", Vec::new()),
        ("gravite", "CCMU", Vec::new()),
        ("mode_entree", "Mode d'entrée", Vec::new()),
        ("mode_sortie", "Mode de sortie", Vec::new()),
        ("tranche", "Tranche horaire d'entrée", Vec::new()),
        ("transport", "Moyen de transport", Vec::new()),
        (
            "champ",
            "Champ du RPU",
            FIELDS.map(|(code, label)| (code.to_owned(), label.to_owned())).to_vec(),
        ),
    ] {
        entries.push(CatalogueEntry {
            id: id.to_owned(),
            nature: "dimension".to_owned(),
            titre: titre.to_owned(),
            modalites,
            ..CatalogueEntry::default()
        });
    }
    entries
}

const FIELDS: [(&str, &str); 16] = [
    ("CP", "Code postal"),
    ("COMMUNE", "Commune"),
    ("NAISSANCE", "Naissance"),
    ("SEXE", "Sexe"),
    ("ENTREE", "Entrée"),
    ("MODE_ENTREE", "Mode d'entrée"),
    ("PROVENANCE", "Provenance"),
    ("TRANSPORT", "Transport"),
    ("TRANSPORT_PEC", "Prise en charge"),
    ("MOTIF", "Motif"),
    ("GRAVITE", "Gravité"),
    ("DP", "Diagnostic"),
    ("SORTIE", "Sortie"),
    ("MODE_SORTIE", "Mode de sortie"),
    ("DESTINATION", "Destination"),
    ("ORIENT", "Orientation"),
];

//! A region of twelve sites, one of which has known faults: each block of its return has their exact counts, and nothing of another.

use jiff::civil::date;
use lake::delivery::{Aside, Verdict};
use lake::retour::{Connus, Retour, Tiers};

use super::*;
use crate::rules::{Days, Grains, judge};
use crate::testing::{Row, row, write_view};

const SITES: usize = 12;
const PASSAGES: usize = 120;

struct Region {
    _folder: tempfile::TempDir,
    inputs: Inputs,
    catalogue: Catalogue,
    values: Vec<RawCell>,
}

/// Twelve sites that transmit six passages a day over twenty days of February. The first one: 40 outcomes missing, 10 sexes that
/// do not conform, 100 passages of gravity 1, 5 returns home from the UHCD, 60 exits at 07:00.
fn region() -> Region {
    let mut structures: Vec<Structure> = Vec::new();
    for row in lake::reference::structures() {
        if structures.len() < SITES && structures.iter().all(|known| known.finess != row.finess) {
            structures.push(Structure {
                ordre: 0,
                type_structure: "autre".to_owned(),
                ..row.clone()
            });
        }
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut values: Vec<RawCell> = Vec::new();
    for (rank, site) in structures.iter().enumerate() {
        for passage in 0..PASSAGES {
            let faulty = rank == 0;
            let (day, minute) = (1 + passage / 6, 7 * (passage % 6) + 3);
            let exit = if faulty && passage < 60 {
                format!("{:02} 07:00", day + 1)
            } else {
                format!("{day:02} 12:{minute:02}")
            };
            let outcome = if faulty && passage < 40 { "" } else { "mode_sortie=8;" };
            let orient = if faulty && (50..55).contains(&passage) {
                "orient=UHCD;"
            } else {
                ""
            };
            let sex = if faulty && (60..70).contains(&passage) {
                "sexe_etat=non_conforme"
            } else {
                "sexe=F"
            };
            let grave = if passage < if faulty { 100 } else { 24 } { "1" } else { "2" };
            rows.push(row(&format!(
                "finess={}; ordre=0; delivery=d{rank}; entree=2025-02-{day:02} 10:{minute:02}; sortie=2025-02-{exit}; gravite={grave}; \
                 {outcome} {orient} {sex}",
                site.finess
            )));
            if faulty && (60..70).contains(&passage) {
                let text = match passage {
                    60..66 => Some("H"),
                    66..68 => Some("Dupont"),
                    _ => None,
                };
                values.push(RawCell {
                    delivery: "d0".to_owned(),
                    rang: rows.len() as u32,
                    colonne: "sexe".to_owned(),
                    texte: text.map(str::to_owned),
                });
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rpu.parquet");
    write_view(&path, "rpu", &rows);
    let days: Vec<(Date, u32)> = (1..=20).map(|day| (date(2025, 2, day), 6)).collect();
    let deliveries = structures.iter().enumerate().flat_map(|(rank, site)| {
        let sent = |id: String, days: &[(Date, u32)], verdict| Delivery {
            id,
            file: format!("{}.xml", site.finess),
            extract: Some(date(2025, 2, 21).at(4, 0, 0, 0)),
            ..crate::release::tests::delivery(Some(&site.finess), days, verdict)
        };
        let refused = (rank == 0).then(|| Delivery {
            reason: Some("XML coupé".to_owned()),
            ..sent("dr".to_owned(), &[], Verdict::Refusee)
        });
        let aside = (rank == 0).then(|| Delivery {
            reason: Some("écartée le 2025-02-22 : essai du logiciel".to_owned()),
            aside: Some(Aside::Ecartee),
            ..sent("de".to_owned(), &[], Verdict::Refusee)
        });
        let reread = (rank == 0).then(|| Delivery {
            reason: Some("écartée le 2025-02-23 : relue".to_owned()),
            aside: Some(Aside::Relue),
            ..sent("dl".to_owned(), &[], Verdict::Refusee)
        });
        [
            Some(sent(format!("d{rank}"), &days, Verdict::Conforme)),
            refused,
            aside,
            reread,
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
    });
    let inputs = Inputs {
        views: [("rpu".to_owned(), vec![path])].into(),
        deliveries: deliveries.collect(),
        structures,
        region: "76".to_owned(),
        run: "r1".to_owned(),
        ..Inputs::default()
    };
    let mut catalogue = Catalogue::load(&[]).unwrap();
    catalogue
        .regles
        .retain(|rule| rule.id.starts_with("RPU-E") || ["RPU-X14", "RPU-C06", "RPU-T01"].contains(&rule.id.as_str()));
    Region {
        _folder: folder,
        inputs,
        catalogue,
        values,
    }
}

impl Region {
    fn returns(&self, threads: usize) -> Vec<Retour> {
        let (from, to) = (date(2025, 1, 1), date(2025, 3, 31));
        let grains = Grains {
            days: Days::OfSitesInAnomaly,
            month: true,
            quarter: true,
        };
        let judged = judge(&self.inputs, &self.catalogue, from, to, grains).unwrap();
        let site = self.inputs.structures[0].finess.clone();
        let told = Incident {
            jour: date(2025, 2, 11),
            nature: "Panne".to_owned(),
            texte: "Serveur indisponible".to_owned(),
            source: "établissement".to_owned(),
        };
        let asked = Asked {
            inputs: &self.inputs,
            catalogue: &self.catalogue,
            periode: "2025-Q1",
            du: from,
            au: to,
            en_cours: false,
            findings: &judged.findings,
            anomalies: &judged.anomalies,
            values: &self.values,
            journal: &[(site, told)],
            groupes: &BTreeMap::new(),
            corrections: &corrections(),
            as_of: "2025-04-07T06:00:00Z".parse().unwrap(),
            verification: date(2025, 5, 5),
            synthetique: true,
            oru_version: "0.1.0",
            policy: &Policy::new(5, 30),
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| retours(&asked)).unwrap()
    }
}

#[test]
fn each_block_of_the_faulty_site_has_the_exact_counts() {
    let region = region();
    let returns = region.returns(2);
    assert_eq!(returns.len(), SITES);
    let faulty = returns
        .iter()
        .find(|one| one.site.finess == region.inputs.structures[0].finess)
        .unwrap();
    let clean = returns
        .iter()
        .find(|one| one.site.finess == region.inputs.structures[1].finess)
        .unwrap();

    let field = |retour: &Retour, name: &str| retour.champs.iter().find(|field| field.champ == name).unwrap().clone();
    let outcome = field(faulty, "MODE_SORTIE");
    assert_eq!(
        (outcome.site.attendus, outcome.site.remplis, outcome.site.conformes),
        (120, 80, 80)
    );
    assert_eq!((outcome.region.rempli, outcome.pairs.rempli), (Some(1.0), Some(1.0)));
    let sex = field(faulty, "SEXE");
    assert_eq!((sex.site.remplis, sex.site.conformes), (120, 110));
    assert_eq!(field(clean, "SEXE").site.conformes, 120);
    let faulty_tiers = faulty.tranche.unwrap();
    assert_eq!((faulty_tiers.tiers, faulty_tiers.sites), (Tiers::Bas, 12));
    let february = faulty.mois.iter().find(|month| month.mois.to_string() == "2025-02").unwrap();
    assert_eq!((faulty.mois.len(), february.passages), (12, 120));

    let empty = |retour: &Retour| retour.jours.iter().filter(|day| day.passages == 0).count();
    assert_eq!((faulty.jours.len(), empty(faulty)), (90, 70));
    let last = faulty.jours.iter().find(|day| day.jour == date(2025, 2, 20)).unwrap();
    assert_eq!((last.passages, last.a_j1, last.a_j7), (6, Connus::Recu(6), Connus::Recu(6)));
    let early = faulty.jours.iter().find(|day| day.jour == date(2025, 2, 3)).unwrap();
    assert_eq!(
        (early.a_j1, early.a_j7),
        (Connus::NonEvalue, Connus::NonEvalue),
        "the only file was made on the 21st"
    );

    let wrong: Vec<(Option<&str>, u64, u64, Option<&str>)> = faulty
        .valeurs
        .iter()
        .map(|line| (line.texte.as_deref(), line.nombre, line.sur, line.code.as_deref()))
        .collect();
    assert_eq!(wrong, [(Some("H"), 6, 10, Some("M")), (None, 4, 10, None)]);
    assert!(clean.valeurs.is_empty());

    let found = |retour: &Retour, rule: &str| {
        let line = retour.regles.iter().find(|line| line.regle == rule).unwrap().clone();
        (line.trouves, line.juges)
    };
    assert_eq!(found(faulty, "RPU-X14"), (5, 5));
    assert_eq!(found(faulty, "RPU-C06"), (10, 120));
    assert_eq!(found(faulty, "RPU-E16"), (40, 120));
    assert_eq!(found(faulty, "RPU-T01"), (70, 90));
    let line = faulty.regles.iter().find(|line| line.regle == "RPU-X14").unwrap();
    assert_eq!(line.exemples.len(), 3);
    assert!(line.correction.contains("correspondance") && !line.consequence.is_empty());

    let gravity = faulty
        .codes
        .iter()
        .find(|code| code.champ == "GRAVITE" && code.code == "1")
        .unwrap();
    assert_eq!(
        (gravity.nombre, gravity.sur, gravity.sites, gravity.de_meme_type),
        (100, 120, 12, true)
    );
    assert!(gravity.est_atypique(), "{gravity:?}");
    assert!(clean.codes.iter().all(|code| !code.est_atypique()));

    let habit = |retour: &Retour, id: &str| retour.habitudes.iter().find(|habit| habit.id == id).unwrap().clone();
    let seven = habit(faulty, "sortie_07h");
    assert_eq!((seven.nombre, seven.sur, seven.signalee), (60, 120, true));
    assert!(!habit(clean, "sortie_07h").signalee);

    let journal: Vec<&str> = faulty.journal.iter().map(|line| line.nature.as_str()).collect();
    assert_eq!(journal, ["Envoi refusé", "Envoi écarté par l'observatoire", "Panne"]);
    assert!(clean.journal.is_empty());
    assert_eq!(faulty.envois.len(), 3, "one file read twice was sent once");
}

#[test]
fn a_known_false_alarm_is_counted_and_asks_for_nothing_and_a_known_break_is_in_the_journal() {
    let mut region = region();
    let site = region.inputs.structures[0].finess.clone();
    let alarm = format!(
        "[[fausse_alerte]]\nregle = \"RPU-X14\"\nsite = \"{site}\"\ndu = \"2025-01-01\"\nau = \"2025-03-31\"\nraison = \"essai\"\npar = \"oru\"\n"
    );
    region.catalogue.add("essai.toml", &alarm).unwrap();
    region.inputs.ruptures = vec![crate::sites::Rupture {
        finess: site.clone(),
        ordre: None,
        date: date(2025, 3, 1),
        nature: crate::sites::NatureRupture::Logiciel,
        vers_finess: None,
        note: None,
    }];
    let returns = region.returns(2);
    let retour = returns.iter().find(|one| one.site.finess == site).unwrap();
    let line = retour.regles.iter().find(|line| line.regle == "RPU-X14").unwrap();
    assert_eq!((line.trouves, line.excuses, line.verdict.as_str()), (5, 5, "ok"));
    assert_eq!(line.raisons, ["essai"]);
    assert!(retour.journal.iter().any(|line| line.texte == "changement de logiciel"));
    assert!(
        returns
            .iter()
            .filter(|one| one.site.finess != site)
            .all(|one| one.journal.is_empty())
    );
}

#[test]
fn the_return_of_a_site_holds_nothing_of_another_and_threads_change_nothing() {
    let region = region();
    let returns = region.returns(1);
    for retour in &returns {
        let text = serde_json::to_string(retour).unwrap();
        for other in region
            .inputs
            .structures
            .iter()
            .filter(|other| other.finess != retour.site.finess)
        {
            assert!(!text.contains(&other.finess), "{} in {}", other.finess, retour.site.finess);
            assert!(!text.contains(&other.nom), "{} in {}", other.nom, retour.site.finess);
        }
    }
    assert_eq!(returns, region.returns(4));
}

#[test]
fn two_other_sites_are_too_few_to_be_compared_with() {
    let mut region = region();
    region.inputs.structures.truncate(3);
    let returns = region.returns(2);
    assert_eq!(returns.len(), 3);
    for retour in &returns {
        assert!(
            retour
                .champs
                .iter()
                .all(|field| field.region.rempli.is_none() && field.pairs.conforme.is_none())
        );
        assert!(retour.mois.iter().all(|month| month.region.is_none()));
        assert!(retour.codes.is_empty() && retour.tranche.is_none());
    }
}

#[test]
fn a_site_that_sends_nothing_is_not_among_the_others_a_share_is_over() {
    let mut region = region();
    let known: BTreeSet<String> = region.inputs.structures.iter().map(|row| row.finess.clone()).collect();
    let silent = lake::reference::structures()
        .iter()
        .find(|row| !known.contains(&row.finess))
        .unwrap();
    region.inputs.structures.push(silent.clone());
    let returns = region.returns(2);
    assert_eq!(returns.len(), SITES + 1);
    for retour in returns {
        let sends = known.contains(&retour.site.finess);
        assert_eq!(
            retour.pairs.sites_region as usize,
            SITES - usize::from(sends),
            "{}",
            retour.site.finess
        );
    }
}

#[test]
fn a_file_of_several_sites_gives_each_of_them_its_own_places() {
    let mut region = region();
    let sites = [0, 1].map(|rank| region.inputs.structures[rank].finess.clone());
    let missions: Vec<Row> = sites
        .iter()
        .enumerate()
        .map(|(rank, site)| {
            row(&format!(
                "finess_smur_geo={site}; delivery=ds; id_samu=samu310; numero_dossier=D{rank}; id_mission=M{rank}; \
                 annulation=true; devenir=1; date_heure_decision=2025-02-03 10:00; date_heure_decision_local=2025-02-03 11:00; \
                 date_heure_extraction=2025-02-04 05:00"
            ))
        })
        .collect();
    let path = region._folder.path().join("smur.parquet");
    write_view(&path, "smur_rpis", &missions);
    region.inputs.views.insert("smur_rpis".to_owned(), vec![path]);
    region.inputs.deliveries.push(Delivery {
        id: "ds".to_owned(),
        file: "samu310.csv".to_owned(),
        table: "smur_rpis".to_owned(),
        ..crate::release::tests::delivery(None, &[], Verdict::Conforme)
    });
    region.catalogue = Catalogue::load(&[]).unwrap();
    region.catalogue.regles.retain(|rule| rule.id == "SMUR-C42");
    let returns = region.returns(2);
    for (rank, site) in sites.iter().enumerate() {
        let own = returns.iter().find(|retour| retour.site.finess == *site).unwrap();
        let found = own.regles.iter().find(|rule| rule.regle == "SMUR-C42").unwrap();
        assert_eq!(found.trouves, 1);
        assert_eq!(found.exemples, [("samu310.csv".to_owned(), rank as u32 + 1)]);
    }
}

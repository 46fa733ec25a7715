//! What a quality return is made of: one site.

use jiff::civil::date;
use lake::delivery::Counts;
use lake::finding::Effect;
use lake::retour::*;

/// A site with one fault of each kind; its wrong value and its journal try to start a formula.
pub fn retour() -> Retour {
    let rempli = |attendus, remplis, conformes| Rempli {
        attendus,
        remplis,
        jugeables: attendus,
        conformes,
    };
    let others = Autres {
        rempli: Some(0.981),
        conforme: Some(0.97),
    };
    let champ = |champ: &str, libelle: &str, site: Rempli| Champ {
        champ: champ.to_owned(),
        libelle: libelle.to_owned(),
        attendu: String::new(),
        avant: rempli(2_900, 2_800, 2_700),
        site,
        region: others,
        pairs: Autres::default(),
    };
    let jours = (0..31).map(|rank| {
        let empty = rank == 9;
        Jour {
            ordre: 0,
            jour: date(2025, 1, 1) + jiff::Span::new().days(rank),
            passages: if empty { 0 } else { 97 + (rank as u32 * 7) % 11 },
            seuil_bas: Some(71.5),
            mediane_8s: Some(100.0),
            z_robuste: None,
            regles: if empty { vec!["RPU-T01".to_owned()] } else { Vec::new() },
            a_j1: if rank > 4 { Connus::Recu(90) } else { Connus::NonRecu },
            a_j7: Connus::Recu(110),
        }
    });
    let constat = |regle: &str, titre: &str, categorie: &str, effet, trouves, juges| Constat {
        regle: regle.to_owned(),
        titre: titre.to_owned(),
        portee: "row".to_owned(),
        categorie: categorie.to_owned(),
        effet,
        verdict: "anomaly".to_owned(),
        unite: "passages".to_owned(),
        trouves,
        excuses: 0,
        raisons: Vec::new(),
        juges,
        non_juges: 0,
        region: Some(0.004),
        mois: Vec::new(),
        exemples: vec![("O310783048_0.xml".to_owned(), 1_243)],
        correction: "Rendre le champ obligatoire à la clôture.".to_owned(),
        consequence: "Le taux d'hospitalisation est faux.".to_owned(),
    };
    Retour {
        cadre: Cadre {
            id: "retour-qualite-2025-Q1-0123456789ab".to_owned(),
            periode: "2025-Q1".to_owned(),
            du: date(2025, 1, 1),
            au: date(2025, 1, 31),
            en_cours: true,
            as_of: "2025-02-07T06:00:00Z".parse().unwrap(),
            run: "r1".to_owned(),
            consolide_au: Some(date(2025, 1, 30)),
            region: "76".to_owned(),
            region_nom: "Occitanie".to_owned(),
            catalogue: "c".to_owned(),
            oru_version: "0.1.0".to_owned(),
            synthetique: true,
            verification: date(2025, 3, 7),
            seuil: 5,
            plancher: 30,
        },
        site: Site {
            finess: "310783048".to_owned(),
            nom: "HOPITAL <EXEMPLE>".to_owned(),
            departement: "31".to_owned(),
            type_structure: "chu".to_owned(),
            structures: vec![(0, "HOPITAL <EXEMPLE>".to_owned())],
        },
        pairs: Pairs {
            libelle: "CHU".to_owned(),
            sites: 2,
            sites_region: 60,
            minimum: 3,
        },
        tranche: Some(Tranche {
            tiers: Tiers::Milieu,
            sites: 61,
        }),
        mois: (2..=12)
            .map(|month| (2024, month))
            .chain([(2025, 1)])
            .map(|(year, month)| MoisComplet {
                mois: lake::month::Month::new(year, month).unwrap(),
                passages: 3_000,
                attendus: 6_000,
                remplis: 5_000 + month as u64 * 50,
                region: Some(0.95),
            })
            .collect(),
        champs: vec![
            champ("SEXE", "Sexe", rempli(3_012, 3_012, 2_990)),
            champ("MODE_SORTIE", "Mode de sortie PMSI", rempli(3_012, 2_200, 2_200)),
        ],
        jours: jours.collect(),
        envois: vec![Envoi {
            table: "rpu".to_owned(),
            ordre: 0,
            fichier: "O310783048_0.xml".to_owned(),
            recu: "2025-02-01T04:00:00Z".parse().unwrap(),
            produit: None,
            du: Some(date(2025, 1, 1)),
            au: Some(date(2025, 1, 31)),
            verdict: "refusee".to_owned(),
            verdict_libelle: "refusée".to_owned(),
            motif: Some("=fichier coupé".to_owned()),
            comptes: Counts {
                rows_read: 10,
                rejected: 10,
                ..Counts::default()
            },
        }],
        valeurs: vec![
            Valeur {
                champ: "SEXE".to_owned(),
                texte: Some("+H".to_owned()),
                nombre: 18,
                sur: 22,
                code: Some("M".to_owned()),
            },
            Valeur {
                champ: "SEXE".to_owned(),
                texte: None,
                nombre: 4,
                sur: 22,
                code: None,
            },
        ],
        regles: vec![
            constat("RPU-E16", "Mode de sortie manquant", "completeness", Effect::Info, 812, 3_012),
            constat(
                "RPU-X14",
                "Retour au domicile avec une orientation d'hospitalisation",
                "plausibility",
                Effect::Flag,
                41,
                1_900,
            ),
            constat(
                "RPU-C06",
                "Sexe hors de la liste M, F, I",
                "conformance",
                Effect::VoidField,
                22,
                3_012,
            ),
        ],
        codes: vec![PartDeCode {
            champ: "GRAVITE".to_owned(),
            code: "1".to_owned(),
            libelle: "État lésionnel jugé stable".to_owned(),
            nombre: 1_200,
            sur: 3_000,
            centre: 0.12,
            bas_95: 0.04,
            haut_95: 0.2,
            bas_998: 0.0,
            haut_998: 0.25,
            z: 47.2,
            z_multiplicatif: 6.1,
            z_additif: 6.8,
            phi: 59.9,
            tau2: 0.0017,
            sites: 61,
            de_meme_type: false,
        }],
        habitudes: vec![Habitude {
            id: "sortie_07h".to_owned(),
            libelle: "Sortie de 07:00 à 07:14".to_owned(),
            nombre: 400,
            sur: 2_900,
            attendu: Some(0.008),
            attendu_selon: "d'après les quarts d'heure voisins".to_owned(),
            region: Some(0.009),
            signalee: true,
        }],
        journal: vec![Incident {
            jour: date(2025, 1, 10),
            nature: "Panne".to_owned(),
            texte: "=1+1 serveur arrêté".to_owned(),
            source: "établissement".to_owned(),
        }],
    }
}

//! The quality return of one site: its page, its workbook, its sentences.

use calamine::{Data, Reader, Xlsx};
use jiff::civil::date;
use lake::delivery::Counts;
use lake::finding::Effect;
use lake::retour::*;
use reports::document::{Block, Document};
use reports::retour::{Declared, build};

/// A site with one fault of each kind; its wrong value and its journal try to start a formula.
fn sample() -> Retour {
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

fn document(retour: &Retour) -> Document {
    build(retour, &Declared::load(None).unwrap()).document
}

#[test]
fn every_block_says_what_was_found_with_its_denominator() {
    let document = document(&sample());
    let mut said = String::new();
    for section in &document.sections {
        said.push_str(&format!("# {}\n", section.title));
        for block in &section.blocks {
            match block {
                Block::Paragraph { text } | Block::Note { text } | Block::Heading { text } => said.push_str(&format!("{text}\n")),
                Block::Messages { items } => items.iter().for_each(|item| said.push_str(&format!("- {item}\n"))),
                Block::Cards { cards } => {
                    cards
                        .iter()
                        .for_each(|card| said.push_str(&format!("[{}] {} {}\n", card.label, card.value.text, card.context)));
                }
                Block::Definitions { items } => {
                    items
                        .iter()
                        .for_each(|item| said.push_str(&format!("* {} {} {:?}\n", item.term, item.text, item.lines)));
                }
                Block::Table(table) => said.push_str(&format!("| {} {}\n", table.id, table.title)),
                Block::Chart(chart) => said.push_str(&format!("% {} {}\n", chart.id, chart.title)),
                Block::Scope { .. } => {}
            }
        }
    }
    insta::assert_snapshot!(said);
}

#[test]
fn the_page_is_whole_and_escapes_what_hospitals_write() {
    let folder = tempfile::tempdir().unwrap();
    let rendered = reports::retour::render(&sample(), folder.path(), None).unwrap();
    assert_eq!(rendered.warnings, Vec::<String>::new());
    let names: Vec<String> = rendered
        .files
        .iter()
        .map(|file| file.strip_prefix(folder.path()).unwrap().display().to_string())
        .collect();
    assert_eq!(
        names,
        [
            "retour-qualite-2025-Q1/310783048/retour-qualite-2025-Q1-310783048.html",
            "retour-qualite-2025-Q1/310783048/retour-qualite-2025-Q1-310783048.xlsx"
        ]
    );
    let page = std::fs::read_to_string(&rendered.files[0]).unwrap();
    assert!(page.contains("HOPITAL &lt;EXEMPLE&gt;") && !page.contains("<EXEMPLE>"));
    assert!(!page.contains("http://") || page.matches("http://").count() == page.matches("http://www.w3.org").count());
    // The page without its drawings nor the tables under them: the other tests read those.
    let body = page.split_once("<main").unwrap().1;
    let (mut kept, mut hidden) = (String::new(), false);
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        hidden |= line.starts_with("<details class=\"donnees") || line.contains("<svg");
        if !hidden {
            kept.push_str(line);
            kept.push('\n');
        }
        hidden &= !(line.starts_with("</details") || line.contains("</svg>"));
    }
    insta::assert_snapshot!(kept);
}

#[test]
fn the_workbook_has_numbers_dates_and_no_formula() {
    let folder = tempfile::tempdir().unwrap();
    let rendered = reports::retour::render(&sample(), folder.path(), None).unwrap();
    let bytes = std::fs::read(&rendered.files[1]).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes.clone())).unwrap();
    let names = book.sheet_names();
    assert_eq!(names[0], "Lisez-moi");
    for block in [
        "R-G01", "R-G02", "R-T01", "R-T02", "R-T03", "R-G03", "R-T04", "R-T05", "R-T06", "R-T07", "R-T08", "R-T09", "R-T10",
    ] {
        assert!(names.iter().any(|name| name.starts_with(block)), "{block} in {names:?}");
    }
    for name in &names {
        assert!(name.chars().count() <= 31, "{name}");
        assert!(book.worksheet_formula(name).unwrap().is_empty(), "{name}");
    }
    let sheet = |book: &mut Xlsx<_>, head: &str| {
        let name = names.iter().find(|name| name.starts_with(head)).unwrap();
        book.worksheet_range(name).unwrap()
    };
    let days = sheet(&mut book, "R-G02");
    assert!(matches!(days.get((1, 0)), Some(Data::DateTime(_))), "{:?}", days.get((1, 0)));
    assert_eq!(days.get((1, 1)), Some(&Data::Float(97.0)));
    let fields = sheet(&mut book, "R-T04");
    assert_eq!(fields.get((2, 1)), Some(&Data::Float(3_012.0)));
    assert_eq!(
        fields.get((2, 3)),
        Some(&Data::Float(2_200.0 / 3_012.0)),
        "a share is a fraction shown as a percentage"
    );
    let values = sheet(&mut book, "R-T05");
    assert_eq!(values.get((1, 1)), Some(&Data::String("+H".to_owned())));
    let journal = sheet(&mut book, "R-T09");
    assert_eq!(journal.get((1, 2)), Some(&Data::String("=1+1 serveur arrêté".to_owned())));
    let again = tempfile::tempdir().unwrap();
    let twice = reports::retour::render(&sample(), again.path(), None).unwrap();
    assert!(std::fs::read(&twice.files[1]).unwrap() == bytes, "same return, same bytes");
}

#[test]
fn a_site_that_sent_nothing_is_told_so_and_judged_on_nothing() {
    let silent = Retour {
        champs: Vec::new(),
        jours: sample()
            .jours
            .into_iter()
            .map(|day| Jour {
                passages: 0,
                regles: vec!["RPU-T01".to_owned()],
                a_j1: Connus::NonRecu,
                a_j7: Connus::NonRecu,
                ..day
            })
            .collect(),
        valeurs: Vec::new(),
        regles: Vec::new(),
        codes: Vec::new(),
        habitudes: Vec::new(),
        journal: Vec::new(),
        envois: Vec::new(),
        tranche: None,
        ..sample()
    };
    let document = document(&silent);
    let messages = |section: &str| -> Vec<String> {
        let section = document.sections.iter().find(|one| one.id == section).unwrap();
        let said = section.blocks.iter().filter_map(|block| match block {
            Block::Messages { items } => Some(items.clone()),
            Block::Note { text } => Some(vec![text.clone()]),
            _ => None,
        });
        said.flatten().collect()
    };
    assert!(messages("synthese")[0].starts_with("Aucun passage n’a été reçu sur la période"));
    assert!(messages("transmission")[0].starts_with("31\u{a0}jours sans passage sur 31\u{a0}jours d’ouverture"));
    assert!(messages("champs")[0].starts_with("Aucun passage n’a été reçu"));
}

//! Columns that declarations compute for the SAMU, the SAS and the SMUR: each derivation of samu.md and smur.md.

mod missions;

use super::*;
use crate::catalogue::derived::derivations;
use crate::prepare::{polars_type, usable};

/// Rows of several tables, written as `column=value` words with what every row has.
struct Region {
    folder: tempfile::TempDir,
    inputs: Inputs,
}

const COMMON: &str = "delivery=d;hors_fenetre=false;flux=f;extract=2025-02-10 03:00;date_heure_extraction=2025-02-10 02:00;\
id_samu=samu310;numero_dossier=D1";

impl Region {
    fn new() -> Region {
        let (folder, inputs) = inputs("rpu", &[]);
        Region { folder, inputs }
    }

    fn with(mut self, table: &str, base: &str, rows: &[&str]) -> Region {
        let path = self.folder.path().join(format!("{table}.parquet"));
        let rows: Vec<Row> = rows.iter().map(|cells| row(&format!("{COMMON};{base};{cells}"))).collect();
        write_view(&path, table, &rows);
        self.inputs.views.insert(table.to_owned(), vec![path]);
        self
    }

    fn of(&self, table: &str) -> DataFrame {
        let catalogue = Catalogue::load(&[]).unwrap();
        let (from, to) = ("2025-02-01".parse().unwrap(), "2025-02-28".parse().unwrap());
        let frame = usable(lake::table::table(table).unwrap(), &self.inputs, &catalogue, from, to).unwrap();
        frame.sort(["rang"], SortMultipleOptions::default()).collect().unwrap()
    }
}

const FILE: &str = "date_heure_creation=2025-02-03 09:00;date_heure_creation_local=2025-02-03 10:00;categorie_dossier=DR";
const DECISION: &str = "date_heure_decision=2025-02-03 09:08;date_heure_decision_local=2025-02-03 10:08;type_decision=ORIENT";

#[test]
fn declared_columns_exist_with_their_types_even_without_any_record() {
    let region = Region::new();
    for derivation in derivations() {
        let frame = region.of(&derivation.table);
        let joined = derivation.jointures.iter().flat_map(|join| &join.colonnes);
        for column in joined.chain(&derivation.colonnes) {
            let found = frame
                .column(&column.nom)
                .unwrap_or_else(|_| panic!("{}: {}", derivation.table, column.nom));
            assert_eq!(
                *found.dtype(),
                polars_type(column.kind),
                "{}: {}",
                derivation.table,
                column.nom
            );
        }
    }
}

#[test]
fn the_day_the_hour_and_the_departement_of_a_samu() {
    let region = Region::new().with(
        "samu_rdr",
        "",
        &["date_heure_creation=2025-02-02 23:30;date_heure_creation_local=2025-02-03 00:30;categorie_dossier=DR"],
    );
    let frame = region.of("samu_rdr");
    for (column, value) in [
        ("jour", "2025-02-03"),
        ("heure", "0"),
        ("periode_pdsa", "NUIT_PROFONDE"),
        ("en_pdsa", "true"),
        ("departement", "31"),
        ("flux_id", "samu310/0"),
    ] {
        assert_eq!(text(&frame, column), [value], "{column}");
    }
}

#[test]
fn a_withdrawn_file_is_not_counted() {
    let region = Region::new().with("samu_rdr", FILE, &["supprime=true", "supprime=false", ""]);
    assert_eq!(region.of("samu_rdr").height(), 2);
}

/// samu.md §2.1 and its list: what each attribution says of the need, of the regulator and of the category.
#[test]
fn attributions() {
    let list = lake::code_list::code_list("samu_attribution").unwrap();
    let cells: Vec<String> = list
        .codes
        .iter()
        .map(|code| format!("attribution={};categorie_dossier=DR", code.code))
        .collect();
    let region = Region::new().with("samu_rdr", FILE, &cells.iter().map(String::as_str).collect::<Vec<_>>());
    let frame = region.of("samu_rdr");
    let (categories, needs, regulators) = (
        text(&frame, "categorie"),
        text(&frame, "besoin_regulation"),
        text(&frame, "regulateur_effectif"),
    );
    for (rank, code) in list.codes.iter().enumerate() {
        let note = |key: &str| {
            let note = &code.autres["note"];
            let found = note.split("; ").find_map(|part| part.strip_prefix(key));
            found.map(|value| value.split(' ').next().unwrap_or_default().to_owned())
        };
        assert_eq!(categories[rank], note("categorie=").unwrap(), "{}", code.code);
        let second = code.code.split('.').nth(1).filter(|_| code.code.starts_with("DRM"));
        assert_eq!(needs[rank], second.unwrap_or("-"), "{}", code.code);
        let level_two = match code.code.as_str() {
            "DRM.MRU" => Some("MU"),
            "DRM.MRL" => Some("ML"),
            "DRM.SPE" => Some("SPE"),
            _ => None,
        };
        let expected = note("regulateur=").or(level_two.map(str::to_owned));
        assert_eq!(regulators[rank], expected.unwrap_or_else(|| "-".to_owned()), "{}", code.code);
    }
}

#[test]
fn a_category_is_that_received_when_there_is_no_attribution() {
    let region = Region::new().with("samu_rdr", FILE, &["categorie_dossier=DRM", "categorie_dossier=D"]);
    let frame = region.of("samu_rdr");
    assert_eq!(text(&frame, "categorie"), ["DRM", "D"]);
    assert_eq!(text(&frame, "dr"), ["true", "false"]);
}

/// SAMU-C17: such a file is in the lake, and the findings count it.
#[test]
fn a_file_with_neither_attribution_nor_category_is_in_no_indicator() {
    let region = Region::new().with(
        "samu_rdr",
        FILE,
        &["categorie_dossier=", "attribution=DRM.MRU;categorie_dossier="],
    );
    assert_eq!(text(&region.of("samu_rdr"), "categorie"), ["DRM"]);
}

/// samu.md §6.1: the first rule that matches on any decision of the file.
#[test]
fn main_decisions() {
    for (decisions, expected, smur) in [
        (
            vec!["type_decision=INTER;type_ressource=SMUR.ADULT", "type_ressource=SIS.SP"],
            "SMUR",
            "true",
        ),
        (
            vec!["type_decision=INTER;type_ressource=SMUR.CUMP"],
            "AUTRE_ORIENTATION",
            "false",
        ),
        (vec!["type_ressource=TSU", "type_ressource=SIS"], "POMPIERS", "false"),
        (vec!["type_ressource=AASC"], "POMPIERS", "false"),
        (vec!["type_ressource=TSU;type_orientation=URGENCES"], "AMBULANCE", "false"),
        (
            vec!["type_decision=INTER;type_ressource=LIBERAL.SOS"],
            "EFFECTEUR_MOBILE",
            "false",
        ),
        (vec!["type_ressource=LIBERAL.MMG"], "MMG", "false"),
        (vec!["type_decision=INTER;type_ressource=LIBERAL.MMG"], "MMG", "false"),
        (vec!["type_orientation=CABINET"], "CABINET", "false"),
        (vec!["type_ressource=LIBERAL.PHARM"], "CABINET", "false"),
        (vec!["type_orientation=URGENCES"], "URGENCES_MOYENS_PROPRES", "false"),
        (vec!["type_orientation=EPHAD"], "AUTRE_ORIENTATION", "false"),
        (vec!["type_decision=CONSEIL", "type_decision=PMT"], "PMT", "false"),
        (vec!["type_decision=PASPLUS", "type_decision=CONSEIL"], "CONSEIL", "false"),
        (vec!["type_decision=PASPLUS"], "SANS_SUITE", "false"),
        (vec![], "-", "-"),
    ] {
        let numbered: Vec<String> = decisions
            .iter()
            .enumerate()
            .map(|(rank, cells)| format!("rang_decision={};{cells}", rank + 1))
            .collect();
        let region = Region::new().with("samu_rdr", FILE, &[""]).with(
            "samu_decisions",
            DECISION,
            &numbered.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        let frame = region.of("samu_rdr");
        assert_eq!(text(&frame, "decision"), [expected], "{decisions:?}");
        assert_eq!(text(&frame, "smur"), [smur], "{decisions:?}");
    }
}

#[test]
fn a_file_without_decisions_keeps_what_it_says_of_itself() {
    let region = Region::new().with(
        "samu_rdr",
        FILE,
        &["decision_principale=CONSEIL;smur_engage=false;type_orientation=URGENCES"],
    );
    let frame = region.of("samu_rdr");
    assert_eq!(text(&frame, "decision"), ["CONSEIL"]);
    assert_eq!(
        (text(&frame, "smur"), text(&frame, "vers_urgences")),
        (vec!["false".to_owned()], vec!["true".to_owned()])
    );
}

#[test]
fn access_to_a_physician_runs_from_the_pick_up_else_from_the_creation() {
    let region = Region::new().with(
        "samu_rdr",
        FILE,
        &[
            "date_heure_decroche=2025-02-03 08:58;date_heure_regulation=2025-02-03 09:03",
            "date_heure_regulation=2025-02-03 09:03",
            "date_heure_regulation=2025-02-03 08:59",
            "date_heure_regulation=2025-02-03 21:00:01",
            "",
        ],
    );
    let frame = region.of("samu_rdr");
    assert_eq!(text(&frame, "acces_min"), ["5.0", "3.0", "-", "-", "-"]);
    assert_eq!(text(&frame, "acces_exclu"), ["false", "false", "true", "true", "-"]);
}

#[test]
fn delays_of_appointments() {
    let base = "id_rdv=R;statut=booked;date_heure_prise=2025-02-03 09:00;date_heure_prise_local=2025-02-03 10:00";
    let region = Region::new().with(
        "sas_rdv",
        base,
        &[
            "date_heure_debut=2025-02-03 17:30",
            "date_heure_debut=2025-02-03 08:50",
            "date_heure_debut=2025-02-03 08:40",
            "date_heure_debut=2025-02-18 09:00",
        ],
    );
    let frame = region.of("sas_rdv");
    assert_eq!(text(&frame, "delai_rdv_h"), ["8.5", "0.0", "-", "-"]);
    assert_eq!(text(&frame, "passe"), ["true", "true", "true", "false"]);
}

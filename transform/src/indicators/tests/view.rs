//! From the files of the view to figures, through the prepared frames: what the engine is given in a run.

use std::path::Path;

use lake::figure::{Figure, Status};

use super::super::request::Request;
use crate::testing::{Row, row, write_view};
use crate::{Catalogue, Inputs};

fn passage(text: &str) -> Row {
    let mut cells = row("finess=310783048;ordre=0;delivery=d;hors_fenetre=false;flux=oscour;extract=2025-04-10 06:00");
    cells.extend(row("residence_classe=region;residence_departement=31;age_etat=conforme"));
    cells.extend(row(text));
    cells
}

fn bed(text: &str) -> Row {
    let mut cells = row("schema_version=BED-SNAP/1;finess_geo=310783048;champ_activite=01;nature=01;temporalite=01;source=01");
    cells.extend(row(
        "delivery=d;hors_fenetre=false;flux=lits;extract=2025-02-03 08:00;affectation=01;ts_etat_decalage=60",
    ));
    cells.extend(row(
        "n_installes=28;n_fermes=3;n_supp_mobilises=2;n_occupes=25;n_reserves=1;n_disponibles=1",
    ));
    cells.extend(row(text));
    cells
}

fn figures(folder: &Path) -> Vec<Figure> {
    let place = |table: &str, month: &str| {
        let folder = folder.join(format!("{table}/mois={month}"));
        std::fs::create_dir_all(&folder).unwrap();
        folder.join("part.parquet")
    };
    let rpu = place("rpu", "2025-02");
    write_view(
        &rpu,
        "rpu",
        &[
            passage("entree=2025-02-03 21:00;sortie=2025-02-03 23:00;age=80;sexe=F;mode_sortie=6;orient=MED;dp=I639"),
            passage("entree=2025-02-03 10:00;sortie=2025-02-03 14:00;age=7;sexe=M;mode_sortie=8;gravite=2"),
            passage("entree=2025-02-04 10:00;sortie=2025-02-09 14:00;age=30;sexe=M;mode_sortie=8;gravite=2"),
            passage("entree=2025-02-04 11:00;sortie=2025-02-04 20:00;age=40;sexe=M;mode_sortie=6;orient=UHCD"),
        ],
    );
    let lits = place("lits", "2025-02");
    let at = "ts_etat=2025-02-03 06:00;ts_etat_local=2025-02-03 07:00;ts_maj=2025-02-03 05:50;ts_extraction=2025-02-03 06:30";
    write_view(&lits, "lits", &[bed(&format!("unite_id=A;discipline=MED;{at}"))]);
    let declared = place("rpu_declares", "2025-02");
    let base = "finess_geo=310783048;mois=2025-02-01;delivery=d;hors_fenetre=false;flux=declares";
    write_view(
        &declared,
        "rpu_declares",
        &[
            row(&format!("{base};passages=5;source=SAE")),
            row(&format!("{base};passages=8;source=ATIH")),
        ],
    );
    let inputs = Inputs {
        views: [("rpu", rpu), ("lits", lits), ("rpu_declares", declared)]
            .map(|(table, file)| (table.to_owned(), vec![file]))
            .into(),
        structures: lake::reference::structures().to_vec(),
        region: "76".to_owned(),
        ..Inputs::default()
    };
    let catalogue = Catalogue::load(&[]).unwrap();
    let request = Request::quarter("2025-Q1").unwrap();
    super::super::figures(&inputs, &catalogue, &request, &[]).unwrap()
}

#[test]
fn the_files_of_a_view_become_figures() {
    let folder = tempfile::tempdir().unwrap();
    let figures = figures(folder.path());
    let region = |indicator: &str, modalite: &str| {
        let same = |figure: &&Figure| {
            &*figure.indicator == indicator
                && &*figure.level == "region"
                && &*figure.period == "2025-Q1"
                && &*figure.perimetre == "tous"
                && &*figure.population == "tous"
                && &*figure.modalite == modalite
        };
        let figure = figures.iter().find(same).unwrap_or_else(|| panic!("no {indicator}"));
        assert_eq!(figure.status, Status::Ok, "{indicator}");
        (figure.numerator, figure.denominator, figure.value)
    };
    assert_eq!(region("RPU-I01", "").2, Some(4.0));
    assert_eq!(region("RPU-I16", ""), (Some(1.0), Some(4.0), Some(0.25)));
    assert_eq!(region("RPU-I30", ""), (Some(1.0), Some(4.0), Some(0.25)));
    assert_eq!(region("RPU-I50", "").1, Some(1.0), "a stroke is classified");
    assert_eq!(region("RPU-I59", "").0, Some(1.0));
    // 120 and 240 minutes; five days are void, UHCD is apart.
    assert_eq!(region("RPU-I60", ""), (Some(360.0), Some(2.0), Some(180.0)));
    assert_eq!(region("RPU-I61", "").2, Some(180.0));
    assert_eq!(region("ORU-I60-UHCD", "").2, Some(540.0));
    assert_eq!(region("RPU-I68", "excessive").0, Some(1.0));
    assert_eq!(region("RPU-I70", ""), (Some(2.0), Some(4.0), Some(0.5)));
    assert_eq!(region("RPU-E11", ""), (Some(2.0), Some(4.0), Some(0.5)));
    assert_eq!(region("RPU-E19", "SEXE").2, Some(1.0));
    assert_eq!(
        region("RPU-I05", ""),
        (Some(4.0), Some(8.0), Some(0.5)),
        "ATIH comes before SAE"
    );
    assert_eq!(region("BED-I01", "MED"), (Some(25.0), Some(27.0), Some(25.0 / 27.0)));
}

/// A SAMU is its own site: its files count for it, for its département and for the region, and nothing is said of it elsewhere.
#[test]
fn the_files_of_a_samu_count_for_it_and_for_its_departement() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.parquet");
    let file = |cells: &str| {
        row(&format!(
            "delivery=d;hors_fenetre=false;flux=samu;extract=2025-02-10 03:00;date_heure_creation=2025-02-03 09:00;\
             date_heure_creation_local=2025-02-03 10:00;{cells}"
        ))
    };
    write_view(
        &path,
        "samu_rdr",
        &[
            file("id_samu=samu310;numero_dossier=1;attribution=DRM.MRU.MU"),
            file("id_samu=samu310;numero_dossier=2;attribution=DR.DREG.DRARM"),
            file("id_samu=samu310;numero_dossier=3;attribution=DRM.MRU.MU;supprime=true"),
            file("id_samu=samu090;numero_dossier=1;attribution=DRM.MRL.MG"),
        ],
    );
    let inputs = Inputs {
        views: [("samu_rdr".to_owned(), vec![path])].into(),
        structures: lake::reference::structures().to_vec(),
        region: "76".to_owned(),
        ..Inputs::default()
    };
    let catalogue = Catalogue::load(&[]).unwrap();
    let request = Request::quarter("2025-Q1").unwrap();
    let figures = super::super::figures(&inputs, &catalogue, &request, &[]).unwrap();
    let of = |indicator: &str, level: &str, area: &str| {
        let same = |figure: &&Figure| {
            (
                &*figure.indicator,
                &*figure.level,
                &*figure.area,
                &*figure.period,
                &*figure.dim,
            ) == (indicator, level, area, "2025-Q1", "")
        };
        figures.iter().find(same).and_then(|figure| figure.value)
    };
    for (level, area, files) in [
        ("etablissement", "samu310", 2.0),
        ("departement", "31", 2.0),
        ("departement", "09", 1.0),
        ("region", "76", 3.0),
    ] {
        assert_eq!(of("SAMU-I20", level, area), Some(files), "{area}");
    }
    let said = |indicator: &str, area: &str| {
        figures
            .iter()
            .any(|figure| &*figure.indicator == indicator && &*figure.area == area)
    };
    assert!(!said("SAMU-I20", "310783048"), "a hospital regulates nothing");
    assert!(!said("BED-I01", "samu310") && !said("RPU-I01", "samu310"));
}

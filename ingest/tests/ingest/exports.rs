//! What the region sends on is read back by our own readers: the same rows, by the same rules.

use std::io::{Cursor, Read};
use std::path::PathBuf;

use ingest::Context;
use ingest::export::{Archive, ExportError, Forwarded, Header, Losses, Passages, complements, forward};
use lake::delivery::Delivery;
use tempfile::TempDir;

use crate::desk::{Outcome, SITE, context, oscour, oscour_of, patient, read_files, read_received, received};

/// A delivery, read from a file that stays.
struct Piece {
    folder: TempDir,
    name: &'static str,
    outcome: Outcome,
}

impl Piece {
    fn new(name: &'static str, content: &[u8], context: &Context) -> Piece {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let outcome = read_received(&[received(path)], context, &|_| false);
        Piece { folder, name, outcome }
    }

    fn of(patients: &[&str]) -> Piece {
        let bodies: Vec<String> = patients.iter().map(|values| patient(values)).collect();
        let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
        Piece::new("O990000010_0_20250203032510.xml", oscour(&bodies).as_bytes(), &context())
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(self.name)
    }

    fn delivery(&self) -> &Delivery {
        self.outcome.one()
    }

    /// Its SYRIUS message, with the pieces or without.
    fn syrius(&self, with_piece: bool) -> (String, Losses, Outcome) {
        let header = Header {
            finess: SITE.to_owned(),
            ordre: 0,
            extract: jiff::civil::date(2025, 3, 1).at(6, 0, 0, 0),
            from: jiff::civil::date(2025, 1, 1),
            to: jiff::civil::date(2025, 2, 28),
        };
        let context = context();
        let mut archive = Archive::begin(Cursor::new(Vec::new()), &header).unwrap();
        for batch in &self.outcome.kept().batches {
            let passages = Passages::of(batch).unwrap();
            let ranks: Vec<u32> = (0..passages.places.rows()).map(|row| passages.places.origin(row).1).collect();
            let found = with_piece.then(|| complements(&self.path(), self.delivery(), &ranks, &context).unwrap());
            for row in 0..passages.places.rows() {
                archive.add(&passages, row, found.as_ref().map(|found| &found[row])).unwrap();
            }
        }
        let losses = archive.losses.clone();
        let bytes = archive.finish().unwrap().into_inner();
        let mut text = String::new();
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
        assert_eq!(zip.len(), 1);
        zip.by_index(0).unwrap().read_to_string(&mut text).unwrap();
        (text, losses, read_files(&[("990000010_0_20250228.zip", &bytes)], &context))
    }

    fn forwarded(&self, context: &Context) -> Result<(Forwarded, String), ExportError> {
        let mut out = Vec::new();
        let forwarded = forward(&self.path(), self.delivery(), context, &mut out)?;
        Ok((forwarded, String::from_utf8(out).unwrap()))
    }
}

fn elements<'t>(text: &'t str, tag: &str) -> Vec<&'t str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    text.split(open.as_str())
        .skip(1)
        .map(|rest| rest.split(close.as_str()).next().unwrap())
        .collect()
}

const PLAIN: &str = "CP=31000;COMMUNE=TOULOUSE;NAISSANCE=14/06/1947;SEXE=F;ENTREE=01/02/2025 21:40;MODE_ENTREE=8;PROVENANCE=5;TRANSPORT=SMUR;\
     TRANSPORT_PEC=MED;MOTIF=R074;GRAVITE=4;DP=I21.4;DA=I10 E119;ACTE=DEQP003;SORTIE=02/02/2025 00:25;MODE_SORTIE=6;DESTINATION=1;ORIENT=SI";

#[test]
fn syrius_has_the_age_in_completed_years_and_days_under_one_year() {
    let births = [
        ("01/02/2025", "0", "0"),
        ("31/01/2025", "0", "1"),
        ("02/02/2024", "0", "365"),
        ("01/02/2024", "1", "0"),
        ("31/01/2024", "1", "0"),
        ("02/02/2007", "17", "0"),
        ("01/02/2007", "18", "0"),
        ("01/02/1905", "120", "0"),
        ("31/01/1904", "121", "0"),
        ("02/02/2025", "0", "0"),
        ("31/02/2000", "0", "0"),
        ("", "0", "0"),
    ];
    let patients: Vec<String> = births
        .iter()
        .enumerate()
        .map(|(minute, (birth, _, _))| format!("CP=31000;NAISSANCE={birth};SEXE=F;ENTREE=01/02/2025 10:{minute:02}"))
        .collect();
    let patients: Vec<&str> = patients.iter().map(String::as_str).collect();
    let (text, losses, back) = Piece::of(&patients).syrius(true);
    let written: Vec<(&str, &str)> = elements(&text, "AGE").into_iter().zip(elements(&text, "AGE_JOURS")).collect();
    assert_eq!(written, births.map(|(_, years, days)| (years, days)));
    assert_eq!((losses.born_that_day, losses.unknown_age), (1, 3));
    assert!(!text.contains("NAISSANCE") && !text.contains("/1947") && !text.contains("/2007"));
    let ages = back.column("age");
    assert_eq!(
        ages,
        ["∅", "0", "0", "1", "1", "17", "18", "120", "∅", "∅", "∅", "∅"],
        "the day of birth cannot be told from an unknown age"
    );
    assert_eq!(back.column("age_etat")[8], "non_conforme");
}

#[test]
fn what_syrius_says_is_read_back_as_the_lake_has_it() {
    let piece = Piece::of(&[
        PLAIN,
        "CP=09000;NAISSANCE=30/01/2025;SEXE=M;ENTREE=02/02/2025 10:05;TRANSPORT=PERS;GRAVITE=6;DP=P928;MODE_SORTIE=0;MOTIF=GASTRO04",
        "CP=99140;NAISSANCE=01/02/2000;SEXE=2;ENTREE=02/02/2025 11:00;TRANSPORT=TAXI;DP=R9;DA=Z0 I10;DESTINATION=5;SORTIE=31/02/2025 25:61",
        "NAISSANCE=01/02/2000;SEXE=F;ENTREE=02/02/2025 12:00;MOTIF=R10.4;ORIENT=PSA",
    ]);
    let (text, losses, back) = piece.syrius(true);
    assert_eq!(losses, Losses::default());
    let delivery = back.one();
    assert_eq!((delivery.counts.rows_read, delivery.counts.accepted), (4, 4));
    assert_eq!(delivery.kind, "rpu_syrius");
    for rule in [
        "RPU-F03", "RPU-F05", "RPU-F07a", "RPU-F08", "RPU-F12", "RPU-F15", "RPU-F16", "RPU-F19a",
    ] {
        let found = delivery.findings.iter().find(|finding| finding.rule == rule);
        assert!(found.is_some_and(|finding| finding.violated == 0), "{rule} {found:?}");
    }
    for column in [
        "entree",
        "cp_etat",
        "residence_departement",
        "residence_classe",
        "age",
        "age_etat",
        "classe_age",
        "sexe",
        "sexe_etat",
        "mode_entree",
        "mode_entree_etat",
        "provenance",
        "transport",
        "transport_etat",
        "transport_pec",
        "motif",
        "motif_etat",
        "motif_classe",
        "gravite",
        "gravite_etat",
        "dp",
        "dp_etat",
        "da",
        "n_da_non_conformes",
        "actes",
        "sortie",
        "sortie_etat",
        "mode_sortie",
        "destination",
        "destination_etat",
        "orient",
        "orient_etat",
    ] {
        assert_eq!(back.column(column), piece.outcome.column(column), "{column}");
    }
    assert!(
        text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SYRIUS>\n<ETABLISSEMENT>\n<FINESS>990000010</FINESS>")
    );
    assert_eq!(elements(&text, "DATEDEBUT"), ["01/01/2025"]);
    assert_eq!(
        elements(&text, "MODE_SORTIE"),
        ["6", "0", "0", "0"],
        "mandatory in the schema"
    );
    assert_eq!(piece.syrius(true).0, text, "the same passages give the same bytes");
}

#[test]
fn nothing_written_by_hand_leaves_by_syrius() {
    let secret = "Mme DUPONT Jeanne";
    let fields = [
        "SEXE",
        "MODE_ENTREE",
        "TRANSPORT",
        "TRANSPORT_PEC",
        "MOTIF",
        "GRAVITE",
        "DP",
        "SORTIE",
        "MODE_SORTIE",
        "ORIENT",
    ];
    let filled: Vec<String> = fields.iter().map(|field| format!("{field}={secret}")).collect();
    let piece = Piece::of(&[&format!(
        "CP=DUPONT;COMMUNE=DUPONT JEANNE;NAISSANCE=14/06/1947;DA=DUPONT;ACTE=JEANNE;{}",
        filled.join(";")
    )]);
    let (text, losses, back) = piece.syrius(true);
    assert!(
        !text.contains("DUPONT") && !text.contains("JEANNE") && !text.contains("Jeanne"),
        "{text}"
    );
    assert_eq!(losses.withheld.values().sum::<u64>(), fields.len() as u64 + 2);
    assert_eq!((losses.withheld["MOTIF"], losses.coarser_residence), (1, 1));
    assert_eq!(back.one().counts.accepted, 1);
}

#[test]
fn without_its_piece_a_passage_is_still_counted_and_says_less() {
    let piece = Piece::of(&[
        PLAIN,
        "CP=09000;NAISSANCE=30/01/2025;SEXE=2;ENTREE=02/02/2025 10:05;MOTIF=chute",
        "SEXE=F;ENTREE=02/02/2025 11:05",
    ]);
    let (text, losses, back) = piece.syrius(false);
    assert_eq!(elements(&text, "CODEGEO"), ["31999", "09999"]);
    assert_eq!(elements(&text, "AGE"), ["77", "0", "0"]);
    assert_eq!((losses.without_piece, losses.unknown_age), (3, 2));
    assert_eq!(losses.withheld, [("MOTIF", 1), ("SEXE", 1)].into());
    assert_eq!(back.one().counts.accepted, 3);
    assert_eq!(back.column("dp"), ["I214", "∅", "∅"]);
}

/// The rows that a message and what is forwarded of it give.
fn same_rows(piece: &Piece, text: &str, context: &Context) {
    let back = read_files(&[("O990000010_0_20250203032510.xml", text.as_bytes())], context);
    let (sent, read) = (piece.delivery(), back.one());
    assert_eq!(read.counts.rows_read, sent.counts.rows_read);
    assert_eq!((read.counts, read.days.clone()), (sent.counts, sent.days.clone()));
    assert_eq!(
        (&read.finess, read.extract, read.date_from),
        (&sent.finess, sent.extract, sent.date_from)
    );
    for column in ["cle", "empreinte", "rang", "hors_fenetre", "n_da", "n_actes", "motif_classe"] {
        assert_eq!(back.column(column), piece.outcome.column(column), "{column}");
    }
    for rule in ["RPU-F15", "RPU-F16", "RPU-F17"] {
        let found = read.findings.iter().find(|finding| finding.rule == rule);
        assert!(found.is_none_or(|finding| finding.violated == 0), "{rule}");
    }
}

#[test]
fn everything_received_is_forwarded_even_what_the_lake_rejects() {
    let context = context();
    let plain = patient(PLAIN);
    let rejected = patient("CP=99140;NAISSANCE=01/02/2000;SEXE=M;ENTREE=jamais");
    let odd = patient("CP=3100;COMMUNE=[script];NAISSANCE=31/02/2000;SEXE=2;ENTREE=01/01/2025 08:00;MOTIF=chute + douleur");
    let odd = odd.replace('[', "&lt;").replace(']', "&gt;").replace('+', "&amp;");
    let text = oscour(&[&plain, &plain, &rejected, &odd]);
    let piece = Piece::new("O990000010_0_20250203032510.xml", text.as_bytes(), &context);
    let counts = piece.delivery().counts;
    assert_eq!((counts.rejected, counts.duplicates, counts.out_of_window), (1, 1, 1));
    let (forwarded, text) = piece.forwarded(&context).unwrap();
    assert_eq!(
        forwarded,
        Forwarded {
            passages: 4,
            ..Forwarded::default()
        }
    );
    assert!(text.contains("<COMMUNE>&lt;script&gt;</COMMUNE>") && text.contains("<NAISSANCE>31/02/2000</NAISSANCE>"));
    same_rows(&piece, &text, &context);
}

#[test]
fn what_is_forwarded_has_the_order_the_encoding_and_the_dates_of_the_schema() {
    let context = context();
    let header = format!(
        "<FINESS>{SITE}</FINESS><ORDRE>0</ORDRE><EXTRACT>03/02/2025 03:25:10</EXTRACT>\
         <DATEDEBUT>27/01/2025</DATEDEBUT><DATEFIN>02/02/2025</DATEFIN>"
    );
    let body = "<SEXE>F</SEXE><ENTREE>2025-02-01 21:40:33</ENTREE><COMMUNE>SAINT-\u{e9}LIX</COMMUNE>\
                <NAISSANCE>1947-06-14 00:00:00</NAISSANCE><MOTIF>br\u{fb}lure</MOTIF>";
    let latin: Vec<u8> = oscour_of(&header, &[body]).chars().map(|character| character as u8).collect();
    let piece = Piece::new("RPU_X.txt", &latin, &context);
    assert!(piece.delivery().replacements > 0);
    let (forwarded, text) = piece.forwarded(&context).unwrap();
    assert_eq!(forwarded.passages, 1);
    assert!(text.contains("<MOTIF>brûlure</MOTIF>"), "{text}");
    let (commune, sexe) = (text.find("<COMMUNE>").unwrap(), text.find("<SEXE>").unwrap());
    assert!(commune < sexe && text.contains("<LISTE_DA/>\n<LISTE_ACTES/>"));
    assert_eq!(elements(&text, "NAISSANCE"), ["14/06/1947"]);
    assert_eq!(elements(&text, "ENTREE"), ["01/02/2025 21:40"]);
    same_rows(&piece, &text, &context);
}

#[test]
fn an_element_that_the_national_format_does_not_have_is_counted_and_not_forwarded() {
    let context = context();
    let text = oscour(&[&patient(PLAIN).replace("<SEXE>", "<GEMSA>4</GEMSA><SEXE>")]);
    let piece = Piece::new("x.xml", text.as_bytes(), &context);
    let (forwarded, text) = piece.forwarded(&context).unwrap();
    assert_eq!((forwarded.passages, forwarded.unknown), (1, 1));
    assert!(!text.contains("GEMSA"));
}

#[test]
fn a_flat_form_is_forwarded_as_a_message_without_its_unreadable_rows() {
    let context = context();
    let text = format!(
        "finess;cp;commune;naissance;sexe;entree;mode_entree;provenance;transport;transport_pec;motif;gravite;dp;liste_da;liste_actes;\
         sortie;mode_sortie;destination;orient\r\n\
         {SITE};31000;TOULOUSE;14/06/1947;F;01/02/2025 21:40;8;5;SMUR;MED;R074;4;I214;I10, E119;DEQP003;02/02/2025 00:25;6;1;SI\r\n\
         {SITE};31000;TOULOUSE;14/06/1950;M;01/02/2025 22:40;8;5;PERSO;AUCUN;douleur; thorax;4;;;;;;;\r\n"
    );
    let piece = Piece::new("rpu_20250127_20250202_20250203032510.csv", text.as_bytes(), &context);
    let (forwarded, text) = piece.forwarded(&context).unwrap();
    assert_eq!((forwarded.passages, forwarded.misshapen), (1, 1));
    let back = read_files(&[("x.xml", text.as_bytes())], &context);
    assert_eq!(back.one().kind, "rpu_oscour");
    for column in ["cle", "empreinte"] {
        assert_eq!(back.column(column), piece.outcome.column(column));
    }
}

#[test]
fn a_syrius_message_cannot_be_forwarded_as_oscour() {
    let body = format!(
        "<CODEGEO>31000</CODEGEO><AGE>40</AGE><AGE_JOURS>0</AGE_JOURS>{}",
        patient("SEXE=F")
    );
    let text = oscour(&[&body]).replace("OSCOUR>", "SYRIUS>");
    let context = context();
    let piece = Piece::new("x.xml", text.as_bytes(), &context);
    assert_eq!(piece.delivery().counts.accepted, 1);
    let refused = piece.forwarded(&context).unwrap_err();
    assert!(
        matches!(&refused, ExportError::Piece(reason) if reason.contains("SYRIUS")),
        "{refused}"
    );
}

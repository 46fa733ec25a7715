//! The recipes of CONTRIBUTING, followed to the letter: what they show is what is run.

use crate::support::{Place, RANGUEIL};

const CONTRIBUTING: &str = include_str!("../../../CONTRIBUTING.md");
const DOCUMENT: &str = include_str!("../../../reports/documents/trimestriel.toml");

/// The block of declarations whose first line is this comment.
pub fn block(name: &str) -> String {
    let first = format!("# {name}");
    let blocks = CONTRIBUTING
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    let mut found = blocks.filter(|block| block.trim_start().lines().next() == Some(first.as_str()));
    let block = found.next().unwrap_or_else(|| panic!("CONTRIBUTING has no block {name}"));
    let lines: Vec<&str> = block.lines().map(|line| line.strip_prefix("   ").unwrap_or(line)).collect();
    lines.join("\n")
}

pub fn configured(extra: &str) -> Place {
    let mut place = Place::new();
    place.now = "2025-04-10T10:00:00Z";
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write(
        "pipelines.toml",
        configuration.replace("[rapports]\n", &format!("{extra}[rapports]\nmodeles = \"mes_modeles\"\n")),
    );
    std::fs::create_dir_all(place.path("mes_modeles")).unwrap();
    place
}

#[test]
fn a_flat_kind_of_a_new_table() {
    let place = configured("[catalogue]\nextra = [\"extra/*.toml\"]\n");
    for name in ["extra/effectifs_table.toml", "extra/effectifs_genre.toml"] {
        place.write(name, block(name));
    }
    place.oru(&["catalogue", "check"]).exits(0);
    place.write(
        "depot/chu/EFFECTIFS_20250203.csv",
        format!("finess_geo;jour;metier;nb_presents\n{RANGUEIL};2025-02-01;médecin;4\n{RANGUEIL};2025-02-01;infirmier;x\n{RANGUEIL};;médecin;4\n"),
    );
    let judged = place.oru(&["check", "depot/chu/EFFECTIFS_20250203.csv"]);
    assert!(judged.stdout.contains("LOC-D01"), "{}{}", judged.stdout, judged.stderr);
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(ran.stdout.contains("3 lues = 2 acceptées + 1 rejetée"), "{}", ran.stdout);
    // A later delivery replaces by key.
    place.write(
        "depot/chu/EFFECTIFS_20250204.csv",
        format!("finess_geo;jour;metier;presents\n{RANGUEIL};2025-02-01;médecin;5\n"),
    );
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(ran.stdout.contains("0 ajoutée, 1 modifiée"), "{}", ran.stdout);
    let status = place.oru(&["lake", "status"]).exits(0);
    assert!(status.stdout.contains("effectifs     : 2 en vigueur"), "{}", status.stdout);
    place.oru(&["lake", "verify"]).exits(0);

    // Nothing of it is forgotten when its declaration is.
    std::fs::remove_file(place.path("extra/effectifs_table.toml")).unwrap();
    std::fs::remove_file(place.path("extra/effectifs_genre.toml")).unwrap();
    place.write("extra/regles.toml", block("extra/regles.toml"));
    let refused = place.oru(&["lake", "status"]).exits(1);
    assert!(refused.stderr.contains("« effectifs »"), "{}", refused.stderr);
}

#[test]
fn a_rule_and_an_indicator_of_a_table_that_a_site_declares() {
    let mut place = configured("[catalogue]\nextra = [\"extra/*.toml\"]\n");
    for name in ["table", "genre", "regles", "indicateurs"] {
        let name = format!("extra/effectifs_{name}.toml");
        place.write(&name, block(&name));
    }
    place.oru(&["catalogue", "check"]).exits(0);
    place.receives("nuit.xml", crate::support::night().xml());
    let other = crate::support::CARCASSONNE;
    place.receives(
        "EFFECTIFS_20250203.csv",
        format!(
            "finess_geo;jour;metier;presents\n{RANGUEIL};2025-02-01;médecin;4\n{RANGUEIL};2025-02-02;médecin;0\n\
             {RANGUEIL};2025-02-01;infirmier;x\n{RANGUEIL};2025-02-02;infirmier;8\n{other};2025-02-02;médecin;2\n"
        ),
    );
    place.write(
        "a_verifier/EFFECTIFS_20250204.csv",
        format!("finess_geo;jour;metier;presents\n{RANGUEIL};2025-02-03;médecin;4\n"),
    );
    let certificate = place.oru(&["check", "a_verifier"]).stdout;
    let named = "règle de la région, jugée une fois l'envoi chargé";
    assert!(
        certificate.contains("LOC-R02") && certificate.contains(named),
        "{certificate}"
    );
    place.now = "2025-02-10T04:00:00Z";
    place.oru(&["run", "nightly"]).exits(0);
    let night = results(&place);
    let findings = lake::results::read_findings(&night.join(lake::results::FINDINGS)).unwrap();
    let counts = |level: &str, area: &str| {
        let same = |finding: &&lake::finding::Finding| {
            (&*finding.rule, &*finding.level, &*finding.area, &*finding.period) == ("LOC-R02", level, area, "2025-02")
        };
        let finding = findings.iter().find(same).unwrap();
        (finding.violated, finding.eligible, finding.not_judged)
    };
    assert_eq!(counts("region", "76"), (1, 3, 0));
    assert_eq!(counts("etablissement", RANGUEIL), (1, 2, 0));
    assert_eq!(counts("departement", "11"), (0, 1, 0));
    let anomalies = lake::results::read_anomalies(&night.join(lake::results::ANOMALIES)).unwrap();
    let listed: Vec<_> = anomalies.iter().filter(|anomaly| anomaly.rule == "LOC-R02").collect();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].record, listed[0].line, &*listed[0].champ), (2, 3, "presents"));
    place.oru(&["transform", "--fail-on", "LOC-R02=0"]).exits(4);

    place.now = "2025-04-10T10:00:00Z";
    place.oru(&["run", "quarterly"]).exits(0);
    // The report has the months of the indicators that it names; the release has all.
    let release = std::fs::read_dir(place.path("lac/releases/partenaire"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let figures = lake::results::read_figures(&release.join(lake::results::FIGURES)).unwrap();
    let means = |level: &str, area: &str, period: &str, category: &str| {
        let same = |figure: &&lake::figure::Figure| {
            let key = [
                &figure.indicator,
                &figure.level,
                &figure.area,
                &figure.period,
                &figure.modalite,
            ]
            .map(|part| part.as_ref());
            key == ["LOC-I02", level, area, period, category] && &*figure.perimetre == "tous"
        };
        let figure = figures.iter().find(same).unwrap();
        (figure.numerator, figure.denominator, figure.missing)
    };
    assert_eq!(means("region", "76", "2025-Q1", ""), (Some(14.0), Some(4.0), Some(1.0)));
    assert_eq!(
        means("etablissement", RANGUEIL, "2025-Q1", ""),
        (Some(12.0), Some(3.0), Some(1.0))
    );
    assert_eq!(means("etablissement", RANGUEIL, "2025-02", "médecin").1, Some(2.0));
}

#[test]
fn a_flat_kind_of_an_existing_table_under_other_names() {
    let place = configured("[catalogue]\nextra = [\"extra/*.toml\"]\n");
    place.write("extra/declares_local.toml", block("extra/declares_local.toml"));
    place.oru(&["catalogue", "check"]).exits(0);
    place.receives(
        "LOCAL_20250405.csv",
        format!("ETAB;PERIODE;NB_PASSAGES;SOURCE\n{RANGUEIL};2025-01;4100;SAE\n"),
    );
    place.receives(
        "DECLARES_20250406.csv",
        format!("finess_geo;mois;passages;source\n{RANGUEIL};2025-02;3900;SAE\n"),
    );
    place.receives("FAUTE_20250407.csv", "finess_geo;mois;pasages;source\n");
    let ran = place.oru(&["ingest"]).exits(3);
    assert!(
        ran.stdout.contains("3 reçus, 2 chargés, 1 refusé"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert!(
        ran.stderr.contains("« passages » (l'en-tête a « pasages »)"),
        "{}",
        ran.stderr
    );
    let kinds: Vec<String> = place.list("deliveries").iter().map(|row| row["genre"].to_string()).collect();
    assert!(
        kinds.contains(&"\"declares_local\"".to_owned()) && kinds.contains(&"\"rpu_declares\"".to_owned()),
        "{kinds:?}"
    );

    let twin = block("extra/declares_local.toml").replace("nom = \"declares_local\"", "nom = \"jumeau\"");
    place.write("extra/jumeau.toml", twin);
    let said = place.oru(&["catalogue", "check"]).exits(1).stderr;
    assert!(said.contains("declares_local et jumeau"), "{said}");
}

#[test]
fn a_rule_an_indicator_and_the_section_that_prints_it() {
    let place = configured("[catalogue]\nextra = [\"extra/regles.toml\", \"extra/indicateurs.toml\"]\n");
    for name in ["extra/regles.toml", "extra/indicateurs.toml"] {
        place.write(name, block(name));
    }
    place.write(
        "mes_modeles/documents/trimestriel.toml",
        format!("{DOCUMENT}\n{}", block("section")),
    );
    place.oru(&["catalogue", "check"]).exits(0);
    let mut message = crate::support::night();
    message.days = 1..=28;
    message.extract = "03/03/2025 03:25:10";
    let xml = message
        .xml()
        .replace("<TRANSPORT>PERSO</TRANSPORT>", "<TRANSPORT>HELI</TRANSPORT>");

    let xml = hospitalised(&xml);
    place.receives("nuit.xml", xml);
    place.oru(&["ingest"]).exits(0);
    place.oru(&["run", "quarterly"]).exits(0);
    let findings = lake::results::read_findings(&results(&place).join(lake::results::FINDINGS)).unwrap();
    let judged = findings
        .iter()
        .find(|finding| finding.rule == "LOC-R01" && finding.level == "region" && finding.period_kind == "quarter");
    let judged = judged.expect("the rule was judged");
    assert_eq!((judged.violated, judged.eligible), (0, 0));
    let figures = lake::results::read_figures(&place.path("out/trimestriel-2025-Q1/figures.parquet")).unwrap();
    let figure = figures.iter().find(|figure| {
        let key = [&figure.indicator, &figure.level, &figure.period, &figure.population].map(|part| part.as_ref());
        key == ["LOC-I01", "region", "2025-Q1", "tous"]
    });
    let figure = figure.expect("the indicator was computed");
    assert_eq!((figure.numerator, figure.denominator), (Some(84.0), Some(756.0)));
    let page = std::fs::read_to_string(place.path("out/trimestriel-2025-Q1/trimestriel-2025-Q1.html")).unwrap();
    assert!(
        page.contains("Transport aérien") && page.contains("11,1"),
        "the section is not on the page"
    );
}

#[test]
fn the_documents_of_a_region_are_checked_with_its_declarations() {
    let place = configured("");
    place.write("mes_modeles/trimestriel.toml", DOCUMENT);
    let said = place.oru(&["catalogue", "check"]).exits(1).stdout;
    assert!(
        said.contains("place attendue d'un document : documents/trimestriel.toml"),
        "{said}"
    );
    std::fs::remove_file(place.path("mes_modeles/trimestriel.toml")).unwrap();

    let broken = DOCUMENT.replacen("dessin = \"radar\"", "dessein = \"radar\"", 1);
    place.write("mes_modeles/documents/trimestriel.toml", &broken);
    let line = 1 + broken.lines().position(|line| line.starts_with("dessein")).unwrap();
    let said = place.oru(&["catalogue", "check"]).exits(1).stdout;
    assert!(
        said.contains(&format!("ligne {line}")) && said.contains("champ inconnu `dessein`"),
        "{said}"
    );

    place.write("mes_modeles/documents/trimestriel.toml", DOCUMENT);
    place.oru(&["catalogue", "check"]).exits(0);
}

/// Every ninth passage ends in a ward.
fn hospitalised(xml: &str) -> String {
    let mut parts = xml.split("<MODE_SORTIE>8</MODE_SORTIE>\n<DESTINATION/>");
    let mut text = parts.next().unwrap().to_owned();
    for (rank, part) in parts.enumerate() {
        text.push_str(match rank % 9 {
            0 => "<MODE_SORTIE>6</MODE_SORTIE>\n<DESTINATION>1</DESTINATION>",
            _ => "<MODE_SORTIE>8</MODE_SORTIE>\n<DESTINATION/>",
        });
        text.push_str(part);
    }
    text
}

fn results(place: &Place) -> std::path::PathBuf {
    let folder = place.path("lac/results");
    let mut runs: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    assert_eq!(runs.len(), 1);
    runs.remove(0)
}

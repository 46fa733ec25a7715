//! Renders every kind of document of the sample release of the tests, or the quarterly document of a release of a lake:
//! `cargo run --example apercu -- out/apercu [lac/releases/partenaire/2025-Q1-…|-] [modèles de la région]`. With `ecran` for the
//! folder, the page and the data of the quarterly document only.

#[path = "../tests/sample/mod.rs"]
mod sample;

use std::path::PathBuf;

fn main() -> Result<(), reports::ReportError> {
    let out = std::env::args()
        .nth(1)
        .map_or_else(|| PathBuf::from("out/apercu"), PathBuf::from);
    if std::env::args().nth(2).as_deref() == Some("ecran") {
        let formats = [reports::Format::Html, reports::Format::Donnees];
        let rendered = reports::render(&sample::release_with_regulation(), "trimestriel", &out, None, &formats)?;
        println!("{}", rendered.files[0].display());
        return Ok(());
    }
    let asked = std::env::args().nth(2).filter(|folder| folder != "-");
    let release = match &asked {
        Some(folder) => lake::results::read_release(folder.as_ref())?,
        None => sample::release_with_regulation(),
    };
    let custom = std::env::args().nth(3).map(PathBuf::from);
    let custom = custom.as_deref();
    let rendered = reports::render(&release, "trimestriel", &out, custom, &reports::Format::ALL)?;
    for warning in &rendered.warnings {
        eprintln!("{warning}");
    }
    println!("{}", rendered.files[0].display());
    if asked.is_none() {
        for (name, of_place) in [
            ("fiche-etablissement", sample::fiche::site()),
            ("fiche-departement", sample::fiche::departement()),
            ("synthese-presse", sample::release()),
        ] {
            println!(
                "{}",
                reports::render(&of_place, name, &out, custom, &reports::Format::ALL)?.files[0].display()
            );
        }
        let retour = sample::retour::retour();
        println!("{}", reports::retour::render(&retour, &out, custom)?.files[0].display());
    }
    Ok(())
}

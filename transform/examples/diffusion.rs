//! Passes the figures of a run through the gate of an audience, and says what it cost: `diffusion <figures.parquet> <trimestre>
//! <audience>`. For measures; `oru release` is the command.

#![allow(clippy::disallowed_methods, reason = "a measure reads the clock")]
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use lake::figure::Status;
use lake::release::Audience;
use transform::Catalogue;
use transform::disclosure::{Policy, Setting, gate};
use transform::indicators::Request;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, quarter, audience] = arguments.as_slice() else {
        return Err("diffusion <figures.parquet> <trimestre> <audience>".into());
    };
    let audience = Audience::parse(audience).ok_or("audience inconnue")?;
    let start = Instant::now();
    let figures = lake::results::read_figures(Path::new(file))?;
    println!("{} chiffres lus en {:.1} s", figures.len(), start.elapsed().as_secs_f64());
    let catalogue = Catalogue::load(&[]).map_err(|mistakes| format!("{mistakes:?}"))?;
    let setting = Setting::of(&catalogue, &Request::quarter(quarter)?, lake::reference::structures());
    let start = Instant::now();
    let gated = gate(figures, &setting, audience, &Policy::of(audience));
    println!("contrôle de diffusion : {:.1} s", start.elapsed().as_secs_f64());
    println!("{:?}", gated.audit);
    for status in Status::ALL {
        let count = gated.figures.iter().filter(|figure| figure.status == status).count();
        println!("{:20} {count}", status.as_str());
    }
    let headline =
        |figure: &&lake::figure::Figure| &*figure.level == "region" && figure.dim.is_empty() && &*figure.population == "tous";
    let masked = gated
        .figures
        .iter()
        .filter(headline)
        .filter(|figure| figure.status == Status::Masked);
    for figure in masked.filter(|figure| ["quarter", "rolling12", "year"].contains(&&*figure.period_kind)) {
        println!(
            "masqué à la région : {} {} {}",
            figure.indicator, figure.period, figure.perimetre
        );
    }
    let memory = std::fs::read_to_string("/proc/self/status")?;
    println!(
        "{}",
        memory.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default()
    );
    Ok(())
}

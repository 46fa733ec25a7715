//! `oru check`: judges files without loading them. Needs `ingest` and `lake` only: no lake, no key.

use std::path::PathBuf;

use ingest::certificat::{History, Issuer};
use lake::delivery::{Delivery, Verdict};
use lake::key::Key;

use crate::account::Account;
use crate::certificate::{self, Form};
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::fail_on::{self, Tallies, Threshold};
use crate::stages::{self, Done};
use crate::{declarations, reading, talk};

/// Juge des fichiers sans les charger ; le certificat est imprimé
///
/// Ne demande ni lac ni clé. Ce qui demande l'historique est « non évalué ».
///
/// Exemple : oru check O310783048_0_20250203032510.xml --format html --sortie certificats
#[derive(clap::Args)]
pub struct Args {
    /// Fichiers à juger (XML, CSV, gz, zip), ou dossiers
    #[arg(required = true, value_name = "CHEMIN")]
    fichiers: Vec<PathBuf>,
    /// Forme du certificat
    #[arg(long, value_name = "FORME", default_value = "texte")]
    format: Form,
    /// Écrit un certificat par envoi dans ce dossier, au lieu de les imprimer
    #[arg(long, value_name = "DOSSIER")]
    sortie: Option<PathBuf>,
    /// Code de sortie 4 si le seuil est dépassé : RPU-C08a=0, RPU-F17=5%, rejetes=10 (répétable)
    #[arg(long, value_name = "SEUIL")]
    fail_on: Vec<Threshold>,
    #[command(flatten)]
    window: reading::Window,
}

pub fn cmd_check(args: &Args, context: &Context) -> Result<Exit> {
    let while_reading = ingest::rules().iter().map(|rule| rule.id.as_str());
    let mut names: Vec<String> = while_reading.chain(ingest::row_rule_names()).map(str::to_owned).collect();
    names.extend(ingest::row_rule_names_not_judged());
    not_of_one_file(&args.fail_on, &names, context)?;
    fail_on::verify(&args.fail_on, names.iter().map(String::as_str))?;
    if args
        .fail_on
        .iter()
        .any(|threshold| ["alertes", "echecs"].contains(&threshold.name.as_str()))
    {
        return Err(
            CommandError::usage("`oru check` ne juge ni alerte ni échec : ils sont ceux d'une exécution")
                .hint("nommer une règle (RPU-X04=1%) ; `oru run --fail-on alerte` les compte"),
        );
    }
    // The hashes are not kept: any key will do, and none has to be there.
    let key = Key::from_bytes([0; 32]);
    let mut reader = reading::reader(context, key, &args.window)?;
    if context.config.file.is_none() {
        // A hospital of any region: the embedded structures are those of the demonstration.
        reader.structures = Vec::new();
        reader.sans_repertoire = true;
    }
    let received = stages::ingest::given(context, &args.fichiers)?;
    if received.is_empty() {
        let places: Vec<String> = args.fichiers.iter().map(|path| path.display().to_string()).collect();
        return Err(
            CommandError::usage(format!("aucun fichier à juger dans {}", places.join(", ")))
                .hint("les noms qui commencent par un point, les .part et les .tmp sont laissés de côté"),
        );
    }
    let deliveries = ingest::check(&received, &reader).map_err(CommandError::work)?;
    let issuer = Issuer::new(&reader.kinds, History::Unknown).beside(declarations::of_region(&context.config)?);
    let certificates: Vec<_> = deliveries.iter().map(|delivery| issuer.certificate(delivery)).collect();
    match &args.sortie {
        None => talk::print(&args.format.render(&certificates)),
        Some(folder) => {
            for certificate in &certificates {
                let path = certificate::write(folder, args.format, certificate)?;
                let verdict = certificate.verdict.label_fr();
                talk::print(&format!("{} : {verdict} ; {}\n", certificate.fichier, path.display()));
            }
        }
    }
    let account = Account::of(&deliveries);
    let mut tallies = account.tallies();
    tallies.absorb(&rules(&deliveries));
    // What was not evaluated is not below a threshold.
    let not_evaluated = certificates.iter().flat_map(|certificate| &certificate.non_evalue);
    not_evaluated.for_each(|line| tallies.fail(&line.regles));
    let done = Done {
        exit: account.exit(),
        tallies: vec![tallies],
        ..Done::nothing()
    };
    Ok(done.judged(&args.fail_on))
}

/// A rule of the catalogue that asks for more than one file is known, and not judged here.
fn not_of_one_file(thresholds: &[Threshold], judged: &[String], context: &Context) -> Result<()> {
    let is_apart =
        |threshold: &&Threshold| !judged.contains(&threshold.name) && !fail_on::MEASURES.contains(&threshold.name.as_str());
    let Some(threshold) = thresholds.iter().find(is_apart) else {
        return Ok(());
    };
    let catalogue = declarations::catalogue(&context.config)?;
    let mut rules = catalogue.regles.iter();
    match rules.find(|rule| rule.id == threshold.name || rule.name() == threshold.name) {
        None => Ok(()),
        Some(rule) => Err(CommandError::usage(format!(
            "--fail-on : {} ({}) n'est pas jugée sur un fichier : elle demande les autres envois",
            threshold.name, rule.titre
        ))
        .hint(format!(
            "`oru run nightly --fail-on {}={}` la juge",
            threshold.name, threshold.limit
        ))),
    }
}

/// What the file and field rules counted, by rule.
pub fn rules(deliveries: &[Delivery]) -> Tallies {
    let mut tallies = Tallies::default();
    for delivery in deliveries.iter().filter(|delivery| delivery.verdict != Verdict::DejaRecue) {
        for finding in &delivery.findings {
            tallies.add(&finding.rule, finding.violated, finding.eligible);
        }
    }
    tallies
}

//! `oru-check`: one file in, one certificate out. What a hospital or a vendor runs before sending: no lake, no configuration, no key, no
//! network, nothing but this program. It judges what `oru check` judges, by the same declarations; the register of the region's
//! structures is the observatory's, so that whether a site is known is not evaluated.

mod arguments;

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use arguments::{Asked, Form, HELP, Request};
use ingest::certificat::{Certificat, History, Issuer, file_name, html, json, texte};
use ingest::{Context, Received};
use lake::delivery::Verdict;
use lake::key::Key;
use lake::system;

/// The statuses of `oru` (`docs/reference/codes_de_sortie.md`).
const FAILED: u8 = 1;
const USAGE: u8 = 2;
const WITH_REFUSALS: u8 = 3;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match arguments::parse(&arguments) {
        Ok(Request::Help) => said(HELP),
        Ok(Request::Version) => said(&format!("oru-check {}\n", env!("CARGO_PKG_VERSION"))),
        Ok(Request::Check(asked)) => match check(&asked) {
            Ok(refused) if refused => ExitCode::from(WITH_REFUSALS),
            Ok(_) => ExitCode::SUCCESS,
            Err(reason) => failed(&reason, FAILED),
        },
        Err(reason) => failed(
            &format!("{reason}\nConseil : `oru-check --help` dit ce qui est possible"),
            USAGE,
        ),
    }
}

/// Judges the file and gives its certificate; says whether something of it would be refused, quarantined or held.
fn check(asked: &Asked) -> Result<bool, String> {
    let mut context = Context::new(Key::from_bytes([0; 32]), Vec::new(), "");
    context.sans_repertoire = true;
    context.options = asked.options.clone();
    let received = Received {
        path: asked.file.clone(),
        source: String::new(),
        received_at: now(),
        depose_le: None,
    };
    let deliveries = ingest::check(&[received], &context).map_err(|error| error.to_string())?;
    let issuer = Issuer::new(&context.kinds, History::Unknown);
    let certificates: Vec<Certificat> = deliveries.iter().map(|delivery| issuer.certificate(delivery)).collect();
    let text = match asked.form {
        Form::Texte => texte(&certificates),
        Form::Html => html(&certificates),
        Form::Json => json(&certificates),
    };
    match &asked.folder {
        None => print(&text)?,
        Some(folder) => write(folder, asked, &text)?,
    }
    let waits = |verdict| matches!(verdict, Verdict::Refusee | Verdict::EnQuarantaine | Verdict::EnAttente);
    Ok(certificates.iter().any(|certificate| waits(certificate.verdict)))
}

fn write(folder: &Path, asked: &Asked, text: &str) -> Result<(), String> {
    let name = asked.file.file_name().unwrap_or_default().to_string_lossy();
    let path = folder.join(format!("{}.{}", file_name(&name), asked.form.extension()));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|error| format!("écriture de {} : {}", path.display(), system::french(&error)))?;
    print(&format!("certificat écrit : {}\n", path.display()))
}

#[allow(
    clippy::disallowed_methods,
    reason = "this is the program: the instant of the check is its own"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

fn said(text: &str) -> ExitCode {
    match print(text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => failed(&reason, FAILED),
    }
}

/// Prints on stdout. A reader that closed the pipe has read enough.
fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(format!("écriture sur la sortie standard : {}", system::french(&error)))
        }
        _ => Ok(()),
    }
}

fn failed(reason: &str, status: u8) -> ExitCode {
    // Nobody is left to tell when stderr itself fails.
    drop(writeln!(std::io::stderr().lock(), "Erreur : {reason}"));
    ExitCode::from(status)
}

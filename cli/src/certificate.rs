//! Certificates as files: one for each delivery under a folder, and the acknowledgements that a sender's program reads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ingest::certificat::{self, Certificat, History, Issuer};
use ingest::{Kinds, ReadFile};
use lake::delivery::{Delivery, DeliveryId, FileFinding, Verdict};
use serde::Deserialize;

use crate::config::Certificats;
use crate::context::Context;
use crate::declarations;
use crate::draft::Draft;
use crate::error::{CommandError, Doing, Result};

/// Forms of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    #[value(alias = "text")]
    Texte,
    Html,
    Json,
}

impl Form {
    pub fn render(self, certificates: &[Certificat]) -> String {
        match self {
            Self::Texte => certificat::texte(certificates),
            Self::Html => certificat::html(certificates),
            Self::Json => certificat::json(certificates),
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Texte => "txt",
            Self::Html => "html",
            Self::Json => "json",
        }
    }
}

/// Writes a certificate under a folder, named after its number and the file it is about. Returns its path.
pub fn write(folder: &Path, form: Form, certificate: &Certificat) -> Result<PathBuf> {
    let name = format!(
        "{}_{}.{}",
        certificate.numero,
        certificat::file_name(&certificate.fichier),
        form.extension()
    );
    let path = folder.join(&name);
    let text = form.render(std::slice::from_ref(certificate));
    // Renamed once written, so that whoever looks finds it whole; it can be made again, and is not worth a wait for the disk.
    let aside = folder.join(format!(".{name}.part"));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&aside, text))
        .and_then(|()| std::fs::rename(&aside, &path))
        .doing(format!("écriture de {}", path.display()))?;
    Ok(path)
}

/// Makes the folders that the configuration asks for: said before anything is loaded when they cannot be.
pub fn prepare(config: &Certificats) -> Result<()> {
    let folders = [
        config.dossier.as_ref().filter(|_| !config.formes.is_empty()),
        config.accuses.as_ref(),
    ];
    for folder in folders.into_iter().flatten() {
        std::fs::create_dir_all(folder)
            .doing(format!("création du dossier {}", folder.display()))
            .map_err(|error| {
                error.hint("[certificats] de la configuration dit où les écrire ; formes = [] : aucun certificat")
            })?;
    }
    Ok(())
}

/// What the row rules found in the deliveries read: said in their certificates, and not kept with them, since the lake is judged again.
pub type RowFindings = BTreeMap<DeliveryId, Vec<FileFinding>>;

pub fn row_findings(files: &[ReadFile]) -> RowFindings {
    files.iter().flat_map(|file| file.row_findings.clone()).collect()
}

/// Writes what the configuration asks for about the deliveries of a run: certificates by month of reception, acknowledgements by
/// source. A content received before has its certificate already.
pub fn publish(context: &Context, kinds: &Kinds, deliveries: &[Delivery], rows: &RowFindings) -> Result<()> {
    let config = &context.config.certificats;
    if config.dossier.is_none() && config.accuses.is_none() {
        return Ok(());
    }
    // A mistake in a rule is for those who compute: what was received has its certificate all the same.
    let of_region = declarations::of_region(&context.config).unwrap_or_default();
    let issuer = Issuer::new(kinds, History::Known).judged_at(context.now).beside(of_region);
    let written = deliveries.iter().try_for_each(|delivery| {
        let mut judged = delivery.clone();
        judged.findings.extend(rows.get(&delivery.id).cloned().unwrap_or_default());
        let certificate = issuer.certificate(&judged);
        if let Some(folder) = &config.dossier
            && delivery.verdict != Verdict::DejaRecue
        {
            let month = delivery
                .received_at
                .to_zoned(ingest::legal_time())
                .strftime("%Y-%m")
                .to_string();
            for form in &config.formes {
                write(&folder.join(&month), *form, &certificate)?;
            }
        }
        if let Some(folder) = &config.accuses
            && !delivery.source.is_empty()
        {
            acknowledge(&folder.join(certificat::file_name(&delivery.source)), &certificate)?;
        }
        Ok(())
    });
    written.map_err(|error: CommandError| {
        error.hint("les envois sont chargés ; corriger le dossier de [certificats], puis `oru check` refait un certificat")
    })
}

/// The JSON certificate in the folder of a sender: whole or not there. A content sent again has an acknowledgement of its own, which
/// leaves the first one as it is.
fn acknowledge(folder: &Path, certificate: &Certificat) -> Result<()> {
    let again = match certificate.verdict {
        Verdict::DejaRecue => ".deja_recue",
        _ => "",
    };
    let name = format!(
        "{}.{}{again}.json",
        certificat::file_name(&certificate.fichier),
        certificate.numero
    );
    Draft::whole(
        &folder.join(name),
        Form::Json.render(std::slice::from_ref(certificate)).as_bytes(),
    )
    .map(drop)
}

//! The certificate of a delivery that was judged without being loaded: what `oru check` prints, as text or as JSON
//! (`docs/schemas/certificat.json`).

use lake::delivery::{Delivery, FileFinding};
use serde_json::{Value, json};

use crate::account::lines;

/// Version of the JSON form; changes when a reader would have to.
pub const VERSION: u32 = 1;

/// What a file alone cannot tell.
pub const NOT_JUDGED: [&str; 3] = [
    "déjà reçu : demande l'historique des envois",
    "renvoi appauvri et ordre des extractions : demandent les envois précédents",
    "cohérence entre champs, séries et exhaustivité (RPU-X, RPU-E) : évaluées sur le lac, après chargement",
];

/// Everything the rules said of the deliveries of the files given.
pub fn json(deliveries: &[Delivery]) -> String {
    let pieces: Vec<Value> = deliveries.iter().map(piece).collect();
    let whole = json!({ "version": VERSION, "envois": pieces, "non_evalue": NOT_JUDGED });
    format!("{whole:#}\n")
}

fn piece(delivery: &Delivery) -> Value {
    json!({
        "fichier": delivery.file,
        "envoi": delivery.id,
        "genre": delivery.kind,
        "flux": delivery.flux,
        "finess": delivery.finess,
        "ordre": delivery.ordre,
        "extrait_le": delivery.extract,
        "du": delivery.date_from,
        "au": delivery.date_to,
        "encodage": delivery.encoding,
        "caracteres_remplaces": delivery.replacements,
        "verdict": delivery.verdict.as_str(),
        "raison": delivery.reason,
        "lus": delivery.counts.rows_read,
        "acceptes": delivery.counts.accepted,
        "rejetes": delivery.counts.rejected,
        "doublons": delivery.counts.duplicates,
        "hors_fenetre": delivery.counts.out_of_window,
        "elements_inconnus": delivery.unknown,
        "controles": delivery.findings,
    })
}

/// The same for people: one paragraph a delivery, the rules that found something, then what was not judged.
pub fn text(deliveries: &[Delivery]) -> String {
    let mut text = String::new();
    for delivery in deliveries {
        text.push_str(&paragraph(delivery));
        text.push('\n');
    }
    text.push_str("Non évalué :\n");
    for what in NOT_JUDGED {
        text.push_str(&format!("  - {what}\n"));
    }
    text
}

fn paragraph(delivery: &Delivery) -> String {
    let mut text = format!("{} : {}\n", delivery.file, delivery.verdict.label_fr());
    if let Some(reason) = &delivery.reason {
        text.push_str(&format!("  raison     : {reason}\n"));
    }
    if delivery.kind.is_empty() {
        return text;
    }
    text.push_str(&format!("  genre      : {}\n", delivery.kind));
    if let Some(finess) = &delivery.finess {
        let ordre = delivery.ordre.map(|ordre| format!("/{ordre}")).unwrap_or_default();
        text.push_str(&format!("  site       : {finess}{ordre}\n"));
    }
    if let Some(extract) = delivery.extract {
        text.push_str(&format!("  extraction : {} {}\n", extract.date(), extract.time()));
    }
    if let (Some(from), Some(to)) = (delivery.date_from, delivery.date_to) {
        text.push_str(&format!("  fenêtre    : du {from} au {to}\n"));
    }
    text.push_str(&format!(
        "  encodage   : {}, {} caractère(s) illisible(s)\n",
        delivery.encoding, delivery.replacements
    ));
    text.push_str(&format!("  lignes     : {}\n", lines(&delivery.counts)));
    if !delivery.unknown.is_empty() {
        let named: Vec<String> = delivery
            .unknown
            .iter()
            .map(|(name, count)| format!("{name} ({count})"))
            .collect();
        text.push_str(&format!("  éléments hors format : {}\n", named.join(", ")));
    }
    text.push_str(&controls(&delivery.findings));
    text
}

/// The rules that found something, the most severe first; how many found nothing or judged nothing.
fn controls(findings: &[FileFinding]) -> String {
    let mut found: Vec<&FileFinding> = findings.iter().filter(|finding| finding.violated > 0).collect();
    found.sort_by(|a, b| b.effect.cmp(&a.effect).then_with(|| a.rule.cmp(&b.rule)));
    let not_judged = findings.iter().filter(|finding| finding.eligible == 0).count();
    let mut text = format!(
        "  contrôles  : {} déclenchés, {} sans anomalie, {not_judged} sans objet ou non évalués\n",
        found.len(),
        findings.len() - found.len() - not_judged.min(findings.len() - found.len())
    );
    for finding in found {
        let line = finding.first_line.map(|line| format!(", ligne {line}")).unwrap_or_default();
        text.push_str(&format!(
            "    {:<9} {:<13} {} sur {}{line}{}\n",
            finding.rule,
            finding.effect.as_str(),
            finding.violated,
            finding.eligible,
            finding
                .message
                .as_deref()
                .map(|message| format!(" : {message}"))
                .unwrap_or_default()
        ));
    }
    text
}

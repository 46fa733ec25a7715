//! The certificates for a terminal: the verdict, what was counted, what to correct, what could not be evaluated.

use std::fmt::Write;

use super::words::{causes, counted, facts, grouped, in_part, mark, percent, places, said};
use super::{Certificat, Constat};

/// Characters of a line.
const WIDTH: usize = 100;

pub fn texte(certificates: &[Certificat]) -> String {
    let pages: Vec<String> = certificates.iter().map(page).collect();
    pages.join(&format!("\n{}\n\n", "─".repeat(WIDTH)))
}

fn page(certificate: &Certificat) -> String {
    let mut text = format!("Certificat {}\n{}\n\n", certificate.numero, certificate.fichier);
    let verdict = certificate.verdict.label_fr().to_uppercase();
    let motif = &certificate.motif;
    add(
        &mut text,
        "  ",
        &format!("{} {verdict} : {}", mark(certificate.verdict), motif.titre),
    );
    add(&mut text, "    ", &format!("{} ({})", motif.explication, motif.regle));
    if let Some(detail) = &motif.detail {
        add(&mut text, "    ", &format!("Ici : {detail}."));
    }
    add(&mut text, "    ", &motif.suite);
    text.push('\n');
    for (name, value) in facts(certificate) {
        add(&mut text, &format!("  {name:<11}"), &value);
    }
    let counts = &certificate.comptes;
    let read = format!(
        "lus {} = acceptés {} + rejetés {} + doublons {} + hors période {}",
        counted(counts.lus),
        counted(counts.acceptes),
        counted(counts.rejetes),
        counted(counts.doublons),
        counted(counts.hors_fenetre)
    );
    add(&mut text, "  Comptes    ", &read);
    let stored = match counts.ajoutes {
        None => "ajoutés, remplacés, inchangés : non évalué".to_owned(),
        Some(added) => format!(
            "acceptés = ajoutés {} + remplacés {} + inchangés {} ; retirés {}",
            grouped(added),
            counted(counts.remplaces),
            counted(counts.inchanges),
            counted(counts.retires)
        ),
    };
    add(&mut text, "             ", &stored);
    findings(&mut text, certificate);
    if !certificate.elements_inconnus.is_empty() {
        let named: Vec<String> = certificate
            .elements_inconnus
            .iter()
            .map(|(name, count)| format!("{name} ({count})"))
            .collect();
        add(&mut text, "\nHors format, non conservé : ", &named.join(", "));
    }
    text.push_str("\nNon évalué (ne compte jamais comme conforme)\n");
    for line in &certificate.non_evalue {
        add(
            &mut text,
            "  - ",
            &format!("{} · {} : {}", line.regles, line.titre, line.pourquoi),
        );
    }
    lists(&mut text, certificate);
    text
}

fn findings(text: &mut String, certificate: &Certificat) {
    let bilan = &certificate.bilan;
    let sums = format!(
        "\nContrôles : {} en anomalie, {} sans anomalie, {} sans objet, {} non évalués\n",
        bilan.en_anomalie, bilan.sans_anomalie, bilan.sans_objet, bilan.non_evaluees
    );
    text.push_str(&sums);
    let (corrects, informs): (Vec<&Constat>, Vec<&Constat>) = causes(certificate).partition(|found| found.a_corriger);
    for found in corrects {
        add(
            text,
            "\n  ",
            &format!("{} · {} · {}", found.regle, found.titre, found.effet.label_fr()),
        );
        add(text, "      ", &size(found));
        add(text, "      Corriger : ", &found.correction);
        add(text, "      Sinon    : ", &found.consequence);
        for follows in found.explains(&certificate.constats) {
            add(text, "      Suite    : ", &suite(follows));
        }
    }
    if !informs.is_empty() {
        text.push_str("\n  Pour information\n");
    }
    for found in informs {
        add(text, "  - ", &format!("{} · {}", found.regle, said(found)));
        for follows in found.explains(&certificate.constats) {
            add(text, "      Suite    : ", &suite(follows));
        }
    }
}

/// One line for what its cause explains: correcting the cause corrects it.
fn suite(found: &Constat) -> String {
    format!(
        "{} · {} · {} · {}",
        found.regle,
        found.titre,
        found.effet.label_fr(),
        size(found)
    )
}

/// « 12 en défaut sur 340 (3,5 %), lignes 8, 19… ».
fn size(found: &Constat) -> String {
    let place = places(found).map(|place| format!(", {place}")).unwrap_or_default();
    match found.evalues {
        0 | 1 => format!("fichier{place}"),
        _ => format!(
            "{} en défaut sur {} ({}){place}{}",
            grouped(found.anomalies),
            grouped(found.evalues),
            percent(found.part),
            in_part(found)
        ),
    }
}

fn lists(text: &mut String, certificate: &Certificat) {
    if certificate.listes.is_empty() {
        return;
    }
    let _ = write!(text, "\nListes de codes (catalogue {})\n", certificate.catalogue);
    for list in &certificate.listes {
        let codes = list.codes.map(|codes| format!(" · {codes} codes")).unwrap_or_default();
        let hash = list.empreinte.as_deref().map(|hash| format!(" · {hash}")).unwrap_or_default();
        add(text, "  - ", &format!("{} : {}{codes}{hash}", list.nom, list.version));
    }
}

/// Adds a paragraph: its first line after `head`, the others aligned under it.
fn add(text: &mut String, head: &str, words: &str) {
    let margin = head.trim_start_matches('\n').chars().count();
    text.push_str(head);
    let mut used = margin;
    for (rank, word) in words.split(' ').enumerate() {
        let length = word.chars().count();
        if rank > 0 && used + 1 + length > WIDTH {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', margin));
            used = margin;
        } else if rank > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += length;
    }
    text.push('\n');
}

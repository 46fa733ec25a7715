//! The certificates as one self-contained page: no script, nothing fetched, every text of the file escaped.

use std::fmt::Write;

use jiff::tz::TimeZone;
use lake::finding::Effect;

use super::words::{NOT_JUDGED, causes, counted, day, facts, grouped, in_part, mark, percent, places, said};
use super::{Certificat, Constat};
use crate::context::legal_time;

const STYLE: &str = include_str!("../../certificat/certificat.css");

pub fn html(certificates: &[Certificat]) -> String {
    let title = match certificates {
        [one] => format!("Certificat {} · {}", one.numero, one.fichier),
        several => format!("{} certificats", several.len()),
    };
    let zone = legal_time();
    let articles: String = certificates.iter().map(|certificate| article(certificate, &zone)).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{articles}</main>\n</body>\n</html>\n",
        escape(&title)
    )
}

fn article(certificate: &Certificat, zone: &TimeZone) -> String {
    let verdict = certificate.verdict;
    let motif = &certificate.motif;
    let mut page = format!(
        "<article class=\"{}\">\n<header><h1>Certificat de l'envoi</h1><span class=\"numero\">{}</span>\
         <p class=\"fichier\">{}</p></header>\n<div class=\"verdict\"><h2><span aria-hidden=\"true\">{}</span>Envoi : {}</h2>\n\
         <p><strong>{}.</strong> {} <small>({})</small></p>\n",
        verdict.as_str(),
        certificate.numero,
        escape(&certificate.fichier),
        mark(verdict),
        verdict.label_fr(),
        escape(&motif.titre),
        escape(&motif.explication),
        escape(&motif.regle),
    );
    if let Some(detail) = &motif.detail {
        let _ = writeln!(page, "<p>Ici : {}.</p>", escape(detail.trim_end_matches('.')));
    }
    let _ = writeln!(page, "<p class=\"suite\">{}</p></div>", escape(&motif.suite));
    page.push_str("<section><h2>Ce qui a été reçu</h2><dl class=\"faits\">\n");
    for (name, value) in facts(certificate) {
        let _ = writeln!(page, "<div><dt>{name}</dt><dd>{}</dd></div>", escape(&value));
    }
    page.push_str("</dl></section>\n");
    counts(&mut page, certificate);
    findings(&mut page, certificate);
    not_judged(&mut page, certificate);
    lists(&mut page, certificate);
    let at = certificate.juge_le.to_zoned(zone.clone());
    let _ = writeln!(
        page,
        "<footer>Jugé le {} à {:02}:{:02}, heure légale, catalogue {}. Le même fichier jugé de même, par le même catalogue, porte le même numéro. \
         Ce certificat ne contient aucune valeur de patient.</footer>\n</article>",
        day(at.date()),
        at.hour(),
        at.minute(),
        certificate.catalogue
    );
    page
}

fn counts(page: &mut String, certificate: &Certificat) {
    let counts = &certificate.comptes;
    page.push_str("<section><h2>Enregistrements</h2>\n");
    let parts = [
        ("acceptes", "acceptés", counts.acceptes),
        ("rejetes", "rejetés", counts.rejetes),
        ("doublons", "doublons", counts.doublons),
        ("hors_fenetre", "hors période", counts.hors_fenetre),
    ];
    if let Some(read) = counts.lus.filter(|read| *read > 0) {
        page.push_str("<div class=\"barre\" aria-hidden=\"true\">");
        for (class, _, count) in parts {
            let share = count.unwrap_or_default() as f64 * 100.0 / read as f64;
            if share > 0.0 {
                let _ = write!(page, "<i class=\"{class}\" style=\"width:{share:.2}%\"></i>");
            }
        }
        page.push_str("</div>\n");
    }
    page.push_str("<dl class=\"comptes\">\n");
    let mut line = |class: &str, name: &str, count: Option<u64>| {
        let swatch = if class.is_empty() {
            String::new()
        } else {
            format!("<b class=\"{class}\"></b>")
        };
        let state = if count.is_none() { " class=\"non_evalue\"" } else { "" };
        let _ = writeln!(page, "<div><dt>{swatch}{name}</dt><dd{state}>{}</dd></div>", counted(count));
    };
    line("", "lus", counts.lus);
    for (class, name, count) in parts {
        line(class, name, count);
    }
    page.push_str("</dl>\n<p class=\"bilan\">");
    match counts.ajoutes {
        None => {
            let _ = write!(page, "Ajoutés, remplacés, inchangés : <em>{NOT_JUDGED}</em>.");
        }
        Some(added) => {
            let _ = write!(
                page,
                "Parmi les acceptés : {} ajoutés, {} remplacés, {} inchangés ; {} retirés de la vue.",
                grouped(added),
                counted(counts.remplaces),
                counted(counts.inchanges),
                counted(counts.retires)
            );
        }
    }
    page.push_str("</p></section>\n");
}

fn findings(page: &mut String, certificate: &Certificat) {
    let bilan = &certificate.bilan;
    let (corrects, informs): (Vec<&Constat>, Vec<&Constat>) = causes(certificate).partition(|found| found.a_corriger);
    let _ = writeln!(
        page,
        "<section><h2>À corriger</h2>\n<p class=\"bilan\">{} contrôles en anomalie, {} sans anomalie, {} sans objet dans ce fichier, \
         {} non évalués.</p>",
        bilan.en_anomalie, bilan.sans_anomalie, bilan.sans_objet, bilan.non_evaluees
    );
    if corrects.is_empty() {
        page.push_str("<p>Rien à corriger parmi ce qui a été évalué.</p>\n");
    }
    for found in corrects {
        let _ = writeln!(
            page,
            "<div class=\"constat {}\"><h3><code>{}</code>{}<span class=\"effet\">{}</span></h3>\n<p class=\"combien\">{}</p>\n\
             <dl><dt>Corriger</dt><dd>{}</dd><dt>Conséquence</dt><dd>{}</dd>{}</dl></div>",
            class(found.effet),
            escape(&found.regle),
            escape(&found.titre),
            found.effet.label_fr(),
            size(found),
            escape(&found.correction),
            escape(&found.consequence),
            suites(found, certificate)
        );
    }
    page.push_str("</section>\n");
    if !informs.is_empty() || !certificate.elements_inconnus.is_empty() {
        page.push_str("<section><h2>Pour information</h2><ul class=\"simple\">\n");
        for found in informs {
            let _ = writeln!(
                page,
                "<li>{} <small>({})</small>{}</li>",
                escape(&said(found)),
                escape(&found.regle),
                follows(found, certificate)
            );
        }
        for (name, count) in &certificate.elements_inconnus {
            let _ = writeln!(
                page,
                "<li>Hors format, non conservé : {} ({})</li>",
                escape(name),
                grouped(*count)
            );
        }
        page.push_str("</ul></section>\n");
    }
}

/// What a cause explains whole, in one entry.
fn suites(found: &Constat, certificate: &Certificat) -> String {
    match follows(found, certificate) {
        none if none.is_empty() => none,
        list => format!("<dt>Suites</dt><dd>Sur les mêmes enregistrements, et corrigées avec :{list}</dd>"),
    }
}

fn follows(found: &Constat, certificate: &Certificat) -> String {
    let line = |follows: &Constat| {
        format!(
            "<li><code>{}</code> {}, {} : {}</li>",
            escape(&follows.regle),
            escape(&follows.titre),
            follows.effet.label_fr(),
            size(follows)
        )
    };
    let lines: String = found.explains(&certificate.constats).map(line).collect();
    match lines.is_empty() {
        true => lines,
        false => format!("<ul class=\"suites\">{lines}</ul>"),
    }
}

fn class(effect: Effect) -> &'static str {
    match effect {
        Effect::Info | Effect::Flag => "leger",
        Effect::VoidItem | Effect::VoidField | Effect::VoidDerived => "moyen",
        Effect::Quarantine | Effect::HoldFile | Effect::RejectRecord | Effect::RejectFile | Effect::BlockRelease => "grave",
    }
}

/// How much of what was evaluated, and where; numbers only.
fn size(found: &Constat) -> String {
    let place = places(found).map(|place| format!(", {place}")).unwrap_or_default();
    match found.evalues {
        0 | 1 => format!("Sur le fichier{place}"),
        _ => format!(
            "<strong>{}</strong> en défaut sur {} ({}){place}{}",
            grouped(found.anomalies),
            grouped(found.evalues),
            percent(found.part),
            escape(&in_part(found))
        ),
    }
}

fn not_judged(page: &mut String, certificate: &Certificat) {
    page.push_str("<section><h2>Non évalué</h2>\n<p class=\"bilan\">Ce qui n'est pas évalué ne compte jamais comme conforme.</p><ul class=\"simple\">\n");
    for line in &certificate.non_evalue {
        let _ = writeln!(
            page,
            "<li>{} : {} <small>({})</small></li>",
            escape(&line.titre),
            escape(&line.pourquoi),
            escape(&line.regles)
        );
    }
    page.push_str("</ul></section>\n");
}

fn lists(page: &mut String, certificate: &Certificat) {
    if certificate.listes.is_empty() {
        return;
    }
    page.push_str(
        "<section><h2>Listes de codes appliquées</h2><div class=\"defile\"><table class=\"listes\">\
         <thead><tr><th>Liste</th><th>Version</th><th>Codes</th><th>Empreinte</th></tr></thead><tbody>\n",
    );
    for list in &certificate.listes {
        let codes = list.codes.map(|codes| grouped(codes as u64)).unwrap_or_default();
        let _ = writeln!(
            page,
            "<tr><td>{} <small>({})</small></td><td>{}</td><td class=\"nombre\">{codes}</td><td><code>{}</code></td></tr>",
            escape(&list.libelle),
            escape(&list.nom),
            escape(&list.version),
            list.empreinte.as_deref().unwrap_or_default()
        );
    }
    page.push_str("</tbody></table></div></section>\n");
}

/// Text that came from outside, or may hold a sign of the markup.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sender_writes_is_text() {
        assert_eq!(escape("<b onload='x'>&\""), "&lt;b onload=&#39;x&#39;&gt;&amp;&quot;");
    }
}

//! Words that the forms of a certificate share.

use jiff::civil::Date;
use lake::delivery::Verdict;

use super::{Certificat, Constat};

/// What is written where nothing was counted or judged.
pub(super) const NOT_JUDGED: &str = "non évalué";

/// A whole number with its thousands apart (narrow no-break space), as French readers expect.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (rank, digit) in digits.chars().enumerate() {
        if rank > 0 && (digits.len() - rank).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage, one digit at most; what is not all never reads as all.
pub(super) fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round();
    match share {
        share if share > 0.0 && tenths < 1.0 => "moins de 0,1 %".to_owned(),
        share if share < 1.0 && tenths >= 1000.0 => "plus de 99,9 %".to_owned(),
        _ if tenths % 10.0 == 0.0 => format!("{} %", tenths / 10.0),
        _ => format!("{:.1} %", tenths / 10.0).replace('.', ","),
    }
}

pub(super) fn day(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// A count, or that there is none.
pub(super) fn counted(count: Option<u64>) -> String {
    count.map_or_else(|| NOT_JUDGED.to_owned(), grouped)
}

/// « lignes 12, 45, 78 », « ligne 12 », nothing.
pub(super) fn places(found: &Constat) -> Option<String> {
    let named: Vec<String> = found.lignes.iter().map(u32::to_string).collect();
    let more = match found.anomalies > found.lignes.len() as u64 {
        true => "…",
        false => "",
    };
    match named.len() {
        0 => None,
        1 => Some(format!("ligne {}{more}", named[0])),
        _ => Some(format!("lignes {}{more}", named.join(", "))),
    }
}

/// What nothing else of the certificate explains whole.
pub(super) fn causes(certificate: &Certificat) -> impl Iterator<Item = &Constat> {
    certificate.constats.iter().filter(|found| !found.is_explained())
}

/// How much of it another rule explains, when it is not all.
pub(super) fn in_part(found: &Constat) -> String {
    match &found.suite_de {
        Some(suite) if !found.is_explained() => {
            format!(" ; {} suivent de {}", grouped(suite.anomalies), suite.regle)
        }
        _ => String::new(),
    }
}

/// What a rule says of what it found, with its places.
pub(super) fn said(found: &Constat) -> String {
    let place = places(found).map(|place| format!(", {place}")).unwrap_or_default();
    let counted = || match found.evalues {
        0 | 1 => found.titre.clone(),
        _ => format!(
            "{} : {} sur {} ({})",
            found.titre,
            grouped(found.anomalies),
            grouped(found.evalues),
            percent(found.part)
        ),
    };
    let message = found.message.clone().unwrap_or_else(counted);
    format!("{}{place}", message.trim_end_matches('.'))
}

/// The facts of a delivery, each with its name, in the order in which they are read.
pub(super) fn facts(certificate: &Certificat) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(genre) = &certificate.genre {
        facts.push(("Extrait", genre.libelle.clone()));
        facts.push(("Version", genre.version.clone()));
    }
    if let Some(finess) = &certificate.finess {
        let ordre = certificate.ordre.map(|ordre| format!(", ordre {ordre}")).unwrap_or_default();
        facts.push(("Site", format!("{finess}{ordre}")));
    }
    if let Some(at) = certificate.extrait_le {
        facts.push((
            "Extraction",
            format!("{} à {:02}:{:02}", day(at.date()), at.hour(), at.minute()),
        ));
    }
    if let (Some(from), Some(to)) = (certificate.du, certificate.au) {
        facts.push(("Période", format!("du {} au {}", day(from), day(to))));
    }
    let size = certificate.octets.div_ceil(1024);
    facts.push(("Taille", format!("{} Kio", grouped(size))));
    if !certificate.encodage.is_empty() {
        facts.push(("Encodage", certificate.encodage.clone()));
    }
    facts.push(("Empreinte", format!("BLAKE3 {}", certificate.empreinte)));
    facts
}

/// A name received, as the name of a file here: letters, digits, dots, dashes and underscores, at most 80 characters.
pub fn file_name(received: &str) -> String {
    let safe = |letter: char| match letter.is_ascii_alphanumeric() || ".-_".contains(letter) {
        true => letter,
        false => '_',
    };
    let name: String = received.chars().take(80).map(safe).collect();
    name.trim_start_matches('.').to_owned()
}

/// A mark that is read without colour.
pub(super) fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Conforme => "✓",
        Verdict::ConformeAvecReserves => "!",
        Verdict::NonConforme | Verdict::Refusee => "✗",
        Verdict::EnQuarantaine | Verdict::EnAttente => "…",
        Verdict::DejaRecue => "=",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        let shown = [0, 999, 1000, 4163017].map(grouped);
        assert_eq!(shown, ["0", "999", "1\u{202f}000", "4\u{202f}163\u{202f}017"]);
    }

    #[test]
    fn the_marks_of_the_verdicts_are_in_the_usual_fonts() {
        let verdicts = [
            Verdict::Conforme,
            Verdict::EnQuarantaine,
            Verdict::EnAttente,
            Verdict::DejaRecue,
        ];
        let marks: String = verdicts.map(mark).concat();
        // Technical signs and emoji are an empty box where their font is absent.
        assert!(
            !marks
                .chars()
                .any(|sign| ('\u{2300}'..='\u{23ff}').contains(&sign) || sign > '\u{ffff}'),
            "{marks}"
        );
    }

    #[test]
    fn a_name_received_leads_nowhere_else() {
        assert_eq!(file_name("../../etc/x é.xml"), "_.._etc_x__.xml");
        assert_eq!(file_name("nuit.zip!a/b.xml"), "nuit.zip_a_b.xml");
    }

    #[test]
    fn a_share_that_is_not_zero_never_reads_zero() {
        let shown = [0.0, 0.0001, 0.01, 0.125, 0.9996, 1.0].map(percent);
        assert_eq!(shown, ["0 %", "moins de 0,1 %", "1 %", "12,5 %", "plus de 99,9 %", "100 %"]);
    }
}

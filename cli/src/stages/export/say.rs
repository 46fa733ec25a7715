//! What an export says on stdout: every count of its record.

use std::path::Path;

use lake::delivery::Verdict;

use crate::account::count;
use crate::stages::export::record::{Day, Period};
use crate::talk;
use crate::words::grouped;

/// What was forwarded of one day.
pub fn oscour(told: &Day, folder: &Path) {
    let of = |verdict: Verdict| told.fichiers.iter().filter(|file| file.verdict == verdict.as_str()).count() as u64;
    let mut text = format!(
        "OSCOUR, reçu le {} : {}, {} = {} + {}\n",
        told.jour,
        count(told.passages, "passage", "passages"),
        count(told.recus, "envoi reçu", "envois reçus"),
        count(told.fichiers.len() as u64, "transmis", "transmis"),
        count(told.non_transmis.len() as u64, "non transmis", "non transmis"),
    );
    for (verdict, what) in [
        (Verdict::EnAttente, "en attente d'une décision ici"),
        (Verdict::EnQuarantaine, "en quarantaine ici"),
    ] {
        if of(verdict) > 0 {
            text.push_str(&format!("  dont {} {what}\n", count(of(verdict), "envoi", "envois")));
        }
    }
    for (number, what) in [
        (told.lignes_illisibles, "lignes sans le bon nombre de cases, non transmises"),
        (told.elements_hors_format, "éléments hors du format national, non transmis"),
        (
            told.passages_confondus,
            "passages transmis que seuls ces éléments distinguaient d'un autre : le destinataire les lira en double",
        ),
        (told.autres_genres, "envois d'un autre genre, hors de ce message"),
    ] {
        if number > 0 {
            text.push_str(&format!("  {} : {what}\n", grouped(number)));
        }
    }
    text.push_str(&format!("  fichiers et relevé : {}\n", folder.display()));
    talk::print(&text);
}

/// What the archives of one period hold.
pub fn syrius(period: &Period) {
    let mut text = format!(
        "SYRIUS, du {} au {} : {} en vigueur, tous écrits, dans {}\n",
        period.du,
        period.au,
        count(period.passages, "passage", "passages"),
        count(period.fichiers.len() as u64, "archive", "archives"),
    );
    let (sends, losses) = (&period.envois, &period.moins_precis);
    text.push_str(&format!(
        "  envois de la période : {}, {} hors foi, {}, {} en attente, {} en quarantaine\n",
        count(sends.charges, "chargé", "chargés"),
        grouped(sends.hors_foi),
        count(sends.refuses, "refusé", "refusés"),
        grouped(sends.en_attente),
        grouped(sends.en_quarantaine),
    ));
    if sends.en_attente + sends.en_quarantaine > 0 {
        text.push_str("  ce qui attend n'est pas dans les fichiers : décider (oru lake status), puis relancer cet export\n");
    }
    let withheld: Vec<String> = losses
        .textes_retires
        .iter()
        .map(|(element, count)| format!("{element} {}", grouped(*count)))
        .collect();
    for (number, what) in [
        (
            period.sans_passage.len() as u64,
            "structures sans aucun passage : pas de fichier",
        ),
        (
            losses.sans_piece,
            "passages dont la pièce n'est plus dans raw/ : code géographique au département, âge en jours inconnu",
        ),
        (
            losses.residence_departement,
            "codes postaux inconnus, remplacés par le département (DD999) ou 99999",
        ),
        (losses.age_inconnu, "passages sans âge connu : AGE et AGE_JOURS à 0"),
        (
            losses.ne_le_jour_de_l_entree,
            "passages d'enfants nés le jour de l'entrée : AGE et AGE_JOURS à 0, que ce format ne distingue pas d'un âge inconnu",
        ),
        (
            losses.textes_retires.values().sum(),
            "textes non conformes sans forme de code, retirés",
        ),
    ] {
        if number > 0 {
            text.push_str(&format!("  {} {what}\n", grouped(number)));
        }
    }
    if !withheld.is_empty() {
        text.push_str(&format!("    soit : {}\n", withheld.join(", ")));
    }
    talk::print(&text);
}

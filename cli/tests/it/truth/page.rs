//! `docs/reference/fautes.md`, written from what was found.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use fixtures::faults::FAUTES;

use super::clean::Alarm;
use super::compare::Line;

const REGENERATE: &str = "make fautes";

pub fn page(lines: &[Line], alarms: &[Alarm]) -> String {
    let mut text = format!(
        "<!-- Page écrite par `{REGENERATE}` : elle dit ce que l'essai a trouvé. -->\n\n# Les fautes et leurs contrôles\n\n\
         Chaque faute du générateur est injectée sur un site, puis la même région est relue sans elle : ce qui est trouvé en plus est \
         comparé à ce que le générateur dit avoir fait, site par site, jour par jour (ou fichier par fichier). « Ailleurs » : \
         anomalies de ce contrôle en plus aux sites et fichiers qu'aucune faute de ce contrôle ne touche. Les suites d'une faute (des passages non envoyés, des fichiers en attente) aux sites touchés n'en sont pas.\n\n\
         | n° | faute | contrôle | site | unité | jours ou fichiers | faites | trouvées | ailleurs |\n\
         |---|---|---|---|---|--:|--:|--:|--:|\n"
    );
    let sum = |counts: &BTreeMap<String, i64>| counts.values().sum::<i64>();
    for line in lines.iter().filter(|line| line.months.is_none()) {
        let (number, name) = (line.fault.numero, line.fault.nom);
        writeln!(
            text,
            "| {number} | `{name}` | {} | {} | {} | {} | {} | {} | {} |",
            line.check,
            line.site,
            line.unit,
            line.made.len(),
            sum(&line.made),
            sum(&line.found),
            line.elsewhere.len()
        )
        .unwrap();
    }
    text.push_str(
        "\n## Contrôles d'un mois\n\nIls jugent un mois, ou un champ d'un mois : leur compte n'est pas celui des passages touchés, leurs mois \
         sont ceux de la faute. « en plus » : ce qu'ils signalent au site avec la faute et pas sans elle. « ailleurs » de RPU-T04 : \
         la moyenne et l'écart-type des sites bougent avec les fautes de tous.\n\n\
         | n° | faute | contrôle | site | passages touchés | mois : en plus | ailleurs |\n|---|---|---|---|--:|---|--:|\n",
    );
    for line in lines.iter().filter(|line| line.months.is_some()) {
        let (number, name) = (line.fault.numero, line.fault.nom);
        let found = line.found.iter().map(|(month, count)| format!("{month} : {count:+}"));
        let found = found.collect::<Vec<_>>().join(", ");
        writeln!(
            text,
            "| {number} | `{name}` | {} | {} | {} | {found} | {} |",
            line.check,
            line.site,
            sum(&line.made),
            line.elsewhere.len()
        )
        .unwrap();
    }
    text.push_str("\n## Sans contrôle comparé ici\n\n");
    for fault in FAUTES
        .iter()
        .filter(|fault| !lines.iter().any(|line| line.fault.nom == fault.nom))
    {
        writeln!(
            text,
            "- `{}` : {} ; attendu : {}.",
            fault.nom,
            fault.description,
            because(fault.nom)
        )
        .unwrap();
    }
    text.push_str(
        "\n## Fausses alertes d'une région sans faute\n\nAucun enregistrement ni fichier n'est rejeté. Les autres contrôles qui signalent \
         quelque chose, avec leur compte sur tous les sites et mois ; les champs qu'un site ne remplit pas, ou qu'il remplit à sa façon, \
         font partie de la région ordinaire, comme les états de lits périmés (BED-C09 : un cinquième à un tiers, calibration §7) et des comptes \
         tirés au sort qui se répètent (BED-C10, MMG-C11). RPU-T01 compte aussi les jours des sites qui n'envoient rien, ici la plupart ; RPU-F13, l'historique reçu en une fois.\n\n| contrôle | effet | sites | anomalies | examinés |\n|---|---|--:|--:|--:|\n",
    );
    for alarm in alarms {
        let Alarm {
            check,
            effect,
            sites,
            violated,
            eligible,
        } = alarm;
        writeln!(text, "| {check} | {effect} | {sites} | {violated} | {eligible} |").unwrap();
    }
    text
}

fn because(fault: &str) -> &'static str {
    match fault {
        "zip" => "rien, les nuits de l'archive sont lues comme les autres",
        _ => "rien",
    }
}

/// Fails when the page says something else; writes it when asked to.
pub fn check(text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/fautes.md");
    if std::env::var_os("ORU_PAGES").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/reference/fautes.md is stale: run `{REGENERATE}`");
}

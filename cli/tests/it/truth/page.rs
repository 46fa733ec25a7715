//! `docs/reference/fautes.md`, written from what was found.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use fixtures::faults::FAUTES;

use super::clean::{Alarm, Clean, Received};
use super::compare::Line;

const REGENERATE: &str = "make fautes";

pub fn page(lines: &[Line], clean: &Clean) -> String {
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
    text + &false_alarms(clean)
}

/// What a region without fault raises: nothing that blocks, and the rest counted.
fn false_alarms(clean: &Clean) -> String {
    let Received {
        site_days,
        deliveries,
        records,
        blocked,
    } = &clean.received;
    let mut text = format!(
        "\n## Fausses alertes d'une région sans faute\n\nLes mêmes régions sans leurs fautes, et une de deux mois avec tous les extraits : \
         {site_days} jours-sites, {deliveries} envois, {records} enregistrements lus. Seuls comptent les sites qui ont été faits et les jours \
         pour lesquels ils l'ont été : les autres structures de la région n'envoient rien ici, ce qui n'est pas une fausse alerte.\n\n\
         **Contrôles qui bloquent** (enregistrement ou fichier rejeté, envoi en quarantaine ou en attente) : {} fausse alerte, {} envoi \
         qui ne soit pas chargé en entier.\n",
        clean.alarms.iter().filter(|alarm| alarm.blocks()).count(),
        blocked.len()
    );
    let table = |text: &mut String, is_wanted: fn(&Alarm) -> bool| {
        text.push_str("| contrôle | effet | sites | anomalies | examinés | part |\n|---|---|--:|--:|--:|--:|\n");
        for alarm in clean.alarms.iter().filter(|alarm| is_wanted(alarm)) {
            let Alarm {
                check,
                effect,
                sites,
                violated,
                eligible,
            } = alarm;
            let share = 100.0 * *violated as f64 / (*eligible).max(1) as f64;
            let share = format!("{share:.1}").replace('.', ",");
            writeln!(text, "| {check} | {effect} | {sites} | {violated} | {eligible} | {share} % |").unwrap();
        }
    };
    text.push_str(
        "\n**Contrôles qui signalent.** Les états de lits périmés font partie de la région ordinaire (BED-C09 : un cinquième à un tiers, \
         calibration §7), comme des comptes tirés au sort qui se répètent (BED-C10, MMG-C11) ; les petits sites d'une région réduite au \
         tiers ou au dixième ont des jours presque vides.\n\n",
    );
    table(&mut text, |alarm| alarm.effect != "info");
    text.push_str(
        "\n**Contrôles pour information.** Les champs qu'un site ne remplit pas, ou qu'il remplit à sa façon, font partie de la région ordinaire ; \
         RPU-F13 compte l'historique reçu en une fois.\n\n",
    );
    table(&mut text, |alarm| alarm.effect == "info");
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

//! The deliveries expected on a day, and what became of each.

use jiff::civil::Date;
use serde_json::json;
use transform::Inputs;
use transform::series::expected::{Livraison, livraisons};

use super::history::Wanted;
use super::places;
use crate::context::{Context, ZONE};
use crate::error::{CommandError, Result};
use crate::listing::Listing;
use crate::stages::{self, basis};
use crate::{reading, sites};

/// Those of `--du` to `--au`; of today without them.
pub fn expected(context: &Context, wanted: &Wanted) -> Result<Listing> {
    let columns = &[
        "jour", "etat", "finess", "ordre", "nom", "flux", "limite", "recu", "envois", "detail", "contact",
    ];
    let mut listing = Listing::new("expected", columns);
    let from = wanted.du.or(wanted.au).unwrap_or_else(|| context.today());
    let to = wanted.au.unwrap_or(from);
    if from > to {
        return Err(CommandError::usage(format!("--du {from} est après --au {to}")).hint("échanger les deux jours"));
    }
    let parameters = sites::parametres(&context.config)?;
    let mut attentes = sites::attentes(&context.config)?;
    if attentes.is_empty() {
        return Err(CommandError::work("aucune livraison n'est attendue")
            .hint("dire ce que chaque site doit envoyer, et quels jours, dans [sites] parametres (docs/sites.md)"));
    }
    if let Some(finess) = &wanted.finess {
        attentes.retain(|attente| attente.finess == *finess);
        if attentes.is_empty() {
            let structures = reading::structures(&context.config)?;
            let known = parameters.iter().map(|line| line.attente.finess.as_str());
            let known = known.chain(structures.iter().map(|structure| structure.finess.as_str()));
            return Err(CommandError::unknown(
                "--finess : aucune livraison n'est attendue de ce site",
                finess,
                known,
            ));
        }
    }
    let store = stages::open(context)?;
    let (envois, copies) = basis::received(&store, from, to, None)?;
    let inputs = Inputs {
        attentes,
        envois,
        copies,
        ..Inputs::default()
    };
    let name = places::names(context)?;
    let mut rows = livraisons(&inputs, from, to);
    rows.sort_by(|a, b| (a.jour, &a.finess, a.ordre, &a.flux).cmp(&(b.jour, &b.finess, b.ordre, &b.flux)));
    for row in rows {
        let contact = parameters.iter().find(|line| {
            let said = &line.attente;
            (&said.finess, said.ordre, &said.flux) == (&row.finess, row.ordre, &row.flux) && said.covers(row.jour)
        });
        listing.push([
            json!(row.jour),
            json!(state(&row, minutes_since(row.jour, context))),
            json!(row.finess),
            json!(row.ordre),
            json!(name(&row.finess, row.ordre)),
            json!(row.flux.as_deref().unwrap_or("passages")),
            json!(clock(row.limite_min)),
            json!(row.recu_min.map(clock)),
            json!(row.envois),
            json!(detail(&row).join(" ; ")),
            json!(contact.and_then(|line| line.contact.clone())),
        ]);
    }
    Ok(listing)
}

/// One word for a delivery. `now`: minutes since the midnight that begins its day.
fn state(row: &Livraison, now: i64) -> &'static str {
    match row {
        row if row.envois == 0 && row.copies > 0 => "en double",
        row if row.envois == 0 && row.refuses > 0 => "refusée",
        row if row.envois == 0 && now < i64::from(row.limite_min) => "attendue",
        row if row.envois == 0 => "silencieuse",
        row if repeats(row) => "en double",
        row if row.en_attente > 0 || shrinks(row) || stops_short(row) => "incomplète",
        row if is_late(row) => "en retard",
        _ => "reçue",
    }
}

/// Everything that the word leaves out.
fn detail(row: &Livraison) -> Vec<String> {
    let mut said = Vec::new();
    let mut say = |is_so: bool, text: String| said.extend(is_so.then_some(text));
    say(row.en_attente > 0, "retenue par un garde-fou (oru lake status)".to_owned());
    say(row.refuses > 0, format!("{} refusé ou écarté", row.refuses));
    say(is_late(row), "après l'heure limite".to_owned());
    say(
        shrinks(row),
        format!("{} jour(s) perdent plus d'un dixième", row.jours_reduits.unwrap_or(0)),
    );
    say(
        stops_short(row),
        format!("s'arrête {} jours avant", row.recul_jours.unwrap_or(0)),
    );
    say(
        repeats(row),
        format!("{} livraisons de suite sans rien de nouveau", row.sans_nouveau.unwrap_or(0)),
    );
    say(row.copies > 0, format!("{} copie(s) d'un contenu déjà reçu", row.copies));
    said
}

/// The words of ORU-W02, W03, W05 and W07, at their usual thresholds.
fn is_late(row: &Livraison) -> bool {
    row.recu_min.is_some_and(|received| received > row.limite_min)
}

fn shrinks(row: &Livraison) -> bool {
    row.jours_reduits.is_some_and(|days| days > 0)
}

fn repeats(row: &Livraison) -> bool {
    row.sans_nouveau.is_some_and(|days| days >= 2)
}

fn stops_short(row: &Livraison) -> bool {
    row.recul_jours.is_some_and(|days| days > 1)
}

fn minutes_since(day: Date, context: &Context) -> i64 {
    let midnight = day.in_tz(ZONE).map(|midnight| midnight.timestamp());
    midnight.map_or(0, |midnight| context.now.duration_since(midnight).as_secs() / 60)
}

/// `06:30`, `+1 j 02:10`.
fn clock(minutes: i32) -> String {
    let (days, rest) = (minutes.div_euclid(24 * 60), minutes.rem_euclid(24 * 60));
    let hour = format!("{:02}:{:02}", rest / 60, rest % 60);
    match (days, rest) {
        (0, _) => hour,
        (1, 0) => "24:00".to_owned(),
        _ => format!("{days:+} j {hour}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_of_another_day_says_so() {
        assert_eq!(
            [390, 1440, 1570, -30].map(clock),
            ["06:30", "24:00", "+1 j 02:10", "-1 j 23:30"]
        );
    }

    #[test]
    fn the_worst_word_is_said() {
        let received = Livraison {
            envois: 1,
            recu_min: Some(240),
            limite_min: 390,
            recul_jours: Some(1),
            ..Livraison::default()
        };
        let silent = Livraison {
            limite_min: 390,
            ..Livraison::default()
        };
        for (row, now, word) in [
            (received.clone(), 300, "reçue"),
            (
                Livraison {
                    recu_min: Some(400),
                    ..received.clone()
                },
                500,
                "en retard",
            ),
            (
                Livraison {
                    recul_jours: Some(3),
                    recu_min: Some(400),
                    ..received.clone()
                },
                500,
                "incomplète",
            ),
            (
                Livraison {
                    en_attente: 1,
                    ..received.clone()
                },
                500,
                "incomplète",
            ),
            (
                Livraison {
                    sans_nouveau: Some(2),
                    ..received
                },
                500,
                "en double",
            ),
            (silent.clone(), 389, "attendue"),
            (silent.clone(), 390, "silencieuse"),
            (
                Livraison {
                    copies: 1,
                    ..silent.clone()
                },
                390,
                "en double",
            ),
            (Livraison { refuses: 1, ..silent }, 390, "refusée"),
        ] {
            assert_eq!(state(&row, now), word, "{row:?}");
        }
    }
}

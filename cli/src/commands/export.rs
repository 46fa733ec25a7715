//! `oru export`: the messages that the region owes, as files.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use lake::month::Month;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::stages::export::{oscour, syrius};
use crate::written::{self, Week};

/// Écrit les fichiers que la région doit : SYRIUS pour l'ATIH, OSCOUR pour Santé publique France. Rien n'est envoyé
///
/// Chaque dossier reçoit les fichiers et un relevé, releve.json, où tout est compté : reçu, écrit, laissé de côté et pourquoi. Un
/// fichier déjà là et inchangé n'est pas réécrit. Ce sont des données personnelles : dossiers 0700, fichiers 0600.
///
/// Exemple : oru export oscour ; oru export syrius --month 2025-01
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    message: Message,
}

#[derive(clap::Subcommand)]
enum Message {
    /// L'année depuis le 1er janvier, une archive par structure, pour l'ATIH (chaque mois, chaque semaine depuis 2026)
    ///
    /// Les passages en vigueur, l'âge à la place de la date de naissance, le code géographique à la place de la commune. Un envoi en
    /// attente ou en quarantaine n'y est pas : il est compté. Ce que la pièce reçue est seule à dire (code postal, âge en jours) demande
    /// qu'elle soit encore dans raw/ : garder raw/ un an et un mois (oru lake purge le fait, sauf --jours) ; sans elle, le passage part
    /// quand même, moins précis, et il est compté. Un texte libre ne part pas, sauf s'il a la forme d'un code.
    ///
    /// Exemple : oru export syrius --month 2025-01 ; oru export syrius --week 2026-W07
    Syrius(Syrius),
    /// Tout ce qui a été reçu un jour donné, un fichier OSCOUR par envoi, pour Santé publique France (chaque jour)
    ///
    /// Un envoi en attente ou en quarantaine part aussi, car il a été reçu : il est compté à part. Un envoi refusé, écarté par une
    /// décision (oru lake set-aside), d'un flux qui ne fait pas foi pour son site, en SYRIUS, ou sans aucun passage ne part pas. Les
    /// valeurs partent telles que reçues ; l'ordre des éléments, l'encodage et l'écriture des dates sont ceux du schéma.
    ///
    /// Exemple : oru export oscour ; oru export oscour --du 2025-02-01 --au 2025-02-03
    Oscour(Oscour),
}

#[derive(clap::Args)]
struct Syrius {
    /// Dernier mois couvert ; sinon le dernier révolu
    #[arg(long, value_name = "AAAA-MM", value_parser = month, conflicts_with = "week")]
    month: Option<Month>,
    /// Dernière semaine ISO couverte ; à cheval sur deux années, elle donne les fichiers de l'une et de l'autre
    #[arg(long, value_name = "AAAA-Wss", value_parser = written::week)]
    week: Option<Week>,
    /// Seulement ce site (FINESS ; répétable)
    #[arg(long, value_name = "FINESS")]
    finess: Vec<String>,
    /// Données telles que connues à cet instant (2025-04-15, ou 2025-04-15T08:00) ; sinon tout ce que le lac a reçu
    #[arg(long, value_name = "INSTANT", value_parser = written::instant)]
    as_of: Option<Timestamp>,
    /// Dossier des fichiers ; sinon syrius/<période> dans [rapports] sortie
    #[arg(long, value_name = "DOSSIER")]
    dossier: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Oscour {
    /// Premier jour de réception (AAAA-MM-JJ) ; sinon la veille
    #[arg(long, value_name = "JOUR", value_parser = written::day)]
    du: Option<Date>,
    /// Dernier jour de réception (AAAA-MM-JJ) ; sinon aujourd'hui
    #[arg(long, value_name = "JOUR", value_parser = written::day)]
    au: Option<Date>,
    /// Dossier, qui en reçoit un par jour de réception ; sinon oscour dans [rapports] sortie
    #[arg(long, value_name = "DOSSIER")]
    dossier: Option<PathBuf>,
}

fn month(text: &str) -> std::result::Result<Month, String> {
    text.trim().parse().map_err(|_| "un mois s'écrit 2025-01".to_owned())
}

pub fn cmd_export(args: &Args, context: &Context) -> Result<Exit> {
    match &args.message {
        Message::Syrius(args) => syrius::export(context, &request(args, context)?),
        Message::Oscour(args) => {
            let today = context.today();
            let au = args.au.unwrap_or(today);
            let du = args.du.unwrap_or_else(|| today.yesterday().unwrap_or(today).min(au));
            if du > au {
                return Err(CommandError::usage(format!("--du {du} est après --au {au}")));
            }
            let folder = args.dossier.clone();
            let folder = folder.unwrap_or_else(|| context.config.rapports.sortie.join("oscour"));
            oscour::export(context, du, au, &folder)
        }
    }
}

fn request(args: &Syrius, context: &Context) -> Result<syrius::Request> {
    let today = context.today();
    let month = args.month.unwrap_or_else(|| Month::of(today).plus(-1));
    let (name, last) = match args.week {
        Some(week) => (week.to_string(), week.monday.saturating_add(jiff::Span::new().days(6))),
        None => (month.to_string(), month.last_day()),
    };
    if last >= today {
        return Err(
            CommandError::usage(format!("{name} n'est pas fini : le {last} n'est pas passé"))
                .hint("un fichier SYRIUS couvre l'année jusqu'à la fin d'un mois ou d'une semaine révolus"),
        );
    }
    let folder = args.dossier.clone();
    Ok(syrius::Request {
        periods: periods(args.week.map(|week| week.monday), last),
        finess: args.finess.iter().cloned().collect::<BTreeSet<_>>(),
        as_of: args.as_of,
        folder: folder.unwrap_or_else(|| context.config.rapports.sortie.join("syrius").join(&name)),
    })
}

/// From 1 January to the last day. A week that straddles two years ends the first one, and begins the second.
fn periods(monday: Option<Date>, last: Date) -> Vec<(Date, Date)> {
    let first = |day: Date| Date::new(day.year(), 1, 1).unwrap_or(day);
    let ended = monday.filter(|monday| monday.year() < last.year());
    let ended = ended.map(|monday| (first(monday), monday.last_of_year()));
    ended.into_iter().chain([(first(last), last)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_file_covers_the_year_to_date() {
        assert_eq!(periods(None, date(2025, 1, 31)), [(date(2025, 1, 1), date(2025, 1, 31))]);
        let week = periods(Some(date(2025, 2, 10)), date(2025, 2, 16));
        assert_eq!(week, [(date(2025, 1, 1), date(2025, 2, 16))]);
    }

    #[test]
    fn a_week_astride_two_years_loses_no_day_of_either() {
        let astride = periods(Some(date(2026, 12, 28)), date(2027, 1, 3));
        assert_eq!(
            astride,
            [(date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 1, 3))]
        );
    }
}

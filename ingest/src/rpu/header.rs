//! The header of an OSCOUR message, judged (RPU-F03 to F07, F12 to F14).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use lake::finess::Finess;

use crate::context::Context;
use crate::dates::{Day, civil_from_seconds, parse_day, parse_moment};
use crate::name::NameParts;
use crate::oscour::{Failure, Header};
use crate::rules::{Clause, Tally};

/// What the header says, once understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Sender {
    pub finess: String,
    pub ordre: i16,
    /// Seconds since 1970-01-01 00:00 on the wall clock.
    pub extract: i64,
    /// Day numbers of DATEDEBUT and DATEFIN; none when they must be derived from the records.
    pub window: Option<(i32, i32)>,
    /// Why the site is not usable yet, if it is not.
    pub quarantine: Option<String>,
}

impl Sender {
    pub fn extract_civil(&self) -> Option<DateTime> {
        civil_from_seconds(self.extract)
    }
}

/// Judges a header. Errors are refusals; everything else is counted in `tally`.
pub fn judge(header: &Header, context: &Context, tally: &mut Tally) -> Result<Sender, Failure> {
    let written = header.finess.trim();
    tally.at(Clause::F03).judge(written.is_empty(), 0);
    if written.is_empty() {
        return Err(Failure::refused(Clause::F03, message(Clause::F03)));
    }
    let shaped = usable(written);
    tally.at(Clause::F04A).judge(shaped.is_none(), 0);
    let Some((finess, restored)) = shaped else {
        return Err(Failure::refused(Clause::F04A, message(Clause::F04A)));
    };
    let key_is_valid = Finess::parse(&finess).is_some_and(|(finess, _)| finess.key_is_valid());
    tally.at(Clause::F04B).judge(restored || !key_is_valid, 0);
    let ordre = header.ordre.trim().parse::<i16>();
    tally.at(Clause::OF01).judge(ordre.is_err(), 0);
    let ordre = ordre.unwrap_or(0);
    let extract = parse_moment(header.extract.trim().as_bytes());
    tally.at(Clause::F07A).judge(extract.is_none(), 0);
    let Some(extract) = extract else {
        return Err(Failure::refused(Clause::F07A, message(Clause::F07A)));
    };
    let window = window(header, extract);
    tally.at(Clause::F07B).judge(window.is_none(), 0);
    let day = Day::from_number(window.map_or(extract.div_euclid(86_400) as i32, |(_, last)| last));
    // Judged as written: a number that the observatory knows how to read is still not the one to write.
    let entity = is_entity(&finess, context);
    let (finess, ordre) = site(finess, ordre, day.civil(), context);
    let quarantine = quarantine((&finess, ordre), entity, day.civil(), context, tally);
    Ok(Sender {
        finess,
        ordre,
        extract,
        window,
        quarantine,
    })
}

fn message(clause: Clause) -> String {
    crate::rules::rule(clause.id())
        .expect("every clause is declared")
        .message
        .clone()
}

/// Nine letters or digits, a lost leading zero restored; the second value says whether it was.
fn usable(text: &str) -> Option<(String, bool)> {
    if let Some((finess, restored)) = Finess::parse(text) {
        return Some((finess.as_str().to_owned(), restored));
    }
    let text = text.to_ascii_uppercase();
    (text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some((text, false))
}

/// No RPU is older (the format dates from 2006): an earlier DATEDEBUT is a mistyped year.
const OLDEST: Day = Day {
    year: 2000,
    month: 1,
    day: 1,
};

/// DATEDEBUT ≤ DATEFIN ≤ date of EXTRACT, as day numbers.
fn window(header: &Header, extract: i64) -> Option<(i32, i32)> {
    let first = parse_day(header.date_debut.trim().as_bytes())?.number();
    let last = parse_day(header.date_fin.trim().as_bytes())?.number();
    let in_order = OLDEST.number() <= first && first <= last && i64::from(last) <= extract.div_euclid(86_400);
    in_order.then_some((first, last))
}

/// The number to read instead, where configuration says so for that day.
fn site(finess: String, ordre: i16, day: Option<Date>, context: &Context) -> (String, i16) {
    // A line for one ORDRE says more than a line for the whole number: a site may split.
    let apply = context.finess_alias.iter().filter(|alias| {
        let dated = |day: Date| alias.du.is_none_or(|from| from <= day) && alias.au.is_none_or(|to| day <= to);
        alias.finess == finess && alias.ordre.is_none_or(|of| of == ordre) && day.is_some_and(dated)
    });
    match apply.max_by_key(|alias| alias.ordre.is_some()) {
        Some(alias) => (alias.vers_finess.clone(), alias.vers_ordre.unwrap_or(ordre)),
        None => (finess, ordre),
    }
}

/// Whether a FINESS is that of an entity, and of none of its sites.
fn is_entity(finess: &str, context: &Context) -> bool {
    let mut structures = context.structures.iter();
    let of_entity = structures.clone().any(|structure| structure.finess_juridique == finess);
    of_entity && !structures.any(|structure| structure.finess == finess)
}

/// RPU-F05 and F06: why the delivery must wait for a mapping, if it must.
fn quarantine(
    (finess, ordre): (&str, i16),
    entity: bool,
    day: Option<Date>,
    context: &Context,
    tally: &mut Tally,
) -> Option<String> {
    if context.sans_repertoire {
        [Clause::F05, Clause::F06]
            .into_iter()
            .for_each(|clause| tally.at(clause).skip());
        return None;
    }
    let of_site = || context.structures.iter().filter(|structure| structure.finess == finess);
    let known = of_site().next().is_some();
    tally.at(Clause::F06).judge(entity, 0);
    let open = of_site().any(|structure| structure.ordre == ordre && day.is_some_and(|day| structure.is_open(day)));
    tally.at(Clause::F05).judge(!open, 0);
    if open {
        return None;
    }
    let reason = if entity {
        format!("FINESS {finess} : entité juridique et non site ; écrire le FINESS géographique ou déclarer la correspondance")
    } else if !known {
        format!("FINESS {finess} inconnu de la table des structures : le déclarer ou déclarer une correspondance, puis rejouer")
    } else if !of_site().any(|structure| structure.ordre == ordre) {
        format!("ORDRE {ordre} inconnu pour le site {finess} : déclarer la structure ou une correspondance, puis rejouer")
    } else {
        format!("structure {finess}/{ordre} fermée à la date du fichier : corriger ses dates ou déclarer une correspondance")
    };
    Some(reason)
}

/// RPU-F12: the name against the header. Not judged when the name follows no known pattern.
pub fn judge_name(parts: Option<&NameParts>, header: &Header, sender: &Sender, tally: &mut Tally) {
    let count = tally.at(Clause::F12);
    let Some(parts) = parts else {
        return count.skip();
    };
    let written = header.finess.trim().to_ascii_uppercase();
    let same = parts
        .finess
        .as_ref()
        .is_none_or(|finess| *finess == written || *finess == sender.finess)
        && parts.ordre.is_none_or(|ordre| header.ordre.trim().parse() == Ok(ordre))
        && parts.moment.is_none_or(|moment| moment == sender.extract)
        && parts
            .day
            .is_none_or(|day| i64::from(day.number()) == sender.extract.div_euclid(86_400));
    count.judge(!same, 0);
}

/// Seconds of the day before which the eve is due, local time (arrêté du 24 juillet 2013, art. 5).
const DUE: i64 = 4 * 3600;

/// RPU-F13 and F14. `received`: none when the file was not received but only checked.
pub fn judge_timeliness(received: Option<Timestamp>, sender: &Sender, context: &Context, tally: &mut Tally) {
    match received {
        Some(at) => {
            let local = at.to_zoned(context.zone.clone()).datetime();
            // On the day of EXTRACT, which the file owes its eve (RPU-F14): an early hour of a later day is late.
            let day = local.date().duration_since(jiff::civil::date(1970, 1, 1)).as_secs();
            let seconds = local.time().duration_since(jiff::civil::Time::midnight()).as_secs();
            let due = sender.extract.div_euclid(86_400) * 86_400 + DUE;
            tally.at(Clause::F13).judge(day + seconds >= due, 0);
        }
        None => tally.at(Clause::F13).skip(),
    }
    let eve = sender.extract.div_euclid(86_400) as i32 - 1;
    match sender.window {
        Some((first, last)) => tally.at(Clause::F14).judge(!(first..=last).contains(&eve), 0),
        None => tally.at(Clause::F14).skip(),
    }
}

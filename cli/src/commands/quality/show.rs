//! How judged findings, differences and trends are shown.

use lake::results::Execution;
use serde_json::json;
use transform::judgement::differences::{Differences, Probleme};
use transform::judgement::{Jugement, Niveau, name_of};

use super::filter::Filter;
use crate::listing::Listing;
use crate::words::grouped;

pub fn judged(run: &Execution, judged: &[&Jugement]) -> Listing {
    let columns = &[
        "execution",
        "regle",
        "niveau",
        "zone",
        "periode",
        "anomalies",
        "juges",
        "non_juges",
        "excusees",
        "raisons",
        "effet",
        "verdict",
    ];
    let mut listing = Listing::new("jugements", columns).showing(&[
        "regle",
        "zone",
        "periode",
        "anomalies",
        "juges",
        "non_juges",
        "excusees",
        "verdict",
    ]);
    let mut rows: Vec<&&Jugement> = judged.iter().collect();
    rows.sort_by_key(|judged| std::cmp::Reverse(judged.niveau));
    for judged in rows {
        let constat = judged.constat;
        listing.push([
            json!(run.run),
            json!(name_of(constat)),
            json!(constat.level),
            json!(constat.area),
            json!(constat.period),
            json!(constat.violated),
            json!(constat.eligible),
            json!(constat.not_judged),
            json!(judged.excusees),
            json!(judged.raisons.join(" ; ")),
            json!(constat.effect),
            json!(judged.niveau.label_fr()),
        ]);
    }
    listing
}

/// How many of the verdicts listed are of each sort, and what false alarms explain.
pub fn account(judged: &[&Jugement]) -> String {
    let of = |niveau: Niveau| grouped(judged.iter().filter(|judged| judged.niveau == niveau).count() as u64);
    format!(
        "verdicts  : {} échecs, {} alertes, {} conformes, {} non évalués, {} sans objet, {} en erreur\n{}",
        of(Niveau::Echec),
        of(Niveau::Alerte),
        of(Niveau::Conforme),
        of(Niveau::NonJuge),
        of(Niveau::NonApplicable),
        of(Niveau::Erreur),
        excused(judged)
    )
}

/// What false alarms explain of these verdicts, never silent.
pub fn excused(judged: &[&Jugement]) -> String {
    // A day adds up to its month and its quarter, the sites to the region: one level and one grain are counted.
    let levels = ["etablissement", "region", "departement"];
    let grains = ["quarter", "month", "week", "day"];
    let of_sort = |(level, grain): (&str, &str)| -> u64 {
        let same = judged
            .iter()
            .filter(|judged| judged.constat.level == level && judged.constat.period_kind == grain);
        same.map(|judged| judged.excusees).sum()
    };
    let sorts = levels.into_iter().flat_map(|level| grains.map(|grain| (level, grain)));
    let excused = sorts.map(of_sort).find(|excused| *excused > 0).unwrap_or(0);
    format!(
        "fausses alertes déclarées : {} anomalies, comptées et hors du verdict\n",
        grouped(excused)
    )
}

pub fn differences(found: &Differences) -> Listing {
    let columns = &[
        "etat",
        "regle",
        "site",
        "periode",
        "verdict",
        "anomalies",
        "juges",
        "anomalies_avant",
        "juges_avant",
        "effet",
    ];
    let mut listing = Listing::new("differences", columns);
    let lists: [(&str, &[Probleme]); 3] = [
        ("nouveau", &found.nouveaux),
        ("résolu", &found.resolus),
        ("persistant", &found.persistants),
    ];
    for (state, problems) in lists {
        for problem in problems {
            listing.push([
                json!(state),
                json!(problem.regle),
                json!(problem.site),
                json!(problem.periode),
                json!(problem.niveau.label_fr()),
                json!(problem.violated),
                json!(problem.eligible),
                json!(problem.avant.map(|(violated, _)| violated)),
                json!(problem.avant.map(|(_, eligible)| eligible)),
                json!(problem.effet),
            ]);
        }
    }
    listing
}

pub fn trend() -> Listing {
    let columns = &[
        "le",
        "execution",
        "regle",
        "periode",
        "anomalies",
        "juges",
        "part",
        "excusees",
        "verdict",
    ];
    Listing::new("tendance", columns).showing(&["le", "regle", "periode", "anomalies", "juges", "part", "excusees", "verdict"])
}

/// The rows of a run: its rules at the site, over its coarsest period; without a rule named, those that have anomalies.
pub fn add_trend(listing: &mut Listing, run: &Execution, judged: &[Jugement], site: &str, filter: &Filter) {
    let of_site = || {
        judged.iter().filter(|judged| {
            judged.constat.level == "etablissement" && judged.constat.area == site && filter.takes(judged.constat)
        })
    };
    let kinds = ["quarter", "month", "week", "day"];
    let kind = kinds
        .into_iter()
        .find(|kind| of_site().any(|judged| judged.constat.period_kind == *kind));
    for judged in of_site().filter(|judged| Some(judged.constat.period_kind.as_str()) == kind) {
        let constat = judged.constat;
        let name = name_of(constat);
        if filter.regle.is_some() || constat.violated > 0 {
            listing.push([
                json!(run.as_of),
                json!(run.run),
                json!(name),
                json!(constat.period),
                json!(constat.violated),
                json!(constat.eligible),
                json!(constat.share.map(|share| (share * 1e4).round() / 1e4)),
                json!(judged.excusees),
                json!(judged.niveau.label_fr()),
            ]);
        }
    }
}

//! What the audit of a release says of itself, for the proof that its documents print.

use lake::release::Audit;

use super::Policy;
use super::counts::Outcome;

/// The account of the audit.
pub fn summary(outcome: &Outcome, [primaires, repris, masked]: [u64; 3], retirees: u64, policy: &Policy) -> Audit {
    let need = policy.need();
    // What was seen of a secret that is not proved is narrower than what is true of it.
    let seen = outcome.secrets.iter().filter_map(|cell| outcome.protected.proved.get(cell));
    let intervals = seen.filter(|interval| interval.is_enough(need));
    // The threshold says that a masked count is not zero to who knows the rule, and nothing more.
    let tightest = intervals.min_by(|a, b| a.width().total_cmp(&b.width()));
    Audit {
        primaires,
        secondaires: masked - primaires - repris,
        repris,
        retirees,
        cellules: outcome.cells as u64,
        liens: outcome.rows as u64,
        non_lies: outcome.unlinked as u64,
        audites: outcome.secrets.len() as u64,
        non_prouves: outcome.protected.undecided as u64,
        dominants: 0,
        marges: outcome.protected.margins as u64,
        refuses: outcome.protected.refused.len() as u64,
        tours: outcome.protected.turns,
        largeur: policy.largeur,
        plus_serre: tightest.map(|interval| [interval.min, interval.max]),
    }
}

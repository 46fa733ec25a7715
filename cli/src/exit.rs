//! The table of exit statuses: a contract with whoever schedules the program (`SuccessExitStatus=3` in a systemd unit).

use std::process::ExitCode;

/// How a command that ran to its end left things. The order is that of precedence: the greatest of two wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything asked for was done.
    Done,
    /// Done, but at least one delivery was refused, quarantined or held.
    WithRefusals,
    /// Done, but a threshold asked for with `--fail-on` was passed, or `oru verify` found a difference. Wins over the previous one.
    ThresholdPassed,
}

/// Everything asked for was done.
pub const DONE: u8 = 0;
/// The program could not do its work: disk, configuration, lock held by another run.
pub const FAILED: u8 = 1;
/// The command line is wrong.
pub const USAGE: u8 = 2;
/// Done, but at least one delivery was refused, quarantined or held.
pub const WITH_REFUSALS: u8 = 3;
/// Done, but a threshold asked for with `--fail-on` was passed, or `oru verify` found a difference.
pub const THRESHOLD_PASSED: u8 = 4;

/// Every status with its meaning in French: the page `docs/reference/codes_de_sortie.md`.
pub const TABLE: [(u8, &str, &str); 5] = [
    (DONE, "fait", "Tout ce qui était demandé est fait."),
    (
        FAILED,
        "échec",
        "Le programme n'a pas pu travailler : disque, configuration, clé, verrou tenu par une autre exécution. Les étapes déjà finies restent acquises.",
    ),
    (USAGE, "usage", "La ligne de commande est fausse ; rien n'a été fait."),
    (
        WITH_REFUSALS,
        "réserves",
        "Fait, mais au moins un envoi est refusé, en quarantaine ou en attente ; les autres sont chargés.",
    ),
    (
        THRESHOLD_PASSED,
        "seuil",
        "Fait, mais un seuil donné par `--fail-on` est dépassé, ou `oru verify` a trouvé une différence. L'emporte sur 3.",
    ),
];

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Self::Done => DONE,
            Self::WithRefusals => WITH_REFUSALS,
            Self::ThresholdPassed => THRESHOLD_PASSED,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passed_threshold_wins_over_refusals() {
        assert_eq!(Exit::WithRefusals.max(Exit::ThresholdPassed).code(), 4);
        assert_eq!(Exit::Done.max(Exit::WithRefusals).code(), 3);
    }

    #[test]
    fn the_table_lists_each_status_once() {
        let codes: Vec<u8> = TABLE.iter().map(|(code, _, _)| *code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4]);
    }
}

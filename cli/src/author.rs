//! Who takes a decision that the lake keeps.

use crate::clock;
use crate::error::{CommandError, Result};

#[derive(clap::Args)]
pub struct Author {
    /// Qui décide ; sans cette option, l'utilisateur de la machine (USER, sinon LOGNAME), sinon la décision est refusée
    #[arg(long, value_name = "NOM")]
    par: Option<String>,
}

impl Author {
    /// Said on the command line, else the user of the machine, who has no name under cron or systemd.
    pub fn name(&self) -> Result<String> {
        let said = self.par.clone().filter(|name| !name.trim().is_empty());
        let user = || ["USER", "LOGNAME"].into_iter().find_map(clock::environment);
        said.or_else(user).ok_or_else(|| {
            CommandError::usage("une décision demande son auteur, et la machine ne dit pas qui est là (ni USER, ni LOGNAME)")
                .hint("ajouter --par \"A. Martin\" : ce nom est gardé avec la décision")
        })
    }
}

//! `oru completions` and `oru man`: what a shell and a manual need, drawn from the command line itself.

use std::io::Write;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::commands::Oru;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::{french, talk};

/// Imprime les complétions d'un interpréteur de commandes
///
/// Exemple : oru completions bash > /etc/bash_completion.d/oru
#[derive(clap::Args)]
pub struct CompletionsArgs {
    /// bash, elvish, fish, powershell ou zsh
    pub interpreteur: Shell,
}

/// Imprime le manuel, ou l'écrit dans un dossier, une page par commande
///
/// Exemple : oru man --dans /usr/local/share/man/man1
#[derive(clap::Args)]
pub struct ManArgs {
    /// Dossier où écrire les pages ; sans lui, la page principale est imprimée
    #[arg(long, value_name = "DOSSIER")]
    pub dans: Option<PathBuf>,
}

pub fn cmd_completions(args: &CompletionsArgs) -> Result<Exit> {
    let mut written = Vec::new();
    clap_complete::generate(args.interpreteur, &mut french::french(Oru::command()), "oru", &mut written);
    print(written)
}

pub fn cmd_man(args: &ManArgs) -> Result<Exit> {
    let mut oru = french::french(Oru::command());
    oru.build();
    let Some(folder) = &args.dans else {
        return print(page(oru)?);
    };
    std::fs::create_dir_all(folder).doing(format!("création de {}", folder.display()))?;
    let mut pages = 1;
    write(folder, "oru", page(oru.clone())?)?;
    for verb in oru
        .get_subcommands()
        .filter(|verb| !verb.is_hide_set() && verb.get_name() != "help")
    {
        let name = format!("oru-{}", verb.get_name());
        write(folder, &name, page(verb.clone())?)?;
        pages += 1;
    }
    talk::print(&format!("{pages} pages écrites dans {}\n", folder.display()));
    Ok(Exit::Done)
}

fn page(command: clap::Command) -> Result<Vec<u8>> {
    let mut written = Vec::new();
    Man::new(command)
        .render(&mut written)
        .doing("composition du manuel".to_owned())?;
    Ok(written)
}

fn write(folder: &std::path::Path, name: &str, page: Vec<u8>) -> Result<()> {
    let path = folder.join(format!("{name}.1"));
    let mut file = std::fs::File::create(&path).doing(format!("écriture de {}", path.display()))?;
    file.write_all(&page).doing(format!("écriture de {}", path.display()))
}

fn print(written: Vec<u8>) -> Result<Exit> {
    talk::print(&String::from_utf8(written).map_err(CommandError::bug)?);
    Ok(Exit::Done)
}

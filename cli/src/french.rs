//! clap in French: headings, default values, and the messages of a wrong command line.

use std::process::ExitCode;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use crate::error::CommandError;
use crate::{exit, talk};

const TEMPLATE: &str = "{about-with-newline}\nUtilisation : {usage}\n\n{all-args}{after-help}";

/// The same command with French headings, at every level.
pub fn french(command: Command) -> Command {
    let is_root = command.get_name() == "oru";
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("Commandes")
        .subcommand_value_name("COMMANDE")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .mut_args(describe)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help("Affiche cette aide")
                .help_heading("Options"),
        );
    if is_root {
        command = command.arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help("Affiche la version")
                .help_heading("Options"),
        );
    }
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, french);
    }
    command
}

/// Moves clap's English remarks (default value, possible values) into the French help text.
fn describe(arg: Arg) -> Arg {
    let heading = match (arg.is_positional(), arg.is_global_set()) {
        (true, _) => "Arguments",
        (false, false) => "Options",
        (false, true) => "Options communes",
    };
    let mut help = arg.get_help().map(StyledStr::to_string).unwrap_or_default();
    let values: Vec<String> = match arg.get_action().takes_values() {
        true => arg
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect(),
        false => Vec::new(),
    };
    if !values.is_empty() {
        help.push_str(&format!(" [valeurs : {}]", values.join(", ")));
    }
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        help.push_str(&format!(" [par défaut : {}]", defaults.join(", ")));
    }
    let arg = arg.help_heading(heading).help(help);
    match arg.get_action().takes_values() {
        true => arg.hide_default_value(true).hide_possible_values(true),
        false => arg,
    }
}

/// Prints the help that was asked for, or says in French what is wrong with the command line.
pub fn report(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            talk::print(&error.render().to_string());
            ExitCode::from(exit::DONE)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{}", error.render());
            ExitCode::from(exit::USAGE)
        }
        _ => {
            talk::error(&explain(error));
            ExitCode::from(exit::USAGE)
        }
    }
}

fn explain(error: &clap::Error) -> CommandError {
    let said = |kind| error.get(kind).map(words).unwrap_or_default();
    let (argument, value) = (said(ContextKind::InvalidArg), said(ContextKind::InvalidValue));
    let message = match error.kind() {
        ErrorKind::UnknownArgument => format!("option ou argument inconnu : « {argument} »"),
        ErrorKind::InvalidSubcommand => format!("commande inconnue : « {} »", said(ContextKind::InvalidSubcommand)),
        ErrorKind::InvalidValue if value.is_empty() => format!("il manque la valeur de {argument}"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("valeur refusée pour {argument} : « {value} »"),
        ErrorKind::MissingRequiredArgument => format!("il manque {argument}"),
        ErrorKind::ArgumentConflict => {
            format!("{argument} ne va pas avec {}", said(ContextKind::PriorArg))
        }
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        _ => error.to_string().trim_end().trim_start_matches("error: ").to_owned(),
    };
    let mut refused = CommandError::usage(message);
    for kind in [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedCommand,
        ContextKind::SuggestedValue,
    ] {
        // clap gives the nearest one last.
        let near = said(kind);
        let near = near.rsplit(", ").next().unwrap_or_default();
        if !near.is_empty() {
            refused = refused.hint(format!("vouliez-vous dire « {near} » ?"));
        }
    }
    let accepted = said(ContextKind::ValidValue);
    if !accepted.is_empty() {
        refused = refused.hint(format!("valeurs acceptées : {accepted}"));
    }
    if error.kind() == ErrorKind::ValueValidation
        && let Some(source) = std::error::Error::source(error)
    {
        refused = refused.hint(source);
    }
    refused.hint("`oru --help` et `oru <commande> --help` disent ce qui est possible")
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

//! `commandes.md`: the help of every command, as `--help` prints it.

use clap::{Command, CommandFactory};

use crate::commands::Oru;
use crate::french::french;

pub fn page() -> String {
    let mut text = String::from("# Commandes\n\nL'aide de chaque commande, telle que `--help` l'imprime.\n");
    let mut root = french(Oru::command()).term_width(WIDTH);
    root.build();
    help(&root, &mut Vec::new(), &mut text);
    text
}

/// Fixed, so that the page does not depend on a terminal.
const WIDTH: usize = 100;

fn help(command: &Command, path: &mut Vec<String>, text: &mut String) {
    path.push(command.get_name().to_owned());
    let title = path.join(" ");
    let is_root = path.len() == 1;
    // The common options are said once, at the root.
    let shown = command.clone().mut_args(|arg| match arg.is_global_set() && !is_root {
        true => arg.hide(true),
        false => arg,
    });
    let printed = shown.bin_name(&title).render_long_help().to_string();
    let trimmed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    text.push_str(&format!("\n## `{title}`\n\n```text\n{}\n```\n", trimmed.join("\n")));
    for sub in command.get_subcommands() {
        help(sub, path, text);
    }
    path.pop();
}

//! `oru`: the command line. Knows arguments, `pipelines.toml`, the clock, messages, exit statuses and the order of stages;
//! deliberately not how anything is done, which the crates below say. Start reading at [`commands`].

mod clock;
mod commands;
mod config;
mod context;
mod error;
mod exit;
mod french;
mod keys;
mod listing;
mod nearest;
mod pages;
mod talk;
mod written;

fn main() -> std::process::ExitCode {
    commands::main(std::env::args_os())
}

//! `oru`: the command line. Knows arguments, `pipelines.toml`, the clock, messages, exit statuses and the order of stages;
//! deliberately not how anything is done, which the crates below say. Start reading at [`commands`].

mod account;
mod aliases;
mod author;
mod authority;
mod certificate;
mod clock;
mod commands;
mod config;
mod context;
mod declarations;
mod draft;
mod error;
mod exit;
mod extra;
mod fail_on;
mod french;
mod held;
mod journal;
mod keys;
mod listing;
mod mistakes;
mod nearest;
mod pages;
mod progress;
mod reading;
mod register;
mod sites;
mod stages;
mod talk;
mod words;
mod written;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    commands::main(std::env::args_os())
}

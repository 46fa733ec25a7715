//! The program as its users run it: one binary for all integration tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod care;
mod certificates;
mod check;
mod command_line;
mod digest;
mod edition;
mod export;
mod floors;
mod forms;
mod history;
mod hostile;
mod inbox;
mod lists;
mod path;
mod quality;
mod reception;
mod recipes;
mod returns;
mod row_rules;
mod schema;
mod senders;
mod support;
mod truth;
mod watch;

//! Whole files in, deliveries and rows out.
// Tests may unwrap, here as in unit tests: a panic is their way of failing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounting;
mod bed_extracts;
mod beds;
mod containers;
mod declared;
mod desk;
mod example;
mod exports;
mod field_rules;
mod file_rules;
mod file_shape;
mod file_window;
mod forwarding;
mod hostile;
mod legal_time;
mod messages;
mod mmg_extracts;
mod mutations;
mod passages;
mod regulation;
mod robustness;
mod workbooks;

//! Reports: a release becomes a document (a plain value), then files. This crate is handed a release and nothing else: it
//! knows no record, no clock, no environment.

pub mod typography;

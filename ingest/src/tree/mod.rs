//! JSON messages: one alone, several in an array, or one after another (NDJSON), each under the root that its kind names, within an
//! envelope or not. Everything known of a message is declared (`[message]` of the kind): a new message is a declaration, not code.

pub mod items;
pub mod messages;

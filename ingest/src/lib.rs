//! From received files to typed, pseudonymised rows: containers, encodings, extract kinds, the messages of passages, flat files,
//! normalisation, file and field rules. Deliberately ignorant of what a column will be used for and of where rows are kept.
//!
//! Reading never fails on a bad record: rows and problems come back, each problem with its place, never its value. A content
//! that is not what it claims to be is refused with a French reason, and the others go on.

pub mod certificat;
mod check;
mod columns;
mod content;
mod context;
mod dates;
mod discover;
mod encoding;
mod expansion;
pub mod export;
mod flat;
mod kinds;
mod name;
mod oscour;
mod read;
mod read_flat;
mod read_oscour;
mod read_rpu;
mod recognise;
mod row_rules;
mod rpu;
mod rules;
mod sheet;
mod stamp;
mod tree;
mod unit;
#[doc(hidden)]
pub mod values;
mod verdict;
mod window;

pub use check::{Discard, check, extract_in_future};
pub use context::{Caps, Context, FinessAlias, Options, Received, legal_time};
pub use discover::{Inbox, discover};
pub use kinds::{Kind, Kinds, KindsError};
pub use read::{Fate, Known, OpenSink, ReadFile, Stopped, read_all};
pub use recognise::{Clash, clashes};
pub use row_rules::{names as row_rule_names, names_not_judged as row_rule_names_not_judged};
pub use rules::{Rule, rule, rules};
pub use stamp::{Stamp, take_out};
pub use unit::{Aside, Copy};

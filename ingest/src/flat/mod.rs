//! Delimited text with a header line. Everything it knows comes from the declared table and the extract kind: a new flat kind
//! is a declaration, not code.

pub mod cell;
pub mod checks;
pub mod clock;
pub mod passages;
pub mod pivot;
pub mod plan;
pub mod reading;
pub mod row;
pub mod rows;
pub mod value;

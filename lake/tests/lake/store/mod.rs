//! The store, from outside.

mod crash;
mod decisions;
mod freedom;
mod replacement;
mod upkeep;

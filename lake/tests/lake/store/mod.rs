//! The store, from outside.

mod crash;
mod decisions;
mod freedom;
mod months;
mod replacement;
mod upkeep;

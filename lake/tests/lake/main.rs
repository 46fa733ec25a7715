//! Integration tests of the vocabulary and of the store. All data are fictional.

mod results;
mod sends;
mod store;

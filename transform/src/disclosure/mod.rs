//! Disclosure control: which figures an audience may read.

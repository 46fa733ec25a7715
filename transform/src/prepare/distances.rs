//! How far two places named by the columns of a row are from each other.

use std::collections::HashMap;

use lake::distance::kilometres;
use lake::reference;
use polars::prelude::*;

use super::{distinct, left};
use crate::{Error, Inputs};

/// Adds the distance in kilometres, as the crow flies, between the places of two columns.
pub fn with(frame: LazyFrame, name: &str, [from, to]: &[String; 2], inputs: &Inputs) -> Result<LazyFrame, Error> {
    let pairs = distinct(&frame, &[from, to])?;
    let places = places(inputs);
    let doing = || Error::frame(format!("mesurer {name}"));
    let text = |column: &str| pairs.column(column).and_then(|column| column.str().cloned()).map_err(doing());
    let (starts, ends) = (text(from)?, text(to)?);
    let place = |code: Option<&str>| code.and_then(|code| places.get(code).copied());
    let measured: Vec<Option<f64>> = starts
        .iter()
        .zip(ends.iter())
        .map(|(start, end)| place(start).zip(place(end)).map(|(start, end)| kilometres(start, end)))
        .collect();
    let mut pairs = pairs;
    pairs.with_column(Column::new(name.into(), measured)).map_err(doing())?;
    let key = [col(from.as_str()), col(to.as_str())];
    Ok(frame.join(pairs.lazy(), key.clone(), key, left()))
}

/// (latitude, longitude) of each commune and of each site of the region.
fn places(inputs: &Inputs) -> HashMap<&str, (f64, f64)> {
    let communes = reference::communes().iter().map(|row| (row.insee, row.lat, row.lon));
    let sites = inputs.structures.iter().map(|row| (row.finess.as_str(), row.lat, row.lon));
    let known = communes
        .chain(sites)
        .filter_map(|(code, lat, lon)| Some((code, (lat?, lon?))));
    known.collect()
}

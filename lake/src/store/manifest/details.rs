//! Details of deliveries, gathered from the checkpoint and from the segments after it.

use super::{Manifest, checkpoint, segment};
use crate::delivery::Delivery;
use crate::store::error::{Result, StoreError};

/// Details of the loads asked for (indices in increasing order), in that order.
pub(super) fn read(manifest: &Manifest, wanted: &[usize]) -> Result<Vec<Delivery>> {
    let mut found = Vec::with_capacity(wanted.len());
    if let Some(path) = &manifest.checkpoint {
        found.extend(checkpoint::read_details(path, wanted)?);
    }
    let mut first = found_in_checkpoint(manifest);
    for path in &manifest.segments {
        let Some((seq, _)) = segment::name_of(path) else { continue };
        let count = manifest.loads[first..].iter().take_while(|load| load.seq == seq).count();
        let range = first..first + count;
        first = range.end;
        if wanted.iter().any(|load| range.contains(load)) {
            let details = segment::read_details(path)?;
            if details.len() != range.len() {
                return Err(StoreError::damaged(path, "il lui manque des livraisons"));
            }
            found.extend(range.zip(details).filter(|(load, _)| wanted.binary_search(load).is_ok()));
        }
    }
    if found.len() != wanted.len() {
        return Err(StoreError::Refused {
            demand: "le manifeste ne donne pas le détail de toutes les livraisons : lancer `oru lake verify`".to_owned(),
        });
    }
    Ok(found.into_iter().map(|(_, detail)| detail).collect())
}

/// Number of loads that the checkpoint holds: those before the first segment that follows it.
fn found_in_checkpoint(manifest: &Manifest) -> usize {
    let first = manifest.segments.first().and_then(|path| segment::name_of(path));
    let first = first.map_or(u64::MAX, |(seq, _)| seq);
    manifest.loads.partition_point(|load| load.seq < first)
}

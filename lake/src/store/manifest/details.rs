//! Details of deliveries, gathered from the archives and from the segments after them.

use std::ops::Range;
use std::path::Path;

use super::{Manifest, checkpoint, segment};
use crate::delivery::Delivery;
use crate::store::error::{Result, StoreError};

/// Details of the loads asked for (indices in increasing order), in that order; `folder` is that of the manifest.
pub(super) fn read(manifest: &Manifest, folder: &Path, wanted: &[usize]) -> Result<Vec<Delivery>> {
    let mut found = Vec::with_capacity(wanted.len());
    let mut first = 0;
    for archive in &manifest.archives {
        let here = within(wanted, archive.first..archive.last);
        if !here.is_empty() {
            found.extend(checkpoint::read_archive(&folder.join(&archive.file), archive, here)?);
        }
        first = archive.last;
    }
    for path in &manifest.segments {
        let Some((seq, _)) = segment::name_of(path) else { continue };
        let count = manifest.loads[first..].iter().take_while(|load| load.seq == seq).count();
        let range = first..first + count;
        first = range.end;
        let here = within(wanted, range.clone());
        if !here.is_empty() {
            let lines = segment::detail_lines(path)?;
            if lines.len() != range.len() {
                return Err(StoreError::damaged(path, "il lui manque des livraisons"));
            }
            for load in here {
                let detail = serde_json::from_str(&lines[load - range.start]);
                found.push((*load, detail.map_err(|error| StoreError::damaged(path, error))?));
            }
        }
    }
    if found.len() != wanted.len() {
        return Err(StoreError::damaged(
            folder,
            "il ne donne pas le détail de toutes les livraisons",
        ));
    }
    Ok(found.into_iter().map(|(_, detail)| detail).collect())
}

/// The part of a sorted list that lies in a range.
fn within(sorted: &[usize], range: Range<usize>) -> &[usize] {
    let from = sorted.partition_point(|load| *load < range.start);
    let to = sorted.partition_point(|load| *load < range.end);
    &sorted[from..to]
}

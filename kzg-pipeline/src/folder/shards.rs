//! The shards of a job in an output folder.

use std::fs;
use std::io;
use std::path::Path;

use crate::Shard;
use crate::manifest::MANIFEST;

/// The shards whose folders are in an output folder, in order.
///
/// # Errors
///
/// An error of the operating system in reading the folder.
pub fn shards_in(dir: &Path) -> io::Result<Vec<Shard>> {
    let mut shards = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let shard = entry.file_name().to_str().and_then(Shard::of_folder);
        shards.extend(shard.filter(|_| entry.path().join(MANIFEST).exists()));
    }
    shards.sort_unstable_by_key(|shard| (shard.count(), shard.index()));
    Ok(shards)
}

/// A sentence about the shards in an output folder without a manifest of its own, and what to do;
/// `None` where there are none.
#[must_use]
pub fn describe_shards(dir: &Path) -> Option<String> {
    let shards = shards_in(dir).ok()?;
    let count = shards.first()?.count();
    let missing = missing(&shards);
    Some(if missing.is_empty() {
        format!(
            "it holds the {count} shards of a job; `kzg merge` joins them when all are finished"
        )
    } else {
        format!(
            "it holds {} of the {count} shards of a job, without {}; `kzg pipeline --shard I/{count}` does \
             one of them, and then `kzg merge` joins all",
            shards.len(),
            list(&missing)
        )
    })
}

/// The shards that are not there, of as many as the first one names.
pub(crate) fn missing(shards: &[Shard]) -> Vec<Shard> {
    let count = shards.first().map_or(0, |shard| shard.count());
    let all = (0..count).filter_map(|index| Shard::new(index, count).ok());
    all.filter(|shard| !shards.contains(shard)).collect()
}

/// The first shards of a list in words.
pub(crate) fn list(shards: &[Shard]) -> String {
    const NAMED: usize = 5;

    let named: Vec<String> = shards.iter().take(NAMED).map(Shard::to_string).collect();
    match shards.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

//! Documents of the Beacon API: blobs, blob sidecars, data column sidecars.

mod blob_sidecars;
mod blobs;
mod block;
mod columns;
mod documents;
pub(super) mod inclusion;
mod ssz;

pub use blob_sidecars::{BlobSidecars, BlobSidecarsSsz};
pub use blobs::{BeaconBlobs, BeaconBlobsSsz};
pub use block::{Block, BlockHeader, Inclusion};
pub use columns::{DataColumns, DataColumnsSsz};

pub(super) use documents::{push_blob_sidecars, read_blob_sidecars};

//! Documents of the Engine API: the bundles of a payload, and the answers to `engine_getBlobs`.

mod bundles;
mod get_blobs;

pub use bundles::{BundleV1, BundleV2};
pub use get_blobs::{GetBlobsV1, GetBlobsV2, GetBlobsV4};

pub(super) use bundles::read_lists;
pub(crate) use bundles::to_json;

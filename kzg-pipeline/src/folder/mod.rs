//! The files of an output folder: their names, crash-safe writing, and reading them back.

pub(crate) mod begun;
pub(crate) mod bundle;
pub(crate) mod disk;
pub(crate) mod durable;
pub(crate) mod layout;
pub(crate) mod lock;
mod lost_encoding;
pub(crate) mod manifest_file;
pub(crate) mod shards;
pub(crate) mod stored;
pub(crate) mod survey;
mod unended;

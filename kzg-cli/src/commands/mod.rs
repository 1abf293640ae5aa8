//! The subcommands, a file or a folder for each.

pub(crate) mod audit;
pub(crate) mod backends;
pub(crate) mod bench;
pub(crate) mod calibration;
pub(crate) mod cells;
pub(crate) mod commit;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod convert;
pub(crate) mod decode;
pub(crate) mod explain;
mod hardware;
pub(crate) mod inspect;
pub(crate) mod merge;
pub(crate) mod pipeline;
pub(crate) mod prove;
pub(crate) mod recover;
pub(crate) mod schema;
pub(crate) mod selftest;
pub(crate) mod setup;
pub(crate) mod sql;
pub(crate) mod verify;
pub(crate) mod verify_cells;

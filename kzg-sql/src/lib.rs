//! KZG functions for SQL on DataFusion, and the parts of the program `kzg-sql`.
//!
//! ```no_run
//! use datafusion::prelude::{ParquetReadOptions, SessionContext};
//! use kzg_datafusion::{Kzg, register, session};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let context = SessionContext::new_with_config(session::config());
//! register(&context, &Kzg::mainnet()?);
//! context.register_parquet("blobs", "blobs/", ParquetReadOptions::default()).await?;
//! let rows = context.sql("SELECT id, kzg_commitment(blob) FROM blobs").await?.collect().await?;
//! # Ok(())
//! # }
//! ```
//!
//! A malformed row is null, and the other rows of its batch are answered; [`kzg_error`](functions)
//! tells the reason. A fault of the backend or of the machine fails the query.
//!
//! The functions compute on the thread that calls them. The engine calls them on one thread for each
//! partition.

#![forbid(unsafe_code)]

mod arguments;
mod batch;
mod client;
pub mod cluster;
mod copy;
mod error;
mod files;
mod function;
pub mod import;
mod kzg;
mod operation;
mod operations;
mod reason;
pub mod session;
mod stores;

pub use copy::{bound_row_groups, check_target};
pub use error::{Fault, fault_in};
pub use files::FileTables;
pub use function::{functions, register};
pub use kzg::{Identity, Kzg};
pub use reason::Reason;
pub use stores::Stores;

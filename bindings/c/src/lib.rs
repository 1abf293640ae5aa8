//! libkzg: the C interface of c-kzg over `kzg-backends`.
//!
//! `include/kzg.h` documents the interface for its users, and `kzg.symbols` lists the exported
//! functions. Each function checks its pointers and lengths, runs its work where a panic is caught,
//! and turns an error into a `C_KZG_RET` and a message for `kzg_last_error`.
//!
//! Imports flow down this table.
//!
//! | module | holds |
//! |---|---|
//! | `eip4844`, `eip7594` | the operations |
//! | `loading`, `dotnet` | loading and freeing trusted setups |
//! | `challenges` | four functions for the tests of a Go binding |
//! | `boundary` | catching panics, verdicts, results |
//! | `handle` | the table of loaded settings, and the struct that names one of them |
//! | `input`, `output` | the caller's buffers |
//! | `last_error` | the message of the last call of each thread |
//! | `failure` | the reasons why a call fails, and their codes |

mod boundary;
mod challenges;
mod dotnet;
mod eip4844;
mod eip7594;
mod failure;
mod handle;
mod input;
mod last_error;
mod loading;
mod output;

pub use challenges::*;
pub use dotnet::*;
pub use eip4844::*;
pub use eip7594::*;
pub use failure::C_KZG_RET;
pub use handle::KZGSettings;
pub use last_error::kzg_last_error;
pub use loading::*;

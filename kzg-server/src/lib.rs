//! KZG commitments as a service, over HTTP and gRPC.
//!
//! The interface is that of the official test vectors: `POST /v1/HANDLER` takes a vector's `input`
//! and answers `{"output": ..}`. The document of all endpoints is at `/openapi.json`;
//! `docs/service.md` in the repository is the manual. The program `kzg`, built with the feature
//! `serve`, starts a server by `kzg serve`.
//!
//! | module | holds |
//! |---|---|
//! | [`server`], [`options`] | a server from its options to the end of its drain |
//! | [`service`] | calls of all fronts, through admission, to the processor and the manager |
//! | [`wire`], [`bulk`], [`bundle`] | the forms of inputs and answers |
//! | [`problem`] | the errors, with their HTTP statuses and gRPC codes |
//! | [`admission`], [`credentials`] | limits and tokens |
//! | [`telemetry`] | metrics and traces |
//! | `http`, `grpc`, `listen`, `unsent` | the fronts, their sockets, and answers until they are sent |
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `blst` (default) | the fast backend; needs a C compiler |
//! | `arkworks` | the backend in pure Rust |
//! | `constantine` | the backend over Constantine's library, which is loaded at run time |
//! | `grpc` | gRPC: the service `kzg.v1.Kzg`, health and reflection |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod admission;
pub mod bulk;
pub mod bundle;
pub mod credentials;
mod files;
#[cfg(feature = "grpc")]
mod grpc;
mod http;
mod listen;
pub mod options;
mod owed;
pub mod problem;
pub mod server;
pub mod service;
pub mod telemetry;
mod unsent;
pub mod wire;

pub use files::{FileError, FileFault};
pub use options::{Address, InvalidAddress, ServerOptions, ServiceOptions, TlsFiles};
pub use server::{Server, ServerError, run};
pub use service::{Backends, Service};

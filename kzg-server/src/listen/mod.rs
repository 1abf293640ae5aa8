//! Sockets, TLS and connections.

mod bounded;
mod connection;
mod idle;
mod socket;
mod tls;

pub(crate) use connection::{Accepting, Connections, Protocol};
pub(crate) use socket::{Socket, check_plain_text};
pub(crate) use tls::Tls;

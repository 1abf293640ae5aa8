//! A client of gRPC.

use super::Running;
use kzg_server::Address;
use tonic::transport::{Channel, Endpoint};

/// The messages and the client, generated from the interface.
#[allow(dead_code, missing_docs, unreachable_pub, reason = "generated code")]
pub(crate) mod proto {
    include!(concat!(env!("OUT_DIR"), "/client/kzg.v1.rs"));
}

/// A client of the service.
pub(crate) type Client = proto::kzg_client::KzgClient<Channel>;

/// The most bytes of a message.
const MESSAGE_BYTES: usize = 64 << 20;

impl Running {
    /// A connection to the first address of gRPC.
    pub(crate) async fn channel(&self) -> Channel {
        let Address::Tcp(address) = self.server.grpc_addresses()[0] else {
            panic!("not TCP");
        };
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
        endpoint.connect().await.expect("a connection")
    }

    /// A client with a connection of its own.
    pub(crate) async fn grpc(&self) -> Client {
        Client::new(self.channel().await)
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(usize::MAX)
    }
}

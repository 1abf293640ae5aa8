//! Serde for the types that c-kzg has it for: strings of hexadecimal digits after `0x`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Blob, Bytes32, Bytes48};

macro_rules! as_hex_string {
    ($($name:ident),*) => { $(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&hex::encode_prefixed(self.as_slice()))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::from_hex(&text).map_err(D::Error::custom)
            }
        }
    )* };
}

as_hex_string!(Blob, Bytes32, Bytes48);

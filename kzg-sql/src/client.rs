//! The identity that a client of a cluster sends to its scheduler.

use std::any::Any;

use datafusion::common::config_err;
use datafusion::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::error::Result;

use crate::Identity;

/// The identity of a client among the options of its session, which Ballista sends with each query.
///
/// The optimiser of a client computes the functions of constants with the client's setup, and the
/// executors compute those of columns. One query must not have the answers of two setups.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientIdentity {
    version: Option<String>,
    setup: Option<String>,
}

impl ClientIdentity {
    /// The option of a client with this identity.
    pub(crate) fn new(identity: &Identity) -> Self {
        Self {
            version: Some(identity.version().to_owned()),
            setup: Some(identity.setup().to_owned()),
        }
    }

    /// The identity; `None` if the client sent none.
    pub(crate) fn identity(&self) -> Option<Identity> {
        Some(Identity::new(self.version.clone()?, self.setup.clone()?))
    }
}

impl ConfigExtension for ClientIdentity {
    const PREFIX: &'static str = "kzg";
}

impl ExtensionOptions for ClientIdentity {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let option = match key {
            "version" => &mut self.version,
            "setup" => &mut self.setup,
            _ => return config_err!("there is no option {}.{key}", Self::PREFIX),
        };
        *option = Some(value.to_owned());
        Ok(())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        let entry = |key, value: &Option<String>, description| ConfigEntry {
            key: format!("{}.{key}", Self::PREFIX),
            value: value.clone(),
            description,
        };
        vec![
            entry("version", &self.version, "The version of the client"),
            entry(
                "setup",
                &self.setup,
                "The SHA-256 of the client's trusted setup",
            ),
        ]
    }
}

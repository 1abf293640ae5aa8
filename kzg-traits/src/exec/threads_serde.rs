//! The names of [`Threads`] in documents.

use serde::de::{Error as _, Unexpected};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Threads;

/// The names, in documents, of the threads that have one.
const NAMES: [&str; 2] = ["one", "global"];

/// Written as `one` or `global`. A pool is a value of this process, so [`Threads::Pool`] is an
/// error.
impl Serialize for Threads {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [one, global] = NAMES;
        match self {
            Self::One => serializer.serialize_str(one),
            Self::Global => serializer.serialize_str(global),
            Self::Pool(_) => Err(S::Error::custom(
                "a thread pool of this process cannot be written to a document",
            )),
        }
    }
}

/// Read from `one` or `global`.
impl<'de> Deserialize<'de> for Threads {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let [one, global] = NAMES;
        match name.as_str() {
            name if name == one => Ok(Self::One),
            name if name == global => Ok(Self::Global),
            other => {
                let unexpected = Unexpected::Str(other);
                Err(D::Error::invalid_value(unexpected, &"one or global"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{Precompute, SettingsOptions, SubgroupCheck, Threads};

    #[test]
    fn options_round_trip_and_a_pool_is_refused() {
        let options = SettingsOptions::default()
            .with_precompute(Precompute::LARGE)
            .with_threads(Threads::Global)
            .with_subgroup_check(SubgroupCheck::Batched);
        let json = serde_json::to_string(&options).unwrap();
        let expected = r#"{"precompute":"large","threads":"global","subgroup_check":"batched"}"#;
        assert_eq!(json, expected);
        assert_eq!(
            serde_json::from_str::<SettingsOptions>(&json).unwrap(),
            options
        );
        let none = serde_json::from_str::<SettingsOptions>("{}").unwrap();
        assert_eq!(none, SettingsOptions::default());

        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let pool = Threads::Pool(Arc::new(pool.unwrap()));
        let refused = serde_json::to_string(&options.with_threads(pool)).unwrap_err();
        assert!(refused.to_string().contains("thread pool"), "{refused}");
    }

    #[test]
    fn unknown_names_are_refused() {
        for json in [
            r#"{"threads":"two"}"#,
            r#"{"threads":2}"#,
            r#"{"thread":"one"}"#,
            r#"{"precompute":-1}"#,
            r#"{"subgroup_check":"none"}"#,
        ] {
            assert!(
                serde_json::from_str::<SettingsOptions>(json).is_err(),
                "{json}"
            );
        }
    }
}

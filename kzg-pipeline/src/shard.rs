//! One of several parts of a job, which are done by processes that share nothing but folders.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// One of `count` shards of a job: the inputs whose paths hash to its number.
///
/// Every shard reads the names and the lengths of all inputs, so that inputs and blobs have the
/// numbers that they have in a job without shards. [`merge`](crate::merge) joins finished shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shard {
    index: u32,
    count: u32,
}

/// A text or a pair of numbers that is no shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a shard is I/N, such as 0/3, where I is less than N and N is at most {MOST_SHARDS}")]
#[non_exhaustive]
pub struct ShardError;

/// The largest number of shards.
pub const MOST_SHARDS: u32 = 65_536;

impl Shard {
    /// Shard `index`, from 0, of `count`.
    ///
    /// # Errors
    ///
    /// [`ShardError`] unless `index` is less than `count` and `count` at most [`MOST_SHARDS`].
    pub fn new(index: u32, count: u32) -> Result<Self, ShardError> {
        if index < count && count <= MOST_SHARDS {
            Ok(Self { index, count })
        } else {
            Err(ShardError)
        }
    }

    /// The number of the shard, from 0.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// The number of shards.
    #[must_use]
    pub fn count(self) -> u32 {
        self.count
    }

    /// The name of the shard's folder in the output folder.
    #[must_use]
    pub fn folder(self) -> String {
        format!("shard-{}-of-{}", self.index, self.count)
    }

    /// The shard whose folder has this name.
    pub(crate) fn of_folder(name: &str) -> Option<Self> {
        let (index, count) = name.strip_prefix("shard-")?.split_once("-of-")?;
        let shard = Self::new(index.parse().ok()?, count.parse().ok()?).ok()?;
        // One name for each shard: no leading zeros, no signs.
        (shard.folder() == name).then_some(shard)
    }

    /// Whether the shard has the input with this path relative to its argument: the first 8 bytes of
    /// the path's SHA-256, big-endian, modulo the number of shards.
    pub(crate) fn has(self, relative_path: &[u8]) -> bool {
        let hash = Sha256::digest(relative_path);
        let first = hash.first_chunk::<8>().expect("a hash has 32 bytes");
        u64::from_be_bytes(*first) % u64::from(self.count) == u64::from(self.index)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (index, count) = text.split_once('/').ok_or(ShardError)?;
        let number = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            is_plain
                .then(|| text.parse().ok())
                .flatten()
                .ok_or(ShardError)
        };
        Self::new(number(index)?, number(count)?)
    }
}

impl Serialize for Shard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Shard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_written_and_read() {
        for (index, count) in [(0, 1), (2, 3), (65_535, 65_536)] {
            let shard = Shard::new(index, count).unwrap();
            assert_eq!(shard.to_string().parse(), Ok(shard));
            assert_eq!(Shard::of_folder(&shard.folder()), Some(shard));
        }
        for text in [
            "", "1", "1/1", "3/2", "0/0", "-1/2", "+1/2", "a/b", "0/65537", "0/2/3",
        ] {
            assert_eq!(text.parse::<Shard>(), Err(ShardError), "{text}");
        }
        for name in [
            "shard-00-of-3",
            "shard-3-of-3",
            "shard-0",
            "shards",
            "shard-0-of-3x",
        ] {
            assert_eq!(Shard::of_folder(name), None, "{name}");
        }
    }

    #[test]
    fn every_input_has_one_shard() {
        let shards: Vec<Shard> = (0..3).map(|index| Shard::new(index, 3).unwrap()).collect();
        let mut sizes = [0; 3];
        for number in 0..300 {
            let path = format!("folder/file-{number}");
            let having = shards.iter().filter(|shard| shard.has(path.as_bytes()));
            let having: Vec<u32> = having.map(|shard| shard.index()).collect();
            assert_eq!(having.len(), 1);
            sizes[having[0] as usize] += 1;
        }
        assert!(
            sizes.iter().all(|size| (70..130).contains(size)),
            "{sizes:?}"
        );
        // SHA-256 of "a" begins with ca978112ca1bbdca.
        let expected = 0xca97_8112_ca1b_bdca_u64 % 3;
        assert!(shards[expected as usize].has(b"a"));
    }
}

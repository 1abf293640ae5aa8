//! The list of all settings. Files, the environment, flags, `kzg config` and the reference in
//! docs/configuration.md follow from it.

use std::num::NonZeroUsize;

use bytesize::ByteSize;
use kzg_advanced::pipeline::{Artefact, Proofs};
use kzg_advanced::{BackendChoice, Precompute, SubgroupCheck};

use super::key::{About, AnyKey, Key, word, words};

/// More threads than any machine has use for are a slip, and would take minutes to start.
const MOST_THREADS: usize = 1024;
/// More blobs in flight than this are 128 GiB.
const MOST_BLOBS: usize = 1 << 20;

/// Every setting, in the order in which they are shown.
pub(crate) static ALL: &[&dyn AnyKey] = &[
    &BACKEND,
    &THREADS,
    &PRECOMPUTE,
    &SUBGROUP_CHECK,
    &PROOFS,
    &EMIT,
    &CHUNK_BLOBS,
];

pub(crate) static BACKEND: Key<BackendChoice> = Key {
    about: About {
        name: "backend",
        metavar: "NAME",
        words: &["auto", "blst", "constantine", "arkworks"],
        list: false,
        default: "auto",
        doc: "The backend: auto for the fastest that can run here, or one that `kzg backends` \
              lists.",
    },
    parse: word,
};

/// `None` for all cores.
pub(crate) static THREADS: Key<Option<NonZeroUsize>> = Key {
    about: About {
        name: "threads",
        metavar: "N",
        words: &["all"],
        list: false,
        default: "all",
        doc: "The number of threads, or all for one on each core.",
    },
    parse: |text| number_or("all", MOST_THREADS, text),
};

pub(crate) static PRECOMPUTE: Key<Precompute> = Key {
    about: About {
        name: "precompute",
        metavar: "SIZE",
        words: &["none", "small", "large"],
        list: false,
        default: "small",
        doc: "The memory for each of the prover's two tables: none, small (13 MB), large \
              (100 MB), or a size such as 64MiB. More memory, faster proofs.",
    },
    parse: precompute,
};

pub(crate) static SUBGROUP_CHECK: Key<SubgroupCheck> = Key {
    about: About {
        name: "subgroup_check",
        metavar: "HOW",
        words: &["individual", "batched"],
        list: false,
        default: "individual",
        doc: "How verification checks that points lie in the subgroup: individual, or batched, \
              which is faster for many proofs and errs with a probability below 2^-127.",
    },
    parse: word,
};

pub(crate) static PROOFS: Key<Proofs> = Key {
    about: About {
        name: "proofs",
        metavar: "KIND",
        words: &["blob", "cells", "both", "none"],
        list: false,
        default: "blob",
        doc: "The proofs that `kzg pipeline` makes: blob, cells, both or none.",
    },
    parse: word,
};

pub(crate) static EMIT: Key<Vec<Artefact>> = Key {
    about: About {
        name: "emit",
        metavar: "LIST",
        words: &["blobs", "cells", "bundles"],
        list: true,
        default: "blobs",
        doc: "What `kzg pipeline` writes beside the manifest: blobs, cells, bundles, with commas \
              between.",
    },
    parse: words,
};

/// `None` for what suits the threads.
pub(crate) static CHUNK_BLOBS: Key<Option<NonZeroUsize>> = Key {
    about: About {
        name: "chunk_blobs",
        metavar: "N",
        words: &["auto"],
        list: false,
        default: "auto",
        doc: "How many blobs `kzg pipeline` and `kzg verify` work on at once, or auto for what \
              suits the threads. Rounded up to a multiple of six.",
    },
    parse: |text| number_or("auto", MOST_BLOBS, text),
};

fn number_or(word: &str, most: usize, text: &str) -> Result<Option<NonZeroUsize>, String> {
    if text == word {
        return Ok(None);
    }
    match text.parse::<NonZeroUsize>() {
        Ok(number) if number.get() <= most => Ok(Some(number)),
        _ => Err(format!(
            "{text:?} is neither {word} nor a number from 1 to {most}"
        )),
    }
}

fn precompute(text: &str) -> Result<Precompute, String> {
    if let Ok(precompute) = text.parse() {
        return Ok(precompute);
    }
    let bytes = size(text).map_err(|reason| format!("{reason}; or none, small, large"))?;
    usize::try_from(bytes)
        .map(Precompute::within)
        .map_err(|_| format!("{text:?} is more than this machine can address"))
}

/// Bytes, with or without a unit.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    match text.parse::<ByteSize>() {
        Ok(size) => Ok(size.as_u64()),
        Err(_) => Err(format!(
            "{text:?} is not a size such as 500000, 64MiB or 1.5GB"
        )),
    }
}

#[cfg(test)]
mod tests {
    use kzg_advanced::BackendId;

    use super::*;

    #[test]
    fn names_are_distinct_and_defaults_are_values() {
        let mut names: Vec<_> = ALL.iter().map(|key| key.about().name).collect();
        for key in ALL {
            assert_eq!(key.check(key.about().default), Ok(()));
            for word in key.about().words {
                assert_eq!(key.check(word), Ok(()));
            }
            assert!(key.about().doc.ends_with('.'));
        }
        for backend in BackendId::ALL {
            assert!(BACKEND.about.words.contains(&backend.name()));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn values_of_every_type() {
        assert_eq!((THREADS.parse)("all"), Ok(None));
        assert_eq!((THREADS.parse)("3"), Ok(NonZeroUsize::new(3)));
        for wrong in ["0", "-1", "1025", "4.0", "many", ""] {
            let reason = (THREADS.parse)(wrong).unwrap_err();
            assert!(reason.contains("from 1 to 1024"), "{reason}");
        }
        let bytes = |text| (PRECOMPUTE.parse)(text).map(Precompute::bytes);
        assert_eq!(bytes("large"), Ok(100_000_000));
        assert_eq!(bytes("64MiB"), Ok(64 << 20));
        assert_eq!(bytes("1.5 MB"), Ok(1_500_000));
        assert_eq!(bytes("13"), Ok(13));
        for wrong in ["huge", "-1", "1 parsec", ""] {
            let reason = bytes(wrong).unwrap_err();
            assert!(reason.contains("none, small, large"), "{reason}");
        }
        let emitted = (EMIT.parse)("cells, blobs");
        assert_eq!(emitted, Ok(vec![Artefact::Cells, Artefact::Blobs]));
        assert!((EMIT.parse)("cells,").is_err());
    }
}

//! The list of all settings. Files, the environment, flags, `kzg config` and the reference in
//! docs/configuration.md follow from it.

use std::num::NonZeroUsize;

use bytesize::ByteSize;
use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::{BackendChoice, Precompute, SubgroupCheck};
use kzg_pipeline::{Artefact, Proofs, VerifierChoice};

use super::key::{About, AnyKey, Key, word, words};

/// More threads than any machine has use for are a slip, and would take minutes to start.
const MOST_THREADS: usize = 1024;
/// More blobs in flight than this are 128 GiB.
const MOST_BLOBS: usize = 1 << 20;

/// Every setting, in the order in which they are shown.
pub(crate) static ALL: &[&dyn AnyKey] = &[
    &BACKEND,
    &VERIFY_BACKEND,
    &CROSS_CHECK,
    &THREADS,
    &PRECOMPUTE,
    &SUBGROUP_CHECK,
    &PROOFS,
    &EMIT,
    &CHUNK_BLOBS,
    &MEMORY_LIMIT,
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

pub(crate) static VERIFY_BACKEND: Key<VerifierChoice> = Key {
    about: About {
        name: "verify_backend",
        metavar: "NAME",
        words: &["auto", "same", "blst", "constantine", "arkworks"],
        list: false,
        default: "auto",
        doc: "The backend that verifies what `kzg pipeline` has stored: auto for another than \
              the one that proved, where one can run here; same for the one that proved, which \
              takes less time; or one that `kzg backends` lists.",
    },
    parse: word,
};

pub(crate) static CROSS_CHECK: Key<CrossCheck> = Key {
    about: About {
        name: "cross_check",
        metavar: "RATE",
        words: &["off", "all"],
        list: false,
        default: "off",
        doc: "The share of the calls of `kzg pipeline` that a second backend has to confirm \
              before anything is written: off, all, or a number from 0 to 1.",
    },
    parse: cross_check,
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

/// `None` for no limit.
pub(crate) static MEMORY_LIMIT: Key<Option<u64>> = Key {
    about: About {
        name: "memory_limit",
        metavar: "SIZE",
        words: &["none"],
        list: false,
        default: "none",
        doc: "The most memory that `kzg pipeline` may take, such as 128MiB, or none for no \
              limit. Tables, chunks and queues become smaller where they have to.",
    },
    parse: |text| match text {
        "none" => Ok(None),
        size_text => size(size_text).map(Some),
    },
};

fn cross_check(text: &str) -> Result<CrossCheck, String> {
    match (text, text.parse::<f64>()) {
        ("off", _) => Ok(CrossCheck::Off),
        ("all", _) => Ok(CrossCheck::Always),
        (_, Ok(0.0)) => Ok(CrossCheck::Off),
        (_, Ok(1.0)) => Ok(CrossCheck::Always),
        (_, Ok(rate)) if rate > 0.0 && rate < 1.0 => Ok(CrossCheck::Sample(rate)),
        _ => Err(format!(
            "{text:?} is neither off, all nor a number from 0 to 1"
        )),
    }
}

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
        assert_eq!((CROSS_CHECK.parse)("0.25"), Ok(CrossCheck::Sample(0.25)));
        assert_eq!((CROSS_CHECK.parse)("1"), Ok(CrossCheck::Always));
        for wrong in ["1.5", "-0.1", "NaN", "some"] {
            assert!((CROSS_CHECK.parse)(wrong).is_err());
        }
        assert_eq!((MEMORY_LIMIT.parse)("64M"), Ok(Some(64_000_000)));
        assert_eq!((MEMORY_LIMIT.parse)("none"), Ok(None));
        assert!((MEMORY_LIMIT.parse)("lots").is_err());
        let emitted = (EMIT.parse)("cells, blobs");
        assert_eq!(emitted, Ok(vec![Artefact::Cells, Artefact::Blobs]));
        assert!((EMIT.parse)("cells,").is_err());
    }
}

//! The list of all settings. Configuration files, environment variables, flags, `kzg config` and
//! the reference in docs/configuration.md follow from it.

use std::num::NonZeroUsize;

use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::{BackendChoice, Precompute, SubgroupCheck};
use kzg_pipeline::{Artefact, Proofs, VerifierChoice};

use super::key::{About, AnyKey, Key, PathKey};
use super::parse::{backend_name, cross_check, number_or, precompute, size, word, words};

/// Most threads: more than any machine has use for.
const MOST_THREADS: usize = 1024;
/// Most blobs in a chunk: 128 GiB.
const MOST_BLOBS: usize = 1 << 20;

/// Every setting, in the order of `kzg config show`.
pub(crate) static ALL: &[&dyn AnyKey] = &[
    &BACKEND,
    &VERIFY_BACKEND,
    &CROSS_CHECK,
    &AUDIT_LOG,
    &THREADS,
    &PRECOMPUTE,
    &TRUSTED_SETUP,
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
        path: false,
        default: "auto",
        doc: "The backend: auto for the fastest that can run here, or one that `kzg backends` \
              lists.",
    },
    parse: |text| backend_name(text, BACKEND.about.words),
};

pub(crate) static VERIFY_BACKEND: Key<VerifierChoice> = Key {
    about: About {
        name: "verify_backend",
        metavar: "NAME",
        words: &["auto", "same", "blst", "constantine", "arkworks"],
        list: false,
        path: false,
        default: "auto",
        doc: "The backend that verifies the output of `kzg pipeline`: auto for another backend \
              than the one that proved, where one can run here; same for the one that proved, \
              which takes less time; or one that `kzg backends` lists.",
    },
    parse: |text| backend_name(text, VERIFY_BACKEND.about.words),
};

pub(crate) static CROSS_CHECK: Key<CrossCheck> = Key {
    about: About {
        name: "cross_check",
        metavar: "RATE",
        words: &["off", "all"],
        list: false,
        path: false,
        default: "off",
        doc: "The share of the calls of `kzg pipeline` and `kzg serve` that a second backend has \
              to confirm before anything is written or answered: off, all, or a number from 0 to \
              1.",
    },
    parse: cross_check,
};

/// `None` stands for no audit log.
pub(crate) static AUDIT_LOG: PathKey = PathKey {
    about: About {
        name: "audit_log",
        metavar: "FILE",
        words: &["off"],
        list: false,
        path: true,
        default: "off",
        doc: "The audit log to which `kzg serve` appends a record of each call: off, or a file, \
              which `kzg audit verify` checks.",
    },
};

/// `None` stands for all cores.
pub(crate) static THREADS: Key<Option<NonZeroUsize>> = Key {
    about: About {
        name: "threads",
        metavar: "N",
        words: &["all"],
        list: false,
        path: false,
        default: "all",
        doc: "The number of threads, or all for one thread on each core.",
    },
    parse: |text| number_or("all", MOST_THREADS, text),
};

pub(crate) static PRECOMPUTE: Key<Precompute> = Key {
    about: About {
        name: "precompute",
        metavar: "SIZE",
        words: &["none", "small", "large"],
        list: false,
        path: false,
        default: "small",
        doc: "The memory for each of the prover's two tables: none, small (13 MB), large \
              (100 MB), or a size such as 64MiB. More memory makes proofs faster.",
    },
    parse: precompute,
};

/// The name of the setup of Ethereum mainnet.
pub(crate) const MAINNET: &str = "mainnet";

/// `None` stands for the setup of Ethereum mainnet, which is part of the program.
pub(crate) static TRUSTED_SETUP: PathKey = PathKey {
    about: About {
        name: "trusted_setup",
        metavar: "FILE",
        words: &[MAINNET],
        list: false,
        path: true,
        default: MAINNET,
        doc: "The trusted setup: mainnet for the one of Ethereum, which is part of the program, \
              or a file in c-kzg's text format, in the JSON format of the consensus \
              specifications or with the bytes of the points.",
    },
};

pub(crate) static SUBGROUP_CHECK: Key<SubgroupCheck> = Key {
    about: About {
        name: "subgroup_check",
        metavar: "HOW",
        words: &["individual", "batched"],
        list: false,
        path: false,
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
        path: false,
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
        path: false,
        default: "blobs",
        doc: "The artefacts that `kzg pipeline` writes beside the manifest: blobs, cells, bundles, \
              separated by commas.",
    },
    parse: words,
};

/// `None` stands for a number that suits the threads.
pub(crate) static CHUNK_BLOBS: Key<Option<NonZeroUsize>> = Key {
    about: About {
        name: "chunk_blobs",
        metavar: "N",
        words: &["auto"],
        list: false,
        path: false,
        default: "auto",
        doc: "The number of blobs that `kzg pipeline` and `kzg verify` process at once, or auto \
              for a number that suits the threads. It is rounded up to a multiple of six.",
    },
    parse: |text| number_or("auto", MOST_BLOBS, text),
};

/// `None` stands for no limit.
pub(crate) static MEMORY_LIMIT: Key<Option<u64>> = Key {
    about: About {
        name: "memory_limit",
        metavar: "SIZE",
        words: &["none"],
        list: false,
        path: false,
        default: "none",
        doc: "The most memory that `kzg pipeline` may take, such as 128MiB, or none for no \
              limit. Tables, chunks and queues become smaller where the limit demands it.",
    },
    parse: |text| match text.trim().to_ascii_lowercase().as_str() {
        "none" => Ok(None),
        _ => size(text).map(Some),
    },
};

#[cfg(test)]
mod tests {
    use kzg_advanced::BackendId;

    use super::*;
    use crate::config::TypedKey;
    use crate::config::parse::one_backend;
    use crate::output::size_text;

    #[test]
    fn names_are_distinct_and_defaults_are_values() {
        let mut names: Vec<_> = ALL.iter().map(|key| key.about().name).collect();
        for key in ALL {
            assert_eq!(key.check(key.about().default.as_ref()), Ok(()));
            for word in key.about().words {
                assert_eq!(key.check(word.as_ref()), Ok(()));
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
            let reason = (THREADS.parse)(wrong).unwrap_err().to_string();
            assert!(reason.contains("from 1 to 1024"), "{reason}");
        }
        let bytes = |text| (PRECOMPUTE.parse)(text).map(Precompute::bytes);
        assert_eq!(bytes("large"), Ok(100_000_000));
        assert_eq!(bytes("64MiB"), Ok(64 << 20));
        assert_eq!(bytes("1.5 MB"), Ok(1_500_000));
        assert_eq!(bytes(" Small "), Ok(13_000_000));
        for number in [0, 13, 3_000_000, 300_000_001] {
            assert_eq!(size(&size_text(number)), Ok(number));
        }
        for wrong in ["huge", "-1", "64", "1 parsec", ""] {
            let reason = bytes(wrong).unwrap_err().to_string();
            assert!(reason.contains("none, small, large"), "{reason}");
        }
        let quarter = CrossCheck::sample(0.25).unwrap();
        assert_eq!((CROSS_CHECK.parse)("0.25"), Ok(quarter));
        assert_eq!((CROSS_CHECK.parse)("1"), Ok(CrossCheck::Always));
        for wrong in ["1.5", "-0.1", "NaN", "inf", "some", ""] {
            assert!((CROSS_CHECK.parse)(wrong).is_err());
        }
        assert_eq!((MEMORY_LIMIT.parse)("64M"), Ok(Some(64_000_000)));
        assert_eq!((MEMORY_LIMIT.parse)("none"), Ok(None));
        assert!((MEMORY_LIMIT.parse)("lots").is_err());
        let emitted = (EMIT.parse)("cells, blobs");
        assert_eq!(emitted, Ok(vec![Artefact::Cells, Artefact::Blobs]));
        assert!((EMIT.parse)("cells,").is_err());
    }

    #[test]
    fn a_path_is_any_name_but_that_of_no_file() {
        for (key, word) in [(&TRUSTED_SETUP, MAINNET), (&AUDIT_LOG, "off")] {
            let read = |value: &str| key.read(value.as_ref());
            assert_eq!(read(word), Ok(None));
            assert_eq!(read("x.txt"), Ok(Some("x.txt".into())));
            assert!(read("").is_err());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_need_not_be_text() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let value = OsStr::from_bytes(b"a\xff");
        assert_eq!(TRUSTED_SETUP.read(value), Ok(Some(value.into())));
        assert_eq!(AUDIT_LOG.check(value), Ok(()));
        let reason = THREADS.check(value).unwrap_err().to_string();
        assert!(reason.ends_with("is not UTF-8 text"), "{reason}");
    }

    /// Paths keep their case: the word of the trusted setup could be the name of a file.
    #[test]
    fn words_are_read_in_any_case_with_white_space_at_the_ends() {
        for key in ALL.iter().filter(|key| !key.about().path) {
            for word in key.about().words {
                let shouted = format!(" {} ", word.to_ascii_uppercase());
                assert_eq!(key.check(shouted.as_ref()), Ok(()), "{}", key.about().name);
            }
        }
        assert_eq!((THREADS.parse)(" All"), Ok(None));
        assert_eq!((CROSS_CHECK.parse)("OFF "), Ok(CrossCheck::Off));
        assert_eq!((MEMORY_LIMIT.parse)("None"), Ok(None));
    }

    #[test]
    fn names_of_backends_are_read_in_any_case() {
        assert_eq!((BACKEND.parse)(" Auto"), Ok(BackendChoice::Auto));
        assert_eq!((BACKEND.parse)("BLST "), Ok(BackendId::Blst.into()));
        assert_eq!((VERIFY_BACKEND.parse)("Same"), Ok(VerifierChoice::Same));
        assert_eq!(one_backend("ArkWorks"), Ok(BackendId::Arkworks));
        let reason = (BACKEND.parse)("abacus").unwrap_err().to_string();
        assert!(reason.ends_with("known: auto, blst, constantine, arkworks"));
        let reason = (VERIFY_BACKEND.parse)("abacus").unwrap_err().to_string();
        assert!(reason.contains("auto, same, blst"), "{reason}");
        assert!(one_backend("auto").is_err());
    }
}

//! The compared libraries, and their common answer.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock};

use kzg_backends::kzg_traits::Error;
use kzg_backends::{KzgSettings, SettingsOptions, TrustedSetup, backends, load};

/// The available backends, and c-kzg.
pub(crate) struct Implementations {
    pub(crate) ours: Vec<Arc<dyn KzgSettings>>,
    pub(crate) theirs: &'static c_kzg::KzgSettings,
}

pub(crate) static IMPLEMENTATIONS: LazyLock<Implementations> = LazyLock::new(|| {
    let setup = TrustedSetup::mainnet();
    let ours = backends().into_iter().filter_map(|status| {
        load(status.id.into(), &setup, SettingsOptions::default())
            .inspect_err(|error| eprintln!("does not take part: {error}"))
            .ok()
    });
    Implementations {
        ours: ours.collect(),
        theirs: c_kzg::ethereum_kzg_settings(0),
    }
});

/// The common answer of the backends of this repository, which c-kzg confirms.
pub(crate) fn agreed<T: PartialEq + Debug>(
    what: &str,
    ours: impl Fn(&dyn KzgSettings) -> Result<T, Error>,
    theirs: impl FnOnce(&c_kzg::KzgSettings) -> Result<T, c_kzg::Error>,
) -> Result<T, Error> {
    let answers: Vec<_> = IMPLEMENTATIONS
        .ours
        .iter()
        .map(|settings| (settings.backend(), ours(&**settings)))
        .collect();
    let (first_name, first) = &answers[0];
    for (name, answer) in &answers[1..] {
        assert!(
            answer == first,
            "{what}: {name} and {first_name} disagree: {answer:?}, {first:?}"
        );
    }
    let oracle = theirs(IMPLEMENTATIONS.theirs);
    assert!(
        oracle.as_ref().ok() == first.as_ref().ok(),
        "{what}: c-kzg and {first_name} disagree: {oracle:?}, {first:?}"
    );
    answers.into_iter().next().expect("at least one").1
}

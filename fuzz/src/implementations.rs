//! The implementations under comparison: kzg-blst on each of its engines, kzg-arkworks, and the
//! libraries c-kzg and rust_eth_kzg.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock};

use kzg_backends::{BackendChoice, BackendId};
use kzg_blst::Engine;
use kzg_traits::{
    Error, ErrorKind, KzgSettings, Precompute, SettingsOptions, SubgroupCheck, Threads,
    TrustedSetup,
};
use rust_eth_kzg::DASContext;

/// Settings through the registry: its crate holds the compiled protocol, so that this crate compiles in less time.
/// By default they use this thread alone.
fn load(backend: BackendId, options: SettingsOptions) -> Arc<dyn KzgSettings> {
    let setup = TrustedSetup::mainnet();
    kzg_backends::load(BackendChoice::Fixed(backend), &setup, options).expect("the embedded setup")
}

static BLST: LazyLock<Arc<dyn KzgSettings>> =
    LazyLock::new(|| load(BackendId::Blst, SettingsOptions::default()));

static BATCHED: LazyLock<Arc<dyn KzgSettings>> = LazyLock::new(|| {
    // Small tables are built in less time than they save here.
    let options = SettingsOptions::default().with_precompute(Precompute::SMALL);
    load(
        BackendId::Blst,
        options.with_subgroup_check(SubgroupCheck::Batched),
    )
});

/// Two threads, which check the subgroup of small batches beside their sums.
static THREADED: LazyLock<Arc<dyn KzgSettings>> = LazyLock::new(|| {
    let options = SettingsOptions::default().with_precompute(Precompute::SMALL);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
    let threads = Threads::Pool(Arc::new(pool.expect("two threads")));
    load(BackendId::Blst, options.with_threads(threads))
});

static ARKWORKS: LazyLock<Arc<dyn KzgSettings>> = LazyLock::new(|| {
    let options = SettingsOptions::default().with_precompute(Precompute::SMALL);
    load(BackendId::Arkworks, options)
});

static RUST_ETH_KZG: LazyLock<DASContext> = LazyLock::new(DASContext::default);

/// The settings of kzg-blst. The engine that was selected last answers.
pub fn blst() -> &'static dyn KzgSettings {
    &**BLST
}

/// c-kzg with its embedded setup.
pub fn c_kzg() -> &'static c_kzg::KzgSettings {
    c_kzg::ethereum_kzg_settings(0)
}

/// rust_eth_kzg with its embedded setup.
pub fn rust_eth_kzg() -> &'static DASContext {
    &RUST_ETH_KZG
}

/// Calls `f` with every engine of kzg-blst that this processor has, selected for the process.
///
/// The targets run on one thread: libFuzzer calls them so, and the test program too.
pub fn on_every_engine(mut f: impl FnMut(Engine)) {
    let engines = Engine::ALL.iter().filter(|engine| engine.is_available());
    for engine in engines {
        engine.select().expect("available");
        f(*engine);
    }
}

/// The result of a call to another library: `None` for any error.
pub type Theirs<R> = (&'static str, Option<R>);

/// Makes a call of every implementation of ours, asserts that all results are equal, errors
/// included, and that the other libraries agree.
///
/// # Panics
///
/// If two results differ, or an error is not the fault of the input.
pub fn compare<R: PartialEq + Debug>(
    ours: impl Fn(&dyn KzgSettings) -> Result<R, Error>,
    theirs: impl IntoIterator<Item = Theirs<R>>,
) -> Option<R> {
    let expected = ours(&**ARKWORKS);
    if let Err(error) = &expected {
        assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    }
    on_every_engine(|engine| {
        assert_eq!(ours(&**BLST), expected, "engine {engine} and arkworks");
        assert_eq!(
            ours(&**BATCHED),
            expected,
            "engine {engine}, batched checks"
        );
        assert_eq!(ours(&**THREADED), expected, "engine {engine}, two threads");
    });
    let expected = expected.ok();
    for (name, result) in theirs {
        assert_eq!(result, expected, "{name}");
    }
    expected
}

/// The verdict of rust_eth_kzg, which returns a wrong proof as an error.
pub fn verdict(result: Result<(), rust_eth_kzg::Error>) -> Option<bool> {
    match result {
        Ok(()) => Some(true),
        Err(error) if error.is_proof_invalid() => Some(false),
        Err(_) => None,
    }
}

//! A KZG backend over [Constantine](https://github.com/mratsim/constantine), which it loads at run
//! time.
//!
//! [`Constantine`] implements [`Backend`] with Constantine's own fields, groups, encodings,
//! multi-scalar multiplication and pairing. The backend shares none of them with the other
//! backends. So if the backends agree on a result, the result was computed twice.
//!
//! # Getting the library
//!
//! The library is built by
//! [its own instructions](https://github.com/mratsim/constantine#installation), or installed as a
//! package of the system. [`Constantine::load`] loads the library that the environment variable
//! `CONSTANTINE_LIB` names, a file or a folder, or else the library on the system's search path;
//! [`Constantine::load_from`] takes a path. The library that is loaded first stays loaded. With the
//! feature `link`, a static archive is linked into the program, see [`constantine_sys`].
//!
//! The crate compiles and links without the library. If the library is missing, loading returns an
//! error that names the places that were tried. Constants need no library. Any other value that is
//! computed before the library is loaded is *invalid*: the value has no valid encoding, and no
//! verification accepts it. No call panics.
//!
//! # Two paths
//!
//! Every build of the library exports the low level: fields, groups, codecs and the pairing. All
//! operations work over the low level. [`NativeSettings`] use Constantine's own protocol for the
//! calls in which it is faster, if the library exports it. [`load`] chooses between the two.
//!
//! ```
//! use kzg_constantine::Constantine;
//!
//! match Constantine::load() {
//!     Ok(library) => println!("{library}"),
//!     Err(error) => println!("{error}"),
//! }
//! ```
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `link` | links the static archive that `CONSTANTINE_ARCHIVE` names when the crate is built; without the variable, nothing changes |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

mod context;
mod field;
mod group;
mod library;
mod msm;
mod native;
mod pairing;

use core::fmt;
use std::path::Path;
use std::sync::Arc;

use constantine_sys::Library;
use kzg_traits::settings::SharedSettings;
use kzg_traits::{
    Backend, Error, Exec, KzgSettings, PointError, Precompute, Settings, SettingsOptions,
    SetupError, TrustedSetup,
};

pub use field::Fr;
pub use group::{G1, G2};
pub use msm::Bases;
pub use native::NativeSettings;
pub use pairing::PreparedG2;

use library::setup_error;

const NAME: &str = "constantine";

/// The backend over Constantine.
#[derive(Clone, Copy, Debug)]
pub struct Constantine;

impl Constantine {
    /// Loads the library that `CONSTANTINE_LIB` names, or else the linked archive or the library on
    /// the system's search path. If a library is loaded already, returns that library.
    ///
    /// # Errors
    ///
    /// [`SetupError::LibraryNotFound`], [`SetupError::MissingSymbols`] or
    /// [`SetupError::SelfTest`].
    pub fn load() -> Result<LoadedLibrary, SetupError> {
        constantine_sys::load()
            .map(LoadedLibrary)
            .map_err(setup_error)
    }

    /// Loads the library from a file, or from the folder that contains the file. If the library was
    /// loaded from that file before, by a path or by the system's search, returns that library.
    ///
    /// # Errors
    ///
    /// [`SetupError::LibraryConflict`] if another library was loaded before; otherwise as
    /// [`load`](Self::load).
    pub fn load_from(path: impl AsRef<Path>) -> Result<LoadedLibrary, SetupError> {
        constantine_sys::load_from(path.as_ref())
            .map(LoadedLibrary)
            .map_err(setup_error)
    }
}

/// The library in use.
#[derive(Clone, Copy, Debug)]
pub struct LoadedLibrary(&'static Library);

impl LoadedLibrary {
    /// Whether the library has the calls that [`NativeSettings`] need.
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.0.context.is_ok()
    }
}

impl fmt::Display for LoadedLibrary {
    /// The origin of the library and the calls that it has.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.is_native() {
            "low level and native protocol"
        } else {
            "low level"
        };
        write!(f, "{}: {path}", self.0.origin)
    }
}

/// Loads a trusted setup. The result is [`NativeSettings`] if the library has their calls and the
/// options leave room for the tables with which these calls are faster, and otherwise [`Settings`]
/// over the low level. Results are the same; only the `Debug` form shows which of the two is in
/// use.
///
/// # Errors
///
/// As [`Constantine::load`]; another [`SetupError`] if the setup is not valid.
pub fn load(
    setup: &TrustedSetup,
    options: SettingsOptions,
) -> Result<Arc<dyn KzgSettings>, SetupError> {
    let library = Constantine::load()?;
    if library.is_native() && NativeSettings::is_faster_within(options.precompute) {
        return Ok(Arc::new(NativeSettings::load(setup, options)?));
    }
    Ok(Arc::new(Settings::<Constantine>::load(setup, options)?))
}

/// The mainnet setup, shared by the whole process, see [`SharedSettings::mainnet`].
/// [`NativeSettings`] are shared between calls with equal options, and between no others.
///
/// # Errors
///
/// As [`Constantine::load`].
pub fn mainnet(options: SettingsOptions) -> Result<Arc<dyn KzgSettings>, SetupError> {
    static NATIVE: SharedSettings<Arc<NativeSettings>> = SharedSettings::new();
    static GENERIC: SharedSettings<Settings<Constantine>> = SharedSettings::new();
    let library = Constantine::load()?;
    if library.is_native() && NativeSettings::is_faster_within(options.precompute) {
        let load = |_: &[_]| {
            let setup = TrustedSetup::mainnet();
            NativeSettings::load(&setup, options.clone()).map(Arc::new)
        };
        return Ok(NATIVE.get_or_load(&options, load)?);
    }
    Ok(Arc::new(GENERIC.mainnet(options)?))
}

impl Backend for Constantine {
    const NAME: &'static str = NAME;
    type Fr = Fr;
    type G1 = G1;
    type G2 = G2;
    type Bases = Bases;
    type PreparedG2 = PreparedG2;

    /// Loads the library, unless it is loaded already.
    fn available() -> Result<(), SetupError> {
        Self::load().map(drop)
    }

    fn prepare(points: &[G1], _precompute: Precompute, _exec: &Exec) -> Bases {
        Bases::new(points)
    }

    fn bases_memory(bases: &Bases) -> usize {
        bases.memory()
    }

    fn msm_fixed(bases: &Bases, scalars: &[Fr], exec: &Exec) -> G1 {
        bases.msm(scalars, exec)
    }

    fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
        msm::msm(points, scalars, exec)
    }

    fn prepare_g2(point: &G2) -> PreparedG2 {
        PreparedG2::new(point)
    }

    /// Also false if the library fails: see [`try_pairing_check`](Self::try_pairing_check).
    fn pairing_check(pairs: &[(G1, &PreparedG2)], _: &Exec) -> bool {
        pairing::check(pairs) == Ok(true)
    }

    fn try_pairing_check(pairs: &[(G1, &PreparedG2)], _: &Exec) -> Result<bool, Error> {
        pairing::check(pairs).map_err(|status| Error::Fault {
            backend: NAME.to_owned(),
            message: format!("status {status} of the pairing check"),
        })
    }

    /// Checks that the coordinates are those of a point on the curve, which takes little time.
    fn g1_from_trusted_affine(affine: &[u8; 96]) -> Result<G1, PointError> {
        G1::from_trusted_affine(affine)
    }

    /// Checks that the coordinates are those of a point on the curve, which takes little time.
    fn g2_from_trusted_affine(affine: &[u8; 192]) -> Result<G2, PointError> {
        G2::from_trusted_affine(affine)
    }
}

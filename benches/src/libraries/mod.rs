//! The compared libraries, with one file for each.

mod c_kzg;
mod ours;
mod rust_eth_kzg;

use core::fmt::{self, Debug};

use kzg_traits::{Precompute, SettingsOptions};

use crate::inputs::Inputs;
use crate::operation::Operation;

/// Name of the reference library.
pub const C_KZG: &str = "c-kzg";

/// A loaded library, or one of our backends with tables of one size.
pub trait Library {
    /// Converts the inputs into the types of the library, and returns the run to be timed. The
    /// conversion is not timed. Returns `None` if the library does not have the operation.
    fn prepare<'a>(&'a self, operation: Operation, inputs: &'a Inputs) -> Option<Run<'a>>;

    /// A note for readers of the operation's times.
    fn note(&self, _operation: Operation) -> Option<&'static str> {
        None
    }

    /// Memory of the library's tables in bytes, if the library reports this figure.
    fn tables_memory(&self) -> Option<usize> {
        None
    }
}

/// One run of an operation. The answer is compared or dropped after the clocks have stopped.
pub type Run<'a> = Box<dyn Fn() -> Box<dyn Answer + 'a> + 'a>;

/// The result of an operation, in a form that is comparable between libraries.
pub trait Answer {
    /// Appends the result as bytes. Equal results have equal bytes in every library.
    fn append_to(&self, bytes: &mut Vec<u8>);
}

/// A library that can be loaded, or one of our backends with its options.
pub struct Candidate {
    /// `ours`, or the name of another library.
    pub library: &'static str,
    /// Name of the backend, if the library is ours.
    pub backend: Option<&'static str>,
    /// Size of the tables, if the library is ours.
    pub precompute: Option<Precompute>,
    /// Number of threads that the library is configured with.
    pub threads: usize,
    /// Whether the operations that use no tables are measured with this candidate.
    pub primary: bool,
    load: Box<dyn Fn() -> Box<dyn Library>>,
}

impl Candidate {
    /// Loads the library with the mainnet setup.
    #[must_use]
    pub fn load(&self) -> Box<dyn Library> {
        (self.load)()
    }

    /// Whether the operation is measured with this candidate.
    #[must_use]
    pub fn competes_in(&self, operation: Operation) -> bool {
        self.primary || operation.uses_tables()
    }

    fn peer(library: &'static str, load: fn() -> Box<dyn Library>) -> Self {
        Self {
            library,
            backend: None,
            precompute: None,
            threads: 1,
            primary: true,
            load: Box::new(load),
        }
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut name = match (self.backend, self.precompute) {
            (Some(backend), Some(precompute)) => format!("{backend}/{precompute}"),
            _ => self.library.to_owned(),
        };
        if self.threads > 1 {
            name += &format!(" x{}", self.threads);
        }
        f.pad(&name)
    }
}

impl Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Candidate({self})")
    }
}

/// Every library, the reference first.
///
/// Our backends appear once for each table size in `sizes` and each number of threads in
/// `threads`, with all other options from `options`. With `pin`, each thread of their pools stays on a
/// processor of its own.
#[must_use]
pub fn candidates(
    options: &SettingsOptions,
    sizes: &[Precompute],
    threads: &[usize],
    pin: bool,
) -> Vec<Candidate> {
    let mut all = vec![Candidate::peer(C_KZG, c_kzg::load)];
    all.extend(ours::candidates(options, sizes, threads, pin));
    all.push(Candidate::peer("rust_eth_kzg", rust_eth_kzg::load));
    all
}

/// Wraps a call of a library as a run.
fn run<'a, T: Answer + 'a, E: Debug>(call: impl Fn() -> Result<T, E> + 'a) -> Option<Run<'a>> {
    Some(Box::new(move || {
        Box::new(call().expect("the inputs are well formed"))
    }))
}

impl Answer for bool {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(*self));
    }
}

impl Answer for u8 {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.push(*self);
    }
}

impl<T: Answer> Answer for [T] {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        for item in self {
            item.append_to(bytes);
        }
    }
}

impl<T: Answer, const N: usize> Answer for [T; N] {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        self.as_slice().append_to(bytes);
    }
}

impl<T: Answer> Answer for Vec<T> {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        self.as_slice().append_to(bytes);
    }
}

impl<T: Answer + ?Sized> Answer for Box<T> {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        (**self).append_to(bytes);
    }
}

impl<A: Answer, B: Answer> Answer for (A, B) {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        self.0.append_to(bytes);
        self.1.append_to(bytes);
    }
}

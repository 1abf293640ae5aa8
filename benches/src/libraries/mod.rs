//! The libraries that are compared, each in a file of its own.

mod c_kzg;
mod ours;
mod rust_eth_kzg;

use core::fmt::{self, Debug};

use kzg_traits::{Precompute, SettingsOptions};

use crate::inputs::Inputs;
use crate::operation::Operation;

/// The name of the reference.
pub const C_KZG: &str = "c-kzg";

/// A loaded library, or one of our backends with tables of one size.
pub trait Library {
    /// Converts the inputs, which is not timed, and returns what is; `None` if the library has
    /// no such operation.
    fn prepare<'a>(&'a self, operation: Operation, inputs: &'a Inputs) -> Option<Run<'a>>;

    /// What a reader of the operation's time has to know.
    fn note(&self, _operation: Operation) -> Option<&'static str> {
        None
    }

    /// The memory that its tables take, in bytes, where it tells.
    fn tables_memory(&self) -> Option<usize> {
        None
    }
}

/// One run of an operation. Its answer is dropped, or looked at, after the clock has stopped.
pub type Run<'a> = Box<dyn Fn() -> Box<dyn Answer + 'a> + 'a>;

/// What an operation returned, in a form in which libraries can be compared.
pub trait Answer {
    /// Appends the bytes, the same in every library.
    fn append_to(&self, bytes: &mut Vec<u8>);
}

/// A library that may be loaded.
pub struct Candidate {
    /// `ours`, or the name of the peer.
    pub library: &'static str,
    /// Which of our backends.
    pub backend: Option<&'static str>,
    /// The size of our tables.
    pub precompute: Option<Precompute>,
    /// The threads that it is told to use.
    pub threads: usize,
    /// Whether it also stands for the operations in which tables play no part.
    pub primary: bool,
    load: Box<dyn Fn() -> Box<dyn Library>>,
}

impl Candidate {
    /// Loads the library with the mainnet setup, ready for every operation.
    #[must_use]
    pub fn load(&self) -> Box<dyn Library> {
        (self.load)()
    }

    /// Whether the operation is worth measuring here.
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

/// Every library, the reference first: ours with tables of each of the given sizes, on each of
/// the given numbers of threads, and otherwise with the given options.
#[must_use]
pub fn candidates(
    options: &SettingsOptions,
    sizes: &[Precompute],
    threads: &[usize],
) -> Vec<Candidate> {
    let mut all = vec![Candidate::peer(C_KZG, c_kzg::load)];
    all.extend(ours::candidates(options, sizes, threads));
    all.push(Candidate::peer("rust_eth_kzg", rust_eth_kzg::load));
    all
}

/// Wraps one library's function as a run.
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

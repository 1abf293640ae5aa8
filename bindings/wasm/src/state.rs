//! The state of an instance: the settings, and the buffers that the caller writes and reads.

use std::cell::RefCell;
use std::sync::Arc;

use kzg_backends::kzg_traits::{Error, ErrorKind};
use kzg_backends::{KzgSettings, SetupError};

use crate::{DONE, NO, YES};

/// The number of arguments of an operation, at most.
const ARGUMENTS: usize = 4;

type Arguments = [Vec<u8>; ARGUMENTS];

thread_local! {
    /// The state. WebAssembly runs an instance on one thread.
    static STATE: RefCell<State> = RefCell::default();
}

/// The result of an operation.
pub(crate) enum Outcome {
    Bytes(Vec<u8>),
    Verdict(bool),
}

impl Outcome {
    /// A result of several parts, side by side.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        Self::Bytes(parts.concat())
    }
}

/// The reason why an operation has no result.
pub(crate) struct Failure {
    kind: ErrorKind,
    message: String,
    index: Option<usize>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            kind: error.kind(),
            message: error.to_string(),
            index: error.index(),
        }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        Error::from(error).into()
    }
}

/// The number by which the caller knows a kind of error; `js/errors.js` has the same list.
fn number(kind: ErrorKind) -> i32 {
    match kind {
        ErrorKind::Input => -1,
        ErrorKind::Setup => -2,
        ErrorKind::Busy => -3,
        ErrorKind::Fault => -4,
        ErrorKind::Io => -5,
        ErrorKind::Integrity => -6,
        ErrorKind::Deadline => -7,
        ErrorKind::Cancelled => -8,
    }
}

/// The state of an instance.
#[derive(Default)]
pub(crate) struct State {
    settings: Option<Arc<dyn KzgSettings>>,
    arguments: Arguments,
    result: Vec<u8>,
    error_index: Option<usize>,
}

impl State {
    /// The place for the bytes of an argument; null without memory for it, or for a wrong slot.
    pub(crate) fn make_room(&mut self, slot: usize, length: usize) -> *mut u8 {
        let Some(argument) = self.arguments.get_mut(slot) else {
            return core::ptr::null_mut();
        };
        argument.clear();
        if argument.try_reserve_exact(length).is_err() {
            return core::ptr::null_mut();
        }
        argument.resize(length, 0);
        argument.as_mut_ptr()
    }

    pub(crate) fn result(&self) -> &[u8] {
        &self.result
    }

    pub(crate) fn error_index(&self) -> i32 {
        let index = self.error_index.map(i32::try_from);
        index.and_then(Result::ok).unwrap_or(-1)
    }

    /// Loads settings from the arguments.
    pub(crate) fn load(
        &mut self,
        load: impl FnOnce(&Arguments) -> Result<Arc<dyn KzgSettings>, SetupError>,
    ) -> i32 {
        let loaded = load(&self.arguments);
        self.finish(loaded.map_err(Failure::from), |state, settings| {
            state.settings = Some(settings);
            state.result = Vec::new();
            DONE
        })
    }

    /// Stores the result of an operation or its error, and frees the arguments.
    fn finish<T>(
        &mut self,
        result: Result<T, Failure>,
        store: impl FnOnce(&mut Self, T) -> i32,
    ) -> i32 {
        self.arguments = Arguments::default();
        self.error_index = None;
        match result {
            Ok(value) => store(self, value),
            Err(failure) => {
                self.error_index = failure.index;
                self.result = failure.message.into_bytes();
                number(failure.kind)
            }
        }
    }
}

/// Uses the state.
pub(crate) fn with_state<T>(use_state: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(use_state)
}

/// Runs an operation with the loaded settings and the arguments.
pub(crate) fn with_settings(
    call: impl FnOnce(&dyn KzgSettings, &Arguments) -> Result<Outcome, Failure>,
) -> i32 {
    with_state(|state| {
        let result = match &state.settings {
            Some(settings) => call(&**settings, &state.arguments),
            None => Err(Failure {
                kind: ErrorKind::Setup,
                message: "no trusted setup is loaded".to_owned(),
                index: None,
            }),
        };
        state.finish(result, |state, outcome| match outcome {
            Outcome::Bytes(bytes) => {
                state.result = bytes;
                DONE
            }
            Outcome::Verdict(true) => YES,
            Outcome::Verdict(false) => NO,
        })
    })
}

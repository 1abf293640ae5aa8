//! The message of the last call of each thread.

use core::cell::RefCell;
use core::ffi::{CStr, c_char};
use std::ffi::CString;

use crate::failure::Failure;

/// The message of a thread whose last call succeeded.
const NONE: &CStr = c"";

thread_local! {
    /// `None` if the last call of the thread succeeded, or if there was no call.
    static MESSAGE: RefCell<Option<CString>> = const { RefCell::new(None) };
}

/// The reason why the last call of this thread failed, as UTF-8 text that ends with a zero byte;
/// the empty text if that call succeeded, or if there was none. The text names the item that is
/// malformed by its position.
///
/// The pointer is never null. It is valid until the next call of this thread, or the thread's end.
/// Functions without a result leave the text alone, except `compute_challenge` where it fails.
#[unsafe(no_mangle)]
pub extern "C" fn kzg_last_error() -> *const c_char {
    let stored = MESSAGE.try_with(|message| message.borrow().as_deref().map(CStr::as_ptr));
    // A thread that is ending has no message any more.
    stored.ok().flatten().unwrap_or(NONE.as_ptr())
}

/// Keeps the message of a call that failed.
pub(crate) fn set(failure: &Failure) {
    let text = failure.to_string().replace('\0', "?");
    let message = CString::new(text).ok();
    // This thread is ending, so its message can no longer be read.
    let _ = MESSAGE.try_with(|place| *place.borrow_mut() = message);
}

/// Forgets the message, after a call that succeeded.
pub(crate) fn clear() {
    let _ = MESSAGE.try_with(|place| *place.borrow_mut() = None);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> String {
        // SAFETY: the pointer is to a text that ends with a zero byte, and no call comes between.
        let text = unsafe { CStr::from_ptr(kzg_last_error()) };
        text.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_message_is_that_of_the_threads_last_call() {
        assert_eq!(text(), "");
        set(&Failure::Panic {
            message: "a\0b".to_owned(),
        });
        assert_eq!(text(), "internal error: a?b");
        std::thread::spawn(|| assert_eq!(text(), ""))
            .join()
            .unwrap();
        set(&Failure::NoOutput);
        assert_eq!(text(), "all outputs are NULL");
        clear();
        assert_eq!(text(), "");
    }
}

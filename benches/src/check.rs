//! Nothing is timed that is wrong.

use crate::libraries::{Answer, Run};
use crate::operation::Operation;

/// A library's name and its run of an operation.
pub type Entry<'a> = (String, Run<'a>);

/// Checks that all libraries give the same answer to the same inputs and, where that is a
/// verdict, that it is yes; the answer of `wrong`, the same runs with proofs that belong
/// elsewhere, must be no.
///
/// # Panics
///
/// If that does not hold.
pub fn assert_all_agree(operation: Operation, right: &[Entry<'_>], wrong: &[Entry<'_>]) {
    let Some(((first, reference), others)) = right.split_first() else {
        return;
    };
    let expected = bytes(&*reference());
    for (name, run) in others {
        assert!(
            bytes(&*run()) == expected,
            "{operation}: {name} and {first} disagree"
        );
    }
    if operation.is_verification() {
        assert!(expected == [1], "{operation}: a right proof is refused");
        for (name, run) in wrong {
            assert!(
                bytes(&*run()) == [0],
                "{operation}: {name} accepts a wrong proof"
            );
        }
    }
}

fn bytes(answer: &dyn Answer) -> Vec<u8> {
    let mut bytes = Vec::new();
    answer.append_to(&mut bytes);
    bytes
}

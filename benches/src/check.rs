//! The check of all answers before an operation is timed.

use crate::libraries::{Answer, Run};
use crate::operation::Operation;

/// A library's name and its run of an operation.
pub type Entry<'a> = (String, Run<'a>);

/// Checks that the runs in `right` return the same answer in all libraries.
///
/// For a verification, the answer of `right` must be `true`, and the answer of each run in `wrong`
/// must be `false`. The runs in `wrong` use proofs that belong to another blob or cell.
///
/// # Panics
///
/// If one of the checks fails.
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
        assert!(expected == [1], "{operation}: a right proof is rejected");
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

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, answer: u8) -> Entry<'static> {
        (name.to_owned(), Box::new(move || Box::new(answer)))
    }

    fn agree(operation: Operation, right: &[u8], wrong: &[u8]) -> Result<(), String> {
        let entries = |answers: &[u8]| -> Vec<_> {
            let named = answers.iter().enumerate();
            named
                .map(|(k, &a)| entry(&format!("library {k}"), a))
                .collect()
        };
        let (right, wrong) = (entries(right), entries(wrong));
        std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
            assert_all_agree(operation, &right, &wrong);
        }))
        .map_err(|message| *message.downcast::<String>().expect("formatted"))
    }

    #[test]
    fn a_library_that_disagrees_or_accepts_a_wrong_proof_is_named() {
        let proving = operation(false);
        assert_eq!(agree(proving, &[], &[]), Ok(()));
        assert_eq!(agree(proving, &[7, 7, 7], &[7]), Ok(()));
        let error = agree(proving, &[7, 7, 8], &[]).unwrap_err();
        assert!(
            error.contains("library 2 and library 0 disagree"),
            "{error}"
        );

        let verifying = operation(true);
        assert_eq!(agree(verifying, &[1, 1], &[0, 0]), Ok(()));
        let error = agree(verifying, &[1, 1], &[0, 1]).unwrap_err();
        assert!(error.contains("library 1 accepts a wrong proof"), "{error}");
        let error = agree(verifying, &[0, 0], &[0, 0]).unwrap_err();
        assert!(error.contains("a right proof is rejected"), "{error}");
    }

    fn operation(verifies: bool) -> Operation {
        let mut fitting =
            Operation::all().filter(|operation| operation.is_verification() == verifies);
        fitting.next().expect("there are both kinds")
    }
}

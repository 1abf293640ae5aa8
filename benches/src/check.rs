//! The check of all answers before an operation is timed.

use core::fmt;

use crate::libraries::{Answer, Run};
use crate::operation::Operation;

/// A library's name and its run of an operation.
pub type Entry<'a> = (String, Run<'a>);

/// The first difference among the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Disagreement {
    /// Two libraries return different answers.
    Answers { library: String, reference: String },
    /// The libraries reject a right proof.
    RightRejected,
    /// A library accepts a wrong proof.
    WrongAccepted { library: String },
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answers { library, reference } => write!(f, "{library} and {reference} disagree"),
            Self::RightRejected => f.write_str("a right proof is rejected"),
            Self::WrongAccepted { library } => write!(f, "{library} accepts a wrong proof"),
        }
    }
}

/// Checks that the runs in `right` return the same answer in all libraries.
///
/// For a verification, the answer of `right` must be `true`, and the answer of each run in `wrong`
/// must be `false`. The runs in `wrong` use proofs that belong to another blob or cell.
///
/// # Panics
///
/// If one of the checks fails.
pub fn assert_all_agree(operation: Operation, right: &[Entry<'_>], wrong: &[Entry<'_>]) {
    if let Err(disagreement) = compare(operation, right, wrong) {
        panic!("{operation}: {disagreement}");
    }
}

fn compare(
    operation: Operation,
    right: &[Entry<'_>],
    wrong: &[Entry<'_>],
) -> Result<(), Disagreement> {
    let Some(((first, reference), others)) = right.split_first() else {
        return Ok(());
    };
    let expected = bytes(&*reference());
    for (name, run) in others {
        if bytes(&*run()) != expected {
            return Err(Disagreement::Answers {
                library: name.clone(),
                reference: first.clone(),
            });
        }
    }
    if operation.is_verification() {
        if expected != [1] {
            return Err(Disagreement::RightRejected);
        }
        for (name, run) in wrong {
            if bytes(&*run()) != [0] {
                return Err(Disagreement::WrongAccepted {
                    library: name.clone(),
                });
            }
        }
    }
    Ok(())
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

    fn agree(operation: Operation, right: &[u8], wrong: &[u8]) -> Result<(), Disagreement> {
        let entries = |answers: &[u8]| -> Vec<_> {
            let named = answers.iter().enumerate();
            named
                .map(|(k, &a)| entry(&format!("library {k}"), a))
                .collect()
        };
        compare(operation, &entries(right), &entries(wrong))
    }

    #[test]
    fn a_library_that_disagrees_or_accepts_a_wrong_proof_is_named() {
        let proving = operation(false);
        assert_eq!(agree(proving, &[], &[]), Ok(()));
        assert_eq!(agree(proving, &[7, 7, 7], &[7]), Ok(()));
        let different = Disagreement::Answers {
            library: "library 2".to_owned(),
            reference: "library 0".to_owned(),
        };
        assert_eq!(agree(proving, &[7, 7, 8], &[]), Err(different));

        let verifying = operation(true);
        assert_eq!(agree(verifying, &[1, 1], &[0, 0]), Ok(()));
        let accepted = Disagreement::WrongAccepted {
            library: "library 1".to_owned(),
        };
        assert_eq!(agree(verifying, &[1, 1], &[0, 1]), Err(accepted));
        let rejected = Err(Disagreement::RightRejected);
        assert_eq!(agree(verifying, &[0, 0], &[0, 0]), rejected);
    }

    #[test]
    #[should_panic(expected = "library 1 accepts a wrong proof")]
    fn a_wrong_proof_that_is_accepted_ends_the_measurement() {
        let entries =
            |answers: [u8; 2]| [0, 1].map(|k: usize| entry(&format!("library {k}"), answers[k]));
        assert_all_agree(operation(true), &entries([1, 1]), &entries([0, 1]));
    }

    fn operation(verifies: bool) -> Operation {
        let mut fitting =
            Operation::all().filter(|operation| operation.is_verification() == verifies);
        fitting.next().expect("there are both kinds")
    }
}

//! Backends of the same name are not independent: their results count as one opinion.

use std::sync::Arc;

use kzg_advanced::ErrorKind;
use kzg_advanced::cross_check::{CrossCheck, CrossCheckOptions, CrossChecked, OnMismatch};
use kzg_testing::scripted::{Action, Scripted};

use crate::*;

/// The result of a commitment by backends, each with its name and whether it computes right bytes.
fn checked(backends: &[(&str, bool)]) -> Result<kzg_advanced::KzgCommitment> {
    let backend = |&(name, is_right): &(&str, bool)| -> Arc<Scripted> {
        scripted(name, move |_, _| match is_right {
            true => Action::Pass,
            false => Action::Flip,
        })
    };
    let options =
        CrossCheckOptions::from(CrossCheck::Always).with_on_mismatch(OnMismatch::DeliverWinner);
    let backends = backends
        .iter()
        .map(|of| backend(of) as Arc<dyn KzgSettings>);
    commit(&CrossChecked::new(backends, options))
}

#[test]
fn a_third_backend_with_the_name_of_the_second_decides_nothing() {
    let error = checked(&[("a", true), ("b", false), ("b", false)]).expect_err("undecided");
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.to_string().contains("a and b disagree"), "{error}");
    assert!(error.to_string().contains("undecided"), "{error}");
}

#[test]
fn a_backend_with_the_name_of_the_first_is_not_called() {
    let answer = checked(&[("a", true), ("a", false), ("b", true)]);
    assert_eq!(answer, right());
    let answer = checked(&[("a", false), ("b", true), ("a", false)]);
    assert_eq!(
        answer.map_err(|error| error.kind()),
        Err(ErrorKind::Integrity)
    );
}

#[test]
fn a_backend_of_a_third_name_decides_behind_one_of_the_second_name() {
    let answer = checked(&[("a", true), ("b", false), ("b", false), ("c", true)]);
    assert_eq!(answer, right());
}

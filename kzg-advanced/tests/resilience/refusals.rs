//! Cross-checks of refusals and recoveries: a backend that refuses valid input, or takes what the input does
//! not admit, is wrong too.

use std::sync::Arc;

use kzg_advanced::cross_check::{CrossCheck, OnMismatch, ProofCheck};
use kzg_advanced::resilience::BreakerState;
use kzg_advanced::{Error, ErrorKind, Item};

use crate::cross_check::{always, checked, names_both};
use crate::*;

#[test]
fn a_refusal_by_one_backend_alone_is_a_mismatch() {
    let refused = Error::FieldElement {
        item: Item::Blob,
        index: 0,
        element: 1,
    };
    let (first, second) = (sound("first"), failing("second", refused));
    names_both(commit(&checked(always(), &[&first, &second])));
    let third = sound("third");
    let manager = checked(always(), &[&first, &second, &third]);
    let error = commit(&manager).expect_err("a mismatch");
    assert!(error.to_string().contains("second is wrong"), "{error}");
    assert_eq!(state(&manager, "second"), BreakerState::Open);
}

#[test]
fn a_refusal_is_confirmed_like_any_other_result() {
    let (first, second) = (sound("first"), sound("second"));
    let manager = checked(always(), &[&first, &second]);
    let mut malformed = blob(1);
    malformed.0[0] = 0xff;
    let error = manager
        .blob_to_kzg_commitment(&malformed)
        .expect_err("malformed");
    assert_eq!(error.kind(), ErrorKind::Input);
    assert_eq!((first.total_calls(), second.total_calls()), (1, 1));
    assert_eq!(state(&manager, "first"), BreakerState::Closed);

    // Callers punish a peer for malformed input, so one backend's refusal alone is a mismatch.
    let refused = Error::FieldElement {
        item: Item::Blob,
        index: 0,
        element: 1,
    };
    let first = failing("first", refused.clone());
    names_both(commit(&checked(always(), &[&first, &second])));
    let third = sound("third");
    let manager = checked(
        always().with_on_mismatch(OnMismatch::DeliverWinner),
        &[&first, &second, &third],
    );
    assert_eq!(commit(&manager), right());
    assert_eq!(state(&manager, "first"), BreakerState::Open);
    // Without cross-checks, the result of the first backend is returned.
    let manager = checked(CrossCheck::Off, &[&first, &second]);
    assert_eq!(commit(&manager), Err(refused));
}

/// A backend that answers every recovery with the cells of one fixed blob.
fn fixed_codeword(name: &str) -> Arc<dyn KzgSettings> {
    #[derive(Debug)]
    struct Fixed(Fake);

    macro_rules! as_the_fake {
        (
            returning { $(
                $operation:ident: $method:ident($($name:ident: $type:ty),*) -> $result:ty;
            )* }
            writing { $(
                $writes:ident: $into:ident($($input:ident: $of:ty),*)
                    => $out:ident: $item:ty $(, $more:ident: $more_item:ty)?;
            )* }
            allocating { $($_:tt)* }
        ) => {
            $(
                fn $method(&self, $($name: $type),*) -> Result<$result> {
                    self.0.$method($($name),*)
                }
            )*
            $(
                fn $into(
                    &self,
                    $($input: $of,)*
                    $out: &mut [$item],
                    $($more: &mut [$more_item],)?
                ) -> Result<()> {
                    if Operation::$writes == Operation::RecoverCellsAndKzgProofs {
                        let (cells, proofs) = self.0.compute_cells_and_kzg_proofs(&blob(9))?;
                        let indices: Vec<u64> = (0..128).collect();
                        let made: (&dyn std::any::Any, &dyn std::any::Any) = (&cells, &proofs);
                        let fixed = made.0.downcast_ref::<Vec<$item>>();
                        if let Some(fixed) = fixed {
                            $out.clone_from_slice(fixed);
                        }
                        $(if let Some(fixed) = made.1.downcast_ref::<Vec<$more_item>>() {
                            $more.clone_from_slice(fixed);
                        })?
                        assert_eq!(indices.len(), cells.len());
                        return Ok(());
                    }
                    self.0.$into($($input,)* $out $(, $more)?)
                }
            )*
        };
    }

    impl KzgSettings for Fixed {
        fn backend(&self) -> &str {
            self.0.backend()
        }

        kzg_traits::kzg_settings_calls!(as_the_fake);
    }

    Arc::new(Fixed(Fake::new(name)))
}

#[test]
fn a_recovery_that_the_input_does_not_admit_is_never_confirmed() {
    let operation = Operation::RecoverCellsAndKzgProofs;
    let (cells, _) = Fake::new("oracle")
        .compute_cells_and_kzg_proofs(&blob(1))
        .expect("well formed");
    let few: Vec<u64> = (0..10).collect();
    for proofs in [ProofCheck::Verify, ProofCheck::Recompute] {
        let honest = sound("second");
        let manager = EnterpriseKzgManager::builder(fixed_codeword("first"))
            .with_fallback(Arc::clone(&honest) as _)
            .with_cross_check(always().with_proofs(proofs))
            .build();
        let inputs: [(&[u64], &[kzg_advanced::Cell]); 2] = [(&[], &[]), (&few, &cells[..10])];
        for (indices, given) in inputs {
            let answer = manager.recover_cells_and_kzg_proofs(indices, given.into());
            let error = answer.expect_err("not admissible").to_string();
            assert!(error.contains("first is wrong"), "{error}");
            let breaker = |name| manager.breaker(name, operation).expect("a backend");
            assert_eq!(
                breaker("second").state(),
                BreakerState::Closed,
                "{proofs:?}"
            );
            breaker("first").force_close();
        }
        // A wrong answer to an admissible recovery is a mismatch too.
        let all: Vec<u64> = (0..128).collect();
        let answer = manager.recover_cells_and_kzg_proofs(&all, (&cells).into());
        assert_eq!(
            answer.map_err(|error| error.kind()),
            Err(ErrorKind::Integrity),
            "{proofs:?}"
        );
    }
}

//! Properties of settings that are loaded with options: options change no result, and tables can be
//! released.

use std::sync::Arc;

use crate::Load;
use crate::law::Law;
use crate::malformed;
use crate::pool;
use kzg_traits::backend::Backend;
use kzg_traits::bytes::{Blob, KzgProof};
use kzg_traits::error::{Error, Item, PointError};
use kzg_traits::exec::Threads;
use kzg_traits::precompute::Precompute;
use kzg_traits::settings::{KzgSettings, Settings, SettingsOptions};
use kzg_traits::subgroup_check::SubgroupCheck;

use super::agreement::{agree, agree_on_proving};
use super::cell_batch::{self, CellItems};
use super::required::Required;
use super::stack;
use super::{Property, batch, first_calls, malformed_input, outside_subgroup};

/// The laws of the options of loaded settings.
pub(crate) fn laws(load: &Load) -> Vec<Law> {
    type NamedCheck = (&'static str, fn(&Load));
    let laws: [NamedCheck; 7] = [
        ("threads", threads),
        ("precompute", precompute),
        ("tables", tables),
        ("first_calls", first_calls::never_wait_in_a_circle),
        ("subgroup_check", subgroup_check),
        ("operations_provided", operations_provided),
        ("small_stack", stack::small_from_the_start),
    ];
    laws.into_iter()
        .map(|(name, check)| {
            let load = Arc::clone(load);
            Law::new(format!("protocol::options::{name}"), move || check(&load))
        })
        .collect()
}

/// The law of settings that share their tables.
pub(crate) fn sharing_law<B: Backend>(settings: &Settings<B>) -> Law {
    let settings = settings.clone();
    Law::new("protocol::options::shared_tables", move || {
        shared_tables(&settings);
    })
}

/// The properties of small batches, whose subgroup check runs beside the sums on several threads.
const SMALL_BATCHES: [Property; 9] = [
    batch::verdicts,
    batch::cancelling_errors,
    malformed_input::lists,
    malformed_input::first_of_several,
    outside_subgroup::of_blobs,
    outside_subgroup::of_cells,
    cell_batch::one_column,
    cell_batch::few_columns,
    cell_batch::malformed,
];

/// Every operation gives the same bytes and the same errors on any number of threads.
fn threads(load: &Load) {
    let settings = load(SettingsOptions::default());
    for threads in [pool(2), pool(3)] {
        let other = load(SettingsOptions::default().with_threads(threads));
        agree(&*settings, &*other);
        for property in SMALL_BATCHES {
            property(&*other);
        }
    }
}

/// Every operation gives the same bytes and the same errors with any tables.
fn precompute(load: &Load) {
    let settings = load(SettingsOptions::default());
    for precompute in [
        Precompute::NONE,
        Precompute::within(3_000_000),
        Precompute::LARGE,
    ] {
        let other = load(SettingsOptions::default().with_precompute(precompute));
        agree_on_proving(&*settings, &*other);
    }
}

/// Every kind of subgroup check gives the same verdicts on one thread and on two, and names a point outside the
/// subgroup. The numbers of points include those around which the time of the check changes on several threads.
fn subgroup_check(load: &Load) {
    let settings = &*load(SettingsOptions::default());
    let all = CellItems::of_a_blob_twice(settings);
    let batched = SettingsOptions::default().with_subgroup_check(SubgroupCheck::Batched);
    for options in [
        batched.clone(),
        batched.with_threads(pool(2)),
        SettingsOptions::default().with_threads(pool(2)),
    ] {
        let other = &*load(options);
        // Besides the proofs, there is one commitment.
        for proofs in [159, 160, 256] {
            let mut items = all.clone();
            items.truncate(proofs);
            assert_eq!(items.batch(other), Ok(true));
            items.proofs.swap(3, 100);
            assert_eq!(items.batch(other), Ok(false));
            assert_eq!(items.each(other), items.each(settings));
            items.proofs.swap(3, 100);
            for outside in malformed::G1_OUTSIDE_SUBGROUP.iter().step_by(3) {
                items.proofs[proofs - 50] = KzgProof(*outside);
                let error = Error::Point {
                    item: Item::Proof,
                    index: proofs - 50,
                    reason: PointError::Subgroup,
                };
                assert_eq!(items.batch(other), Err(error.clone()));
                let each = items.each(other).expect("lists of one length");
                for (index, verdict) in each.into_iter().enumerate() {
                    let expected = if index == proofs - 50 {
                        Err(error.clone())
                    } else {
                        Ok(true)
                    };
                    assert_eq!(verdict, expected, "cell {index}");
                }
            }
        }
    }
}

/// The provided methods of the trait give the same results as the faster ones of [`Settings`].
fn operations_provided(load: &Load) {
    let settings = &*load(SettingsOptions::default());
    agree(settings, &Required(settings));
}

/// Tables are built on first use and freed on demand.
fn tables(load: &Load) {
    let blob = Blob::zeroed_on_heap();
    let expected = load(SettingsOptions::default()).blob_to_kzg_commitment(&blob);
    let options = SettingsOptions::default().with_precompute(Precompute::within(1_000_000));
    for threads in [Threads::One, pool(2)] {
        let own = load(options.clone().with_threads(threads));
        assert_eq!(own.tables_memory(), 0, "nothing asked for");
        own.warm_up().expect("warms up");
        let taken = own.tables_memory();
        assert!(taken > 0, "warmed up");
        own.release_tables();
        assert_eq!(own.tables_memory(), 0, "released");
        assert_eq!(own.blob_to_kzg_commitment(&blob), expected);
        let needed = own.tables_memory();
        assert!(
            0 < needed && needed < taken,
            "built again, as far as needed"
        );
    }
}

/// Tables are shared between settings that differ only in threads.
fn shared_tables<B: Backend>(settings: &Settings<B>) {
    let blob = Blob::zeroed_on_heap();
    let options = SettingsOptions::default().with_precompute(Precompute::within(1_000_000));
    for threads in [Threads::One, pool(2)] {
        let own = settings.with_options(options.clone().with_threads(threads));
        assert_eq!(own.tables_memory(), 0, "nothing asked for");
        own.warm_up().expect("warms up");
        let taken = own.tables_memory();
        assert!(taken > 0, "warmed up");
        let shared = own.with_options(options.clone());
        assert_eq!(shared.tables_memory(), taken);
        own.release_tables();
        assert_eq!((own.tables_memory(), shared.tables_memory()), (0, 0));
        let commitment = own.blob_to_kzg_commitment(&blob);
        assert_eq!(commitment, settings.blob_to_kzg_commitment(&blob));
        let needed = shared.tables_memory();
        assert!(
            0 < needed && needed < taken,
            "built again, as far as needed"
        );
        shared.warm_up().expect("warms up");
        assert_eq!(own.tables_memory(), taken, "all of them, for both");
    }
}

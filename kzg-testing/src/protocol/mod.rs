//! The properties of every [`KzgSettings`]: of one backend, or of a stack of layers.

use std::sync::Arc;

use kzg_traits::settings::KzgSettings;

use super::law::Law;

mod agreement;
mod batch;
mod blob_proof;
mod cell_batch;
mod cells;
mod execution;
mod false_items;
mod first_calls;
mod inputs;
mod malformed_input;
mod many;
mod opening;
pub(super) mod options;
mod outside_subgroup;
mod recovery;
mod required;
mod stack;

pub use agreement::agree;
pub use first_calls::first_calls_at_once;
pub use required::Required;

/// A property of settings for the mainnet setup. It panics if it does not hold.
pub type Property = fn(&dyn KzgSettings);

/// Every property, with its name.
pub const PROPERTIES: &[(&str, Property)] = &[
    (
        "opening::constant_polynomials",
        opening::constant_polynomials,
    ),
    ("opening::low_degrees", opening::low_degrees),
    ("opening::domain_points", opening::domain_points),
    ("opening::round_trips", opening::round_trips),
    ("blob_proof::round_trips", blob_proof::round_trips),
    (
        "blob_proof::opens_at_the_challenge",
        blob_proof::opens_at_the_challenge,
    ),
    ("blob_proof::challenge", blob_proof::challenge),
    ("batch::verdicts", batch::verdicts),
    ("batch::cancelling_errors", batch::cancelling_errors),
    ("batch::each", batch::each),
    (
        "batch::weights_bind_every_proof",
        batch::weights_bind_every_proof,
    ),
    (
        "batch::each_binds_every_proof",
        batch::each_binds_every_proof,
    ),
    ("many::equal_to_single", many::equal_to_single),
    ("many::forms_of_lists", many::forms_of_lists),
    ("many::counts", many::counts),
    ("malformed_input::single", malformed_input::single),
    ("malformed_input::lists", malformed_input::lists),
    (
        "malformed_input::first_of_several",
        malformed_input::first_of_several,
    ),
    ("outside_subgroup::of_blobs", outside_subgroup::of_blobs),
    ("outside_subgroup::of_cells", outside_subgroup::of_cells),
    ("cells::values", cells::values),
    ("cells::known_proofs", cells::known_proofs),
    ("cells::forms", cells::forms),
    ("cells::malformed", cells::malformed),
    ("recovery::round_trips", recovery::round_trips),
    ("recovery::malformed", recovery::malformed),
    ("cell_batch::verdicts", cell_batch::verdicts),
    ("cell_batch::one_column", cell_batch::one_column),
    ("cell_batch::few_columns", cell_batch::few_columns),
    (
        "cell_batch::cancelling_errors",
        cell_batch::cancelling_errors,
    ),
    (
        "cell_batch::weights_bind_every_commitment",
        cell_batch::weights_bind_every_commitment,
    ),
    ("cell_batch::malformed", cell_batch::malformed),
    ("cell_batch::counts", cell_batch::counts),
    ("cell_batch::challenge", cell_batch::challenge),
    ("execution::point_evaluation", execution::point_evaluation),
    ("execution::sidecars", execution::sidecars),
    ("false_items::blobs", false_items::blobs),
    ("false_items::cells", false_items::cells),
    (
        "false_items::columns_of_whole_blobs",
        false_items::columns_of_whole_blobs,
    ),
    ("stack::small", stack::small),
];

/// The properties as laws.
#[must_use]
pub fn laws(settings: &Arc<dyn KzgSettings>) -> Vec<Law> {
    PROPERTIES
        .iter()
        .map(|&(name, property)| {
            let settings = Arc::clone(settings);
            Law::new(format!("protocol::{name}"), move || property(&*settings))
        })
        .collect()
}

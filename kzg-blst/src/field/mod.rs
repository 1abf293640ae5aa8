//! The scalar field, compatible with blst's.

use kzg_traits::Exec;
use kzg_traits::folding::Folding;

#[cfg(target_arch = "x86_64")]
use crate::ifma;

mod fr;
mod montgomery;

pub use fr::Fr;
#[cfg(target_arch = "x86_64")]
pub(crate) use montgomery::ORDER;

/// The value at `z` of the polynomial with the given values.
pub(crate) fn evaluate(folding: &Folding<Fr>, values: &[Fr], z: Fr, exec: &Exec) -> Fr {
    #[cfg(target_arch = "x86_64")]
    if values.len() >= ifma::FEWEST_VALUES && ifma::is_available() {
        // SAFETY: the processor has the features that the function is compiled for.
        return unsafe { ifma::evaluate(folding, values, z, exec) };
    }
    folding.evaluate(values, z, &mut exec.scratch_vec())
}

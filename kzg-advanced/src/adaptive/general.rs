//! The general ratios between the backends of this repository, used until a machine is measured.

use kzg_backends::BackendId;
use kzg_traits::KzgSettings;

use super::profile::BackendProfile;
use crate::backend_call::backend_name;

/// A calibration does not put a candidate before one that is faster by this factor in general:
/// half an order of magnitude.
pub(super) const DECISIVE: f64 = 3.0;

/// A candidate that is slower by this factor in general is not explored at the first call but
/// measured within the budget for probes.
pub(super) const ORDER_OF_MAGNITUDE: f64 = 10.0;

/// About the least factor by which each backend is slower than blst on one thread, by the table of
/// README.md that was measured on Zen 4. Only `recover_cells` by arkworks is below its factor, at 2.9.
fn factor(id: BackendId) -> Option<f64> {
    match id {
        BackendId::Blst => Some(1.0),
        BackendId::Constantine => Some(1.5),
        BackendId::Arkworks => Some(3.0),
        _ => None,
    }
}

/// The time of a call in general, relative to blst on one thread; `None` for settings of others.
pub(super) fn relative_time(profile: &BackendProfile, settings: &dyn KzgSettings) -> Option<f64> {
    let id: BackendId = backend_name(settings).parse().ok()?;
    Some(factor(id)? / profile.cpu_cores.max(1) as f64)
}

//! Settings that a process keeps, so that loading the same setup again takes microseconds.

use std::sync::{Mutex, PoisonError};

use crate::backend::Backend;
use crate::error::SetupError;
use crate::exec::{SerialSection, Threads};
use crate::settings::{Settings, SettingsOptions};
use crate::setup::TrustedSetup;

/// The largest number of options whose settings are kept.
const CAPACITY: usize = 8;

/// Settings of one trusted setup that are kept by their options and handed out again. A `static`
/// holds them for the whole process.
///
/// At most eight are kept, and those that were asked for longest ago are evicted first. Evicted
/// settings stay valid while a caller holds them. Settings on a pool of the caller are not kept,
/// because they would keep the pool.
///
/// ```
/// use kzg_traits::settings::SharedSettings;
/// use kzg_traits::SettingsOptions;
///
/// static LOADED: SharedSettings<u32> = SharedSettings::new();
///
/// let options = SettingsOptions::default();
/// assert_eq!(LOADED.get_or_load(&options, |_| Ok(7)), Ok(7));
/// assert_eq!(LOADED.get_or_load(&options, |_| Ok(8)), Ok(7)); // loaded once
/// ```
#[derive(Debug)]
pub struct SharedSettings<S> {
    /// The settings that were asked for last are at the end.
    kept: Mutex<Vec<(SettingsOptions, S)>>,
}

impl<S: Clone> SharedSettings<S> {
    /// A list without settings.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            kept: Mutex::new(Vec::new()),
        }
    }

    /// The kept settings with these options. If there are none, `load` makes them from the settings
    /// that are kept with other options, latest last. Other callers wait meanwhile, so all work of
    /// `load` stays on this thread: see [`Lazy`](crate::lazy::Lazy).
    ///
    /// # Errors
    ///
    /// The error of `load`; the next call loads again.
    pub fn get_or_load(
        &self,
        options: &SettingsOptions,
        load: impl FnOnce(&[(SettingsOptions, S)]) -> Result<S, SetupError>,
    ) -> Result<S, SetupError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.iter().position(|(known, _)| known == options) {
            kept[place..].rotate_left(1);
            return Ok(kept[kept.len() - 1].1.clone());
        }
        let _serial = SerialSection::enter();
        let settings = load(&kept)?;
        if !matches!(options.threads, Threads::Pool(_)) {
            if kept.len() == CAPACITY {
                kept.remove(0);
            }
            kept.push((options.clone(), settings.clone()));
        }
        Ok(settings)
    }
}

impl<B: Backend> SharedSettings<Settings<B>> {
    /// The mainnet setup with the given options. The first call loads the setup. All settings from
    /// here share the verifier's data and the scratch memory; settings with the same memory budget
    /// share the prover's tables, whether or not one of them is still in use.
    /// [`release_tables`](crate::KzgSettings::release_tables) frees the tables for all of them.
    ///
    /// # Errors
    ///
    /// [`SetupError`] if the backend cannot run on this machine, or if the threads cannot be started.
    pub fn mainnet(&self, options: SettingsOptions) -> Result<Settings<B>, SetupError> {
        options.threads.start()?;
        if let Threads::Pool(_) = options.threads {
            let kept = self.mainnet(options.clone().with_threads(Threads::One))?;
            return Ok(kept.with_options(options));
        }
        self.get_or_load(&options, |kept| {
            let same_tables = |known: &SettingsOptions| known.precompute == options.precompute;
            let shared = kept
                .iter()
                .find(|(known, _)| same_tables(known))
                .or(kept.last());
            match shared {
                Some((_, settings)) => Ok(settings.with_options(options.clone())),
                None => Settings::load(&TrustedSetup::mainnet(), options.clone()),
            }
        })
    }
}

impl<S: Clone> Default for SharedSettings<S> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precompute::Precompute;
    use std::sync::Arc;

    fn options(bytes: usize) -> SettingsOptions {
        SettingsOptions::default().with_precompute(Precompute::within(bytes))
    }

    #[test]
    fn settings_are_loaded_once_for_equal_options() {
        let shared = SharedSettings::new();
        let load = |value| move |_: &[_]| Ok(value);
        assert_eq!(shared.get_or_load(&options(1), load(1)), Ok(1));
        assert_eq!(shared.get_or_load(&options(2), load(2)), Ok(2));
        assert_eq!(shared.get_or_load(&options(1), load(3)), Ok(1));
        let parallel = options(1).with_threads(Threads::Global);
        assert_eq!(shared.get_or_load(&parallel, load(4)), Ok(4));
        assert_eq!(shared.get_or_load(&parallel, load(5)), Ok(4));
    }

    #[test]
    fn an_error_is_not_kept() {
        let shared = SharedSettings::new();
        let failed = shared.get_or_load(&options(1), |_| Err(SetupError::Empty));
        assert_eq!(failed, Err(SetupError::Empty));
        assert_eq!(shared.get_or_load(&options(1), |_| Ok(1)), Ok(1));
    }

    #[test]
    fn the_settings_that_were_asked_for_longest_ago_are_dropped() {
        let shared = SharedSettings::new();
        for bytes in 0..CAPACITY {
            shared.get_or_load(&options(bytes), |_| Ok(bytes)).unwrap();
        }
        shared.get_or_load(&options(0), |_| Ok(99)).unwrap();
        shared.get_or_load(&options(100), |_| Ok(100)).unwrap();
        assert_eq!(shared.get_or_load(&options(0), |_| Ok(99)), Ok(0));
        assert_eq!(shared.get_or_load(&options(1), |_| Ok(99)), Ok(99));
    }

    #[test]
    fn a_pool_of_the_caller_is_not_kept() {
        let shared = SharedSettings::new();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let pool = Arc::new(pool.unwrap());
        let on_pool = options(1).with_threads(Threads::Pool(Arc::clone(&pool)));
        assert_eq!(shared.get_or_load(&on_pool, |_| Ok(1)), Ok(1));
        assert_eq!(shared.get_or_load(&on_pool, |_| Ok(2)), Ok(2));
        drop(on_pool);
        assert_eq!(Arc::strong_count(&pool), 1);
    }
}

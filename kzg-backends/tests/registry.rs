//! What the registry says, for every set of backends.

use kzg_backends::{
    BackendChoice, BackendId, SettingsOptions, SetupError, TrustedSetup, backends, load,
};

#[test]
fn names_round_trip_and_strangers_are_refused() {
    for &id in BackendId::ALL {
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.name().parse(), Ok(BackendChoice::Fixed(id)));
        assert_eq!(
            serde_json::to_string(&id).unwrap(),
            format!("\"{}\"", id.name())
        );
    }
    assert_eq!("auto".parse(), Ok(BackendChoice::Auto));
    assert!("auto".parse::<BackendId>().is_err());
    let error = "bls".parse::<BackendChoice>().unwrap_err();
    assert!(error.to_string().contains("blst"), "{error}");
}

#[test]
fn what_is_not_compiled_in_is_unavailable_and_says_how_to_get_it() {
    for status in backends() {
        if let Err(error @ SetupError::BackendUnavailable { .. }) = &status.available {
            assert!(error.to_string().contains(status.id.name()), "{error}");
        }
        if !status.compiled_in {
            assert!(matches!(
                status.available,
                Err(SetupError::BackendUnavailable { .. })
            ));
            let loaded = load(
                status.id.into(),
                &TrustedSetup::mainnet(),
                SettingsOptions::default(),
            );
            assert!(loaded.is_err());
        }
    }
}

#[test]
fn auto_takes_the_first_that_is_available() {
    let first = backends()
        .into_iter()
        .find(|status| status.available.is_ok());
    let resolved = BackendChoice::Auto.resolve();
    assert_eq!(resolved.ok(), first.map(|status| status.id));
}

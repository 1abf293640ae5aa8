//! The registry, for every set of compiled-in backends.

use kzg_backends::kzg_traits::{Blob, Precompute, Threads};
use kzg_backends::{
    BackendChoice, BackendId, BackendStatus, SettingsOptions, SetupError, TrustedSetup, backends,
    load, mainnet,
};

#[test]
fn names_round_trip_and_unknown_names_are_refused() {
    for &id in BackendId::ALL {
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.name().parse(), Ok(BackendChoice::Fixed(id)));
        let json = format!("\"{}\"", id.name());
        assert_eq!(serde_json::to_string(&id).unwrap(), json);
        assert_eq!(serde_json::from_str::<BackendId>(&json).unwrap(), id);
        let choice: BackendChoice = serde_json::from_str(&json).unwrap();
        assert_eq!(choice, id.into());
        assert_eq!(serde_json::to_string(&choice).unwrap(), json);
    }
    assert_eq!("auto".parse(), Ok(BackendChoice::Auto));
    assert_eq!(
        serde_json::to_string(&BackendChoice::Auto).unwrap(),
        "\"auto\""
    );
    assert!("auto".parse::<BackendId>().is_err());
    assert!(serde_json::from_str::<BackendChoice>("\"bls\"").is_err());
}

#[test]
fn case_and_surrounding_white_space_of_names_are_ignored() {
    for (text, expected) in [
        ("BLST", BackendChoice::Fixed(BackendId::Blst)),
        (" Arkworks\t", BackendChoice::Fixed(BackendId::Arkworks)),
        (
            "\nconstantine ",
            BackendChoice::Fixed(BackendId::Constantine),
        ),
        (" AUTO ", BackendChoice::Auto),
    ] {
        assert_eq!(text.parse(), Ok(expected), "{text:?}");
    }
    for text in ["", " ", "b lst", "blst,arkworks"] {
        let error = text.parse::<BackendChoice>().unwrap_err().to_string();
        assert!(
            error.contains("known: auto, blst, constantine, arkworks"),
            "{error}"
        );
    }
}

#[test]
fn an_unavailable_backend_says_the_reason() {
    for status in backends() {
        assert_eq!(status.reason().is_some(), status.available.is_err());
        let json = serde_json::to_value(&status).unwrap();
        assert_eq!(json["name"], status.id.name());
        assert_eq!(json["available"], status.available.is_ok());
        assert_eq!(json.get("reason").is_some(), status.available.is_err());
        let Err(error) = &status.available else {
            continue;
        };
        assert!(status.to_string().contains(&error.to_string()), "{status}");
        if !status.compiled_in {
            assert!(matches!(error, SetupError::BackendUnavailable { .. }));
            assert!(error.to_string().contains("enable the feature"), "{error}");
        }
        let loaded = load(
            status.id.into(),
            &TrustedSetup::mainnet(),
            SettingsOptions::default(),
        );
        assert!(loaded.is_err());
    }
}

#[cfg(feature = "blst")]
#[test]
fn an_engine_that_cannot_run_is_an_error_for_every_question() {
    let program = std::env::current_exe().unwrap();
    let output = std::process::Command::new(program)
        .args(["--exact", "asking_for_an_unknown_engine", "--ignored"])
        .env("KZG_BLST_ENGINE", "avx3")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert!(printed.contains("1 passed"), "{printed}");
}

#[cfg(feature = "blst")]
#[test]
#[ignore = "run by another test in a process of its own"]
fn asking_for_an_unknown_engine() {
    let reason = BackendId::Blst.available().unwrap_err();
    assert_eq!(BackendId::Blst.engine(), Err(reason.clone()));
    let status = BackendStatus::of(BackendId::Blst);
    assert_eq!(
        (status.available.clone(), &status.engine),
        (Err(reason), &None)
    );
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["available"], false);
    assert!(json.get("engine").is_none() && json.get("reason").is_some());
}

#[test]
fn auto_is_the_first_available_backend_and_names_the_unavailable_ones() {
    let first = backends()
        .into_iter()
        .position(|status| status.available.is_ok());
    let resolved = BackendChoice::Auto.resolve();
    match first {
        Some(first) => assert_eq!(resolved, Ok(BackendId::ALL[first])),
        None => {
            let error = resolved.unwrap_err().to_string();
            assert!(error.contains("auto"), "{error}");
        }
    }
    let before = first.unwrap_or(BackendId::ALL.len());
    let expected: Vec<BackendId> = BackendId::ALL[..before]
        .iter()
        .copied()
        .filter(|id| id.is_compiled_in())
        .collect();
    let passed_over = BackendChoice::Auto.passed_over();
    assert!(passed_over.iter().map(|status| status.id).eq(expected));
    assert!(
        BackendChoice::Fixed(BackendId::Blst)
            .passed_over()
            .is_empty()
    );
}

/// The settings of the mainnet setup share their tables, also when nobody uses the first settings
/// any longer.
#[test]
fn the_mainnet_setup_is_shared_by_the_process() {
    let available = |status: &BackendStatus| status.available.is_ok();
    for status in backends().into_iter().filter(available) {
        // A budget that no other test uses, with small tables that take little time to build.
        let options = SettingsOptions::default().with_precompute(Precompute::within(1_000_001));
        let first = mainnet(status.id.into(), options.clone()).unwrap();
        assert_eq!(first.backend(), status.id.name());
        let blob = Blob::zeroed_on_heap();
        let infinity = first.blob_to_kzg_commitment(&blob).unwrap();
        let memory = first.tables_memory();
        drop(first);

        let again = mainnet(status.id.into(), options.clone()).unwrap();
        assert_eq!(again.tables_memory(), memory);
        let parallel = options.clone().with_threads(Threads::Global);
        let parallel = mainnet(status.id.into(), parallel).unwrap();
        assert_eq!(parallel.tables_memory(), memory);
        assert_eq!(parallel.blob_to_kzg_commitment(&blob), Ok(infinity));

        let other = options.with_precompute(Precompute::within(1_000_002));
        let other = mainnet(status.id.into(), other).unwrap();
        assert!(memory > 0);
        assert_eq!(other.tables_memory(), 0);
        again.release_tables();
        assert_eq!(parallel.tables_memory(), 0);
        assert_eq!(parallel.blob_to_kzg_commitment(&blob), Ok(infinity));
    }
}

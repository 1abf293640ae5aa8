//! Jobs with another trusted setup than that of mainnet.

use kzg_traits::TrustedSetup;

use super::*;
use crate::manifest::{Header, MANIFEST, SetupId};

/// A setup of which nothing but the hash is used.
fn other_setup() -> TrustedSetup {
    let mut bytes = TrustedSetup::mainnet().to_binary();
    *bytes.last_mut().expect("points") ^= 1;
    TrustedSetup::from_binary(&bytes).expect("the length of a setup")
}

fn pipeline_with(setup: &TrustedSetup, options: &PipelineOptions) -> DataProcessingPipeline {
    let backends = JobBackends::single(Arc::new(fake())).with_trusted_setup(setup);
    DataProcessingPipeline::with_backends(backends, options.clone())
}

#[test]
fn a_manifest_names_a_setup_that_is_not_that_of_mainnet() {
    let fixture = Fixture::new();
    let options = PipelineOptions::default();
    let header = |out: &Path| {
        let text = fs::read_to_string(out.join(MANIFEST)).unwrap();
        text.lines().next().unwrap().to_owned()
    };
    let unnamed = fixture.out("unnamed");
    let report = fixture.run(&unnamed, &options).unwrap();
    assert!(!report.to_json().contains("trusted_setup"));
    let named = fixture.out("mainnet");
    pipeline_with(&TrustedSetup::mainnet(), &options)
        .run(fixture.inputs(), &named)
        .unwrap();
    assert!(contents(&named) == contents(&unnamed));
    assert!(!header(&named).contains("trusted_setup"));

    let other = fixture.out("other");
    let report = pipeline_with(&other_setup(), &options)
        .run(fixture.inputs(), &other)
        .unwrap();
    let hash = format!("0x{}", hex::encode(other_setup().sha256()));
    let member = format!("\"emit\":[\"blobs\"],\"trusted_setup\":\"{hash}\",\"crc\"");
    assert!(header(&other).contains(&member), "{}", header(&other));
    assert_eq!(
        Header::of(&other).unwrap().trusted_setup,
        SetupId::from(&other_setup())
    );
    let report: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(report["trusted_setup"], *hash);
    assert_eq!(stored_report(&other).trusted_setup.to_string(), hash);
}

#[test]
fn a_run_with_another_setup_does_not_resume_a_job() {
    let fixture = Fixture::new();
    let options = PipelineOptions::default();
    let resuming = options.clone().with_resume(true);
    let setups = [TrustedSetup::mainnet(), other_setup()];
    for (index, setup) in setups.iter().enumerate() {
        let out = fixture.out(&format!("out{index}"));
        pipeline_with(setup, &options)
            .run(fixture.inputs(), &out)
            .unwrap();
        let expected = contents(&out);
        let error = pipeline_with(&setups[1 - index], &resuming)
            .run(fixture.inputs(), &out)
            .unwrap_err();
        assert!(
            matches!(error, KzgAdvancedError::Configuration { .. }),
            "{error}"
        );
        assert!(error.to_string().contains("\"trusted_setup\":"), "{error}");
        assert!(contents(&out) == expected);
        let resumed = pipeline_with(setup, &resuming)
            .run(fixture.inputs(), &out)
            .unwrap();
        assert_eq!(resumed.resumed.unwrap().kept_blobs, 8);
        assert!(contents(&out) == expected);
    }
}

/// The fake's answers do not depend on the setup.
#[test]
fn a_verification_that_fails_with_another_setup_says_so_first() {
    let fixture = Fixture::new();
    let options = PipelineOptions::default();
    let out = fixture.out("out");
    pipeline_with(&other_setup(), &options)
        .run(fixture.inputs(), &out)
        .unwrap();
    assert!(verify(&out).passed());
    fs::remove_file(out.join(layout::blob_file(3))).unwrap();
    let same = pipeline_with(&other_setup(), &options)
        .verify(&out)
        .unwrap();
    let found = verify(&out);
    assert_eq!(found.failed, same.failed + 1);
    assert_eq!(found.failures[1..], same.failures);
    let first = &found.failures[0];
    let reason = format!(
        "the trusted setup of the job is {}, and the one that is given is mainnet",
        SetupId::from(&other_setup())
    );
    assert_eq!((&*first.item, &first.reason), (MANIFEST, &reason));
}

#[test]
fn shards_with_different_setups_are_not_merged() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    for (index, setup) in [other_setup(), TrustedSetup::mainnet()].iter().enumerate() {
        let shard = Shard::new(index as u32, 2).unwrap();
        let options = PipelineOptions::default().with_shard(Some(shard));
        pipeline_with(setup, &options)
            .run(fixture.inputs(), &out)
            .unwrap();
    }
    let message = merge(&out).unwrap_err().to_string();
    let expected = "shard 1/2 was made with other options than the first: trusted_setup";
    assert!(message.ends_with(expected), "{message}");
    assert!(!out.join(MANIFEST).exists());
}

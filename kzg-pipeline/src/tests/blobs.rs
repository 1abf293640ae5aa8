//! Inputs that hold blobs.

use super::*;
use crate::Encoding;
use crate::formats::{BundleV1, Format, Hex, Raw, SidecarProofs, Sidecars};
use kzg_traits::{Blob, KzgCommitment, KzgProof, KzgSettings};

fn sidecars() -> Sidecars {
    let mut blobs = vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
    blobs[0].0[31] = 5;
    blobs[1].0[63] = 7;
    Sidecars {
        blobs,
        ..Sidecars::default()
    }
}

/// The same blobs with what the backend of these tests says about them.
fn proved() -> Sidecars {
    let mut sidecars = sidecars();
    let settings = fake();
    let mut proofs = Vec::new();
    for blob in &sidecars.blobs {
        let commitment = settings.blob_to_kzg_commitment(blob).unwrap();
        proofs.push(settings.compute_blob_kzg_proof(blob, &commitment).unwrap());
        sidecars.commitments.push(commitment);
    }
    sidecars.proofs = SidecarProofs::Blobs(proofs);
    sidecars
}

fn options() -> PipelineOptions {
    PipelineOptions::default().with_encoding(Encoding::Raw)
}

#[test]
fn blobs_in_every_format_are_stored_as_they_are_and_come_back() {
    let raw = Raw.write(&sidecars()).unwrap();
    let contents = [
        raw.clone(),
        Hex.write(&sidecars()).unwrap(),
        BundleV1.write(&proved()).unwrap(),
    ];
    for content in contents {
        let root = tempfile::tempdir().unwrap();
        let (input, out) = (root.path().join("input"), root.path().join("out"));
        fs::write(&input, content).unwrap();
        let inputs = || vec![Input::file(&input).holding_blobs(None)];
        let report = pipeline(&options()).run(inputs(), &out).unwrap();
        assert!(report.verification.passed());
        assert_eq!((report.blobs, report.bytes), (2, raw.len() as u64));
        assert_eq!(report.encoding, "raw");
        assert!(fs::read(out.join("blobs/00000001.blob")).unwrap() == raw[131_072..]);
        assert!(verify(&out).passed());
        let back = root.path().join("back");
        restore(&out, &back).unwrap();
        assert!(fs::read(&back).unwrap() == raw);

        let resumed = pipeline(&options().with_resume(true)).run(inputs(), &out);
        assert_eq!(resumed.unwrap().resumed.unwrap().kept_blobs, 2);
        let encoded = PipelineOptions::default().with_resume(true);
        let other = pipeline(&encoded).run(vec![Input::file(&input)], &out);
        assert!(matches!(other, Err(KzgAdvancedError::Configuration { .. })));

        // The lengths of the inputs show the encoding where the header is damaged.
        let path = out.join(manifest::MANIFEST);
        let mut text = fs::read(&path).unwrap();
        text[20] ^= 1;
        fs::write(&path, text).unwrap();
        restore(&out, &root.path().join("again")).unwrap();
        assert!(fs::read(root.path().join("again")).unwrap() == raw);
    }
}

#[test]
fn a_false_claim_of_a_bundle_is_named() {
    let mut wrong_commitment = proved();
    wrong_commitment.commitments[1] = KzgCommitment([7; 48]);
    let mut wrong_proof = proved();
    wrong_proof.proofs = SidecarProofs::Blobs(vec![KzgProof([7; 48]); 2]);
    for (sidecars, expected) in [
        (
            wrong_commitment,
            "b: blob 1: the input says commitment 0x0707",
        ),
        (wrong_proof, "b: blob 0: the input says proof 0x0707"),
    ] {
        let root = tempfile::tempdir().unwrap();
        let bundle = BundleV1.write(&sidecars).unwrap();
        let input = Input::reader("b", std::io::Cursor::new(bundle)).holding_blobs(Some(&BundleV1));
        let error = pipeline(&options())
            .run(vec![input], &root.path().join("out"))
            .unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.kind(), kzg_traits::ErrorKind::Input);
    }
}

#[test]
fn content_that_is_no_blob_is_named() {
    let large = vec![0xff; Blob::LENGTH];
    let cases: [(&[u8], &str); 3] = [
        (b"letter", "neither the bytes of blobs"),
        (b"0x0011", "4 hexadecimal digits, expected 262144"),
        (&large, "the input: blob 0: field element 0: not canonical"),
    ];
    for (content, expected) in cases {
        let root = tempfile::tempdir().unwrap();
        let reader = std::io::Cursor::new(content.to_vec());
        let input = Input::reader("the input", reader).holding_blobs(None);
        let error = pipeline(&options())
            .run(vec![input], &root.path().join("out"))
            .unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

//! What only [`Settings`] has: options, which change no result, and tables that come and go.

use crate::backend::Backend;
use crate::bytes::{Blob, Bytes32, KzgCommitment, KzgProof};
use crate::error::Result;
use crate::exec::Threads;
use crate::items::Blobs;
use crate::precompute::Precompute;
use crate::settings::{KzgSettings, Settings, SettingsOptions};
use crate::testing::law::Law;
use crate::testing::pool;

use super::agreement::{agree, agree_on_proving};

/// The laws of loaded settings' options.
pub(in crate::testing) fn laws<B: Backend>(settings: &Settings<B>) -> Vec<Law> {
    type Check<B> = fn(&Settings<B>);
    let laws: [(&str, Check<B>); 4] = [
        ("threads", threads::<B>),
        ("precompute", precompute::<B>),
        ("tables", tables::<B>),
        ("operations_provided", operations_provided::<B>),
    ];
    laws.into_iter()
        .map(|(name, check)| {
            let settings = settings.clone();
            Law::new(format!("protocol::options::{name}"), move || {
                check(&settings)
            })
        })
        .collect()
}

/// Every operation gives the same bytes and the same errors on any number of threads.
fn threads<B: Backend>(settings: &Settings<B>) {
    for threads in [pool(2), pool(3)] {
        let options = settings.options().clone().with_threads(threads);
        agree(settings, &settings.with_options(options));
    }
}

/// And with any tables.
fn precompute<B: Backend>(settings: &Settings<B>) {
    for precompute in [
        Precompute::NONE,
        Precompute::within(3_000_000),
        Precompute::LARGE,
    ] {
        let options = settings.options().clone().with_precompute(precompute);
        agree_on_proving(settings, &settings.with_options(options));
    }
}

/// Tables are built when they are needed, shared between settings that differ in threads only,
/// and freed on demand.
fn tables<B: Backend>(settings: &Settings<B>) {
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
        assert_eq!(shared.tables_memory(), taken, "built again, for both");
    }
}

/// What the trait provides in terms of the required operations does what [`Settings`] does
/// faster.
fn operations_provided<B: Backend>(settings: &Settings<B>) {
    agree(settings, &Required(settings));
}

/// Settings with only the required operations, so that the others are the trait's.
#[derive(Debug)]
struct Required<'a>(&'a dyn KzgSettings);

impl KzgSettings for Required<'_> {
    fn backend(&self) -> &str {
        self.0.backend()
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        self.0.blob_to_kzg_commitment(blob)
    }

    fn compute_kzg_proof(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)> {
        self.0.compute_kzg_proof(blob, z)
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof> {
        self.0.compute_blob_kzg_proof(blob, commitment)
    }

    fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool> {
        self.0.verify_kzg_proof(commitment, z, y, proof)
    }

    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Result<bool> {
        self.0.verify_blob_kzg_proof(blob, commitment, proof)
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        self.0
            .verify_blob_kzg_proof_batch(blobs, commitments, proofs)
    }

    fn compute_challenge(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<Bytes32> {
        self.0.compute_challenge(blob, commitment)
    }
}

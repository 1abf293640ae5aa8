//! A trusted setup loaded into a backend, and the object-safe interface to it.

use core::fmt::Debug;
use std::sync::Arc;

use crate::algebra::Group;
use crate::backend::Backend;
use crate::bytes::{Blob, Bytes32, KzgCommitment, KzgProof};
use crate::domain::Domain;
use crate::eip4844::check_count;
use crate::error::{Item, Result, SetupError};
use crate::exec::{Exec, Threads};
use crate::items::Blobs;
use crate::lazy::Lazy;
use crate::precompute::Precompute;
use crate::setup::{SetupPoints, TrustedSetup};

/// A loaded trusted setup that answers every EIP-4844 call.
///
/// Object-safe: bytes in, bytes out, so that a backend is a run-time value. `Ok(false)` means
/// well formed but wrong; `Err` means malformed, faulty or refused. An error of kind
/// [`Input`](crate::ErrorKind::Input) names the first offending item.
///
/// Only the operations of the specification are required; the others have defaults in terms of
/// them, which [`Settings`] overrides with faster ones.
pub trait KzgSettings: Debug + Send + Sync {
    /// The name of the backend that answers.
    fn backend(&self) -> &str;

    /// Commits to a blob.
    ///
    /// # Errors
    ///
    /// Kind `Input` for a field element that is not canonical.
    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment>;

    /// Evaluates a blob's polynomial at `z`, and proves the value: returns the proof and `y`.
    ///
    /// # Errors
    ///
    /// Kind `Input` for a field element of the blob, or a `z`, that is not canonical.
    fn compute_kzg_proof(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)>;

    /// Proves that a blob matches its commitment. That the commitment is the blob's is *not*
    /// checked.
    ///
    /// # Errors
    ///
    /// Kind `Input` for a field element that is not canonical or a commitment that is no point.
    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof>;

    /// Whether the polynomial behind `commitment` has the value `y` at `z`.
    ///
    /// # Errors
    ///
    /// Kind `Input` for any of the four that is malformed.
    fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool>;

    /// Whether a blob matches its commitment.
    ///
    /// # Errors
    ///
    /// Kind `Input` for any of the three that is malformed.
    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Result<bool>;

    /// Whether every blob matches its commitment; true for no blobs.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths, or the first item that is malformed.
    fn verify_blob_kzg_proof_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool>;

    /// The point at which a blob's proof opens it, as a canonical field element. It is a hash,
    /// so the content of neither argument is checked.
    ///
    /// # Errors
    ///
    /// None that the input can cause.
    fn compute_challenge(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<Bytes32>;

    /// Commits to many blobs, into the caller's buffer.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths, or the first blob that is malformed. The
    /// buffer's content is unspecified then.
    fn blobs_to_kzg_commitments_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [KzgCommitment],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        for (index, (blob, slot)) in blobs.iter().zip(out).enumerate() {
            *slot = self
                .blob_to_kzg_commitment(blob)
                .map_err(|e| e.with_index(index))?;
        }
        Ok(())
    }

    /// Commits to many blobs.
    ///
    /// # Errors
    ///
    /// As [`blobs_to_kzg_commitments_into`](Self::blobs_to_kzg_commitments_into).
    fn blobs_to_kzg_commitments(&self, blobs: Blobs<'_>) -> Result<Vec<KzgCommitment>> {
        let mut out = vec![KzgCommitment::default(); blobs.len()];
        self.blobs_to_kzg_commitments_into(blobs, &mut out)?;
        Ok(out)
    }

    /// Proves that many blobs match their commitments, into the caller's buffer.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths, or the first item that is malformed. The
    /// buffer's content is unspecified then.
    fn compute_blob_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        out: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        for (index, slot) in out.iter_mut().enumerate() {
            *slot = self
                .compute_blob_kzg_proof(blobs.at(index), &commitments[index])
                .map_err(|e| e.with_index(index))?;
        }
        Ok(())
    }

    /// Proves that many blobs match their commitments.
    ///
    /// # Errors
    ///
    /// As [`compute_blob_kzg_proofs_into`](Self::compute_blob_kzg_proofs_into).
    fn compute_blob_kzg_proofs(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
    ) -> Result<Vec<KzgProof>> {
        let mut out = vec![KzgProof::default(); blobs.len()];
        self.compute_blob_kzg_proofs_into(blobs, commitments, &mut out)?;
        Ok(out)
    }

    /// The verdict on each blob, into the caller's buffer: what
    /// [`verify_blob_kzg_proof`](Self::verify_blob_kzg_proof) would say of it, its errors
    /// included, at about the cost of one batch where nearly all are right.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths.
    fn verify_blob_kzg_proof_each_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
        out: &mut [Result<bool>],
    ) -> Result<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Proof, blobs.len(), proofs.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        for (index, slot) in out.iter_mut().enumerate() {
            *slot = self
                .verify_blob_kzg_proof(blobs.at(index), &commitments[index], &proofs[index])
                .map_err(|e| e.with_index(index));
        }
        Ok(())
    }

    /// The verdict on each blob.
    ///
    /// # Errors
    ///
    /// As [`verify_blob_kzg_proof_each_into`](Self::verify_blob_kzg_proof_each_into).
    fn verify_blob_kzg_proof_each(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<Vec<Result<bool>>> {
        let mut out = vec![Ok(false); blobs.len()];
        self.verify_blob_kzg_proof_each_into(blobs, commitments, proofs, &mut out)?;
        Ok(out)
    }

    /// Builds the prover's tables now instead of at first use. Worth a thread of its own.
    ///
    /// # Errors
    ///
    /// None that the input can cause.
    fn warm_up(&self) -> Result<()> {
        Ok(())
    }

    /// Frees the prover's tables and the scratch memory; the next call that needs them builds
    /// them again.
    fn release_tables(&self) {}
}

/// The choices that a user of [`Settings`] has. None of them changes a result.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SettingsOptions {
    /// The memory for the prover's tables.
    pub precompute: Precompute,
    /// The threads that an operation may use; by default the calling thread alone.
    pub threads: Threads,
}

impl SettingsOptions {
    /// The same options with other tables.
    #[must_use]
    pub fn with_precompute(mut self, precompute: Precompute) -> Self {
        self.precompute = precompute;
        self
    }

    /// The same options with other threads.
    #[must_use]
    pub fn with_threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }
}

/// A trusted setup loaded into the backend `B`.
///
/// Loading computes only what verification needs; the prover's tables are built when they are
/// first used, or by [`warm_up`](KzgSettings::warm_up). Cheap to clone; clones share everything.
#[derive(Clone, Debug)]
pub struct Settings<B: Backend> {
    core: Arc<Core<B>>,
    tables: Arc<Tables<B>>,
    exec: Exec,
    options: SettingsOptions,
}

/// What every operation needs, whatever the options.
#[derive(Debug)]
struct Core<B: Backend> {
    points: SetupPoints<B>,
    domain: Domain<B::Fr>,
    g2_generator: B::PreparedG2,
    g2_tau: B::PreparedG2,
}

/// What the prover needs, by its memory budget.
#[derive(Debug)]
struct Tables<B: Backend> {
    lagrange: Lazy<B::Bases>,
}

impl<B: Backend> Tables<B> {
    fn new() -> Self {
        Self {
            lagrange: Lazy::new(),
        }
    }
}

impl<B: Backend> Settings<B> {
    /// Loads a trusted setup.
    ///
    /// The embedded setup is ready in milliseconds. Any other is fully validated here: every
    /// point, and that all of them belong to one secret.
    ///
    /// # Errors
    ///
    /// [`SetupError`] if the backend cannot run here or the setup is not valid.
    pub fn load(setup: &TrustedSetup, options: SettingsOptions) -> Result<Self, SetupError> {
        B::available()?;
        let exec = Exec::new(options.threads.clone());
        let domain = Domain::new();
        let points = setup.load::<B>(&domain, &exec)?;
        Ok(Self {
            core: Arc::new(Core {
                g2_generator: B::prepare_g2(&B::G2::generator()),
                g2_tau: B::prepare_g2(&points.g2_monomial(1)),
                points,
                domain,
            }),
            tables: Arc::new(Tables::new()),
            exec,
            options,
        })
    }

    /// The same setup with other options. What has been built is shared: all of it if only the
    /// threads differ, all but the tables otherwise.
    #[must_use]
    pub fn with_options(&self, options: SettingsOptions) -> Self {
        let tables = if options.precompute == self.options.precompute {
            Arc::clone(&self.tables)
        } else {
            Arc::new(Tables::new())
        };
        Self {
            core: Arc::clone(&self.core),
            tables,
            exec: self.exec.with_threads(options.threads.clone()),
            options,
        }
    }

    /// The options in force.
    #[must_use]
    pub fn options(&self) -> &SettingsOptions {
        &self.options
    }

    /// The memory that the prover's tables take now, in bytes.
    #[must_use]
    pub fn tables_memory(&self) -> usize {
        self.tables
            .lagrange
            .peek()
            .map_or(0, |bases| B::bases_memory(&bases))
    }

    pub(crate) fn exec(&self) -> &Exec {
        &self.exec
    }

    pub(crate) fn domain(&self) -> &Domain<B::Fr> {
        &self.core.domain
    }

    pub(crate) fn g2_generator(&self) -> &B::PreparedG2 {
        &self.core.g2_generator
    }

    pub(crate) fn g2_tau(&self) -> &B::PreparedG2 {
        &self.core.g2_tau
    }

    pub(crate) fn lagrange_bases(&self) -> Arc<B::Bases> {
        self.tables
            .lagrange
            .get_or_build(|| self.build_lagrange_bases(&self.exec.on_this_thread()))
    }

    fn build_lagrange_bases(&self, exec: &Exec) -> B::Bases {
        B::prepare(
            &self.core.points.g1_lagrange(exec),
            self.options.precompute,
            exec,
        )
    }
}

impl<B: Backend> KzgSettings for Settings<B> {
    fn backend(&self) -> &str {
        B::NAME
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        self.commit(blob, 0, &self.exec)
    }

    fn compute_kzg_proof(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)> {
        self.prove(blob, z)
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof> {
        self.prove_blob(blob, commitment, 0, &self.exec)
    }

    fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool> {
        self.verify_point(commitment, z, y, proof)
    }

    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Result<bool> {
        self.verify_batch(
            core::slice::from_ref(blob).into(),
            core::slice::from_ref(commitment),
            core::slice::from_ref(proof),
        )
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        self.verify_batch(blobs, commitments, proofs)
    }

    fn compute_challenge(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<Bytes32> {
        use crate::algebra::Fr;
        Ok(Bytes32(Self::challenge(blob, commitment).to_bytes()))
    }

    fn blobs_to_kzg_commitments_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [KzgCommitment],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        let each = self.exec_for_items(blobs.len());
        self.exec.try_for_each_mut(out, |index, slot| {
            *slot = self.commit(blobs.at(index), index, &each)?;
            Ok(())
        })
    }

    fn compute_blob_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        out: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        let each = self.exec_for_items(blobs.len());
        self.exec.try_for_each_mut(out, |index, slot| {
            *slot = self.prove_blob(blobs.at(index), &commitments[index], index, &each)?;
            Ok(())
        })
    }

    fn verify_blob_kzg_proof_each_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
        out: &mut [Result<bool>],
    ) -> Result<()> {
        self.verify_each(blobs, commitments, proofs, out)
    }

    fn warm_up(&self) -> Result<()> {
        if self.exec.is_parallel() {
            // No lock may be held while pool threads build.
            if self.tables.lagrange.peek().is_none() {
                self.tables
                    .lagrange
                    .publish(self.build_lagrange_bases(&self.exec));
            }
        } else {
            self.lagrange_bases();
        }
        Ok(())
    }

    fn release_tables(&self) {
        self.tables.lagrange.release();
        self.exec.release_scratch();
    }
}

impl<B: Backend> Settings<B> {
    /// Several items are spread over the threads, so each stays on one; a single item may use
    /// all of them.
    fn exec_for_items(&self, items: usize) -> Exec {
        if items > 1 {
            self.exec.on_this_thread()
        } else {
            self.exec.clone()
        }
    }
}

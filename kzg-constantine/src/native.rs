//! Settings that use Constantine's own KZG protocol for the calls in which it is faster.

use std::sync::Arc;

use constantine_sys::{ContextCalls, LoadError, load};
use kzg_traits::bytes::{BYTES_PER_FIELD_ELEMENT, CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_CELL};
use kzg_traits::domain::Domain;
use kzg_traits::error::Result;
use kzg_traits::lazy::Lazy;
use kzg_traits::settings::KzgSettingsWrapper;
use kzg_traits::{
    Blob, Blobs, Bytes32, Cell, Cells, Error, ErrorKind, Exec, Fr as _, Group, KzgCommitment,
    KzgProof, KzgSettings, Precompute, Settings, SettingsOptions, SetupError, TrustedSetup,
};

use crate::context::{Context, Tables, Verdict, is_recoverable};
use crate::field::Fr;
use crate::group::G1;
use crate::library::setup_error;
use crate::{Constantine, NAME};

/// A trusted setup whose calls use Constantine's own protocol where that is faster. All other calls
/// use the generic protocol, that is, [`Settings`] over Constantine's low level.
///
/// The two protocols were compared on one thread of an x86-64 server. With the library's protocol
/// the proofs of cells, and recovery, take 0.86 of the time with tables that fit
/// [`Precompute::SMALL`], and 0.74 with tables that fit [`Precompute::LARGE`]; the verification of
/// a proof of one value takes 0.87. Commitments, proofs of blobs and the verification of cells take
/// the same time with both protocols. The generic protocol verifies batches of blobs in three
/// quarters of the time. On several threads the generic protocol spreads one blob over all threads,
/// and the library's protocol does not.
///
/// The library's context takes about two seconds to make. So it is made by the first call that
/// computes or recovers proofs of cells, or by [`warm_up`](KzgSettings::warm_up). Verification uses
/// the context if it exists, and never waits for it.
///
/// The library's errors do not say which item is malformed. So the generic protocol, whose errors
/// name the item, checks again all input that the library refuses.
#[derive(Debug)]
pub struct NativeSettings {
    protocol: Settings<Constantine>,
    setup: TrustedSetup,
    calls: &'static ContextCalls,
    tables: Tables,
    exec: Exec,
    context: Lazy<Context>,
}

impl NativeSettings {
    /// Whether a budget has room for the tables with which the library's protocol is faster.
    #[must_use]
    pub fn is_faster_within(precompute: Precompute) -> bool {
        Tables::within(precompute).is_some()
    }

    /// Loads a trusted setup.
    ///
    /// # Errors
    ///
    /// [`SetupError::MissingSymbols`] if the library lacks calls on a context;
    /// [`SetupError::BackendUnavailable`] if [`is_faster_within`](Self::is_faster_within) is false
    /// for the memory budget; otherwise as [`Constantine::load`] and [`Settings::load`].
    pub fn load(setup: &TrustedSetup, options: SettingsOptions) -> Result<Self, SetupError> {
        let library = load().map_err(setup_error)?;
        let calls = library.context.as_ref().map_err(|missing| {
            setup_error(LoadError::MissingSymbols {
                origin: library.origin.clone(),
                missing: missing.clone(),
            })
        })?;
        let tables =
            Tables::within(options.precompute).ok_or_else(|| SetupError::BackendUnavailable {
                backend: NAME.to_owned(),
                reason: format!("no room for tables in {} bytes", options.precompute.bytes()),
            })?;
        Ok(Self {
            exec: Exec::new(options.threads.clone()),
            // Loading validates the points, so the library never reads an invalid point.
            protocol: Settings::load(setup, options)?,
            setup: setup.clone(),
            calls,
            tables,
            context: Lazy::new(),
        })
    }

    /// The memory that the tables take now, in bytes. The memory of the library's tables is an
    /// estimate.
    #[must_use]
    pub fn tables_memory(&self) -> usize {
        let tables = self.context.peek().map_or(0, |_| self.tables.bytes);
        tables + self.protocol.tables_memory()
    }

    /// The context. If there is none yet, it is made and tested. Until then all work of this
    /// thread, including the generic protocol's work in the test, stays on this thread: see
    /// [`Lazy`]. `None` if the setup file that the library reads cannot be written: then the generic
    /// protocol answers.
    fn context(&self) -> Result<Option<Arc<Context>>> {
        let context: Result<_> = self.context.get_or_try_build(|| {
            let context = Context::new(self.calls, &self.setup, self.tables)?;
            self.test(&context)?;
            Ok(context)
        });
        match context {
            Err(error) if error.kind() == ErrorKind::Io => Ok(None),
            context => context.map(Some),
        }
    }

    /// Tests a context with known answers: the commitment to the zero blob is infinity, the
    /// commitment to `X^64` is that of the generic protocol, and each cell of `X^64` is constant
    /// and has the generator as its proof.
    fn test(&self, context: &Context) -> Result<()> {
        let (zero, power) = (Blob::zeroed_on_heap(), x_to_64());
        let expected = [
            (&zero, KzgCommitment(G1::identity().to_bytes())),
            (&power, self.protocol.blob_to_kzg_commitment(&power)?),
        ];
        for (blob, expected) in expected {
            let mut commitment = KzgCommitment::default();
            let verdict = context.commit(blob, &mut commitment);
            if !matches!(verdict, Verdict::Success) || commitment != expected {
                return Err(fault("a commitment is not the known one".to_owned()));
            }
        }
        let mut cells = vec![Cell::default(); CELLS_PER_EXT_BLOB];
        let mut proofs = vec![KzgProof::default(); CELLS_PER_EXT_BLOB];
        let verdict = context.compute_cells_and_kzg_proofs(&power, &mut cells, &mut proofs);
        let constant = |cell: &Cell| cell.field_elements().iter().all(|a| *a == cell.0[..32]);
        let one = KzgProof(G1::generator().to_bytes());
        let right = matches!(verdict, Verdict::Success)
            && cells.iter().all(constant)
            && cells.as_slice() == self.protocol.compute_cells(&power)?
            && proofs.iter().all(|proof| *proof == one);
        if right {
            Ok(())
        } else {
            Err(fault(
                "the cells and proofs are not the known ones".to_owned(),
            ))
        }
    }

    /// Whether the library's protocol is faster for this number of blobs. It keeps each blob on one
    /// thread.
    fn is_faster_for(&self, blobs: usize) -> bool {
        blobs >= self.exec.threads()
    }
}

fn fault(message: String) -> Error {
    Error::Fault {
        backend: NAME.to_owned(),
        message,
    }
}

/// The error of the generic protocol for input that the library refuses; the error names the item.
/// If the generic protocol accepts the input, one of the two protocols is wrong.
fn refused<T>(again: Result<T>) -> Result<T> {
    again.and_then(|_| {
        Err(Error::Integrity {
            message: format!(
                "{NAME}'s own protocol refuses input that the generic protocol accepts"
            ),
        })
    })
}

/// The blob of the polynomial `X^64`.
fn x_to_64() -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    let roots = Domain::<Fr>::new();
    let values = roots.roots(CELLS_PER_EXT_BLOB);
    let cells = blob
        .0
        .chunks_exact_mut(FIELD_ELEMENTS_PER_CELL * BYTES_PER_FIELD_ELEMENT);
    for (cell, value) in cells.zip(values) {
        for element in cell.chunks_exact_mut(BYTES_PER_FIELD_ELEMENT) {
            element.copy_from_slice(&value.to_bytes());
        }
    }
    blob
}

/// Calls without an override go to the generic protocol.
impl KzgSettingsWrapper for NativeSettings {
    fn inner(&self) -> &dyn KzgSettings {
        &self.protocol
    }

    fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool> {
        let verdict = self
            .context
            .peek()
            .map(|context| context.verify_kzg_proof(commitment, z, y, proof));
        let again = || self.protocol.verify_kzg_proof(commitment, z, y, proof);
        match verdict {
            None => again(),
            Some(Verdict::Success) => Ok(true),
            Some(Verdict::VerificationFailure) => Ok(false),
            Some(Verdict::Refused) => refused(again()),
        }
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        KzgSettingsWrapper::compute_many_cells_and_kzg_proofs_into(
            self,
            core::slice::from_ref(blob).into(),
            cells,
            proofs,
        )
    }

    fn compute_cell_kzg_proofs_into(&self, blob: &Blob, proofs: &mut [KzgProof]) -> Result<()> {
        let mut cells = self.exec.scratch_vec();
        cells.resize(CELLS_PER_EXT_BLOB, Cell::default());
        KzgSettingsWrapper::compute_cells_and_kzg_proofs_into(self, blob, &mut cells, proofs)
    }

    fn compute_many_cells_and_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        let wanted = blobs.len() * CELLS_PER_EXT_BLOB;
        let fit = (cells.len(), proofs.len()) == (wanted, wanted);
        let context = if fit && !blobs.is_empty() && self.is_faster_for(blobs.len()) {
            self.context()?
        } else {
            None
        };
        let Some(context) = context else {
            return self
                .protocol
                .compute_many_cells_and_kzg_proofs_into(blobs, cells, proofs);
        };
        let (cells, proofs) = ((cells, CELLS_PER_EXT_BLOB), (proofs, CELLS_PER_EXT_BLOB));
        self.exec
            .try_for_each_row_mut(cells, proofs, |index, cells, proofs| {
                let blob = blobs.at(index);
                match context.compute_cells_and_kzg_proofs(blob, cells, proofs) {
                    Verdict::Success => Ok(()),
                    _ => refused(self.protocol.compute_cells_into(blob, cells))
                        .map_err(|error| error.with_index(index)),
                }
            })
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()> {
        let fit = (recovered_cells.len(), recovered_proofs.len())
            == (CELLS_PER_EXT_BLOB, CELLS_PER_EXT_BLOB)
            && is_recoverable(cell_indices, cells.len());
        if fit
            && self.is_faster_for(1)
            && let Some(context) = self.context()?
        {
            let mut contiguous = self.exec.scratch_vec();
            contiguous.extend(cells.iter().cloned());
            let verdict = context.recover_cells_and_kzg_proofs(
                cell_indices,
                &contiguous,
                recovered_cells,
                recovered_proofs,
            );
            // For cells that contradict each other, the library's result differs from that of the
            // specification's formula.
            let mut given = cell_indices.iter().zip(contiguous.iter());
            let kept = given.all(|(&index, cell)| recovered_cells[index as usize] == *cell);
            if matches!(verdict, Verdict::Success) && kept {
                return Ok(());
            }
        }
        self.protocol.recover_cells_and_kzg_proofs_into(
            cell_indices,
            cells,
            recovered_cells,
            recovered_proofs,
        )
    }

    fn warm_up(&self) -> Result<()> {
        let _ = self.context()?;
        self.protocol.warm_up()
    }

    fn tables_memory(&self) -> usize {
        Self::tables_memory(self)
    }

    fn release_tables(&self) {
        self.context.release();
        self.exec.release_scratch();
        self.protocol.release_tables();
    }
}

//! The backends of this workspace.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use kzg_arkworks::Arkworks;
use kzg_blst::Blst;
use kzg_constantine::{Constantine, NativeSettings};
use kzg_traits::error::Result;
use kzg_traits::{
    Backend, Blob, Bytes32, Cell, Exec, Group, KzgCommitment, KzgProof, KzgSettings, PointError,
    Precompute, Settings, SettingsOptions, SetupError, Threads, TrustedSetup,
};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

use crate::inputs::{CellBatch, Inputs};
use crate::libraries::{Answer, Candidate, Library, Run, run};
use crate::operation::{
    BATCH_BLOBS, BLOCK_BLOBS, BlockOperation, BlockWork, CELL_BLOBS, FalseItems, MANY_BLOBS,
    Operation,
};

type Load = fn(&TrustedSetup, SettingsOptions) -> Result<Box<dyn KzgSettings>, SetupError>;

fn load<B: Backend>(
    setup: &TrustedSetup,
    options: SettingsOptions,
) -> Result<Box<dyn KzgSettings>, SetupError> {
    Ok(Box::new(Settings::<B>::load(setup, options)?))
}

/// Loads Constantine's own protocol, instead of our protocol over Constantine's curve.
fn load_native(
    setup: &TrustedSetup,
    options: SettingsOptions,
) -> Result<Box<dyn KzgSettings>, SetupError> {
    Ok(Box::new(NativeSettings::load(setup, options)?))
}

type Decode = fn(&[[u8; 48]]) -> Box<dyn Answer>;

/// Decodes points in one call of [`Backend::g1_from_bytes_batched`].
fn decode<B: Backend>(encodings: &[[u8; 48]]) -> Box<dyn Answer> {
    let mut points = vec![Ok(B::G1::identity()); encodings.len()];
    B::g1_from_bytes_batched(encodings, &mut points, &Exec::serial());
    Box::new(Decoded::<B>(points))
}

/// Decoded points. Their encodings are compared with the other backends' encodings.
struct Decoded<B: Backend>(Vec<Result<B::G1, PointError>>);

impl<B: Backend> Answer for Decoded<B> {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        for point in &self.0 {
            bytes.extend(point.expect("the encodings are valid").to_bytes());
        }
    }
}

/// One of our backends.
struct Entry {
    name: &'static str,
    load: Load,
    decode: Decode,
    /// Whether the backend uses tables.
    has_tables: bool,
}

const fn entry(name: &'static str, load: Load, decode: Decode, has_tables: bool) -> Entry {
    Entry {
        name,
        load,
        decode,
        has_tables,
    }
}

const BACKENDS: [Entry; 4] = [
    entry(Blst::NAME, load::<Blst>, decode::<Blst>, true),
    entry(Arkworks::NAME, load::<Arkworks>, decode::<Arkworks>, true),
    entry(
        Constantine::NAME,
        load::<Constantine>,
        decode::<Constantine>,
        false,
    ),
    entry(
        "constantine-native",
        load_native,
        decode::<Constantine>,
        true,
    ),
];

/// Every backend that can be loaded on this machine, once for each table size in `sizes` and each
/// number of threads in `threads`, with all other options from `options`. With `pin`, each thread of a
/// pool stays on a processor of its own.
pub(super) fn candidates(
    options: &SettingsOptions,
    sizes: &[Precompute],
    threads: &[usize],
    pin: bool,
) -> Vec<Candidate> {
    let pools: Vec<_> = threads
        .iter()
        .map(|&count| (count, pool(count, pin)))
        .collect();
    let mut all = Vec::new();
    for Entry {
        name,
        load,
        decode,
        has_tables,
    } in BACKENDS
    {
        let sizes = if has_tables { sizes } else { &sizes[..1] };
        for (position, &precompute) in sizes.iter().enumerate() {
            let wanted = SettingsOptions::default().with_precompute(precompute);
            if let Err(error) = load(&TrustedSetup::mainnet(), wanted) {
                eprintln!("not measured: {name}/{precompute}: {error}");
                continue;
            }
            for (threads, pool) in &pools {
                let options = options
                    .clone()
                    .with_precompute(precompute)
                    .with_threads(pool.clone());
                all.push(Candidate {
                    library: "ours",
                    backend: Some(name),
                    precompute: Some(precompute),
                    threads: *threads,
                    primary: position == 0,
                    load: Box::new(move || Box::new(Ours::new(load, decode, options.clone()))),
                });
            }
        }
    }
    all
}

fn pool(threads: usize, pin: bool) -> Threads {
    if threads <= 1 {
        return Threads::One;
    }
    let mut builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
    if pin {
        builder = builder.start_handler(pin_this_thread);
    }
    Threads::Pool(Arc::new(builder.build().expect("threads can be started")))
}

/// Restricts this thread, a worker of a pool, to one of the processors that the program may use.
fn pin_this_thread(worker: usize) {
    let this_thread = Pid::from_raw(0);
    let allowed = sched_getaffinity(this_thread).expect("the system has affinities");
    let processors: Vec<usize> = (0..CpuSet::count())
        .filter(|&processor| allowed.is_set(processor) == Ok(true))
        .collect();
    let mut one = CpuSet::new();
    one.set(processors[worker % processors.len()])
        .expect("a processor of the set");
    sched_setaffinity(this_thread, &one).expect("an allowed processor");
}

struct Ours {
    load: Load,
    decode: Decode,
    options: SettingsOptions,
    settings: Box<dyn KzgSettings>,
}

impl Ours {
    fn new(load: Load, decode: Decode, options: SettingsOptions) -> Self {
        let settings = load(&TrustedSetup::mainnet(), options.clone());
        Self {
            load,
            decode,
            options,
            settings: settings.expect("the embedded setup is valid"),
        }
    }
}

impl Library for Ours {
    fn prepare<'a>(&'a self, operation: Operation, inputs: &'a Inputs) -> Option<Run<'a>> {
        let settings: &dyn KzgSettings = &*self.settings;
        let blob = inputs.blob();
        match operation {
            Operation::BlobToKzgCommitment => run(move || settings.blob_to_kzg_commitment(blob)),
            Operation::ComputeKzgProof => {
                let z = inputs.z();
                run(move || settings.compute_kzg_proof(blob, &z))
            }
            Operation::ComputeBlobKzgProof => {
                let commitment = inputs.commitment();
                run(move || settings.compute_blob_kzg_proof(blob, &commitment))
            }
            Operation::VerifyKzgProof => {
                let (commitment, z, (proof, y)) =
                    (inputs.commitment(), inputs.z(), inputs.opening());
                run(move || settings.verify_kzg_proof(&commitment, &z, &y, &proof))
            }
            Operation::VerifyBlobKzgProof => {
                let (commitment, proof) = (inputs.commitment(), inputs.proof());
                run(move || settings.verify_blob_kzg_proof(blob, &commitment, &proof))
            }
            Operation::VerifyBlobKzgProofBatch => {
                let blobs = inputs.blobs(BATCH_BLOBS).into();
                let commitments = inputs.commitments(BATCH_BLOBS);
                let proofs = inputs.proofs(BATCH_BLOBS);
                run(move || settings.verify_blob_kzg_proof_batch(blobs, &commitments, &proofs))
            }
            Operation::ComputeCells => run(move || settings.compute_cells(blob)),
            Operation::ComputeCellsAndKzgProofs => {
                run(move || settings.compute_cells_and_kzg_proofs(blob))
            }
            Operation::RecoverCellsAndKzgProofs => {
                let (indices, cells) = inputs.half_of_the_cells();
                run(move || settings.recover_cells_and_kzg_proofs(&indices, (&cells).into()))
            }
            Operation::RecoverCells => {
                let (indices, cells) = inputs.half_of_the_cells();
                run(move || settings.recover_cells(&indices, (&cells).into()))
            }
            Operation::VerifyCellKzgProofBatchOneBlob => verify_cells(settings, inputs, 1),
            Operation::VerifyCellKzgProofBatchBlock => verify_cells(settings, inputs, BLOCK_BLOBS),
            Operation::VerifyCellKzgProofBatchOutside => {
                let batch = inputs.cell_batch_outside_the_subgroup(BLOCK_BLOBS);
                run(move || Ok::<_, Infallible>(verify(settings, &batch).is_err()))
            }
            Operation::VerifyCellKzgProofBatch => verify_cells(settings, inputs, CELL_BLOBS),
            Operation::VerifyBlobKzgProofEach(is_false) => {
                let blobs = inputs.blobs(BATCH_BLOBS).into();
                let commitments = inputs.commitments(BATCH_BLOBS);
                let proofs = inputs.proofs_with_false(BATCH_BLOBS, is_false);
                run(move || {
                    let each = settings.verify_blob_kzg_proof_each(blobs, &commitments, &proofs)?;
                    each.into_iter().collect::<Result<Vec<bool>>>()
                })
            }
            Operation::VerifyCellKzgProofEach(is_false) => {
                verify_each_cell(settings, inputs.cell_batch_with_false(CELL_BLOBS, is_false))
            }
            Operation::VerifyCellKzgProofEachManyBlobs(is_false) => verify_each_cell(
                settings,
                inputs.cell_batch_with_false(BLOCK_BLOBS, is_false),
            ),
            Operation::BlobsToKzgCommitments => {
                let blobs = inputs.blobs(MANY_BLOBS).into();
                run(move || settings.blobs_to_kzg_commitments(blobs))
            }
            Operation::ComputeBlobKzgProofs => {
                let blobs = inputs.blobs(MANY_BLOBS).into();
                let commitments = inputs.commitments(MANY_BLOBS);
                run(move || settings.compute_blob_kzg_proofs(blobs, &commitments))
            }
            Operation::ComputeManyCellsAndKzgProofs => {
                let blobs = inputs.blobs(CELL_BLOBS).into();
                run(move || settings.compute_many_cells_and_kzg_proofs(blobs))
            }
            Operation::SetupMainnet => run(move || self.load(&TrustedSetup::mainnet(), blob)),
            Operation::SetupFirstVerification => {
                let (commitment, proof, cell) =
                    (inputs.commitment(), inputs.proof(), inputs.one_cell());
                run(move || {
                    let fresh = self.load(&TrustedSetup::mainnet(), blob)?.settings;
                    Ok::<_, Box<dyn Error>>(
                        fresh.verify_blob_kzg_proof(blob, &commitment, &proof)?
                            && verify(&*fresh, &cell)?,
                    )
                })
            }
            Operation::SetupProverTables => run(move || {
                let loaded = self.load(&TrustedSetup::mainnet(), blob)?;
                loaded.settings.warm_up().expect("the tables can be built");
                Ok::<_, SetupError>(loaded)
            }),
            Operation::DecodePoints => {
                let (decode, encodings) = (self.decode, inputs.encodings());
                run(move || Ok::<_, Infallible>(decode(&encodings)))
            }
            Operation::Block(block) => prepare_block(settings, inputs, block),
            Operation::Related(related) => {
                self.prepare(related.operation, inputs.related(related.relation))
            }
            Operation::SetupFile => {
                let file = inputs.setup_file().to_text();
                run(move || self.load(&TrustedSetup::parse(file.as_bytes())?, blob))
            }
        }
    }

    fn tables_memory(&self) -> Option<usize> {
        Some(self.settings.tables_memory())
    }
}

fn verify_cells<'a>(
    settings: &'a dyn KzgSettings,
    inputs: &Inputs,
    blobs: usize,
) -> Option<Run<'a>> {
    let batch = inputs.cell_batch(blobs);
    run(move || verify(settings, &batch))
}

fn prepare_block<'a>(
    settings: &'a dyn KzgSettings,
    inputs: &'a Inputs,
    block: &BlockOperation,
) -> Option<Run<'a>> {
    match block.work {
        BlockWork::VerifyColumn => {
            let batch = inputs.column(block.blobs);
            run(move || verify(settings, &batch))
        }
        BlockWork::VerifyColumns => verify_cells(settings, inputs, block.blobs),
        BlockWork::FindFalseColumn => verify_each_cell(
            settings,
            inputs.cell_batch_with_false(block.blobs, FalseItems::One),
        ),
        BlockWork::Recover => {
            let (indices, halves) = inputs.half_of_the_columns(block.blobs);
            run(move || {
                let each = halves.iter();
                each.map(|cells| settings.recover_cells_and_kzg_proofs(&indices, cells.into()))
                    .collect::<Result<Vec<_>>>()
            })
        }
        BlockWork::ComputeColumns => {
            let blobs = inputs.blobs(block.blobs).into();
            run(move || settings.compute_many_cells_and_kzg_proofs(blobs))
        }
    }
}

fn verify_each_cell(settings: &dyn KzgSettings, batch: CellBatch) -> Option<Run<'_>> {
    run(move || {
        let each = settings.verify_cell_kzg_proof_each(
            &batch.commitments,
            &batch.cell_indices,
            (&batch.cells).into(),
            &batch.proofs,
        )?;
        each.into_iter().collect::<Result<Vec<bool>>>()
    })
}

fn verify(settings: &dyn KzgSettings, batch: &CellBatch) -> Result<bool> {
    settings.verify_cell_kzg_proof_batch(
        &batch.commitments,
        &batch.cell_indices,
        (&batch.cells).into(),
        &batch.proofs,
    )
}

/// Newly loaded settings. The answer is a commitment, which is computed when answers are compared.
struct Fresh<'a> {
    settings: Box<dyn KzgSettings>,
    blob: &'a Blob,
}

impl Ours {
    fn load<'a>(&self, setup: &TrustedSetup, blob: &'a Blob) -> Result<Fresh<'a>, SetupError> {
        let settings = (self.load)(setup, self.options.clone())?;
        Ok(Fresh { settings, blob })
    }
}

impl Answer for Fresh<'_> {
    fn append_to(&self, bytes: &mut Vec<u8>) {
        let commitment = self.settings.blob_to_kzg_commitment(self.blob);
        commitment.expect("the blob is canonical").append_to(bytes);
    }
}

macro_rules! answers {
    ($($bytes:ty),*) => { $(
        impl Answer for $bytes {
            fn append_to(&self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(self.as_slice());
            }
        }
    )* };
}
answers!(Bytes32, Cell, KzgCommitment, KzgProof);

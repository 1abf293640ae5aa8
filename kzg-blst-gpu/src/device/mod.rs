//! The device: its kernels, its tables, and batches of blobs that run on it.

mod kernels;
pub(crate) mod lane;
mod shape;
mod table;
mod twiddles;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use kzg_blst::{Blst, Fr, G1};
use kzg_traits::bytes::{CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_BLOB};
use kzg_traits::domain::{Domain, bit_reversal_permutation};
use kzg_traits::fk20;
use kzg_traits::{
    Backend, Exec, Fr as _, Group, PointError, SetupError, SetupSection, TrustedSetup,
};

use crate::driver::{Context, DeviceError};
use kernels::Kernels;
use lane::Lane;
use shape::{AFFINE, CELLS, COMMITMENT, SCALAR, Shape};
use table::Table;
use twiddles::Transforms;

/// The results that are computed for each blob of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// One sum over the Lagrange points; 4096 scalars.
    Commitment,
    /// The proofs of the 128 cells; 8192 scalars, the rows of FK20.
    CellProofs,
}

/// A device with the tables of a trusted setup.
#[derive(Debug)]
pub(crate) struct Device {
    context: Arc<Context>,
    setup: TrustedSetup,
    /// One batch at a time.
    state: Mutex<State>,
}

/// The parts that are built when they are first needed.
#[derive(Debug, Default)]
struct State {
    kernels: Option<Kernels>,
    commitment: Option<Table>,
    cells: Option<(Table, Transforms)>,
}

impl Device {
    /// Opens a device.
    ///
    /// # Errors
    ///
    /// [`SetupError`] if there is no driver or no such device.
    pub(crate) fn open(
        library: Option<&Path>,
        number: i32,
        setup: &TrustedSetup,
    ) -> Result<Self, SetupError> {
        Ok(Self {
            context: Context::open(library, number)?,
            setup: setup.clone(),
            state: Mutex::default(),
        })
    }

    pub(crate) fn name(&self) -> &str {
        self.context.name()
    }

    /// The bytes of memory of the device that the tables take.
    pub(crate) fn tables_memory(&self) -> usize {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let cells = state.cells.as_ref().map(|(table, _)| table);
        state
            .commitment
            .iter()
            .chain(cells)
            .map(Table::memory)
            .sum()
    }

    /// Frees the tables.
    pub(crate) fn release_tables(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.commitment = None;
        state.cells = None;
    }

    /// Builds the table of a task, if it is not there.
    ///
    /// # Errors
    ///
    /// [`DeviceError`].
    pub(crate) fn prepare(&self, task: Task) -> Result<(), DeviceError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.prepare(&self.context, &self.setup, task)
    }

    /// Computes a task for each blob. `scalars(blob, bytes)` writes the scalars of a blob, 32
    /// big-endian bytes each, canonical. `encodings(blob, ..)` receives the results of a
    /// blob, as [`Lane::encodings`] gives them.
    ///
    /// All work on the processor is done by the calling thread: a thread of a pool that waited for
    /// others here, with the lock, could take up another call, which waits for the lock.
    ///
    /// # Errors
    ///
    /// [`DeviceError`]; some blobs' results may have been received.
    pub(crate) fn run(
        &self,
        task: Task,
        blobs: usize,
        scalars: impl Fn(usize, &mut [u8]),
        mut encodings: impl FnMut(usize, &mut dyn Iterator<Item = [u8; AFFINE]>),
    ) -> Result<(), DeviceError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.prepare(&self.context, &self.setup, task)?;
        let missing = "prepared above";
        let kernels = state.kernels.as_ref().expect(missing);
        let (table, transforms) = match task {
            Task::Commitment => (state.commitment.as_ref().expect(missing), None),
            Task::CellProofs => {
                let (table, transforms) = state.cells.as_ref().expect(missing);
                (table, Some(transforms))
            }
        };
        let shape = table.shape;
        let chunk = chunk(shape, blobs, self.context.free_memory()?)?;
        let mut receive = |lane: &Lane<'_>, first: usize, count: usize| {
            let all = lane.encodings()?;
            for blob in 0..count {
                let mut own = (0..shape.columns).map(|column| all[column * count + blob]);
                encodings(first + blob, &mut own);
            }
            Ok(())
        };
        let lanes = if blobs > chunk { 2 } else { 1 };
        let lanes: Result<Vec<Lane<'_>>, DeviceError> = (0..lanes)
            .map(|_| Lane::new(&self.context, kernels, table, transforms, chunk))
            .collect();
        let mut lanes = lanes?;
        // The chunks that run, one for each lane at most.
        let mut running: Vec<Option<(usize, usize)>> = vec![None; lanes.len()];
        for (index, first) in (0..blobs).step_by(chunk).enumerate() {
            let turn = index % lanes.len();
            let lane = &mut lanes[turn];
            if let Some((first, count)) = running[turn].take() {
                receive(lane, first, count)?;
            }
            let count = chunk.min(blobs - first);
            let bytes = lane.scalars()?;
            let bytes = &mut bytes[..count * shape.scalars() * SCALAR];
            let each = bytes.chunks_exact_mut(shape.scalars() * SCALAR);
            each.enumerate()
                .for_each(|(blob, bytes)| scalars(first + blob, bytes));
            lane.begin(count)?;
            running[turn] = Some((first, count));
        }
        let mut left: Vec<_> = running.into_iter().zip(&lanes).collect();
        left.sort_by_key(|(chunk, _)| *chunk);
        for (chunk, lane) in left {
            if let Some((first, count)) = chunk {
                receive(lane, first, count)?;
            }
        }
        Ok(())
    }
}

/// Largest number of blobs of a chunk. The largest batch has four such chunks, so that the processor
/// can write the scalars of one chunk while the device works on another. The number is an estimate:
/// it was not measured on a device.
const LARGEST_CHUNK: usize = 64;

/// The number of blobs that run together. Two chunks take at most three quarters of the free memory.
fn chunk(shape: Shape, blobs: usize, free: usize) -> Result<usize, DeviceError> {
    let each = shape.bytes_per_blob();
    let fitting = free / 8 * 3 / each;
    if fitting == 0 {
        // Three eighths of the free memory have to suffice for one blob.
        let needed = each.div_ceil(3) * 8;
        return Err(DeviceError::NoRoom { needed, free });
    }
    Ok(fitting.min(LARGEST_CHUNK).min(blobs.max(1)))
}

impl State {
    fn prepare(
        &mut self,
        context: &Arc<Context>,
        setup: &TrustedSetup,
        task: Task,
    ) -> Result<(), DeviceError> {
        if self.kernels.is_none() {
            self.kernels = Some(Kernels::load(context)?);
        }
        let kernels = self.kernels.as_ref().expect("loaded above");
        let has_room = |shape: Shape| {
            let (table, beside) = shape.table_bytes();
            let (needed, free) = (table + beside, context.free_memory()?);
            if needed > free {
                return Err(DeviceError::NoRoom { needed, free });
            }
            Ok(())
        };
        match task {
            Task::Commitment if self.commitment.is_none() => {
                has_room(COMMITMENT)?;
                let points = lagrange_points(setup);
                let table = Table::build(context, kernels, COMMITMENT, &points, &[Fr::ONE])?;
                self.commitment = Some(table);
            }
            Task::CellProofs if self.cells.is_none() => {
                has_room(CELLS)?;
                let domain = Domain::new();
                let exec = Exec::serial();
                let points = fk20::columns::<Blst>(&domain, &monomial_points(setup), &exec);
                // Dividing by y moves the coefficients by one place: see `kzg_traits::fk20`. The
                // inverse transform divides by the number of columns.
                let factors: Vec<Fr> = domain
                    .inverse_roots(CELLS_PER_EXT_BLOB)
                    .iter()
                    .map(|inverse| *inverse * domain.inverse_size(CELLS_PER_EXT_BLOB))
                    .collect();
                let transforms = Transforms::new(context, &domain)?;
                let table = Table::build(context, kernels, CELLS, &points, &factors)?;
                self.cells = Some((table, transforms));
            }
            Task::Commitment | Task::CellProofs => {}
        }
        Ok(())
    }
}

/// The Lagrange points in bit-reversed order, which is that of a blob's values.
fn lagrange_points(setup: &TrustedSetup) -> Vec<G1> {
    let binary = setup.to_binary();
    let encodings = &binary[..48 * FIELD_ELEMENTS_PER_BLOB];
    let mut points = decode(encodings, SetupSection::G1Lagrange);
    bit_reversal_permutation(&mut points);
    points
}

/// The powers of the secret.
fn monomial_points(setup: &TrustedSetup) -> Vec<G1> {
    let binary = setup.to_binary();
    let encodings = &binary[binary.len() - 48 * FIELD_ELEMENTS_PER_BLOB..];
    decode(encodings, SetupSection::G1Monomial)
}

/// Decodes the points of a section of a setup that was loaded before, and so is valid.
fn decode(bytes: &[u8], section: SetupSection) -> Vec<G1> {
    let (encodings, _) = bytes.as_chunks();
    let mut points = vec![Ok(G1::identity()); encodings.len()];
    Blst::g1_from_bytes_many(encodings, &mut points, &Exec::serial());
    let points: Result<Vec<G1>, PointError> = points.into_iter().collect();
    points.unwrap_or_else(|error| panic!("{section} was loaded: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_fit_in_the_free_memory() {
        for shape in [COMMITMENT, CELLS] {
            let each = shape.bytes_per_blob();
            let refused = chunk(shape, 5, 2 * each);
            let Err(DeviceError::NoRoom { needed, free }) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!(free, 2 * each);
            assert_eq!(chunk(shape, 5, needed), Ok(1));
            assert_eq!(chunk(shape, 5, 8 * each), Ok(3));
            assert_eq!(chunk(shape, 5, 800 * each), Ok(5));
            assert_eq!(chunk(shape, 256, 800 * each), Ok(LARGEST_CHUNK));
        }
    }
}

//! A lane: a stream with the memory of the batches that run on it.
//!
//! Two lanes take turns, so that copies of one overlap with the work of the other.

use std::sync::Arc;

use crate::device::kernels::Kernels;
use crate::device::shape::{AFFINE, GROUP, SCALAR, SEGMENT, Shape, XYZZ};
use crate::device::table::Table;
use crate::device::twiddles::{Transforms, Twiddles};
use crate::driver::{Buffer, Context, DeviceError, HostBuffer, Stream};

type Result<T, E = DeviceError> = core::result::Result<T, E>;

/// The threads of a block, for kernels that do not depend on their number.
const BLOCK: u32 = 128;

/// Memory for a number of blobs, and the stream that uses it.
///
/// Launches on the stream name the buffers of the lane, of the table and of the transforms, and use
/// the code of the kernels. None of these is dropped before the stream is synchronised: the lane
/// borrows what it does not own for its whole life, and its drop waits for the stream.
#[derive(Debug)]
pub(crate) struct Lane<'a> {
    stream: Stream,
    kernels: &'a Kernels,
    table: &'a Table,
    transforms: Option<&'a Transforms>,
    shape: Shape,
    blobs: usize,
    host_scalars: HostBuffer,
    host_encodings: HostBuffer,
    scalars: Buffer,
    counters: Buffer,
    starts: Buffer,
    segments: Buffer,
    items: Buffer,
    partials: Buffer,
    points: Buffer,
    spare_points: Buffer,
    encodings: Buffer,
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        // A failure cannot be answered here. The driver refuses to wait only if the context is lost,
        // and then nothing of the context runs.
        let _ = self.stream.synchronize();
    }
}

impl<'a> Lane<'a> {
    /// Allocates memory for `blobs` blobs, whose sums over the points of a table will be computed,
    /// and the transforms of the sums if there are any.
    ///
    /// # Errors
    ///
    /// [`DeviceError`].
    pub(crate) fn new(
        context: &Arc<Context>,
        kernels: &'a Kernels,
        table: &'a Table,
        transforms: Option<&'a Transforms>,
        blobs: usize,
    ) -> Result<Self> {
        let shape = table.shape;
        let jobs = shape.columns * blobs;
        let buffer = |length: usize| Buffer::new(context, length);
        Ok(Self {
            stream: Stream::new(context)?,
            kernels,
            table,
            transforms,
            shape,
            blobs,
            host_scalars: HostBuffer::new(context, blobs * shape.scalars() * SCALAR)?,
            host_encodings: HostBuffer::new(context, jobs * AFFINE)?,
            scalars: buffer(blobs * shape.scalars() * SCALAR)?,
            counters: buffer(4 * jobs * shape.buckets())?,
            starts: buffer(4 * jobs * (shape.buckets() + 1))?,
            segments: buffer(4 * jobs * (shape.buckets() + 1))?,
            items: buffer(4 * jobs * shape.items())?,
            partials: buffer(jobs * shape.slots() * XYZZ)?,
            points: buffer(jobs * shape.chunks * XYZZ)?,
            spare_points: buffer(jobs * shape.chunks * XYZZ)?,
            encodings: buffer(jobs * AFFINE)?,
        })
    }

    /// The scalars of the blobs to come, blob after blob, 32 big-endian bytes each.
    ///
    /// # Errors
    ///
    /// [`DeviceError`] of an earlier batch.
    pub(crate) fn scalars(&mut self) -> Result<&mut [u8]> {
        self.stream.synchronize()?;
        Ok(self.host_scalars.bytes_mut())
    }

    /// Begins to compute the sums of the first `blobs` blobs, or their transforms.
    ///
    /// # Errors
    ///
    /// [`DeviceError`].
    ///
    /// # Panics
    ///
    /// If there are more blobs than the lane has room for.
    pub(crate) fn begin(&mut self, blobs: usize) -> Result<()> {
        assert!(blobs <= self.blobs);
        let jobs = self.shape.columns * blobs;
        // SAFETY: the scalars are written only after `scalars` has synchronised the stream, and the
        // drop of the lane synchronises the stream before the buffers are dropped.
        unsafe {
            let length = blobs * self.shape.scalars() * SCALAR;
            self.stream
                .upload(&self.host_scalars, &self.scalars, length)?;
        }
        self.sums(blobs)?;
        if let Some(transforms) = self.transforms {
            self.transform(transforms, blobs)?;
        }
        // SAFETY: the arguments are those of the kernel; there are as many points and encodings.
        // The encodings are read only after `encodings` has synchronised the stream. Kernel and
        // buffers outlive the work: see `Lane`.
        unsafe {
            let arguments = [(&self.points).into(), (&self.encodings).into(), jobs.into()];
            self.stream
                .launch(&self.kernels.encode, jobs, BLOCK, &arguments)?;
            self.stream
                .download(&self.encodings, &self.host_encodings, jobs * AFFINE)
        }
    }

    /// Waits for the sums that were begun: the compressed encoding, then big-endian y, 48 bytes each, for each
    /// column and blob, column after column.
    ///
    /// # Errors
    ///
    /// [`DeviceError`].
    pub(crate) fn encodings(&self) -> Result<&[[u8; AFFINE]]> {
        self.stream.synchronize()?;
        Ok(self.host_encodings.bytes().as_chunks().0)
    }

    /// The sums of all columns and blobs, to `points`.
    fn sums(&mut self, blobs: usize) -> Result<()> {
        let (shape, kernels, table) = (self.shape, self.kernels, self.table);
        let jobs = shape.columns * blobs;
        let stream = &self.stream;
        stream.clear(&self.counters, 0, 4 * jobs * shape.buckets())?;
        let recode = |items: crate::driver::Argument| {
            let arguments = [
                (&self.scalars).into(),
                (&table.factors).into(),
                (&self.counters).into(),
                items,
                blobs.into(),
                shape.columns.into(),
                shape.points.into(),
                shape.windows().into(),
                shape.window_bits.into(),
            ];
            // SAFETY: the arguments are those of the kernel. There are as many scalars, factors and
            // counters; `scan` gives each bucket its own places among the job's items. Kernel and
            // buffers outlive the work: see `Lane`.
            unsafe { stream.launch(&kernels.recode, blobs * shape.scalars(), BLOCK, &arguments) }
        };
        recode(crate::driver::Argument::Address(0))?;
        let arguments = [
            (&self.counters).into(),
            (&self.starts).into(),
            (&self.segments).into(),
            shape.buckets().into(),
            SEGMENT.into(),
        ];
        // SAFETY: the arguments are those of the kernel; a block for each job, and the number of
        // buckets is a multiple of the block's size. Kernel and buffers outlive the work: see `Lane`.
        unsafe { stream.launch(&kernels.scan, BLOCK as usize * jobs, BLOCK, &arguments)? };
        recode((&self.items).into())?;
        let arguments = [
            (&table.points).into(),
            (&self.items).into(),
            (&self.starts).into(),
            (&self.segments).into(),
            (&self.partials).into(),
            jobs.into(),
            shape.buckets().into(),
            shape.slots().into(),
            SEGMENT.into(),
            shape.items().into(),
        ];
        // SAFETY: the arguments are those of the kernel. Items name entries of the table, by
        // `recode`; a job has at most `slots` segments. Kernel and buffers outlive the work: see
        // `Lane`.
        unsafe { stream.launch(&kernels.accumulate, jobs * shape.slots(), BLOCK, &arguments)? };
        let mut distance = 1;
        while distance < shape.segments() {
            let arguments = [
                (&self.partials).into(),
                (&self.segments).into(),
                jobs.into(),
                shape.buckets().into(),
                shape.slots().into(),
                distance.into(),
                GROUP.into(),
            ];
            let threads = jobs * shape.slots();
            // SAFETY: the arguments are those of the kernel; a job has at most `slots` segments, and
            // each thread of a pass has its own group of them. Kernel and buffers outlive the work:
            // see `Lane`.
            unsafe { stream.launch(&kernels.merge_segments, threads, BLOCK, &arguments)? };
            distance *= GROUP;
        }
        let arguments = [
            (&self.partials).into(),
            (&self.segments).into(),
            (&self.points).into(),
            jobs.into(),
            shape.buckets().into(),
            shape.chunks.into(),
            shape.slots().into(),
        ];
        // SAFETY: the arguments are those of the kernel; `points` has room for all chunks. Kernel and
        // buffers outlive the work: see `Lane`.
        unsafe { stream.launch(&kernels.bucket_sums, jobs * shape.chunks, BLOCK, &arguments)? };
        let mut n = jobs * shape.chunks;
        while n > jobs {
            n /= 2;
            self.pairs(n, n)?;
        }
        Ok(())
    }

    /// Replaces the columns' sums by their transforms; see [`Transforms`].
    fn transform(&mut self, transforms: &'a Transforms, blobs: usize) -> Result<()> {
        let n = self.shape.columns * blobs;
        for (distance, twiddles) in &transforms.inverse {
            self.scale(twiddles.as_ref(), blobs)?;
            // The upper half of the coefficients is not wanted.
            let is_last = 2 * distance == self.shape.columns;
            self.pairs(if is_last { n / 2 } else { n }, distance * blobs)?;
        }
        // Infinity is zero in all coordinates.
        self.stream
            .clear(&self.points, n / 2 * XYZZ, n / 2 * XYZZ)?;
        for (distance, twiddles) in &transforms.forward {
            self.pairs(n, distance * blobs)?;
            self.scale(twiddles.as_ref(), blobs)?;
        }
        Ok(())
    }

    /// Sums and differences of points, from one buffer to the other; then exchanges the buffers.
    fn pairs(&mut self, n: usize, distance: usize) -> Result<()> {
        let arguments = [
            (&self.points).into(),
            (&self.spare_points).into(),
            n.into(),
            distance.into(),
        ];
        // SAFETY: the arguments are those of the kernel. Both buffers have room for `n` points, and
        // the first for twice as many where the pairs are two halves. Kernel and buffers outlive the
        // work: see `Lane`.
        unsafe {
            self.stream
                .launch(&self.kernels.pairs, n, BLOCK, &arguments)?;
        }
        core::mem::swap(&mut self.points, &mut self.spare_points);
        Ok(())
    }

    fn scale(&self, twiddles: Option<&'a Twiddles>, blobs: usize) -> Result<()> {
        let Some(twiddles) = twiddles else {
            return Ok(());
        };
        let arguments = [
            (&self.points).into(),
            (&twiddles.positions).into(),
            (&twiddles.programs).into(),
            twiddles.count.into(),
            blobs.into(),
            twiddles.steps.into(),
        ];
        // SAFETY: the arguments are those of the kernel; positions are below the number of columns.
        // Kernel and buffers outlive the work, the twiddles by their lifetime: see `Lane`.
        unsafe {
            self.stream.launch(
                &self.kernels.scale,
                twiddles.count * blobs,
                BLOCK,
                &arguments,
            )
        }
    }
}

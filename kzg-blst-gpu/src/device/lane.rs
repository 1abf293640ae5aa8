//! A lane: a stream with the memory of the batches that run on it.
//!
//! Two lanes take turns, so that copies of one overlap with the work of the other.

use std::sync::Arc;

use crate::device::kernels::Kernels;
use crate::device::shape::{FP, SCALAR, SEGMENT, Shape, XYZZ};
use crate::device::table::Table;
use crate::device::twiddles::{Transforms, Twiddles};
use crate::driver::{Buffer, Context, DeviceError, HostBuffer, Stream};

type Result<T, E = DeviceError> = core::result::Result<T, E>;

/// The threads of a block, for kernels that do not depend on their number.
const BLOCK: u32 = 128;

/// Memory for a number of blobs, and the stream that uses it.
#[derive(Debug)]
pub(crate) struct Lane {
    /// The first field, so that the stream ends before the memory is freed.
    stream: Stream,
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

impl Lane {
    /// Allocates memory for `blobs` blobs.
    ///
    /// # Errors
    ///
    /// [`DeviceError`].
    pub(crate) fn new(context: &Arc<Context>, shape: Shape, blobs: usize) -> Result<Self> {
        let jobs = shape.columns * blobs;
        let buffer = |length: usize| Buffer::new(context, length);
        Ok(Self {
            stream: Stream::new(context)?,
            shape,
            blobs,
            host_scalars: HostBuffer::new(context, blobs * shape.scalars() * SCALAR)?,
            host_encodings: HostBuffer::new(context, jobs * FP)?,
            scalars: buffer(blobs * shape.scalars() * SCALAR)?,
            counters: buffer(4 * jobs * shape.buckets())?,
            starts: buffer(4 * jobs * (shape.buckets() + 1))?,
            segments: buffer(4 * jobs * (shape.buckets() + 1))?,
            items: buffer(4 * jobs * shape.items())?,
            partials: buffer(jobs * shape.slots() * XYZZ)?,
            points: buffer(jobs * shape.chunks * XYZZ)?,
            spare_points: buffer(jobs * shape.chunks * XYZZ)?,
            encodings: buffer(jobs * FP)?,
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
    /// If there are more blobs than the lane has room for, or the table has another shape.
    pub(crate) fn begin(
        &mut self,
        kernels: &Kernels,
        table: &Table,
        transforms: Option<&Transforms>,
        blobs: usize,
    ) -> Result<()> {
        assert!(blobs <= self.blobs && table.shape == self.shape);
        let jobs = self.shape.columns * blobs;
        // SAFETY: the scalars are written only after `scalars` has synchronised the stream, and the
        // buffers are dropped after the stream.
        unsafe {
            let length = blobs * self.shape.scalars() * SCALAR;
            self.stream
                .upload(&self.host_scalars, &self.scalars, length)?;
        }
        self.sums(kernels, table, blobs)?;
        if let Some(transforms) = transforms {
            self.transform(kernels, transforms, blobs)?;
        }
        // SAFETY: the arguments are those of the kernel; there are as many points and encodings.
        // The encodings are read only after `encodings` has synchronised the stream.
        unsafe {
            let arguments = [(&self.points).into(), (&self.encodings).into(), jobs.into()];
            self.stream
                .launch(&kernels.compress, jobs, BLOCK, &arguments)?;
            self.stream
                .download(&self.encodings, &self.host_encodings, jobs * FP)
        }
    }

    /// Waits for the sums that were begun: 48 bytes for each column and blob, column after column.
    ///
    /// # Errors
    ///
    /// [`DeviceError`].
    pub(crate) fn encodings(&self) -> Result<&[[u8; FP]]> {
        self.stream.synchronize()?;
        Ok(self.host_encodings.bytes().as_chunks().0)
    }

    /// The sums of all columns and blobs, to `points`.
    fn sums(&mut self, kernels: &Kernels, table: &Table, blobs: usize) -> Result<()> {
        let shape = self.shape;
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
            // counters; `scan` gives each bucket its own places among the job's items.
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
        // buckets is a multiple of the block's size.
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
        // `recode`; a job has at most `slots` segments.
        unsafe { stream.launch(&kernels.accumulate, jobs * shape.slots(), BLOCK, &arguments)? };
        let arguments = [
            (&self.partials).into(),
            (&self.segments).into(),
            (&self.points).into(),
            jobs.into(),
            shape.buckets().into(),
            shape.chunks.into(),
            shape.slots().into(),
        ];
        // SAFETY: the arguments are those of the kernel; `points` has room for all chunks.
        unsafe { stream.launch(&kernels.bucket_sums, jobs * shape.chunks, BLOCK, &arguments)? };
        let mut n = jobs * shape.chunks;
        while n > jobs {
            n /= 2;
            self.pairs(kernels, n, n)?;
        }
        Ok(())
    }

    /// Replaces the columns' sums by their transforms; see [`Transforms`].
    fn transform(
        &mut self,
        kernels: &Kernels,
        transforms: &Transforms,
        blobs: usize,
    ) -> Result<()> {
        let n = self.shape.columns * blobs;
        for (distance, twiddles) in &transforms.inverse {
            self.scale(kernels, twiddles.as_ref(), blobs)?;
            // The upper half of the coefficients is not wanted.
            let is_last = 2 * distance == self.shape.columns;
            self.pairs(kernels, if is_last { n / 2 } else { n }, distance * blobs)?;
        }
        // Infinity is zero in all coordinates.
        self.stream
            .clear(&self.points, n / 2 * XYZZ, n / 2 * XYZZ)?;
        for (distance, twiddles) in &transforms.forward {
            self.pairs(kernels, n, distance * blobs)?;
            self.scale(kernels, twiddles.as_ref(), blobs)?;
        }
        Ok(())
    }

    /// Sums and differences of points, from one buffer to the other; then exchanges the buffers.
    fn pairs(&mut self, kernels: &Kernels, n: usize, distance: usize) -> Result<()> {
        let arguments = [
            (&self.points).into(),
            (&self.spare_points).into(),
            n.into(),
            distance.into(),
        ];
        // SAFETY: the arguments are those of the kernel. Both buffers have room for `n` points, and
        // the first for twice as many where the pairs are two halves.
        unsafe { self.stream.launch(&kernels.pairs, n, BLOCK, &arguments)? };
        core::mem::swap(&mut self.points, &mut self.spare_points);
        Ok(())
    }

    fn scale(&self, kernels: &Kernels, twiddles: Option<&Twiddles>, blobs: usize) -> Result<()> {
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
        unsafe {
            self.stream
                .launch(&kernels.scale, twiddles.count * blobs, BLOCK, &arguments)
        }
    }
}

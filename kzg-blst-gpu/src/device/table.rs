//! The table of a multi-scalar multiplication's fixed points.

use std::sync::Arc;

use kzg_blst::{Fr, G1};
use kzg_traits::{Fr as _, Group};

use crate::device::kernels::Kernels;
use crate::device::shape::{AFFINE, FP, SCALAR, Shape, XYZZ};
use crate::driver::{Buffer, Context, DeviceError, HostBuffer, Stream};

/// The multiples of the fixed points for each window, and the factors of the columns.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) shape: Shape,
    pub(crate) points: Buffer,
    /// Factors of the scalars, one for each column, in Montgomery form.
    pub(crate) factors: Buffer,
}

impl Table {
    /// Builds the table on the device.
    ///
    /// # Errors
    ///
    /// [`DeviceError`].
    ///
    /// # Panics
    ///
    /// If the numbers of points and factors are not those of the shape.
    pub(crate) fn build(
        context: &Arc<Context>,
        kernels: &Kernels,
        shape: Shape,
        points: &[G1],
        factors: &[Fr],
    ) -> Result<Self, DeviceError> {
        assert_eq!(
            (points.len(), factors.len()),
            (shape.scalars(), shape.columns)
        );
        let (n, windows) = (shape.scalars(), shape.windows());
        let given = upload(
            context,
            &points.iter().flat_map(affine).collect::<Vec<u8>>(),
        )?;
        let factors = upload(context, &montgomery(factors))?;
        let multiples = Buffer::new(context, windows * n * XYZZ)?;
        let prefixes = Buffer::new(context, windows * n * FP)?;
        let table = Buffer::new(context, windows * n * AFFINE)?;
        let to_multiples = [
            (&given).into(),
            (&multiples).into(),
            n.into(),
            windows.into(),
            shape.window_bits.into(),
        ];
        let to_affine = [
            (&multiples).into(),
            (&prefixes).into(),
            (&table).into(),
            n.into(),
            windows.into(),
        ];
        // Declared after the buffers: see below.
        let stream = Stream::new(context)?;
        // SAFETY: the arguments are those of the kernels, and the buffers have an element for each
        // point and window. `kernels` is borrowed until this function returns. The stream is
        // synchronised before a buffer is dropped: below, and if that fails, once more when the
        // stream is dropped, which is before the buffers are dropped. The driver refuses both waits
        // only if the context is lost, and then no kernel of the context runs.
        let launched = unsafe {
            stream
                .launch(&kernels.table_multiples, n, 64, &to_multiples)
                .and_then(|()| stream.launch(&kernels.table_affine, n, 64, &to_affine))
        };
        // The first kernel may run although the second one was refused.
        let finished = stream.synchronize();
        launched.and(finished)?;
        Ok(Self {
            shape,
            points: table,
            factors,
        })
    }

    /// The bytes of memory that the table takes.
    pub(crate) fn memory(&self) -> usize {
        self.points.len() + self.factors.len()
    }
}

/// Copies bytes to a new buffer of the device, and waits for the copy.
pub(crate) fn upload(context: &Arc<Context>, bytes: &[u8]) -> Result<Buffer, DeviceError> {
    let mut host = HostBuffer::new(context, bytes.len())?;
    host.bytes_mut().copy_from_slice(bytes);
    let buffer = Buffer::new(context, bytes.len())?;
    // Declared after the buffers: see below.
    let stream = Stream::new(context)?;
    // SAFETY: nothing touches the buffers before the stream is synchronised. The stream is
    // synchronised before a buffer is dropped: below, and if that fails, once more when the stream is
    // dropped, which is before the buffers are dropped. The driver refuses both waits only if the
    // context is lost, and then no copy of the context runs.
    unsafe { stream.upload(&host, &buffer, bytes.len())? };
    stream.synchronize()?;
    Ok(buffer)
}

/// A point as the kernels read it: 96 big-endian bytes, zeros for infinity.
fn affine(point: &G1) -> [u8; AFFINE] {
    if point.is_identity() {
        [0; AFFINE]
    } else {
        point.to_affine_bytes()
    }
}

/// Scalars in Montgomery form, times 2^256 modulo r, little-endian.
fn montgomery(scalars: &[Fr]) -> Vec<u8> {
    let radix = Fr::from_u64(2).pow(8 * SCALAR as u64);
    let words = scalars.iter().flat_map(|scalar| {
        let mut bytes = (*scalar * radix).to_bytes();
        bytes.reverse();
        bytes
    });
    words.collect()
}

//! Prints how long the device and the processor take for many blobs, and the measured thresholds.
//!
//!     cargo run --release --example rates -- [BLOBS [LIBRARY]]
//!
//! `BLOBS` is 1000 unless it is given, `LIBRARY` the path of CUDA's driver library, which the system finds
//! otherwise. The processor has all of its threads. Every result of the device is compared with the processor's.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use kzg_blst::Blst;
use kzg_blst_gpu::{BlstGpu, GpuOptions};
use kzg_testing::Seeded;
use kzg_traits::{Blob, KzgSettings, Settings, SettingsOptions, Threads, TrustedSetup};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let number = arguments.next().map_or(Ok(1000), |number| number.parse())?;
    let mut gpu = GpuOptions::default();
    if let Some(library) = arguments.next() {
        gpu = gpu.with_library(library);
    }
    let options = SettingsOptions::default().with_threads(Threads::Global);
    let setup = TrustedSetup::mainnet();
    // All calls go to the device, however few blobs they have.
    let all = gpu.clone().with_smallest_batches(1, 1);
    let device = BlstGpu::load(&setup, options.clone(), all)?;
    let processor = Settings::<Blst>::load(&setup, options.clone())?;
    device.warm_up()?;
    processor.warm_up()?;
    let mut seeded = Seeded::new(1);
    let blobs: Vec<Box<Blob>> = (0..number).map(|_| seeded.blob()).collect();

    println!("{}, {number} blobs, milliseconds:", device.device_name());
    println!("| operation | device | processor |\n|---|---:|---:|");
    let commitments = compare("commitments", &device, &processor, |kzg| {
        kzg.blobs_to_kzg_commitments((&blobs).into())
    })?;
    compare("blob proofs", &device, &processor, |kzg| {
        kzg.compute_blob_kzg_proofs((&blobs).into(), &commitments)
    })?;
    compare("cells and proofs", &device, &processor, |kzg| {
        kzg.compute_many_cells_and_kzg_proofs((&blobs).into())
    })?;
    drop(device);

    let device = BlstGpu::load(&setup, options, gpu)?;
    println!("{:?}", device.calibrate(number)?);
    Ok(())
}

/// Prints the times of one call on the device and on the processor, and returns the result.
fn compare<T: PartialEq>(
    operation: &str,
    device: &BlstGpu,
    processor: &dyn KzgSettings,
    call: impl Fn(&dyn KzgSettings) -> Result<T, kzg_traits::Error>,
) -> Result<T, Box<dyn Error>> {
    let timed = |kzg: &dyn KzgSettings| -> Result<(T, Duration), kzg_traits::Error> {
        let start = Instant::now();
        let result = black_box(call(kzg)?);
        Ok((result, start.elapsed()))
    };
    let ((made, on_device), (expected, on_processor)) = (timed(device)?, timed(processor)?);
    let status = device.device_status();
    if !status.in_use || status.faults > 0 {
        return Err(format!("the device failed: {:?}", status.last_failure).into());
    }
    if made != expected {
        return Err(format!("{operation}: the results differ").into());
    }
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let (device, processor) = (milliseconds(on_device), milliseconds(on_processor));
    println!("| {operation} | {device:.1} | {processor:.1} |");
    Ok(made)
}

//! The speed of the library without a service, for `kzg-server/bench`:
//!
//! ```text
//! cargo run --release -p kzg-server --example library -- THREADS SECONDS [FOLDER]
//! ```
//!
//! Prints a JSON document with the calls in a second (`rate`) and the milliseconds of processor time of
//! a call (`cpu`) for commitments and verifications on so many threads. With FOLDER, writes bodies of
//! requests for these calls there. For Linux.

use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use kzg_advanced::{BackendChoice, Blob, SettingsOptions, Threads, TrustedSetup, load};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [threads, seconds, folder @ ..] = arguments.as_slice() else {
        return Err("usage: library THREADS SECONDS [FOLDER]".into());
    };
    let (threads, seconds) = (threads.parse()?, seconds.parse()?);
    let options = SettingsOptions::default().with_threads(Threads::One);
    let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), options)?;
    settings.warm_up()?;
    let mut blob = Blob::zeroed_on_heap();
    for (index, element) in blob.0.chunks_exact_mut(32).enumerate() {
        // The digits of a square root serve as random digits.
        let digits = (index as f64 + 2.0).sqrt().to_bits().to_be_bytes();
        (1..4).for_each(|part| element[8 * part..8 * part + 8].copy_from_slice(&digits));
    }
    let commitment = settings.blob_to_kzg_commitment(&blob)?;
    let proof = settings.compute_blob_kzg_proof(&blob, &commitment)?;
    if let [folder] = folder {
        let folder = Path::new(folder);
        std::fs::write(folder.join("blob"), blob.as_slice())?;
        let proven = [blob.as_slice(), &commitment.0, &proof.0].concat();
        std::fs::write(folder.join("proven"), proven)?;
        std::fs::write(folder.join("blob.json"), format!("{{\"blob\":\"{blob}\"}}"))?;
        let json = format!(
            "{{\"blob\":\"{blob}\",\"commitment\":\"{commitment}\",\"proof\":\"{proof}\"}}"
        );
        std::fs::write(folder.join("proven.json"), json)?;
    }
    let commit = measure(threads, seconds, || {
        settings.blob_to_kzg_commitment(&blob).is_ok()
    })?;
    let verify = measure(threads, seconds, || {
        settings.verify_blob_kzg_proof(&blob, &commitment, &proof) == Ok(true)
    })?;
    println!("{{\"commit\":{commit},\"verify\":{verify}}}");
    Ok(())
}

/// Makes calls on several threads at the same time for some seconds, and prints their rate and
/// cost.
fn measure(
    threads: usize,
    seconds: u64,
    call: impl Fn() -> bool + Sync,
) -> std::io::Result<String> {
    let (calls, begun, used) = (AtomicU64::new(0), Instant::now(), processor_time()?);
    let end = Duration::from_secs(seconds);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while begun.elapsed() < end {
                    assert!(call());
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let calls = calls.load(Ordering::Relaxed) as f64;
    let rate = calls / begun.elapsed().as_secs_f64();
    let cpu = 1000.0 * (processor_time()? - used) / calls;
    Ok(format!("{{\"rate\":{rate:.1},\"cpu\":{cpu:.4}}}"))
}

/// The processor time of this process in seconds, from fields 14 and 15 of /proc/self/stat, which count
/// hundredths of a second.
fn processor_time() -> std::io::Result<f64> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program, which may have spaces, ends with a parenthesis.
    let fields = text.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_ascii_whitespace().skip(11).take(2);
    Ok(ticks
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0)
}

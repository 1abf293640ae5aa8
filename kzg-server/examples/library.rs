//! The speed of the library without a service, for `kzg-server/bench`:
//!
//! ```text
//! cargo run --release -p kzg-server --example library -- THREADS SECONDS [FOLDER]
//! ```
//!
//! Prints a JSON document with the calls in a second of commitments and verifications on so many
//! threads. With FOLDER, writes bodies of requests for these calls there.

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
        // Digits of a square root are as good as random ones.
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
    let commit = rate(threads, seconds, || {
        settings.blob_to_kzg_commitment(&blob).is_ok()
    });
    let verify = rate(threads, seconds, || {
        settings.verify_blob_kzg_proof(&blob, &commitment, &proof) == Ok(true)
    });
    println!("{{\"commit\":{commit:.1},\"verify\":{verify:.1}}}");
    Ok(())
}

/// The number of calls in a second, on so many threads together.
fn rate(threads: usize, seconds: u64, call: impl Fn() -> bool + Sync) -> f64 {
    let (calls, begun) = (AtomicU64::new(0), Instant::now());
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
    calls.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

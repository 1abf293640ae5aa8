//! Throughput, overhead and memory of the processors, compared with loops over other libraries:
//! `cargo run --release -p benches --bin throughput`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::io::Read;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use benches::libraries::{Candidate, candidates};
use benches::operation::MANY_BLOBS;
use benches::processors::Way;
use benches::{Inputs, Operation};
use clap::Parser;
use kzg_advanced::batch::thread_pool;
use kzg_advanced::monitor::peak_memory;
use kzg_advanced::stream::StreamOptions;
use kzg_advanced::{BackendChoice, BackendId, StreamProcessor, load};
use kzg_testing::fake::Fake;
use kzg_traits::{Blob, KzgSettings, Precompute, SettingsOptions, TrustedSetup};
use nix::time::{ClockId, clock_gettime};

/// Blobs per second, overhead of a call in microseconds, and peak memory of the processors.
#[derive(Debug, Parser)]
struct Arguments {
    /// Number of rounds.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Number of blobs in the job whose memory is measured.
    #[arg(long, default_value_t = 256)]
    memory_blobs: usize,
    /// Only run the job in one way, and print the peak memory of this process.
    #[arg(long, hide = true)]
    peak_of: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if let Some(way) = &arguments.peak_of {
        println!("{}", peak_of(way, arguments.memory_blobs)?);
        return Ok(());
    }
    throughput(arguments.rounds)?;
    overhead(arguments.rounds);
    memory(arguments.memory_blobs)
}

fn settings() -> Result<Arc<dyn KzgSettings>, Box<dyn Error>> {
    let choice = BackendChoice::Fixed(BackendId::Blst);
    let settings = load(choice, &TrustedSetup::mainnet(), SettingsOptions::default())?;
    Ok(settings)
}

/// The other libraries: c-kzg and rust_eth_kzg.
fn peers() -> impl Iterator<Item = Candidate> {
    candidates(
        &SettingsOptions::default(),
        &[Precompute::default()],
        &[1],
        false,
    )
    .into_iter()
    .filter(|candidate| candidate.backend.is_none())
}

/// Prints commitments per second in each way. The ways run in rounds with a rotating order, and the
/// fastest run of each way counts.
fn throughput(rounds: usize) -> Result<(), Box<dyn Error>> {
    let inputs = Inputs::random(MANY_BLOBS);
    let settings = settings()?;
    let blobs: Vec<Arc<Blob>> = inputs
        .blobs(MANY_BLOBS)
        .iter()
        .map(|blob| Arc::from(blob.clone()))
        .collect();
    let peers: Vec<_> = peers()
        .map(|peer| (peer.to_string(), peer.load()))
        .collect();
    let mut runs: Vec<(String, Box<dyn Fn() + '_>)> = Vec::new();
    for (name, library) in &peers {
        let one_by_one: Vec<_> = (0..MANY_BLOBS)
            .filter_map(|_| library.prepare(Operation::BlobToKzgCommitment, &inputs))
            .collect();
        runs.push((
            format!("loop over {name}"),
            Box::new(move || one_by_one.iter().for_each(|run| drop(run()))),
        ));
    }
    for threads in [1, 2] {
        for way in Way::ALL {
            if way == Way::Loop && threads > 1 {
                continue;
            }
            let name = format!("{}, {threads} thread(s)", way.name());
            runs.push((name, way.prepare(&settings, &blobs, threads)));
        }
    }
    // Wall time, and CPU time of the process, which other programs disturb less.
    let mut best = vec![(Duration::MAX, Duration::MAX); runs.len()];
    for round in 0..=rounds {
        for turn in 0..runs.len() {
            let index = (turn + round) % runs.len();
            let (start, cpu_start) = (Instant::now(), process_cpu());
            (runs[index].1)();
            // The first round is a warm-up and does not count.
            if round > 0 {
                let (wall, cpu) = &mut best[index];
                *wall = start.elapsed().min(*wall);
                *cpu = (process_cpu() - cpu_start).min(*cpu);
            }
        }
    }
    println!("commitments to {MANY_BLOBS} blobs, fastest of {rounds} runs");
    for ((name, _), (wall, cpu)) in runs.iter().zip(&best) {
        let per_second = MANY_BLOBS as f64 / wall.as_secs_f64();
        let cpu_ms = cpu.as_secs_f64() * 1e3 / MANY_BLOBS as f64;
        println!("  {name:<28} {per_second:>8.1} blobs/s {cpu_ms:>8.2} ms of CPU each");
    }
    let of = |name: &str| {
        let position = runs.iter().position(|(other, _)| other == name);
        let (wall, cpu) = position.map_or_else(Default::default, |index| best[index]);
        (wall.as_secs_f64(), cpu.as_secs_f64())
    };
    for threads in ["1 thread(s)", "2 thread(s)"] {
        let batch = of(&format!("batch, {threads}"));
        for way in ["stream", "concurrent"] {
            let other = of(&format!("{way}, {threads}"));
            println!(
                "  with {threads}: {way}/batch {:.3} of the blobs/s, {:.3} by CPU time",
                batch.0 / other.0,
                batch.1 / other.1,
            );
        }
    }
    Ok(())
}

/// Prints the overhead of a call in each way, over settings that compute nothing.
fn overhead(rounds: usize) {
    const CALLS: usize = 1000;
    let settings: Arc<dyn KzgSettings> = Arc::new(Fake::instant("null"));
    let blobs = vec![Arc::<Blob>::from(Blob::zeroed_on_heap()); CALLS];
    println!("overhead of a call");
    for (way, threads) in [
        (Way::Loop, 1),
        (Way::Batch, 1),
        (Way::Batch, 2),
        (Way::Stream, 1),
        (Way::Stream, 2),
        (Way::Concurrent, 1),
        (Way::Concurrent, 2),
    ] {
        let run = way.prepare(&settings, &blobs, threads);
        let best = (0..=rounds).map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        });
        let best = best.min().unwrap_or_default();
        let micros = best.as_secs_f64() * 1e6 / CALLS as f64;
        println!("  {:<10} {threads} thread(s) {micros:>8.3} us", way.name());
    }
}

/// Prints the peak memory of one process for each way.
fn memory(blobs: usize) -> Result<(), Box<dyn Error>> {
    println!(
        "peak memory of a process that commits to {blobs} blobs ({} MiB)",
        blobs / 8
    );
    let peers = peers().map(|peer| peer.to_string());
    let ways = ["start", "loop", "batch", "stream", "concurrent"].map(str::to_owned);
    for way in peers.chain(ways) {
        let output = Command::new(std::env::current_exe()?)
            .args(["--peak-of", &way, "--memory-blobs", &blobs.to_string()])
            .output()?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{way}: {}: {errors}", output.status).into());
        }
        let peak = String::from_utf8(output.stdout)?;
        println!("  {way:<14} {:>8} KiB", peak.trim());
    }
    Ok(())
}

/// Runs the job in this process, and returns the peak resident memory in KiB.
fn peak_of(way: &str, count: usize) -> Result<i64, Box<dyn Error>> {
    if let Some(peer) = peers().find(|peer| peer.to_string() == way) {
        let (library, inputs) = (peer.load(), Inputs::random(1));
        let commit = library.prepare(Operation::BlobToKzgCommitment, &inputs);
        let commit = commit.ok_or("the library does not commit to blobs")?;
        (0..count).for_each(|_| drop(commit()));
        return peak();
    }
    let settings = settings()?;
    // `loop` and `stream` take the blobs from a reader, so that not all blobs are in memory.
    let bytes = || std::io::repeat(0).take((count * Blob::LENGTH) as u64);
    let stream = {
        let options = StreamOptions::default().with_threads(thread_pool(2, "stream")?);
        StreamProcessor::with_options(Arc::clone(&settings), options)
    };
    match way {
        "start" => {}
        "stream" => {
            for result in stream.stream_commitments(stream.blobs_from_reader(bytes())) {
                result?;
            }
        }
        "loop" => {
            for blob in stream.blobs_from_reader(bytes()) {
                let blob = blob?;
                settings.blob_to_kzg_commitment(&blob)?;
            }
        }
        way => {
            let blobs: Vec<Arc<Blob>> = (0..count)
                .map(|_| {
                    let mut blob = Blob::zeroed_on_heap();
                    // Only pages that are written to are resident.
                    blob.0[31] = 1;
                    blob.0
                        .as_chunks_mut::<4096>()
                        .0
                        .iter_mut()
                        .for_each(|page| page[31] = 1);
                    Arc::from(blob)
                })
                .collect();
            let ways = Way::ALL.into_iter().find(|known| known.name() == way);
            let way = ways.ok_or("no way to commit has this name")?;
            (way.prepare(&settings, &blobs, 2))();
        }
    }
    peak()
}

/// The peak resident memory of this process, in KiB.
fn peak() -> Result<i64, Box<dyn Error>> {
    let peak = peak_memory().ok_or("the system does not report the peak memory")?;
    Ok(i64::try_from(peak / 1024)?)
}

fn process_cpu() -> Duration {
    let time = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID);
    time.expect("POSIX has this clock").into()
}

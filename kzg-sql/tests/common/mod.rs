//! Blobs, tables and processes for the tests.

#![allow(dead_code, reason = "each test file uses a part")]

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use datafusion::arrow::array::{
    ArrayRef, FixedSizeBinaryArray, FixedSizeBinaryBuilder, Int64Array, RecordBatch,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use kzg_backends::{Blst, TrustedSetup};
use kzg_datafusion::Kzg;
use kzg_traits::{Blob, Exec, KzgCommitment, KzgProof};

/// The setup of mainnet.
pub(crate) fn kzg() -> Kzg {
    Kzg::mainnet().expect("blst runs everywhere")
}

/// A blob of pseudorandom field elements.
pub(crate) fn blob(seed: u64) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for word in blob.0.chunks_exact_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        word.copy_from_slice(&state.to_be_bytes());
    }
    for element in blob.0.chunks_exact_mut(32) {
        element[0] &= 0x3f;
    }
    blob
}

/// A blob whose field element `element` is not canonical.
pub(crate) fn malformed_blob(element: usize) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    blob.0[32 * element..32 * (element + 1)].fill(0xff);
    blob
}

/// A blob with its commitment and proof.
#[derive(Clone)]
pub(crate) struct Proved {
    pub(crate) blob: Box<Blob>,
    pub(crate) commitment: KzgCommitment,
    pub(crate) proof: KzgProof,
}

pub(crate) fn proved(kzg: &Kzg, seed: u64) -> Proved {
    let blob = blob(seed);
    let commitment = kzg.blob_to_kzg_commitment(&blob).expect("a canonical blob");
    let proof = kzg.compute_blob_kzg_proof(&blob, &commitment).expect("a valid commitment");
    Proved {
        blob,
        commitment,
        proof,
    }
}

/// A column of values with one length.
pub(crate) fn fixed<'a>(width: usize, values: impl Iterator<Item = Option<&'a [u8]>>) -> ArrayRef {
    let mut builder = FixedSizeBinaryBuilder::new(width as i32);
    for value in values {
        match value {
            Some(value) => builder.append_value(value).expect("a value of the width"),
            None => builder.append_null(),
        }
    }
    let array: FixedSizeBinaryArray = builder.finish();
    Arc::new(array)
}

/// Writes the columns `id`, `blob`, `commitment` and `proof`.
pub(crate) fn write_proved(path: &Path, first_id: i64, rows: &[Proved]) {
    let ids = Int64Array::from_iter_values((first_id..).take(rows.len()));
    let blobs = rows.iter().map(|row| Some(row.blob.as_slice()));
    let commitments = rows.iter().map(|row| Some(row.commitment.as_slice()));
    let proofs = rows.iter().map(|row| Some(row.proof.as_slice()));
    let columns: [(&str, ArrayRef); 4] = [
        ("id", Arc::new(ids)),
        ("blob", fixed(Blob::LENGTH, blobs)),
        ("commitment", fixed(48, commitments)),
        ("proof", fixed(48, proofs)),
    ];
    write(path, RecordBatch::try_from_iter(columns).expect("columns of one length"));
}

/// Writes the columns `id` and `blob`.
pub(crate) fn write_blobs(path: &Path, first_id: i64, blobs: &[Box<Blob>]) {
    let ids = Int64Array::from_iter_values((first_id..).take(blobs.len()));
    let values = blobs.iter().map(|blob| Some(blob.as_slice()));
    let columns: [(&str, ArrayRef); 2] =
        [("id", Arc::new(ids)), ("blob", fixed(Blob::LENGTH, values))];
    write(path, RecordBatch::try_from_iter(columns).expect("columns of one length"));
}

fn write(path: &Path, batch: RecordBatch) {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(32))
        .set_dictionary_enabled(false)
        .build();
    let file = File::create(path).expect("a new file");
    let mut writer =
        ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a schema");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
}

/// The program with arguments.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kzg-sql"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

/// What the program prints on standard output.
pub(crate) fn printed(arguments: &[&str]) -> String {
    let output = program(arguments).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", errors(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The exit code and what the program prints on standard error.
pub(crate) fn failed(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program(arguments).output().expect("the program starts");
    (output.status.code(), errors(&output))
}

pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A process that is killed when the test ends.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.spawn().expect("the program starts"))
    }

    /// Ends the process as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        // A process that has ended already is no failure.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// Waits for the end of the process.
    pub(crate) fn wait(&mut self, limit: Duration) -> Option<i32> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.0.try_wait().expect("a child") {
                return status.code();
            }
            assert!(Instant::now() < deadline, "the process runs for more than {limit:?}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A scheduler on loopback.
pub(crate) struct Scheduler {
    pub(crate) process: Process,
    pub(crate) address: String,
}

impl Scheduler {
    /// Starts a scheduler at an address; with port 0 at any.
    pub(crate) fn start(listen: &str) -> Self {
        let arguments = ["scheduler", "--listen", listen, "--executor-timeout", "5"];
        let mut process = Process::start(program(&arguments).stdout(Stdio::piped()));
        let output = process.0.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("scheduler at ").expect("the address").to_owned();
        Self { process, address }
    }
}

/// An executor with one slot.
pub(crate) struct Executor {
    pub(crate) process: Process,
    work_dir: PathBuf,
}

impl Executor {
    pub(crate) fn start(scheduler: &str, work_dir: &Path) -> Self {
        let arguments = ["executor", "--scheduler", scheduler, "--slots", "1", "--heartbeat", "1"];
        let mut command = program(&arguments);
        command.arg("--work-dir").arg(work_dir);
        Self {
            process: Process::start(&mut command),
            work_dir: work_dir.to_owned(),
        }
    }

    /// Waits until the executor has finished a task: it has intermediate results.
    pub(crate) fn wait_for_a_result(&self) {
        let deadline = Instant::now() + Duration::from_secs(300);
        while !has_data(&self.work_dir) {
            assert!(Instant::now() < deadline, "the executor finishes no task");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Whether a folder has a file that is not empty, at any depth.
fn has_data(folder: &Path) -> bool {
    let Ok(entries) = folder.read_dir() else {
        return false;
    };
    entries.flatten().any(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => has_data(&entry.path()),
        Ok(metadata) => metadata.len() > 0,
        Err(_) => false,
    })
}

/// Writes an insecure trusted setup to a file of a folder.
pub(crate) fn development_setup(folder: &Path) -> PathBuf {
    let setup = TrustedSetup::insecure_development_setup::<Blst>(1337, &Exec::serial());
    let path = folder.join("development-setup.txt");
    std::fs::write(&path, setup.expect("a setup").to_text()).expect("a new file");
    path
}

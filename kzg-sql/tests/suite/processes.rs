//! Processes of the program.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The program with arguments.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kzg-sql"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

/// A JSON document that the program printed.
pub(crate) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON document")
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Runs the program and returns its standard output.
pub(crate) fn printed(arguments: &[&str]) -> String {
    let output = program(arguments).output().expect("the program starts");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {}",
        errors(&output)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The exit code and what the program prints on standard error.
pub(crate) fn failed(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program(arguments).output().expect("the program starts");
    (output.status.code(), errors(&output))
}

/// Reports that a test cannot run here, past the capture of the harness, which shows nothing of a test
/// that passes.
pub(crate) fn skipped(reason: &str) {
    // Without standard error, nobody reads the report.
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
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

    /// Ends the process as Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let id = self.0.id().to_string();
        let status = Command::new("kill").args(["-INT", &id]).status();
        assert!(status.expect("the program kill").success());
    }

    /// Waits for the end of the process.
    pub(crate) fn wait(&mut self, limit: Duration) -> Option<i32> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.0.try_wait().expect("a child") {
                return status.code();
            }
            assert!(
                Instant::now() < deadline,
                "the process runs for more than {limit:?}"
            );
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
        let address = line
            .trim()
            .strip_prefix("scheduler at ")
            .expect("the address")
            .to_owned();
        Self { process, address }
    }
}

/// An executor with one slot.
pub(crate) struct Executor {
    pub(crate) process: Process,
    work_dir: PathBuf,
}

impl Executor {
    /// Starts an executor on loopback.
    pub(crate) fn start(scheduler: &str, work_dir: &Path) -> Self {
        Self::start_at("127.0.0.1", scheduler, work_dir)
    }

    /// Starts an executor that listens at an address.
    pub(crate) fn start_at(listen: &str, scheduler: &str, work_dir: &Path) -> Self {
        Self::run(
            program(&["executor", "--listen", listen]),
            scheduler,
            work_dir,
        )
    }

    /// Starts an executor that listens at an address in a network namespace.
    pub(crate) fn start_in(
        namespace: &str,
        listen: &str,
        scheduler: &str,
        work_dir: &Path,
    ) -> Self {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace, env!("CARGO_BIN_EXE_kzg-sql")]);
        command
            .args(["executor", "--listen", listen])
            .env_remove("RUST_LOG");
        Self::run(command, scheduler, work_dir)
    }

    fn run(mut command: Command, scheduler: &str, work_dir: &Path) -> Self {
        command.args(["--scheduler", scheduler, "--slots", "1"]);
        command
            .args(["--heartbeat", "1", "--work-dir"])
            .arg(work_dir);
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

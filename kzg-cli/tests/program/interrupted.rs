//! Jobs that are killed or interrupted at any moment and then resumed.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{contents, folder_with, kzg, run, run_with_stdin, sparse, stderr};

/// The time that a process may take until a condition holds.
const PATIENCE: Duration = Duration::from_secs(120);

/// The number of blobs of an input that fills three chunks.
const BLOBS: usize = 60;

const JOB: [&str; 6] = [
    "pipeline",
    "input",
    "--out",
    "out",
    "--emit",
    "blobs,bundles",
];

fn files(dir: &Path) -> usize {
    fs::read_dir(dir).map_or(0, Iterator::count)
}

/// The number of lines of a manifest that is being written.
pub(crate) fn lines(manifest: &Path) -> usize {
    fs::read(manifest).map_or(0, |text| text.iter().filter(|&&byte| byte == b'\n').count())
}

fn report(out: &Path) -> serde_json::Value {
    let text = fs::read(out.join("report.json")).expect("a report");
    serde_json::from_slice(&text).expect("JSON")
}

/// Sends an interrupt signal to a process.
pub(crate) fn interrupt(child: &Child) {
    let process = Pid::from_raw(child.id().try_into().expect("a process number"));
    kill(process, Signal::SIGINT).expect("sent");
}

/// Waits until `moment` holds or the process has ended. Returns whether the process was still
/// running.
pub(crate) fn reached(child: &mut Child, moment: impl Fn() -> bool) -> bool {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if moment() {
            return true;
        }
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    panic!("the moment did not come");
}

fn start(dir: &Path, more: &[&str]) -> Child {
    kzg(dir, &[&JOB, more].concat())
        .args(["--threads", "2"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

#[test]
fn killed_at_several_moments_and_resumed_the_output_is_the_same() {
    let dir = folder_with(&sparse(BLOBS));
    let undisturbed = folder_with(&sparse(BLOBS));
    run(undisturbed.path(), &JOB, 0);
    let expected = contents(&undisturbed.path().join("out"));
    let dir = dir.path();
    let out = dir.join("out");
    let manifest = out.join("manifest.jsonl");
    let blobs = out.join("blobs");
    let bundles = out.join("bundles");
    let moments: [&dyn Fn() -> bool; 8] = [
        &|| out.exists(),
        &|| lines(&manifest) >= 1,
        &|| files(&blobs) >= 5,
        &|| files(&bundles) >= 2,
        &|| lines(&manifest) >= 20,
        &|| files(&blobs) >= 30,
        &|| files(&bundles) >= 9,
        &|| lines(&manifest) >= BLOBS + 3,
    ];
    let mut kills = 0;
    for (index, moment) in moments.iter().enumerate() {
        let resume: &[&str] = if index == 0 { &[] } else { &["--resume"] };
        let mut child = start(dir, resume);
        if reached(&mut child, moment) {
            child.kill().expect("still a child");
            kills += 1;
        }
        let output = child.wait_with_output().expect("ended");
        assert_ne!(output.status.code(), Some(2), "{}", stderr(&output));
    }
    assert!(kills >= 6, "only {kills} kills");
    let output = run(dir, &[&JOB[..], &["--resume"]].concat(), 0);
    assert!(
        stderr(&output).contains("done already") && !stderr(&output).contains("damaged"),
        "{}",
        stderr(&output)
    );
    assert!(contents(&out) == expected);
}

#[test]
fn an_interrupt_ends_a_wait_for_standard_input_with_130() {
    let dir = folder_with(&[]);
    let mut child = kzg(dir.path(), &["pipeline", "-", "--out", "out"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // The test holds the pipe open: the program reads no bytes and no end of file.
    let _stdin = child.stdin.take();
    let manifest = dir.path().join("out/manifest.jsonl");
    assert!(reached(&mut child, || lines(&manifest) >= 1));
    interrupt(&child);
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert_eq!(report(&dir.path().join("out"))["outcome"], "interrupted");
}

#[test]
fn a_second_process_over_the_same_folder_is_refused_until_the_first_is_killed() {
    let dir = folder_with(&[]);
    let dir = dir.path();
    let job = ["pipeline", "-", "--out", "out"];
    let mut child = kzg(dir, &job)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    // The test holds the pipe open, so the first process waits for its input.
    let _stdin = child.stdin.take();
    assert!(reached(&mut child, || lines(
        &dir.join("out/manifest.jsonl")
    ) >= 1));
    let again = [&job[..], &["--resume"]].concat();
    let message = stderr(&run_with_stdin(dir, &again, b"bytes", 2));
    assert!(
        message.contains("another process works on the job in out"),
        "{message}"
    );
    child.kill().expect("still a child");
    child.wait().expect("ended");
    run_with_stdin(dir, &again, b"bytes", 0);
    run(dir, &["verify", "out"], 0);
}

#[test]
fn an_interrupt_ends_a_wait_for_the_writer_of_a_pipe_with_130() {
    let dir = folder_with(&[]);
    let dir = dir.path();
    nix::unistd::mkfifo(&dir.join("pipe"), nix::sys::stat::Mode::S_IRWXU).expect("made");
    let job = ["pipeline", "pipe", "--out", "out"];
    let start = || {
        kzg(dir, &job)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    };
    let mut child = start();
    let manifest = dir.join("out/manifest.jsonl");
    assert!(reached(&mut child, || lines(&manifest) >= 1));
    interrupt(&child);
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));

    // With a writer, the named pipe is an input like any other.
    fs::remove_dir_all(dir.join("out")).expect("removed");
    let child = start();
    let input = sparse(2);
    fs::write(dir.join("pipe"), &input).expect("the program reads");
    let output = child.wait_with_output().expect("ended");
    assert!(output.status.success(), "{}", stderr(&output));
    run(dir, &["decode", "out", "--out", "back"], 0);
    assert!(fs::read(dir.join("back")).unwrap() == input);
}

#[test]
fn an_interrupted_job_ends_with_130_and_can_be_resumed() {
    // So many blobs that some have not begun when the job finishes the chunks in all stages.
    const BLOBS: usize = 144;
    let dir = folder_with(&sparse(BLOBS));
    let dir = dir.path();
    let manifest = dir.join("out/manifest.jsonl");
    let mut child = start(dir, &["--json"]);
    assert!(reached(&mut child, || lines(&manifest) >= 2));
    interrupt(&child);
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    // The job finished the chunks that it had begun: the manifest has complete lines only, and each
    // blob that a line names is stored.
    let text = fs::read_to_string(&manifest).unwrap();
    assert!(text.ends_with('\n'));
    let named = text.matches("\"type\":\"blob\"").count();
    assert!(named < BLOBS, "interrupted too late");
    assert_eq!(named, files(&dir.join("out/blobs")));
    let report = report(&dir.join("out"));
    assert_eq!(report["outcome"], "interrupted");
    assert_eq!(report["error"], "cancelled");
    assert_eq!(report["failed"], 0);
    let samples = report["throughput"].as_array().unwrap();
    assert_eq!(samples.last().unwrap()["blobs"], named);
    let output = run(dir, &[&JOB[..], &["--resume"]].concat(), 0);
    assert!(stderr(&output).contains(&format!("done already: {named} blob")));
    assert_eq!(self::report(&dir.join("out"))["outcome"], "complete");
    run(dir, &["decode", "out", "--out", "back"], 0);
    assert!(fs::read(dir.join("back")).unwrap() == sparse(BLOBS));
}

/// A killed `decode --out -` leaves its folder, and in a container numbers of processes repeat.
#[test]
fn a_temporary_folder_that_is_left_does_not_keep_decode_from_standard_output() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    run(dir, &["pipeline", "input", "--out", "out"], 0);
    let temporary = dir.join("temporary");
    fs::create_dir(&temporary).expect("made");
    // The shell that becomes the program makes the folder of its number.
    let script = "mkdir \"$TMPDIR/kzg-decode-$$\" && exec \"$0\" decode out --out -";
    let output = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_kzg")])
        .env("TMPDIR", &temporary)
        .current_dir(dir)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(output.stdout == sparse(1));
    assert_eq!(files(&temporary), 1);
}

/// `nohup` starts a program that ignores the end of its terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_the_program_was_started_to_ignore_does_not_end_it() {
    let dir = folder_with(&[]);
    let dir = dir.path();
    let manifest = dir.join("out/manifest.jsonl");
    for (name, signal) in [("HUP", Signal::SIGHUP), ("INT", Signal::SIGINT)] {
        let script = format!("trap '' {name}; exec \"$0\" pipeline - --out out");
        let mut child = std::process::Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_kzg")])
            .current_dir(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut pipe = child.stdin.take().expect("piped");
        assert!(reached(&mut child, || lines(&manifest) >= 1));
        let process = Pid::from_raw(child.id().try_into().expect("a process number"));
        kill(process, signal).expect("sent");
        // A program that was interrupted reads no more.
        std::thread::sleep(Duration::from_millis(500));
        let _ = std::io::Write::write_all(&mut pipe, b"bytes");
        drop(pipe);
        let output = child.wait_with_output().expect("ended");
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        fs::remove_dir_all(dir.join("out")).expect("removed");
    }
}

//! Inputs that change while they are read, and inputs that block a job.

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use kzg_traits::ErrorKind;

use super::*;

/// Changes the input after the job has read the first chunk.
struct Meddler(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl core::fmt::Debug for Meddler {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Meddler")
    }
}

impl Progress for Meddler {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, phase: Phase, _: u64, _: u64) {
        if phase == Phase::Convert
            && let Some(meddle) = self.0.lock().unwrap().take()
        {
            meddle();
        }
    }
}

#[test]
fn an_input_that_changes_while_it_is_read_ends_the_job() {
    type Meddling = fn(&Path);
    let meddlings: [(&str, Meddling); 3] = [
        ("shrinks", |path| {
            let file = OpenOptions::new().write(true).open(path).unwrap();
            file.set_len(7 * CAPACITY as u64).unwrap();
        }),
        ("grows", |path| {
            let mut file = OpenOptions::new().append(true).open(path).unwrap();
            file.write_all(b"more").unwrap();
        }),
        ("changes", |path| {
            let mut file = OpenOptions::new().write(true).open(path).unwrap();
            file.write_all(b"other").unwrap();
            // The write may fall into the tick of the clock in which the file was made.
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        }),
    ];
    for (what, meddle) in meddlings {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("input");
        fs::write(&path, vec![7; 12 * CAPACITY]).unwrap();
        let target = path.clone();
        let meddler = Meddler(Mutex::new(Some(Box::new(move || meddle(&target)))));
        let options = PipelineOptions {
            chunk_blobs: 6,
            ..PipelineOptions::default()
        };
        let out = dir.path().join("out");
        let attempt = pipeline(&options)
            .with_progress(Arc::new(meddler))
            .attempt(vec![Input::file(&path)], &out);
        let error = attempt.error.expect(what);
        assert_eq!(error.kind(), ErrorKind::Io, "{what}: {error}");
        let message = error.to_string();
        assert!(
            message.contains(path.to_str().unwrap()),
            "{what}: {message}"
        );
        assert!(
            message.contains("changed while it was read"),
            "{what}: {message}"
        );
        assert!(!verify(&out).passed(), "{what}");
    }
}

#[test]
fn an_input_that_does_not_change_is_read_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    for length in [0, 1, CAPACITY, 2 * CAPACITY] {
        let path = dir.path().join(format!("{length}"));
        fs::write(&path, vec![7; length]).unwrap();
        let out = dir.path().join(format!("out{length}"));
        let report = pipeline(&PipelineOptions::default())
            .run(vec![Input::file(&path)], &out)
            .unwrap();
        assert_eq!(report.bytes, length as u64);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_named_pipe_is_read_to_its_end_and_does_not_hold_up_an_interrupt() {
    use nix::sys::stat::Mode;

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pipe");
    nix::unistd::mkfifo(&path, Mode::S_IRWXU).unwrap();
    let writing = path.clone();
    let writer = std::thread::spawn(move || {
        let mut pipe = OpenOptions::new().write(true).open(writing).unwrap();
        pipe.write_all(&vec![9; 2 * CAPACITY]).unwrap();
        std::thread::sleep(Duration::from_millis(50));
        pipe.write_all(b"end").unwrap();
    });
    let report = pipeline(&PipelineOptions::default())
        .run(vec![Input::file(&path)], &dir.path().join("out"))
        .unwrap();
    writer.join().unwrap();
    assert_eq!(report.bytes, 2 * CAPACITY as u64 + 3);

    // The pipe has no writer.
    let token = CancellationToken::default();
    let cancelling = token.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        cancelling.cancel();
    });
    let error = pipeline(&PipelineOptions::default())
        .with_cancellation(token)
        .run(vec![Input::file(&path)], &dir.path().join("other"))
        .unwrap_err();
    canceller.join().unwrap();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

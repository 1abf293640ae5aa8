//! Runs that meet in one output folder.

use std::io::{Cursor, Read};
use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// A reader without bytes that reports when it is read, and ends when it may.
struct Gate {
    reached: Sender<()>,
    opened: Receiver<()>,
}

impl Read for Gate {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        // The other end is gone when the test has failed.
        let _ = self.reached.send(());
        let _ = self.opened.recv();
        Ok(0)
    }
}

fn content() -> Vec<u8> {
    vec![7; 8 * CAPACITY]
}

/// An input that stops at a gate within its seventh blob.
fn held(gate: Gate) -> Input {
    let (before, after) = (Cursor::new(content()), Cursor::new(content()));
    let half = 6 * CAPACITY as u64 + 9;
    let mut rest = after;
    rest.set_position(half);
    Input::reader("held", before.take(half).chain(gate).chain(rest))
}

/// Asserts that a run is refused for one of the reasons.
fn assert_is_refused(outcome: Result<ProcessingReport>, reasons: &[&str]) {
    let error = outcome.expect_err("another run works on the folder");
    assert!(
        matches!(error, KzgAdvancedError::Configuration { .. }),
        "{error}"
    );
    let message = error.to_string();
    assert!(
        reasons.iter().any(|reason| message.contains(reason)),
        "{message}"
    );
}

#[test]
fn a_second_run_over_the_same_folder_is_refused_until_the_first_has_ended() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("out");
    let options = every_kind().remove(0);
    let resumed = options.clone().with_resume(true);
    let again = || vec![Input::reader("held", Cursor::new(content()))];
    std::thread::scope(|scope| {
        // The first run goes on when this end of the channel is gone.
        let (open, opened) = channel();
        let (reached, first_is_held) = channel();
        let input = held(Gate { reached, opened });
        let first = scope.spawn(|| pipeline(&options).run(vec![input], &out));
        first_is_held.recv().unwrap();
        let before = fs::read_dir(&out).unwrap().count();
        let second = pipeline(&resumed).run(again(), &out);
        assert_is_refused(second, &["another process works on the job in"]);
        assert_is_refused(pipeline(&options).run(again(), &out), &["is not empty"]);
        assert_eq!(fs::read_dir(&out).unwrap().count(), before);
        drop(open);
        let report = first.join().unwrap().unwrap();
        assert!(report.verification.passed(), "{report}");
    });
    assert!(verify(&out).passed());
    // The lock ends with the run.
    let report = pipeline(&resumed).run(again(), &out).unwrap();
    assert_eq!(report.resumed.unwrap().kept_blobs, 8);
}

#[test]
fn of_runs_that_begin_at_the_same_time_one_writes() {
    let fixture = Fixture::new();
    let options = every_kind().remove(0);
    let alone = fixture.out("alone");
    fixture.run(&alone, &options).unwrap();
    let expected = contents(&alone);
    for round in 0..8 {
        let out = fixture.out(&format!("out{round}"));
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let runs = [(); 3].map(|()| scope.spawn(|| fixture.run(&out, &options)));
            runs.map(|run| run.join().unwrap()).into()
        });
        let (written, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(written.len(), 1, "{refused:?}");
        for outcome in refused {
            assert_is_refused(
                outcome,
                &["another process works on the job in", "is not empty"],
            );
        }
        assert_eq!(contents(&out), expected);
    }
}

/// A process that was killed after it had locked a folder leaves the file of the lock.
#[test]
fn the_file_of_a_lock_alone_is_no_earlier_run() {
    let fixture = Fixture::new();
    for resume in [false, true] {
        let out = fixture.out(&format!("out {resume}"));
        fs::create_dir(&out).unwrap();
        fs::write(out.join(layout::JOB_LOCK), "").unwrap();
        let options = every_kind().remove(0).with_resume(resume);
        fixture.run(&out, &options).unwrap();
        assert!(verify(&out).passed());
    }
}

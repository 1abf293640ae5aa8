//! The stages of a job, each on a thread of its own, with short queues between them.
//!
//! ```text
//! convert ─chunks─► compute ─made─► write ─what is there to stay─► verify
//! ```
//!
//! A stage that ends, be it early, closes its ends of the queues: those before it stop, and
//! those after it finish what has come to them. So what is written when an error ends a job is
//! what would have been written had the stages run one after the other, and the error that is
//! reported is the one that would have come first: that of the latest stage.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::progress::{Phase, Progress};
use crate::report::{Meter, Stage};
use crate::stages::compute::{Computer, Made, TakenUp};
use crate::stages::convert::{Chunk, Converter, Totals};
use kzg_advanced::CancellationToken;
use kzg_advanced::{KzgAdvancedError, Result};

/// Where a job's results go. When it is dropped, whoever verifies knows that nothing more
/// comes.
pub(crate) trait Target: Send {
    /// Whether anything is written, so that there is a stage that does.
    const WRITES: bool;

    /// Takes the results of the next chunk, and returns the bytes that were written. They are
    /// there to stay when this returns, and may be verified from then on.
    fn write(&mut self, made: Made) -> Result<u64>;

    /// Everything has been written.
    fn end(&mut self, totals: Totals, taken_up: &mut TakenUp) -> Result<()>;
}

/// What all stages have in common.
pub(crate) struct Engine<'a> {
    pub(crate) meter: &'a Meter,
    pub(crate) progress: &'a dyn Progress,
    pub(crate) cancel: &'a CancellationToken,
    /// The chunks that may wait between two stages.
    pub(crate) queued_chunks: usize,
    /// The length of all inputs, where it is known.
    pub(crate) total_bytes: Option<u64>,
}

/// How a job ended.
pub(crate) struct Ended<S> {
    pub(crate) totals: Totals,
    pub(crate) taken_up: TakenUp,
    /// What the target leaves behind.
    pub(crate) left: S,
    /// Which stage stopped it, and why.
    pub(crate) error: Option<(Stage, KzgAdvancedError)>,
}

/// What a stage has, and how it ended.
type Stopped<T> = (T, Result<()>);

impl Engine<'_> {
    /// Runs all stages to their end. `verify` does the last one's work: it waits for what the
    /// target makes known. `leave` takes what is of use from the target.
    ///
    /// # Panics
    ///
    /// If a stage does, once the others have ended.
    pub(crate) fn run<T: Target, S>(
        &self,
        converter: Converter<'_>,
        computer: Computer<'_>,
        target: T,
        verify: impl FnOnce() -> Result<()> + Send,
        leave: impl FnOnce(T) -> S,
    ) -> Ended<S> {
        let verification_failed = AtomicBool::new(false);
        let stop = &verification_failed;
        let (chunks, to_compute) = bounded(self.queued_chunks);
        let (made, to_write) = bounded(self.queued_chunks);
        let phases = [Phase::Convert, Phase::Prove, Phase::Write, Phase::Verify];
        let phases = phases.into_iter();
        let phases = phases.filter(|phase| T::WRITES || *phase != Phase::Write);
        for phase in phases {
            self.progress.begin(phase, self.total_bytes);
        }
        thread::scope(|scope| {
            let converting = scope.spawn(|| self.convert(converter, chunks));
            let computing = scope.spawn(|| self.compute(computer, to_compute, made));
            let writing = scope.spawn(|| self.write(target, to_write, stop));
            let verifying = scope.spawn(|| {
                let verified = panic::catch_unwind(AssertUnwindSafe(verify));
                // An interrupt reaches each stage by itself: what was begun is still written.
                let undisturbed = matches!(verified, Ok(Ok(()) | Err(KzgAdvancedError::Cancelled)));
                stop.store(!undisturbed, Ordering::Relaxed);
                self.progress.end(Phase::Verify);
                verified.unwrap_or_else(|panic| panic::resume_unwind(panic))
            });
            let (converted, computed) = (converting.join(), computing.join());
            let ended = end(converted, computed, writing.join(), stop, leave);
            let verified = verifying.join();
            let mut ended = ended.unwrap_or_else(|panic| panic::resume_unwind(panic));
            let verified = verified.unwrap_or_else(|panic| panic::resume_unwind(panic));
            let earlier = ended.error.take();
            ended.error = first_error([failed(Stage::Verify, verified), earlier]);
            ended
        })
    }

    fn convert<'c>(
        &self,
        mut converter: Converter<'c>,
        chunks: Sender<Chunk>,
    ) -> Stopped<Converter<'c>> {
        let mut convert = || {
            loop {
                self.cancel.check()?;
                let chunk = self.meter.time(Stage::Convert, || converter.next_chunk());
                // A reader may have been told to stop, and what it says then is no fault of it.
                self.cancel.check()?;
                let Some(chunk) = chunk? else { return Ok(()) };
                let (blobs, bytes) = (chunk.blobs.len() as u64, chunk.bytes);
                self.meter.count(Stage::Convert, blobs, bytes);
                self.progress.advance(Phase::Convert, blobs, bytes);
                if chunks.send(chunk).is_err() {
                    return Ok(());
                }
            }
        };
        let result = convert();
        self.progress.end(Phase::Convert);
        (converter, result)
    }

    fn compute<'c>(
        &self,
        mut computer: Computer<'c>,
        chunks: Receiver<Chunk>,
        made: Sender<Made>,
    ) -> Stopped<Computer<'c>> {
        let mut compute = || {
            while let Some(chunk) = self.take(Stage::Commit, &chunks) {
                self.cancel.check()?;
                let (blobs, bytes) = (chunk.blobs.len() as u64, chunk.bytes);
                let results = computer.make(chunk)?;
                self.progress.advance(Phase::Prove, blobs, bytes);
                if made.send(results).is_err() {
                    break;
                }
            }
            Ok(())
        };
        let result = compute();
        self.progress.end(Phase::Prove);
        (computer, result)
    }

    fn write<T: Target>(
        &self,
        mut target: T,
        made: Receiver<Made>,
        stop: &AtomicBool,
    ) -> Stopped<T> {
        let mut write = || {
            while let Some(results) = self.take(Stage::Write, &made) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let (blobs, bytes) = (results.chunk.blobs.len() as u64, results.chunk.bytes);
                if T::WRITES {
                    let written = self.meter.time(Stage::Write, || target.write(results))?;
                    self.meter.count(Stage::Write, blobs, written);
                    self.progress.advance(Phase::Write, blobs, bytes);
                } else {
                    target.write(results)?;
                }
                self.meter.done(blobs, bytes);
            }
            Ok(())
        };
        let result = write();
        if T::WRITES {
            self.progress.end(Phase::Write);
        }
        (target, result)
    }

    /// The next thing in the queue before a stage; `None` when nothing more comes.
    fn take<T>(&self, stage: Stage, queue: &Receiver<T>) -> Option<T> {
        let waiting = queue.len();
        let next = queue.recv().ok()?;
        self.meter.took(stage, queue.capacity(), waiting);
        Some(next)
    }
}

/// Ends a job whose first three stages have ended; the panic of the first that has panicked. In
/// any case the target is dropped, so that verifying ends too.
fn end<T: Target, S>(
    converted: thread::Result<Stopped<Converter<'_>>>,
    computed: thread::Result<Stopped<Computer<'_>>>,
    written: thread::Result<Stopped<T>>,
    stop: &AtomicBool,
    leave: impl FnOnce(T) -> S,
) -> thread::Result<Ended<S>> {
    let ((converter, converted), (computer, computed)) = (converted?, computed?);
    let (mut target, written) = written?;
    let totals = converter.totals();
    let mut taken_up = computer.into_taken_up();
    let mut error = first_error([
        failed(Stage::Write, written),
        failed(Stage::Prove, computed),
        failed(Stage::Convert, converted),
    ]);
    if error.is_none() && !stop.load(Ordering::Relaxed) {
        error = failed(Stage::Write, target.end(totals, &mut taken_up));
    }
    Ok(Ended {
        totals,
        taken_up,
        left: leave(target),
        error,
    })
}

fn failed(stage: Stage, result: Result<()>) -> Option<(Stage, KzgAdvancedError)> {
    result.err().map(|error| (stage, error))
}

/// The first of the errors. That the caller asked to stop says less than any other.
fn first_error<const N: usize>(
    errors: [Option<(Stage, KzgAdvancedError)>; N],
) -> Option<(Stage, KzgAdvancedError)> {
    let (cancelled, others): (Vec<_>, Vec<_>) = errors
        .into_iter()
        .flatten()
        .partition(|(_, error)| matches!(error, KzgAdvancedError::Cancelled));
    others.into_iter().chain(cancelled).next()
}

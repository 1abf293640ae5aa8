//! Runs the stages of a job, each on its own thread, with short queues between the stages.
//!
//! ```text
//! convert ─chunks─► compute ─made─► write ─durable lines─► verify
//! ```
//!
//! A stage that ends, early or not, closes its ends of the queues: the stages before it stop, and
//! the stages after it finish the chunks in their queues. So an error leaves the same files as if
//! the stages ran one after the other. The reported error is the error that would come first in
//! that case: the error of the latest stage.

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope, ScopedJoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::progress::{Phase, Reporter};
use crate::report::{Meter, Stage};
use crate::stages::compute::{Computer, Made, TakenUp};
use crate::stages::convert::{Chunk, Converter, Totals};
use kzg_advanced::{
    CancellationToken, KzgAdvancedError, KzgAdvancedResult as Result, panic_as_fault,
};
use kzg_traits::IoAction;

/// The destination of a job's results. Dropping it ends the verification.
pub(crate) trait Target: Send {
    /// Whether the target writes files, so that the job has a write stage.
    const WRITES: bool;

    /// Takes the results of the next chunk, and returns the number of written bytes. The results
    /// are durable when this method returns, and may be verified from then on.
    fn write(&mut self, made: Made) -> Result<u64>;

    /// Ends the target after the last chunk.
    fn end(&mut self, totals: Totals, taken_up: &mut TakenUp) -> Result<()>;
}

/// The state that all stages share.
pub(crate) struct StageThreads<'a> {
    pub(crate) meter: &'a Meter,
    pub(crate) progress: &'a Reporter<'a>,
    pub(crate) cancel: &'a CancellationToken,
    /// The maximum number of chunks that wait between two stages.
    pub(crate) queued_chunks: usize,
    /// The length of all inputs in bytes, if the length is known.
    pub(crate) total_bytes: Option<u64>,
    /// The stage whose thread cannot be started, to simulate a system without further threads.
    #[cfg(test)]
    pub(crate) refused: Option<Stage>,
}

/// The end of a job.
pub(crate) struct Ended<S> {
    pub(crate) totals: Totals,
    pub(crate) taken_up: Option<TakenUp>,
    /// The result of the target; `None` if the thread of the target could not be started.
    pub(crate) left: Option<S>,
    /// The stage that stopped the job, and its error.
    pub(crate) error: Option<(Stage, KzgAdvancedError)>,
}

/// The state of a stage after its end, and the result of the stage.
type Stopped<T> = (T, Result<()>);

impl StageThreads<'_> {
    /// Runs all stages to their end. `verify` does the work of the last stage, and waits for the
    /// results that the target announces. `leave` turns the target into its result.
    ///
    /// A panic in a stage, for example in the caller's reader, is an error of kind `Fault` of that
    /// stage. A thread that cannot be started is an error of kind `Io`.
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
            // A stage whose thread is not started drops its ends of the queues, so that the
            // others end.
            let converting = self.start(scope, Stage::Convert, || self.convert(converter, chunks));
            let computing = self.start(scope, Stage::Prove, || {
                self.compute(computer, to_compute, made)
            });
            let writing = self.start(scope, Stage::Write, || self.write(target, to_write, stop));
            let verifying = self.start(scope, Stage::Verify, || {
                let verified = isolated(Stage::Verify, verify);
                // Each stage reacts to an interrupt itself: chunks in the queues are still written.
                let undisturbed = matches!(verified, Ok(()) | Err(KzgAdvancedError::Cancelled));
                stop.store(!undisturbed, Ordering::Relaxed);
                self.progress.end(Phase::Verify);
                ((), verified)
            });
            if verifying.is_err() {
                stop.store(true, Ordering::Relaxed);
            }
            let converted = join(Stage::Convert, converting);
            let computed = join(Stage::Prove, computing);
            let written = join(Stage::Write, writing);
            let mut ended = end(converted, computed, written, stop, leave);
            let (_, verified) = join(Stage::Verify, verifying);
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
        let convert = || {
            loop {
                self.cancel.check()?;
                let chunk = self.meter.time(Stage::Convert, || converter.next_chunk());
                // An interrupted reader may return an error, which is not a fault of the reader.
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
        let result = isolated(Stage::Convert, convert);
        self.progress.end(Phase::Convert);
        (converter, result)
    }

    fn compute<'c>(
        &self,
        mut computer: Computer<'c>,
        chunks: Receiver<Chunk>,
        made: Sender<Made>,
    ) -> Stopped<Computer<'c>> {
        let compute = || {
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
        let result = isolated(Stage::Prove, compute);
        self.progress.end(Phase::Prove);
        (computer, result)
    }

    fn write<T: Target>(
        &self,
        mut target: T,
        made: Receiver<Made>,
        stop: &AtomicBool,
    ) -> Stopped<T> {
        let write = || {
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
        let result = isolated(Stage::Write, write);
        if T::WRITES {
            self.progress.end(Phase::Write);
        }
        (target, result)
    }

    /// Starts the thread of a stage.
    fn start<'scope, T: Send + 'scope>(
        &self,
        scope: &'scope Scope<'scope, '_>,
        stage: Stage,
        work: impl FnOnce() -> T + Send + 'scope,
    ) -> Result<ScopedJoinHandle<'scope, T>> {
        #[cfg(test)]
        if self.refused == Some(stage) {
            let none_left = std::io::Error::from(std::io::ErrorKind::WouldBlock);
            return Err(KzgAdvancedError::io(IoAction::Start, stage.name())(
                none_left,
            ));
        }
        let item = format!("the thread of stage {}", stage.name());
        thread::Builder::new()
            .name(format!("kzg-{}", stage.name()))
            .spawn_scoped(scope, work)
            .map_err(KzgAdvancedError::io(IoAction::Start, item))
    }

    /// The next item in the queue before a stage; `None` after the last item.
    fn take<T>(&self, stage: Stage, queue: &Receiver<T>) -> Option<T> {
        let waiting = queue.len();
        let next = queue.recv().ok()?;
        self.meter.took(stage, queue.capacity(), waiting);
        Some(next)
    }
}

/// Waits for a stage, and returns the state of the stage, if its thread was started.
fn join<T>(stage: Stage, thread: Result<ScopedJoinHandle<'_, Stopped<T>>>) -> Stopped<Option<T>> {
    match thread {
        Ok(thread) => match thread.join() {
            Ok((left, result)) => (Some(left), result),
            // The work of a stage is isolated, so the panic came from the code around the work.
            Err(panic) => (None, isolated(stage, || panic::resume_unwind(panic))),
        },
        Err(error) => (None, Err(error)),
    }
}

/// Does the work of a stage; a panic is an error of kind `Fault`.
fn isolated<T>(stage: Stage, work: impl FnOnce() -> Result<T>) -> Result<T> {
    panic_as_fault(|| format!("pipeline stage {}", stage.name()), || Ok(work()))?
}

/// Ends a job whose first three stages have ended. Always drops the target, so that the
/// verification ends too.
fn end<T: Target, S>(
    (converter, converted): Stopped<Option<Converter<'_>>>,
    (computer, computed): Stopped<Option<Computer<'_>>>,
    (target, written): Stopped<Option<T>>,
    stop: &AtomicBool,
    leave: impl FnOnce(T) -> S,
) -> Ended<S> {
    let totals = converter.map_or_else(Totals::default, |converter| converter.totals());
    let mut taken_up = computer.map(Computer::into_taken_up);
    let mut error = first_error([
        failed(Stage::Write, written),
        failed(Stage::Prove, computed),
        failed(Stage::Convert, converted),
    ]);
    let mut left = None;
    if let Some(mut target) = target {
        let complete = error.is_none() && !stop.load(Ordering::Relaxed);
        if let (true, Some(taken_up)) = (complete, &mut taken_up) {
            let ended = isolated(Stage::Write, || target.end(totals, taken_up));
            error = failed(Stage::Write, ended);
        }
        left = Some(leave(target));
    }
    Ended {
        totals,
        taken_up,
        left,
        error,
    }
}

fn failed(stage: Stage, result: Result<()>) -> Option<(Stage, KzgAdvancedError)> {
    result.err().map(|error| (stage, error))
}

/// The first of the errors. `Cancelled` counts only if there is no other error.
fn first_error<const N: usize>(
    errors: [Option<(Stage, KzgAdvancedError)>; N],
) -> Option<(Stage, KzgAdvancedError)> {
    let (cancelled, others): (Vec<_>, Vec<_>) = errors
        .into_iter()
        .flatten()
        .partition(|(_, error)| matches!(error, KzgAdvancedError::Cancelled));
    others.into_iter().chain(cancelled).next()
}

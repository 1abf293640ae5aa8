//! Runs a job whose results go to a folder.

use std::fs::File;
use std::path::Path;

use crate::Shard;
use crate::folder::begun::has_begun;
use crate::folder::disk::Disk;
use crate::folder::durable::{Durable, DurableReader, DurableWriter};
use crate::folder::lock::{lock_job, lock_shard};
use crate::input::{Input, Opener, Sharding};
use crate::manifest::{EndRecord, Header, MANIFEST, ManifestReader, NotKept, Record};
use crate::options::PipelineOptions;
use crate::report::{Meter, Resumed, Verification};
use crate::run::job::PipelineJob;
use crate::run::stage_threads::Target;
use crate::run::{FinishedRun, Run, RunResults};
use crate::stages::compute::{Made, TakenUp};
use crate::stages::convert::Totals;
use crate::stages::resume::{EndLine, Resume};
use crate::stages::store::Store;
use crate::stages::verify::FolderCheck;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

/// Runs a job.
pub(crate) fn run(job: &PipelineJob, inputs: Vec<Input>, dir: &Path, disk: Disk) -> FinishedRun {
    let Some(shard) = job.options.shard else {
        return run_in(job, inputs, dir, dir, disk);
    };
    let folder = dir.join(shard.folder());
    match occupy(dir, shard, &inputs, &disk) {
        // The lock ends with the run.
        Ok(_lock) => run_in(job, inputs, dir, &folder, disk),
        Err(error) => FinishedRun::refused(error),
    }
}

/// Checks that a shard can be worked on, creates its folder and locks it against other processes.
fn occupy(root: &Path, shard: Shard, inputs: &[Input], disk: &Disk) -> Result<File> {
    if let Some(input) = inputs.iter().find(|input| !input.is_counted_by_length()) {
        return Err(KzgAdvancedError::configuration(format!(
            "{}: the blobs of a shard's inputs are counted by the lengths of files, so the inputs are \
             files and folders of bytes or of raw blobs",
            input.name()
        )));
    }
    let merged = || {
        let reason = "holds the manifest of a whole job: its shards are merged already, or the job had \
                      no shards";
        let reason = format!("{} {reason}", root.display());
        let is_merged = root.join(MANIFEST).exists();
        is_merged.then(|| KzgAdvancedError::configuration(reason))
    };
    if let Some(error) = merged() {
        return Err(error);
    }
    let folder = root.join(shard.folder());
    let created = disk.create_dir(&folder);
    created.map_err(KzgAdvancedError::writing(&folder))?;
    let file = lock_shard(root, shard)?;
    // A merge may have ended since then.
    merged().map_or(Ok(file), Err)
}

/// Runs a job that writes to `dir`, and leaves the files of `root` out of its inputs.
fn run_in(
    job: &PipelineJob,
    inputs: Vec<Input>,
    root: &Path,
    dir: &Path,
    disk: Disk,
) -> FinishedRun {
    let begun = begin(job, &inputs, root, dir, disk);
    let begun = begun.and_then(|mut begun| {
        let durable = Durable::default();
        durable.reaches(begun.store.manifest_len(), 0);
        // An error here comes before any work is done.
        let manifest = begun.store.opened_manifest()?;
        let manifest = manifest.expect("the manifest has not been opened before");
        let manifest = DurableReader::new(manifest, &durable);
        Ok(process(begun, inputs, root, dir, &durable, manifest))
    });
    begun.unwrap_or_else(FinishedRun::refused)
}

/// A job with its open output folder.
struct Begun<'a> {
    run: Run<'a>,
    store: Store,
    resume: Resume,
    total_bytes: Option<u64>,
    /// The lock of the folder of a whole job, which ends with the run.
    _lock: Option<File>,
}

/// The work of an earlier run in an output folder.
#[derive(Default)]
struct Earlier {
    /// Whether a run has begun to write to the folder.
    has_begun: bool,
    resume: Resume,
    /// Whether the manifest has the header.
    header_stands: bool,
}

impl Earlier {
    /// Finds the work that a job can continue. A folder that the job must not write to is an error.
    fn find(dir: &Path, options: &PipelineOptions, header: &Header) -> Result<Self> {
        if !has_begun(dir, options.resume || options.shard.is_some())? {
            return Ok(Self::default());
        }
        let (resume, header_stands) = Resume::open(dir, header)?;
        Ok(Self {
            has_begun: true,
            resume,
            header_stands,
        })
    }
}

/// Checks that a whole job can write to a folder, creates the folder and locks it against other
/// processes. A folder that is refused stays as it is.
fn occupy_whole(
    dir: &Path,
    options: &PipelineOptions,
    header: &Header,
    disk: &Disk,
) -> Result<File> {
    Earlier::find(dir, options, header)?;
    disk.create_dir(dir)
        .map_err(KzgAdvancedError::writing(dir))?;
    lock_job(dir)
}

/// Checks the inputs, opens the folder, and writes the header unless the folder has the header.
fn begin<'a>(
    job: &'a PipelineJob,
    inputs: &[Input],
    root: &Path,
    dir: &Path,
    disk: Disk,
) -> Result<Begun<'a>> {
    let run = Run::begin(job)?;
    let options = &job.options;
    if inputs.is_empty() {
        return Err(KzgAdvancedError::configuration("no inputs"));
    }
    let mut total_bytes = Some(0_u64);
    for input in inputs {
        match input.len_hint_without(Some(root)) {
            Ok(bytes) => {
                let both = total_bytes.zip(bytes);
                total_bytes = both.map(|(total, bytes)| total.saturating_add(bytes));
            }
            // The job reports this input when the input's turn comes.
            Err(_) if options.keep_going => {}
            Err(error) => return Err(error),
        }
    }
    // The length of a shard's part is not known in advance.
    let total_bytes = total_bytes.filter(|_| options.shard.is_none());
    let lock = match options.shard {
        None => Some(occupy_whole(dir, options, &run.header, &disk)?),
        // The shard is locked already.
        Some(_) => None,
    };
    // Until the folder was locked, another process may have written to it.
    let Earlier {
        has_begun,
        resume,
        header_stands,
    } = Earlier::find(dir, options, &run.header)?;
    let mut store = Store::open(dir, &options.emit, has_begun, disk, run.pool.clone())?;
    let record = Record::Header(run.header.clone());
    if header_stands {
        store.keep(&record);
    } else {
        store.append([&record])?;
        // The header must be in the manifest before the first artefact is written.
        if let Some(ends_in_damage) = resume.is_used_up() {
            store.replace_manifest(ends_in_damage)?;
        }
    }
    Ok(Begun {
        run,
        store,
        resume,
        total_bytes,
        _lock: lock,
    })
}

fn process(
    begun: Begun<'_>,
    inputs: Vec<Input>,
    root: &Path,
    dir: &Path,
    durable: &Durable,
    manifest: DurableReader<'_>,
) -> FinishedRun {
    let run = &begun.run;
    let job = run.job;
    let opener = Opener {
        except: Some(root.to_owned()),
        cancel: job.cancel.clone(),
        shard: job.options.shard.map(|shard| Sharding {
            shard,
            capacity: job.codec.capacity() as u64,
        }),
    };
    let inputs = Input::sequence("inputs", inputs).open(&opener);
    let target = Folder {
        meter: &run.meter,
        store: begun.store,
        durable: DurableWriter(durable),
        blobs: 0,
    };
    let check = FolderCheck {
        dir,
        header: &run.header,
        encoding_is_lost: false,
        settings: &**job.backends.verifier(),
        progress: &run.progress,
        cancel: &job.cancel,
        meter: &run.meter,
        pool: &run.pool,
        chunk_len: run.plan.chunk_blobs,
        durable: Some(durable),
    };
    let mut verification = Verification::default();
    let mut finished = false;
    let ended = run.stage_threads(begun.total_bytes).run(
        run.converter(inputs),
        run.computer(begun.resume),
        target,
        || {
            finished = check.run(ManifestReader::new(manifest), &mut verification)?;
            Ok(())
        },
        |target| target.store,
    );
    let Some(mut store) = ended.left else {
        // The thread of the write stage was not started, so no work was done.
        let (_, error) = ended
            .error
            .expect("a thread that is not started is an error");
        return FinishedRun::refused(error);
    };
    if ended.error.is_none() && !finished {
        verification.no_end();
    }
    let resumes = job.options.resume || job.options.shard.is_some();
    let resumed = resumes.then(|| {
        let taken_up = ended.taken_up.unwrap_or_default();
        store.mended.append(taken_up.resume.mended);
        Resumed {
            seconds: taken_up.time.as_secs_f64(),
            kept_blobs: taken_up.kept_blobs,
            mended: store.mended.count,
            mended_items: std::mem::take(&mut store.mended.first),
        }
    });
    let results = RunResults {
        totals: ended.totals,
        verification,
        bytes_written: store.written(),
        resumed,
    };
    let mut report = run.report(results, ended.error.as_ref());
    let mut error = ended.error.map(|(_, error)| error);
    // With other inputs or options than the earlier run, the folder keeps the earlier run's report.
    let is_foreign = matches!(error, Some(KzgAdvancedError::Configuration { .. }));
    if !is_foreign {
        // The error that ended the job takes precedence over an error in writing the report.
        if let (Err(unwritten), None) = (store.write_report(&report), &error) {
            report.not_written(&unwritten);
            // A report that says otherwise must not stay in the folder, if that can be helped.
            let _ = store.write_json_report(&report);
            error = Some(unwritten);
        }
    }
    FinishedRun {
        report: Some(report),
        error,
    }
}

/// An output folder that is being written.
struct Folder<'a> {
    meter: &'a Meter,
    store: Store,
    durable: DurableWriter<'a>,
    blobs: u64,
}

impl Target for Folder<'_> {
    const WRITES: bool = true;

    fn write(&mut self, made: Made) -> Result<u64> {
        let before = self.store.written();
        made.kept.iter().for_each(|record| self.store.keep(record));
        let blobs = made.chunk.blob_refs();
        self.store
            .write_artefacts(&made.records, &blobs, &made.cells, &made.recorded)?;
        self.store.append(&made.lines)?;
        if let Some(ends_in_damage) = made.earlier_is_used_up {
            self.store.replace_manifest(ends_in_damage)?;
        }
        self.blobs += blobs.len() as u64;
        // The file of an open bundle changes, so its blobs are read back later.
        if !self.store.has_open_bundle() {
            self.announce()?;
        }
        Ok(self.store.written() - before)
    }

    /// Ends the last bundle, and writes the last line unless the manifest has it.
    fn end(&mut self, totals: Totals, taken_up: &mut TakenUp) -> Result<()> {
        let not_kept = self.meter.left_out();
        let items = not_kept.first.into_iter().map(|item| NotKept {
            path: item.item,
            reason: item.reason,
        });
        let end = EndRecord {
            inputs: totals.inputs,
            blobs: totals.blobs,
            bytes: totals.bytes,
            not_kept: not_kept.count,
            not_kept_items: items.collect(),
            manifest_sha256: self.store.manifest_sha256(),
        };
        // The earlier run may have had more inputs. In that case, the last bundle stays as it is.
        let line = taken_up.resume.keep_end(&end)?;
        if line == EndLine::Missing {
            self.store.check_last_blob()?;
        }
        self.store.end_bundle()?;
        let record = Record::End(end);
        if line == EndLine::Stands {
            self.store.keep(&record);
        } else {
            self.store.append([&record])?;
        }
        self.store.end_manifest()?;
        self.announce()
    }
}

impl Folder<'_> {
    /// Announces that everything so far can be read back.
    fn announce(&mut self) -> Result<()> {
        if let Some(file) = self.store.opened_manifest()? {
            self.durable.0.moves_to(file);
        }
        let manifest_len = self.store.manifest_len();
        self.durable.0.reaches(manifest_len, self.blobs);
        Ok(())
    }
}

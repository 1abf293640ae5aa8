//! Verification of a log: the content, the number and the place in the chain of every record, the
//! signatures of checkpoints, and what the verifier expects of the log.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::checkpoint::Checkpoint;
use super::event::AuditEvent;
use super::files::Files;
use super::record::{Head, RecordFault};
use super::report::{AuditReport, Broken, Expected, Violation};
use super::tail::MAX_LINE;
use crate::files::open_regular;

/// The number of records by which a checkpoint may be late: those that one event can bring, such
/// as a gap and a replaced file before it, or that a process that was killed left behind.
const SLACK: u64 = 4;

/// Verifies the chain of a log, the full files before the current one included. A full file by
/// itself is verified by itself.
///
/// The chain alone shows accidents, not intent, see [`verify_against`].
///
/// # Errors
///
/// If a file cannot be read, or there is none.
pub fn verify(path: &Path) -> io::Result<AuditReport> {
    verify_against(path, &Expected::default())
}

/// Verifies a log as [`verify`] does, and against what is known of it from elsewhere.
///
/// With a key, changed or removed records before the last checkpoint are found. With a head that
/// was kept elsewhere, so are records that are missing at the end; with the expected first
/// record, those that are missing at the beginning.
///
/// # Errors
///
/// If a file cannot be read, or there is none.
pub fn verify_against(path: &Path, expected: &Expected) -> io::Result<AuditReport> {
    let files = files_of(path)?;
    let mut check = Check::new(expected);
    for (position, file) in files.iter().enumerate() {
        let is_last = position + 1 == files.len();
        if check.file(file, is_last)?.is_some() {
            break;
        }
    }
    Ok(check.report(files))
}

/// Verifies the chain of one file of a log as [`verify`] does, from a reader. `name` names the file in
/// the report.
///
/// # Errors
///
/// If the reader fails.
pub fn verify_reader(reader: impl BufRead, name: &Path) -> io::Result<AuditReport> {
    let expected = Expected::default();
    let mut check = Check::new(&expected);
    check.lines(reader, name, true)?;
    Ok(check.report(vec![name.to_owned()]))
}

/// The end of a log's chain as the file states it, and its last checkpoint, for keeping elsewhere.
///
/// # Errors
///
/// If a file cannot be read, there is none, or a record is wrong.
pub fn head(path: &Path) -> io::Result<(Head, Option<Checkpoint>)> {
    let files = files_of(path)?;
    let expected = Expected::default();
    let mut check = Check::new(&expected);
    for (position, file) in files.iter().enumerate() {
        let is_last = position + 1 == files.len();
        if let Some(broken) = check.file(file, is_last)? {
            return Err(io::Error::new(io::ErrorKind::InvalidData, broken.clone()));
        }
    }
    Ok((check.head.unwrap_or_default(), check.last_stated))
}

fn files_of(path: &Path) -> io::Result<Vec<PathBuf>> {
    let full = Files::of(path).full()?;
    let mut files: Vec<PathBuf> = full.into_iter().map(|(_, path)| path).collect();
    // A process that is killed in the middle of a rotation leaves no current file.
    if files.is_empty() || path.try_exists()? {
        files.push(path.to_owned());
    }
    Ok(files)
}

struct Check<'e> {
    expected: &'e Expected,
    /// `None` before the first record.
    head: Option<Head>,
    first: u64,
    records: u64,
    torn: u64,
    broken: Option<Broken>,
    /// The last checkpoint that is signed by the expected key.
    signed: Option<Checkpoint>,
    /// The last checkpoint, signed by any key.
    last_stated: Option<Checkpoint>,
    /// Whether the chain had the expected head.
    had_head: bool,
    /// The most records that stood between two checkpoints, with the allowed number.
    overdue: Option<Violation>,
}

impl<'e> Check<'e> {
    fn new(expected: &'e Expected) -> Self {
        Self {
            expected,
            head: None,
            first: 0,
            records: 0,
            torn: 0,
            broken: None,
            signed: None,
            last_stated: None,
            had_head: expected.head.is_none_or(|head| head == Head::default()),
            overdue: None,
        }
    }

    /// Checks one file. Returns the first record of it that is wrong.
    fn file(&mut self, path: &Path, is_last: bool) -> io::Result<Option<&Broken>> {
        self.lines(BufReader::new(open_regular(path)?), path, is_last)
    }

    /// Checks the lines of one file. Returns the first record of it that is wrong.
    fn lines(
        &mut self,
        mut reader: impl BufRead,
        path: &Path,
        is_last: bool,
    ) -> io::Result<Option<&Broken>> {
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if (&mut reader).take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            let outcome = match line.strip_suffix(b"\n") {
                Some(line) => self.line(line),
                None if is_last && (line.len() as u64) < MAX_LINE => {
                    self.torn = line.len() as u64;
                    break;
                }
                None => Err(RecordFault::Endless),
            };
            if let Err(reason) = outcome {
                self.broken = Some(Broken {
                    file: path.to_owned(),
                    line: number,
                    record: self.head.unwrap_or_default().next,
                    reason,
                });
                break;
            }
        }
        Ok(self.broken.as_ref())
    }

    fn line(&mut self, line: &[u8]) -> Result<(), RecordFault> {
        let before = match self.head {
            Some(head) => head,
            None => {
                let head = Head::claimed_before(line)?;
                if head.next == 0 && head != Head::default() {
                    return Err(RecordFault::BeforeTheFirst);
                }
                self.first = head.next;
                head
            }
        };
        let (head, event) = before.follow(line)?;
        self.check_checkpoint(before, event)?;
        self.had_head |= self.expected.head == Some(before) || self.expected.head == Some(head);
        self.head = Some(head);
        self.records += 1;
        Ok(())
    }

    /// Checks the checkpoint of a record, if the record has one, and that no checkpoint is overdue.
    fn check_checkpoint(&mut self, before: Head, event: AuditEvent) -> Result<(), RecordFault> {
        let Some(checkpoint) = event.checkpoint else {
            return Ok(());
        };
        self.last_stated = Some(checkpoint.clone());
        let Some(key) = &self.expected.key else {
            return Ok(());
        };
        if !checkpoint.is_signed_by(key) {
            return Err(RecordFault::Signature);
        }
        if checkpoint.head() != Some(before) {
            return Err(RecordFault::Checkpoint);
        }
        let earlier = self.signed.replace(checkpoint);
        if let Some(earlier) = earlier {
            self.check_overdue(&earlier, before.next);
        }
        Ok(())
    }

    /// Checks that no more records than allowed follow a checkpoint, up to record `next`.
    fn check_overdue(&mut self, checkpoint: &Checkpoint, next: u64) {
        // The record of the checkpoint itself is among those that follow what it covers.
        let unsigned = next.saturating_sub(checkpoint.next).saturating_sub(1);
        if unsigned > checkpoint.every.saturating_add(SLACK) {
            self.overdue.get_or_insert(Violation::Overdue {
                unsigned,
                every: checkpoint.every,
            });
        }
    }

    fn report(mut self, files: Vec<PathBuf>) -> AuditReport {
        let head = self.head.unwrap_or_default();
        let mut violations = Vec::new();
        if let Some(expected) = self.expected.from
            && expected != self.first
        {
            violations.push(Violation::First {
                first: self.first,
                expected,
            });
        }
        if let Some(expected) = self.expected.head
            && !self.had_head
        {
            let (next, expected) = (head.next, expected.next);
            violations.push(if next < expected {
                Violation::Truncated { next, expected }
            } else if expected < self.first {
                let first = self.first;
                Violation::First { first, expected }
            } else {
                Violation::Rewritten { next: expected }
            });
        }
        let mut unsigned = self.records;
        if self.expected.key.is_some() {
            match self.signed.clone() {
                Some(checkpoint) => {
                    // The record of the checkpoint is covered by the chain that it ends.
                    unsigned = head.next.saturating_sub(checkpoint.next).saturating_sub(1);
                    self.check_overdue(&checkpoint, head.next);
                }
                None => violations.push(Violation::NoCheckpoint),
            }
            violations.extend(self.overdue.take());
        }
        AuditReport {
            files,
            records: self.records,
            first: self.first,
            last_hash: hex::encode(head.hash),
            torn_bytes: self.torn,
            broken: self.broken,
            checkpoint: self.signed,
            unsigned,
            violations,
        }
    }
}

//! Checking a log: every record's content, number and place in the chain.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::files::Files;
use super::record::Head;
use super::tail::MAX_LINE;

/// What a check of a log found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditReport {
    /// The files, the oldest first.
    pub files: Vec<PathBuf>,
    /// The records that are right, up to the first that is not.
    pub records: u64,
    /// The number of the first record: 0, unless older files have been taken away.
    pub first: u64,
    /// The hash of the last record that is right, hexadecimal.
    pub last_hash: String,
    /// Bytes of a last line that was torn while it was written. Opening the log cuts it off.
    pub torn_bytes: u64,
    /// The first record that is wrong.
    pub broken: Option<Broken>,
}

/// A record that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}, line {line} (record {record}): {reason}", file.display())]
#[non_exhaustive]
pub struct Broken {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u64,
    /// The number that the record should have.
    pub record: u64,
    /// What is wrong.
    pub reason: String,
}

/// Checks a log, the full files before the current one included; a full file by itself is
/// checked by itself.
///
/// # Errors
///
/// If a file cannot be read, or there is none.
pub fn verify(path: &Path) -> io::Result<AuditReport> {
    let mut files: Vec<PathBuf> = Files::of(path)
        .full()?
        .into_iter()
        .map(|(_, path)| path)
        .collect();
    // Killed in the middle of a rotation, a log has no current file.
    if files.is_empty() || path.try_exists()? {
        files.push(path.to_owned());
    }
    let mut check = Check::default();
    for (position, file) in files.iter().enumerate() {
        let is_last = position + 1 == files.len();
        if check.file(file, is_last)?.is_some() {
            break;
        }
    }
    Ok(AuditReport {
        files,
        records: check.records,
        first: check.first,
        last_hash: hex::encode(check.head.unwrap_or_default().hash),
        torn_bytes: check.torn,
        broken: check.broken,
    })
}

#[derive(Default)]
struct Check {
    /// `None` before the first record.
    head: Option<Head>,
    first: u64,
    records: u64,
    torn: u64,
    broken: Option<Broken>,
}

impl Check {
    /// Checks one file, and says what is broken in it.
    fn file(&mut self, path: &Path, is_last: bool) -> io::Result<Option<&Broken>> {
        let mut reader = BufReader::new(File::open(path)?);
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
                None => Err("it does not end".to_owned()),
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

    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        let head = match self.head {
            Some(head) => head,
            None => {
                let head = Head::claimed_before(line)?;
                if head.next == 0 && head != Head::default() {
                    return Err("the first record follows one that there cannot be".to_owned());
                }
                self.first = head.next;
                head
            }
        };
        self.head = Some(head.follow(line)?);
        self.records += 1;
        Ok(())
    }
}

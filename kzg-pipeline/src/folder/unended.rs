//! Inputs whose end lines are damaged, and which of them are complete.

use std::collections::BTreeSet;
use std::mem;
use std::ops::Range;

use kzg_traits::Bytes32;

use crate::manifest::{InputEndRecord, ManifestFault, Record};

/// Finds the inputs without an end line of which every blob has a line.
///
/// Without its end line, an input has no hash. Its bytes are certain if each of its blobs is checked
/// against a commitment, and if no blob without a line may belong to it. Blobs are numbered over all
/// inputs, so a skipped number shows such a blob. In the manifest of a shard numbers are skipped
/// anyway; there, the damaged lines are counted, and damaged text that is longer than an end line may
/// hold the line of a blob. In the folder of a shard, a file of a blob that no line names shows such a
/// blob, too. Where nothing says whether the manifest is that of a shard, an input is whole only if no
/// number is skipped and all blobs have lines.
#[derive(Debug)]
pub(super) struct Unended {
    /// Whether the manifest is that of a shard, as far as that is known.
    is_shard: Option<bool>,
    open: Option<Open>,
    /// The number of blobs with a line.
    blobs: u64,
    /// The number after that of the last blob with a line.
    next_blob: u64,
    /// Inputs after which the next blob has not been read.
    waiting: Vec<u64>,
    whole: BTreeSet<u64>,
    /// Inputs of a shard that are whole unless a blob has a file and a number in the range.
    without_files: Vec<(u64, Range<u64>)>,
    /// The maximum length of an end line in bytes.
    longest_end: usize,
}

/// An input that has begun and has not ended.
#[derive(Debug)]
struct Open {
    input: u64,
    has_line: bool,
    blobs: u64,
    /// The number of damaged lines after the last line of the input.
    damaged: u64,
    /// Whether no blob is known to be without a line.
    is_whole: bool,
}

impl Unended {
    pub(super) fn new(is_shard: Option<bool>) -> Self {
        Self {
            is_shard,
            open: None,
            blobs: 0,
            next_blob: 0,
            waiting: Vec::new(),
            whole: BTreeSet::new(),
            without_files: Vec::new(),
            longest_end: longest_end(),
        }
    }

    /// Notes a line that cannot be read, or that is at a wrong position. `length` is that of its text,
    /// which has several lines where line feeds are damaged.
    pub(super) fn fault(&mut self, fault: &ManifestFault, length: usize) {
        if let Some(open) = &mut self.open {
            open.damaged += 1;
            // Lines before it are missing, and their number is unknown.
            let is_order = matches!(fault, ManifestFault::Order(_));
            let may_be_blobs = is_order || length > self.longest_end;
            open.is_whole &= !(self.is_shard == Some(true) && may_be_blobs);
        }
    }

    /// Notes the next line.
    pub(super) fn admit(&mut self, record: &Record) {
        match record {
            Record::Header(header) => self.is_shard = Some(header.shard.is_some()),
            Record::Input(input) => {
                self.close();
                self.open = Some(Open::new(input.input, true));
            }
            Record::Blob(blob) => {
                self.close_others(blob.input);
                if self.open.is_none() {
                    self.open = Some(Open::new(blob.input, false));
                }
                let follows = blob.blob == self.next_blob;
                let waiting = mem::take(&mut self.waiting);
                if follows {
                    self.whole.extend(waiting);
                }
                let last = self.without_files.iter_mut().rev();
                for (_, numbers) in last.take_while(|(_, numbers)| numbers.end == u64::MAX) {
                    numbers.end = blob.blob;
                }
                self.next_blob = blob.blob + 1;
                self.blobs += 1;
                if let Some(open) = &mut self.open {
                    open.is_whole &= if self.is_shard == Some(true) {
                        open.damaged == 0 && open.has_line && (follows || open.blobs == 0)
                    } else {
                        follows
                    };
                    open.damaged = 0;
                    open.blobs += 1;
                }
            }
            Record::InputEnd(end) => {
                self.close_others(end.input);
                self.open = None;
            }
            Record::End(end) => {
                self.close();
                // The numbers of a shard's blobs are not those of its lines.
                let all = match self.is_shard {
                    Some(false) => self.next_blob,
                    _ => self.blobs,
                };
                if end.blobs == all {
                    self.whole.extend(mem::take(&mut self.waiting));
                }
            }
        }
    }

    /// Leaves out the inputs that a blob without a line may belong to. `has_file` says whether the folder
    /// has a file of a blob with a number in a range.
    pub(super) fn check_files(&mut self, mut has_file: impl FnMut(&Range<u64>) -> bool) {
        self.without_files.retain(|(_, numbers)| !has_file(numbers));
    }

    /// The inputs without an end line that are whole.
    pub(super) fn finish(mut self) -> BTreeSet<u64> {
        let of_shard = self.without_files.into_iter();
        self.whole.extend(of_shard.map(|(input, _)| input));
        self.whole
    }

    /// Ends the open input, unless it is the one with this number.
    fn close_others(&mut self, input: u64) {
        if self.open.as_ref().is_some_and(|open| open.input != input) {
            self.close();
        }
    }

    /// Ends an input that has no end line.
    fn close(&mut self) {
        let Some(open) = self.open.take().filter(|open| open.is_whole) else {
            return;
        };
        if self.is_shard != Some(true) {
            self.waiting.push(open.input);
        } else if open.has_line && open.damaged == 1 {
            // The one damaged line is no blob's, so it is the end line.
            let numbers = self.next_blob..u64::MAX;
            self.without_files.push((open.input, numbers));
        }
    }
}

/// The maximum length of an end line in bytes. The line of a blob is longer.
fn longest_end() -> usize {
    let longest = Record::InputEnd(InputEndRecord {
        input: u64::MAX,
        bytes: u64::MAX,
        sha256: Bytes32::default(),
    });
    longest.to_line().len()
}

impl Open {
    fn new(input: u64, has_line: bool) -> Self {
        Self {
            input,
            has_line,
            blobs: 0,
            damaged: 0,
            is_whole: true,
        }
    }
}

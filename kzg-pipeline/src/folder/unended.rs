//! Inputs whose end lines are damaged: which of them are whole all the same.

use std::collections::BTreeSet;
use std::mem;

use crate::manifest::{ManifestFault, Record};

/// Finds the inputs without an end line of which every blob has a line.
///
/// Without its end line, an input has no hash. Its bytes are certain if each of its blobs is checked
/// against a commitment, and if no blob without a line may belong to it. Blobs are numbered over all
/// inputs, so a skipped number shows such a blob. In the manifest of a shard numbers are skipped
/// anyway; there, the damaged lines are counted. Where nothing says whether the manifest is that of a
/// shard, an input is whole only if no number is skipped and all blobs have lines.
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
        }
    }

    /// Notes a line that cannot be read, or that is at a wrong position.
    pub(super) fn fault(&mut self, fault: &ManifestFault) {
        if let Some(open) = &mut self.open {
            open.damaged += 1;
            // Lines before it are missing, and their number is unknown.
            let is_order = matches!(fault, ManifestFault::Order(_));
            open.is_whole &= !(self.is_shard == Some(true) && is_order);
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

    /// The inputs without an end line that are whole.
    pub(super) fn finish(self) -> BTreeSet<u64> {
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
            // The one damaged line is the end line.
            self.whole.insert(open.input);
        }
    }
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

//! A disk that fails at times, in place of the file of a log.

use core::time::Duration;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};

use super::folder;
use crate::audit::journal::Journal;
use crate::audit::record::Head;
use crate::audit::sink::{Sink, UnderItsName};
use crate::audit::{AuditEvent, AuditLogger, AuditOptions, AuditReport, OnAuditFailure, verify};

/// A disk that is full at times, and then writes only a part of a record.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    pub(super) state: Arc<Mutex<DiskState>>,
    pub(super) held_syncs: Option<Arc<Held>>,
    pub(super) held_writes: Option<Arc<Held>>,
}

/// Actions that report their beginning and wait for a permission, until the other end is dropped.
#[derive(Debug)]
pub(super) struct Held {
    begun: mpsc::Sender<()>,
    allowed: Mutex<mpsc::Receiver<()>>,
}

impl Held {
    /// Actions, the receiver of their beginnings, and the sender of permissions.
    pub(super) fn new() -> (Option<Arc<Self>>, mpsc::Receiver<()>, mpsc::Sender<()>) {
        let (begun, begins) = mpsc::channel();
        let (allow, allowed) = mpsc::channel();
        let allowed = Mutex::new(allowed);
        (Some(Arc::new(Self { begun, allowed })), begins, allow)
    }

    fn wait(&self) {
        let _ = self.begun.send(());
        let _ = self.allowed.lock().unwrap().recv();
    }
}

#[derive(Debug, Default)]
pub(super) struct DiskState {
    pub(super) bytes: Vec<u8>,
    full: bool,
    /// The numbers of the writes that fail although the disk is not full, from 1.
    pub(super) failing_writes: Vec<usize>,
    writes: usize,
    pub(super) cannot_truncate: bool,
    cannot_sync: bool,
    /// Whether there is no file under the log's name any more.
    removed: bool,
    pub(super) syncs: usize,
    /// The number of times that the end of the file was read.
    pub(super) reads: usize,
}

impl Sink for Disk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(held) = &self.held_writes {
            held.wait();
        }
        let mut state = self.state.lock().unwrap();
        state.writes += 1;
        if state.full || state.failing_writes.contains(&state.writes) {
            state.bytes.extend_from_slice(&bytes[..bytes.len() / 2]);
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        if state.cannot_truncate {
            return Err(io::Error::other("the disk is gone"));
        }
        state.bytes.truncate(length as usize);
        Ok(())
    }

    fn complete_length(&self) -> io::Result<u64> {
        let mut state = self.state.lock().unwrap();
        state.reads += 1;
        let end = state.bytes.iter().rposition(|&byte| byte == b'\n');
        Ok(end.map_or(0, |end| end as u64 + 1))
    }

    fn under_its_name(&self, _: &Path) -> io::Result<UnderItsName> {
        let state = self.state.lock().unwrap();
        Ok(match state.removed {
            true => UnderItsName::Nothing,
            false => UnderItsName::Same {
                length: state.bytes.len() as u64,
            },
        })
    }

    fn syncer(&self) -> Arc<dyn Fn() -> io::Result<()> + Send + Sync> {
        let (state, held) = (Arc::clone(&self.state), self.held_syncs.clone());
        Arc::new(move || {
            if let Some(held) = &held {
                held.wait();
            }
            let mut state = state.lock().unwrap();
            state.syncs += 1;
            if state.cannot_sync {
                return Err(io::Error::other("the disk is gone"));
            }
            Ok(())
        })
    }
}

impl Disk {
    pub(super) fn set_full(&self, full: bool) {
        self.state.lock().unwrap().full = full;
    }

    pub(super) fn set_cannot_sync(&self, cannot_sync: bool) {
        self.state.lock().unwrap().cannot_sync = cannot_sync;
    }

    pub(super) fn remove(&self) {
        self.state.lock().unwrap().removed = true;
    }
}

/// The journal of a log on a test's disk.
pub(super) fn journal(disk: &Disk, options: AuditOptions) -> Journal {
    journal_at(Path::new("disk"), disk, options)
}

/// The journal of a log on a test's disk. A file that is removed from the disk is replaced by one
/// at the path.
pub(super) fn journal_at(path: &Path, disk: &Disk, options: AuditOptions) -> Journal {
    let sink = Box::new(disk.clone());
    Journal::new(path, options, sink, Head::default(), 0)
}

/// A log on a test's disk. Its intervals are an hour, so that no sync happens by itself.
pub(super) fn on(disk: &Disk, on_failure: OnAuditFailure) -> AuditLogger {
    let options = AuditOptions::default()
        .with_on_failure(on_failure)
        .with_loss_bound(1000, Duration::from_secs(3600));
    AuditLogger::start(journal(disk, options), None).unwrap()
}

/// The events of the records on a disk.
pub(super) fn events(disk: &Disk) -> Vec<AuditEvent> {
    let bytes = disk.state.lock().expect("no panic").bytes.clone();
    let lines = bytes.split_inclusive(|&byte| byte == b'\n');
    lines
        .map(|line| serde_json::from_slice(line).expect("a record"))
        .collect()
}

/// The report on the bytes that the disk has.
pub(super) fn on_disk(disk: &Disk) -> AuditReport {
    let (_dir, path) = folder();
    fs::write(&path, &disk.state.lock().unwrap().bytes).unwrap();
    verify(&path).unwrap()
}

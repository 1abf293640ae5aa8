//! Readers of pipes and terminals that an interrupt ends, although no bytes come.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kzg_advanced::CancellationToken;

use crate::standard_streams;

/// A reader of standard input, a named pipe or a device, until the job is cancelled.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Interruptible {
    /// Unbuffered: bytes in a buffer would not make the descriptor ready.
    file: File,
    cancel: CancellationToken,
}

#[cfg(unix)]
impl Interruptible {
    /// Interval at which a reader without bytes asks for a cancellation, in milliseconds.
    const INTERVAL: u8 = 100;

    /// # Errors
    ///
    /// If there is no standard input.
    pub(crate) fn stdin(cancel: CancellationToken) -> io::Result<Self> {
        use std::os::fd::AsFd;

        let file = standard_streams::stdin()?
            .as_fd()
            .try_clone_to_owned()?
            .into();
        Ok(Self { file, cancel })
    }

    /// Opens a file that is neither regular nor a folder. A named pipe needs no writer yet.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened.
    pub(crate) fn open(path: &Path, cancel: CancellationToken) -> io::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt;

        let file = File::options()
            .read(true)
            .custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits())
            .open(path)?;
        Ok(Self { file, cancel })
    }

    /// Waits for bytes or for the end, at most for the interval; returns whether there are any.
    fn is_ready(&self) -> io::Result<bool> {
        use std::os::fd::AsFd;

        use nix::errno::Errno;
        use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

        let mut polled = [PollFd::new(self.file.as_fd(), PollFlags::POLLIN)];
        match poll(&mut polled, PollTimeout::from(Self::INTERVAL)) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::EINTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(unix)]
impl Read for Interruptible {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.cancel.is_cancelled() {
            if !self.is_ready()? {
                continue;
            }
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
        }
        Err(io::Error::other("interrupted"))
    }
}

/// A reader of standard input or a device. On this system an interrupt waits for the next bytes.
#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) enum Interruptible {
    Stdin(io::Stdin),
    File(File),
}

#[cfg(not(unix))]
impl Interruptible {
    /// # Errors
    ///
    /// If there is no standard input.
    pub(crate) fn stdin(_: CancellationToken) -> io::Result<Self> {
        standard_streams::stdin().map(Self::Stdin)
    }

    /// # Errors
    ///
    /// If the file cannot be opened.
    pub(crate) fn open(path: &Path, _: CancellationToken) -> io::Result<Self> {
        File::open(path).map(Self::File)
    }
}

#[cfg(not(unix))]
impl Read for Interruptible {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stdin(stdin) => stdin.read(buffer),
            Self::File(file) => file.read(buffer),
        }
    }
}

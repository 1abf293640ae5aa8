//! Standard input that does not keep an interrupted job waiting.

use std::io::{self, Read};

use kzg_advanced::CancellationToken;

/// Standard input, read until the job is cancelled.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Stdin {
    /// Not the library's own reader: what that has read ahead would not show as ready.
    file: std::fs::File,
    cancel: CancellationToken,
}

#[cfg(unix)]
impl Stdin {
    /// How long one wait for more lasts, in milliseconds.
    const PATIENCE: u8 = 100;

    /// # Errors
    ///
    /// If there is none.
    pub(crate) fn open(cancel: CancellationToken) -> io::Result<Self> {
        use std::os::fd::AsFd;

        let file = io::stdin().as_fd().try_clone_to_owned()?.into();
        Ok(Self { file, cancel })
    }

    /// Whether reading would not wait: there are bytes, or the end.
    fn is_ready(&self) -> io::Result<bool> {
        use std::os::fd::AsFd;

        use nix::errno::Errno;
        use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

        let mut polled = [PollFd::new(self.file.as_fd(), PollFlags::POLLIN)];
        match poll(&mut polled, PollTimeout::from(Self::PATIENCE)) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::EINTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(unix)]
impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.cancel.is_cancelled() {
            if self.is_ready()? {
                return self.file.read(buffer);
            }
        }
        Err(io::Error::other("interrupted"))
    }
}

/// Standard input. Here an interrupt waits for the next bytes.
#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) struct Stdin(io::Stdin);

#[cfg(not(unix))]
impl Stdin {
    /// # Errors
    ///
    /// None.
    pub(crate) fn open(_: CancellationToken) -> io::Result<Self> {
        Ok(Self(io::stdin()))
    }
}

#[cfg(not(unix))]
impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

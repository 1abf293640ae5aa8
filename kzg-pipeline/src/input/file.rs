//! Files as inputs. A regular file must not change while it is read, and a pipe or a device must
//! not block an interrupted job.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use kzg_advanced::CancellationToken;

/// An open file, and its permission bits as octal digits on systems that have permission bits.
pub(crate) struct OpenFile {
    pub(crate) reader: Box<dyn Read + Send>,
    pub(crate) mode: Option<String>,
}

/// Opens a file, a named pipe or a device.
pub(crate) fn open(path: &Path, cancel: &CancellationToken) -> io::Result<OpenFile> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use nix::fcntl::OFlag;

        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        options.custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits());
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        // A folder can be opened; only reading from the folder would fail.
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Ok(OpenFile {
            reader: waiting_reader(file, cancel),
            mode: None,
        });
    }
    Ok(OpenFile {
        reader: Box::new(WatchedFile {
            before: Version::of(&metadata),
            file,
            read: 0,
        }),
        mode: mode(&metadata),
    })
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)]
fn mode(metadata: &Metadata) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;

    Some(format!("{:04o}", metadata.permissions().mode() & 0o777))
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> Option<String> {
    None
}

/// The metadata that shows whether a file has changed.
#[derive(Debug, PartialEq, Eq)]
struct Version {
    length: u64,
    modified: Option<SystemTime>,
    /// The time of the last change to content or metadata, in seconds and nanoseconds.
    #[cfg(unix)]
    changed: (i64, i64),
}

impl Version {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;

        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// A change to a file while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Changed {
    #[error("the file changed while it was read: {after} bytes, {before} when it was opened")]
    Length { before: u64, after: u64 },
    #[error("the file changed while it was read: it was modified after it was opened")]
    Modified,
    #[error("the file changed while it was read: {read} bytes were read of {length}")]
    Read { read: u64, length: u64 },
}

/// A regular file. Reading its end fails if the file has changed since it was opened.
struct WatchedFile {
    file: File,
    before: Version,
    read: u64,
}

impl WatchedFile {
    fn check(&self) -> io::Result<()> {
        let after = Version::of(&self.file.metadata()?);
        let before = &self.before;
        let changed = if after.length != before.length {
            Changed::Length {
                before: before.length,
                after: after.length,
            }
        } else if after != *before {
            Changed::Modified
        } else if self.read != before.length && before.length > 0 {
            // Files of the kernel have the length zero and content nevertheless.
            Changed::Read {
                read: self.read,
                length: before.length,
            }
        } else {
            return Ok(());
        };
        Err(io::Error::other(changed))
    }
}

impl Read for WatchedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read += read as u64;
        if read == 0 && !buffer.is_empty() {
            self.check()?;
        }
        Ok(read)
    }
}

#[cfg(not(target_os = "linux"))]
fn waiting_reader(file: File, _: &CancellationToken) -> Box<dyn Read + Send> {
    Box::new(file)
}

#[cfg(target_os = "linux")]
fn waiting_reader(file: File, cancel: &CancellationToken) -> Box<dyn Read + Send> {
    let cancel = cancel.clone();
    Box::new(polled::Polled { file, cancel })
}

#[cfg(target_os = "linux")]
mod polled {
    use std::fs::File;
    use std::io::{self, Read};
    use std::os::fd::AsFd;

    use kzg_advanced::CancellationToken;
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    /// The timeout of one poll for more bytes, in milliseconds.
    const WAIT: u8 = 100;

    /// A pipe or a device, read until the job is cancelled.
    pub(super) struct Polled {
        pub(super) file: File,
        pub(super) cancel: CancellationToken,
    }

    impl Read for Polled {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            while !self.cancel.is_cancelled() {
                let mut polled = [PollFd::new(self.file.as_fd(), PollFlags::POLLIN)];
                match poll(&mut polled, PollTimeout::from(WAIT)) {
                    Ok(0) | Err(Errno::EINTR) => continue,
                    Ok(_) => {}
                    Err(error) => return Err(error.into()),
                }
                match self.file.read(buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    read => return read,
                }
            }
            Err(io::Error::other("interrupted"))
        }
    }
}

//! The files of a folder and the folders below it, one after the other, in the order of their
//! names.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::name::InputName;

/// Walks a folder. Holds the names of the entries of the open folders only.
#[derive(Debug)]
pub(crate) struct Walk {
    /// The canonical path of the folder, so that no path below leads through a link.
    root: PathBuf,
    /// The prefix of all names: the folder's own name, which keeps the files of several folders
    /// apart.
    prefix: InputName,
    open: Vec<OpenFolder>,
    /// The canonical path of a folder to leave out.
    except: Option<PathBuf>,
    /// The first entry to return, if the folder itself cannot be read.
    first: Option<Entry>,
}

#[derive(Debug)]
struct OpenFolder {
    /// The path below the root.
    path: PathBuf,
    /// The remaining names of the folder's entries, in reverse order.
    names: Vec<OsString>,
}

/// An entry of a folder.
#[derive(Debug)]
pub(crate) enum Entry {
    /// A regular file: its path, and its name, which begins with the name of the walked folder.
    File { path: PathBuf, name: InputName },
    /// Another kind of entry, with the reason for leaving it out.
    Skipped { name: String, reason: &'static str },
    /// An entry whose metadata or content could not be read.
    Unreadable { name: String, error: io::Error },
}

impl Walk {
    /// Walks `root`, without the folder `except` if `root` contains that folder.
    pub(crate) fn new(root: &Path, except: Option<&Path>) -> Self {
        let prefix = root.file_name().map(InputName::from).unwrap_or_default();
        let mut walk = Self {
            root: root.to_owned(),
            prefix,
            open: Vec::new(),
            // A folder that does not exist needs no exception.
            except: except.and_then(|except| fs::canonicalize(except).ok()),
            first: None,
        };
        walk.first = match fs::canonicalize(root) {
            Ok(canonical) => {
                walk.root = canonical;
                walk.enter(PathBuf::new())
            }
            Err(error) => Some(Entry::Unreadable {
                name: root.display().to_string(),
                error,
            }),
        };
        walk
    }

    /// The canonical path of the walked folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Opens a folder below the root. If that fails, returns an entry with the reason.
    fn enter(&mut self, path: PathBuf) -> Option<Entry> {
        let absolute = self.root.join(&path);
        if self.except.as_ref() == Some(&absolute) {
            return Some(Entry::Skipped {
                name: self.name(&path).text,
                reason: "the output folder",
            });
        }
        let names: io::Result<Vec<OsString>> = fs::read_dir(&absolute).and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.file_name()))
                .collect()
        });
        match names {
            Ok(names) if names.is_empty() && !path.as_os_str().is_empty() => Some(Entry::Skipped {
                name: self.name(&path).text,
                reason: "an empty folder",
            }),
            Ok(mut names) => {
                names.sort_unstable_by(|one, other| other.cmp(one));
                self.open.push(OpenFolder { path, names });
                None
            }
            Err(error) => Some(Entry::Unreadable {
                name: self.name(&path).text,
                error,
            }),
        }
    }

    fn look_at(&mut self, below: PathBuf) -> Option<Entry> {
        let path = self.root.join(&below);
        let name = self.name(&below);
        let kind = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata.file_type(),
            Err(error) => {
                let name = name.text;
                return Some(Entry::Unreadable { name, error });
            }
        };
        if kind.is_dir() {
            self.enter(below)
        } else if kind.is_file() {
            Some(Entry::File { path, name })
        } else {
            Some(Entry::Skipped {
                name: name.text,
                reason: if kind.is_symlink() {
                    "a symbolic link"
                } else {
                    "not a regular file"
                },
            })
        }
    }

    /// The name of an entry below the root.
    fn name(&self, below: &Path) -> InputName {
        let parts = below.iter();
        parts.fold(self.prefix.clone(), |name, part| name.join(part))
    }
}

impl Iterator for Walk {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        while let Some(folder) = self.open.last_mut() {
            let Some(name) = folder.names.pop() else {
                self.open.pop();
                continue;
            };
            let below = folder.path.join(name);
            if let Some(entry) = self.look_at(below) {
                return Some(entry);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_come_in_order_and_nothing_else_is_followed() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("tree");
        for folder in ["b/deep", "a", "out", "b/bare"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in ["c", "b/2", "b/10", "b/deep/x", "a/y", "out/manifest", "B"] {
            fs::write(root.join(file), file).unwrap();
        }
        std::os::unix::fs::symlink("..", root.join("b/up")).unwrap();
        let out = root.join("b/../out");
        let entries: Vec<Entry> = Walk::new(&root, Some(&out)).collect();
        let (mut files, mut skipped) = (Vec::new(), Vec::new());
        for entry in entries {
            match entry {
                Entry::File { name, path } => {
                    assert!(path.ends_with(&name.text), "{path:?}");
                    files.push(name.text);
                }
                Entry::Skipped { name, reason } => skipped.push((name, reason)),
                Entry::Unreadable { name, error } => panic!("{name}: {error}"),
            }
        }
        let expected = ["B", "a/y", "b/10", "b/2", "b/deep/x", "c"];
        assert_eq!(files, expected.map(|name| format!("tree/{name}")));
        assert_eq!(
            skipped,
            [
                ("tree/b/bare".to_owned(), "an empty folder"),
                ("tree/b/up".to_owned(), "a symbolic link"),
                ("tree/out".to_owned(), "the output folder")
            ]
        );
        let mut missing = Walk::new(&root.join("missing"), None);
        assert!(matches!(missing.next(), Some(Entry::Unreadable { .. })));
        assert!(missing.next().is_none());
    }

    #[test]
    fn very_many_files_are_listed() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        const FOLDERS: usize = 100;
        const FILES: usize = 1000;
        for folder in 0..FOLDERS {
            let folder = root.join(format!("{folder:03}"));
            fs::create_dir(&folder).unwrap();
            // Hard links are cheaper than separate files.
            let first = folder.join("00000");
            fs::write(&first, "x").unwrap();
            for file in 1..FILES {
                fs::hard_link(&first, folder.join(format!("{file:05}"))).unwrap();
            }
        }
        let mut walk = Walk::new(root, None);
        let mut count = 0;
        let mut last = InputName::default();
        while let Some(Entry::File { name, .. }) = walk.next() {
            assert!(last.text < name.text);
            last = name;
            count += 1;
            // The walk holds the names of the folders and the names in one folder only.
            let held: usize = walk.open.iter().map(|folder| folder.names.len()).sum();
            assert!(held <= FOLDERS + FILES);
        }
        assert_eq!(count, FOLDERS * FILES);
    }
}

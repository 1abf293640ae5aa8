//! Chooses places for restored files from recorded paths, which are untrusted.
//!
//! The place is the recorded path if that path stays within the target folder and the file system
//! can hold the path. Otherwise the place has a mapped name, which never leads out of the folder
//! and is never the place of another file. Creating the file shows whether the file system can hold
//! a name, and whether the file system treats two names as equal.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::manifest::{Given, InputRecord};

/// The maximum length of a part of a mapped name, in bytes.
const LONGEST_PART: usize = 150;
/// The number of mapped names to try for an input.
const ATTEMPTS: u64 = 1000;

/// A free place for a file.
#[derive(Debug)]
pub(super) struct Place {
    /// The path below the target folder.
    pub(super) path: PathBuf,
    /// Whether the path differs from the recorded path.
    pub(super) mapped: bool,
}

/// Finds a free place in the folder `out` for input `number`, and creates the folders above the
/// place. `input` is the record of the input, if its line can be read.
pub(super) fn place(out: &Path, number: u64, input: Option<&InputRecord>) -> io::Result<Place> {
    let recorded = input.map(recorded_path).unwrap_or_default();
    let mut refused = None;
    for (path, mapped) in candidates(number, input, &recorded) {
        match is_free(&out.join(&path)) {
            Ok(()) => return Ok(Place { path, mapped }),
            Err(error) if is_of_the_name(&error) => refused = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(refused.unwrap_or_else(|| io::ErrorKind::AlreadyExists.into()))
}

/// The paths to try, in order. The flag tells whether a path differs from the recorded path.
fn candidates(
    number: u64,
    input: Option<&InputRecord>,
    recorded: &Path,
) -> impl Iterator<Item = (PathBuf, bool)> {
    let is_stdin = input.is_some_and(|input| input.given == Given::Stream && input.path == "-");
    let parts: Vec<OsString> = parts(recorded);
    let exact: PathBuf = parts.iter().collect();
    let is_exact = recorded.components().all(|part| {
        matches!(
            part,
            Component::Normal(_) | Component::RootDir | Component::CurDir
        )
    });
    let first = if is_stdin {
        Some((PathBuf::from("stdin"), false))
    } else {
        (!parts.is_empty() && can_be_named(&exact)).then_some((exact, !is_exact))
    };
    let escaped: Vec<String> = parts.iter().map(escape).collect();
    let second = (!escaped.is_empty()).then(|| (escaped.iter().collect(), true));
    let last = escaped.last().cloned();
    let others = (0..ATTEMPTS).map(move |attempt| {
        let folder = match attempt {
            0 => format!("input-{number}"),
            _ => format!("input-{number}-{attempt}"),
        };
        let path = match &last {
            Some(last) => Path::new(&folder).join(last),
            None => folder.into(),
        };
        (path, true)
    });
    first.into_iter().chain(second).chain(others)
}

/// The recorded path. Restores a path that is not Unicode from its bytes, if the system allows
/// that.
fn recorded_path(input: &InputRecord) -> PathBuf {
    #[cfg(unix)]
    if let Some(bytes) = input
        .path_bytes
        .as_ref()
        .and_then(|hex| hex::decode(hex).ok())
    {
        use std::os::unix::ffi::OsStringExt;

        return OsString::from_vec(bytes).into();
    }
    PathBuf::from(&input.path)
}

/// The parts of a path that are names.
fn parts(path: &Path) -> Vec<OsString> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        _ => None,
    });
    names.collect()
}

/// Whether every part of the path is an ordinary name on this system.
#[cfg(not(windows))]
fn can_be_named(path: &Path) -> bool {
    !path.as_os_str().as_encoded_bytes().contains(&0)
}

/// Whether every part of the path is an ordinary name on this system: not a stream, not a device,
/// and without trailing characters that the system drops.
#[cfg(windows)]
fn can_be_named(path: &Path) -> bool {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "COM", "LPT"];
    path.iter().all(|part| {
        let Some(name) = part.to_str() else {
            return false;
        };
        let stem = name
            .split('.')
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        !name.contains(|c: char| c.is_control() || "<>:\"|?*".contains(c))
            && !name.ends_with(['.', ' '])
            && !DEVICES.contains(&stem)
    })
}

/// Escapes a part of a path to letters, digits and a few signs, which every file system can hold.
/// Different parts have different escaped forms, unless the forms differ only in the part that is
/// cut off.
fn escape(part: &OsString) -> String {
    let mut text = String::new();
    for &byte in part.as_encoded_bytes() {
        let plain = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_')
            || (byte == b'.' && !text.is_empty());
        let escaped = if plain {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        };
        if text.len() + escaped.len() > LONGEST_PART {
            break;
        }
        text.push_str(&escaped);
    }
    if text.ends_with('.') {
        text.pop();
        text.push_str("%2E");
    }
    text
}

/// Checks that no file exists at this path and that a file can be created there.
fn is_free(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    drop(File::create_new(path)?);
    fs::remove_file(path)
}

/// Whether the error may be due to the name, so that another name may succeed.
fn is_of_the_name(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: &str) -> InputRecord {
        InputRecord {
            input: 0,
            path: path.to_owned(),
            path_bytes: None,
            given: Given::InFolder,
            mode: None,
        }
    }

    /// Places a file for each path, in order.
    fn places(out: &Path, paths: &[&str]) -> Vec<Place> {
        let each = paths.iter().zip(0..);
        each.map(|(path, number)| {
            let place = place(out, number, Some(&record(path))).unwrap();
            let parts = place.path.components();
            assert!(
                parts
                    .into_iter()
                    .all(|part| matches!(part, Component::Normal(_))),
                "{path:?} gave {place:?}"
            );
            File::create_new(out.join(&place.path)).unwrap();
            place
        })
        .collect()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_the_system_can_hold_is_taken_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let long = "ä".repeat(127);
        let names = [
            "a/b.bin",
            "logs/10:00:00.log",
            "a\"quote",
            "a_quote",
            "README",
            "readme",
            "back\\slash",
            "line\nfeed",
            "trailing.",
            " ",
            "...",
            &long,
            ".decoding",
            "CON",
        ];
        for (place, name) in places(dir.path(), &names).iter().zip(names) {
            assert_eq!(
                (place.path.as_path(), place.mapped),
                (Path::new(name), false)
            );
        }
        let mut bytes = record("caf\u{fffd}");
        bytes.path_bytes = Some(hex::encode(b"caf\xe9"));
        let found = place(dir.path(), 20, Some(&bytes)).unwrap();
        assert_eq!(found.path.as_os_str().as_encoded_bytes(), b"caf\xe9");
        assert!(!found.mapped);
    }

    #[test]
    fn absolute_paths_keep_their_names_and_standard_input_has_one() {
        let dir = tempfile::tempdir().unwrap();
        let found = places(dir.path(), &["/etc/passwd", "./etc/group"]);
        assert_eq!(found[0].path, Path::new("etc/passwd"));
        assert_eq!(found[1].path, Path::new("etc/group"));
        assert!(found.iter().all(|place| !place.mapped));
        let mut stdin = record("-");
        stdin.given = Given::Stream;
        let found = place(dir.path(), 2, Some(&stdin)).unwrap();
        assert_eq!(
            (found.path.as_path(), found.mapped),
            (Path::new("stdin"), false)
        );
        let lost = place(dir.path(), 7, None).unwrap();
        assert_eq!(
            (lost.path.as_path(), lost.mapped),
            (Path::new("input-7"), true)
        );
    }

    #[test]
    fn no_path_leads_out_and_every_mapping_is_said() {
        let deep = "folder/".repeat(2000) + "x";
        let long = "y".repeat(300);
        let recorded = [
            "../../etc/passwd",
            "etc/passwd",
            "etc",
            "etc/passwd/deeper",
            "..",
            "",
            "a\0b",
            "a%00b",
            "x",
            "x",
            "x",
            &deep,
            &deep,
            &long,
            &long,
        ];
        for order in [recorded.to_vec(), recorded.iter().rev().copied().collect()] {
            let dir = tempfile::tempdir().unwrap();
            for (place, recorded) in places(dir.path(), &order).iter().zip(&order) {
                let same = place.path == Path::new(recorded);
                assert_eq!(place.mapped, !same, "{recorded:?} gave {place:?}");
            }
        }
    }
}

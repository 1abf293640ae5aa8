//! Names for restored files, from paths that cannot be trusted.

use std::collections::HashSet;
use std::path::PathBuf;

/// Chooses a name inside a folder for each recorded path: as like it as can be, never leading
/// out of the folder, never another's, nor a folder where another is a file.
#[derive(Debug, Default)]
pub(crate) struct Names {
    // In lower case: some file systems do not tell the cases apart.
    files: HashSet<String>,
    folders: HashSet<String>,
}

/// Bytes of a part of a name: below what file systems allow, where a name's replaced characters
/// may have made it longer than it was.
const LONGEST_PART: usize = 200;
/// Bytes of a name: below what systems allow of a whole path, with room for the folder's.
const LONGEST_NAME: usize = 1024;

impl Names {
    /// Never chosen; free for whoever writes the files.
    pub(crate) const TEMPORARY: &'static str = ".decoding";

    pub(crate) fn choose(&mut self, number: u64, recorded: &str) -> PathBuf {
        let parts: Vec<String> = recorded
            .split(['/', '\\'])
            .filter(|part| !matches!(*part, "" | "." | ".."))
            .map(clean)
            .collect();
        let mut name = match &*parts {
            [] => format!("input-{number}"),
            [only] if only == "-" => "stdin".to_owned(),
            _ => parts.join("/"),
        };
        let last = parts.last().map_or("input", String::as_str);
        let mut attempt = 0;
        while name.len() > LONGEST_NAME || !self.claim(&name) {
            name = match attempt {
                0 => format!("input-{number}/{last}"),
                _ => format!("input-{number}-{attempt}/{last}"),
            };
            attempt += 1;
        }
        name.split('/').collect()
    }

    /// Takes a name, unless it is in the way of one that is taken.
    fn claim(&mut self, name: &str) -> bool {
        let name = name.to_lowercase();
        let above: Vec<&str> = name
            .match_indices('/')
            .map(|(end, _)| &name[..end])
            .collect();
        let blocked = name == Self::TEMPORARY
            || self.files.contains(&name)
            || self.folders.contains(&name)
            || above
                .iter()
                .any(|folder| *folder == Self::TEMPORARY || self.files.contains(*folder));
        if !blocked {
            self.folders.extend(above.into_iter().map(str::to_owned));
            self.files.insert(name);
        }
        !blocked
    }
}

/// The begin of a part of a path, without what some system gives a meaning to.
fn clean(part: &str) -> String {
    part.char_indices()
        .take_while(|(start, c)| start + c.len_utf8() <= LONGEST_PART)
        .map(|(_, c)| c)
        .map(|c| {
            if c.is_control() || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                '_'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Component, Path};

    #[test]
    fn plain_paths_stay_as_they_are() {
        let mut names = Names::default();
        assert_eq!(names.choose(0, "a/b.bin"), Path::new("a/b.bin"));
        assert_eq!(names.choose(1, "a/c.bin"), Path::new("a/c.bin"));
        assert_eq!(names.choose(2, "-"), Path::new("stdin"));
    }

    #[test]
    fn names_that_no_file_system_takes_are_cut() {
        let dir = tempfile::tempdir().unwrap();
        let mut names = Names::default();
        // A file's name of 255 bytes that are no UTF-8, as it is recorded.
        let replaced = "\u{fffd}".repeat(255);
        let deep = "folder/".repeat(2000) + "x";
        for (number, path) in [&replaced, &replaced, &deep, &deep].into_iter().enumerate() {
            let file = dir.path().join(names.choose(number as u64, path));
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::File::create_new(&file).unwrap();
        }
        assert!(dir.path().join("input-2/x").is_file());
    }

    #[test]
    fn no_path_leads_out_and_none_collides() {
        let recorded = [
            "../../etc/passwd",
            "/etc/passwd",
            "etc/./passwd",
            "etc",
            "etc/passwd/deeper",
            "ETC/PASSWD",
            "..",
            "",
            "..\\..\\windows",
            "C:\\windows",
            "a\0b",
            "a\nb",
            ".decoding",
            ".Decoding/x",
            "input-3/etc",
            "input-8/passwd",
            "x",
            "x",
            "x",
            "...",
        ];
        for order in [recorded.to_vec(), recorded.iter().rev().copied().collect()] {
            let dir = tempfile::tempdir().unwrap();
            let mut names = Names::default();
            for (number, path) in order.iter().enumerate() {
                let chosen = names.choose(number as u64, path);
                assert!(
                    chosen
                        .components()
                        .all(|part| matches!(part, Component::Normal(_))),
                    "{path:?} gave {chosen:?}"
                );
                let file = dir.path().join(&chosen);
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::File::create_new(&file)
                    .unwrap_or_else(|error| panic!("{path:?} gave {chosen:?}: {error}"));
            }
            assert!(!dir.path().join(Names::TEMPORARY).exists());
        }
    }
}

//! The commands that follow a pipeline's run.

use std::ffi::OsString;
use std::path::Path;

use kzg_pipeline::{JobOutcome, ProcessingReport, shell_word};

/// The commands for the folder of a finished job.
pub(super) fn of_success(out: &Path) -> String {
    let dir = quoted(out);
    let report = quoted(&out.join("report.html"));
    format!("report:  {report}\nverify:  kzg verify {dir}\nrestore: kzg decode {dir} --out PATH\n")
}

/// The commands for the folder of a finished shard.
pub(super) fn of_shard(out: &Path, folder: &Path) -> String {
    let report = quoted(&folder.join("report.html"));
    let dir = quoted(out);
    format!("report:  {report}\nthen:    kzg merge {dir}, when all shards are finished\n")
}

/// The command line that completes or repairs a job: the one that began it, with `--resume`.
pub(super) fn resume(
    report: &ProcessingReport,
    arguments: impl IntoIterator<Item = OsString>,
) -> String {
    let what = match report.outcome {
        JobOutcome::Complete => "make the damaged items again",
        JobOutcome::Interrupted => "complete the interrupted job",
        _ => "complete the job once the fault is mended",
    };
    format!("to {what}: {}", command_line(arguments))
}

/// A command line with `--resume`, as a shell reads it.
fn command_line(arguments: impl IntoIterator<Item = OsString>) -> String {
    let mut words: Vec<String> = arguments.into_iter().map(shell_word).collect();
    if !words.iter().any(|word| word == RESUME) {
        // Every argument after -- is a file.
        let end = words.iter().position(|word| word == "--");
        words.insert(end.unwrap_or(words.len()), RESUME.to_owned());
    }
    words.join(" ")
}

const RESUME: &str = "--resume";

/// A path as a shell and then a program read it: one that begins with a dash would be taken for a flag.
fn quoted(path: &Path) -> String {
    if path.as_os_str().as_encoded_bytes().starts_with(b"-") {
        return shell_word(Path::new(".").join(path));
    }
    shell_word(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_the_one_that_was_given() {
        let line = |words: &[&str]| command_line(words.iter().map(OsString::from));
        assert_eq!(
            line(&["kzg", "pipeline", "a b", "it's", "--out", "out"]),
            r"kzg pipeline 'a b' 'it'\''s' --out out --resume"
        );
        assert_eq!(
            line(&["kzg", "--out", "o", "--", "-x"]),
            "kzg --out o --resume -- -x"
        );
        assert_eq!(line(&["kzg", "--resume", ""]), "kzg --resume ''");
    }

    #[test]
    fn a_path_that_begins_with_a_dash_is_no_flag() {
        let steps = of_success(Path::new("-out"));
        for step in [
            "report:  ./-out/report.html\n",
            "kzg verify ./-out\n",
            "kzg decode ./-out --out PATH\n",
        ] {
            assert!(steps.contains(step), "{steps}");
        }
        let steps = of_shard(Path::new("-a b"), Path::new("-a b/shard"));
        assert!(
            steps.contains("report:  './-a b/shard/report.html'\n"),
            "{steps}"
        );
        assert!(steps.contains("kzg merge './-a b',"), "{steps}");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_kept() {
        use std::os::unix::ffi::OsStringExt;

        let path = OsString::from_vec(b"o\xffut".to_vec());
        let steps = of_success(Path::new(&path));
        assert!(steps.contains(r"kzg verify $'o\xffut'"), "{steps}");
        let words = ["kzg".into(), "--out".into(), path];
        assert_eq!(command_line(words), r"kzg --out $'o\xffut' --resume");
    }
}

//! The commands that follow a pipeline's run.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use kzg_pipeline::{JobOutcome, ProcessingReport, shell_word};

/// The commands for the folder of a finished job.
pub(super) fn of_success(out: &Path) -> String {
    let dir = quoted(out.as_os_str());
    let report = quoted(out.join("report.html").as_os_str());
    format!("report:  {report}\nverify:  kzg verify {dir}\nrestore: kzg decode {dir} --out PATH\n")
}

/// The commands for the folder of a finished shard.
pub(super) fn of_shard(out: &Path, folder: &Path) -> String {
    let report = quoted(folder.join("report.html").as_os_str());
    let dir = quoted(out.as_os_str());
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
    let mut words: Vec<String> = arguments.into_iter().map(|word| quoted(&word)).collect();
    if !words.iter().any(|word| word == RESUME) {
        // Every argument after -- is a file.
        let end = words.iter().position(|word| word == "--");
        words.insert(end.unwrap_or(words.len()), RESUME.to_owned());
    }
    words.join(" ")
}

const RESUME: &str = "--resume";

/// A word as a shell reads it.
fn quoted(word: &OsStr) -> String {
    shell_word(&word.to_string_lossy())
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
}

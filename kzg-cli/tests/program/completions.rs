//! Completions, in the shells that are installed.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::{folder_with, line, run};

/// The words that bash proposes as completions of the last word.
fn proposed(script: &str, words: &[&str]) -> Vec<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let (word, before) = (words[words.len() - 1], words[words.len() - 2]);
    let program = format!(
        "{script}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n_kzg kzg '{word}' '{before}'\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        quoted.join(" "),
        words.len() - 1
    );
    let mut bash = Command::new("bash")
        .args(["--norc", "--noprofile"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bash starts");
    bash.stdin
        .take()
        .expect("piped")
        .write_all(program.as_bytes())
        .expect("bash reads");
    let output = bash.wait_with_output().expect("bash ends");
    assert!(output.status.success());
    line(&output).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_and_values() {
    if Command::new("bash").arg("--version").output().is_err() {
        kzg_testing::skipped("there is no bash here");
        return;
    }
    let dir = folder_with(b"");
    let script = line(&run(dir.path(), &["completions", "bash"], 0));
    assert_eq!(proposed(&script, &["kzg", "pipe"]), ["pipeline"]);
    assert_eq!(proposed(&script, &["kzg", "config", "s"]), ["show"]);
    let flags = proposed(&script, &["kzg", "pipeline", "--"]);
    for flag in ["--out", "--subgroup-check", "--config"] {
        assert!(flags.iter().any(|proposed| proposed == flag), "{flags:?}");
    }
    let backends = proposed(&script, &["kzg", "commit", "--backend", ""]);
    assert_eq!(backends, ["auto", "blst", "constantine", "arkworks"]);
}

#[test]
fn every_shell_has_its_script() {
    let dir = folder_with(b"");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = line(&run(dir.path(), &["completions", shell], 0));
        assert!(script.contains("subgroup-check"), "{shell}");
    }
    run(dir.path(), &["completions", "abacus"], 2);
}

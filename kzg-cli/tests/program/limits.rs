//! Limits on the files that the program reads and on the threads that it can start.

use std::fs;
use std::process::Command;

use crate::setup::insecure_setup;
use crate::{expect_exit, folder_with, kzg, line, run, sparse, stderr};

#[test]
fn a_file_that_is_too_long_is_refused() {
    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    fs::write(dir.join("long.toml"), " ".repeat(1_048_577)).unwrap();
    let output = run(dir, &["config", "show", "--config", "long.toml"], 2);
    assert!(stderr(&output).contains("long.toml: longer than 1048576 bytes"));
    let output = run(dir, &["config", "show", "--config", "/dev/zero"], 2);
    assert!(stderr(&output).contains("/dev/zero: not a regular file"));
    let output = run(dir, &["commit", "/dev/zero"], 3);
    assert!(stderr(&output).contains("longer than"));
    let output = run(dir, &["commit", "input", "--trusted-setup", "/dev/zero"], 3);
    assert!(
        stderr(&output).contains("longer than"),
        "{}",
        stderr(&output)
    );

    // Any content after 128 proofs is an error, however far behind the proofs.
    let commitment = line(&run(dir, &["commit", "input"], 0));
    let proofs = line(&run(dir, &["cells", "input", "--out", "cells"], 0));
    let verify = ["verify-cells", "cells", "--commitment", &commitment];
    let verify = [&verify[..], &["--proofs", "proofs"]].concat();
    for (more, exit_code) in [
        (String::new(), 0),
        (" ".repeat(70_000), 0),
        (format!("{}junk", " ".repeat(70_000)), 3),
        (format!("{}0x{}", "\n".repeat(70_000), "c0".repeat(48)), 3),
        (" ".repeat(3 << 20), 0),
        (" ".repeat(65 << 20), 3),
    ] {
        fs::write(dir.join("proofs"), format!("{proofs}{more}")).unwrap();
        run(dir, &verify, exit_code);
    }
}

#[test]
fn a_calibration_that_is_too_long_is_left_out() {
    let dir = folder_with(b"x");
    let dir = dir.path();
    fs::create_dir(dir.join("kzg")).unwrap();
    let file = fs::File::create(dir.join("kzg/calibration.json")).unwrap();
    file.set_len(3 << 30).unwrap();
    let arguments = ["pipeline", "input", "--out", "out"];
    let output = kzg(dir, &arguments).env("XDG_CACHE_HOME", dir).output();
    let output = expect_exit(output.unwrap(), &arguments, 0);
    let message = stderr(&output);
    assert!(
        message.contains("calibration.json is left out"),
        "{message}"
    );
}

#[test]
fn documents_of_very_many_values_are_refused_in_bounded_memory() {
    /// The most bytes of a document: one less than is read, since that is a multiple of a blob's length.
    const LENGTH: usize = (64 << 20) - 1;

    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    let limited = |arguments: &[&str]| {
        let command = kzg(dir, arguments);
        Command::new("prlimit")
            .arg("--as=2147483648")
            .arg(command.get_program())
            .args(command.get_args())
            .current_dir(dir)
            .env("XDG_CONFIG_HOME", dir)
            .output()
    };
    let possible = limited(&["commit", "input"]);
    if !possible.is_ok_and(|output| output.status.success()) {
        kzg_testing::skipped("prlimit is missing, or the memory limit is too low here");
        return;
    }
    let commitment = ["verify", "input", "--proof", "0xc0", "--commitment", "many"];
    let commands: [&[&str]; 6] = [
        &["commit", "many"],
        &["inspect", "many"],
        &["verify", "many"],
        &["convert", "many", "--to", "raw", "--out", "out"],
        &["recover", "many"],
        &commitment,
    ];
    for (beginning, value, end, commands) in [
        ("{\"a\":[", "{\"\":0},", "0]}", &commands[..]),
        ("{\"type\":\"header\",\"a\":[", "0,", "0]}", &commands[1..2]),
    ] {
        let count = (LENGTH - beginning.len() - end.len()) / value.len();
        let document = format!("{beginning}{}{end}", value.repeat(count));
        fs::write(dir.join("many"), document).unwrap();
        for arguments in commands {
            let output = limited(arguments).unwrap();
            let message = format!("{}{}", line(&output), stderr(&output));
            assert_eq!(output.status.code(), Some(3), "{arguments:?}: {message}");
            assert!(message.contains("more than 1048576 values"), "{message}");
        }
    }
    // Not JSON, but an array of a configuration.
    let (beginning, value) = ("threads = [", "0,");
    let count = (LENGTH - beginning.len() - 1) / value.len();
    let content = format!("{beginning}{}]", value.repeat(count));
    fs::write(dir.join("many"), content).unwrap();
    let output = limited(&["inspect", "many"]).unwrap();
    let output = expect_exit(output, &["inspect", "many"], 3);
    assert!(line(&output).contains("a text of"), "{}", line(&output));
}

/// A user without processes, so that the process limit counts only this program's threads.
const USER: &str = "54321";

#[test]
fn threads_that_cannot_be_started_are_a_typed_error() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    fs::write(dir.join("blob"), [0; 131_072]).unwrap();
    let writable = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    fs::set_permissions(dir, writable).unwrap();
    let limited = |threads: u32, arguments: &[&str]| {
        Command::new("setpriv")
            .args(["--reuid", USER, "--clear-groups", "prlimit"])
            .arg(format!("--nproc={threads}"))
            .arg(env!("CARGO_BIN_EXE_kzg"))
            .args(arguments)
            .current_dir(dir)
            .env("HOME", dir)
            .output()
    };
    let possible = limited(500, &["commit", "blob"]);
    if !possible.is_ok_and(|output| output.status.success()) {
        kzg_testing::skipped("no permission to run as another user");
        return;
    }
    for threads in 1..=8 {
        for (number, arguments) in [
            &["commit", "blob", "--threads", "9"][..],
            &["pipeline", "input", "--threads", "4", "--json"],
            &["selftest", "--threads", "2", "--backend", "arkworks"],
            &["bench", "--threads", "9", "--limit", "1"],
        ]
        .into_iter()
        .enumerate()
        {
            let out = format!("out-{threads}-{number}");
            let out = ["--out", &out];
            let more = if number == 1 { &out[..] } else { &[] };
            let arguments = [arguments, more].concat();
            let output = limited(threads, &arguments).unwrap();
            let output = expect_exit(output, &arguments, 4);
            let message = stderr(&output);
            assert!(message.contains("cannot start"), "{message}");
            assert!(
                !message.contains("threads: cannot start"),
                "said twice: {message}"
            );
        }
    }
}

#[test]
fn a_named_pipe_in_the_place_of_a_file_is_refused_at_once() {
    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    nix::unistd::mkfifo(&dir.join("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    for (arguments, exit_code) in [
        (&["commit", "input", "--config", "pipe"][..], 2),
        (&["audit", "verify", "pipe"], 3),
        (&["audit", "head", "pipe"], 3),
        #[cfg(feature = "vectors")]
        (&["selftest", "--vectors", "pipe"], 3),
    ] {
        let output = run(dir, arguments, exit_code);
        let message = stderr(&output);
        assert!(message.contains("not a regular file"), "{message}");
    }
    let pipe = dir.join("pipe");
    let output = kzg(dir, &["commit", "input"])
        .env("KZG_CONFIG", &pipe)
        .output();
    expect_exit(output.unwrap(), &["commit", "input"], 2);
    let output = kzg(dir, &["commit", "input"])
        .env("CONSTANTINE_LIB", &pipe)
        .output();
    expect_exit(output.unwrap(), &["commit", "input"], 0);
    let output = kzg(dir, &["backends"])
        .env("CONSTANTINE_LIB", &pipe)
        .output();
    expect_exit(output.unwrap(), &["backends"], 0);
}

#[test]
fn the_trusted_setup_is_read_from_a_file() {
    // The commitment to a constant polynomial does not depend on the secret.
    let mut blob = [1; 131_072];
    blob[77] = 2;
    let dir = folder_with(&blob);
    let dir = dir.path();
    let mainnet = kzg_traits::TrustedSetup::mainnet();
    fs::write(dir.join("setup.txt"), mainnet.to_text()).unwrap();
    fs::write(dir.join("setup.json"), mainnet.to_json()).unwrap();
    let commitment = line(&run(dir, &["commit", "input"], 0));
    for file in ["setup.txt", "setup.json"] {
        let output = run(dir, &["commit", "input", "--trusted-setup", file], 0);
        assert_eq!(line(&output), commitment);
    }
    let other = insecure_setup().to_text();
    fs::create_dir(dir.join("sub")).unwrap();
    fs::write(dir.join("sub/other.txt"), other).unwrap();
    let flag = ["--trusted-setup", "sub/other.txt"];
    let commit = [&["commit", "input"], &flag[..]].concat();
    let others = line(&run(dir, &commit, 0));
    assert_ne!(others, commitment);
    // A relative path in a configuration file starts at the folder of that file.
    fs::write(dir.join("sub/kzg.toml"), "trusted_setup = 'other.txt'\n").unwrap();
    let configured = ["commit", "input", "--config", "sub/kzg.toml"];
    assert_eq!(line(&run(dir, &configured, 0)), others);
    let by_variable = kzg(dir, &["commit", "input"])
        .env("KZG_TRUSTED_SETUP", "sub/other.txt")
        .output();
    assert_eq!(line(&by_variable.unwrap()), others);

    // The output of a job verifies only with the trusted setup of that job.
    let job = ["pipeline", "input", "--out", "out", "--proofs", "both"];
    run(dir, &[&job[..], &flag].concat(), 0);
    run(dir, &[&["verify", "out"], &flag[..]].concat(), 0);
    run(dir, &["verify", "out"], 1);

    for (content, reason) in [
        ("no setup", "neither"),
        ("", "empty"),
        ("4096\n65\n00", "truncated"),
    ] {
        fs::write(dir.join("bad.txt"), content).unwrap();
        let arguments = ["commit", "input", "--trusted-setup", "bad.txt"];
        let message = stderr(&run(dir, &arguments, 3));
        assert!(
            message.contains("bad.txt") && message.contains(reason),
            "{message}"
        );
    }
    let missing = ["commit", "input", "--trusted-setup", "missing.txt"];
    run(dir, &missing, 3);
    let mut invalid = mainnet.to_text();
    let last = invalid.trim_end().len() - 1;
    invalid.replace_range(
        last..=last,
        if invalid.as_bytes()[last] == b'0' {
            "1"
        } else {
            "0"
        },
    );
    fs::write(dir.join("bad.txt"), invalid).unwrap();
    run(dir, &["commit", "input", "--trusted-setup", "bad.txt"], 3);
}

#[test]
fn the_names_of_backends_have_no_case() {
    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    for name in ["Arkworks", " arkworks ", "AUTO"] {
        run(dir, &["commit", "input", "--backend", name], 0);
    }
    let output = run(dir, &["commit", "input", "--backend", "abacus"], 2);
    assert!(stderr(&output).contains("known: auto, blst, constantine, arkworks"));
}

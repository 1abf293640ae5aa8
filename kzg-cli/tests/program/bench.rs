//! `kzg bench`, with real but very short measurements. No assertion depends on the speed of the
//! machine.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::{expect_exit, folder_with, json, kzg, line, run, stderr};

/// The number of measurements: 12 operations on one blob, and 7 list operations on one and on eight
/// blobs.
const CALLS: usize = 12 + 2 * 7;

/// The arguments of the shortest and smallest measurement.
const BENCH: [&str; 9] = [
    "bench",
    "--backend",
    "blst",
    "--threads",
    "1",
    "--limit",
    "1",
    "--memory-budget",
    "20MB",
];

#[test]
fn measurements_are_printed_and_written_and_the_configuration_is_used() {
    let dir = folder_with(b"");
    let dir = dir.path();
    let files = ["--out", "results", "--write-config", "kzg.toml"];
    let files = [&files[..], &["--allow-busy"]].concat();
    let found = json(&run(dir, &[&BENCH[..], &files, &["--json"]].concat(), 0));
    let list = |name: &str| found[name].as_array().unwrap().clone();
    let (measured, skipped) = (list("measurements"), list("skipped"));
    assert!(measured.len() + skipped.len() >= CALLS);
    for one in measured.iter().chain(&skipped) {
        assert_eq!(one["backend"], "blst");
        assert_eq!(one["threads"], 1);
    }
    for one in &measured {
        assert!(one["runs"].as_u64().unwrap() > 0);
        let (least, median) = (one["min_seconds"].as_f64(), one["median_seconds"].as_f64());
        assert!(least.unwrap() > 0.0 && least <= median);
    }
    // Tables are always built, however short the measurement, so their sizes are known.
    let tables = list("tables");
    assert!(tables.len() >= 2);
    assert!(
        tables
            .windows(2)
            .all(|pair| pair[0]["bytes"].as_u64() < pair[1]["bytes"].as_u64())
    );

    let written: Vec<String> = list("written")
        .iter()
        .map(|path| path.as_str().unwrap().to_owned())
        .collect();
    assert!(written.contains(&"results/bench.json".to_owned()));
    assert_eq!(written.last().unwrap(), "kzg.toml");
    for path in &written {
        let content = fs::read_to_string(dir.join(path)).unwrap();
        if path.ends_with(".svg") {
            assert!(content.starts_with("<svg") && content.trim_end().ends_with("</svg>"));
        }
    }
    let kept: serde_json::Value =
        serde_json::from_slice(&fs::read(dir.join("results/bench.json")).unwrap()).unwrap();
    assert_eq!(kept["measurements"], found["measurements"]);

    // The written file is a configuration with the advised values.
    let show = ["config", "show", "--config", "kzg.toml", "--json"];
    let shown = json(&run(dir, &show, 0));
    let advice = &found["advice"];
    for setting in shown["settings"].as_array().unwrap() {
        let advised = &advice[setting["key"].as_str().unwrap()]["value"];
        let from_file = setting["origin"]["source"] == "file";
        assert_eq!(from_file, !advised.is_null(), "{setting}");
        if from_file {
            let text = advised
                .as_str()
                .map_or_else(|| advised.to_string(), str::to_owned);
            assert_eq!(setting["value"], text.as_str());
        }
    }
    let explained = fs::read_to_string(dir.join("kzg.toml")).unwrap();
    for key in ["backend", "threads", "precompute", "chunk_blobs"] {
        assert!(explained.contains(&format!("{key} = ")), "{explained}");
    }
}

#[test]
fn files_that_exist_are_left_alone_unless_forced() {
    let dir = folder_with(b"");
    let dir = dir.path();
    fs::write(dir.join("kzg.toml"), "# mine\n").unwrap();
    let write = ["--write-config", "kzg.toml"];
    let refused = run(dir, &[&BENCH[..], &write].concat(), 2);
    assert!(stderr(&refused).contains("--force"), "{}", stderr(&refused));
    assert_eq!(
        fs::read_to_string(dir.join("kzg.toml")).unwrap(),
        "# mine\n"
    );
    let force = ["--force", "--allow-busy"];
    let printed = line(&run(dir, &[&BENCH[..], &write, &force].concat(), 0));
    let written = fs::read_to_string(dir.join("kzg.toml")).unwrap();
    assert!(printed.contains(written.trim_end()), "{printed}");
    assert!(printed.ends_with("written: kzg.toml"));
}

#[test]
fn a_busy_machine_gives_no_configuration() {
    let dir = folder_with(b"");
    let dir = dir.path();
    let stop = AtomicBool::new(false);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..4 * cores {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let arguments = [&BENCH[..], &["--write-config", "kzg.toml"]].concat();
        let with_json = [&arguments[..], &["--json"]].concat();
        let outputs = [&arguments, &with_json].map(|arguments| kzg(dir, arguments).output());
        stop.store(true, Ordering::Relaxed);
        for (output, is_json) in outputs.into_iter().zip([false, true]) {
            let output = expect_exit(output.unwrap(), &arguments, 4);
            let message = stderr(&output);
            assert!(message.contains("the machine was busy"), "{message}");
            assert!(message.contains("--allow-busy"), "{message}");
            if is_json {
                let document = json(&output);
                assert!(document["measurements"].is_array());
                let error = document["error"].as_str().unwrap();
                assert!(message.contains(error), "{error}: {message}");
                assert_eq!(document["exit_code"], 4);
            }
        }
    });
    assert!(!dir.join("kzg.toml").exists());
}

#[test]
fn wrong_usage_measures_nothing() {
    let dir = folder_with(b"");
    for wrong in [
        &["--limit", "0"][..],
        &["--quick", "--limit", "3"],
        &["--backend", "abacus"],
        &["--threads", "0"],
        &["--memory-budget", "much"],
        &["--memory-budget", "64"],
    ] {
        let arguments = [&["bench", "--out", "results"], wrong].concat();
        let output = run(dir.path(), &arguments, 2);
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let message = stderr(&output);
        assert!(!message.contains("seconds: "), "{message}");
        let files = fs::read_dir(dir.path()).unwrap();
        let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["input"], "{arguments:?}");
    }
}

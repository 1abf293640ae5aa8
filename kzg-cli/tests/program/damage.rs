//! One flipped bit in each kind of artefact: exit code 1 and the item's name.

use std::fs;
use std::path::Path;

use crate::{contents, folder_with, json, line, run, sparse, stderr};

/// Flips one bit of a file while `check` runs.
fn flipped(path: &Path, place: usize, check: impl FnOnce()) {
    let good = fs::read(path).expect("an artefact");
    let mut bad = good.clone();
    bad[place] ^= 1;
    fs::write(path, &bad).expect("written");
    check();
    fs::write(path, &good).expect("written");
}

#[test]
fn a_flipped_bit_is_found_and_named_and_mended_by_resuming() {
    let dir = folder_with(&sparse(8));
    let dir = dir.path();
    let job = [
        "pipeline",
        "input",
        "--out",
        "out",
        "--emit",
        "blobs,bundles",
    ];
    run(dir, &job, 0);
    let expected = contents(&dir.join("out"));
    let out = dir.join("out");
    let manifest = fs::read_to_string(out.join("manifest.jsonl")).unwrap();
    let in_line = |line: usize, key: &str| {
        let start: usize = manifest
            .split_inclusive('\n')
            .take(line)
            .map(str::len)
            .sum();
        start + manifest[start..].find(key).unwrap() + key.len() + 5
    };
    let bundle = fs::read_to_string(out.join("bundles/00000001.json")).unwrap();
    let in_bundle = |key: &str| bundle.find(key).unwrap() + key.len() + 10;
    let cases = [
        ("manifest.jsonl", in_line(5, "\"commitment\":\""), "blob 3 "),
        ("manifest.jsonl", in_line(5, "\"proof\":\""), "blob 3 "),
        (
            "manifest.jsonl",
            in_line(5, "\"versioned_hash\":\""),
            "blob 3 ",
        ),
        (
            "manifest.jsonl",
            in_line(10, "\"sha256\":\""),
            "input 0 (input)",
        ),
        (
            "manifest.jsonl",
            in_line(11, "_sha256\":\""),
            "manifest.jsonl",
        ),
        (
            "manifest.jsonl",
            in_line(10, "\"bytes\":") - 3,
            "input 0 (input)",
        ),
        ("blobs/00000007.blob", 0, "blob 7 (blobs/00000007.blob)"),
        ("blobs/00000002.blob", 47, "blob 2 (blobs/00000002.blob)"),
        (
            "bundles/00000001.json",
            in_bundle("\"commitments\""),
            "bundles/00000001.json",
        ),
        (
            "bundles/00000001.json",
            in_bundle("\"proofs\""),
            "bundles/00000001.json",
        ),
        (
            "bundles/00000001.json",
            in_bundle("\"blobs\""),
            "bundles/00000001.json",
        ),
    ];
    for (file, place, named) in cases {
        flipped(&out.join(file), place, || {
            let output = run(dir, &["verify", "out", "--json"], 1);
            assert!(
                stderr(&output).contains(named),
                "{file} {place}: {}",
                stderr(&output)
            );
            assert_eq!(json(&output)["valid"], false);
            let failures = &json(&output)["verification"]["failures"];
            assert!(
                failures
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|failure| failure["item"].as_str().unwrap().contains(named.trim())),
                "{failures}"
            );
            if file == "blobs/00000002.blob" {
                // The blob is still in the bundle. Without the bundle the blob is lost.
                run(dir, &["decode", "out", "--out", "back", "--force"], 0);
                assert!(
                    fs::read(dir.join("back")).unwrap() == fs::read(dir.join("input")).unwrap()
                );
                let (bundle, aside) = (out.join("bundles/00000000.json"), dir.join("aside"));
                fs::rename(&bundle, &aside).unwrap();
                let output = run(dir, &["decode", "out", "--out", "back2"], 1);
                assert!(stderr(&output).contains("blob 2 ") && stderr(&output).contains("input 0"));
                assert!(!dir.join("back2").exists());
                fs::rename(&aside, &bundle).unwrap();
            }
            let output = run(dir, &[&job[..], &["--resume"]].concat(), 0);
            assert!(
                stderr(&output).contains("damaged and made again: 1 item"),
                "{file} {place}: {}",
                stderr(&output)
            );
            assert!(contents(&out) == expected, "{file} {place}");
        });
    }
}

/// The end line of an input says how long the input is. Without the line the input is restored, but
/// not checked, and the program says so.
#[test]
fn an_input_without_its_end_line_is_restored_and_named() {
    let dir = folder_with(&sparse(2));
    let dir = dir.path();
    fs::write(dir.join("other"), "other").unwrap();
    run(dir, &["pipeline", "input", "other", "--out", "out"], 0);
    let manifest = dir.join("out/manifest.jsonl");
    let text = fs::read_to_string(&manifest).unwrap();
    let place = text.find("\"input_end\"").unwrap();
    flipped(&manifest, place + 30, || {
        let output = run(dir, &["decode", "out", "--out", "back"], 1);
        assert!(stderr(&output).contains("input 0 (input): restored without a check"));
        assert!(
            line(&output).starts_with("DAMAGED: 2 files, "),
            "{output:?}"
        );
        for name in ["input", "other"] {
            let (given, back) = (dir.join(name), dir.join("back").join(name));
            assert_eq!(fs::read(given).unwrap(), fs::read(back).unwrap());
        }
        let again = ["decode", "out", "--out", "again", "--json"];
        let report = json(&run(dir, &again, 1));
        assert_eq!(
            (&report["inputs"], &report["files"]),
            (&2.into(), &2.into())
        );
    });
    // With a blob lost besides, the input is not restored.
    fs::remove_file(dir.join("out/blobs/00000001.blob")).unwrap();
    flipped(&manifest, place + 30, || {
        let output = run(dir, &["decode", "out", "--out", "fewer"], 1);
        let expected = "INCOMPLETE: 1 file, 5 bytes; 1 of 2 inputs could not be restored";
        assert_eq!(line(&output), expected);
    });
}

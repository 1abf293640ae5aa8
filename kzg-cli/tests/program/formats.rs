//! Blobs, cells, commitments and proofs in the formats of other programs.

use std::fs;
use std::path::Path;

use crate::{expect_exit, json, kzg, line, run, run_with_stdin, sparse, stderr};

/// Two blobs in a folder: raw and in bundles of both versions, as `kzg pipeline` writes them.
fn bundles() -> tempfile::TempDir {
    let dir = crate::folder_with(&sparse(2));
    for (out, proofs) in [("v1", "blob"), ("v2", "cells")] {
        run(
            dir.path(),
            &[
                "pipeline",
                "input",
                "--out",
                out,
                "--proofs",
                proofs,
                "--emit",
                "blobs,bundles",
            ],
            0,
        );
        let bundle = dir.path().join(out).join("bundles/00000000.json");
        fs::copy(bundle, dir.path().join(format!("{out}.json"))).expect("copied");
    }
    let blob = |index: usize| {
        let name = format!("v1/blobs/{index:08}.blob");
        fs::read(dir.path().join(name)).expect("read")
    };
    fs::write(dir.path().join("raw"), [blob(0), blob(1)].concat()).expect("written");
    fs::write(dir.path().join("one"), blob(1)).expect("written");
    dir
}

/// The lines that a command prints.
fn lines(dir: &Path, arguments: &[&str]) -> Vec<String> {
    line(&run(dir, arguments, 0))
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn blobs_are_read_in_every_format_and_notation() {
    let dir = bundles();
    let dir = dir.path();
    let expected = lines(dir, &["commit", "v1/blobs/00000000.blob", "one"]);
    let raw = fs::read(dir.join("raw")).unwrap();
    let digits: Vec<String> = raw.chunks(131_072).map(hex::encode).collect();
    let wrapped: Vec<&[u8]> = digits[0].as_bytes().chunks(64).collect();
    let wrapped = String::from_utf8(wrapped.join(&b'\n')).unwrap();
    for (name, text) in [
        ("lines", format!("0x{}\n0x{}\n", digits[0], digits[1])),
        ("bare", digits.concat()),
        (
            "upper",
            format!("0X{} {}", digits[0].to_uppercase(), digits[1]),
        ),
        (
            "list",
            format!("[\"0x{}\", \"0x{}\"]", digits[0], digits[1]),
        ),
        (
            "mark",
            format!("\u{feff}'{}'\r\n'{}'", digits[0], digits[1]),
        ),
        ("wrapped", format!("{wrapped}\n0x{}", digits[1])),
    ] {
        fs::write(dir.join(name), text).unwrap();
        assert_eq!(lines(dir, &["commit", name]), expected, "{name}");
        assert_eq!(
            lines(dir, &["commit", name, "--input-format", "hex"]),
            expected,
            "{name}"
        );
    }
    for name in ["v1.json", "v2.json", "raw"] {
        assert_eq!(lines(dir, &["commit", name]), expected, "{name}");
    }
    let document = json(&run(dir, &["commit", "v1.json", "one", "--json"], 0));
    assert_eq!(document["blobs"][1]["file"], "v1.json");
    assert_eq!(document["blobs"][1]["index"], 1);
    assert_eq!(document["blobs"][2]["index"], serde_json::Value::Null);
    // Where the format is named, a content of another is refused.
    for (name, format) in [
        ("v1.json", "bundle-v2"),
        ("v2.json", "bundle-v1"),
        ("v1.json", "raw"),
        ("lines", "raw"),
        ("raw", "bundle-v1"),
    ] {
        let output = run(dir, &["commit", name, "--input-format", format], 3);
        assert!(stderr(&output).contains("not a blob"), "{name} {format}");
    }
}

#[test]
fn one_of_several_blobs_is_chosen_with_its_commitment_and_proof() {
    let dir = bundles();
    let dir = dir.path();
    let z = format!("0x{:064x}", 5);
    let expected = lines(dir, &["prove", "one", "--z", &z]);
    for file in ["raw", "v1.json", "v2.json"] {
        let message = stderr(&run(dir, &["prove", file, "--z", &z], 2));
        assert!(
            message.contains("holds 2 blobs") && message.contains("--index"),
            "{message}"
        );
        let message = stderr(&run(dir, &["prove", file, "--z", &z, "--index", "2"], 2));
        assert!(
            message.contains("--index 2") && message.contains("2 blobs"),
            "{message}"
        );
        let proved = lines(dir, &["prove", file, "--z", &z, "--index", "1"]);
        assert_eq!(proved, expected, "{file}");
    }
    let verify = [
        "verify",
        "one",
        "--commitment",
        "v1.json",
        "--proof",
        "v1.json",
    ];
    run(dir, &verify, 3);
    run(dir, &[&verify[..], &["--index", "1"]].concat(), 2);
    let verify = [
        "verify",
        "raw",
        "--commitment",
        "v1.json",
        "--proof",
        "v1.json",
    ];
    for index in ["0", "1"] {
        run(dir, &[&verify[..], &["--index", index]].concat(), 0);
    }
    run(dir, &["cells", "raw", "--index", "1", "--out", "cells"], 0);
    let check = [
        "verify-cells",
        "cells",
        "--commitment",
        "v2.json",
        "--proofs",
        "v2.json",
    ];
    run(dir, &[&check[..], &["--index", "1"]].concat(), 0);
    run(dir, &[&check[..], &["--index", "0"]].concat(), 1);
    let recover = [
        "recover",
        "cells",
        "--commitment",
        "v2.json",
        "--proofs",
        "v2.json",
    ];
    run(dir, &[&recover[..], &["--index", "1"]].concat(), 0);
}

#[test]
fn a_bundle_is_verified_by_itself() {
    let dir = bundles();
    let dir = dir.path();
    for file in ["v1.json", "v2.json"] {
        assert_eq!(line(&run(dir, &["verify", file], 0)), "valid: 2 blobs");
        let document = json(&run(dir, &["verify", file, "--json", "--index", "1"], 0));
        assert_eq!(document["blobs"].as_array().unwrap().len(), 1);
        assert_eq!(document["blobs"][0]["index"], 1);
        // The commitments change places.
        let text = fs::read_to_string(dir.join(file)).unwrap();
        let mut bundle: serde_json::Value = serde_json::from_str(&text).unwrap();
        bundle["commitments"].as_array_mut().unwrap().swap(0, 1);
        fs::write(dir.join("wrong"), bundle.to_string()).unwrap();
        let output = run(dir, &["verify", "wrong"], 1);
        assert_eq!(line(&output), "INVALID: 2 of 2 blobs are wrong");
        assert!(stderr(&output).contains("blob 1: "), "{}", stderr(&output));
    }
    let message = stderr(&run(dir, &["verify", "raw"], 2));
    assert!(message.contains("no commitments and proofs"), "{message}");
    let message = stderr(&run(dir, &["verify", "v1", "--index", "0"], 2));
    assert!(message.contains("verified as a whole"), "{message}");
}

#[test]
fn cells_are_read_as_hexadecimal_digits_too() {
    let dir = bundles();
    let dir = dir.path();
    let printed = run(dir, &["cells", "one", "--out", "cells"], 0).stdout;
    fs::write(dir.join("proofs"), printed).unwrap();
    let commitment = line(&run(dir, &["commit", "one"], 0));
    let cells = fs::read(dir.join("cells")).unwrap();
    let digits = hex::encode(&cells);
    fs::write(dir.join("hex"), &digits).unwrap();
    let each: Vec<String> = cells.chunks(2048).map(hex::encode_upper).collect();
    fs::write(dir.join("lines"), each.join("\n")).unwrap();
    for name in ["cells", "hex", "lines"] {
        let verify = ["verify-cells", name, "--commitment", &commitment];
        run(dir, &[&verify[..], &["--proofs", "proofs"]].concat(), 0);
    }
    // The digits of a blob have the length of the bytes of 128 cells.
    fs::write(dir.join("blob"), &digits[..262_144]).unwrap();
    let verify = ["verify-cells", "blob", "--commitment", &commitment];
    let message = stderr(&run(
        dir,
        &[&verify[..], &["--proofs", "proofs"]].concat(),
        3,
    ));
    assert!(message.contains("64 cells, expected 128"), "{message}");
}

#[test]
fn a_pipeline_stores_given_blobs_as_they_are() {
    let dir = bundles();
    let dir = dir.path();
    let raw = fs::read(dir.join("raw")).unwrap();
    for (file, format) in [
        ("v1.json", "auto"),
        ("v2.json", "bundle-v2"),
        ("raw", "raw"),
    ] {
        let out = format!("out-{file}");
        let job = ["pipeline", file, "--out", &out, "--input-format", format];
        run(dir, &[&job[..], &["--proofs", "both"]].concat(), 0);
        assert!(fs::read(dir.join(&out).join("blobs/00000001.blob")).unwrap() == raw[131_072..]);
        run(dir, &["verify", &out], 0);
        let back = format!("back-{file}");
        run(dir, &["decode", &out, "--out", &back], 0);
        assert!(fs::read(dir.join(back)).unwrap() == raw);
    }
    let piped = ["pipeline", "-", "--out", "piped", "--input-format", "auto"];
    run_with_stdin(dir, &piped, &fs::read(dir.join("v1.json")).unwrap(), 0);
    // A bundle whose blobs and commitments do not belong together.
    let text = fs::read_to_string(dir.join("v1.json")).unwrap();
    let mut bundle: serde_json::Value = serde_json::from_str(&text).unwrap();
    bundle["commitments"].as_array_mut().unwrap().swap(0, 1);
    fs::write(dir.join("wrong"), bundle.to_string()).unwrap();
    let job = ["pipeline", "wrong", "--out", "w", "--input-format", "auto"];
    // As `kzg verify` and `kzg convert` say it: the bundle is well formed, and wrong.
    let output = expect_exit(kzg(dir, &job).output().unwrap(), &job, 1);
    assert!(
        stderr(&output).contains("wrong: blob 0: the input says commitment"),
        "{}",
        stderr(&output)
    );
    run(dir, &["verify", "wrong"], 1);
    let convert = ["convert", "wrong", "--to", "bundle-v2", "--out", "c"];
    run(dir, &convert, 1);
    run(dir, &["commit", "wrong"], 1);
    // A wrong hash is seen when the file is opened, and --keep-going counts the file.
    let hashes = vec![format!("0x01{}", "00".repeat(31)); 2];
    bundle["commitments"].as_array_mut().unwrap().swap(0, 1);
    bundle["blobVersionedHashes"] = hashes.into();
    fs::write(dir.join("hashes"), bundle.to_string()).unwrap();
    let job = [
        "pipeline",
        "--input-format",
        "auto",
        "--keep-going",
        "--json",
    ];
    for (out, files, exit_code) in [
        ("k1", &["hashes", "raw"][..], 1),
        ("k2", &["hashes"], 1),
        ("k3", &["hashes", "missing", "raw"], 3),
    ] {
        let arguments = [&job[..], &["--out", out], files].concat();
        let report = json(&run(dir, &arguments, exit_code));
        assert_eq!(report["false_claims"], 1, "{report}");
        assert_eq!(
            report["failed"],
            files.len() - usize::from(files.contains(&"raw"))
        );
    }
    // Also if the file gives a commitment or proofs alone, and the blob is another file's.
    fs::write(dir.join("first"), &raw[..131_072]).unwrap();
    let commitment = line(&run(dir, &["commit", "first"], 0));
    let prove = ["prove", "first", "--commitment", &commitment, "--json"];
    let proof = json(&run(dir, &prove, 0));
    let proof = proof["proof"].as_str().unwrap();
    run(dir, &["cells", "first", "--out", "first-cells"], 0);
    for arguments in [
        [
            "verify",
            "first",
            "--commitment",
            "hashes",
            "--proof",
            proof,
        ],
        [
            "verify",
            "first",
            "--commitment",
            &commitment,
            "--proof",
            "hashes",
        ],
        [
            "verify-cells",
            "first-cells",
            "--commitment",
            &commitment,
            "--proofs",
            "hashes",
        ],
    ] {
        let message = stderr(&run(dir, &[&arguments[..], &["--index", "0"]].concat(), 1));
        assert!(message.contains("hashes: blob 0"), "{message}");
    }
    fs::write(dir.join("letter"), "dear").unwrap();
    let job = ["pipeline", "letter", "--out", "l", "--input-format", "auto"];
    let message = stderr(&run(dir, &job, 3));
    assert!(
        message.contains("letter: neither the bytes of blobs"),
        "{message}"
    );
    let resume = [
        "pipeline", "raw", "--out", "out-raw", "--resume", "--proofs", "both",
    ];
    let message = stderr(&run(dir, &resume, 2));
    assert!(message.contains("--input-format"), "{message}");
}

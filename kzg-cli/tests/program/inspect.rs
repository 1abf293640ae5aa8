//! `kzg inspect`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{folder_with, json, line, run, run_with_stdin, sparse, stderr};

/// The output of the program about a file, with the expected exit code.
fn inspect(dir: &Path, target: &str, exit_code: i32) -> Value {
    let output = run(dir, &["inspect", target, "--json"], exit_code);
    let document = json(&output);
    let text = line(&run(dir, &["inspect", target], exit_code));
    let kind = document["kind"].as_str().expect("a text");
    assert!(text.contains(kind), "{text}");
    document
}

fn kind(document: &Value) -> &str {
    document["kind"].as_str().expect("a text")
}

#[test]
fn values_are_identified_by_their_length_and_notation() {
    let mut blob = vec![0; 131_072];
    blob[31] = 7;
    let dir = folder_with(&blob);
    let dir = dir.path();
    let found = inspect(dir, "input", 0);
    assert_eq!(kind(&found), "a blob");
    assert_eq!(
        (&found["bytes"], &found["canonical"]),
        (&131_072.into(), &true.into())
    );
    let commitment = line(&run(dir, &["commit", "input"], 0));
    assert_eq!(found["blobs"][0]["commitment"], *commitment);

    fs::write(dir.join("hex"), format!("0x{}", hex::encode(&blob))).unwrap();
    let found = inspect(dir, "hex", 0);
    assert_eq!(kind(&found), "a blob");
    assert_eq!(found["fields"]["notation"], "hexadecimal digits");
    assert_eq!(found["fields"]["format"], "hex");

    let mut bad = blob.clone();
    bad[64..96].fill(0xff);
    fs::write(dir.join("bad"), &bad).unwrap();
    let found = inspect(dir, "bad", 1);
    assert_eq!(found["canonical"], false);
    assert!(
        found["problems"][0]
            .as_str()
            .unwrap()
            .contains("field element 2")
    );

    let point = inspect(dir, &commitment, 0);
    assert!(kind(&point).contains("a commitment or a proof"));
    let hash = point["fields"]["versioned_hash"].as_str().unwrap();
    assert!(hash.starts_with("0x01"));
    let not_a_point = format!("0x{}", "00".repeat(48));
    assert_eq!(inspect(dir, &not_a_point, 1)["canonical"], false);
    // On the curve and not in the group, or not on the curve.
    let mut digits = commitment.clone();
    digits.replace_range(90..98, "00000000");
    assert_eq!(inspect(dir, &digits, 1)["canonical"], false);

    fs::write(dir.join("scalar"), [0xff; 32]).unwrap();
    assert_eq!(inspect(dir, "scalar", 1)["canonical"], false);
    let piped = run_with_stdin(dir, &["inspect", "-", "--json"], &[1; 32], 0);
    assert_eq!(json(&piped)["canonical"], true);

    for (content, named) in [
        (&b""[..], "unknown: 0 bytes"),
        (b"a letter", "unknown: a text of 8 bytes"),
        (b"%PDF-1.7 and more", "a PDF document"),
        (b"{\"a\": 1}", "a JSON document with the key a"),
        (b"\0\x01\xff", "unknown: 3 bytes"),
    ] {
        fs::write(dir.join("other"), content).unwrap();
        let found = inspect(dir, "other", 3);
        assert!(kind(&found).contains(named), "{found}");
    }
    fs::write(dir.join("other"), "0x0011").unwrap();
    assert!(kind(&inspect(dir, "other", 1)).contains("hexadecimal"));
    fs::write(dir.join("other"), "{\"a\": ").unwrap();
    assert!(kind(&inspect(dir, "other", 1)).contains("damaged"));
}

/// The compressed form of x = 4, which is on the curve and not in the group.
fn outside_the_group() -> [u8; 48] {
    let mut point = [0; 48];
    (point[0], point[47]) = (0x80, 4);
    point
}

#[test]
fn points_are_canonical_only_if_their_group_was_checked() {
    let dir = folder_with(b"");
    let dir = dir.path();
    let mut identity = [0; 48];
    identity[0] = 0xc0;
    let mut proofs = [identity; 128];
    fs::write(dir.join("proofs"), proofs.concat()).unwrap();
    assert_eq!(inspect(dir, "proofs", 0)["canonical"], true);
    proofs[77] = outside_the_group();
    fs::write(dir.join("proofs"), proofs.concat()).unwrap();
    let found = inspect(dir, "proofs", 1);
    assert_eq!(found["canonical"], false);
    assert_eq!(found["problems"].as_array().unwrap().len(), 1, "{found}");
    let problem = found["problems"][0].as_str().unwrap();
    assert!(problem.starts_with("proof 77: "), "{problem}");
    fs::write(dir.join("point"), proofs[77]).unwrap();
    assert_eq!(inspect(dir, "point", 1)["canonical"], false);

    // Without a backend, only the encoding is checked.
    for file in ["proofs", "point"] {
        let quick = run(dir, &["inspect", file, "--no-verify", "--json"], 0);
        let found = json(&quick);
        assert_eq!(found["canonical"], Value::Null, "{found}");
        let checked = found["fields"]["checked"].as_str().unwrap();
        assert!(checked.starts_with("the encoding only"), "{checked}");
    }
    let mut of_g2 = [0; 96];
    (of_g2[0], of_g2[95]) = (0x80, 4);
    fs::write(dir.join("of_g2"), of_g2).unwrap();
    let found = inspect(dir, "of_g2", 0);
    assert_eq!(found["canonical"], Value::Null, "{found}");
    assert!(found["fields"]["checked"].is_string(), "{found}");
    fs::write(dir.join("of_g2"), [0; 96]).unwrap();
    assert_eq!(inspect(dir, "of_g2", 1)["canonical"], false);
}

#[test]
fn cells_are_distinguished_from_two_blobs() {
    let mut blob = vec![0; 131_072];
    blob[31] = 7;
    blob[95] = 9;
    let dir = folder_with(&blob);
    let dir = dir.path();
    let printed = run(dir, &["cells", "input", "--out", "cells"], 0).stdout;
    fs::write(dir.join("proofs"), &printed).unwrap();
    let found = inspect(dir, "cells", 0);
    assert_eq!(kind(&found), "the 128 cells of a blob");
    assert_eq!(found["valid"], true);
    let cells = fs::read(dir.join("cells")).unwrap();
    fs::write(dir.join("two"), [&blob[..], &blob[..]].concat()).unwrap();
    assert_eq!(kind(&inspect(dir, "two", 0)), "2 blobs");
    let mut lost = cells.clone();
    lost[..40 * 2048].fill(0xff);
    fs::write(dir.join("lost"), &lost).unwrap();
    let found = inspect(dir, "lost", 0);
    assert_eq!(
        (&found["fields"]["lost"], &found["valid"]),
        (&40.into(), &true.into())
    );
    lost[100 * 2048 + 31] ^= 1;
    fs::write(dir.join("lost"), &lost).unwrap();
    assert_eq!(inspect(dir, "lost", 1)["valid"], false);
    // Any 64 cells are cells of a blob: the false cell does not show.
    lost[..64 * 2048].fill(0xff);
    fs::write(dir.join("lost"), &lost).unwrap();
    let found = inspect(dir, "lost", 0);
    assert_eq!(found["valid"], serde_json::Value::Null, "{found}");
    lost[..100 * 2048].fill(0xff);
    fs::write(dir.join("lost"), &lost).unwrap();
    let found = inspect(dir, "lost", 0);
    assert!(
        found["fields"]["recovery"]
            .as_str()
            .unwrap()
            .contains("impossible")
    );
    fs::write(dir.join("cell"), &cells[..2048]).unwrap();
    assert!(kind(&inspect(dir, "cell", 0)).contains("one cell"));
    let found = inspect(dir, "proofs", 0);
    assert!(kind(&found).contains("proofs of 128 cells"));
    assert_eq!(found["canonical"], true);
    let document = run(dir, &["cells", "input", "--json"], 0).stdout;
    fs::write(dir.join("document"), document).unwrap();
    assert!(kind(&inspect(dir, "document", 0)).contains("kzg cells"));
}

#[test]
fn the_output_of_a_job_and_other_documents_are_identified() {
    let dir = folder_with(&sparse(2));
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
    let found = inspect(dir, "out", 0);
    assert!(kind(&found).contains("the folder of a job"), "{found}");
    assert_eq!(
        (&found["fields"]["blobs"], &found["valid"]),
        (&2.into(), &true.into())
    );
    assert_eq!(found["fields"]["finished"], "yes");
    let found = inspect(dir, "out/manifest.jsonl", 0);
    assert!(kind(&found).contains("the manifest of"), "{found}");
    let found = inspect(dir, "out/report.json", 0);
    assert!(kind(&found).contains("report"), "{found}");
    assert_eq!(found["fields"]["blobs"], 2);
    let found = inspect(dir, "out/bundles/00000000.json", 0);
    assert!(kind(&found).contains("BlobsBundleV1"), "{found}");
    assert_eq!(
        (&found["fields"]["blobs"], &found["valid"]),
        (&2.into(), &true.into())
    );
    assert_eq!(found["blobs"].as_array().unwrap().len(), 2);
    let quick = run(dir, &["inspect", "out", "--no-verify", "--json"], 0);
    assert_eq!(json(&quick)["valid"], Value::Null);
    let found = inspect(dir, "out/blobs", 0);
    assert_eq!(found["entries"][1]["kind"], "a blob");

    let blob = dir.join("out/blobs/00000001.blob");
    let mut bytes = fs::read(&blob).unwrap();
    bytes[40] ^= 1;
    fs::write(&blob, bytes).unwrap();
    let output = run(dir, &["inspect", "out", "--json"], 1);
    assert_eq!(json(&output)["valid"], false);
    assert!(stderr(&output).contains("blob 1"), "{}", stderr(&output));

    let convert = ["setup", "convert", "mainnet", "--to", "json", "--out", "s"];
    run(dir, &convert, 0);
    let found = inspect(dir, "s", 0);
    assert_eq!(kind(&found), "a trusted setup");
    let text = fs::read_to_string(dir.join("s")).unwrap();
    fs::write(dir.join("s"), &text[..text.len() / 2]).unwrap();
    assert!(kind(&inspect(dir, "s", 1)).contains("damaged"));

    let template = run(dir, &["config", "template"], 0).stdout;
    fs::write(dir.join("c.toml"), template).unwrap();
    assert!(kind(&inspect(dir, "c.toml", 0)).contains("configuration"));
    fs::write(dir.join("c.toml"), "backend = \"abacus\"\n").unwrap();
    let found = inspect(dir, "c.toml", 1);
    assert!(found["problems"][0].as_str().unwrap().contains("abacus"));
}

#[test]
fn the_report_of_a_job_is_valid_only_if_the_job_succeeded() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    let job = [
        "pipeline",
        "input",
        "missing",
        "--keep-going",
        "--out",
        "out",
    ];
    run(dir, &job, 3);
    let found = inspect(dir, "out/report.json", 1);
    assert_eq!(found["fields"]["outcome"], "complete");
    assert_eq!(found["valid"], false);
    let problems = found["problems"].to_string();
    assert!(problems.contains("missing"), "{problems}");

    run(dir, &["pipeline", "input", "--out", "good"], 0);
    let good = inspect(dir, "good/report.json", 0);
    assert_eq!(good["valid"], true);
    let text = fs::read_to_string(dir.join("good/report.json")).unwrap();
    for (outcome, expected) in [
        (
            "interrupted",
            "the job was interrupted: complete the job by",
        ),
        ("failed", "an error stopped the job: complete the job by"),
    ] {
        let of_outcome = format!("\"outcome\": \"{outcome}\"");
        let changed = text.replace("\"outcome\": \"complete\"", &of_outcome);
        fs::write(dir.join("report"), changed).unwrap();
        let found = inspect(dir, "report", 1);
        assert_eq!(found["fields"]["outcome"], outcome);
        assert_eq!(found["valid"], false);
        let problem = found["problems"][0].as_str().unwrap();
        assert!(problem.starts_with(expected), "{problem}");
    }
}

#[test]
fn documents_of_the_program_are_identified() {
    let dir = folder_with(b"some bytes");
    let dir = dir.path();
    run(
        dir,
        &[
            "pipeline",
            "input",
            "--out",
            "job",
            "--emit",
            "blobs,cells",
            "--proofs",
            "both",
        ],
        0,
    );
    let blob = "job/blobs/00000000.blob";
    let commitment = line(&run(dir, &["commit", blob], 0));
    let page = inspect(dir, "job/report.html", 0);
    assert!(kind(&page).contains("the report of a job of `kzg pipeline`"));
    assert_eq!(page["fields"]["outcome"], "complete");
    let cells = "job/cells/00000000.cells";
    for (arguments, exit_code, command) in [
        (&["verify", "job"][..], 0, "kzg verify"),
        (&["decode", "job", "--out", "back"], 0, "kzg decode"),
        (
            &["convert", blob, "--to", "bundle-v2", "--out", "bundle"],
            0,
            "kzg convert",
        ),
        (&["verify", "bundle"], 0, "kzg verify"),
        (&["inspect", "bundle"], 0, "kzg inspect"),
        (&["cells", blob], 0, "kzg cells"),
        (&["config", "show"], 0, "kzg config show"),
        (
            &[
                "verify-cells",
                cells,
                "--commitment",
                &commitment,
                "--proofs",
                "bundle",
            ],
            0,
            "kzg verify-cells",
        ),
        (&["commit", "nothing"], 3, "the error of a command"),
    ] {
        let output = run(dir, &[arguments, &["--json"]].concat(), exit_code);
        fs::write(dir.join("printed"), &output.stdout).unwrap();
        let found = inspect(dir, "printed", 0);
        assert!(kind(&found).contains(command), "{arguments:?}: {found}");
    }
}

#[test]
fn messages_of_json_rpc_are_identified() {
    let dir = folder_with(b"");
    let dir = dir.path();
    let request = |params: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":[{params}]}}"#
        )
    };
    let damaged = format!("\"0x03f90010c0{}\"", "00".repeat(100));
    for (text, exit_code, expected) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"result":null}"#.to_owned(),
            0,
            "result is null",
        ),
        (r#"{"result":null}"#.to_owned(), 0, "result is null"),
        (
            r#"{"jsonrpc":"2.0","id":1,"result":[null,null]}"#.to_owned(),
            0,
            "2 items, none",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"result":"0x0102"}"#.to_owned(),
            0,
            "no known kind",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-38001,"message":"Unknown payload"}}"#
                .to_owned(),
            0,
            "with an error",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"engine_getBlobsV1","params":[[]]}"#.to_owned(),
            0,
            "request: engine_getBlobsV1",
        ),
        (
            r#"{"method":"engine_getBlobsV1","params":[[]],"result":null}"#.to_owned(),
            0,
            "result is null",
        ),
        (request(""), 0, "eth_sendRawTransaction"),
    ] {
        fs::write(dir.join("message"), &text).unwrap();
        let found = inspect(dir, "message", exit_code);
        assert!(kind(&found).contains("JSON-RPC"), "{text}: {found}");
        assert!(kind(&found).contains(expected), "{text}: {found}");
    }
    // The transactions of requests: their kind, or the fault.
    for (digits, exit_code, expected) in [
        ("0x02f86f", 0, "of type 2, which carries no blobs"),
        ("0xf86f", 0, "without a type, which carries no blobs"),
        ("0x03f8500180", 0, "without its sidecar"),
        (
            damaged.trim_matches('"'),
            1,
            "a blob transaction that is damaged",
        ),
        ("0xb90010", 1, "of no known form"),
        ("0x81", 1, "of no known form"),
        ("0x", 1, "has no byte"),
        ("0xg", 1, "the transaction: "),
    ] {
        fs::write(dir.join("message"), request(&format!("\"{digits}\""))).unwrap();
        let found = inspect(dir, "message", exit_code);
        assert!(
            kind(&found).contains("eth_sendRawTransaction"),
            "{digits}: {found}"
        );
        assert!(found.to_string().contains(expected), "{digits}: {found}");
    }
}

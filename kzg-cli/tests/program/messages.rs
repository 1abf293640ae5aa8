//! Messages that name the fault, its position and the expected value.

use std::fs;

use crate::{folder_with, json, line, run, run_with_stdin, stderr};

fn refused(dir: &std::path::Path, arguments: &[&str], parts: &[&str]) {
    let output = run(dir, arguments, 3);
    let message = stderr(&output);
    for part in parts {
        assert!(message.contains(part), "{arguments:?}: {part}: {message}");
    }
    assert!(!message.contains("No such file"), "{message}");
}

#[test]
fn wrong_digits_are_counted_and_named() {
    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    let commitment = line(&run(dir, &["commit", "input"], 0));
    let digits = &commitment[2..];
    let prove = |value: &str, parts: &[&str]| {
        refused(dir, &["prove", "input", "--commitment", value], parts);
        fs::write(dir.join("value"), value).unwrap();
        refused(dir, &["prove", "input", "--commitment", "value"], parts);
    };
    let form = "a commitment is 48 bytes, or 0x and their 96 hexadecimal digits";
    prove(
        &format!("{commitment}0"),
        &["97 hexadecimal digits, expected 96", form],
    );
    prove(&digits[..95], &["95 hexadecimal digits, expected 96", form]);
    prove(&commitment[..97], &["95 hexadecimal digits", form]);
    prove(
        &format!("{}g{}", &digits[..9], &digits[10..]),
        &["byte 9 is 'g'", form],
    );
    let two = format!("{commitment}\n{commitment}");
    prove(&two, &["2 values, expected one", form]);

    // Every notation is accepted, on the command line and in a file.
    for value in [
        format!("{commitment}\n"),
        format!("  {digits} \n\n"),
        format!("0X{}", digits.to_uppercase()),
        format!("{}\n{}", &commitment[..50], &commitment[50..]),
    ] {
        run(dir, &["prove", "input", "--commitment", &value], 0);
        fs::write(dir.join("value"), &value).unwrap();
        run(dir, &["prove", "input", "--commitment", "value"], 0);
    }
    refused(
        dir,
        &["prove", "input", "--z", "5"],
        &[
            "1 hexadecimal digit, expected 64",
            "a point is 32 bytes",
            "big-endian",
        ],
    );
    let missing = run(dir, &["prove", "input", "--z", "point.txt"], 3);
    let message = stderr(&missing);
    assert!(message.contains("point.txt") && message.contains("64 hexadecimal digits"));
}

#[test]
fn the_message_about_a_file_that_is_no_blob_names_its_kind() {
    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    fs::write(dir.join("raw.bin"), [0xfe; 700]).unwrap();
    let encodes = "`kzg pipeline` turns files of any size into blobs";
    for (content, reason) in [
        (vec![0xfe; 700], "700 bytes; a blob is 131072 bytes"),
        (
            b"a text".to_vec(),
            "a text of 6 bytes; a blob is 131072 bytes",
        ),
        (b"%PDF-1.7".to_vec(), "a PDF document of 8 bytes"),
        (b"{\"a\": 1}".to_vec(), "a JSON document with the key a"),
        (vec![0; (64 << 20) + 1], "longer than 67108864 bytes"),
    ] {
        fs::write(dir.join("raw.bin"), &content).unwrap();
        let output = run(dir, &["commit", "input", "raw.bin"], 3);
        let message = stderr(&output);
        assert!(
            message.contains("raw.bin") && message.contains(reason),
            "{message}"
        );
        assert!(
            message.contains(encodes) || content.len() > 1 << 20,
            "{message}"
        );
    }
    let mut text = "00".repeat(131_072).into_bytes();
    text[77] = b'x';
    fs::write(dir.join("hex"), &text).unwrap();
    refused(
        dir,
        &["commit", "hex"],
        &["hex: not a blob", "byte 77 is 'x'"],
    );
    text.truncate(262_143);
    text[77] = b'0';
    let output = run_with_stdin(dir, &["commit", "-"], &text, 3);
    let message = stderr(&output);
    let expected =
        "standard input: not a blob: item 0 has 262143 hexadecimal digits, expected 262144";
    assert!(message.contains(expected), "{message}");
    // The message names the file of the blob that is not canonical.
    fs::write(dir.join("large"), [0xff; 131_072]).unwrap();
    refused(
        dir,
        &["commit", "input", "large"],
        &["large: ", "field element 0"],
    );
}

#[test]
fn a_file_may_have_the_name_of_digits() {
    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    let commitment = line(&run(dir, &["commit", "input"], 0));
    for name in ["0x01", "0X", "0xzz"] {
        fs::copy(dir.join("input"), dir.join(name)).unwrap();
        assert_eq!(line(&run(dir, &["commit", name], 0)), commitment);
    }
    // A file does not take the place of a value that is typed. The commitment and the proof of zeros are
    // infinity, and the files hold the generator.
    let generator = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58\
                     6c55e83ff97a1aeffb3af00adb22c6bb";
    let infinity = format!("c0{}", "00".repeat(47));
    for name in [format!("0x{infinity}"), infinity] {
        fs::write(dir.join(&name), generator).unwrap();
        let verify = |commitment: &str, exit| {
            let arguments = [
                "verify",
                "input",
                "--commitment",
                commitment,
                "--proof",
                &name,
            ];
            run(dir, &arguments, exit);
        };
        verify(&name, 0);
        verify(&format!("./{name}"), 1);
    }
}

#[test]
fn names_that_are_not_utf_8_are_files_too() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let dir = folder_with(&[0; 131_072]);
    let name = OsStr::from_bytes(b"blob\xff");
    fs::copy(dir.path().join("input"), dir.path().join(name)).unwrap();
    let output = crate::kzg(dir.path(), &["commit", "--json"])
        .arg(name)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(json(&output)["blobs"][0]["file"], "blob\u{fffd}");
}

#[test]
fn what_one_command_prints_another_reads() {
    let mut blob = vec![0; 131_072];
    blob[31] = 7;
    blob[63] = 9;
    let dir = folder_with(&blob);
    let dir = dir.path();
    let z = format!("0x{:064x}", 12_345);
    let save = |name: &str, arguments: &[&str]| {
        fs::write(dir.join(name), run(dir, arguments, 0).stdout).unwrap();
    };
    for json in [&[][..], &["--json"]] {
        save("c", &[&["commit", "input"], json].concat());
        save("p", &[&["prove", "input", "--z", &z], json].concat());
        let verify = ["verify", "--commitment", "c", "--z", &z, "--y", "p"];
        run(dir, &[&verify[..], &["--proof", "p"]].concat(), 0);
        save(
            "b",
            &[&["prove", "input", "--commitment", "c"], json].concat(),
        );
        let verify = ["verify", "input", "--commitment", "c", "--proof", "b"];
        run(dir, &verify, 0);
        save("cells", &[&["cells", "input"], json].concat());
        let verify = ["verify-cells", "cells", "--commitment", "c"];
        run(dir, &[&verify[..], &["--proofs", "cells"]].concat(), 0);
        save("again", &[&["recover", "cells"], json].concat());
        let verify = ["verify-cells", "again", "--commitment", "c"];
        run(dir, &[&verify[..], &["--proofs", "again"]].concat(), 0);
    }
    // The document of one blob's proof has everything that `kzg verify` needs.
    fs::write(
        dir.join("all"),
        run(dir, &["prove", "input", "--z", &z, "--json"], 0).stdout,
    )
    .unwrap();
    let verify = ["verify", "--commitment", "all", "--z", "all", "--y", "all"];
    run(dir, &[&verify[..], &["--proof", "all"]].concat(), 0);
}

#[test]
fn documents_name_files_and_versioned_hashes() {
    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    let commit = json(&run(dir, &["commit", "input", "--json"], 0));
    let commitment = commit["commitments"][0].as_str().unwrap();
    let hash = &commit["blobs"][0]["versioned_hash"];
    assert!(hash.as_str().unwrap().starts_with("0x01"));
    assert_eq!(commit["blobs"][0]["file"], "input");
    let proved = json(&run(
        dir,
        &["prove", "input", "--commitment", commitment, "--json"],
        0,
    ));
    let proof = proved["proof"].as_str().unwrap();
    let cells = json(&run(
        dir,
        &["cells", "input", "--out", "cells", "--json"],
        0,
    ));
    assert_eq!(cells["out"], "cells");
    fs::write(dir.join("cells.json"), cells.to_string()).unwrap();
    let claim = ["--commitment", commitment];
    let verify = ["verify", "input", "--proof", proof, "--json"];
    let verified = json(&run(dir, &[&verify[..], &claim].concat(), 0));
    let check = ["verify-cells", "cells", "--proofs", "cells.json", "--json"];
    let checked = json(&run(dir, &[&check[..], &claim].concat(), 0));
    let recovered = json(&run(dir, &["recover", "cells", "--json"], 0));
    for (document, file) in [
        (&proved, "input"),
        (&verified, "input"),
        (&cells, "input"),
        (&checked, "cells"),
        (&recovered, "cells"),
    ] {
        assert_eq!(&document["versioned_hash"], hash);
        assert_eq!(document["commitment"], commitment);
        assert_eq!(document["file"], file);
    }
}

#[test]
fn the_commitment_of_another_blob_is_refused() {
    let dir = folder_with(&[0; 131_072]);
    let dir = dir.path();
    let mut other = vec![0; 131_072];
    other[31] = 1;
    fs::write(dir.join("other"), other).unwrap();
    let wrong = line(&run(dir, &["commit", "other"], 0));
    let right = line(&run(dir, &["commit", "input"], 0));
    let prove = ["prove", "input", "--commitment", &wrong, "--json"];
    let output = run(dir, &prove, 1);
    assert_eq!(json(&output)["exit_code"], 1);
    assert!(stderr(&output).contains(&right), "{}", stderr(&output));
}

#[test]
fn a_size_needs_a_unit() {
    let dir = folder_with(&[0; 131_072]);
    let output = run(dir.path(), &["commit", "input", "--precompute", "64"], 2);
    assert!(stderr(&output).contains("64MiB"), "{}", stderr(&output));
    run(dir.path(), &["commit", "input", "--precompute", "8MB"], 0);
}

/// Names in a folder, in a manifest and on the command line cannot be taken for lines of the program.
#[cfg(unix)]
#[test]
fn names_with_line_feeds_and_marks_of_direction_are_escaped() {
    let dir = folder_with(&[]);
    let dir = dir.path();
    let forged = "x\nvalid     yes\nkzg: valid: 9 blobs\u{202e}.fed\u{1b}[2K";
    let tree = dir.join("tree");
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join(forged), [1; 32]).unwrap();
    let is_forged = |line: &str| line.starts_with("kzg: valid: 9") || line == "valid     yes";
    let check = |output: &std::process::Output| {
        for text in [line(output), stderr(output)] {
            assert!(!text.lines().any(is_forged), "{text}");
            assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
        }
    };
    let missing = format!("missing {forged}");
    let listed = run(dir, &["inspect", "tree"], 0);
    check(&listed);
    assert!(line(&listed).contains("x\\nvalid"), "{}", line(&listed));
    check(&run(&tree, &["inspect", forged], 0));
    for arguments in [
        &["inspect", &missing][..],
        &["commit", &missing],
        &["verify", &missing],
        &["pipeline", &missing, "--out", "o"],
        &["decode", &missing, "--out", "o"],
    ] {
        let refused = run(dir, arguments, 3);
        check(&refused);
        assert!(!stderr(&refused).is_empty());
    }
    // A name of an input in a manifest.
    run(dir, &["pipeline", "tree", "--out", "out"], 0);
    fs::remove_file(dir.join("out/blobs/00000000.blob")).unwrap();
    for arguments in [
        &["verify", "out"][..],
        &["decode", "out", "--out", "back"],
        &["inspect", "out"],
    ] {
        let found = run(dir, arguments, 1);
        check(&found);
        if arguments[0] == "decode" {
            assert!(stderr(&found).contains("input 0"), "{}", stderr(&found));
        }
    }
}

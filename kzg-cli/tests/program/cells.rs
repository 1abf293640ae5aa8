//! Cells: the commands for one operation, and a pipeline whose output is decoded after cells were
//! lost or damaged.

use super::*;

const CELL: usize = 2048;

fn fill(path: &Path, cells: impl IntoIterator<Item = usize>, byte: u8) {
    let mut content = fs::read(path).expect("readable");
    for cell in cells {
        content[cell * CELL..][..CELL].fill(byte);
    }
    fs::write(path, content).expect("written");
}

#[test]
fn cells_of_a_blob_verify_and_recover() {
    let mut blob = vec![0; 131_072];
    blob[31] = 7;
    blob[4095] = 9;
    let dir = folder_with(&blob);
    let dir = dir.path();
    let commitment = line(&run(dir, &["commit", "input"], 0));
    let proofs = line(&run(dir, &["cells", "input", "--out", "cells"], 0));
    assert_eq!(proofs.lines().count(), 128);
    assert_eq!(fs::read(dir.join("cells")).unwrap()[..131_072], blob);
    fs::write(dir.join("proofs"), &proofs).unwrap();
    let document = json(&run(dir, &["cells", "input", "--json"], 0));
    assert_eq!(document["cells"].as_array().unwrap().len(), 128);
    assert_eq!(document["proofs"][127], proofs.lines().last().unwrap());

    let claim = ["--commitment", &commitment, "--proofs", "proofs"];
    let verify = [&["verify-cells", "cells", "--json"], &claim[..]].concat();
    assert_eq!(json(&run(dir, &verify, 0))["valid"], true);
    let good = fs::read(dir.join("cells")).unwrap();
    fill(&dir.join("cells"), 0..64, 0xff);
    assert_eq!(
        json(&run(dir, &verify, 0))["good"]
            .as_array()
            .unwrap()
            .len(),
        64
    );
    let recovered = line(&run(dir, &["recover", "cells", "--out", "recovered"], 0));
    assert_eq!(recovered, proofs);
    assert_eq!(fs::read(dir.join("recovered")).unwrap(), good);

    // If no cell was verified, the result is not valid.
    fs::write(dir.join("lost"), vec![0xff; good.len()]).unwrap();
    let nothing = [&["verify-cells", "lost", "--json"], &claim[..]].concat();
    let output = run(dir, &nothing, 3);
    assert!(stderr(&output).contains("nothing to verify"));

    fill(&dir.join("cells"), [64], 3);
    let bad = json(&run(dir, &verify, 1));
    assert_eq!(
        (&bad["valid"], &bad["bad"][0]["cell"]),
        (&false.into(), &64.into())
    );
    fill(&dir.join("cells"), [64], 0xff);
    run(dir, &["recover", "cells"], 3);
    fs::write(dir.join("short"), &good[1..]).unwrap();
    run(dir, &["recover", "short"], 3);
}

#[test]
fn false_cells_are_detected_by_redundancy_and_named_by_proofs() {
    let mut blob = vec![0; 131_072];
    blob[31] = 7;
    blob[99_999] = 9;
    let dir = folder_with(&blob);
    let dir = dir.path();
    let commitment = line(&run(dir, &["commit", "input"], 0));
    let proofs = line(&run(dir, &["cells", "input", "--out", "cells"], 0));
    fs::write(dir.join("proofs"), &proofs).unwrap();
    let good = fs::read(dir.join("cells")).unwrap();
    let recover = [
        "recover",
        "cells",
        "--out",
        "recovered",
        "--force",
        "--json",
    ];
    let claim = ["--commitment", &commitment, "--proofs", "proofs"];
    let with_proofs = [&recover[..], &claim].concat();
    let recovered = || fs::read(dir.join("recovered")).unwrap();

    // 98 cells are left, and one of them is wrong.
    fill(&dir.join("cells"), 0..30, 0xff);
    fill(&dir.join("cells"), [70], 1);
    let output = run(dir, &recover, 1);
    assert!(
        stderr(&output).contains("contradict each other"),
        "{}",
        stderr(&output)
    );
    assert_eq!(json(&output)["exit_code"], 1);
    assert!(!dir.join("recovered").exists());
    let output = run(dir, &with_proofs, 0);
    assert!(
        stderr(&output).contains("cell 70 is left out"),
        "{}",
        stderr(&output)
    );
    let lost: Vec<u64> = serde_json::from_value(json(&output)["dropped"].clone()).unwrap();
    assert_eq!(lost, [70]);
    assert_eq!(recovered(), good);

    // Any 64 cells are consistent with each other, but only the right ones match the commitment.
    fill(&dir.join("cells"), 30..64, 0xff);
    assert_ne!(json(&run(dir, &recover, 0))["commitment"], *commitment);
    assert_ne!(recovered(), good);
    let with_commitment = [&recover[..], &claim[..2]].concat();
    let output = run(dir, &with_commitment, 1);
    assert!(stderr(&output).contains("not those of the commitment"));
    let output = run(dir, &with_proofs, 1);
    assert!(stderr(&output).contains("63 cells are good, and 64 are needed"));
    run(dir, &["recover", "cells", "--proofs", "proofs"], 2);
}

#[test]
fn any_64_good_cells_of_each_blob_give_the_bytes_back() {
    let input = sparse(2);
    let dir = folder_with(&input);
    let dir = dir.path();
    let pipeline = ["pipeline", "input", "--out", "out", "--proofs", "cells"];
    run(dir, &[&pipeline[..], &["--emit", "cells"]].concat(), 0);
    let cells = dir.join("out/cells/00000001.cells");
    fill(&cells, 3..50, 0xff);
    fill(&cells, 100..117, 1);
    let invalid = run(dir, &["verify", "out"], 1);
    assert!(stderr(&invalid).contains("cells/00000001.cells"));
    run(dir, &["decode", "out", "--out", "back"], 0);
    assert_eq!(fs::read(dir.join("back")).unwrap(), input);
    fill(&cells, [127], 1);
    let failed = run(dir, &["decode", "out", "--out", "back2"], 1);
    assert!(
        stderr(&failed).contains("blob 1 (cells/00000001.cells): 63 good cells"),
        "{}",
        stderr(&failed)
    );
}

#[test]
fn bundles_hold_cell_proofs_where_there_are_any() {
    let dir = folder_with(&sparse(1));
    let dir = dir.path();
    let pipeline = ["pipeline", "input", "--out", "out", "--proofs", "both"];
    let emit = ["--emit", "blobs,cells,bundles"];
    run(dir, &[&pipeline[..], &emit].concat(), 0);
    let bundle: Value =
        serde_json::from_slice(&fs::read(dir.join("out/bundles/00000000.json")).unwrap()).unwrap();
    assert_eq!(bundle["proofs"].as_array().unwrap().len(), 128);
    assert_eq!(bundle["blobs"].as_array().unwrap().len(), 1);
    run(dir, &["verify", "out"], 0);
}

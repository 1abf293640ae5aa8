//! A false value in a document is named.

use super::*;
use crate::formats::beacon::Inclusion;
use kzg_traits::KzgCommitment;

fn verdicts(sidecars: &Sidecars) -> Vec<Option<Result<(), SidecarFault>>> {
    sidecars
        .verify(&**SETTINGS)
        .expect("no fault of the backend")
}

#[test]
fn false_claims_are_named_by_blob() {
    let sample = sample(3);
    let mut transaction = TransactionV0
        .read(&TransactionV0.write(&sample).unwrap())
        .unwrap();
    transaction.versioned_hashes[1].0[5] ^= 1;
    let expected = [
        Some(Ok(())),
        Some(Err(SidecarFault::VersionedHash)),
        Some(Ok(())),
    ];
    assert_eq!(verdicts(&transaction), expected);
    let error = transaction.check_hashes().unwrap_err().to_string();
    assert_eq!(
        error,
        "blob 1: the versioned hash is not that of the commitment"
    );

    let mut sidecars = BlobSidecars
        .read(&BlobSidecars.write(&sample).unwrap())
        .unwrap();
    let block = sidecars.block.as_mut().unwrap();
    let Inclusion::Each(branches) = &mut block.inclusion else {
        panic!("a branch for each");
    };
    branches[2][3].0[0] ^= 1;
    let expected = [
        Some(Ok(())),
        Some(Ok(())),
        Some(Err(SidecarFault::InclusionProof)),
    ];
    assert_eq!(verdicts(&sidecars), expected);
    let error = sidecars.check_hashes().unwrap_err().to_string();
    assert!(
        error.starts_with("slot 9000001, blob 2: the inclusion proof"),
        "{error}"
    );

    let mut columns = for_format(&DataColumns, &sample);
    columns.cells[1].proofs[9] = identity();
    let found = verdicts(&columns);
    assert_eq!(found[0], Some(Ok(())));
    let Some(Err(SidecarFault::WrongCells(faults))) = &found[1] else {
        panic!("{found:?}");
    };
    assert_eq!((faults.index, faults.more), (9, 0));
    columns.block.as_mut().unwrap().header.body_root.0[0] ^= 1;
    let expected = vec![Some(Err(SidecarFault::InclusionProof)); 3];
    assert_eq!(verdicts(&columns), expected);

    // Blobs without commitments, with the hashes of the call.
    let mut answer = sample.clone();
    answer.commitments.clear();
    answer.block = None;
    answer.versioned_hashes = sample
        .commitments
        .iter()
        .map(kzg_to_versioned_hash)
        .collect();
    assert!(all_hold(&answer));
    answer.versioned_hashes.swap(0, 1);
    assert_eq!(verdicts(&answer)[0], Some(Err(SidecarFault::VersionedHash)));
    assert_eq!(verdicts(&answer)[2], Some(Ok(())));
}

#[test]
fn hashes_are_verified_beside_a_blob_whose_commitment_is_not_known() {
    let sample = sample(2);
    let full = for_format(&GetBlobsV4, &sample);
    let [mut hash, of_other] = [0, 1].map(|k| kzg_to_versioned_hash(&sample.commitments[k]));
    // Fewer than 64 cells, and cells that belong to no blob.
    let mut few = full.clone();
    let cells = &mut few.cells[1];
    cells.indices.truncate(63);
    cells.cells.truncate(63);
    cells.proofs.truncate(63);
    let mut malformed = full.clone();
    malformed.cells[1].cells[9].0 = [0xff; 2048];
    for is_right in [true, false] {
        let expected = if is_right {
            Ok(())
        } else {
            hash.0[5] ^= 1;
            Err(SidecarFault::VersionedHash)
        };
        let read = |sidecars: &Sidecars| {
            let result = String::from_utf8(GetBlobsV4.write(sidecars).unwrap()).unwrap();
            let bits = "f".repeat(32);
            let text = format!(
                "{{\"params\":[[\"{hash}\",\"{of_other}\"],\"0x{bits}\"],\"result\":{result}}}"
            );
            GetBlobsV4.read(text.as_bytes()).unwrap()
        };
        assert_eq!(verdicts(&read(&few)), [Some(expected.clone()), None]);
        let found = verdicts(&read(&malformed));
        assert_eq!(found[0], Some(expected));
        assert!(
            matches!(found[1], Some(Err(SidecarFault::Malformed(_)))),
            "{found:?}"
        );
    }
}

/// With cells or with proofs of them, whether or not the document holds blobs.
#[test]
fn a_malformed_commitment_or_blob_is_a_fault_of_its_blob() {
    let sample = sample(3);
    for format in [&BundleV1 as &dyn Format, &BundleV2, &DataColumns] {
        let mut wrong = for_format(format, &sample);
        wrong.block = None;
        assert!(all_hold(&wrong), "{}", format.name());
        wrong.commitments[1] = KzgCommitment([0; 48]);
        let found = verdicts(&wrong);
        assert_eq!((&found[0], &found[2]), (&Some(Ok(())), &Some(Ok(()))));
        let fault = found[1].clone().unwrap().unwrap_err();
        assert_eq!(fault.to_string(), "commitment: invalid encoding");
    }
    for format in [&BundleV1 as &dyn Format, &BundleV2, &Raw] {
        let mut wrong = for_format(format, &sample);
        wrong.block = None;
        // Without commitments, they are computed for the hashes.
        if wrong.commitments.is_empty() {
            let hashes = sample.commitments.iter().map(kzg_to_versioned_hash);
            wrong.versioned_hashes = hashes.collect();
        }
        wrong.blobs[1].0[32..64].fill(0xff);
        let found = verdicts(&wrong);
        assert_eq!((&found[0], &found[2]), (&Some(Ok(())), &Some(Ok(()))));
        let fault = found[1].clone().unwrap().unwrap_err();
        let SidecarFault::Malformed(error) = &fault else {
            panic!("{fault:?}");
        };
        assert_eq!(error.index(), Some(1), "{}", format.name());
        let expected = "field element 1: not canonical, at or above the group order";
        assert_eq!(fault.to_string(), expected, "{}", format.name());
    }
}

/// In a file of cells, bytes of 0xff stand for a lost cell. In a column they are a malformed cell.
#[test]
fn a_cell_of_0xff_is_malformed_and_not_lost() {
    let sample = sample(2);
    let columns = for_format(&DataColumns, &sample);
    for place in [5, 100] {
        let mut wrong = columns.clone();
        wrong.cells[1].cells[place].0.fill(0xff);
        for format in [&DataColumns as &dyn Format, &DataColumnsSsz] {
            let read = format.read(&format.write(&wrong).unwrap()).unwrap();
            let found = verdicts(&read);
            assert_eq!(found[0], Some(Ok(())));
            let Some(Err(SidecarFault::WrongCells(faults))) = &found[1] else {
                panic!("{found:?}");
            };
            assert_eq!((faults.index, faults.more), (place as u64, 0));
        }
    }
}

#[test]
fn cells_are_verified_beside_the_blobs_that_were_made_of_them() {
    let mut columns = for_format(&DataColumns, &sample(2));
    columns.cells[1].proofs[99] = identity();
    let with_blobs = columns.with_blobs().unwrap();
    assert_eq!(with_blobs.blobs.len(), 2);
    let found = verdicts(&with_blobs);
    assert_eq!(found[0], Some(Ok(())));
    assert!(
        matches!(found[1], Some(Err(SidecarFault::WrongCells(_)))),
        "{found:?}"
    );
}

#[test]
fn a_claim_without_a_value_is_not_accepted() {
    // A blob without any of its cells, whatever else the document claims.
    let mut columns = for_format(&DataColumns, &sample(1));
    columns.cells[0] = Default::default();
    assert_eq!(verdicts(&columns), [None]);
    // A list of hashes that is too short.
    let mut few = sample(2);
    few.versioned_hashes = vec![kzg_to_versioned_hash(&few.commitments[0])];
    let expected = [Some(Ok(())), Some(Err(SidecarFault::VersionedHash))];
    assert_eq!(verdicts(&few), expected);
    assert!(few.check_hashes().is_err());
    // A column of a block without blobs.
    let empty = Column::default();
    let json = format!("{{\"data\":[{}]}}", empty.json());
    let error = DataColumns.read(json.as_bytes()).unwrap_err().to_string();
    assert_eq!(error, "data[0]: a sidecar without a commitment has no blob");
    let error = DataColumnsSsz.read(&empty.ssz()).unwrap_err().to_string();
    assert_eq!(
        error,
        "the sidecar: a sidecar without a commitment has no blob"
    );
    let many = Column { count: 4097 };
    let error = DataColumnsSsz.read(&many.ssz()).unwrap_err().to_string();
    assert_eq!(error, "the sidecar: 4097, at most 4096 is expected");
}

/// A column of zeros with this number of blobs.
#[derive(Default)]
struct Column {
    count: usize,
}

impl Column {
    fn json(&self) -> String {
        assert_eq!(self.count, 0);
        let zeros = |bytes: usize| format!("\"0x{}\"", "00".repeat(bytes));
        let root = zeros(32);
        format!(
            "{{\"index\":\"0\",\"column\":[],\"kzg_commitments\":[],\"kzg_proofs\":[],\
             \"signed_block_header\":{{\"message\":{{\"slot\":\"1\",\"proposer_index\":\"2\",\
             \"parent_root\":{root},\"state_root\":{root},\"body_root\":{root}}},\"signature\":{}}},\
             \"kzg_commitments_inclusion_proof\":[{root},{root},{root},{root}]}}",
            zeros(96)
        )
    }

    fn ssz(&self) -> Vec<u8> {
        let mut bytes = vec![0; 356];
        let (cells, points) = (2048 * self.count, 48 * self.count);
        for (place, offset) in [356, 356 + cells, 356 + cells + points].iter().enumerate() {
            bytes[8 + 4 * place..][..4].copy_from_slice(&(*offset as u32).to_le_bytes());
        }
        bytes.resize(356 + cells + 2 * points, 0);
        bytes
    }
}

#[test]
fn hashes_and_commitments_in_every_place_are_read() {
    let sample = sample(1);
    let hash = kzg_to_versioned_hash(&sample.commitments[0]);
    let text = |format: &dyn Format| {
        let content = format.write(&for_format(format, &sample)).unwrap();
        String::from_utf8(content).unwrap().trim().to_owned()
    };
    let lists = text(&BundleV1);
    let lists = lists.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    let right = format!("\"blobVersionedHashes\":[\"{hash}\"]");
    for (hashes, holds) in [
        (&*right, true),
        ("\"blobVersionedHashes\":[]", false),
        (&*right.replace("0x01", "0x02"), false),
    ] {
        for document in [
            format!("{{{hashes},{lists}}}"),
            // As Geth returns a signed transaction.
            format!("{{\"result\":{{\"raw\":\"0x03\",\"tx\":{{{hashes},{lists}}}}}}}"),
            format!("{{\"tx\":{{{hashes}}},\"sidecar\":{{{lists}}}}}"),
            format!("{{\"tx\":{{{hashes}}},{lists}}}"),
        ] {
            let format = recognize(document.as_bytes()).unwrap();
            assert_eq!(format.name(), "sidecar-v0-json");
            let read = format.read(document.as_bytes());
            assert_eq!(read.is_ok_and(|read| all_hold(&read)), holds, "{hashes}");
        }
    }
    // A commitment beside the proofs of cells.
    let answer = text(&GetBlobsV2);
    for (commitment, holds) in [
        (sample.commitments[0], true),
        (KzgCommitment(identity().0), false),
    ] {
        let answer = answer.replacen("[{", &format!("[{{\"commitment\":\"{commitment}\","), 1);
        assert_eq!(
            all_hold(&GetBlobsV2.read(answer.as_bytes()).unwrap()),
            holds
        );
    }
}

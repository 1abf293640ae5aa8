//! The same calls on rust_eth_kzg and on this crate: one source, compiled twice.

#![allow(clippy::unwrap_used, reason = "tests")]

/// Blobs: varied, zero, and with a field element that is not canonical.
fn blobs() -> Vec<Vec<u8>> {
    let mut varied = vec![0; 131_072];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for (index, byte) in varied.iter_mut().enumerate() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *byte = if index % 32 == 0 { 0x20 } else { state as u8 };
    }
    let mut malformed = varied.clone();
    malformed[131_040] = 0xff;
    vec![varied, vec![0; 131_072], malformed]
}

/// 48 bytes: infinity, the generator, and encodings that are no points of the group.
fn points() -> [[u8; 48]; 5] {
    let mut infinity = [0; 48];
    infinity[0] = 0xc0;
    let generator = [
        0x97, 0xf1, 0xd3, 0xa7, 0x31, 0x97, 0xd7, 0x94, 0x26, 0x95, 0x63, 0x8c, 0x4f, 0xa9, 0xac,
        0x0f, 0xc3, 0x68, 0x8c, 0x4f, 0x97, 0x74, 0xb9, 0x05, 0xa1, 0x4e, 0x3a, 0x3f, 0x17, 0x1b,
        0xac, 0x58, 0x6c, 0x55, 0xe8, 0x3f, 0xf9, 0x7a, 0x1a, 0xef, 0xfb, 0x3a, 0xf0, 0x0a, 0xdb,
        0x22, 0xc6, 0xbb,
    ];
    // x = 0: on the curve, not in the subgroup.
    let mut outside = [0; 48];
    outside[0] = 0x80;
    [infinity, generator, outside, [0; 48], [0xff; 48]]
}

macro_rules! calls {
    ($library:ident) => {
        mod $library {
            use $library::constants::{
                BYTES_PER_BLOB, BYTES_PER_CELL, BYTES_PER_COMMITMENT, BYTES_PER_FIELD_ELEMENT,
                CELLS_PER_EXT_BLOB, EXPANSION_FACTOR, FIELD_ELEMENTS_PER_BLOB,
                FIELD_ELEMENTS_PER_CELL, FIELD_ELEMENTS_PER_EXT_BLOB, NUM_PROOFS,
                RECOMMENDED_PRECOMP_WIDTH,
            };
            use $library::{
                BlobRef, Bytes48Ref, Cell, CellIndex, CellRef, DASContext, Error, KZGCommitment,
                KZGProof, SerializedScalar, TrustedSetup, UsePrecomp,
            };

            /// Compiles only if the types implement what those of the original implement.
            const _: fn() = || {
                use std::panic::{RefUnwindSafe, UnwindSafe};
                fn shared<T: Send + Sync + UnwindSafe + RefUnwindSafe + Unpin>() {}
                fn printed<T: std::fmt::Debug>() {}
                fn copied<T: Copy + Clone + std::fmt::Debug>() {}
                shared::<(DASContext, TrustedSetup, UsePrecomp, Error)>();
                printed::<(DASContext, TrustedSetup, Error)>();
                copied::<UsePrecomp>();
                let _: fn() -> DASContext = DASContext::default;
                let _: fn(&str) -> TrustedSetup = TrustedSetup::from_json;
                let _: fn(&str) -> TrustedSetup = TrustedSetup::from_json_unchecked;
            };

            pub(crate) fn constants() -> [usize; 11] {
                [
                    BYTES_PER_BLOB,
                    BYTES_PER_CELL,
                    BYTES_PER_COMMITMENT,
                    BYTES_PER_FIELD_ELEMENT,
                    CELLS_PER_EXT_BLOB,
                    EXPANSION_FACTOR,
                    FIELD_ELEMENTS_PER_BLOB,
                    FIELD_ELEMENTS_PER_CELL,
                    FIELD_ELEMENTS_PER_EXT_BLOB,
                    NUM_PROOFS,
                    RECOMMENDED_PRECOMP_WIDTH,
                ]
            }

            /// The variant of an error, and whether a proof does not hold. The match has no
            /// wildcard.
            fn variant(error: &Error) -> String {
                let variant = match error {
                    Error::Prover(_) => "Prover",
                    Error::Verifier(_) => "Verifier",
                    Error::Recovery(_) => "Recovery",
                    Error::Serialization(_) => "Serialization",
                    Error::EIP4844(_) => "EIP4844",
                };
                format!("{variant}, proof invalid: {}", error.is_proof_invalid())
            }

            fn show<T>(result: Result<T, Error>, value: impl FnOnce(T) -> String) -> String {
                match result {
                    Ok(result) => value(result),
                    Err(error) => variant(&error),
                }
            }

            fn verdict(result: Result<(), Error>) -> String {
                show(result, |()| "holds".to_owned())
            }

            fn both(
                (cells, proofs): ([Cell; CELLS_PER_EXT_BLOB], [KZGProof; CELLS_PER_EXT_BLOB]),
            ) -> String {
                format!("{cells:?}{proofs:?}")
            }

            pub(crate) fn run() -> Vec<(String, String)> {
                let mut log = Vec::new();
                let mut add = |name: String, result: String| log.push((name, result));
                let width = RECOMMENDED_PRECOMP_WIDTH;
                let _: UsePrecomp = UsePrecomp::Yes { width };
                let context = DASContext::new(&TrustedSetup::default(), UsePrecomp::No);
                assert!(!format!("{context:?}").is_empty());

                let blobs = super::blobs();
                let blobs: Vec<BlobRef<'_>> = blobs
                    .iter()
                    .map(|blob| blob.as_slice().try_into().unwrap())
                    .collect();
                let points = super::points();
                let scalars: [SerializedScalar; 3] = [[0; 32], [1; 32], [0xff; 32]];
                for (i, &blob) in blobs.iter().enumerate() {
                    let commitment = context.blob_to_kzg_commitment(blob);
                    add(
                        format!("commitment {i}"),
                        show(commitment, |c| format!("{c:?}")),
                    );
                    let cells = context.compute_cells(blob);
                    add(
                        format!("cells {i}"),
                        show(cells, |cells| format!("{cells:?}")),
                    );
                    add(
                        format!("cells and proofs {i}"),
                        show(context.compute_cells_and_kzg_proofs(blob), both),
                    );
                    for (j, &z) in scalars.iter().enumerate() {
                        let proof = context.compute_kzg_proof(blob, z);
                        add(
                            format!("proof {i} at {j}"),
                            show(proof, |proof| format!("{proof:?}")),
                        );
                    }
                    for (j, point) in points.iter().enumerate() {
                        let proof = context.compute_blob_kzg_proof(blob, point);
                        add(
                            format!("blob proof {i}, {j}"),
                            show(proof, |proof| format!("{proof:?}")),
                        );
                        let holds = context.verify_blob_kzg_proof(blob, point, &points[0]);
                        add(format!("blob {i} with commitment {j}"), verdict(holds));
                        let holds = context.verify_blob_kzg_proof(blob, &points[0], point);
                        add(format!("blob {i} with proof {j}"), verdict(holds));
                    }
                }

                let commitment: KZGCommitment = context.blob_to_kzg_commitment(blobs[0]).unwrap();
                let (proof, y) = context.compute_kzg_proof(blobs[0], scalars[1]).unwrap();
                for (i, &z) in scalars.iter().enumerate() {
                    let holds = context.verify_kzg_proof(&commitment, z, y, &proof);
                    add(format!("verified at {i}"), verdict(holds));
                    let holds = context.verify_kzg_proof(&commitment, scalars[1], z, &proof);
                    add(format!("verified with value {i}"), verdict(holds));
                }
                let blob_proof = context
                    .compute_blob_kzg_proof(blobs[0], &commitment)
                    .unwrap();
                for count in 0..=2 {
                    let blobs = vec![blobs[0]; count];
                    let proofs: Vec<Bytes48Ref<'_>> = vec![&blob_proof; count];
                    let holds = context.verify_blob_kzg_proof_batch(
                        blobs.clone(),
                        vec![&commitment; count],
                        proofs.clone(),
                    );
                    add(format!("batch of {count}"), verdict(holds));
                    let holds = context.verify_blob_kzg_proof_batch(
                        blobs.clone(),
                        vec![&commitment; 3],
                        proofs.clone(),
                    );
                    add(
                        format!("batch of {count} with 3 commitments"),
                        verdict(holds),
                    );
                    let wrong = vec![&points[1]; count];
                    let holds = context.verify_blob_kzg_proof_batch(blobs, wrong, proofs);
                    add(
                        format!("batch of {count} with wrong commitments"),
                        verdict(holds),
                    );
                }
                cells(&context, blobs[0], &commitment, &mut add);
                log
            }

            fn cells(
                context: &DASContext,
                blob: BlobRef<'_>,
                commitment: &KZGCommitment,
                add: &mut dyn FnMut(String, String),
            ) {
                let (cells, proofs) = context.compute_cells_and_kzg_proofs(blob).unwrap();
                let cells: Vec<CellRef<'_>> = cells.iter().map(|cell| &**cell).collect();
                let proofs: Vec<Bytes48Ref<'_>> = proofs.iter().collect();
                let indices: Vec<CellIndex> = (0..128).collect();
                let points = super::points();
                let malformed = [0xff; BYTES_PER_CELL];
                for count in [0, 1, 128] {
                    let holds = context.verify_cell_kzg_proof_batch(
                        vec![commitment; count],
                        &indices[..count],
                        cells[..count].to_vec(),
                        proofs[..count].to_vec(),
                    );
                    add(format!("{count} cells"), verdict(holds));
                    let holds = context.verify_cell_kzg_proof_batch(
                        vec![commitment; 2],
                        &indices[..count],
                        cells[..count].to_vec(),
                        proofs[..count].to_vec(),
                    );
                    add(format!("{count} cells, 2 commitments"), verdict(holds));
                }
                let mut one = |name: String, commitment, index, cell, proof| {
                    let (cells, proofs) = (vec![cell], vec![proof]);
                    let commitments = vec![commitment];
                    let holds =
                        context.verify_cell_kzg_proof_batch(commitments, &[index], cells, proofs);
                    add(name, verdict(holds));
                };
                for (i, point) in points.iter().enumerate() {
                    one(
                        format!("cell with commitment {i}"),
                        point,
                        0,
                        cells[0],
                        proofs[0],
                    );
                    one(
                        format!("cell with proof {i}"),
                        commitment,
                        0,
                        cells[0],
                        point,
                    );
                }
                for index in [1, 127, 128, u64::MAX] {
                    one(
                        format!("cell with index {index}"),
                        commitment,
                        index,
                        cells[0],
                        proofs[0],
                    );
                }
                one(
                    "malformed cell".to_owned(),
                    commitment,
                    0,
                    &malformed,
                    proofs[0],
                );
                for (i, point) in points.iter().enumerate() {
                    one(
                        format!("index 128 and commitment {i}"),
                        point,
                        128,
                        cells[0],
                        proofs[0],
                    );
                }
                // The first row has a malformed item, and a later row a malformed index.
                for (name, cell, proof) in [
                    ("malformed cell", &malformed, proofs[0]),
                    ("malformed proof", cells[0], &points[4]),
                ] {
                    let holds = context.verify_cell_kzg_proof_batch(
                        vec![commitment; 2],
                        &[0, 128],
                        vec![cell, cells[1]],
                        vec![proof, proofs[1]],
                    );
                    add(format!("{name}, then index 128"), verdict(holds));
                }

                let mut recover = |name: &str, indices: Vec<CellIndex>, cells: Vec<CellRef<'_>>| {
                    let recovered = context.recover_cells_and_kzg_proofs(indices, cells);
                    add(format!("recovery: {name}"), show(recovered, both));
                };
                recover("64 cells", indices[64..].to_vec(), cells[64..].to_vec());
                recover("all cells", indices.clone(), cells.clone());
                recover("no cells", Vec::new(), Vec::new());
                recover("63 cells", indices[..63].to_vec(), cells[..63].to_vec());
                recover(
                    "64 indices, 65 cells",
                    indices[..64].to_vec(),
                    cells[..65].to_vec(),
                );
                let mut descending = indices[..64].to_vec();
                descending.reverse();
                recover("descending", descending, cells[..64].to_vec());
                let mut high = indices[..64].to_vec();
                high[63] = 128;
                recover("index 128", high.clone(), cells[..64].to_vec());
                let mut broken = cells[..64].to_vec();
                broken[0] = &malformed;
                recover("malformed cell", indices[..64].to_vec(), broken.clone());
                recover("malformed cell and index 128", high, broken.clone());
                recover(
                    "63 cells, one malformed",
                    indices[..63].to_vec(),
                    broken[..63].to_vec(),
                );
                // Cells that belong to no blob, among all cells and among cells of which one more
                // is given than recovery needs.
                let mut other = *cells[5];
                other[31] ^= 1;
                let mut contradictory = cells.clone();
                contradictory[5] = &other;
                recover(
                    "all cells, contradictory",
                    indices.clone(),
                    contradictory.clone(),
                );
                recover(
                    "65 cells, contradictory",
                    indices[..65].to_vec(),
                    contradictory[..65].to_vec(),
                );
                contradictory[100] = &malformed;
                recover(
                    "all cells, contradictory and malformed",
                    indices.clone(),
                    contradictory,
                );
                recover(
                    "65 cells",
                    indices[40..105].to_vec(),
                    cells[40..105].to_vec(),
                );
            }
        }
    };
}

calls!(original_rust_eth_kzg);
calls!(rust_eth_kzg);

#[test]
fn constants_are_those_of_the_original() {
    assert_eq!(
        original_rust_eth_kzg::constants(),
        rust_eth_kzg::constants()
    );
}

#[test]
fn results_and_errors_are_those_of_the_original() {
    let (theirs, ours) = (original_rust_eth_kzg::run(), rust_eth_kzg::run());
    assert!(!theirs.is_empty());
    for ((name, theirs), (ours_name, ours)) in theirs.iter().zip(&ours) {
        assert_eq!(name, ours_name);
        let shown = |text: &str| text.chars().take(120).collect::<String>();
        assert!(
            theirs == ours,
            "{name}\n original: {}\n ours: {}",
            shown(theirs),
            shown(ours)
        );
    }
    assert_eq!(theirs.len(), ours.len());
}

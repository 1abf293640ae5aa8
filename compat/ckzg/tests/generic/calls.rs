//! Calls that compile against c-kzg and against this crate: `api` is one of the two. Each call leaves
//! a line with its result: bytes in hexadecimal, or the variant of the error.

use super::api::{
    BYTES_PER_BLOB, BYTES_PER_CELL, BYTES_PER_COMMITMENT, BYTES_PER_FIELD_ELEMENT, BYTES_PER_PROOF,
    Blob, Bytes32, Bytes48, CELLS_PER_EXT_BLOB, Cell, CkzgError, Error, FIELD_ELEMENTS_PER_BLOB,
    FIELD_ELEMENTS_PER_CELL, KzgCommitment, KzgProof, KzgSettings, ethereum_kzg_settings,
    ethereum_kzg_settings_arc,
};
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use crate::inputs;

/// The results of the calls, in order.
#[derive(Default)]
pub(crate) struct Log(Vec<String>);

impl Log {
    fn add<T>(&mut self, name: &str, result: Result<T, Error>, show: impl FnOnce(T) -> String) {
        let shown = match result {
            Ok(value) => show(value),
            Err(error) => variant(&error),
        };
        self.0.push(format!("{name}: {shown}"));
    }

    fn debug(&mut self, name: &str, value: impl Debug) {
        self.0.push(format!("{name}: {value:?}"));
    }
}

/// The variant of an error. The match has no wildcard, so it compiles only if both libraries have
/// exactly these variants.
fn variant(error: &Error) -> String {
    // Errors are printed and boxed.
    let boxed: &dyn std::error::Error = error;
    assert!(!boxed.to_string().is_empty());
    match error {
        Error::InvalidBytesLength(_) => "InvalidBytesLength".to_owned(),
        Error::InvalidHexFormat(_) => "InvalidHexFormat".to_owned(),
        Error::InvalidKzgProof(_) => "InvalidKzgProof".to_owned(),
        Error::InvalidKzgCommitment(_) => "InvalidKzgCommitment".to_owned(),
        Error::InvalidTrustedSetup(_) => "InvalidTrustedSetup".to_owned(),
        Error::MismatchLength(_) => "MismatchLength".to_owned(),
        // The texts of these two are no sentences, so programs may depend on them.
        Error::LoadingTrustedSetupFailed(fault) => {
            format!("LoadingTrustedSetupFailed({fault:?}), {error}")
        }
        Error::CError(status) => match status {
            CkzgError::C_KZG_OK
            | CkzgError::C_KZG_BADARGS
            | CkzgError::C_KZG_ERROR
            | CkzgError::C_KZG_MALLOC => format!("CError({status:?}, {}), {error}", *status as u32),
        },
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn verdict(holds: bool) -> String {
    holds.to_string()
}

fn cells_hash(cells: Box<[Cell; CELLS_PER_EXT_BLOB]>) -> String {
    // Cells are hashed one by one, so that the first difference would be visible in a debugger.
    format!("{:x?}", cells.iter().map(hash).collect::<Vec<_>>())
}

fn proofs_hex(proofs: &[KzgProof; CELLS_PER_EXT_BLOB]) -> String {
    proofs.iter().map(KzgProof::as_hex_string).collect()
}

/// The types: constructors, conversions and their errors.
pub(crate) fn types() -> Vec<String> {
    let mut log = Log::default();
    let sizes: [usize; 8] = [
        BYTES_PER_BLOB,
        BYTES_PER_CELL,
        BYTES_PER_COMMITMENT,
        BYTES_PER_FIELD_ELEMENT,
        BYTES_PER_PROOF,
        CELLS_PER_EXT_BLOB,
        FIELD_ELEMENTS_PER_BLOB,
        FIELD_ELEMENTS_PER_CELL,
    ];
    log.debug("constants", sizes);
    log.debug(
        "layouts",
        [
            (size_of::<Blob>(), align_of::<Blob>()),
            (size_of::<Cell>(), align_of::<Cell>()),
            (size_of::<Bytes32>(), align_of::<Bytes32>()),
            (size_of::<Bytes48>(), align_of::<Bytes48>()),
            (size_of::<KzgCommitment>(), align_of::<KzgCommitment>()),
            (size_of::<KzgProof>(), align_of::<KzgProof>()),
            (size_of::<CkzgError>(), align_of::<CkzgError>()),
        ],
    );

    let text = || "a text".to_owned();
    for error in [
        Error::InvalidBytesLength(text()),
        Error::InvalidHexFormat(text()),
        Error::InvalidKzgProof(text()),
        Error::InvalidKzgCommitment(text()),
        Error::InvalidTrustedSetup(text()),
        Error::MismatchLength(text()),
        Error::CError(CkzgError::C_KZG_OK),
        Error::CError(CkzgError::C_KZG_BADARGS),
        Error::CError(CkzgError::C_KZG_ERROR),
        Error::CError(CkzgError::C_KZG_MALLOC),
    ] {
        log.debug("error", format!("{error} {error:?}"));
    }

    const ZEROS: Bytes32 = Bytes32::new([0; 32]);
    const PLACE: Bytes48 = Bytes48::new([0; 48]);
    static CELL: Cell = Cell::new([0; BYTES_PER_CELL]);
    static BLOB: Blob = Blob::new([0; BYTES_PER_BLOB]);
    assert_eq!(ZEROS, Bytes32::default());
    assert_eq!(PLACE, Bytes48::default());
    assert_eq!(CELL, Cell::default());
    assert!(BLOB == Blob::default());
    log.debug("Bytes32", ZEROS);
    log.debug("Bytes48", PLACE);
    log.debug(
        "hashes",
        [hash(&ZEROS), hash(&PLACE), hash(&CELL), hash(&BLOB)],
    );

    let lengths = [
        0, 1, 31, 32, 33, 47, 48, 49, 2047, 2048, 2049, 131_071, 131_072, 131_073,
    ];
    for length in lengths {
        let bytes: Vec<u8> = (0..length).map(|i| i as u8).collect();
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = |call: &str| format!("{call}({length})");
        log.add(&name("Blob"), Blob::from_bytes(&bytes), |blob| {
            hash(&blob).to_string()
        });
        log.add(&name("Cell"), Cell::from_bytes(&bytes), |cell| {
            hash(&cell).to_string()
        });
        log.add(&name("Bytes32"), Bytes32::from_bytes(&bytes), |b| {
            format!("{b:?}")
        });
        log.add(&name("Bytes48"), Bytes48::from_bytes(&bytes), |b| {
            format!("{b:?}")
        });
        log.add(&name("KzgProof"), KzgProof::from_bytes(&bytes), |p| {
            p.as_hex_string()
        });
        log.add(
            &name("KzgCommitment"),
            KzgCommitment::from_bytes(&bytes),
            |c| c.as_hex_string(),
        );
        for text in [
            text.clone(),
            format!("0x{text}"),
            format!("0x0x{text}"),
            format!("0X{text}"),
            text.to_uppercase(),
            format!("{text}0"),
            format!("{text}zz"),
            format!(" {text}"),
        ] {
            let start: String = text.chars().take(6).collect();
            let name = |call: &str| format!("{call}::from_hex({start}.., {length})");
            log.add(&name("Blob"), Blob::from_hex(&text), |blob| {
                hash(&blob).to_string()
            });
            log.add(&name("Cell"), Cell::from_hex(&text), |cell| {
                hash(&cell).to_string()
            });
            log.add(&name("Bytes32"), Bytes32::from_hex(&text), |b| {
                format!("{b:?}")
            });
            log.add(&name("Bytes48"), Bytes48::from_hex(&text), |b| {
                format!("{b:?}")
            });
        }
    }

    let mut blob = Blob::from([1; BYTES_PER_BLOB]);
    blob[5] = 9;
    let by_reference: &[u8] = blob.as_ref();
    assert_eq!(by_reference[5], 9);
    assert_eq!(blob.clone().into_inner()[5], 9);
    let mut bytes48 = Bytes48::from([1; 48]);
    bytes48[5] = 9;
    assert_eq!(bytes48.into_inner()[5], 9);
    let array: &[u8; 48] = bytes48.as_ref();
    assert_eq!(array, &*bytes48);
    let bytes32 = Bytes32::from([3; 32]);
    let array: &[u8; 32] = bytes32.as_ref();
    assert_eq!(array, &*bytes32);
    assert_eq!(Cell::new([4; BYTES_PER_CELL]).to_bytes()[7], 4);
    let proof = KzgProof::from([5; 48]);
    let commitment = KzgCommitment::from([6; 48]);
    let (copy, other_copy) = (proof, commitment);
    assert_eq!(*copy, [5; 48]);
    assert_eq!(*other_copy, [6; 48]);
    log.debug("proof", (proof.to_bytes(), proof.as_hex_string()));
    log.debug(
        "commitment",
        (commitment.to_bytes(), commitment.as_hex_string()),
    );
    log.debug(
        "defaults",
        (
            KzgProof::default().to_bytes(),
            KzgCommitment::default().to_bytes(),
        ),
    );

    for value in [serde_json::json!(bytes32), serde_json::json!(bytes48)] {
        log.debug("json", value.to_string());
    }
    log.debug(
        "json of a blob",
        hash(&serde_json::to_string(&blob).unwrap()),
    );
    for text in [
        format!("\"0x{}\"", "ab".repeat(32)),
        format!("\"{}\"", "AB".repeat(48)),
        format!("\"0x{}\"", "01".repeat(BYTES_PER_BLOB)),
        "\"0x0g\"".to_owned(),
        "7".to_owned(),
    ] {
        let start: String = text.chars().take(6).collect();
        log.debug(
            &format!("{start} Bytes32"),
            serde_json::from_str::<Bytes32>(&text).ok(),
        );
        log.debug(
            &format!("{start} Bytes48"),
            serde_json::from_str::<Bytes48>(&text).ok(),
        );
        let blob = serde_json::from_str::<Blob>(&text).ok();
        log.debug(&format!("{start} Blob"), blob.map(|blob| hash(&blob)));
    }

    let noise: Vec<u8> = (0..BYTES_PER_BLOB).map(|i| (i / 7) as u8).collect();
    let mut input = arbitrary::Unstructured::new(&noise);
    log.debug("arbitrary Bytes32", input.arbitrary::<Bytes32>().unwrap());
    log.debug("arbitrary Bytes48", input.arbitrary::<Bytes48>().unwrap());
    log.debug("arbitrary Cell", hash(&input.arbitrary::<Cell>().unwrap()));
    log.debug("arbitrary Blob", hash(&input.arbitrary::<Blob>().unwrap()));
    log.0
}

/// The operations, with good and hostile arguments.
pub(crate) fn operations(settings: &KzgSettings) -> Vec<String> {
    let mut log = Log::default();
    let point = |hex: &str| Bytes48::from_hex(hex).unwrap();
    let points: Vec<Bytes48> = inputs::POINTS.iter().map(|hex| point(hex)).collect();
    let scalars: Vec<Bytes32> = inputs::scalars().iter().map(|&s| Bytes32::new(s)).collect();
    let blobs: Vec<Blob> = inputs::blobs()
        .iter()
        .map(|bytes| Blob::from_bytes(bytes).unwrap())
        .collect();

    for (i, blob) in blobs.iter().enumerate() {
        let commitment = settings.blob_to_kzg_commitment(blob);
        log.add(&format!("commitment {i}"), commitment, |c| {
            c.as_hex_string()
        });
        for (j, z) in scalars.iter().enumerate() {
            log.add(
                &format!("proof {i} at {j}"),
                settings.compute_kzg_proof(blob, z),
                |(p, y)| format!("{} {y:?}", p.as_hex_string()),
            );
        }
        for (j, point) in points.iter().enumerate() {
            let proof = settings.compute_blob_kzg_proof(blob, point);
            log.add(&format!("blob proof {i} of {j}"), proof, |p| {
                p.as_hex_string()
            });
            let holds = settings.verify_blob_kzg_proof(blob, point, &points[0]);
            log.add(
                &format!("blob {i} verified with commitment {j}"),
                holds,
                verdict,
            );
            let holds = settings.verify_blob_kzg_proof(blob, &points[0], point);
            log.add(&format!("blob {i} verified with proof {j}"), holds, verdict);
        }
        log.add(
            &format!("cells {i}"),
            settings.compute_cells(blob),
            cells_hash,
        );
        let both = settings.compute_cells_and_kzg_proofs(blob);
        log.add(&format!("cells and proofs {i}"), both, |(cells, proofs)| {
            cells_hash(cells) + &proofs_hex(&proofs)
        });
    }

    // A right proof of each kind, and the same with each argument replaced.
    let blob = &blobs[0];
    let commitment = settings.blob_to_kzg_commitment(blob).unwrap().to_bytes();
    let (proof, y) = settings.compute_kzg_proof(blob, &scalars[1]).unwrap();
    let proof = proof.to_bytes();
    let blob_proof = settings
        .compute_blob_kzg_proof(blob, &commitment)
        .unwrap()
        .to_bytes();
    let z = scalars[1];
    log.add(
        "right",
        settings.verify_kzg_proof(&commitment, &z, &y, &proof),
        verdict,
    );
    for (j, other) in points.iter().enumerate() {
        let holds = settings.verify_kzg_proof(other, &z, &y, &proof);
        log.add(&format!("commitment {j} instead"), holds, verdict);
        let holds = settings.verify_kzg_proof(&commitment, &z, &y, other);
        log.add(&format!("proof {j} instead"), holds, verdict);
    }
    for (j, other) in scalars.iter().enumerate() {
        let holds = settings.verify_kzg_proof(&commitment, other, &y, &proof);
        log.add(&format!("z {j} instead"), holds, verdict);
        let holds = settings.verify_kzg_proof(&commitment, &z, other, &proof);
        log.add(&format!("y {j} instead"), holds, verdict);
    }
    let holds = settings.verify_blob_kzg_proof(blob, &commitment, &blob_proof);
    log.add("right blob", holds, verdict);

    let batch = vec![blob.clone(), blob.clone(), blobs[1].clone()];
    let second = settings
        .blob_to_kzg_commitment(&blobs[1])
        .unwrap()
        .to_bytes();
    let second_proof = settings
        .compute_blob_kzg_proof(&blobs[1], &second)
        .unwrap()
        .to_bytes();
    let commitments = [commitment, commitment, second];
    let proofs = [blob_proof, blob_proof, second_proof];
    let holds = settings.verify_blob_kzg_proof_batch(&batch, &commitments, &proofs);
    log.add("batch", holds, verdict);
    for count in 0..3 {
        let holds = settings.verify_blob_kzg_proof_batch(
            &batch[..count],
            &commitments[..count],
            &proofs[..count],
        );
        log.add(&format!("batch of {count}"), holds, verdict);
        let holds = settings.verify_blob_kzg_proof_batch(&batch, &commitments[..count], &proofs);
        log.add(&format!("{count} commitments"), holds, verdict);
        let holds = settings.verify_blob_kzg_proof_batch(&batch, &commitments, &proofs[..count]);
        log.add(&format!("{count} proofs"), holds, verdict);
        let holds = settings.verify_blob_kzg_proof_batch(&batch[..count], &commitments, &proofs);
        log.add(&format!("{count} blobs"), holds, verdict);
    }
    for (j, other) in points.iter().enumerate() {
        let mut replaced = commitments;
        replaced[1] = *other;
        let holds = settings.verify_blob_kzg_proof_batch(&batch, &replaced, &proofs);
        log.add(&format!("batch with commitment {j}"), holds, verdict);
    }

    cells(settings, blob, &commitment, &points, &mut log);
    log.0
}

fn cells(
    settings: &KzgSettings,
    blob: &Blob,
    commitment: &Bytes48,
    points: &[Bytes48],
    log: &mut Log,
) {
    let (cells, proofs) = settings.compute_cells_and_kzg_proofs(blob).unwrap();
    let indices: Vec<u64> = (0..CELLS_PER_EXT_BLOB as u64).collect();
    let commitments = [*commitment; CELLS_PER_EXT_BLOB];
    let proofs: Vec<Bytes48> = proofs.iter().map(KzgProof::to_bytes).collect();
    let verify = |commitments: &[Bytes48], indices: &[u64], cells: &[Cell], proofs: &[Bytes48]| {
        settings.verify_cell_kzg_proof_batch(commitments, indices, cells, proofs)
    };
    log.add(
        "cells",
        verify(&commitments, &indices, &cells[..], &proofs),
        verdict,
    );
    for count in [0, 1, 2] {
        let few = verify(
            &commitments[..count],
            &indices[..count],
            &cells[..count],
            &proofs[..count],
        );
        log.add(&format!("{count} cells"), few, verdict);
        let holds = verify(&commitments[..count], &indices, &cells[..], &proofs);
        log.add(&format!("{count} commitments of cells"), holds, verdict);
        let holds = verify(&commitments, &indices[..count], &cells[..], &proofs);
        log.add(&format!("{count} indices of cells"), holds, verdict);
        let holds = verify(&commitments, &indices, &cells[..count], &proofs);
        log.add(&format!("{count} cells of many"), holds, verdict);
        let holds = verify(&commitments, &indices, &cells[..], &proofs[..count]);
        log.add(&format!("{count} proofs of cells"), holds, verdict);
    }
    for (j, other) in points.iter().enumerate() {
        let holds = verify(
            &[*commitment, *other],
            &indices[..2],
            &cells[..2],
            &proofs[..2],
        );
        log.add(&format!("cells with commitment {j}"), holds, verdict);
        let holds = verify(
            &commitments[..2],
            &indices[..2],
            &cells[..2],
            &[proofs[0], *other],
        );
        log.add(&format!("cells with proof {j}"), holds, verdict);
    }
    for index in [1, 127, 128, u64::MAX] {
        let holds = verify(&commitments[..1], &[index], &cells[1..2], &proofs[1..2]);
        log.add(&format!("cell index {index}"), holds, verdict);
    }
    let malformed = Cell::new([0xff; BYTES_PER_CELL]);
    let holds = verify(
        &commitments[..2],
        &indices[..2],
        &[cells[0], malformed],
        &proofs[..2],
    );
    log.add("malformed cell", holds, verdict);

    let mut recover = |name: &str, indices: &[u64], cells: &[Cell]| {
        let recovered = settings.recover_cells_and_kzg_proofs(indices, cells);
        log.add(
            &format!("recovery: {name}"),
            recovered,
            |(cells, proofs)| cells_hash(cells) + &proofs_hex(&proofs),
        );
    };
    recover("64 cells", &indices[..64], &cells[..64]);
    let odd: Vec<u64> = indices
        .iter()
        .copied()
        .filter(|index| index % 2 == 1)
        .collect();
    let odd_cells: Vec<Cell> = odd.iter().map(|&index| cells[index as usize]).collect();
    recover("odd cells", &odd, &odd_cells);
    recover("all cells", &indices, &cells[..]);
    recover("no cells", &[], &[]);
    recover("63 cells", &indices[..63], &cells[..63]);
    recover("65 indices, 64 cells", &indices[..65], &cells[..64]);
    recover("64 indices, 65 cells", &indices[..64], &cells[..65]);
    let more: Vec<u64> = (0..129).collect();
    let more_cells = [&cells[..], &cells[..1]].concat();
    recover("129 cells", &more, &more_cells);
    let mut reversed = indices[..64].to_vec();
    reversed.reverse();
    recover("descending indices", &reversed, &cells[..64]);
    let mut twice = indices[..64].to_vec();
    twice[1] = 0;
    recover("an index twice", &twice, &cells[..64]);
    let mut high = indices[..64].to_vec();
    high[63] = 128;
    recover("index 128", &high, &cells[..64]);
    let mut broken = cells[..64].to_vec();
    broken[63] = malformed;
    recover("malformed cell", &indices[..64], &broken);
}

/// Loading: from bytes, text and a file, and settings as values.
pub(crate) fn loading(setup: &inputs::Setup, file: &Path) -> Vec<String> {
    let mut log = Log::default();
    let blob = Blob::from_bytes(&inputs::blobs()[0]).unwrap();
    let loaded = |settings: KzgSettings| {
        settings
            .blob_to_kzg_commitment(&blob)
            .unwrap()
            .as_hex_string()
    };
    let load = |setup: &inputs::Setup, precompute| {
        let (monomial, lagrange, g2) = (&setup.g1_monomial, &setup.g1_lagrange, &setup.g2_monomial);
        KzgSettings::load_trusted_setup(monomial, lagrange, g2, precompute)
    };
    log.add("bytes", load(setup, 0), loaded);
    log.add("precompute 16", load(setup, 16), loaded);
    for (name, broken) in setup.broken() {
        log.add(name, load(&broken, 0), loaded);
    }

    log.add(
        "file",
        KzgSettings::load_trusted_setup_file(file, 0),
        loaded,
    );
    let none = file.with_file_name("none");
    log.add(
        "no file",
        KzgSettings::load_trusted_setup_file(&none, 0),
        loaded,
    );
    let path = std::ffi::CString::new(none.to_str().unwrap()).unwrap();
    log.add(
        "no file by its C string",
        KzgSettings::load_trusted_setup_file_inner(&path, 0),
        loaded,
    );
    let folder = file.parent().unwrap();
    log.add(
        "a folder",
        KzgSettings::load_trusted_setup_file(folder, 0),
        loaded,
    );

    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    log.add(
        "text",
        KzgSettings::parse_kzg_trusted_setup(&text, 0),
        loaded,
    );
    let mut parse = |name: &str, text: &str| {
        log.add(name, KzgSettings::parse_kzg_trusted_setup(text, 0), loaded);
    };
    parse("empty text", "");
    parse("no count", &text.replacen("4096", "many", 1));
    parse("another count", &text.replacen("4096", "4095", 1));
    parse("another count of G2", &text.replacen("65", "64", 1));
    parse("a missing line", &lines[..lines.len() - 1].join("\n"));
    parse("one more line", &(text.clone() + "\n" + lines[2]));
    parse(
        "no hexadecimal",
        &text.replacen(lines[2], &lines[2].replacen('a', "g", 1), 1),
    );

    let first: &'static KzgSettings = ethereum_kzg_settings(0);
    let again: Arc<KzgSettings> = ethereum_kzg_settings_arc(0);
    assert!(std::ptr::eq(first, &*again));
    assert!(Arc::ptr_eq(&again, &ethereum_kzg_settings_arc(0)));
    let other = load(setup, 0).unwrap();
    log.debug(
        "identity",
        (
            *first == *again,
            *first == other,
            hash(first) == hash(&*again),
        ),
    );
    log.debug("printed", format!("{first:?}").starts_with("K"));
    log.debug(
        "panics above 15",
        [15, 16, u64::MAX].map(|precompute| {
            // 15 would build the original's largest tables.
            precompute != 15
                && std::panic::catch_unwind(|| ethereum_kzg_settings(precompute)).is_err()
        }),
    );
    log.0
}

// The signatures of both libraries, as function pointers: another signature does not compile.
#[allow(clippy::type_complexity)]
const _: () = {
    let _: fn(&[u8], &[u8], &[u8], u64) -> Result<KzgSettings, Error> =
        KzgSettings::load_trusted_setup;
    let _: fn(&Path, u64) -> Result<KzgSettings, Error> = KzgSettings::load_trusted_setup_file;
    let _: fn(&std::ffi::CStr, u64) -> Result<KzgSettings, Error> =
        KzgSettings::load_trusted_setup_file_inner;
    let _: fn(&str, u64) -> Result<KzgSettings, Error> = KzgSettings::parse_kzg_trusted_setup;
    let _: fn(&KzgSettings, &Blob) -> Result<KzgCommitment, Error> =
        KzgSettings::blob_to_kzg_commitment;
    let _: fn(&KzgSettings, &Blob, &Bytes32) -> Result<(KzgProof, Bytes32), Error> =
        KzgSettings::compute_kzg_proof;
    let _: fn(&KzgSettings, &Blob) -> Result<Box<[Cell; 128]>, Error> = KzgSettings::compute_cells;
    let _: fn(
        &KzgSettings,
        &[u64],
        &[Cell],
    ) -> Result<(Box<[Cell; 128]>, Box<[KzgProof; 128]>), Error> =
        KzgSettings::recover_cells_and_kzg_proofs;
    let _: fn(u64) -> &'static KzgSettings = ethereum_kzg_settings;
    let _: fn(u64) -> Arc<KzgSettings> = ethereum_kzg_settings_arc;
};

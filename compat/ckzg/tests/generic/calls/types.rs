//! The types: constructors, conversions and their errors.

use super::api::{
    BYTES_PER_BLOB, BYTES_PER_CELL, BYTES_PER_COMMITMENT, BYTES_PER_FIELD_ELEMENT, BYTES_PER_PROOF,
    Blob, Bytes32, Bytes48, CELLS_PER_EXT_BLOB, Cell, CkzgError, Error, FIELD_ELEMENTS_PER_BLOB,
    FIELD_ELEMENTS_PER_CELL, KzgCommitment, KzgProof,
};
use super::{Log, hash};

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

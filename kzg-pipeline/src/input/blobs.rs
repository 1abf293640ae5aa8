//! Inputs whose content is blobs in a format.

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::Arc;

use kzg_advanced::KzgAdvancedError;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof, KzgSettings};

use crate::formats::{
    self, BlobCells, Format, FormatError, LONGEST_FILE, Parquet, Raw, SidecarFault, SidecarProofs,
    Sidecars, verify_present,
};
use crate::manifest::BlobRecord;

/// Whether the content of an input is bytes to encode, or blobs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Content {
    /// Bytes that become blobs.
    #[default]
    Bytes,
    /// Blobs in this format; `None` if the content shows the format.
    Blobs(Option<&'static dyn Format>),
}

/// The commitments, proofs and cells that an input holds beside its blobs.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    commitments: Vec<KzgCommitment>,
    proofs: SidecarProofs,
    /// The cells that the blobs were made of, with their proofs; empty if the input holds blobs.
    cells: Vec<Arc<BlobCells>>,
    versioned_hashes: Vec<Bytes32>,
    /// The name of each blob: its slot if that is known, and its index.
    names: Vec<String>,
}

/// The claims of an input about one of its blobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The name of the blob in messages, with that of its input.
    pub(crate) name: String,
    commitment: Option<KzgCommitment>,
    versioned_hash: Option<Bytes32>,
    /// A proof of the blob, or the proofs of its cells.
    proofs: Vec<KzgProof>,
    /// Cells of the blob with their proofs.
    cells: Option<Arc<BlobCells>>,
}

/// A claim that differs from what was computed. Proofs are unique, so another proof is a wrong one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WrongClaim {
    #[error("the input says commitment {claimed}, but the blob's commitment is {computed}")]
    Commitment {
        claimed: KzgCommitment,
        computed: KzgCommitment,
    },
    #[error("the input says versioned hash {claimed}, but the blob's is {computed}")]
    VersionedHash { claimed: Bytes32, computed: Bytes32 },
    #[error("the input says proof {claimed}, but the blob's proof is {computed}")]
    BlobProof {
        claimed: KzgProof,
        computed: KzgProof,
    },
    #[error("the input says proof {claimed} of cell {cell}, but the cell's proof is {computed}")]
    CellProof {
        cell: usize,
        claimed: KzgProof,
        computed: KzgProof,
    },
    #[error(transparent)]
    Cells(SidecarFault),
}

/// Whether an error is a false claim of an input about one of its blobs. The input is well formed
/// then, and a verification fails (its result is `false`).
#[must_use]
pub fn is_false_claim(error: &KzgAdvancedError) -> bool {
    let KzgAdvancedError::DataValidation { source, .. } = error else {
        return false;
    };
    source.is::<WrongClaim>()
        || matches!(
            source.downcast_ref::<FormatError>(),
            Some(FormatError::False { .. })
        )
}

impl Claims {
    /// The name of the blob at this position of an input in messages.
    pub(crate) fn name(&self, input: &str, index: usize) -> String {
        match self.names.get(index) {
            Some(name) => format!("{input}: {name}"),
            None => format!("{input}: blob {index}"),
        }
    }

    /// The claim about the blob at this position of the input with this name.
    pub(crate) fn of(&self, input: &str, index: usize) -> Option<Claim> {
        let proofs = match &self.proofs {
            SidecarProofs::None => &[],
            SidecarProofs::Blobs(proofs) => proofs.get(index..=index)?,
            SidecarProofs::Cells(proofs) => {
                let first = index * CELLS_PER_EXT_BLOB;
                proofs.get(first..first + CELLS_PER_EXT_BLOB)?
            }
        };
        let claim = Claim {
            name: self.name(input, index),
            commitment: self.commitments.get(index).copied(),
            versioned_hash: self.versioned_hashes.get(index).copied(),
            proofs: proofs.to_vec(),
            cells: self.cells.get(index).cloned(),
        };
        let claims_nothing = claim.commitment.is_none()
            && claim.versioned_hash.is_none()
            && claim.cells.is_none()
            && proofs.is_empty();
        (!claims_nothing).then_some(claim)
    }
}

impl Claim {
    /// Compares the claim with what was computed. Proofs of a kind that was not made are not
    /// compared.
    pub(crate) fn check(&self, record: &BlobRecord) -> Result<(), WrongClaim> {
        if let Some(claimed) = self.commitment
            && claimed != record.commitment
        {
            return Err(WrongClaim::Commitment {
                claimed,
                computed: record.commitment,
            });
        }
        if let Some(claimed) = self.versioned_hash
            && claimed != record.versioned_hash
        {
            return Err(WrongClaim::VersionedHash {
                claimed,
                computed: record.versioned_hash,
            });
        }
        if let ([claimed], Some(computed)) = (&*self.proofs, record.proof)
            && *claimed != computed
        {
            return Err(WrongClaim::BlobProof {
                claimed: *claimed,
                computed,
            });
        }
        let computed = record.cell_proofs.as_deref().unwrap_or_default();
        if self.proofs.len() == computed.len() {
            let pairs = self.proofs.iter().zip(computed).enumerate();
            check_cell_proofs(pairs)?;
        }
        if let Some(cells) = &self.cells {
            let claimed = cells.indices.iter().zip(&cells.proofs);
            check_cell_proofs(claimed.filter_map(|(&index, claimed)| {
                let cell = usize::try_from(index).ok()?;
                Some((cell, (claimed, computed.get(cell)?)))
            }))?;
        }
        Ok(())
    }

    /// Verifies the cells by their proofs and the commitment that was computed.
    ///
    /// # Errors
    ///
    /// Any error of the backend that says nothing about the cells.
    pub(crate) fn verify_cells(
        &self,
        settings: &dyn KzgSettings,
        commitment: &KzgCommitment,
    ) -> kzg_traits::error::Result<Result<(), WrongClaim>> {
        let Some(cells) = &self.cells else {
            return Ok(Ok(()));
        };
        let verdict = verify_present(settings, cells, commitment)?;
        Ok(verdict.unwrap_or(Ok(())).map_err(WrongClaim::Cells))
    }
}

/// Compares claimed proofs of cells with computed ones.
fn check_cell_proofs<'a>(
    mut pairs: impl Iterator<Item = (usize, (&'a KzgProof, &'a KzgProof))>,
) -> Result<(), WrongClaim> {
    match pairs.find(|(_, (claimed, computed))| claimed != computed) {
        None => Ok(()),
        Some((cell, (claimed, computed))) => Err(WrongClaim::CellProof {
            cell,
            claimed: *claimed,
            computed: *computed,
        }),
    }
}

/// Turns a reader of blobs in a format into a reader of the bytes of these blobs. Raw blobs are
/// read as a stream. Content in another format is read whole, up to [`LONGEST_FILE`] bytes.
pub(crate) fn read(
    mut reader: Box<dyn Read + Send>,
    format: Option<&'static dyn Format>,
) -> Result<(Box<dyn Read + Send>, Claims), FormatError> {
    if format.is_some_and(|format| format.name() == Raw.name()) {
        return Ok((reader, Claims::default()));
    }
    let mut content = Vec::new();
    (&mut reader)
        .take(LONGEST_FILE + 1)
        .read_to_end(&mut content)?;
    if content.len() as u64 > LONGEST_FILE {
        let is_text = formats::resembles_hex(&content) || formats::resembles_json(&content);
        if format.is_some() || is_text || Parquet.recognizes(&content) {
            return Err(FormatError::TooLong);
        }
        // The end of the stream shows whether the length is that of raw blobs.
        let whole = io::Cursor::new(content).chain(reader);
        return Ok((Box::new(whole), Claims::default()));
    }
    let content = match format {
        Some(format) if format.is_encoding() => Cow::Borrowed(&*content),
        _ => formats::decompressed(&content)?,
    };
    let format = format.or_else(|| formats::recognize(&content));
    let sidecars = format.ok_or(FormatError::Unknown)?.read(&content)?;
    sidecars.check_hashes()?;
    let names = (0..sidecars.count()).map(|position| sidecars.name(position));
    let names = names.collect();
    let Sidecars {
        blobs,
        commitments,
        proofs,
        versioned_hashes,
        cells,
        ..
    } = sidecars.with_blobs()?;
    let claims = Claims {
        commitments,
        proofs,
        cells: cells.into_iter().map(Arc::new).collect(),
        versioned_hashes,
        names,
    };
    let blobs = BlobReader {
        blobs: blobs.into_iter(),
        current: io::Cursor::new(Vec::new()),
    };
    Ok((Box::new(blobs), claims))
}

/// Reads the bytes of blobs one after the other, and frees each blob that has been read.
struct BlobReader {
    blobs: std::vec::IntoIter<Box<Blob>>,
    current: io::Cursor<Vec<u8>>,
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.current.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        let Some(blob) = self.blobs.next() else {
            return Ok(0);
        };
        self.current = io::Cursor::new(blob.as_slice().to_vec());
        self.current.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{BundleV1, Hex};

    fn bytes_of(content: &[u8], format: Option<&'static dyn Format>) -> Vec<u8> {
        let reader = Box::new(io::Cursor::new(content.to_vec()));
        let mut bytes = Vec::new();
        let (mut reader, _) = read(reader, format).unwrap();
        reader.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn every_format_gives_the_bytes_of_the_blobs() {
        let mut blobs = vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
        blobs[1].0[77] = 9;
        let mut sidecars = Sidecars {
            blobs,
            ..Sidecars::default()
        };
        let raw = Raw.write(&sidecars).unwrap();
        let hex = Hex.write(&sidecars).unwrap();
        sidecars.commitments = vec![KzgCommitment([0xc0; 48]); 2];
        sidecars.proofs = SidecarProofs::Blobs(vec![KzgProof([0xc0; 48]); 2]);
        let bundle = BundleV1.write(&sidecars).unwrap();
        for content in [&raw, &hex, &bundle] {
            assert!(bytes_of(content, None) == raw);
        }
        assert!(bytes_of(&raw, Some(&Raw)) == raw && bytes_of(&hex, Some(&Hex)) == raw);
        let reader = |content: &[u8]| Box::new(io::Cursor::new(content.to_vec()));
        let wrong = read(reader(&raw), Some(&BundleV1));
        assert!(matches!(wrong.err(), Some(FormatError::Json(_))));
        let unknown = read(reader(b"letter"), None);
        assert!(matches!(unknown.err(), Some(FormatError::Unknown)));
        let (_, claims) = read(reader(&bundle), None).unwrap();
        let claim = claims.of("file", 1).unwrap();
        assert_eq!((claim.proofs.len(), &*claim.name), (1, "file: blob 1"));
        assert_eq!(claims.of("file", 2), None);
    }

    #[test]
    fn a_long_stream_of_raw_blobs_is_not_read_whole() {
        let blobs = LONGEST_FILE / Blob::LENGTH as u64 + 2;
        let length = blobs * Blob::LENGTH as u64;
        let zeros = Box::new(io::repeat(0).take(length));
        let (mut reader, _) = read(zeros, None).unwrap();
        assert_eq!(io::copy(&mut reader, &mut io::sink()).unwrap(), length);
        for byte in [b'0', b'{', b'['] {
            let text = Box::new(io::repeat(byte).take(length));
            assert!(matches!(read(text, None).err(), Some(FormatError::TooLong)));
        }
        let spaces = Box::new(io::repeat(b' ').take(length));
        assert!(read(spaces, None).is_ok());
    }

    #[test]
    fn a_claim_is_compared_with_what_was_made() {
        let record = BlobRecord {
            input: 0,
            blob: 0,
            commitment: KzgCommitment([1; 48]),
            versioned_hash: Bytes32::default(),
            proof: Some(KzgProof([2; 48])),
            cell_proofs: Some(vec![KzgProof([3; 48]); CELLS_PER_EXT_BLOB]),
        };
        let claim = |commitment: u8, proofs: Vec<KzgProof>| Claim {
            name: "file: blob 0".to_owned(),
            commitment: Some(KzgCommitment([commitment; 48])),
            versioned_hash: None,
            proofs,
            cells: None,
        };
        let mut of_cells = vec![KzgProof([3; 48]); CELLS_PER_EXT_BLOB];
        for right in [vec![], vec![KzgProof([2; 48])], of_cells.clone()] {
            assert_eq!(claim(1, right).check(&record), Ok(()));
        }
        of_cells[77].0[5] = 0;
        let wrong = |claim: Claim| claim.check(&record).unwrap_err();
        assert!(matches!(
            wrong(claim(2, vec![])),
            WrongClaim::Commitment { .. }
        ));
        assert!(matches!(
            wrong(claim(1, vec![KzgProof([9; 48])])),
            WrongClaim::BlobProof { .. }
        ));
        assert!(matches!(
            wrong(Claim {
                versioned_hash: Some(Bytes32([1; 32])),
                ..claim(1, vec![])
            }),
            WrongClaim::VersionedHash { .. }
        ));
        assert!(matches!(
            wrong(claim(1, of_cells)),
            WrongClaim::CellProof { cell: 77, .. }
        ));
    }
}

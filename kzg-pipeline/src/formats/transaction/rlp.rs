//! Blob transactions in the form in which nodes exchange them, and sidecars alone, in RLP.

use std::borrow::Cow;

use alloy_rlp::Header;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof};

use super::super::sidecars::{Contents, ProofKind, check_count};
use super::super::{Fault, Format, FormatError, SidecarProofs, Sidecars};
use super::BLOB_TRANSACTION;
use super::digits::bytes;

/// A blob transaction with a sidecar of version 0: the byte 3, then
/// `rlp([transaction, blobs, commitments, proofs])`. The same as an RLP string is accepted too, and
/// so are hexadecimal digits, alone or in a request `eth_sendRawTransaction`.
///
/// Source: "Networking" of EIP-4844.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransactionV0;

/// A blob transaction with a sidecar of version 1: the byte 3, then
/// `rlp([transaction, 1, blobs, commitments, cell_proofs])`.
///
/// Source: "Networking" of EIP-7594.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransactionV1;

/// A sidecar of version 0 alone: `rlp([blobs, commitments, proofs])`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SidecarV0;

/// A sidecar of version 1 alone: `rlp([1, blobs, commitments, cell_proofs])`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SidecarV1;

/// The position of the access list in the body of a transaction.
const ACCESS_LIST: usize = 8;

/// The position of the versioned hashes in the body of a transaction.
const HASHES: usize = 10;

/// The number of fields after the versioned hashes.
const SIGNATURE: usize = 3;

/// A part of a content, with its position in the file.
#[derive(Clone, Copy, Debug)]
struct Part<'c> {
    content: &'c [u8],
    start: usize,
}

impl<'c> Part<'c> {
    fn fault(&self, reason: impl Into<Fault>) -> FormatError {
        FormatError::at(format!("byte {}", self.start), reason)
    }

    /// Takes the next item: whether it is a list, the item with its header, and its payload.
    fn item(&mut self) -> Result<(bool, Self, Self), FormatError> {
        let mut rest = self.content;
        let header = Header::decode(&mut rest).map_err(|error| {
            self.fault(match error {
                alloy_rlp::Error::InputTooShort => Fault::Truncated,
                _ => Fault::NotCanonical,
            })
        })?;
        // A single byte is its own payload.
        let header_length = self.content.len() - rest.len();
        let Some(payload) = rest.get(..header.payload_length) else {
            return Err(self.fault(Fault::Truncated));
        };
        let (whole, after) = self.content.split_at(header_length + payload.len());
        let start = self.start;
        *self = Part {
            content: after,
            start: start + whole.len(),
        };
        let payload = Part {
            content: payload,
            start: start + header_length,
        };
        let whole = Part {
            content: whole,
            start,
        };
        Ok((header.list, whole, payload))
    }

    fn list(&mut self) -> Result<Self, FormatError> {
        match self.item()? {
            (true, _, payload) => Ok(payload),
            (false, whole, _) => Err(whole.fault(Fault::Type { expected: "a list" })),
        }
    }

    fn string(&mut self) -> Result<Self, FormatError> {
        match self.item()? {
            (false, _, payload) => Ok(payload),
            (true, whole, _) => Err(whole.fault(Fault::Type {
                expected: "a string",
            })),
        }
    }

    fn end(&self) -> Result<(), FormatError> {
        match self.content.len() {
            0 => Ok(()),
            bytes => Err(self.fault(Fault::Trailing { bytes })),
        }
    }

    /// The items of a list of strings of `N` bytes each.
    fn strings<const N: usize>(mut self) -> Result<Vec<&'c [u8; N]>, FormatError> {
        let mut strings = Vec::new();
        while !self.content.is_empty() {
            let string = self.string()?;
            let Some((array, [])) = string.content.split_first_chunk() else {
                return Err(string.fault(Fault::Length {
                    actual: string.content.len(),
                    expected: N,
                    unit: "bytes",
                }));
            };
            strings.push(array);
        }
        Ok(strings)
    }
}

/// The fields of a sidecar, as far as [`Sidecars`] are not built.
struct Fields<'c> {
    transaction: Option<Part<'c>>,
    version: u64,
    blobs: Part<'c>,
    commitments: Part<'c>,
    proofs: Part<'c>,
}

/// Takes a document apart without reading blobs.
fn fields(content: &[u8], with_transaction: bool) -> Result<Fields<'_>, FormatError> {
    let mut document = Part { content, start: 0 };
    if with_transaction {
        // In a list of transactions, each is a string.
        if matches!(content.first(), Some(0xb8..=0xbf)) {
            let string = document.string()?;
            document.end()?;
            document = string;
        }
        let Some((&BLOB_TRANSACTION, rest)) = document.content.split_first() else {
            return Err(document.fault(Fault::Type {
                expected: "a blob transaction, which begins with the byte 3",
            }));
        };
        document = Part {
            content: rest,
            start: document.start + 1,
        };
    }
    let mut list = document.list()?;
    document.end()?;
    let transaction = with_transaction.then(|| list.item()).transpose()?;
    let transaction = match transaction {
        Some((true, whole, _)) => Some(whole),
        Some((false, whole, _)) => return Err(whole.fault(Fault::Type { expected: "a list" })),
        None => None,
    };
    let mut first = list.item()?;
    let mut version = 0;
    if !first.0 {
        version = match first.2.content {
            [] => 0,
            [byte] => u64::from(*byte),
            _ => u64::MAX,
        };
        if version != 1 {
            return Err(first.1.fault(Fault::Version { version }));
        }
        first = (true, first.1, list.list()?);
    }
    let fields = Fields {
        transaction,
        version,
        blobs: first.2,
        commitments: list.list()?,
        proofs: list.list()?,
    };
    list.end()?;
    Ok(fields)
}

/// The versioned hashes in the body of a transaction, whose fields are those of EIP-4844: chain
/// identifier, nonce, two fees, gas limit, recipient, value, data, access list, fee of blobs, hashes,
/// and the three parts of the signature.
fn hashes(mut transaction: Part<'_>) -> Result<Vec<Bytes32>, FormatError> {
    let mut body = transaction.list()?;
    for field in 0..HASHES {
        match field {
            ACCESS_LIST => body.list()?,
            _ => body.string()?,
        };
    }
    let hashes = body.list()?.strings()?;
    for _ in 0..SIGNATURE {
        body.string()?;
    }
    body.end()?;
    Ok(hashes.into_iter().copied().map(Bytes32).collect())
}

fn read(content: &[u8], with_transaction: bool, version: u64) -> Result<Sidecars, FormatError> {
    match bytes(content, with_transaction) {
        Cow::Borrowed(content) => read_bytes(content, with_transaction, version),
        // A position counts bytes, of which each has two digits in the file.
        Cow::Owned(content) => read_bytes(&content, with_transaction, version)
            .map_err(|error| error.within("in the bytes that the digits stand for")),
    }
}

fn read_bytes(
    content: &[u8],
    with_transaction: bool,
    version: u64,
) -> Result<Sidecars, FormatError> {
    let fields = fields(content, with_transaction)?;
    if fields.version != version {
        let version = fields.version;
        return Err(fields.blobs.fault(Fault::Version { version }));
    }
    let blobs = fields.blobs.strings::<{ Blob::LENGTH }>()?;
    let commitments = fields.commitments.strings::<{ KzgCommitment::LENGTH }>()?;
    let proofs = fields.proofs.strings::<{ KzgProof::LENGTH }>()?;
    let proofs_each = if version == 0 { 1 } else { CELLS_PER_EXT_BLOB };
    check_count("commitments", commitments.len(), blobs.len())?;
    check_count("proofs", proofs.len(), blobs.len() * proofs_each)?;
    let versioned_hashes = fields.transaction.map(hashes).transpose()?;
    if let Some(hashes) = &versioned_hashes {
        check_count("versioned hashes", hashes.len(), blobs.len())?;
    }
    let proofs = proofs.into_iter().copied().map(KzgProof).collect();
    Ok(Sidecars {
        commitments: commitments
            .into_iter()
            .copied()
            .map(KzgCommitment)
            .collect(),
        proofs: match version {
            0 => SidecarProofs::Blobs(proofs),
            _ => SidecarProofs::Cells(proofs),
        },
        versioned_hashes: versioned_hashes.unwrap_or_default(),
        transaction: fields.transaction.map(|part| part.content.to_vec()),
        ..Sidecars::of_blobs(blobs.into_iter().map(|blob| &blob[..]))
    })
}

fn recognizes(content: &[u8], with_transaction: bool, version: u64) -> bool {
    let content = bytes(content, with_transaction);
    let mut document = &*content;
    // A document with bytes after its end is recognised, so that they can be named.
    if let Err(FormatError::At {
        reason: Fault::Trailing { bytes },
        ..
    }) = fields(document, with_transaction)
        && !document.len().is_multiple_of(Blob::LENGTH)
    {
        document = &document[..document.len() - bytes];
    }
    // An RLP list of empty lists is too short to show anything.
    fields(document, with_transaction).is_ok_and(|fields| {
        fields.version == version && (with_transaction || !fields.blobs.content.is_empty())
    })
}

fn push_header(out: &mut Vec<u8>, list: bool, payload_length: usize) {
    Header {
        list,
        payload_length,
    }
    .encode(out);
}

/// Appends a list of strings of the same length, which is more than one byte.
fn push_strings<'s>(out: &mut Vec<u8>, strings: impl ExactSizeIterator<Item = &'s [u8]>) {
    let count = strings.len();
    let mut strings = strings.peekable();
    let length = strings.peek().map_or(0, |string| string.len());
    let mut header = Vec::new();
    push_header(&mut header, false, length);
    push_header(out, true, count * (header.len() + length));
    for string in strings {
        out.extend(&header);
        out.extend(string);
    }
}

fn write(
    sidecars: &Sidecars,
    with_transaction: bool,
    version: u64,
) -> Result<Vec<u8>, FormatError> {
    sidecars.need_blobs()?;
    let proofs = match version {
        0 => sidecars.blob_proofs()?,
        _ => sidecars.cell_proofs()?,
    };
    let mut payload = Vec::new();
    let mut out = Vec::new();
    if with_transaction {
        let transaction = sidecars.transaction.as_ref();
        payload.extend(transaction.ok_or(FormatError::Lacks("a transaction"))?);
        out.push(BLOB_TRANSACTION);
    }
    if version == 1 {
        payload.push(1);
    }
    push_strings(
        &mut payload,
        sidecars.blobs.iter().map(|blob| blob.as_slice()),
    );
    let commitments = sidecars.commitments.iter();
    push_strings(&mut payload, commitments.map(KzgCommitment::as_slice));
    push_strings(&mut payload, proofs.iter().map(KzgProof::as_slice));
    push_header(&mut out, true, payload.len());
    out.extend(payload);
    Ok(out)
}

macro_rules! format {
    ($type:ident, $name:literal, $proofs:ident, $with_transaction:literal, $version:literal) => {
        impl Format for $type {
            fn name(&self) -> &'static str {
                $name
            }

            fn holds(&self) -> Contents {
                Contents::proved(ProofKind::$proofs)
            }

            fn recognizes(&self, content: &[u8]) -> bool {
                recognizes(content, $with_transaction, $version)
            }

            fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
                read(content, $with_transaction, $version)
            }

            fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
                write(sidecars, $with_transaction, $version)
            }
        }
    };
}

format!(TransactionV0, "transaction-v0", Blobs, true, 0);
format!(TransactionV1, "transaction-v1", Cells, true, 1);
format!(SidecarV0, "sidecar-v0", Blobs, false, 0);
format!(SidecarV1, "sidecar-v1", Cells, false, 1);

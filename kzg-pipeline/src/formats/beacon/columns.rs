//! Data column sidecars of Fulu: one cell of each blob of a block, with the proofs.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Bytes32, Cell, KzgCommitment, KzgProof};

use super::super::json::{Json, Value, push_joined, push_list};
use super::super::sidecars::{BlobCells, Contents};
use super::super::{Fault, Format, FormatError, Sidecars};
use super::block::same_block;
use super::inclusion::{LIST_DEPTH, MOST_COMMITMENTS};
use super::ssz::{OFFSET, Reader, items, parts};
use super::{Block, BlockHeader, Inclusion};
use crate::formats::JsonFormat;

/// The answer of `/eth/v1/debug/beacon/data_column_sidecars`: `DataColumnSidecar` in JSON. A list or
/// one sidecar without the answer around it is accepted too.
///
/// Source: `DataColumnSidecar` of the consensus specifications, fulu/das-core.
#[derive(Clone, Copy, Debug, Default)]
pub struct DataColumns;

/// The same in SSZ: a list of sidecars, or one sidecar.
#[derive(Clone, Copy, Debug, Default)]
pub struct DataColumnsSsz;

/// The length of the fixed part of a sidecar in SSZ.
const FIXED: usize = 8 + 3 * OFFSET + BlockHeader::SSZ_LENGTH + LIST_DEPTH * Bytes32::LENGTH;

/// One sidecar.
struct Column {
    index: u64,
    cells: Vec<Cell>,
    commitments: Vec<KzgCommitment>,
    proofs: Vec<KzgProof>,
    header: BlockHeader,
    branch: [Bytes32; LIST_DEPTH],
}

/// The sidecars of one block, which become the cells of each blob.
fn join(columns: Vec<(String, Column)>) -> Result<Sidecars, FormatError> {
    let mut sidecars = Sidecars::default();
    let mut header = None;
    let mut branch = None;
    let mut sorted: Vec<(u64, Vec<Cell>, Vec<KzgProof>)> = Vec::with_capacity(columns.len());
    for (path, column) in columns {
        let count = column.commitments.len();
        // As in `verify_data_column_sidecar`: a block without blobs has no columns.
        if count == 0 {
            return Err(FormatError::at(path, Fault::Empty));
        }
        if count > MOST_COMMITMENTS {
            let (value, most) = (count as u64, MOST_COMMITMENTS as u64);
            return Err(FormatError::at(path, Fault::Range { value, most }));
        }
        for (unit, actual) in [
            ("cells", column.cells.len()),
            ("proofs", column.proofs.len()),
        ] {
            if actual != count {
                let expected = count;
                return Err(FormatError::at(
                    path,
                    Fault::Length {
                        actual,
                        expected,
                        unit,
                    },
                ));
            }
        }
        if column.index >= CELLS_PER_EXT_BLOB as u64 {
            let (value, most) = (column.index, CELLS_PER_EXT_BLOB as u64 - 1);
            return Err(FormatError::at(path, Fault::Range { value, most }));
        }
        if sorted.iter().any(|(index, ..)| *index == column.index) {
            let index = column.index;
            return Err(FormatError::at(path, Fault::Repeated { index }));
        }
        same_block(&mut header, column.header, || path.clone())?;
        let first = branch.get_or_insert_with(|| {
            sidecars.commitments = column.commitments.clone();
            column.branch
        });
        if *first != column.branch || sidecars.commitments != column.commitments {
            return Err(FormatError::at(path, Fault::OtherBlock));
        }
        sorted.push((column.index, column.cells, column.proofs));
    }
    sorted.sort_unstable_by_key(|(index, ..)| *index);
    sidecars.cells = vec![BlobCells::default(); sidecars.commitments.len()];
    for (index, cells, proofs) in sorted {
        let each = sidecars.cells.iter_mut().zip(cells).zip(proofs);
        for ((blob, cell), proof) in each {
            blob.indices.push(index);
            blob.cells.push(cell);
            blob.proofs.push(proof);
        }
    }
    if let (Some(header), Some(branch)) = (header, branch) {
        sidecars.block = Some(Box::new(Block {
            header,
            root: None,
            inclusion: Inclusion::List(branch),
        }));
    }
    Ok(sidecars)
}

/// The sidecars that are written: a column for each index that all blobs have.
fn split(sidecars: &Sidecars) -> Result<Vec<Column>, FormatError> {
    if sidecars.cells.is_empty() && sidecars.blobs.is_empty() {
        return Ok(Vec::new());
    }
    if sidecars.cells.is_empty() {
        return Err(FormatError::Lacks("the cells of blobs"));
    }
    let block = sidecars.block.as_ref();
    let block = block.ok_or(FormatError::Lacks("the header of a block"))?;
    let branch = block.list_branch();
    let branch = branch.ok_or(FormatError::Lacks("an inclusion proof"))?;
    super::super::sidecars::check_count(
        "commitments",
        sidecars.commitments.len(),
        sidecars.cells.len(),
    )?;
    // The branch is that of the list of all commitments of the block.
    let whole = Block {
        inclusion: Inclusion::List(branch),
        ..(**block).clone()
    };
    if !sidecars.indices.is_empty() || !whole.includes(0, 0, &sidecars.commitments) {
        return Err(FormatError::Lacks("all blobs of the block"));
    }
    let blobs = sidecars.whole_cells()?;
    let indices = &blobs[0].indices;
    if blobs.iter().any(|cells| cells.indices != *indices) {
        return Err(FormatError::Lacks("the same cells of each blob"));
    }
    let columns = indices.iter().enumerate().map(|(place, &index)| Column {
        index,
        cells: blobs.iter().map(|blob| blob.cells[place].clone()).collect(),
        commitments: sidecars.commitments.clone(),
        proofs: blobs.iter().map(|blob| blob.proofs[place]).collect(),
        header: block.header.clone(),
        branch,
    });
    Ok(columns.collect())
}

fn is_column(json: &Json<'_>) -> bool {
    ["column", "kzg_commitments", "kzg_proofs"]
        .iter()
        .all(|key| json.get(key).is_some())
}

impl Column {
    fn from_json(value: &Value<'_, '_>) -> Result<Self, FormatError> {
        let mut branch = [Bytes32::default(); LIST_DEPTH];
        let nodes = value.need("kzg_commitments_inclusion_proof")?;
        for (sibling, node) in branch.iter_mut().zip(nodes.of_len(LIST_DEPTH, "hashes")?) {
            node.decode(&mut sibling.0)?;
        }
        Ok(Self {
            index: value.need("index")?.number()?,
            cells: value.need("column")?.each(Cell)?,
            commitments: value.need("kzg_commitments")?.each(KzgCommitment)?,
            proofs: value.need("kzg_proofs")?.each(KzgProof)?,
            header: BlockHeader::from_json(&value.need("signed_block_header")?)?,
            branch,
        })
    }

    fn push_json(&self, text: &mut String) {
        text.push_str(&format!("{{\"index\":\"{}\",", self.index));
        push_list(text, "\"column\":[", self.cells.iter().map(Cell::as_slice));
        let commitments = self.commitments.iter().map(KzgCommitment::as_slice);
        push_list(text, "],\"kzg_commitments\":[", commitments);
        let proofs = self.proofs.iter().map(KzgProof::as_slice);
        push_list(text, "],\"kzg_proofs\":[", proofs);
        text.push_str("],\"signed_block_header\":");
        self.header.push_json(text);
        let branch = self.branch.iter().map(|node| &node.0[..]);
        push_list(text, ",\"kzg_commitments_inclusion_proof\":[", branch);
        text.push_str("]}");
    }

    fn from_ssz(start: usize, content: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new(content, start);
        let index = reader.u64()?;
        let offsets = [reader.offset()?, reader.offset()?, reader.offset()?];
        let header = BlockHeader::from_ssz(&mut reader)?;
        let mut branch = [Bytes32::default(); LIST_DEPTH];
        for node in &mut branch {
            node.0 = reader.array()?;
        }
        let parts = parts(content, start, FIXED, &offsets)?;
        let cells = items::<{ Cell::LENGTH }>(parts[0].0, parts[0].1)?;
        let commitments = items::<{ KzgCommitment::LENGTH }>(parts[1].0, parts[1].1)?;
        let proofs = items::<{ KzgProof::LENGTH }>(parts[2].0, parts[2].1)?;
        Ok(Self {
            index,
            cells: cells.iter().copied().map(Cell).collect(),
            commitments: commitments.iter().copied().map(KzgCommitment).collect(),
            proofs: proofs.iter().copied().map(KzgProof).collect(),
            header,
            branch,
        })
    }

    fn push_ssz(&self, out: &mut Vec<u8>) {
        let mut offset = FIXED;
        out.extend(self.index.to_le_bytes());
        for length in [
            self.cells.len() * Cell::LENGTH,
            self.commitments.len() * KzgCommitment::LENGTH,
            0,
        ] {
            out.extend((offset as u32).to_le_bytes());
            offset += length;
        }
        self.header.push_ssz(out);
        self.branch.iter().for_each(|node| out.extend(node.0));
        self.cells.iter().for_each(|cell| out.extend(cell.0));
        self.commitments
            .iter()
            .for_each(|point| out.extend(point.0));
        self.proofs.iter().for_each(|point| out.extend(point.0));
    }
}

impl JsonFormat for DataColumns {
    fn identity(&self) -> (&'static str, Contents) {
        ("data-column-sidecars", Contents::cells(true))
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        let list = json.get("data").unwrap_or(json);
        is_column(list) || list.first().is_some_and(is_column)
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        if is_column(json) {
            let column = Column::from_json(&Value::named(json, ""))?;
            return join(vec![("the sidecar".to_owned(), column)]);
        }
        let columns = json.unwrapped("data").list()?;
        let columns = columns.map(|value| {
            let column = Column::from_json(&value)?;
            Ok((value.path().to_owned(), column))
        });
        join(columns.collect::<Result<_, FormatError>>()?)
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        let mut text = String::from("{\"version\":\"fulu\",\"data\":[");
        push_joined(&mut text, split(sidecars)?, |text, column| {
            column.push_json(text);
        });
        text.push_str("]}\n");
        Ok(text)
    }
}

/// Whether a content is one sidecar in SSZ: a small index, and the first offset is known.
fn is_one(content: &[u8]) -> bool {
    content.len() >= FIXED
        && content[1..8] == [0; 7]
        && usize::from(content[0]) < CELLS_PER_EXT_BLOB
        && content[8..12] == (FIXED as u32).to_le_bytes()
}

/// The offsets of a list of sidecars in SSZ.
fn list_offsets(content: &[u8]) -> Option<Vec<u32>> {
    let first = u32::from_le_bytes(*content.first_chunk()?);
    let count = first as usize / OFFSET;
    let is_list = (1..=CELLS_PER_EXT_BLOB).contains(&count) && first as usize == count * OFFSET;
    let offsets = content.get(..first as usize).filter(|_| is_list)?;
    let offsets = offsets.as_chunks().0.iter();
    Some(offsets.map(|offset| u32::from_le_bytes(*offset)).collect())
}

impl Format for DataColumnsSsz {
    fn name(&self) -> &'static str {
        "data-column-sidecars-ssz"
    }

    fn holds(&self) -> Contents {
        Contents::cells(true)
    }

    fn recognizes(&self, content: &[u8]) -> bool {
        let first = list_offsets(content).map(|offsets| offsets[0] as usize);
        is_one(content)
            || first
                .and_then(|first| content.get(first..))
                .is_some_and(is_one)
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        if content.is_empty() {
            return Ok(Sidecars::default());
        }
        if is_one(content) {
            let column = Column::from_ssz(0, content)?;
            return join(vec![("the sidecar".to_owned(), column)]);
        }
        let Some(offsets) = list_offsets(content) else {
            let offset = content
                .first_chunk()
                .map_or(0, |first| u32::from_le_bytes(*first));
            return Err(Reader::fault(0, Fault::Offset { offset }));
        };
        let parts = parts(content, 0, OFFSET * offsets.len(), &offsets)?;
        let columns = parts.into_iter().enumerate().map(|(place, (start, part))| {
            Ok((format!("sidecar {place}"), Column::from_ssz(start, part)?))
        });
        join(columns.collect::<Result<_, FormatError>>()?)
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        let (mut offsets, mut bodies) = (Vec::new(), Vec::new());
        let columns = split(sidecars)?;
        for column in &columns {
            offsets.extend(((OFFSET * columns.len() + bodies.len()) as u32).to_le_bytes());
            column.push_ssz(&mut bodies);
        }
        Ok([offsets, bodies].concat())
    }
}

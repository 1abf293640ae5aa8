//! The content of a file: which of the known kinds it is.

use std::path::Path;

use anyhow::Result;
use kzg_advanced::{Blob, Bytes32, Bytes48, Cell, KzgProof, TrustedSetup};
use kzg_pipeline::formats::{self, Format, read_hex, resembles_hex};
use kzg_traits::SetupFormat;
use kzg_traits::bytes::{BYTES_PER_G2_POINT, CELLS_PER_EXT_BLOB};
use kzg_traits::execution::BLS_MODULUS;

use super::points::{PROOFS_OF_CELLS, g2_point};
use super::{Inspection, Inspector};
use crate::commands::setup::SetupFacts;
use crate::config;
use crate::output;
use crate::values::seen::Seen;

impl Inspector {
    /// Identifies a content.
    pub(super) fn content(&self, content: &[u8], path: Option<&Path>) -> Result<Inspection> {
        let mut finding = self.kind_of(content, path)?;
        finding.bytes = Some(content.len() as u64);
        Ok(finding)
    }

    fn kind_of(&self, content: &[u8], path: Option<&Path>) -> Result<Inspection> {
        if let Some(format) = self.given.input_format.format() {
            return self.sidecars(format, content);
        }
        if let Some(setup) = setup(content) {
            return Ok(setup);
        }
        if let Some(document) = self.document(content, path)? {
            return Ok(document);
        }
        let format = formats::recognize(content);
        let by_length = [formats::Raw.name(), formats::Hex.name()];
        if let Some(format) = format.filter(|format| !by_length.contains(&format.name())) {
            return self.sidecars(format, content);
        }
        if resembles_hex(content) && content.len() != Blob::LENGTH {
            return self.digits(content);
        }
        if let Some(value) = self.value(content)? {
            return Ok(value);
        }
        if let Some(format) = format {
            return self.sidecars(format, content);
        }
        if let Some(outcome) = page(content) {
            let page = Inspection::new("the report of a job of `kzg pipeline`, as a page");
            return Ok(page.with("outcome", outcome).with("next", NEXT_OF_PAGE));
        }
        if let Some(configuration) = configuration(content, path) {
            return Ok(configuration);
        }
        Ok(Inspection {
            is_known: false,
            ..Inspection::new(format!("unknown: {}", Seen::of(content)))
        })
    }

    /// A content that is one of the values of a known length, which are not blobs alone.
    fn value(&self, bytes: &[u8]) -> Result<Option<Inspection>> {
        Ok(Some(match bytes.len() {
            Bytes32::LENGTH => scalar(bytes),
            Bytes48::LENGTH => self.point(bytes)?,
            BYTES_PER_G2_POINT => g2_point(bytes),
            Cell::LENGTH => one_cell(bytes),
            PROOFS_OF_CELLS => self.proofs(bytes)?,
            length if length == 2 * Blob::LENGTH => self.cells_or_blobs(bytes)?,
            _ => return Ok(None),
        }))
    }

    /// Hexadecimal digits.
    fn digits(&self, content: &[u8]) -> Result<Inspection> {
        let hex = "hexadecimal digits";
        for length in [
            Blob::LENGTH,
            Cell::LENGTH,
            BYTES_PER_G2_POINT,
            Bytes48::LENGTH,
            Bytes32::LENGTH,
        ] {
            let Ok(items) = read_hex(content, length) else {
                continue;
            };
            let count = items.len();
            let bytes = items.concat();
            let finding = match (length, count) {
                (Cell::LENGTH, CELLS_PER_EXT_BLOB) | (Blob::LENGTH, 2) => {
                    self.cells_or_blobs(&bytes)?
                }
                (Blob::LENGTH, _) => self.sidecars(&formats::Hex, content)?,
                _ => match self.value(&bytes)? {
                    Some(finding) => finding,
                    None => Inspection::new(format!("{count} values of {length} bytes")),
                },
            };
            return Ok(finding.with("notation", hex));
        }
        let text = String::from_utf8_lossy(content);
        let of_cells = text.lines().map(|line| {
            let digits = |word: &str| word.trim_start_matches("0x").len();
            let lengths: Vec<usize> = line.split_whitespace().map(digits).collect();
            lengths == [2 * Cell::LENGTH, 2 * KzgProof::LENGTH]
        });
        if of_cells.clone().count() == CELLS_PER_EXT_BLOB && of_cells.clone().all(|both| both) {
            return Ok(Inspection::new(
                "128 cells with their proofs, as `kzg cells` prints them",
            ));
        }
        // The reason why the digits are no blob is a guess. The position of a wrong digit is
        // certain.
        let reason = read_hex(content, Blob::LENGTH).err();
        let mut finding = Inspection::new(format!("{hex} of no known value"));
        if let Some(reason) = reason {
            finding.not_canonical(match reason {
                formats::HexError::Length { item, digits, .. } => format!(
                    "item {item} has {}; 64, 96, 192, 4096 or 262144 are expected",
                    output::counted(digits as u64, "digit")
                ),
                reason => reason.to_string(),
            });
        }
        Ok(finding)
    }
}

/// 32 bytes.
fn scalar(bytes: &[u8]) -> Inspection {
    let hexadecimal = hex::encode_prefixed(bytes);
    // Only hashes begin with the version's byte and are followed by 31 bytes that look random.
    let mut finding = if bytes[0] == 1 {
        Inspection::new("a field element, a versioned hash or another hash: 32 bytes")
    } else {
        Inspection::new("a field element or a hash: 32 bytes")
    };
    finding = finding.with("hexadecimal", hexadecimal);
    let canonical = *bytes < BLS_MODULUS[..];
    finding = finding.with(
        "field_element",
        if canonical {
            "canonical: below the group order"
        } else {
            "not canonical: at or above the group order"
        },
    );
    finding.canonical = Some(canonical);
    if !canonical {
        finding
            .problems
            .push("not canonical as a field element: at or above the group order".to_owned());
    }
    finding
}

/// One cell.
fn one_cell(bytes: &[u8]) -> Inspection {
    let mut finding = Inspection::new("one cell: 64 field elements");
    if bytes.iter().all(|&byte| byte == 0xff) {
        finding = finding.with("cell", "lost: 2048 bytes of 0xff");
    }
    super::blobs::check_elements(&mut finding, "", bytes);
    finding
}

/// A trusted setup; `None` for any other content.
fn setup(content: &[u8]) -> Option<Inspection> {
    let format = SetupFormat::of(content).ok()?;
    let setup = match TrustedSetup::parse(content) {
        Ok(setup) => setup,
        Err(error) => {
            // A text that begins like a setup and is none.
            let begins = content.starts_with(b"4096\n65\n")
                || format == SetupFormat::Json && has_key(content, b"\"g1_lagrange\"");
            if !begins {
                return None;
            }
            let mut finding = Inspection::new("a trusted setup that is damaged");
            finding.invalid(error.to_string());
            return Some(finding);
        }
    };
    let facts = SetupFacts::new(&setup, &format.to_string(), content.len());
    let mut finding = Inspection::new("a trusted setup");
    for (name, value) in facts.lines() {
        finding = finding.with(name, value);
    }
    let next = "`kzg setup verify` checks the points";
    Some(finding.with("next", next))
}

fn has_key(content: &[u8], key: &[u8]) -> bool {
    content.windows(key.len()).any(|window| window == key)
}

/// The next step after the page of a report.
const NEXT_OF_PAGE: &str = "report.json beside it has the same facts for programs";

/// The outcome of the job whose report is this page; `None` for any other content.
fn page(content: &[u8]) -> Option<&str> {
    const TITLE: &str = "<title>KZG pipeline: ";
    /// The title stands before the style sheet.
    const HEAD: usize = 1024;
    let head = content.get(..HEAD.min(content.len()))?;
    let head = head.starts_with(b"<!DOCTYPE html").then_some(head)?;
    let head = String::from_utf8_lossy(head);
    let start = head.find(TITLE)? + TITLE.len();
    let length = head[start..].find('<')?;
    core::str::from_utf8(content.get(start..start + length)?).ok()
}

/// A configuration file of this program: a text in TOML with a setting of it, or its template.
fn configuration(content: &[u8], path: Option<&Path>) -> Option<Inspection> {
    // The tree of a long text would take very much memory.
    let content = (content.len() <= config::FILE_LIMIT).then_some(content)?;
    let text = core::str::from_utf8(content).ok()?;
    let names = config::names_in(text);
    if names.is_empty() && !text.starts_with(config::TEMPLATE_BEGINS) {
        return None;
    }
    let mut finding = Inspection::new("a configuration of kzg");
    finding.valid = Some(true);
    if let Err(mistakes) = config::check(path.unwrap_or(Path::new("-")), text) {
        finding.invalid(mistakes.to_string());
    }
    Some(finding.with("settings", names.join(", ")))
}

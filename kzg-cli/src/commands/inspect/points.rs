//! Points of the groups: commitments, proofs, and points of a trusted setup.

use anyhow::Result;
use kzg_advanced::{Bytes32, Bytes48, Error, KzgCommitment, KzgProof, KzgSettings};
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::encoding;

use super::{Inspection, Inspector};

impl Inspector {
    /// A point of G1: a commitment or a proof.
    pub(super) fn point(&self, bytes: &[u8]) -> Result<Inspection> {
        let mut finding = Inspection::new("a commitment or a proof: a point of G1")
            .with("hexadecimal", hex::encode_prefixed(bytes));
        let point = Bytes48::from_slice(bytes)?;
        finding = self.check_points(finding, &[("", point)])?;
        if finding.is_good() {
            let commitment = KzgCommitment(point.0);
            let hash = kzg_pipeline::kzg_to_versioned_hash(&commitment);
            finding = finding.with("versioned_hash", format!("{hash} (of a commitment)"));
            if is_identity(bytes) {
                finding = finding.with("point", "the identity: of a blob of zeros");
            }
        }
        Ok(finding)
    }

    /// Notes whether points of G1 are canonical. A name is the prefix of a problem of its point.
    /// Without a backend, only the encoding is checked.
    fn check_points(
        &self,
        mut finding: Inspection,
        points: &[(impl AsRef<str>, &Bytes48)],
    ) -> Result<Inspection> {
        let settings = self.settings()?;
        for (name, point) in points {
            if let Some(reason) = point_fault(point, settings.as_deref())? {
                finding.not_canonical(format!("{}{reason}", name.as_ref()));
            }
        }
        if settings.is_none() {
            return Ok(encoding_only(finding));
        }
        finding.canonical.get_or_insert(true);
        Ok(finding)
    }

    /// The proofs of 128 cells.
    pub(super) fn proofs(&self, bytes: &[u8]) -> Result<Inspection> {
        let points = Bytes48::many_from_slice(bytes)?.iter().enumerate();
        let points: Vec<(String, &Bytes48)> = points
            .map(|(index, point)| (format!("proof {index}: "), point))
            .collect();
        self.check_points(Inspection::new("the proofs of 128 cells"), &points)
    }
}

/// The reason why a point of G1 is malformed. Without a backend, only the encoding is checked.
fn point_fault(point: &Bytes48, settings: Option<&dyn KzgSettings>) -> Result<Option<String>> {
    if let Err(reason) = encoding::check_encoding(&point.0) {
        return Ok(Some(reason.to_string()));
    }
    let Some(settings) = settings else {
        return Ok(None);
    };
    // The verification decodes its points before anything else.
    let zero = Bytes32::default();
    let proof = KzgProof(IDENTITY);
    let commitment = KzgCommitment(point.0);
    match settings.verify_kzg_proof(&commitment, &zero, &zero, &proof) {
        Ok(_) => Ok(None),
        Err(Error::Point { reason, .. }) => Ok(Some(reason.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// The finding of points of which only the encoding was checked: whether they are canonical is not
/// known, unless an encoding is wrong.
fn encoding_only(finding: Inspection) -> Inspection {
    finding.with(
        "checked",
        "the encoding only, not whether it is a point of the group",
    )
}

/// The length of the proofs of an extended blob.
pub(super) const PROOFS_OF_CELLS: usize = CELLS_PER_EXT_BLOB * KzgProof::LENGTH;

/// The compressed identity of G1.
const IDENTITY: [u8; 48] = {
    let mut bytes = [0; 48];
    bytes[0] = 0xc0;
    bytes
};

fn is_identity(bytes: &[u8]) -> bool {
    bytes == IDENTITY
}

/// A point of G2, as in a trusted setup. Only the encoding is checked, because no operation of a
/// backend reads a point of G2.
pub(super) fn g2_point(bytes: &[u8]) -> Inspection {
    let finding =
        Inspection::new("a point of G2: 96 bytes").with("hexadecimal", hex::encode_prefixed(bytes));
    let mut finding = encoding_only(finding);
    if let Err(reason) = encoding::check_encoding(bytes) {
        finding.not_canonical(reason.to_string());
    }
    finding
}

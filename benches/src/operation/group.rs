//! The groups of operations in reports.

/// A group of operations in reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Operations of EIP-4844, on blobs.
    Eip4844,
    /// Operations of EIP-7594, on cells.
    Eip7594,
    /// Batches in which items are false, and must be named.
    FalseItems,
    /// Many blobs, per blob.
    ManyBlobs,
    /// The work on the blobs of one block, per blob.
    Block,
    /// Loading of trusted setups.
    Setup,
    /// Operations on points with known relations, and on random points for comparison.
    RelatedPoints,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 7] = [
        Self::Eip4844,
        Self::Eip7594,
        Self::FalseItems,
        Self::ManyBlobs,
        Self::Block,
        Self::Setup,
        Self::RelatedPoints,
    ];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Eip4844 => "eip4844",
            Self::Eip7594 => "eip7594",
            Self::FalseItems => "false",
            Self::ManyBlobs => "many",
            Self::Block => "block",
            Self::Setup => "setup",
            Self::RelatedPoints => "related",
        }
    }
}

"""The functions of PyPI's package ckzg, with its rules, over kzg."""

from typing import final

@final
class KZGSettings:
    """A loaded trusted setup."""

def load_trusted_setup(path: str, precompute: int, /) -> KZGSettings:
    """Load a trusted setup from a file."""

def blob_to_kzg_commitment(blob: bytes, trusted_setup: KZGSettings, /) -> bytes:
    """Commit to a blob."""

def compute_kzg_proof(blob: bytes, z: bytes, trusted_setup: KZGSettings, /) -> tuple[bytes, bytes]:
    """Evaluate a blob's polynomial at a point, and prove the value."""

def compute_blob_kzg_proof(
    blob: bytes, commitment: bytes, trusted_setup: KZGSettings, /
) -> bytes:
    """Prove that a blob matches its commitment."""

def verify_kzg_proof(
    commitment: bytes, z: bytes, y: bytes, proof: bytes, trusted_setup: KZGSettings, /
) -> bool:
    """Whether the committed polynomial has a value at a point."""

def verify_blob_kzg_proof(
    blob: bytes, commitment: bytes, proof: bytes, trusted_setup: KZGSettings, /
) -> bool:
    """Whether a blob matches its commitment."""

def verify_blob_kzg_proof_batch(
    blobs: bytes, commitments: bytes, proofs: bytes, trusted_setup: KZGSettings, /
) -> bool:
    """Whether every blob matches its commitment. The items of each argument lie side by side."""

def compute_cells(blob: bytes, trusted_setup: KZGSettings, /) -> list[bytes]:
    """The 128 cells of a blob."""

def compute_cells_and_kzg_proofs(
    blob: bytes, trusted_setup: KZGSettings, /
) -> tuple[list[bytes], list[bytes]]:
    """The 128 cells of a blob and their proofs."""

def recover_cells_and_kzg_proofs(
    cell_indices: list[int], cells: list[bytes], trusted_setup: KZGSettings, /
) -> tuple[list[bytes], list[bytes]]:
    """Recover all cells and their proofs from 64 or more cells."""

def verify_cell_kzg_proof_batch(
    commitments: list[bytes],
    cell_indices: list[int],
    cells: list[bytes],
    proofs: list[bytes],
    trusted_setup: KZGSettings,
    /,
) -> bool:
    """Whether every cell belongs to the blob of its commitment."""

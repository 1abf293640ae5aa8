"""The functions of PyPI's package ckzg, with its rules, over kzg.

Arguments are positional, byte strings are `bytes`, lists are `list`. `ValueError` is raised for arguments of the wrong
number, type or length, `RuntimeError` where the library gives no result. Replace `import ckzg` by
`from kzg import ckzg`.
"""

from kzg._kzg import ckzg as _ckzg

KZGSettings = _ckzg.KZGSettings
load_trusted_setup = _ckzg.load_trusted_setup
blob_to_kzg_commitment = _ckzg.blob_to_kzg_commitment
compute_kzg_proof = _ckzg.compute_kzg_proof
compute_blob_kzg_proof = _ckzg.compute_blob_kzg_proof
verify_kzg_proof = _ckzg.verify_kzg_proof
verify_blob_kzg_proof = _ckzg.verify_blob_kzg_proof
verify_blob_kzg_proof_batch = _ckzg.verify_blob_kzg_proof_batch
compute_cells = _ckzg.compute_cells
compute_cells_and_kzg_proofs = _ckzg.compute_cells_and_kzg_proofs
recover_cells_and_kzg_proofs = _ckzg.recover_cells_and_kzg_proofs
verify_cell_kzg_proof_batch = _ckzg.verify_cell_kzg_proof_batch

__all__ = [
    "KZGSettings",
    "blob_to_kzg_commitment",
    "compute_blob_kzg_proof",
    "compute_cells",
    "compute_cells_and_kzg_proofs",
    "compute_kzg_proof",
    "load_trusted_setup",
    "recover_cells_and_kzg_proofs",
    "verify_blob_kzg_proof",
    "verify_blob_kzg_proof_batch",
    "verify_cell_kzg_proof_batch",
    "verify_kzg_proof",
]

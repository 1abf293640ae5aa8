"""KZG commitments with the interface of the package ckzg, over kzg."""

from ._kzg import ckzg as _ckzg

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

"""Commits to a blob, proves and verifies, with the installed package kzg, and imports ckzg if it is installed: for wheels
on a new platform."""

import importlib.util

import kzg

settings = kzg.Settings()
blob = b"".join(number.to_bytes(32, "big") for number in range(1, kzg.FIELD_ELEMENTS_PER_BLOB + 1))
commitment = settings.blob_to_kzg_commitment(blob)
proof = settings.compute_blob_kzg_proof(blob, commitment)
assert settings.verify_blob_kzg_proof(blob, commitment, proof)
assert not settings.verify_blob_kzg_proof(bytes(len(blob)), commitment, proof)
cells, proofs = settings.compute_cells_and_kzg_proofs(blob)
assert settings.recover_cells(range(64, 128), cells[64:]) == cells
assert settings.verify_cell_kzg_proof_batch([commitment] * 128, range(128), cells, proofs)
other = kzg.Settings("arkworks")
assert other.blob_to_kzg_commitment(blob) == commitment
print("kzg works:", kzg.backends())

if importlib.util.find_spec("ckzg") is not None:
    import ckzg

    try:
        ckzg.load_trusted_setup("/no/such/file", 0)
    except RuntimeError as error:
        print("ckzg works:", error)
    else:
        raise AssertionError("a missing file was loaded")

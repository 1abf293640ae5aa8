"""KZG commitments for Ethereum: all of EIP-4844 (blobs) and EIP-7594 (cells).

>>> import kzg
>>> settings = kzg.Settings()
>>> blob = bytes(kzg.BYTES_PER_BLOB)
>>> commitment = settings.blob_to_kzg_commitment(blob)
>>> proof = settings.compute_blob_kzg_proof(blob, commitment)
>>> settings.verify_blob_kzg_proof(blob, commitment, proof)
True

The methods of `Settings` have the names of the specifications. They take any object with the buffer protocol, release
the interpreter's lock while they compute, and raise a `KzgError` with the kind of the error and the position of the
item at fault.
"""

from kzg._kzg import Settings, backends, kzg_to_versioned_hash
from kzg.errors import (
    BusyError,
    CancelledError,
    DeadlineError,
    FaultError,
    InputError,
    IntegrityError,
    IoError,
    KzgError,
    SetupError,
)

#: The number of bytes of a blob.
BYTES_PER_BLOB = 131072
#: The number of bytes of a cell.
BYTES_PER_CELL = 2048
#: The number of bytes of a commitment.
BYTES_PER_COMMITMENT = 48
#: The number of bytes of a field element.
BYTES_PER_FIELD_ELEMENT = 32
#: The number of bytes of a proof.
BYTES_PER_PROOF = 48
#: The number of cells of an extended blob.
CELLS_PER_EXT_BLOB = 128
#: The number of field elements of a blob.
FIELD_ELEMENTS_PER_BLOB = 4096
#: The number of field elements of a cell.
FIELD_ELEMENTS_PER_CELL = 64

__all__ = [
    "BYTES_PER_BLOB",
    "BYTES_PER_CELL",
    "BYTES_PER_COMMITMENT",
    "BYTES_PER_FIELD_ELEMENT",
    "BYTES_PER_PROOF",
    "CELLS_PER_EXT_BLOB",
    "FIELD_ELEMENTS_PER_BLOB",
    "FIELD_ELEMENTS_PER_CELL",
    "BusyError",
    "CancelledError",
    "DeadlineError",
    "FaultError",
    "InputError",
    "IntegrityError",
    "IoError",
    "KzgError",
    "Settings",
    "SetupError",
    "backends",
    "kzg_to_versioned_hash",
]

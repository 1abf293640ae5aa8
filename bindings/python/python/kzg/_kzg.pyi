import os
from collections.abc import Iterable
from types import ModuleType
from typing import Literal, TypedDict, overload

from typing_extensions import Buffer

from kzg.errors import KzgError

#: The functions of `kzg.ckzg`, which has their types.
ckzg: ModuleType

class BackendState(TypedDict):
    name: str
    compiled_in: bool
    available: bool
    engine: str | None
    reason: str | None

def backends() -> list[BackendState]:
    """Return the state of every known backend on this machine, the default one first."""

def kzg_to_versioned_hash(commitment: Buffer) -> bytes:
    """Return the 32 bytes that identify a commitment in a transaction."""

class Settings:
    """A loaded trusted setup with every operation of EIP-4844 and EIP-7594.

    `backend` is "auto", "blst" or "arkworks". `threads` is the number of threads that a call may use: 1 for the calling
    thread alone, 0 for one for each processor. `precompute` is the memory for the prover's tables: "none", "small",
    "large" or a number of bytes. `subgroup_check` is "individual" or "batched". `trusted_setup` is a path or the bytes
    of a file in c-kzg's text format or the JSON format of the consensus specifications; the mainnet setup by default.

    The mainnet setup is shared by the whole process: loading it again takes microseconds.

    Every argument that takes bytes takes any object with the buffer protocol. A list of items is one buffer with the
    items side by side, or an iterable of buffers. Where a method has an argument `out`, the result is written to that
    buffer, and the method returns `None`.

    Malformed input raises `InputError` with the position of the item; a proof that is well formed but wrong is `False`.
    """

    def __new__(
        cls,
        backend: str = "auto",
        *,
        threads: int = 1,
        precompute: str | int | None = None,
        subgroup_check: Literal["individual", "batched"] = "individual",
        trusted_setup: str | os.PathLike[str] | Buffer | None = None,
    ) -> Settings: ...
    @property
    def backend(self) -> str:
        """The name of the backend."""

    @property
    def tables_memory(self) -> int:
        """The memory of the tables that exist now, in bytes."""

    def warm_up(self) -> None:
        """Build the tables of the prover now rather than at the first call that needs them."""

    def release_tables(self) -> None:
        """Free the tables of the prover; the next call that needs them builds them again."""

    def blob_to_kzg_commitment(self, blob: Buffer) -> bytes:
        """Commit to a blob."""

    def compute_kzg_proof(self, blob: Buffer, z: Buffer) -> tuple[bytes, bytes]:
        """Evaluate a blob's polynomial at `z` and prove the value. Return the proof and the value."""

    def compute_blob_kzg_proof(self, blob: Buffer, commitment: Buffer) -> bytes:
        """Prove that a blob matches its commitment, without checking that it does."""

    def verify_kzg_proof(self, commitment: Buffer, z: Buffer, y: Buffer, proof: Buffer) -> bool:
        """Whether the committed polynomial has the value `y` at `z`."""

    def verify_blob_kzg_proof(self, blob: Buffer, commitment: Buffer, proof: Buffer) -> bool:
        """Whether a blob matches its commitment."""

    def verify_blob_kzg_proof_batch(
        self,
        blobs: Buffer | Iterable[Buffer],
        commitments: Buffer | Iterable[Buffer],
        proofs: Buffer | Iterable[Buffer],
    ) -> bool:
        """Whether every blob matches its commitment."""

    def verify_blob_kzg_proof_each(
        self,
        blobs: Buffer | Iterable[Buffer],
        commitments: Buffer | Iterable[Buffer],
        proofs: Buffer | Iterable[Buffer],
    ) -> list[bool | KzgError]:
        """The verdict on every blob: whether it matches its commitment, or the error if an item is malformed."""

    def compute_challenge(self, blob: Buffer, commitment: Buffer) -> bytes:
        """The point at which the proof of a blob opens the blob, a field element."""

    def point_evaluation(self, input: Buffer) -> bytes:
        """Run the precompile of EIP-4844 on its 192 bytes of input; return its 64 bytes of output."""

    def blobs_to_kzg_commitments(self, blobs: Buffer | Iterable[Buffer]) -> list[bytes]:
        """Commit to many blobs."""

    def blobs_to_kzg_commitments_each(
        self, blobs: Buffer | Iterable[Buffer]
    ) -> list[bytes | KzgError]:
        """Commit to many blobs. A malformed blob gives its error, and the others their commitments."""

    def compute_blob_kzg_proofs(
        self, blobs: Buffer | Iterable[Buffer], commitments: Buffer | Iterable[Buffer]
    ) -> list[bytes]:
        """Prove that blobs match their commitments."""

    def compute_blob_kzg_proofs_each(
        self, blobs: Buffer | Iterable[Buffer], commitments: Buffer | Iterable[Buffer]
    ) -> list[bytes | KzgError]:
        """Prove that blobs match their commitments. A malformed row gives its error, and the others their proofs."""

    @overload
    def compute_cells(self, blob: Buffer, out: None = None) -> list[bytes]: ...
    @overload
    def compute_cells(self, blob: Buffer, out: Buffer) -> None:
        """The 128 cells of a blob."""

    @overload
    def compute_cells_at(
        self, blob: Buffer, cell_indices: Iterable[int], out: None = None
    ) -> list[bytes]: ...
    @overload
    def compute_cells_at(self, blob: Buffer, cell_indices: Iterable[int], out: Buffer) -> None:
        """The cells of a blob with the given indices."""

    @overload
    def compute_cells_and_kzg_proofs(
        self, blob: Buffer, cells_out: None = None, proofs_out: None = None
    ) -> tuple[list[bytes], list[bytes]]: ...
    @overload
    def compute_cells_and_kzg_proofs(
        self, blob: Buffer, cells_out: Buffer, proofs_out: Buffer
    ) -> None:
        """The 128 cells of a blob and their proofs."""

    def compute_cell_kzg_proofs(self, blob: Buffer) -> list[bytes]:
        """The proofs of the 128 cells of a blob, without the cells."""

    @overload
    def compute_many_cells_and_kzg_proofs(
        self, blobs: Buffer | Iterable[Buffer], cells_out: None = None, proofs_out: None = None
    ) -> tuple[list[list[bytes]], list[list[bytes]]]: ...
    @overload
    def compute_many_cells_and_kzg_proofs(
        self, blobs: Buffer | Iterable[Buffer], cells_out: Buffer, proofs_out: Buffer
    ) -> None:
        """The cells of many blobs and their proofs, one list for each blob."""

    @overload
    def recover_cells_and_kzg_proofs(
        self,
        cell_indices: Iterable[int],
        cells: Buffer | Iterable[Buffer],
        cells_out: None = None,
        proofs_out: None = None,
    ) -> tuple[list[bytes], list[bytes]]: ...
    @overload
    def recover_cells_and_kzg_proofs(
        self,
        cell_indices: Iterable[int],
        cells: Buffer | Iterable[Buffer],
        cells_out: Buffer,
        proofs_out: Buffer,
    ) -> None:
        """Recover all cells and their proofs from 64 or more cells. The indices ascend."""

    @overload
    def recover_cells(
        self, cell_indices: Iterable[int], cells: Buffer | Iterable[Buffer], out: None = None
    ) -> list[bytes]: ...
    @overload
    def recover_cells(
        self, cell_indices: Iterable[int], cells: Buffer | Iterable[Buffer], out: Buffer
    ) -> None:
        """Recover all cells from 64 or more cells, without proofs. The indices ascend."""

    def verify_cell_kzg_proof_batch(
        self,
        commitments: Buffer | Iterable[Buffer],
        cell_indices: Iterable[int],
        cells: Buffer | Iterable[Buffer],
        proofs: Buffer | Iterable[Buffer],
    ) -> bool:
        """Whether every cell is the cell with its index of the blob of its commitment."""

    def verify_cell_kzg_proof_each(
        self,
        commitments: Buffer | Iterable[Buffer],
        cell_indices: Iterable[int],
        cells: Buffer | Iterable[Buffer],
        proofs: Buffer | Iterable[Buffer],
    ) -> list[bool | KzgError]:
        """The verdict on every cell, or the error if an item is malformed."""

    def compute_verify_cell_kzg_proof_batch_challenge(
        self,
        commitments: Buffer | Iterable[Buffer],
        commitment_indices: Iterable[int],
        cell_indices: Iterable[int],
        cells: Buffer | Iterable[Buffer],
        proofs: Buffer | Iterable[Buffer],
    ) -> bytes:
        """The challenge of a batch of cells, whose commitments are given once and by index."""

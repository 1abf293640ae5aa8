"""Functions over Arrow arrays of blobs, for engines that use Arrow arrays: pyarrow, Polars, DuckDB, Daft, Ray Data.

Each function takes arrays of binary values, one row for each blob, and returns a struct array with a row for each row
of the input: the result, and a `message` that is null unless the row is malformed. A null or malformed row gives a null
result; it never raises an exception for the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pyarrow as pa

from kzg import BYTES_PER_BLOB, BYTES_PER_COMMITMENT, BYTES_PER_PROOF, InputError, KzgError, Settings

_Result = TypeVar("_Result")

#: A call copies its rows, since Arrow does not mark buffers as immutable: this bounds the copies, to 8 MiB of blobs.
_ROWS_PER_CALL = 64

_shared: dict[str, Settings] = {}


def _settings(settings: Settings | None) -> Settings:
    """The settings of the caller, or those of the mainnet setup for the whole process."""
    if settings is not None:
        return settings
    return _shared.setdefault("auto", Settings())


def blob_to_kzg_commitment(blobs: pa.Array, *, settings: Settings | None = None) -> pa.StructArray:
    """Commit to every blob. The struct has the fields `commitment` and `message`."""
    kzg = _settings(settings)
    rows = _Rows(len(blobs))
    given = rows.column("blob", blobs, BYTES_PER_BLOB)
    results = rows.compute(kzg.blobs_to_kzg_commitments_each, given)
    return _struct("commitment", pa.binary(BYTES_PER_COMMITMENT), results, rows.messages)


def compute_blob_kzg_proof(
    blobs: pa.Array, commitments: pa.Array, *, settings: Settings | None = None
) -> pa.StructArray:
    """Prove that every blob matches its commitment. The struct has the fields `proof` and `message`."""
    kzg = _settings(settings)
    rows = _Rows(len(blobs))
    given = rows.column("blob", blobs, BYTES_PER_BLOB)
    of_rows = rows.column("commitment", commitments, BYTES_PER_COMMITMENT)
    results = rows.compute(kzg.compute_blob_kzg_proofs_each, given, of_rows)
    return _struct("proof", pa.binary(BYTES_PER_PROOF), results, rows.messages)


def compute_cell_kzg_proofs(blobs: pa.Array, *, settings: Settings | None = None) -> pa.StructArray:
    """Compute the 128 cell proofs of every blob. The struct has the fields `proofs`, a list, and `message`."""
    kzg = _settings(settings)
    rows = _Rows(len(blobs))
    given = rows.column("blob", blobs, BYTES_PER_BLOB)

    def each(blobs: Sequence[pa.Buffer]) -> list[list[bytes] | KzgError]:
        results: list[list[bytes] | KzgError] = []
        for blob in blobs:
            try:
                results.append(kzg.compute_cell_kzg_proofs(blob))
            except InputError as error:
                results.append(error)
        return results

    return _struct("proofs", pa.list_(pa.binary(BYTES_PER_PROOF)), rows.compute(each, given), rows.messages)


def verify_blob_kzg_proof(
    blobs: pa.Array, commitments: pa.Array, proofs: pa.Array, *, settings: Settings | None = None
) -> pa.StructArray:
    """Verify every blob against its commitment and proof. The struct has the fields `valid` and `message`."""
    kzg = _settings(settings)
    rows = _Rows(len(blobs))
    given = rows.column("blob", blobs, BYTES_PER_BLOB)
    of_rows = rows.column("commitment", commitments, BYTES_PER_COMMITMENT)
    proven = rows.column("proof", proofs, BYTES_PER_PROOF)
    results = rows.compute(kzg.verify_blob_kzg_proof_each, given, of_rows, proven)
    return _struct("valid", pa.bool_(), results, rows.messages)


class _Rows:
    """The rows of a call: those that have all their values are computed, the others have a message or are null."""

    def __init__(self, count: int) -> None:
        self.messages: list[str | None] = [None] * count
        self._present = [True] * count

    def column(self, name: str, array: pa.Array, length: int) -> list[pa.Buffer | None]:
        """The values of a column as buffers, without copying them. A row with a null or a value of another length is
        left out."""
        count = len(self.messages)
        if len(array) != count:
            raise ValueError(f"{name}: {len(array)} rows, expected {count}")
        values = _values(name, array)
        for row, value in enumerate(values):
            if value is None:
                self._present[row] = False
            elif len(value) != length:
                self._present[row] = False
                self.messages[row] = f"{name}: {len(value)} bytes, expected {length}"
        return values

    def compute(
        self, call: Callable[..., Sequence[_Result | KzgError]], *columns: Sequence[pa.Buffer | None]
    ) -> list[_Result | None]:
        """The result for each row, null where there is none."""
        results: list[_Result | None] = [None] * len(self.messages)
        rows = [row for row, present in enumerate(self._present) if present]
        for start in range(0, len(rows), _ROWS_PER_CALL):
            part = rows[start : start + _ROWS_PER_CALL]
            made = call(*([column[row] for row in part] for column in columns))
            for row, result in zip(part, made, strict=True):
                if isinstance(result, KzgError):
                    # The position is that among the rows of one call; the message is in its own row.
                    self.messages[row] = str(result).replace(f" {result.index}:", ":", 1)
                else:
                    results[row] = result
        return results


def _values(name: str, array: pa.Array) -> list[pa.Buffer | None]:
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in _values(name, chunk)]
    kind = array.type
    binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    if not (binary or pa.types.is_binary_view(kind) or pa.types.is_null(kind)):
        raise TypeError(f"{name}: an array of {kind}, expected binary values")
    return [scalar.as_buffer() if scalar.is_valid else None for scalar in array]


def _struct(name: str, kind: pa.DataType, results: Sequence[object], messages: Sequence[str | None]) -> pa.StructArray:
    return pa.StructArray.from_arrays(
        [pa.array(results, type=kind), pa.array(messages, type=pa.string())], names=[name, "message"]
    )

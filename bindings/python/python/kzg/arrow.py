"""Functions over Arrow arrays of blobs, for engines that speak Arrow: pyarrow, Polars, DuckDB, Daft, Ray Data.

Each function takes arrays of binary values, one row for each blob, and returns a struct array with a row for each row
of the input: the result, and a `message` that is null unless the row is malformed. A null or malformed row gives a null
result; it never raises an exception for the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pyarrow as pa

from kzg import BYTES_PER_BLOB, BYTES_PER_COMMITMENT, BYTES_PER_PROOF, KzgError, Settings

_Result = TypeVar("_Result")

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
    results = rows.compute(lambda: kzg.blobs_to_kzg_commitments_each(rows.selected(given)))
    return _struct("commitment", pa.binary(BYTES_PER_COMMITMENT), results, rows.messages)


def compute_blob_kzg_proof(
    blobs: pa.Array, commitments: pa.Array, *, settings: Settings | None = None
) -> pa.StructArray:
    """Prove that every blob matches its commitment. The struct has the fields `proof` and `message`."""
    kzg = _settings(settings)
    rows = _Rows(len(blobs))
    given = rows.column("blob", blobs, BYTES_PER_BLOB)
    of_rows = rows.column("commitment", commitments, BYTES_PER_COMMITMENT)
    results = rows.compute(
        lambda: kzg.compute_blob_kzg_proofs_each(rows.selected(given), rows.selected(of_rows))
    )
    return _struct("proof", pa.binary(BYTES_PER_PROOF), results, rows.messages)


def compute_cell_kzg_proofs(blobs: pa.Array, *, settings: Settings | None = None) -> pa.StructArray:
    """Compute the 128 cell proofs of every blob. The struct has the fields `proofs`, a list, and `message`."""
    kzg = _settings(settings)
    rows = _Rows(len(blobs))
    given = rows.column("blob", blobs, BYTES_PER_BLOB)

    def each() -> list[list[bytes] | KzgError]:
        results: list[list[bytes] | KzgError] = []
        for blob in rows.selected(given):
            try:
                results.append(kzg.compute_cell_kzg_proofs(blob))
            except KzgError as error:
                results.append(error)
        return results

    return _struct("proofs", pa.list_(pa.binary(BYTES_PER_PROOF)), rows.compute(each), rows.messages)


def verify_blob_kzg_proof(
    blobs: pa.Array, commitments: pa.Array, proofs: pa.Array, *, settings: Settings | None = None
) -> pa.StructArray:
    """Verify every blob against its commitment and proof. The struct has the fields `valid` and `message`."""
    kzg = _settings(settings)
    rows = _Rows(len(blobs))
    given = rows.column("blob", blobs, BYTES_PER_BLOB)
    of_rows = rows.column("commitment", commitments, BYTES_PER_COMMITMENT)
    proven = rows.column("proof", proofs, BYTES_PER_PROOF)
    results = rows.compute(
        lambda: kzg.verify_blob_kzg_proof_each(
            rows.selected(given), rows.selected(of_rows), rows.selected(proven)
        )
    )
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

    def selected(self, values: Sequence[pa.Buffer | None]) -> list[pa.Buffer]:
        """The values of the rows that are computed."""
        return [value for value, present in zip(values, self._present) if present and value is not None]

    def compute(self, call: Callable[[], Sequence[_Result | KzgError]]) -> list[_Result | None]:
        """The result for each row, null where there is none."""
        found = iter(call() if any(self._present) else ())
        results: list[_Result | None] = []
        for row, present in enumerate(self._present):
            result = next(found) if present else None
            if isinstance(result, KzgError):
                self.messages[row] = str(result)
                result = None
            results.append(result)
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

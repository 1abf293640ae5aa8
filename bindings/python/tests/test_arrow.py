"""The functions over Arrow arrays, called by pyarrow, Polars and DuckDB."""

from typing import Any

import pyarrow as pa
import pytest

import kzg
from kzg import arrow

MALFORMED = b"\xff" * kzg.BYTES_PER_BLOB


@pytest.mark.parametrize(
    "kind", [pa.binary(), pa.large_binary(), pa.binary(kzg.BYTES_PER_BLOB)], ids=str
)
def test_rows_give_results_or_messages(
    kind: Any, blobs: list[bytes], commitments: list[bytes], proofs: list[bytes]
) -> None:
    rows = pa.array([blobs[0], None, MALFORMED, blobs[1]], type=kind)
    made = arrow.blob_to_kzg_commitment(rows)
    assert made.field("commitment").to_pylist() == [commitments[0], None, None, commitments[1]]
    messages = made.field("message").to_pylist()
    assert [message is None for message in messages] == [True, True, False, True]
    assert "blob" in messages[2]

    of_rows = pa.array([commitments[0], commitments[0], commitments[0], None])
    proved = arrow.compute_blob_kzg_proof(rows, of_rows)
    assert proved.field("proof").to_pylist() == [proofs[0], None, None, None]

    proven = pa.array([proofs[0], proofs[0], proofs[0], proofs[1]])
    of_rows = pa.array([commitments[0], commitments[0], commitments[0], commitments[0]])
    verified = arrow.verify_blob_kzg_proof(rows, of_rows, proven)
    assert verified.field("valid").to_pylist() == [True, None, None, False]


def test_values_of_a_wrong_length_have_a_message(blobs: list[bytes]) -> None:
    made = arrow.blob_to_kzg_commitment(pa.array([blobs[0][:-1], b""]))
    assert made.field("commitment").to_pylist() == [None, None]
    assert all("expected 131072" in message for message in made.field("message").to_pylist())
    assert len(arrow.blob_to_kzg_commitment(pa.array([], type=pa.binary()))) == 0


def test_chunks_and_slices_are_arrays_too(blobs: list[bytes], commitments: list[bytes]) -> None:
    chunked = pa.chunked_array([blobs[:1], blobs[1:]])
    made = arrow.blob_to_kzg_commitment(chunked)
    assert made.field("commitment").to_pylist() == commitments
    sliced = pa.array(blobs)[1:]
    assert arrow.blob_to_kzg_commitment(sliced).field("commitment").to_pylist() == commitments[1:]


def test_cell_proofs(settings: kzg.Settings, blobs: list[bytes]) -> None:
    made = arrow.compute_cell_kzg_proofs(pa.array([MALFORMED, blobs[0]]), settings=settings)
    assert made.field("proofs").to_pylist() == [None, settings.compute_cell_kzg_proofs(blobs[0])]


def test_what_is_no_array_of_blobs_is_refused(blobs: list[bytes]) -> None:
    with pytest.raises(TypeError):
        arrow.blob_to_kzg_commitment(pa.array([1, 2]))
    with pytest.raises(ValueError):
        arrow.compute_blob_kzg_proof(pa.array(blobs), pa.array([bytes(48)]))


def test_polars_and_duckdb_give_the_same_commitments(
    blobs: list[bytes], commitments: list[bytes], tmp_path: Any
) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"blob": blobs})
    made = arrow.blob_to_kzg_commitment(frame["blob"].to_arrow())
    assert made.field("commitment").to_pylist() == commitments

    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "blobs.parquet"
    frame.write_parquet(path)
    connection = duckdb.connect()
    connection.create_function(
        "kzg_commitment",
        lambda rows: arrow.blob_to_kzg_commitment(rows).field("commitment").cast(pa.binary()),
        ["BLOB"],
        "BLOB",
        type="arrow",
    )
    query = f"select kzg_commitment(blob) from '{path}'"
    assert [row[0] for row in connection.sql(query).fetchall()] == commitments

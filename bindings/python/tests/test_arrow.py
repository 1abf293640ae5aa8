"""The functions over Arrow arrays, called by pyarrow, and the recipes for DuckDB, Polars, Daft and Ray.

The recipe of an engine that is not installed is skipped: the last two have large packages.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kzg
from kzg import arrow

MALFORMED = b"\xff" * kzg.BYTES_PER_BLOB
RECIPES = Path(__file__).parent.parent / "recipes"


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
    assert messages[2].startswith("blob: field element 0: ")

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


def test_more_rows_than_one_call_takes(settings: kzg.Settings) -> None:
    zero = bytes(kzg.BYTES_PER_BLOB)
    infinity = b"\xc0" + bytes(47)
    rows = [zero, None, b"short", MALFORMED] * 40
    made = arrow.blob_to_kzg_commitment(pa.array(rows, type=pa.binary()), settings=settings)
    assert made.field("commitment").to_pylist() == [infinity, None, None, None] * 40
    kinds = [message and message[:7] for message in made.field("message").to_pylist()]
    assert kinds == [None, None, "blob: 5", "blob: f"] * 40


def test_cell_proofs(settings: kzg.Settings, blobs: list[bytes]) -> None:
    made = arrow.compute_cell_kzg_proofs(pa.array([MALFORMED, blobs[0]]), settings=settings)
    assert made.field("proofs").to_pylist() == [None, settings.compute_cell_kzg_proofs(blobs[0])]


def test_what_is_no_array_of_blobs_is_refused(blobs: list[bytes]) -> None:
    with pytest.raises(TypeError):
        arrow.blob_to_kzg_commitment(pa.array([1, 2]))
    with pytest.raises(ValueError):
        arrow.compute_blob_kzg_proof(pa.array(blobs), pa.array([bytes(48)]))


@pytest.mark.parametrize("engine", ["duckdb", "polars", "daft", "ray"])
def test_recipes_over_a_folder_of_parquet(
    engine: str, blobs: list[bytes], commitments: list[bytes], tmp_path: Path
) -> None:
    pytest.importorskip(engine)
    folder = tmp_path / "rows"
    folder.mkdir()
    given = [*blobs, None, MALFORMED, b"short"]
    for number, part in enumerate([given[:4], given[4:]]):
        names = [f"{number}-{row}" for row in range(len(part))]
        table = pa.table({"name": names, "blob": pa.array(part, type=pa.binary())})
        pq.write_table(table, folder / f"{number}.parquet")
    out = tmp_path / "commitments.parquet"
    recipe = RECIPES / f"{engine}_commitments.py"
    subprocess.run([sys.executable, recipe, folder, out], check=True, timeout=900)
    rows = sorted(pq.read_table(out).to_pylist(), key=lambda row: row["name"])
    assert [row["commitment"] for row in rows] == [*commitments, None, None, None]
    assert [row["message"] is None for row in rows] == [True, True, True, True, False, False]

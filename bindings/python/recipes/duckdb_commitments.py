"""Commitments of a folder of Parquet files by DuckDB.

    python duckdb_commitments.py FOLDER OUT.parquet

The files have the columns `name` and `blob`. The result has the columns `name`, `commitment` and `message`: a row whose
blob is malformed has no commitment, and the reason as its message. Needs the packages kzg, pyarrow and duckdb.
"""

import sys

import duckdb
import pyarrow as pa

from kzg import arrow


def commit(blobs: pa.ChunkedArray) -> pa.StructArray:
    made = arrow.blob_to_kzg_commitment(blobs)
    # DuckDB has one type of binary values, without a fixed length.
    columns = [made.field("commitment").cast(pa.binary()), made.field("message")]
    return pa.StructArray.from_arrays(columns, names=["commitment", "message"])


def main(folder: str, out: str) -> None:
    connection = duckdb.connect()
    result = duckdb.struct_type({"commitment": "BLOB", "message": "VARCHAR"})
    connection.create_function("kzg_commitment", commit, ["BLOB"], result, type="arrow")
    rows = connection.sql(
        "select name, unnest(kzg_commitment(blob)) from read_parquet($files)",
        params={"files": f"{folder}/*.parquet"},
    )
    rows.write_parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])

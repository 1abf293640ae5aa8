"""Commitments of a folder of Parquet files by Daft.

    python daft_commitments.py FOLDER OUT.parquet

The files have the columns `name` and `blob`. The result has the columns `name`, `commitment` and `message`: a row whose
blob is malformed has no commitment, and the reason as its message. Needs the packages kzg, pyarrow and daft.
"""

import sys

import daft
import pyarrow as pa
import pyarrow.parquet as pq

from kzg import arrow

RESULT = daft.DataType.struct(
    {"commitment": daft.DataType.binary(), "message": daft.DataType.string()}
)


@daft.func.batch(return_dtype=RESULT, unnest=True)
def commit(blobs: daft.Series) -> pa.StructArray:
    made = arrow.blob_to_kzg_commitment(blobs.to_arrow())
    columns = [made.field("commitment").cast(pa.large_binary()), made.field("message").cast(pa.large_string())]
    return pa.StructArray.from_arrays(columns, names=["commitment", "message"])


def main(folder: str, out: str) -> None:
    rows = daft.read_parquet(f"{folder}/*.parquet")
    rows = rows.select(rows["name"], commit(rows["blob"]))
    pq.write_table(rows.to_arrow(), out)


if __name__ == "__main__":
    main(*sys.argv[1:])

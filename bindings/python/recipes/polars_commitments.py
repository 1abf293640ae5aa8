"""Commitments of a folder of Parquet files by Polars.

    python polars_commitments.py FOLDER OUT.parquet

The files have the columns `name` and `blob`. The result has the columns `name`, `commitment` and `message`: a row whose
blob is malformed has no commitment, and the reason as its message. Needs the packages kzg, pyarrow and polars.
"""

import sys

import polars as pl

from kzg import arrow


def commit(blobs: pl.Series) -> pl.Series:
    made = pl.from_arrow(arrow.blob_to_kzg_commitment(blobs.to_arrow()))
    assert isinstance(made, pl.Series)
    return made


def main(folder: str, out: str) -> None:
    result = pl.Struct({"commitment": pl.Binary, "message": pl.String})
    made = pl.col("blob").map_batches(commit, return_dtype=result).alias("made")
    rows = pl.scan_parquet(f"{folder}/*.parquet").select("name", made).unnest("made")
    rows.collect().write_parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])

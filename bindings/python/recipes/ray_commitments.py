"""Commitments of a folder of Parquet files by Ray Data.

    python ray_commitments.py FOLDER OUT.parquet

The files have the columns `name` and `blob`. The result has the columns `name`, `commitment` and `message`: a row whose
blob is malformed has no commitment, and the reason as its message. Needs the packages kzg, pyarrow and ray[data], on
every machine of a cluster.
"""

import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def commit(batch: pa.Table) -> pa.Table:
    # A worker is a process of its own. It loads the setup once, at its first batch.
    from kzg import arrow

    made = arrow.blob_to_kzg_commitment(batch.column("blob"))
    columns = [batch.column("name"), made.field("commitment"), made.field("message")]
    return pa.table(columns, names=["name", "commitment", "message"])


def main(folder: str, out: str) -> None:
    # A cluster that only this machine reaches needs no token. A cluster that others reach needs one: see Ray's guide to
    # token authentication.
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    import ray

    ray.init(address="local", include_dashboard=False)
    rows = ray.data.read_parquet(folder, columns=["name", "blob"])
    made = rows.map_batches(commit, batch_format="pyarrow", batch_size=64)
    tables = [table for table in ray.get(made.to_arrow_refs()) if table.num_rows]
    pq.write_table(pa.concat_tables(tables), out)


if __name__ == "__main__":
    main(*sys.argv[1:])

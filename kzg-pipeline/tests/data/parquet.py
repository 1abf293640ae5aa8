#!/usr/bin/env python3
"""Writes parquet/: tables of two blobs by other programs, in the variants of the format.

`parquet.py` writes them, and needs pyarrow, polars and duckdb; `parquet.py --read FILE` prints what
pyarrow reads in a file of kzg: the columns, and the SHA-256 of their values.
"""

import hashlib
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

BLOB, POINT, HASH, PROOFS = 131072, 48, 32, 128 * 48


def blob(number):
    """The blobs of the tests in src/formats/tests."""
    data = bytearray(BLOB)
    for element in (0, 1, 77, 4095):
        data[32 * element + 31] = number
        data[32 * element + 1] = 0x0F
    return bytes(data)


BLOBS = [blob(1), blob(2)]


def values(first, length):
    """Values that share their beginning: `first`, and the number of the row at the end."""
    return [bytes([first] * (length - 1) + [row]) for row in range(2)]


def column(kind, width):
    return {"fixed": pa.binary(width), "binary": pa.binary(), "large": pa.large_binary()}[kind]


def table(kind="fixed", **replaced):
    columns = {
        "source": pa.array(["a", "b"]),
        "slot": pa.array([7, 9], pa.uint64()),
        "index": pa.array([3, 1], pa.uint64()),
        "blob": pa.array(BLOBS, column(kind, BLOB)),
        "commitment": pa.array(values(0xC1, POINT), column(kind, POINT)),
        "proof": pa.array(values(0xC2, POINT), column(kind, POINT)),
        "versioned_hash": pa.array(values(0x01, HASH), column(kind, HASH)),
        "error": pa.array([None, "no"]),
    }
    columns.update(replaced)
    return pa.table({name: column for name, column in columns.items() if column is not None})


def cell_proofs():
    return [[bytes([0xC3] * 46 + [row, cell]) for cell in range(128)] for row in range(2)]


def write_all(folder):
    folder.mkdir(exist_ok=True)

    def write(name, table, **options):
        pq.write_table(table, folder / f"{name}.parquet", **options)

    plain = {"use_dictionary": False}
    write("pyarrow", table())
    write("pyarrow-binary", table("binary"))
    write("large-binary-gzip", table("large"), compression="gzip", **plain)
    write("pages-v2-zstd", table(), compression="zstd", data_page_version="2.0", **plain)
    write("pages-v2-dictionary", table("binary"), compression="zstd", data_page_version="2.0")
    write("row-groups-of-one", table(), compression="zstd", row_group_size=1, **plain)
    write("small-pages", table("binary"), compression="gzip", data_page_size=1, write_batch_size=1, **plain)
    write("checksums", table(), compression="gzip", write_page_checksum=True)
    write("page-index", table(), compression="zstd", write_page_index=True, store_schema=False)
    bytes_columns = ("blob", "commitment", "proof", "versioned_hash")
    numbers = {"slot": "DELTA_BINARY_PACKED", "index": "DELTA_BINARY_PACKED"}
    for name, kind, encoding in (
        ("delta-length", "binary", "DELTA_LENGTH_BYTE_ARRAY"),
        ("delta-bytes", "binary", "DELTA_BYTE_ARRAY"),
        ("delta-fixed", "fixed", "DELTA_BYTE_ARRAY"),
        ("byte-streams", "fixed", "BYTE_STREAM_SPLIT"),
    ):
        encodings = {column: encoding for column in bytes_columns} | numbers
        write(name, table(kind), compression="zstd", column_encoding=encodings, **plain)
    # Columns that are not null in the schema, other integers, names of other programs.
    fields = [pa.field("kzg_commitment", pa.binary(POINT), False), pa.field("Blob", pa.binary(BLOB), False)]
    required = pa.table([pa.array(values(0xC1, POINT), pa.binary(POINT)), pa.array(BLOBS, pa.binary(BLOB))], pa.schema(fields))
    write("required", required, compression="zstd")
    write("integers-of-32-bits", table(slot=pa.array([7, 9], pa.int32()), index=pa.array([3, 1], pa.uint32())), compression="zstd")
    write("a-column-of-another-name", pa.table({"name": ["a", "b"], "content": pa.array(BLOBS, pa.binary())}), compression="zstd")
    nested = pa.array([{"a": 1, "b": [{"c": 2}]}, None])
    maps = pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64()))
    write("nested-columns", table(source=nested, error=maps), compression="zstd")
    # Proofs of cells, as one value and as lists.
    joined = pa.array([b"".join(row) for row in cell_proofs()], pa.binary(PROOFS))
    write("cell-proofs", table(proof=None, cell_proofs=joined), compression="zstd")
    lists = pa.array(cell_proofs(), pa.list_(pa.binary(POINT)))
    write("cell-proofs-in-lists", table(proof=None, cell_proofs=lists), compression="zstd")
    write("cell-proofs-in-lists-v2", table(proof=None, cell_proofs=lists), compression="gzip", data_page_version="2.0", **plain)
    none, no_hash = (pa.array([None, None], pa.binary(width)) for width in (POINT, HASH))
    write("claims-all-null", table(commitment=none, proof=none, versioned_hash=no_hash), compression="zstd")
    null = pa.nulls(2)
    write("claims-of-type-null", table(commitment=null, proof=null, versioned_hash=null), compression="zstd")
    write("no-rows", table().slice(0, 0), compression="zstd")
    # What is refused.
    one = pa.array([values(0xC1, POINT)[0], None], pa.binary(POINT))
    write("refused-null-claim", table(commitment=one), compression="zstd")
    write("refused-null-blob", table(blob=pa.array([BLOBS[0], None], pa.binary(BLOB))), compression="zstd")
    write("refused-short-blob", table("binary", blob=pa.array([BLOBS[0], BLOBS[1][:-1]], pa.binary())), compression="zstd")
    write("refused-text-blob", table(blob=pa.array(["0x00", "0x01"])), compression="zstd")
    write("refused-brotli", table(), compression="brotli")
    write("refused-lz4", table(), compression="lz4")
    write("refused-short-list", table(proof=None, cell_proofs=pa.array([row[:127] for row in cell_proofs()], pa.list_(pa.binary(POINT)))), compression="zstd")
    write("refused-null-in-list", table(proof=None, cell_proofs=pa.array([[None] + row[1:] for row in cell_proofs()], pa.list_(pa.binary(POINT)))), compression="zstd")
    write("refused-no-blobs", pa.table({"a": [1, 2]}), compression="zstd")
    long = pa.table({"blob": pa.DictionaryArray.from_arrays(pa.array([0] * 513, pa.int32()), pa.array(BLOBS[:1], pa.binary()))})
    write("refused-513-rows", long, compression="zstd")
    write_others(folder)


def write_others(folder):
    import duckdb
    import polars

    arrow = table("binary")
    polars.from_arrow(arrow).write_parquet(folder / "polars.parquet")
    polars.from_arrow(arrow).write_parquet(folder / "polars-snappy.parquet", compression="snappy")
    connection = duckdb.connect()
    connection.register("blobs", arrow)
    for name, options in (("duckdb", ""), ("duckdb-v2", ", parquet_version v2, compression zstd")):
        connection.execute(f"COPY blobs TO '{folder / name}.parquet' (FORMAT parquet{options})")


def read(path):
    found = pq.read_table(path)
    for name in found.column_names:
        digest = hashlib.sha256()
        for value in found[name].to_pylist():
            digest.update(value if isinstance(value, bytes) else str(value).encode())
        print(name, found.schema.field(name).type, digest.hexdigest())
    metadata = pq.ParquetFile(path, page_checksum_verification=True)
    metadata.read()
    print("row groups", *(metadata.metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(sys.argv[2])
    else:
        write_all(Path(__file__).parent / "parquet")

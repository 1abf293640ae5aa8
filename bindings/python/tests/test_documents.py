"""The examples of the README and of docs/python.md run.

An example that needs a package which is not installed is skipped: bindings/python/test runs these tests in environments
with different packages.
"""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kzg

PACKAGE = Path(__file__).parent.parent
DOCUMENTS = [PACKAGE / "README.md", PACKAGE.parent.parent / "docs/python.md"]
#: Packages of which an example needs some.
OPTIONAL = ["daft", "duckdb", "eth_account", "polars", "pyarrow", "ray"]


def examples() -> list[tuple[str, str]]:
    found = []
    for document in DOCUMENTS:
        codes = re.findall(r"^```python\n(.*?)^```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        found += [(f"{document.name}-{number}", code) for number, code in enumerate(codes, 1)]
    return found


def test_the_documents_have_examples() -> None:
    documents = {name.split("-")[0] for name, _ in examples()}
    assert documents == {document.name for document in DOCUMENTS}


@pytest.mark.parametrize(("name", "code"), examples(), ids=[name for name, _ in examples()])
def test_recipes_of_the_documents(name: str, code: str, tmp_path: Path) -> None:
    for package in OPTIONAL:
        if re.search(rf"^\s*(import|from) {package}\b", code, re.MULTILINE):
            pytest.importorskip(package)
    if importlib.util.find_spec("pyarrow") is not None:
        write_rows(tmp_path / "rows")
    script = tmp_path / "example.py"
    script.write_text(code, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False
    )
    assert ended.returncode == 0, ended.stderr
    # The examples that print something have got to their end.
    assert ended.stdout or "print(" not in code


def write_rows(folder: Path) -> None:
    """A folder of Parquet files, in which one blob is malformed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    parts: list[list[bytes | None]] = [[bytes(kzg.BYTES_PER_BLOB)], [b"short", None]]
    for number, blobs in enumerate(parts):
        names = [f"{number}-{row}" for row in range(len(blobs))]
        pq.write_table(
            pa.table({"name": names, "blob": pa.array(blobs, type=pa.binary())}), folder / f"{number}.parquet"
        )

"""Settings, blobs with their commitments and proofs, and the official vectors, for all tests."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kzg

#: Official vectors as JSON Lines, written by the example `vectors_as_json` of kzg-testing.
VECTORS = os.environ.get("KZG_VECTORS_JSON")
#: The mainnet setup in c-kzg's text format.
TRUSTED_SETUP = os.environ.get("KZG_TRUSTED_SETUP")


@pytest.fixture(scope="session")
def settings() -> kzg.Settings:
    return kzg.Settings()


def blob(seed: int) -> bytes:
    """A blob whose field elements are small and differ between seeds."""
    return b"".join((seed * 4096 + i + 1).to_bytes(32, "big") for i in range(4096))


@pytest.fixture(scope="session")
def blobs() -> list[bytes]:
    return [blob(seed) for seed in range(3)]


@pytest.fixture(scope="session")
def commitments(settings: kzg.Settings, blobs: list[bytes]) -> list[bytes]:
    return settings.blobs_to_kzg_commitments(blobs)


@pytest.fixture(scope="session")
def proofs(settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes]) -> list[bytes]:
    return settings.compute_blob_kzg_proofs(blobs, commitments)


@pytest.fixture(scope="session")
def extended(settings: kzg.Settings, blobs: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    return settings.compute_cells_and_kzg_proofs(blobs[0])


@pytest.fixture(scope="session")
def trusted_setup() -> Path:
    if TRUSTED_SETUP is None:
        pytest.skip("KZG_TRUSTED_SETUP names no file")
    return Path(TRUSTED_SETUP)


def cases() -> Iterator[dict[str, Any]]:
    """The official vectors."""
    if VECTORS is None:
        pytest.skip("KZG_VECTORS_JSON names no file")
    with open(VECTORS, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)

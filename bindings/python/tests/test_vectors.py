"""The official vectors through `kzg.Settings` and through `kzg.ckzg`."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import cases

import kzg
from kzg import ckzg


def raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def all_raw(texts: list[str]) -> list[bytes]:
    return [raw(text) for text in texts]


def expected(value: Any) -> Any:
    """The output of a case with bytes for its hexadecimal texts, and tuples for pairs."""
    if isinstance(value, str):
        return raw(value)
    if isinstance(value, list):
        return [expected(item) for item in value]
    return value


def arguments(handler: str, case: dict[str, Any]) -> list[Any]:
    """The arguments of a handler, in the order of the specification."""
    names = {
        "blob_to_kzg_commitment": ["blob"],
        "compute_kzg_proof": ["blob", "z"],
        "compute_blob_kzg_proof": ["blob", "commitment"],
        "verify_kzg_proof": ["commitment", "z", "y", "proof"],
        "verify_blob_kzg_proof": ["blob", "commitment", "proof"],
        "verify_blob_kzg_proof_batch": ["blobs", "commitments", "proofs"],
        "compute_challenge": ["blob", "commitment"],
        "compute_cells": ["blob"],
        "compute_cells_and_kzg_proofs": ["blob"],
        "recover_cells_and_kzg_proofs": ["cell_indices", "cells"],
        "verify_cell_kzg_proof_batch": ["commitments", "cell_indices", "cells", "proofs"],
        "compute_verify_cell_kzg_proof_batch_challenge": [
            "commitments",
            "commitment_indices",
            "cell_indices",
            "cosets_evals",
            "proofs",
        ],
    }[handler]
    result: list[Any] = []
    for name in names:
        value = case[name]
        if isinstance(value, str):
            result.append(raw(value))
        elif name.endswith("indices"):
            result.append(value)
        elif name == "cosets_evals":
            result.append([b"".join(all_raw(values)) for values in value])
        else:
            result.append(all_raw(value))
    return result


def run(call: Callable[..., Any], given: list[Any]) -> Any:
    """The result of a call in the form of a vector's output; None if the input is refused."""
    try:
        result = call(*given)
    except (ValueError, RuntimeError):
        return None
    return list(result) if isinstance(result, tuple) else result


def test_all_vectors_through_settings(settings: kzg.Settings) -> None:
    passed: Counter[str] = Counter()
    for case in cases():
        handler = case["handler"]
        given = arguments(handler, case["input"])
        result = run(getattr(settings, handler), given)
        assert result == expected(case["output"]), f"{handler}/{case['case']}"
        passed[handler] += 1
    assert len(passed) == 12, passed
    assert passed.total() == 344, passed


def test_the_vectors_of_ckzg(trusted_setup: Path) -> None:
    setup = ckzg.load_trusted_setup(str(trusted_setup), 0)
    passed: Counter[str] = Counter()
    for case in cases():
        handler = case["handler"]
        call = getattr(ckzg, handler, None)
        if call is None:
            continue
        given = arguments(handler, case["input"])
        if handler == "verify_blob_kzg_proof_batch":
            given = [b"".join(items) for items in given]
        result = run(call, [*given, setup])
        assert result == expected(case["output"]), f"{handler}/{case['case']}"
        passed[handler] += 1
    assert len(passed) == 10, passed
    assert passed.total() == 325, passed

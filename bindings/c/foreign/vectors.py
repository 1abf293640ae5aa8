"""Runs the official vectors by the module `ckzg`, which is built over libkzg.

    python3 vectors.py VECTORS TRUSTED_SETUP PREFIX
"""

import collections
import json
import sys

import ckzg


def raw(text):
    return bytes.fromhex(text.removeprefix("0x"))


def all_raw(texts):
    return [raw(text) for text in texts]


def joined(texts):
    return b"".join(all_raw(texts))


# Each handler as a function of the input of a case and of the settings. The result has the form of
# the case's output.
HANDLERS = {
    "blob_to_kzg_commitment": lambda case, ts: ckzg.blob_to_kzg_commitment(raw(case["blob"]), ts),
    "compute_kzg_proof": lambda case, ts: list(
        ckzg.compute_kzg_proof(raw(case["blob"]), raw(case["z"]), ts)
    ),
    "compute_blob_kzg_proof": lambda case, ts: ckzg.compute_blob_kzg_proof(
        raw(case["blob"]), raw(case["commitment"]), ts
    ),
    "verify_kzg_proof": lambda case, ts: ckzg.verify_kzg_proof(
        raw(case["commitment"]), raw(case["z"]), raw(case["y"]), raw(case["proof"]), ts
    ),
    "verify_blob_kzg_proof": lambda case, ts: ckzg.verify_blob_kzg_proof(
        raw(case["blob"]), raw(case["commitment"]), raw(case["proof"]), ts
    ),
    "verify_blob_kzg_proof_batch": lambda case, ts: ckzg.verify_blob_kzg_proof_batch(
        joined(case["blobs"]), joined(case["commitments"]), joined(case["proofs"]), ts
    ),
    "compute_cells": lambda case, ts: ckzg.compute_cells(raw(case["blob"]), ts),
    "compute_cells_and_kzg_proofs": lambda case, ts: list(
        ckzg.compute_cells_and_kzg_proofs(raw(case["blob"]), ts)
    ),
    "recover_cells_and_kzg_proofs": lambda case, ts: list(
        ckzg.recover_cells_and_kzg_proofs(case["cell_indices"], all_raw(case["cells"]), ts)
    ),
    "verify_cell_kzg_proof_batch": lambda case, ts: ckzg.verify_cell_kzg_proof_batch(
        all_raw(case["commitments"]),
        case["cell_indices"],
        all_raw(case["cells"]),
        all_raw(case["proofs"]),
        ts,
    ),
}


def as_expected(value):
    """The output of a case with bytes for its hexadecimal texts."""
    if isinstance(value, str):
        return raw(value)
    if isinstance(value, list):
        return [as_expected(item) for item in value]
    return value


def main():
    vectors, setup, prefix = sys.argv[1:]
    settings = ckzg.load_trusted_setup(setup, 0)
    with open("/proc/self/maps", encoding="utf-8") as maps:
        if f"{prefix}/lib/libkzg.so" not in maps.read():
            sys.exit("ckzg does not run over libkzg")
    passed, failed = collections.Counter(), 0
    with open(vectors, encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            handler = HANDLERS.get(case["handler"])
            if handler is None:
                continue
            try:
                result = handler(case["input"], settings)
            except (ValueError, RuntimeError, TypeError) as error:
                result = None
                if case["output"] is not None:
                    print(f"{case['handler']}/{case['case']}: {error}", file=sys.stderr)
            if result == as_expected(case["output"]):
                passed[case["handler"]] += 1
            else:
                failed += 1
                print(f"{case['handler']}/{case['case']}: another result", file=sys.stderr)
    if len(passed) != len(HANDLERS):
        sys.exit(f"only {len(passed)} of {len(HANDLERS)} handlers have cases that pass")
    print(f"ckzg for Python over libkzg: {len(passed)} handlers")
    print(f"{passed.total()} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Signs a transaction that carries a file in blobs, by eth-account, and checks its sidecar.

    python sign_blob_transaction.py FILE

eth-account imports `ckzg`; with the wheel of that name from this repository, it computes commitments and proofs over kzg.
The check reads the signed bytes as a node does. Needs the packages kzg, ckzg and eth-account.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import rlp
from eth_account import Account

import kzg

#: Bytes of data in a blob: 31 in each field element but the first, which has the length.
BYTES_OF_DATA = (kzg.FIELD_ELEMENTS_PER_BLOB - 1) * 31
#: The key of tests; no address of it holds anything.
KEY = "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


def blobs_of(data: bytes) -> list[bytes]:
    """The blobs of data, as `kzg pipeline` encodes them: each item has its length, and then its bytes."""
    blobs = []
    for start in range(0, len(data), BYTES_OF_DATA):
        item = data[start : start + BYTES_OF_DATA]
        elements = [b"\0" + len(item).to_bytes(8, "big")]
        elements += [b"\0" + item[at : at + 31] for at in range(0, len(item), 31)]
        blob = b"".join(element.ljust(kzg.BYTES_PER_FIELD_ELEMENT, b"\0") for element in elements)
        blobs.append(blob.ljust(kzg.BYTES_PER_BLOB, b"\0"))
    return blobs


def sign(blobs: list[bytes]) -> Any:
    transaction = {
        "type": 3,
        "chainId": 1337,
        "nonce": 0,
        "to": "0x09616C3d61b3331fc4109a9E41a8BDB7d9776609",
        "value": 0,
        "data": "0x",
        "gas": 100_000,
        "maxFeePerGas": 2_000_000_000,
        "maxPriorityFeePerGas": 2_000_000_000,
        "maxFeePerBlobGas": 2_000_000_000,
    }
    return Account.sign_transaction(transaction, KEY, blobs=blobs)


def check(raw: bytes) -> int:
    """Checks the sidecar of signed bytes: type 3, and a list of the transaction, the version 1, the blobs, their
    commitments, and 128 proofs of cells for each blob. Returns the number of blobs."""
    body, version, blobs, commitments, proofs = rlp.decode(raw[1:])
    assert raw[0] == 3 and version == b"\x01"
    hashes = body[10]
    assert hashes == [kzg.kzg_to_versioned_hash(commitment) for commitment in commitments]
    assert hashes == [b"\x01" + hashlib.sha256(commitment).digest()[1:] for commitment in commitments]

    settings = kzg.Settings()
    cells = [cell for blob in blobs for cell in settings.compute_cells(blob)]
    of_cells = [commitment for commitment in commitments for _ in range(kzg.CELLS_PER_EXT_BLOB)]
    indices = list(range(kzg.CELLS_PER_EXT_BLOB)) * len(blobs)
    assert settings.verify_cell_kzg_proof_batch(of_cells, indices, cells, proofs)
    return len(blobs)


def main(path: str) -> None:
    signed = sign(blobs_of(Path(path).read_bytes()))
    count = check(bytes(signed.raw_transaction))
    print(json.dumps({"hash": signed.hash.to_0x_hex(), "blobs": count, "bytes": len(signed.raw_transaction)}))


if __name__ == "__main__":
    main(*sys.argv[1:])

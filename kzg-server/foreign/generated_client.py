"""Uses a client that openapi-python-client has generated from the OpenAPI document, with bodies in
JSON and with raw bodies.

    generated_client.py URL VECTORS
"""

import importlib
import io
import json
import sys

from kzg_client import Client
from kzg_client.types import File


# The fields of a raw body, in order, and its length.
FIELDS = {
    "blob_to_kzg_commitment": ["blob"],
    "verify_blob_kzg_proof": ["blob", "commitment", "proof"],
    "verify_kzg_proof": ["commitment", "z", "y", "proof"],
}
LENGTHS = {
    "blob_to_kzg_commitment": 131072,
    "verify_blob_kzg_proof": 131168,
    "verify_kzg_proof": 160,
}


def main():
    url, path = sys.argv[1:]
    client = Client(base_url=url)
    done = raw = 0
    for line in open(path):
        case = json.loads(line)
        handler = case["handler"]
        if handler not in FIELDS:
            continue
        module = importlib.import_module(f"kzg_client.api.specification.{handler}")
        models = importlib.import_module("kzg_client.models")
        name = "".join(word.capitalize() for word in handler.split("_")) + "JsonBody"
        body = getattr(models, name).from_dict(case["input"])
        answer = module.sync_detailed(client=client, body=body)
        if case["output"] is None:
            assert answer.status_code == 400, (case["case"], answer)
        else:
            assert answer.parsed.output == case["output"], (case["case"], answer.parsed)
        done += 1
        fields = [bytes.fromhex(case["input"][name].removeprefix("0x")) for name in FIELDS[handler]]
        if sum(map(len, fields)) == LENGTHS[handler]:
            body = File(payload=io.BytesIO(b"".join(fields)))
            raw_answer = module.sync_detailed(client=client, body=body)
            assert raw_answer.status_code == answer.status_code, (case["case"], raw_answer)
            assert raw_answer.parsed == answer.parsed, (case["case"], raw_answer.parsed)
            raw += 1
    assert done > 100 and raw > 50, (done, raw)
    print(f"{done} vectors by a generated client, {raw} of them as raw bodies too")


if __name__ == "__main__":
    main()

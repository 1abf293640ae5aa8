"""Uses a client that openapi-python-client has generated from the OpenAPI document.

    generated_client.py URL VECTORS
"""

import importlib
import json
import sys

from kzg_client import Client


def main():
    url, path = sys.argv[1:]
    client = Client(base_url=url)
    done = 0
    for line in open(path):
        case = json.loads(line)
        handler = case["handler"]
        if handler not in ("verify_kzg_proof", "verify_blob_kzg_proof", "blob_to_kzg_commitment"):
            continue
        module = importlib.import_module(f"kzg_client.api.specification.{handler}")
        models = importlib.import_module("kzg_client.models")
        name = "".join(word.capitalize() for word in handler.split("_")) + "Body"
        body = getattr(models, name).from_dict(case["input"])
        answer = module.sync_detailed(client=client, body=body)
        if case["output"] is None:
            assert answer.status_code == 400, (case["case"], answer)
        else:
            assert answer.parsed.output == case["output"], (case["case"], answer.parsed)
        done += 1
    assert done > 100, done
    print(f"{done} vectors by a generated client")


if __name__ == "__main__":
    main()

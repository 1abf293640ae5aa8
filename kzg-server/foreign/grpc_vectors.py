"""The official vectors over gRPC, compared with PyPI's ckzg; health, reflection and streams.

    grpc_vectors.py ADDRESS VECTORS SETUP

VECTORS has a JSON document on each line; SETUP is the trusted setup in c-kzg's text format.
"""

import json
import sys

import ckzg
import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from kzg.v1 import kzg_pb2, kzg_pb2_grpc

LIMIT = [("grpc.max_receive_message_length", 64 << 20), ("grpc.max_send_message_length", 64 << 20)]


# The order of arguments of ckzg's functions; the vectors have their fields in alphabetical order.
ARGUMENTS = {
    "blob_to_kzg_commitment": ["blob"],
    "compute_kzg_proof": ["blob", "z"],
    "compute_blob_kzg_proof": ["blob", "commitment"],
    "verify_kzg_proof": ["commitment", "z", "y", "proof"],
    "verify_blob_kzg_proof": ["blob", "commitment", "proof"],
    "verify_blob_kzg_proof_batch": ["blobs", "commitments", "proofs"],
    "compute_cells": ["blob"],
    "compute_cells_and_kzg_proofs": ["blob"],
    "recover_cells_and_kzg_proofs": ["cell_indices", "cells"],
    "verify_cell_kzg_proof_batch": ["commitments", "cell_indices", "cells", "proofs"],
}


def octets(text):
    return bytes.fromhex(text.removeprefix("0x"))


def call(stub, handler, given):
    """Calls a method with a vector's input. Returns the output in the vector's form."""
    point = lambda answer: "0x" + answer.output.hex()
    verdict = lambda answer: answer.output
    hexes = lambda items: ["0x" + item.hex() for item in items]
    cells = lambda answer: hexes(answer.cells)
    both = lambda answer: [hexes(answer.cells), hexes(answer.proofs)]
    opening = lambda answer: ["0x" + answer.proof.hex(), "0x" + answer.y.hex()]
    blob_and_commitment = kzg_pb2.BlobAndCommitmentRequest
    methods = {
        "blob_to_kzg_commitment": ("BlobToKzgCommitment", kzg_pb2.BlobRequest, point),
        "compute_kzg_proof": ("ComputeKzgProof", kzg_pb2.BlobAndPointRequest, opening),
        "compute_blob_kzg_proof": ("ComputeBlobKzgProof", blob_and_commitment, point),
        "verify_kzg_proof": ("VerifyKzgProof", kzg_pb2.OpeningRequest, verdict),
        "verify_blob_kzg_proof": ("VerifyBlobKzgProof", kzg_pb2.ProvenBlobRequest, verdict),
        "verify_blob_kzg_proof_batch": ("VerifyBlobKzgProofBatch", kzg_pb2.ProvenBlobsRequest, verdict),
        "compute_cells": ("ComputeCells", kzg_pb2.BlobRequest, cells),
        "compute_cells_and_kzg_proofs": ("ComputeCellsAndKzgProofs", kzg_pb2.BlobRequest, both),
        "recover_cells_and_kzg_proofs": ("RecoverCellsAndKzgProofs", kzg_pb2.SomeCellsRequest, both),
        "verify_cell_kzg_proof_batch": ("VerifyCellKzgProofBatch", kzg_pb2.ProvenCellsRequest, verdict),
        "compute_challenge": ("ComputeChallenge", blob_and_commitment, point),
        "compute_verify_cell_kzg_proof_batch_challenge": (
            "ComputeVerifyCellKzgProofBatchChallenge", kzg_pb2.CellBatchRequest, point),
    }
    name, message, output = methods[handler]
    fields = {}
    for key, value in given.items():
        if key == "cosets_evals":
            value = [b"".join(octets(item) for item in items) for items in value]
        elif isinstance(value, str):
            value = octets(value)
        elif value and isinstance(value[0], str):
            value = [octets(item) for item in value]
        fields[key] = value
    return output(getattr(stub, name)(message(**fields)))


def original(setup, handler, given):
    """The result of ckzg: a verdict, bytes, or None for an error. Challenges are not among its
    functions."""
    function = getattr(ckzg, handler, None)
    if function is None:
        return "missing"
    arguments = []
    for name in ARGUMENTS[handler]:
        value = given[name]
        if isinstance(value, str):
            value = octets(value)
        elif value and isinstance(value[0], str):
            value = [octets(item) for item in value]
        if handler == "verify_blob_kzg_proof_batch":
            # This function takes the items side by side.
            value = b"".join(value)
        arguments.append(value)
    try:
        result = function(*arguments, setup)
    except (RuntimeError, ValueError, OverflowError):
        return None
    text = lambda item: "0x" + item.hex() if isinstance(item, bytes) else item
    if isinstance(result, tuple):
        return [[text(i) for i in item] if isinstance(item, list) else text(item) for item in result]
    if isinstance(result, list):
        return [text(item) for item in result]
    return text(result)


def main():
    address, path, setup = sys.argv[1:]
    channel = grpc.insecure_channel(address, options=LIMIT)
    stub = kzg_pb2_grpc.KzgStub(channel)
    setup = ckzg.load_trusted_setup(setup, 0)
    passed = compared = 0
    for line in open(path):
        case = json.loads(line)
        handler, given, expected = case["handler"], case["input"], case["output"]
        try:
            actual = call(stub, handler, given)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.INVALID_ARGUMENT:
                sys.exit(f"{handler}/{case['case']}: {error}")
            actual = None
        if actual != expected:
            sys.exit(f"{handler}/{case['case']}: {str(actual)[:200]}, expected {str(expected)[:200]}")
        passed += 1
        result = original(setup, handler, given)
        if result != "missing":
            if result != actual:
                sys.exit(f"{handler}/{case['case']}: ckzg has another result")
            compared += 1
    if passed != 344:
        sys.exit(f"{passed} vectors, expected 344")
    print(f"{passed} vectors over gRPC, {compared} of them compared with ckzg")
    service(channel, stub)


def service(channel, stub):
    health = health_pb2_grpc.HealthStub(channel)
    for name in ["", "kzg.v1.Kzg"]:
        answer = health.Check(health_pb2.HealthCheckRequest(service=name))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING, answer
    reflection = reflection_pb2_grpc.ServerReflectionStub(channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    (answer,) = reflection.ServerReflectionInfo(iter([request]))
    names = [service.name for service in answer.list_services_response.service]
    assert "kzg.v1.Kzg" in names, names
    blob = bytes(131072)
    malformed = b"\xff" * 131072
    items = [kzg_pb2.BlobRequest(blob=item) for item in [blob, malformed, blob]]
    answers = list(stub.Commitments(iter(items)))
    assert answers[0].point == answers[2].point == b"\xc0" + bytes(47)
    assert answers[1].error.index == 1 and answers[1].error.item == "blob", answers[1]
    proofs = list(stub.CellProofs(iter(items[:1])))
    assert len(proofs[0].points.points) == 128
    try:
        stub.BlobToKzgCommitment(kzg_pb2.BlobRequest(blob=malformed))
        sys.exit("a malformed blob was accepted")
    except grpc.RpcError as error:
        trailers = {key: value for key, value in error.trailing_metadata()}
        assert trailers["kzg-item"] == "blob" and trailers["kzg-index"] == "0", trailers
    try:
        stub.ComputeCellsAndKzgProofs(kzg_pb2.BlobRequest(blob=blob), timeout=0.001)
        sys.exit("a call of a millisecond was in time")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error
    # Compressed messages are refused, whatever they would become.
    try:
        stub.BlobToKzgCommitment(kzg_pb2.BlobRequest(blob=blob), compression=grpc.Compression.Gzip)
        sys.exit("a compressed message was read")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error
    print("health, reflection, streams, trailers and deadlines")


if __name__ == "__main__":
    main()

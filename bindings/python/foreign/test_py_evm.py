"""The precompile of EIP-4844 in py-evm, which calls `ckzg`, with the official vectors of `verify_kzg_proof`.

py-evm's source package has no test of this precompile: upstream the fixtures of ethereum/tests run it, which are not
part of the package. The vectors go through py-evm's own virtual machine, as a message to the precompile's address.

KZG_VECTORS_JSON names the vectors, which the example `vectors_as_json` of kzg-testing writes.
"""

import hashlib
import json
import os
from collections import Counter
from typing import Any

import ckzg
import pytest
from eth.chains.base import MiningChain
from eth.constants import ZERO_ADDRESS
from eth.tools.builder.chain import builders
from eth.vm.forks.cancun.constants import POINT_EVALUATION_PRECOMPILE_ADDRESS, POINT_EVALUATION_PRECOMPILE_GAS

ADDRESS = POINT_EVALUATION_PRECOMPILE_ADDRESS.rjust(20, b"\0")
MODULUS = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
OUTPUT = (4096).to_bytes(32, "big") + MODULUS.to_bytes(32, "big")


@pytest.fixture(scope="module")
def machine() -> Any:
    # Since the merge, headers have no difficulty and no nonce.
    genesis = builders.genesis(params={"difficulty": 0, "nonce": bytes(8)})
    return builders.build(MiningChain, builders.cancun_at(0), genesis).get_vm()


def evaluate(machine: Any, data: bytes, gas: int = 2 * POINT_EVALUATION_PRECOMPILE_GAS) -> Any:
    return machine.execute_bytecode(
        origin=ZERO_ADDRESS,
        gas_price=0,
        gas=gas,
        to=ADDRESS,
        sender=ZERO_ADDRESS,
        value=0,
        data=data,
        code=b"",
        code_address=ADDRESS,
    )


def cases() -> list[dict[str, Any]]:
    path = os.environ.get("KZG_VECTORS_JSON")
    if path is None:
        pytest.skip("KZG_VECTORS_JSON names no file")
    with open(path, encoding="utf-8") as lines:
        every = [json.loads(line) for line in lines]
    return [case for case in every if case["handler"] == "verify_kzg_proof"]


def raw(case: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(case["input"][name].removeprefix("0x"))


def given(case: dict[str, Any]) -> bytes:
    """The precompile's input: the versioned hash, z, y, the commitment and the proof."""
    commitment = raw(case, "commitment")
    versioned_hash = b"\1" + hashlib.sha256(commitment).digest()[1:]
    return versioned_hash + raw(case, "z") + raw(case, "y") + commitment + raw(case, "proof")


def test_ckzg_is_ours() -> None:
    assert hasattr(ckzg, "_kzg")


def test_the_vectors_of_verify_kzg_proof(machine: Any) -> None:
    counted: Counter[object] = Counter()
    for case in cases():
        computation = evaluate(machine, given(case))
        if case["output"]:
            assert computation.is_success, case["case"]
            assert computation.output == OUTPUT
            assert computation.get_gas_used() == POINT_EVALUATION_PRECOMPILE_GAS
        else:
            # A wrong proof and malformed input take all gas.
            assert computation.is_error, case["case"]
            assert computation.get_gas_used() == 2 * POINT_EVALUATION_PRECOMPILE_GAS
        counted[case["output"]] += 1
    assert counted == {True: 54, False: 48, None: 20}


def test_what_the_precompile_refuses_itself(machine: Any) -> None:
    data = next(given(case) for case in cases() if case["output"])
    assert evaluate(machine, data).is_success
    for wrong in [b"", data[:-1], data + b"\0", b"\0" + data[1:]]:
        assert evaluate(machine, wrong).is_error
    assert evaluate(machine, data, POINT_EVALUATION_PRECOMPILE_GAS - 1).is_error

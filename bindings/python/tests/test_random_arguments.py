"""Calls with arguments at random, good and bad: a result or one of the documented exceptions, for every function.

KZG_RANDOM_CALLS is the number of calls, KZG_RANDOM_SEED the seed, which a failure prints.
"""

import array
import ctypes
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pytest
from conftest import blob

import kzg
from kzg import ckzg

CALLS = int(os.environ.get("KZG_RANDOM_CALLS", "600"))
SEED = int(os.environ.get("KZG_RANDOM_SEED", "1"))

class Released:
    """A buffer that cannot be had any longer."""

    def __buffer__(self, flags: int) -> memoryview:
        raise BufferError("released")


class Endless:
    """An iterator that ends by an exception."""

    def __iter__(self) -> Iterator[bytes]:
        yield bytes(48)
        raise LookupError("the end")


def good_arguments(settings: kzg.Settings) -> dict[str, list[Any]]:
    """Good arguments of every method that takes any."""
    blob_, z = blob(3), bytes(32)
    commitment = settings.blob_to_kzg_commitment(blob_)
    proof = settings.compute_blob_kzg_proof(blob_, commitment)
    z_proof, y = settings.compute_kzg_proof(blob_, z)
    cells, proofs = settings.compute_cells_and_kzg_proofs(blob_)
    batch: list[Any] = [[commitment] * 128, list(range(128)), cells, proofs]
    half: list[Any] = [list(range(64, 128)), cells[64:]]
    one: list[Any] = [[blob_], [commitment], [proof]]
    precompile = kzg.kzg_to_versioned_hash(commitment) + z + y + commitment + z_proof
    return {
        "blob_to_kzg_commitment": [blob_],
        "compute_kzg_proof": [blob_, z],
        "compute_blob_kzg_proof": [blob_, commitment],
        "verify_kzg_proof": [commitment, z, y, z_proof],
        "verify_blob_kzg_proof": [blob_, commitment, proof],
        "verify_blob_kzg_proof_batch": one,
        "verify_blob_kzg_proof_each": one,
        "compute_challenge": [blob_, commitment],
        "point_evaluation": [precompile],
        "blobs_to_kzg_commitments": one[:1],
        "blobs_to_kzg_commitments_each": one[:1],
        "compute_blob_kzg_proofs": one[:2],
        "compute_blob_kzg_proofs_each": one[:2],
        "compute_cells": [blob_],
        "compute_cells_at": [blob_, [0, 127]],
        "compute_cells_and_kzg_proofs": [blob_],
        "compute_cell_kzg_proofs": [blob_],
        "compute_many_cells_and_kzg_proofs": one[:1],
        "recover_cells_and_kzg_proofs": half,
        "recover_cells": half,
        "verify_cell_kzg_proof_batch": batch,
        "verify_cell_kzg_proof_each": batch,
        "compute_verify_cell_kzg_proof_batch_challenge": [[commitment], [0] * 128, *batch[1:]],
    }


def changed(good: list[Any], makers: list[Callable[[], Any]], chance: random.Random) -> list[Any]:
    """Good arguments, of which up to two are replaced and one may follow, or anything."""
    if chance.randrange(3) == 0:
        return [chance.choice(makers)() for _ in range(chance.randrange(6))]
    arguments = list(good)
    for _ in range(chance.randrange(3)):
        arguments[chance.randrange(len(arguments))] = chance.choice(makers)()
    if chance.randrange(5) == 0:
        arguments.append(chance.choice(makers)())
    return arguments


def values(settings: kzg.Settings, chance: random.Random) -> list[Callable[[], Any]]:
    """Makers of arguments. What is written to is made anew for each call."""
    good = blob(3)
    commitment = settings.blob_to_kzg_commitment(good)
    proof = settings.compute_blob_kzg_proof(good, commitment)
    cells, proofs = settings.compute_cells_and_kzg_proofs(good)
    released = memoryview(bytearray(48))
    released.release()

    def noise() -> bytes:
        length = chance.choice([0, 1, 31, 32, 33, 47, 48, 49, 192, 2047, 2048, 2049, 131071, 131072, 131073])
        return chance.randbytes(length)

    def form(data: bytes) -> Any:
        """The bytes in one of many forms."""
        forms: list[Callable[[], Any]] = [
            lambda: data,
            lambda: bytearray(data),
            lambda: memoryview(data),
            lambda: memoryview(bytearray(data)).toreadonly(),
            lambda: memoryview(bytes(reversed(data)))[::-1],
            lambda: array.array("b", data),
            lambda: (ctypes.c_ubyte * len(data)).from_buffer_copy(data),
            lambda: numpy.frombuffer(data, numpy.uint8),
            lambda: numpy.asfortranarray(numpy.frombuffer(data, numpy.uint8)[: len(data) // 4 * 4].reshape(-1, 4)),
            lambda: numpy.frombuffer(data[: len(data) // 8 * 8], numpy.uint64),
            lambda: numpy.frombuffer(data, numpy.int8).repeat(2)[::2],
        ]
        return chance.choice(forms)()

    items = [good, commitment, proof, cells[0], proofs[0], bytes(32), bytes(48), b"\xc0" + bytes(47)]
    lists: list[Any] = [cells, proofs, [commitment] * 128, [commitment], [proof], [good], list(range(128)), [0], []]
    odd: list[Any] = [
        None, 0, -1, 2**64, 1.5, True, "text", "0x00", object(), {}, {b"a": 1}, set(), ..., int, kzg,
        settings, released, Released(), Endless(), [None], [[b"x"]], [-1], [2**64], ["0"], b"", bytearray(),
        numpy.zeros((0, 48), numpy.uint8), numpy.zeros(48), numpy.array(b"x"), memoryview(b"abcd").cast("I"),
    ]  # fmt: skip
    return [
        lambda: form(chance.choice(items)),
        lambda: form(noise()),
        lambda: chance.choice(lists),
        lambda: [form(item) for item in chance.choice(lists[:6])],
        lambda: [form(noise()) for _ in range(chance.randrange(4))],
        lambda: [chance.randrange(-1, 200) for _ in range(chance.randrange(4))],
        lambda: iter(chance.choice(lists)),
        lambda: chance.choice(odd),
        lambda: bytearray(chance.choice([0, 48, 2048, 128 * 48, 128 * 2048])),
    ]


def test_settings_take_any_arguments(settings: kzg.Settings) -> None:
    chance = random.Random(SEED)
    makers = values(settings, chance)
    good = good_arguments(settings)
    not_called = {"backend", "tables_memory", "warm_up", "release_tables"}
    assert set(good) == {name for name in vars(kzg.Settings) if name[0] != "_"} - not_called
    results = 0
    for call in range(CALLS):
        name = chance.choice(list(good))
        arguments = changed(good[name], makers, chance)
        try:
            getattr(settings, name)(*arguments)
            results += 1
        # What the documents name, and what an iterator or a buffer of the caller raises.
        except (TypeError, ValueError, OverflowError, kzg.InputError, LookupError, BufferError):
            pass
        except BaseException as error:
            raise AssertionError(f"seed {SEED}, call {call}: {name} with {arguments}") from error
    # Some of the calls are good ones.
    assert results > CALLS // 10


def test_ckzg_takes_any_arguments(settings: kzg.Settings, trusted_setup: os.PathLike[str]) -> None:
    chance = random.Random(SEED)
    setup = ckzg.load_trusted_setup(os.fspath(trusted_setup), 0)
    makers = values(settings, chance)
    good = {name: [*given, setup] for name, given in good_arguments(settings).items() if hasattr(ckzg, name)}
    blob_, commitment, proof = (item[0] for item in good["verify_blob_kzg_proof_batch"][:3])
    good["verify_blob_kzg_proof_batch"] = [blob_, commitment, proof, setup]
    good["load_trusted_setup"] = [os.fspath(trusted_setup), 0]
    assert set(good) == {name for name in vars(ckzg) if name[0] != "_"} - {"KZGSettings"}
    results = 0
    for call in range(CALLS):
        name = chance.choice(list(good))
        arguments = changed(good[name], makers, chance)
        try:
            getattr(ckzg, name)(*arguments)
            results += 1
        except (ValueError, RuntimeError):
            pass
        except BaseException as error:
            raise AssertionError(f"seed {SEED}, call {call}: {name} with {arguments}") from error
    assert results > CALLS // 10


@pytest.mark.parametrize("option", ["backend", "threads", "precompute", "subgroup_check", "trusted_setup"])
def test_options_take_any_value(settings: kzg.Settings, option: str) -> None:
    chance = random.Random(SEED)
    makers = values(settings, chance)
    for _ in range(60):
        value = chance.choice(makers)()
        try:
            kzg.Settings(**{option: value})
        except (TypeError, ValueError, OverflowError, kzg.SetupError, LookupError, BufferError):
            pass

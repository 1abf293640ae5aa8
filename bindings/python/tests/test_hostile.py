"""Wrong types and sizes, odd buffers, changing memory, threads and forks: an exception, never a crash."""

import array
import copy
import ctypes
import multiprocessing
import multiprocessing.shared_memory
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pyarrow
import pytest
from conftest import blob

import kzg
from kzg import arrow, ckzg


@pytest.mark.parametrize("wrong", [None, 5, "text", 1.5, object(), {}, [], [b"x"]])
def test_what_is_no_buffer_is_a_type_error(settings: kzg.Settings, wrong: object) -> None:
    with pytest.raises(TypeError):
        settings.blob_to_kzg_commitment(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [None, 5, "text", 1.5, object(), ["text"], [5]])
def test_what_is_no_list_of_buffers_is_a_type_error(settings: kzg.Settings, wrong: object) -> None:
    with pytest.raises(TypeError):
        settings.blobs_to_kzg_commitments(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [0, 1, 131071, 131073, 262144])
def test_a_wrong_length_is_an_input_error(settings: kzg.Settings, length: int) -> None:
    with pytest.raises(kzg.InputError) as caught:
        settings.blob_to_kzg_commitment(bytes(length))
    assert caught.value.index == 0
    with pytest.raises(kzg.InputError) as caught:
        settings.blobs_to_kzg_commitments([blob(0), bytes(length)])
    assert caught.value.index == 1


def test_lists_of_different_lengths_are_refused(
    settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes], proofs: list[bytes]
) -> None:
    for given in [
        (blobs, commitments, proofs[:2]),
        (blobs, commitments[:1], proofs),
        (blobs[:1], commitments, proofs),
    ]:
        with pytest.raises(kzg.InputError):
            settings.verify_blob_kzg_proof_batch(*given)
        with pytest.raises(kzg.InputError):
            settings.verify_blob_kzg_proof_each(*given)


@pytest.mark.parametrize("index", [-1, 2**64, 2**200])
def test_cell_indices_have_64_bits(
    settings: kzg.Settings,
    commitments: list[bytes],
    extended: tuple[list[bytes], list[bytes]],
    index: int,
) -> None:
    cells, proofs = extended
    with pytest.raises(ValueError):
        settings.verify_cell_kzg_proof_batch(commitments[:1], [index], cells[:1], proofs[:1])
    for wrong in ["0", 0.0, None]:
        with pytest.raises(TypeError):
            settings.verify_cell_kzg_proof_batch(
                commitments[:1],
                [wrong],  # type: ignore[list-item]
                cells[:1],
                proofs[:1],
            )


def test_every_kind_of_buffer_gives_the_same_bytes(
    settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes]
) -> None:
    given = blobs[0]
    strided = numpy.zeros((4096, 64), dtype=numpy.uint8)
    strided[:, ::2] = numpy.frombuffer(given, dtype=numpy.uint8).reshape(4096, 32)
    read_only = numpy.frombuffer(given, dtype=numpy.uint8)
    buffers: list[Any] = [
        given,
        bytearray(given),
        memoryview(given),
        memoryview(bytearray(given)).toreadonly(),
        memoryview(b"x" + given)[1:],
        array.array("B", given),
        (ctypes.c_ubyte * len(given)).from_buffer_copy(given),
        read_only,
        read_only.reshape(4096, 32),
        strided[:, ::2],
        memoryview(bytes(reversed(given)))[::-1],
    ]
    for buffer in buffers:
        assert settings.blob_to_kzg_commitment(buffer) == commitments[0], type(buffer)
    words = numpy.frombuffer(given, dtype=numpy.uint32)
    with pytest.raises(TypeError):
        settings.blob_to_kzg_commitment(words)  # type: ignore[arg-type]


def test_a_list_may_be_a_matrix(
    settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes]
) -> None:
    matrix = numpy.frombuffer(b"".join(blobs), dtype=numpy.uint8).reshape(3, -1)
    assert settings.blobs_to_kzg_commitments(matrix) == commitments
    assert settings.blobs_to_kzg_commitments(list(matrix)) == commitments
    with pytest.raises(kzg.InputError):
        settings.blobs_to_kzg_commitments(matrix[:, :-1])


def test_shared_memory_is_read_and_released(
    settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes]
) -> None:
    shared = multiprocessing.shared_memory.SharedMemory(create=True, size=kzg.BYTES_PER_BLOB)
    try:
        memory = shared.buf
        assert memory is not None
        view = memory[: kzg.BYTES_PER_BLOB]
        view[:] = blobs[0]
        assert settings.blob_to_kzg_commitment(view) == commitments[0]
        # Nothing holds the buffer any longer, else releasing it would raise an exception.
        view.release()
        with pytest.raises((TypeError, ValueError)):
            settings.blob_to_kzg_commitment(view)
    finally:
        shared.close()
        shared.unlink()


def test_a_result_may_be_written_over_the_input(
    settings: kzg.Settings, blobs: list[bytes], extended: tuple[list[bytes], list[bytes]]
) -> None:
    memory = bytearray(128 * kzg.BYTES_PER_CELL)
    memory[: kzg.BYTES_PER_BLOB] = blobs[0]
    with memoryview(memory) as view:
        assert settings.compute_cells(view[: kzg.BYTES_PER_BLOB], view) is None
    assert memory == b"".join(extended[0])
    # A buffer with gaps.
    strided = numpy.zeros((128, 2 * kzg.BYTES_PER_CELL), dtype=numpy.uint8)
    every_other: Any = strided[:, ::2]
    assert settings.compute_cells(blobs[0], every_other) is None
    assert strided[:, ::2].tobytes() == b"".join(extended[0])
    assert not strided[:, 1::2].any()


def test_an_exception_of_an_iterator_is_passed_on(settings: kzg.Settings, blobs: list[bytes]) -> None:
    def failing() -> Iterator[bytes]:
        yield blobs[0]
        raise KeyError("no more")

    with pytest.raises(KeyError):
        settings.blobs_to_kzg_commitments(failing())
    with pytest.raises(TypeError):
        settings.blobs_to_kzg_commitments([blobs[0], "text"])  # type: ignore[list-item]

    changing: list[bytes] = list(blobs)

    def indices() -> Iterator[int]:
        changing.clear()
        yield 0

    with pytest.raises(kzg.InputError):
        settings.recover_cells(indices(), changing)


def test_settings_are_made_by_their_constructor_alone(settings: kzg.Settings) -> None:
    copies: list[Callable[[object], object]] = [copy.copy, copy.deepcopy, pickle.dumps]
    for make in copies:
        with pytest.raises(TypeError):
            make(settings)
    with pytest.raises(TypeError):
        object.__new__(kzg.Settings)
    with pytest.raises(TypeError):
        type("Derived", (kzg.Settings,), {})
    with pytest.raises(TypeError):
        kzg.Settings.warm_up(object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        ckzg.KZGSettings()
    options: Any
    for options in [{"precompute": -1}, {"precompute": 2**70}, {"threads": 2**70}]:
        with pytest.raises(OverflowError):
            kzg.Settings(**options)
    for options in [{"precompute": 1.5}, {"threads": "2"}, {"backend": 5}, {"trusted_setup": 5}]:
        with pytest.raises(TypeError):
            kzg.Settings(**options)


def test_memory_that_changes_during_a_call_is_copied(settings: kzg.Settings) -> None:
    given, other = blob(0), blob(1)
    allowed = {settings.blob_to_kzg_commitment(item) for item in (given, other)}
    changing = bytearray(given)
    done = threading.Event()

    def change() -> None:
        while not done.is_set():
            changing[:] = other
            changing[:] = given

    writer = threading.Thread(target=change)
    writer.start()
    try:
        for _ in range(20):
            assert settings.blob_to_kzg_commitment(changing) in allowed
            view = memoryview(changing).toreadonly()
            assert settings.blob_to_kzg_commitment(view) in allowed
            view.release()
            # A buffer of Arrow that nobody may write, over memory that others write.
            buffer = pyarrow.py_buffer(memoryview(changing).toreadonly())
            assert settings.blob_to_kzg_commitment(buffer) in allowed
            del buffer
    finally:
        done.set()
        writer.join()


def test_other_threads_run_during_a_call(settings: kzg.Settings, blobs: list[bytes]) -> None:
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.0001)

    settings.warm_up()
    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        before = ticks
        settings.compute_many_cells_and_kzg_proofs(blobs * 4)
        during = ticks - before
    finally:
        done.set()
        ticker.join()
    # A call that keeps the interpreter's lock lets the other thread run once at most.
    assert during > 5


def test_many_threads_share_settings(
    settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes]
) -> None:
    found: list[bool] = []

    def work() -> None:
        found.extend(settings.blobs_to_kzg_commitments(blobs) == commitments for _ in range(3))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 24


def test_a_small_stack_is_enough(
    settings: kzg.Settings, blobs: list[bytes], extended: tuple[list[bytes], list[bytes]]
) -> None:
    found: list[object] = []

    def work() -> None:
        cells, proofs = settings.compute_cells_and_kzg_proofs(blobs[0])
        found.append((cells, proofs) == extended)
        found.append(settings.recover_cells(range(64), cells[:64]) == cells)

    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert found == [True, True]


def in_a_fork(call: Callable[[], object], results: "multiprocessing.SimpleQueue[object]") -> None:
    try:
        results.put(call())
    except kzg.FaultError as error:
        results.put(error)


def after_a_fork(call: Callable[[], object]) -> object:
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    child = context.Process(target=in_a_fork, args=(call, results))
    child.start()
    result = results.get()
    child.join()
    assert child.exitcode == 0
    return result


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_settings_work_after_a_fork_or_say_why_not(
    settings: kzg.Settings, commitments: list[bytes]
) -> None:
    assert after_a_fork(lambda: settings.blob_to_kzg_commitment(blob(0))) == commitments[0]
    with_threads = kzg.Settings(threads=2)
    assert with_threads.blob_to_kzg_commitment(blob(0)) == commitments[0]
    error = after_a_fork(lambda: with_threads.blob_to_kzg_commitment(blob(0)))
    assert isinstance(error, kzg.FaultError) and "fork" in str(error)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fault_of_the_backend_is_no_malformed_row() -> None:
    with_threads = kzg.Settings(threads=2)
    rows = pyarrow.array([blob(0)])
    for function in (arrow.blob_to_kzg_commitment, arrow.compute_cell_kzg_proofs):
        error = after_a_fork(lambda: function(rows, settings=with_threads).to_pylist())
        assert isinstance(error, kzg.FaultError) and "fork" in str(error)


def test_a_subinterpreter_is_refused_without_a_crash() -> None:
    program = """
try:
    import _xxsubinterpreters as interpreters
except ImportError:
    import _interpreters as interpreters
import kzg
number = interpreters.create()
try:
    interpreters.run_string(number, "import kzg; kzg.Settings()")
except Exception as error:
    print("refused", type(error).__name__)
else:
    print("works")
kzg.Settings().blob_to_kzg_commitment(bytes(131072))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(("refused", "works"))


def test_ckzg_takes_bytes_and_lists_only(trusted_setup: os.PathLike[str]) -> None:
    setup = ckzg.load_trusted_setup(os.fspath(trusted_setup), 0)
    given = blob(0)
    commitment = ckzg.blob_to_kzg_commitment(given, setup)

    class Named(bytes):
        """A subclass of bytes, such as HexBytes."""

    assert ckzg.blob_to_kzg_commitment(Named(given), setup) == commitment
    wrong: list[tuple[object, ...]] = [
        (),
        (given,),
        (given, setup, setup),
        (bytearray(given), setup),
        (memoryview(given), setup),
        (given, None),
        (given, "setup"),
        (given[:-1], setup),
        (given + b"x", setup),
    ]
    for arguments in wrong:
        with pytest.raises(ValueError):
            ckzg.blob_to_kzg_commitment(*arguments)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        ckzg.blob_to_kzg_commitment(blob=given, trusted_setup=setup)  # type: ignore[call-arg]
    with pytest.raises(RuntimeError):
        ckzg.blob_to_kzg_commitment(b"\xff" * len(given), setup)
    with pytest.raises(ValueError):
        ckzg.recover_cells_and_kzg_proofs((0,), [bytes(2048)], setup)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        ckzg.recover_cells_and_kzg_proofs([0, 1], [bytes(2048)], setup)
    with pytest.raises(ValueError):
        ckzg.recover_cells_and_kzg_proofs([-1], [bytes(2048)], setup)
    with pytest.raises(RuntimeError):
        ckzg.recover_cells_and_kzg_proofs([0], [bytes(2048)], setup)
    for arguments in [(5, 0), (os.fspath(trusted_setup), "0"), (os.fspath(trusted_setup),)]:
        with pytest.raises(ValueError):
            ckzg.load_trusted_setup(*arguments)  # type: ignore[arg-type]
    for path, precompute in [("/no/such/file", 0), (os.fspath(trusted_setup), 16)]:
        with pytest.raises(RuntimeError):
            ckzg.load_trusted_setup(path, precompute)


def test_cells_without_memory_are_a_memory_error() -> None:
    code = """
import resource, kzg
settings = kzg.Settings()
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
try:
    settings.compute_cells_at(bytes(131072), [0] * 4_000_000)
except MemoryError as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "no memory for the cells\n"), ran.stderr

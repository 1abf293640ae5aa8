"""The operations of `kzg.Settings` beside the vectors: many items, verdicts on each, results into buffers."""

import itertools
import pickle

import pytest
from conftest import blob

import kzg

MALFORMED = b"\xff" * kzg.BYTES_PER_BLOB


def test_many_blobs_give_what_single_calls_give(
    settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes], proofs: list[bytes]
) -> None:
    assert commitments == [settings.blob_to_kzg_commitment(blob) for blob in blobs]
    one_by_one = [
        settings.compute_blob_kzg_proof(blob, commitment)
        for blob, commitment in zip(blobs, commitments)
    ]
    assert proofs == one_by_one
    assert settings.verify_blob_kzg_proof_batch(blobs, commitments, proofs)
    cells, cell_proofs = settings.compute_many_cells_and_kzg_proofs(blobs)
    for row, given in enumerate(blobs):
        assert (cells[row], cell_proofs[row]) == settings.compute_cells_and_kzg_proofs(given)


def test_items_side_by_side_are_a_list(
    settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes], proofs: list[bytes]
) -> None:
    joined = [b"".join(items) for items in (blobs, commitments, proofs)]
    assert settings.verify_blob_kzg_proof_batch(*joined)
    assert settings.blobs_to_kzg_commitments(joined[0]) == commitments
    assert settings.blobs_to_kzg_commitments(iter(blobs)) == commitments


def test_no_items_are_a_list_too(settings: kzg.Settings) -> None:
    assert settings.blobs_to_kzg_commitments([]) == []
    assert settings.verify_blob_kzg_proof_batch([], [], [])
    assert settings.verify_blob_kzg_proof_batch(b"", b"", b"")
    assert settings.verify_cell_kzg_proof_batch([], [], [], [])
    assert settings.verify_cell_kzg_proof_each([], [], [], []) == []


def test_each_item_has_a_verdict(
    settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes], proofs: list[bytes]
) -> None:
    swapped = [proofs[1], proofs[0], proofs[2]]
    assert settings.verify_blob_kzg_proof_each(blobs, commitments, swapped) == [False, False, True]
    verdicts = settings.verify_blob_kzg_proof_each(
        [blobs[0], MALFORMED, blobs[2]], commitments, proofs
    )
    assert verdicts[0] is True and verdicts[2] is True
    assert isinstance(verdicts[1], kzg.InputError)
    assert (verdicts[1].kind, verdicts[1].index) == ("input", 1)


@pytest.mark.parametrize("threads", [1, 3])
def test_each_row_has_a_result(threads: int, commitments: list[bytes]) -> None:
    settings = kzg.Settings(threads=threads)
    good = [blob(0), blob(1), blob(2)]
    patterns = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2], []]
    for pattern in patterns:
        rows = [MALFORMED if row in pattern else given for row, given in enumerate(good)]
        made = settings.blobs_to_kzg_commitments_each(rows)
        proved = settings.compute_blob_kzg_proofs_each(rows, commitments)
        for row in range(3):
            if row in pattern:
                for result in (made[row], proved[row]):
                    assert isinstance(result, kzg.InputError)
                    assert result.index == row
            else:
                assert made[row] == commitments[row]
                assert isinstance(proved[row], bytes)
    for wrong in [bytes(48), b"short"]:
        bad = [commitments[0], wrong, commitments[2]]
        proved = settings.compute_blob_kzg_proofs_each([*good[:2], MALFORMED], bad)
        assert isinstance(proved[0], bytes)
        assert [error_of(result) for result in proved[1:]] == [("input", 1), ("input", 2)]
    with pytest.raises(kzg.InputError):
        settings.compute_blob_kzg_proofs_each(good, commitments[:2])


def error_of(result: object) -> tuple[str, int | None]:
    assert isinstance(result, kzg.InputError)
    return result.kind, result.index


def test_an_item_of_a_wrong_length_takes_no_answer_from_other_rows(
    settings: kzg.Settings,
    blobs: list[bytes],
    commitments: list[bytes],
    proofs: list[bytes],
    extended: tuple[list[bytes], list[bytes]],
) -> None:
    for place, short in itertools.product(range(3), [b"", b"short", MALFORMED + b"x"]):
        others = [row for row in range(3) if row != place]

        def cut(items: list[bytes]) -> list[bytes]:
            return [short if row == place else item for row, item in enumerate(items)]

        committed = settings.blobs_to_kzg_commitments_each(cut(blobs))
        assert [committed[row] for row in others] == [commitments[row] for row in others]
        for given in [(cut(blobs), commitments), (blobs, cut(commitments))]:
            proved = settings.compute_blob_kzg_proofs_each(*given)
            assert [proved[row] for row in others] == [proofs[row] for row in others]
            assert error_of(proved[place]) == ("input", place)
        assert error_of(committed[place]) == ("input", place)
        items = [blobs, commitments, proofs]
        cells = [commitments[:1] * 3, extended[0][:3], extended[1][:3]]
        for column in range(3):
            rows = [cut(item) if i == column else item for i, item in enumerate(items)]
            verdicts = settings.verify_blob_kzg_proof_each(*rows)
            assert [verdicts[row] for row in others] == [True, True]
            assert error_of(verdicts[place]) == ("input", place)
            of_cells = [cut(item) if i == column else item for i, item in enumerate(cells)]
            verdicts = settings.verify_cell_kzg_proof_each(of_cells[0], range(3), *of_cells[1:])
            assert [verdicts[row] for row in others] == [True, True]
            assert error_of(verdicts[place]) == ("input", place)
    # All rows, and items side by side, whose rows are not known.
    assert error_of(settings.blobs_to_kzg_commitments_each([b"short"])[0]) == ("input", 0)
    with pytest.raises(kzg.InputError):
        settings.blobs_to_kzg_commitments_each(blobs[0] + b"short")
    with pytest.raises(kzg.InputError):
        settings.verify_cell_kzg_proof_each(commitments, [0, 1], extended[0][:3], extended[1][:3])


def test_a_row_has_the_error_of_its_first_malformed_item(
    settings: kzg.Settings, commitments: list[bytes], extended: tuple[list[bytes], list[bytes]]
) -> None:
    cells, proofs = extended

    def error(*wrong: str) -> str:
        (verdict,) = settings.verify_cell_kzg_proof_each(
            [b"short" if "commitment" in wrong else commitments[0]],
            [128 if "index" in wrong else 1],
            [b"short" if "cell" in wrong else cells[1]],
            [b"short" if "proof" in wrong else proofs[1]],
        )
        assert isinstance(verdict, kzg.InputError)
        return str(verdict)

    items = ["commitment", "index", "cell", "proof"]
    alone = {item: error(item) for item in items}
    assert len(set(alone.values())) == len(items)
    for count in range(2, len(items) + 1):
        for wrong in itertools.combinations(items, count):
            assert error(*wrong) == alone[wrong[0]]


def test_each_cell_has_a_verdict(
    settings: kzg.Settings, commitments: list[bytes], extended: tuple[list[bytes], list[bytes]]
) -> None:
    cells, proofs = extended
    four = [commitments[0]] * 4
    assert settings.verify_cell_kzg_proof_batch(four, range(4), cells[:4], proofs[:4])
    wrong = [*cells[:3], cells[4]]
    verdicts = settings.verify_cell_kzg_proof_each(four, range(4), wrong, proofs[:4])
    assert verdicts == [True, True, True, False]
    verdicts = settings.verify_cell_kzg_proof_each(four, [0, 1, 2, 128], cells[:4], proofs[:4])
    assert verdicts[:3] == [True, True, True]
    assert isinstance(verdicts[3], kzg.InputError) and verdicts[3].index == 3


def test_parts_of_an_extension(
    settings: kzg.Settings, blobs: list[bytes], extended: tuple[list[bytes], list[bytes]]
) -> None:
    cells, proofs = extended
    assert settings.compute_cells(blobs[0]) == cells
    assert settings.compute_cell_kzg_proofs(blobs[0]) == proofs
    assert settings.compute_cells_at(blobs[0], [127, 0, 5]) == [cells[127], cells[0], cells[5]]
    kept = range(1, 128, 2)
    given = [cells[index] for index in kept]
    assert settings.recover_cells(kept, given) == cells
    assert settings.recover_cells_and_kzg_proofs(kept, given) == (cells, proofs)
    with pytest.raises(kzg.InputError):
        settings.recover_cells(list(kept)[:63], given[:63])


def test_results_are_written_to_buffers(
    settings: kzg.Settings, blobs: list[bytes], extended: tuple[list[bytes], list[bytes]]
) -> None:
    cells, proofs = extended
    cells_out, proofs_out = bytearray(128 * 2048), bytearray(128 * 48)
    assert settings.compute_cells(blobs[0], cells_out) is None
    assert cells_out == b"".join(cells)
    cells_out = bytearray(128 * 2048)
    assert settings.compute_cells_and_kzg_proofs(blobs[0], cells_out, proofs_out) is None
    assert (bytes(cells_out), bytes(proofs_out)) == (b"".join(cells), b"".join(proofs))
    two = bytearray(2 * 2048)
    assert settings.compute_cells_at(blobs[0], [3, 1], two) is None
    assert two == cells[3] + cells[1]
    for wrong, error in [
        (bytearray(2047), ValueError),
        (bytes(2 * 2048), TypeError),
        (memoryview(bytearray(2 * 2048)).toreadonly(), TypeError),
        ("text", TypeError),
    ]:
        with pytest.raises(error):
            settings.compute_cells_at(blobs[0], [3, 1], wrong)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        settings.compute_cells_and_kzg_proofs(blobs[0], cells_out)  # type: ignore[call-overload]


def test_point_evaluation_and_versioned_hashes(
    settings: kzg.Settings, blobs: list[bytes], commitments: list[bytes]
) -> None:
    z = bytes(31) + b"\x05"
    proof, y = settings.compute_kzg_proof(blobs[0], z)
    assert settings.verify_kzg_proof(commitments[0], z, y, proof)
    versioned_hash = kzg.kzg_to_versioned_hash(commitments[0])
    assert versioned_hash[0] == 1 and len(versioned_hash) == 32
    given = versioned_hash + z + y + commitments[0] + proof
    output = settings.point_evaluation(given)
    modulus = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
    assert output == (4096).to_bytes(32, "big") + modulus.to_bytes(32, "big")
    with pytest.raises(kzg.InputError):
        settings.point_evaluation(bytes(32) + given[32:])
    with pytest.raises(ValueError):
        settings.point_evaluation(given[:191])


def test_backends_and_options() -> None:
    names = {state["name"] for state in kzg.backends() if state["available"]}
    assert {"blst", "arkworks"} <= names
    commitment = {kzg.Settings(name).blob_to_kzg_commitment(blob(1)) for name in names}
    assert len(commitment) == 1
    for arguments in [
        {"threads": 2},
        {"precompute": "none"},
        {"precompute": 1_000_000},
        {"subgroup_check": "batched"},
    ]:
        other = kzg.Settings(**arguments)  # type: ignore[arg-type]
        assert {other.blob_to_kzg_commitment(blob(1))} == commitment
    for arguments in [
        {"backend": "unknown"},
        {"precompute": "huge"},
        {"subgroup_check": "none"},
        {"trusted_setup": b"not a setup"},
        {"trusted_setup": "/no/such/file"},
    ]:
        with pytest.raises(ValueError):
            kzg.Settings(**arguments)  # type: ignore[arg-type]
    with pytest.raises(OverflowError):
        kzg.Settings(threads=-1)


def test_exceptions_survive_pickling() -> None:
    error = kzg.InputError("blob 3: 5 bytes, expected 131072", 3)
    copied = pickle.loads(pickle.dumps(error))
    assert (type(copied), str(copied), copied.index) == (kzg.InputError, str(error), 3)
    assert isinstance(error, ValueError) and isinstance(error, kzg.KzgError)


def test_tables_can_be_built_and_freed() -> None:
    settings = kzg.Settings(precompute=2_000_000)
    settings.warm_up()
    assert settings.tables_memory > 0
    settings.release_tables()
    assert settings.tables_memory == 0

"""Tests of tools/fetch-vectors: both layouts, digests, and hostile archives.

    python3 -m unittest discover tools/tests
"""

import contextlib
import hashlib
import importlib.machinery
import importlib.util
import io
import stat
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "fetch-vectors"


def load_script():
    """Imports the script, whose name has no extension."""
    loader = importlib.machinery.SourceFileLoader("fetch_vectors", str(SCRIPT))
    spec = importlib.util.spec_from_loader("fetch_vectors", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


# Nothing is to be left beside the script.
sys.dont_write_bytecode = True
fetch_vectors = load_script()

CASE = "tests/kzg/compute_cells/compute_cells_case_valid_0/data.yaml"
OLD_CASE = "tests/general/fulu/kzg/compute_cells/kzg-mainnet/compute_cells_case_valid_0/data.yaml"


class FetchVectors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.destination = self.folder / "vectors"

    def zip(self, entries):
        path = self.folder / "tests.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in entries:
                archive.writestr(name, text)
        return path

    def tar(self, entries):
        path = self.folder / "general.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for entry, text in entries:
                if isinstance(entry, str):
                    entry = tarfile.TarInfo(entry)
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text))
        return path

    def run_script(self, archive, *more):
        """Returns the exit status and what the script printed."""
        printed = io.StringIO()
        arguments = [str(self.destination), "--archive", str(archive), *more]
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = fetch_vectors.main(arguments)
        return status, printed.getvalue()

    def written(self):
        files = (path for path in self.folder.rglob("*") if path.is_file())
        inside = (path for path in files if self.destination in path.parents)
        return {str(path.relative_to(self.destination)): path.read_bytes() for path in inside}

    def assert_refused(self, archive, reason, *more):
        before = {path for path in self.folder.rglob("*")}
        status, printed = self.run_script(archive, *more)
        self.assertEqual(status, 1, printed)
        self.assertIn(reason, printed)
        self.assertEqual({path for path in self.folder.rglob("*")}, before, "something was written")

    def test_the_present_layout_is_written_as_it_is(self):
        archive = self.zip([("tests/", ""), (CASE, "a"), ("tests/bls/sign/one/data.yaml", "b")])
        status, printed = self.run_script(archive)
        self.assertEqual(status, 0, printed)
        self.assertEqual(self.written(), {CASE: b"a"})

    def test_the_layout_of_the_consensus_specs_loses_fork_and_suite(self):
        deneb = "tests/general/deneb/kzg/verify_kzg_proof/kzg-mainnet/one/data.yaml"
        others = "tests/general/phase0/bls/sign/bls/one/data.yaml"
        archive = self.tar([(OLD_CASE, b"a"), ("./" + deneb, b"b"), (others, b"c")])
        status, printed = self.run_script(archive)
        self.assertEqual(status, 0, printed)
        expected = {CASE: b"a", "tests/kzg/verify_kzg_proof/one/data.yaml": b"b"}
        self.assertEqual(self.written(), expected)

    def test_the_digest_is_printed_and_compared(self):
        archive = self.zip([(CASE, "a")])
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        self.assert_refused(archive, f"SHA-256 is {digest}", "--sha256", "00" * 32)
        status, printed = self.run_script(archive, "--sha256", digest.upper())
        self.assertEqual(status, 0, printed)
        self.assertIn(f"sha256 {digest}", printed)

    def test_without_a_digest_the_script_says_so(self):
        status, printed = self.run_script(self.zip([(CASE, "a")]))
        self.assertEqual(status, 0)
        self.assertIn("no digest to compare with", printed)

    def test_an_existing_destination_is_left_alone(self):
        self.destination.mkdir()
        self.assert_refused(self.zip([(CASE, "a")]), "exists already")

    def test_archives_without_vectors_and_no_archives(self):
        self.assert_refused(self.zip([("README", "a")]), "no KZG test vectors")
        text = self.folder / "text"
        text.write_text("no archive")
        self.assert_refused(text, "fetch-vectors: ")
        self.assert_refused(self.folder / "missing", "missing")

    def test_a_truncated_archive(self):
        whole = self.tar([(CASE, bytes(range(256)) * 400)])
        cut = self.folder / "cut.tar.gz"
        for length in (20, whole.stat().st_size // 2):
            cut.write_bytes(whole.read_bytes()[:length])
            self.assert_refused(cut, "fetch-vectors: ")

    def test_names_that_lead_elsewhere(self):
        for name in ["../" + CASE, "/" + CASE, "tests/kzg/../../data.yaml", "tests\\..\\..\\x"]:
            with self.subTest(name):
                self.assert_refused(self.tar([(CASE, b"a"), (name, b"b")]), "unsafe name")
                self.assert_refused(self.zip([(CASE, "a"), (name, "b")]), "unsafe name")

    def test_cases_that_are_no_regular_files(self):
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            link = tarfile.TarInfo(CASE)
            link.type, link.linkname = kind, "/etc/hostname"
            with self.subTest(kind):
                self.assert_refused(self.tar([(link, b"")]), "not a regular file")
        link = zipfile.ZipInfo(CASE)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        self.assert_refused(self.zip([(link, "/etc/hostname")]), "not a regular file")

    def test_a_link_in_the_way_is_not_followed(self):
        outside = self.folder / "outside"
        outside.mkdir()
        link = tarfile.TarInfo("tests/kzg/compute_cells")
        link.type, link.linkname = tarfile.SYMTYPE, str(outside)
        status, printed = self.run_script(self.tar([(link, b""), (CASE, b"a")]))
        self.assertEqual(status, 0, printed)
        self.assertEqual(list(outside.iterdir()), [])
        self.assertEqual(self.written(), {CASE: b"a"})

    def test_a_case_cannot_replace_another(self):
        fork = OLD_CASE.replace("fulu", "deneb")
        self.assert_refused(self.tar([(OLD_CASE, b"a"), (fork, b"b")]), "is there twice")

    def test_a_case_that_unpacks_to_too_much(self):
        archive = self.zip([(CASE, "0" * (fetch_vectors.MAX_CASE_BYTES + 1))])
        self.assertLess(archive.stat().st_size, 1 << 20)
        self.assert_refused(archive, "has more than")


if __name__ == "__main__":
    unittest.main()

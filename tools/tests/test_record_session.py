"""Tests of tools/terminal.py and tools/record-session.

    python3 -m unittest discover tools/tests
"""

import importlib.machinery
import importlib.util
import json
import os
import select
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import xml.etree.ElementTree as ElementTree
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent
SCRIPT = TOOLS / "record-session"

# Nothing is to be left beside the scripts.
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOOLS))
from terminal import Style, Terminal  # noqa: E402

loader = importlib.machinery.SourceFileLoader("record_session", str(SCRIPT))
spec = importlib.util.spec_from_loader(loader.name, loader)
record_session = importlib.util.module_from_spec(spec)
loader.exec_module(record_session)


def lines(terminal):
    return ["".join(character for character, _ in line) for line in terminal.screen()]


class Screen(unittest.TestCase):
    def show(self, *texts, columns=10, rows=3):
        terminal = Terminal(columns, rows)
        for text in texts:
            terminal.feed(text)
        return lines(terminal)

    def test_text_moves_erasing_and_scrolling(self):
        for text, expected in [
            ("a\r\nb", ["a", "b"]),
            ("abc\rx", ["xbc"]),
            ("abc\r\x1b[K", [""]),
            ("ab\x1b[1Dx", ["ax"]),
            ("ab\x1b[3Gx", ["abx"]),
            ("a\r\nb\x1b[1A\rx\x1b[1By", ["x", "by"]),
            ("a\r\nb\r\nc\r\nd", ["b", "c", "d"]),
            ("a\r\nb\r\nc\r\nd\x1b[9A\rx", ["x", "c", "d"]),
            ("a\r\nb\x1b[1A\r\x1b[J", [""]),
            ("a\r\nb\x1b[2J", [""]),
            ("0123456789x", ["0123456789", "x"]),
            ("a\tb", ["a       b"]),
            ("a\bb", ["b"]),
            ("\x1b[?25la\x1b]0;title\x07b", ["ab"]),
            ("漢x", ["漢x"]),
        ]:
            self.assertEqual(self.show(text), expected, repr(text))

    def test_an_escape_sequence_may_come_in_parts(self):
        text = "a\x1b[32mb\x1b[0m\rc\x1b[Kd"
        for cut in range(len(text)):
            self.assertEqual(self.show(text[:cut], text[cut:]), ["cd"], cut)

    def test_colours_are_kept(self):
        terminal = Terminal(10, 3)
        terminal.feed("\x1b[1;32ma\x1b[22;39mb\x1b[91;2mc\x1b[md")
        styles = [style for _, style in terminal.screen()[0]]
        expected = [Style(2, bold=True), Style(), Style(9, faint=True), Style()]
        self.assertEqual(styles, expected)


class Recording(unittest.TestCase):
    def test_frames_shorten_pauses_and_join_quick_changes(self):
        events = [(0.0, "a"), (0.01, "b"), (100.0, "c"), (100.5, "")]
        frames = record_session.frames(events)
        texts = [(moment, "".join(c for c, _ in screen[0])) for moment, screen in frames]
        self.assertEqual([text for _, text in texts], ["ab", "abc"])
        self.assertAlmostEqual(texts[1][0], 0.01 + record_session.LONGEST_PAUSE)

    def record(self, commands):
        with tempfile.TemporaryDirectory() as folder:
            script, svg, cast = (Path(folder, name) for name in ("c", "s.svg", "s.cast"))
            script.write_text(commands)
            done = subprocess.run(
                [sys.executable, "-B", SCRIPT, script, "--svg", svg, "--cast", cast],
                capture_output=True,
                text=True,
                check=False,
            )
            read = [path.read_text() if path.exists() else None for path in (svg, cast)]
            return done, *read

    def test_a_session_is_recorded_as_it_ran(self):
        commands = "# not run\nprintf 'a <b> & c\\n' > file\n\ncat file; test -t 1 && echo terminal\n"
        done, svg, cast = self.record(commands)
        self.assertEqual(done.returncode, 0, done.stderr)
        root = ElementTree.fromstring(svg)
        texts = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
        for line in ["a <b> & c", "terminal", "$ cat file; test -t 1 && echo terminal"]:
            self.assertIn(line, texts)
        self.assertEqual(len([text for text in texts if text == "a <b> & c"]), 1)
        header, *events = (json.loads(line) for line in cast.splitlines())
        self.assertEqual((header["version"], header["width"]), (2, 80))
        moments = [moment for moment, _, _ in events]
        self.assertEqual(moments, sorted(moments))
        self.assertIn("terminal", "".join(text for _, _, text in events))

    def test_output_before_the_end_of_a_command_is_recorded(self):
        def select_in_vain(*_):
            # The command prints and ends after the time for the first wait is over.
            record_session.select.select = select.select
            Path(folder, "go").touch()
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            return [], [], []

        command = "until test -e ../go; do :; done; echo printed"
        recorder = record_session.Recorder()
        with (
            tempfile.TemporaryDirectory() as folder,
            unittest.mock.patch.object(record_session, "select") as module,
        ):
            module.select = select_in_vain
            Path(folder, "work").mkdir()
            record_session.run(command, Path(folder), recorder)
        self.assertEqual("".join(text for _, text in recorder.events), "printed\r\n")

    def test_a_command_that_fails_writes_nothing(self):
        done, svg, cast = self.record("echo before; exit 3\n")
        self.assertEqual((svg, cast), (None, None))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("status 3", done.stderr)
        self.assertIn("before", done.stderr)


if __name__ == "__main__":
    unittest.main()

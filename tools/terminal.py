"""A small terminal: the screen that a program's output leaves, line by line, with colours.

It knows what the program `kzg` and common commands print: text, carriage returns, tabs, cursor
movements, erasing, and colours. Other escape sequences are skipped.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

ESCAPE = re.compile(r"\x1b(?:\[([?>=]?)([0-9;]*)([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[@-Z\\-_=>78])")


@dataclass(frozen=True)
class Style:
    """The look of a character. `colour` is a number from 0 to 15, or None."""

    colour: int | None = None
    bold: bool = False
    faint: bool = False


PLAIN = Style()
BLANK = (" ", PLAIN)


class Terminal:
    """A screen of `columns` and `rows`, whose lines scroll off at the top."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [[]]
        self.row = self.column = 0
        self.style = PLAIN
        self.rest = ""

    def screen(self):
        """The visible lines, as lists of (character, style), without blanks at their ends."""
        lines = []
        for line in self.lines[-self.rows :]:
            end = len(line)
            while end and line[end - 1] == BLANK:
                end -= 1
            lines.append(tuple(line[:end]))
        return tuple(lines)

    def feed(self, text):
        """Takes output, which may end within an escape sequence."""
        text = self.rest + text
        self.rest = ""
        place = 0
        while place < len(text):
            character = text[place]
            if character == "\x1b":
                found = ESCAPE.match(text, place)
                if found:
                    if found[3] and not found[1]:
                        self.control(found[2], found[3])
                    place = found.end()
                    continue
                if len(text) - place < 32:
                    self.rest = text[place:]
                    return
            elif character == "\n":
                self.down(1)
                self.column = 0
            elif character == "\r":
                self.column = 0
            elif character == "\b":
                self.column = max(0, self.column - 1)
            elif character == "\t":
                self.column = min(self.columns - 1, (self.column // 8 + 1) * 8)
            elif character.isprintable():
                self.put(character)
            place += 1

    def put(self, character):
        wide = unicodedata.east_asian_width(character) in "WF"
        if unicodedata.combining(character):
            return
        if self.column + wide >= self.columns:
            self.down(1)
            self.column = 0
        line = self.lines[self.row]
        line.extend([BLANK] * (self.column + 1 + wide - len(line)))
        line[self.column] = (character, self.style)
        if wide:
            line[self.column + 1] = ("", self.style)
        self.column += 1 + wide

    def down(self, number):
        self.row += number
        while self.row >= len(self.lines):
            self.lines.append([])

    def control(self, parameters, kind):
        numbers = [int(number) if number else 0 for number in parameters.split(";")]
        first = numbers[0]
        step = max(1, first)
        if kind == "A":
            self.row = max(self.top(), self.row - step)
        elif kind == "B":
            self.row = min(len(self.lines) - 1, self.row + step)
        elif kind == "C":
            self.column = min(self.columns - 1, self.column + step)
        elif kind == "D":
            self.column = max(0, self.column - step)
        elif kind == "G":
            self.column = min(self.columns, step) - 1
        elif kind == "H":
            self.row = self.top()
            self.down(min(step, self.rows) - 1)
            self.column = max(1, (numbers + [1])[1]) - 1
        elif kind == "K":
            self.erase_line(first)
        elif kind == "J":
            if first in (2, 3):
                self.lines, self.row = [[]], 0
            else:
                self.erase_line(0)
                del self.lines[self.row + 1 :]
        elif kind == "m":
            for number in numbers:
                self.look(number)

    def top(self):
        return max(0, len(self.lines) - self.rows)

    def erase_line(self, part):
        line = self.lines[self.row]
        if part == 0:
            del line[self.column :]
        elif part == 1:
            end = min(len(line), self.column + 1)
            line[:end] = [BLANK] * end
        else:
            line.clear()

    def look(self, number):
        if number == 0:
            self.style = PLAIN
        elif number == 1:
            self.style = replace(self.style, bold=True)
        elif number == 2:
            self.style = replace(self.style, faint=True)
        elif number == 22:
            self.style = replace(self.style, bold=False, faint=False)
        elif 30 <= number <= 37:
            self.style = replace(self.style, colour=number - 30)
        elif number == 39:
            self.style = replace(self.style, colour=None)
        elif 90 <= number <= 97:
            self.style = replace(self.style, colour=number - 82)

"""Records with their physical line numbers, out of text that may be broken anywhere.

A record that breaks the rules of quoting costs its first line only: reading goes on
with the next line, so that one open quote does not swallow the rest of the file.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Any, Final, TextIO

from metrics.sources.canonical.header import Header
from metrics.sources.reading import Unreadable

LINE: Final = 131_072
BROKEN_QUOTES: Final = 1_000
NUL: Final = "\0"
ENDS: Final = ("\n", "\r")

TOO_LONG: Final = (
    f"The line is longer than {LINE:,} characters or holds a NUL character. Export it "
    "again without."
)
QUOTING: Final = (
    "A quote on this line is not closed, or text follows a closing quote. Double every "
    "quote inside a quoted field."
)


# A record: its first line, its text as it stands, its fields where quotes made it
# necessary to take the text apart, and what is bad about it.
Record = tuple[int, str, list[Any] | None, str]


class Lines:
    """Physical lines, ended by LF, CRLF or CR; `number` is that of the last one.

    A line beyond the limit comes out as a NUL, which no record may hold.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.number = 0
        self.returned: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.returned:
            line = self.returned.popleft()
        else:
            line = self.stream.readline(LINE)
            if len(line) == LINE and not line.endswith(ENDS):
                line = self._skipped()
        if not line:
            raise StopIteration
        self.number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        """Let these lines, the last ones taken, come again."""
        self.returned.extendleft(reversed(lines))
        self.number -= len(lines)

    def _skipped(self) -> str:
        while (rest := self.stream.readline(LINE)) and not rest.endswith(ENDS):
            pass
        return NUL


def records(lines: Lines, header: Header) -> Iterator[Record]:
    """The records of a CSV file without its blank lines.

    Raises Unreadable when quoting is broken all over the file.
    """
    delimiter, commas = header.delimiter, len(header.names) - 1
    broken = 0
    for line in lines:
        if '"' in line and NUL not in line:
            record = _quoted(lines, line, header)
            broken += record[3] == QUOTING
            yield record
        elif NUL in line:
            yield lines.number, line, None, TOO_LONG
        elif line.count(delimiter) == commas:
            yield lines.number, line.rstrip("\r\n"), None, ""
        elif not line.isspace():
            yield lines.number, line, None, _wrong_width(line.count(delimiter), header)
        if broken > BROKEN_QUOTES:
            raise Unreadable(f"Too many lines are broken. {QUOTING}", line=lines.number)


def _quoted(lines: Lines, first: str, header: Header) -> Record:
    number, taken = lines.number, [first]
    quotes, size = first.count('"'), len(first)
    while quotes % 2 and size < LINE and (line := next(lines, "")):
        taken.append(line)
        quotes += line.count('"')
        size += len(line)
    fields = _fields(taken, header.delimiter)
    if fields is None:
        lines.give_back(taken[1:])
        return number, first, None, QUOTING
    if len(fields) != len(header.names):
        return number, first, None, _wrong_width(len(fields) - 1, header)
    return number, first, fields, ""


def _fields(taken: list[str], delimiter: str) -> list[str] | None:
    """The fields of exactly one well-formed record, else None."""
    try:
        rows = list(csv.reader(taken, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 and NUL not in "".join(taken) else None


def _wrong_width(delimiters: int, header: Header) -> str:
    return (
        f"The row has {delimiters + 1} columns, the header {len(header.names)}. Quote "
        "fields that hold the delimiter."
    )

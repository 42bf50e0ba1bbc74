"""Records out of one JSON object a line."""

from collections.abc import Iterator
from typing import Final

import orjson

from metrics.sources.canonical.header import COLUMNS, Header
from metrics.sources.canonical.lines import NUL, TOO_LONG, Lines, Record
from metrics.sources.reading import shown

HEADER: Final = Header(list(COLUMNS))
VALUES: Final = frozenset({str, int, bool, type(None)})
UNKNOWN_NAMED: Final = 100
KNOWN: Final = frozenset(COLUMNS)

NOT_AN_OBJECT: Final = "The line is not one JSON object. Write one object a line."
NOT_A_VALUE: Final = (
    "A value is a list, an object or a fraction. Write text, a whole number, true or "
    "false."
)


def names(line: str) -> list[str]:
    """The keys of the object in a line, none when it holds none."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return []
    return list(row) if isinstance(row, dict) else []


def records(lines: Lines, unknown: list[str]) -> Iterator[Record]:
    """The records of the file without its blank lines; new keys go to `unknown`."""
    for line in lines:
        if not line.isspace():
            yield _record(lines.number, line, unknown)


def _record(number: int, line: str, unknown: list[str]) -> Record:
    if NUL in line:
        return number, line, None, TOO_LONG
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return number, line, None, f"{NOT_AN_OBJECT} ({error})"
    if type(row) is not dict:
        return number, line, None, NOT_AN_OBJECT
    fields = [row.get(column) for column in COLUMNS]
    if not VALUES.issuperset(map(type, fields)):
        return number, line, None, NOT_A_VALUE
    if "\\u0000" in line and any(NUL in str(field) for field in fields):
        return number, line, None, TOO_LONG
    if not row.keys() <= KNOWN:
        known = {*unknown, *KNOWN}
        new = [shown(key) for key in row if shown(key) not in known]
        unknown += new[: UNKNOWN_NAMED - len(unknown)]
    return number, line, fields, ""

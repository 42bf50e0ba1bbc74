"""Columns in and out of PostgreSQL by binary COPY, straight from and to arrays.

The format is the manual's (COPY, file formats, binary): a row is a field count and,
for each field, its length and its bytes in network order. All columns are NOT NULL, so
every row has the same length and a table of rows is one structured array.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER: Final = b"\xff\xff"
EPOCH_SHIFT: Final = 946_684_800_000_000  # µs from 1970 to 2000, PostgreSQL's epoch
DAY_SHIFT: Final = 10_957  # the same in days

TYPES: Final = {
    "int2": ">i2",
    "int4": ">i4",
    "int8": ">i8",
    "bool": "?",
    "date": ">i4",
    "timestamptz": ">i8",
}
SHIFTS: Final = {"timestamptz": EPOCH_SHIFT, "date": DAY_SHIFT}


def copy_in(
    table: str, types: Mapping[str, str], columns: Mapping[str, NDArray[Any]]
) -> int:
    """Append columns of one length to a table; the number of rows stored.

    Instants are µs and dates are days since 1970. The count is PostgreSQL's own, so
    a caller can prove that nothing was dropped on the way.
    """
    rows = np.zeros(len(next(iter(columns.values()))), _row_type(types))
    rows["fields"] = len(types)
    for name, kind in types.items():
        rows[f"{name} length"] = np.dtype(TYPES[kind]).itemsize
        rows[name] = columns[name] - SHIFTS.get(kind, 0)
    names = ", ".join(types)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {table} ({names}) FROM STDIN (FORMAT binary)",
            BytesIO(HEADER + rows.tobytes() + TRAILER),
        )
        return int(cursor.rowcount)


def copy_out(
    query: str, types: Mapping[str, str], parameters: Sequence[Any] = ()
) -> NDArray[Any]:
    """The rows of a query as a structured array; its columns in the order of types."""
    out = BytesIO()
    with connection.cursor() as cursor:
        bound = cursor.mogrify(query, parameters).decode()
        cursor.copy_expert(f"COPY ({bound}) TO STDOUT (FORMAT binary)", out)
    packed = np.frombuffer(
        out.getbuffer()[len(HEADER) : -len(TRAILER)], _row_type(types)
    )
    rows = np.empty(len(packed), [(name, _native(types[name])) for name in types])
    for name, kind in types.items():
        rows[name] = packed[name] + SHIFTS[kind] if kind in SHIFTS else packed[name]
    return rows


def _row_type(types: Mapping[str, str]) -> np.dtype[Any]:
    fields = [("fields", ">i2")]
    for name, kind in types.items():
        fields += [(f"{name} length", ">i4"), (name, TYPES[kind])]
    return np.dtype(fields)


def _native(kind: str) -> str:
    return TYPES[kind].replace(">", "=")

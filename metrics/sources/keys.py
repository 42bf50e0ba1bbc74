"""Stable 64-bit keys: the same natural key gives the same number in every export.

A key is the first half of the MD5 of its parts, so that DuckDB computes it in SQL
exactly as Python does. Keys identify items; they protect nothing.
"""

from collections.abc import Iterable
from hashlib import md5
from typing import Final

import numpy as np
from numpy.typing import NDArray

SEPARATOR: Final = "\x1f"


def natural(*parts: str) -> str:
    """Join the parts of a natural key; the first part is the source's namespace."""
    return SEPARATOR.join(parts)


def digest(text: str) -> bytes:
    """Hash a natural key; `column` turns many digests into keys at once."""
    return md5(text.encode(), usedforsecurity=False).digest()


def column(digests: Iterable[bytes]) -> NDArray[np.int64]:
    """Turn digests into signed 64-bit keys."""
    return np.frombuffer(b"".join(digests), "<i8")[::2].astype(np.int64)


def column_of_hex(digests: Iterable[str]) -> NDArray[np.int64]:
    """Turn digests written in hexadecimal, as DuckDB gives them, into keys."""
    return column([bytes.fromhex("".join(digests))])


def sql(*parts: str) -> str:
    """Write the DuckDB expression of the hexadecimal digest of these columns.

    DuckDB's md5_number functions give the key at once but take five times as long.
    """
    return f"md5(concat_ws(chr(31), {', '.join(parts)}))"

"""JSON members of a package, parsed to their end or refused with the place."""

from typing import Any

import orjson

from metrics.sources.package import Package
from metrics.sources.reading import Unreadable

BOM = b"\xef\xbb\xbf"


def array(package: Package, name: str) -> list[Any]:
    """The elements of a JSON array; Unreadable names the byte where it breaks."""
    content = package.read(name).removeprefix(BOM)
    try:
        elements = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _broken(name, content, error) from error
    if not isinstance(elements, list):
        raise Unreadable(
            f"{name} should hold a JSON array. Export it again.", where=name, line=1
        )
    return elements


def _broken(name: str, content: bytes, error: orjson.JSONDecodeError) -> Unreadable:
    at = _byte_offset(content, error)
    return Unreadable(
        f"{name} cannot be read to its end: broken at byte {at:,} of {len(content):,} "
        f"({error.msg}). Nothing was taken. Export again, or upload the file again.",
        where=name,
        line=content.count(b"\n", 0, at) + 1,
        value=content[at : at + 40].decode(errors="replace"),
    )


def _byte_offset(content: bytes, error: orjson.JSONDecodeError) -> int:
    try:
        return len(content.decode()[: error.pos].encode())
    except UnicodeDecodeError as undecodable:
        return undecodable.start

"""Honest names and honest ZIPs, checked before anything is unpacked."""

import stat
import struct
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZipInfo

from metrics.sources.reading import Unreadable, shown

JUNK: Final = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
END: Final = struct.Struct("<4s4H2LH")
END_64: Final = struct.Struct("<4sQ2H2L4Q")
LOCAL_HEADER: Final = 30
DIRECTORY_BYTES: Final = 96 * 1024**2
COMMENT: Final = 65_535
ENCRYPTED: Final = 1
UTF8_NAME: Final = 0x800


def is_zip(path: Path) -> bool:
    """Whether the file says of itself that it is a ZIP."""
    with path.open("rb") as stream:
        return stream.read(4) in MAGIC


def check_ends(path: Path, name: str) -> None:
    """Refuse a ZIP without its end, with data behind it, or with a giant directory.

    The directory is read whole by zipfile, so its size is looked at first.
    """
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - COMMENT - END.size - END_64.size - 20))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + END.size > len(tail):
        raise Unreadable(
            f"{name} is a ZIP that was cut off. Upload it again.", where=name
        )
    *_, directory, _, comment = END.unpack_from(tail, at)
    if at + END.size + comment != len(tail):
        raise Unreadable(
            f"{name} has other data behind the end of the ZIP. Pack it again.",
            where=name,
        )
    at_64 = tail.rfind(b"PK\x06\x06", 0, at)
    if at_64 >= 0:
        directory = max(directory % 0xFFFFFFFF, END_64.unpack_from(tail, at_64)[8])
    if directory > DIRECTORY_BYTES:
        raise Unreadable(
            f"{name} lists far too many files. Export a shorter period.", where=name
        )


def check_layout(entries: list[ZipInfo], directory_at: int, name: str) -> None:
    """Refuse entries that overlap or hide data before the first one."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    free_from = 0
    for entry in ordered:
        if entry.header_offset < free_from or (free_from == 0 and entry.header_offset):
            raise Unreadable(
                f"{name} is a ZIP whose parts overlap or hide data. Pack it again.",
                where=name,
            )
        free_from = entry.header_offset + LOCAL_HEADER + entry.compress_size
    if free_from > directory_at:
        raise Unreadable(
            f"{name} is a ZIP with false sizes. Pack it again.", where=name
        )


def check_entry(entry: ZipInfo, inside: str) -> None:
    """Refuse an entry that is encrypted or not a plain file."""
    if entry.flag_bits & ENCRYPTED:
        raise Unreadable(
            f"{inside} is locked with a password. Pack it again without one.",
            where=inside,
        )
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise Unreadable(
            f"{inside} is a link or a device, not a file. Pack it again without it.",
            where=inside,
        )


def decoded_name(entry: ZipInfo) -> str:
    """Read the name as UTF-8 where it is, though the entry does not say so."""
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode()
    except UnicodeError:
        return entry.filename


def safe_name(inside: str) -> str:
    """The name with plain slashes; Unreadable when it leads out of the package."""
    inside = inside.replace("\\", "/")
    parts = PurePosixPath(inside).parts
    if (
        not inside.isprintable()
        or inside[:1] == "/"
        or ".." in parts
        or ":" in parts[0]
    ):
        raise Unreadable(
            f"The name {shown(inside)} leads out of the package or is not a name. Pack "
            "it again without it.",
            where=shown(inside),
        )
    return "/".join(part for part in parts if part != ".")


def is_junk(inside: str) -> bool:
    """Whether a desktop put the file there, not the export."""
    parts = inside.split("/")
    return not JUNK.isdisjoint(parts) or parts[-1].startswith("._")

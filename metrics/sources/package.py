"""One way into a file, a ZIP or a folder that cannot be trusted.

Names never lead out of the package, sizes are limited before and while reading, and
whatever is wrong with the container becomes one Unreadable in words.
"""

import gzip
import io
import lzma
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Self, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from metrics.sources import container
from metrics.sources.reading import Unreadable, shown

ENTRIES: Final = 250_000
TOTAL_BYTES: Final = 32 * 1024**3
MEMBER_BYTES: Final = 512 * 1024**2
BLOCK: Final = 1 << 18
RATIO: Final = 100
RATIO_FROM: Final = 10 * 1024**2

ARCHIVES: Final = (".zip", ".7z", ".rar", ".tar", ".tgz", ".tar.gz", ".tbz2")
DAMAGE: Final = (BadZipFile, EOFError, OSError, zlib.error, lzma.LZMAError)


class Contents(NamedTuple):
    """Files by name, relative to the top folder that holds everything (if any)."""

    top: str
    sizes: dict[str, int]
    opener: Callable[[str], BinaryIO]


class Package:
    """An upload, open while in its `with` block; `name` is the uploader's name for it.

    Entering raises Unreadable for an empty, damaged or hostile file.
    """

    def __init__(self, path: str | Path, name: str = "") -> None:
        self.path = Path(path)
        self.name = name or self.path.name
        self.top = ""
        self.sizes: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._resources = ExitStack()
        with ExitStack() as opening:
            contents = opening.enter_context(_opened(self.path, self.name))
            self.top, self.sizes, self._opener = contents
            self._resources = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    @property
    def names(self) -> list[str]:
        """The names of all files, sorted."""
        return sorted(self.sizes)

    def open(self, name: str) -> BinaryIO:
        """Open a file, unpacked if it is gzip; Unreadable when it proves damaged."""
        return io.BufferedReader(self._guarded(name, TOTAL_BYTES), BLOCK)

    def read(self, name: str) -> bytes:
        """The whole content of a file that must fit into memory."""
        with self._guarded(name, MEMBER_BYTES) as stream:
            return stream.readall()

    def _guarded(self, name: str, limit: int) -> "_Guarded":
        try:
            packed = stream = self._opener(name)
        except (NotImplementedError, RuntimeError, *DAMAGE) as error:
            raise _damaged(name, error) from error
        if name.endswith(".gz"):
            stream = cast("BinaryIO", gzip.GzipFile(fileobj=packed))
            limit = min(limit, max(RATIO_FROM, RATIO * self.sizes[name]))
        return _Guarded(stream, packed, name, limit)


class _Guarded(io.RawIOBase):
    """A stream that says in words what is damaged, and ends when it grows too large."""

    def __init__(
        self, stream: BinaryIO, packed: BinaryIO, name: str, limit: int
    ) -> None:
        self.stream, self.packed, self.name, self.left = stream, packed, name, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        block = self._block(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def readall(self) -> bytes:
        return b"".join(iter(lambda: self._block(BLOCK), b""))

    def _block(self, size: int) -> bytes:
        try:
            block = self.stream.read(size)
        except DAMAGE as error:
            raise _damaged(self.name, error) from error
        self.left -= len(block)
        if self.left < 0:
            raise Unreadable(
                f"{self.name} is larger than can be taken, or unpacks to far more than "
                "its size promises. Split it, or upload what is inside.",
                where=self.name,
            )
        return block

    def close(self) -> None:
        self.stream.close()
        self.packed.close()
        super().close()


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Contents]:
    if path.is_dir():
        yield _looked_through(_folder(path, name), name)
    elif not path.is_file():
        raise Unreadable(f"{name} does not exist or is not a file.", where=name)
    elif path.stat().st_size == 0:
        raise Unreadable(f"{name} is empty. Export it again.", where=name)
    elif container.is_zip(path):
        with _opened_zip(path, name) as archive:
            yield _looked_through(_zip(archive, path, name), name)
    else:
        size = path.stat().st_size
        yield Contents("", {name: size}, lambda _: path.open("rb"))


@contextmanager
def _opened_zip(path: Path, name: str) -> Iterator[ZipFile]:
    container.check_ends(path, name)
    try:
        archive = ZipFile(path)
    except (NotImplementedError, *DAMAGE) as error:
        raise _damaged(name, error) from error
    with archive:
        yield archive


def _zip(archive: ZipFile, path: Path, name: str) -> Contents:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    _check_number(len(entries), name)
    container.check_layout(archive.infolist(), archive.start_dir, name)
    _check_sizes(entries, path.stat().st_size, name)
    by_name: dict[str, ZipInfo] = {}
    for entry in entries:
        inside = container.safe_name(container.decoded_name(entry))
        container.check_entry(entry, inside)
        if inside in by_name:
            raise Unreadable(
                f"{inside} is in the ZIP twice. Pack it again.", where=inside
            )
        if not container.is_junk(inside):
            by_name[inside] = entry
    sizes = {inside: entry.file_size for inside, entry in by_name.items()}
    return Contents(
        "", sizes, lambda inside: cast("BinaryIO", archive.open(by_name[inside]))
    )


def _folder(root: Path, name: str) -> Contents:
    sizes: dict[str, int] = {}
    for path in root.rglob("*"):
        inside = container.safe_name(path.relative_to(root).as_posix())
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise Unreadable(
                f"{inside} is a link or a device, not a file. Remove it.", where=inside
            )
        if stat.S_ISREG(mode) and not container.is_junk(inside):
            sizes[inside] = path.stat().st_size
            _check_number(len(sizes), name)
    return Contents(root.name, sizes, lambda inside: (root / inside).open("rb"))


def _looked_through(contents: Contents, name: str) -> Contents:
    """Step into the folder that holds everything, and refuse a package of packages."""
    _, sizes, opener = contents
    if not sizes:
        raise Unreadable(f"{name} holds no files.", where=name)
    if all(inside.lower().endswith(ARCHIVES) for inside in sizes):
        raise Unreadable(
            f"{name} holds only another archive. Unpack it and upload what is inside.",
            where=next(iter(sizes)),
        )
    top, slash, _ = next(iter(sizes)).partition("/")
    if not slash or not all(inside.startswith(f"{top}/") for inside in sizes):
        return contents
    inner = {inside.removeprefix(f"{top}/"): size for inside, size in sizes.items()}
    through = Contents(top, inner, lambda inside: opener(f"{top}/{inside}"))
    return _looked_through(through, name)


def _check_number(number: int, name: str) -> None:
    if number > ENTRIES:
        raise Unreadable(
            f"{name} holds more than {ENTRIES:,} files. Export a shorter period.",
            where=name,
        )


def _check_sizes(entries: list[ZipInfo], packed: int, name: str) -> None:
    total = sum(entry.file_size for entry in entries)
    bomb = total > RATIO_FROM and total > RATIO * packed
    for entry in entries:
        large = entry.file_size > RATIO_FROM
        bomb = bomb or (large and entry.file_size > RATIO * entry.compress_size)
    if bomb or total > TOTAL_BYTES:
        raise Unreadable(
            f"{name} would unpack to {total >> 20:,} MiB, far more than its size "
            "promises. Unpack it yourself and upload what is inside.",
            where=name,
        )


def _damaged(name: str, error: Exception) -> Unreadable:
    return Unreadable(
        f"{name} is damaged, cut off or packed in a way that cannot be read "
        f"({shown(error)}). Upload it again, or pack it again as a plain ZIP.",
        where=name,
    )

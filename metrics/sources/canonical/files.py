"""Which files of a package are canonical event files, in what form and encoding."""

import codecs
import io
from typing import Final

from metrics.sources.canonical import objects
from metrics.sources.canonical.header import Header, parse, recognised
from metrics.sources.canonical.lines import Lines
from metrics.sources.package import Package
from metrics.sources.reading import Unreadable

CSV: Final = "csv"
NDJSON: Final = "ndjson"

SUFFIXES: Final = (".csv", ".tsv", ".ndjson", ".jsonl")
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
PEEK: Final = 65_536


def events(package: Package) -> list[str]:
    """The event files of a package, among those named so or the only file."""
    names = package.names
    if len(names) > 1:
        names = [n for n in names if n.removesuffix(".gz").endswith(SUFFIXES)]
    return [name for name in names if form(package, name)]


def form(package: Package, name: str) -> str | None:
    """csv or ndjson where the first line has canonical columns, else None."""
    with package.open(name) as stream:
        start = stream.read(PEEK)
    text = start.decode(encoding(package, name), errors="replace").lstrip()
    line = next(iter(text.splitlines()), "")
    if line.startswith("{"):
        return NDJSON if recognised(objects.names(line)) else None
    header = header_of(name, Lines(io.StringIO(text, newline="")))
    return CSV if recognised(header.names) else None


def header_of(name: str, lines: Lines) -> Header:
    """The header; a spreadsheet's line sep=; before it is skipped."""
    first = next(lines, "")
    if first.lower().startswith("sep="):
        first = next(lines, "")
    return parse(first)


def encoding(package: Package, name: str) -> str:
    """UTF-16 where a byte order mark says so, else UTF-8."""
    with package.open(name) as stream:
        return "utf-16" if stream.read(2) in UTF_16 else "utf-8-sig"


def undecodable(package: Package, name: str) -> Unreadable:
    """Say at which byte a file stops being the text it should be."""
    declared = encoding(package, name)
    decoder = codecs.getincrementaldecoder(declared)()
    done = 0
    with package.open(name) as stream:
        while block := stream.read(PEEK):
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                done += error.start - waiting
                break
            done += len(block)
    return Unreadable(
        f"{name} is not text in {declared.upper()}: broken at byte {done:,}. Save it "
        "as UTF-8 and upload it again.",
        where=name,
    )

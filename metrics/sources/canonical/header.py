"""The columns of the canonical event file, and how a file's header is matched."""

import csv
from dataclasses import dataclass
from typing import Final

from metrics.sources.reading import Unreadable, shown

REQUIRED: Final = ("id", "type", "published", "actor")
OPTIONAL: Final = (
    "actor_name",
    "actor_type",
    "channel",
    "channel_name",
    "in_reply_to",
    "thread",
    "target",
    "text_length",
    "question",
    "updated",
)
COLUMNS: Final = REQUIRED + OPTIONAL
DELIMITERS: Final = (",", ";", "\t")
ENOUGH_TO_RECOGNISE: Final = 3
DOCUMENTATION: Final = "docs/canonical-events.md describes the file."


@dataclass(frozen=True)
class Header:
    """The normalised names of a file's columns, in its order, and its delimiter."""

    names: list[str]
    delimiter: str = ","

    @property
    def unknown(self) -> list[str]:
        """Columns that are not of the canonical file."""
        return [name for name in self.names if name not in COLUMNS]

    def check(self, where: str) -> None:
        """Refuse a file that lacks a required column or has one twice."""
        missing = [name for name in REQUIRED if name not in self.names]
        if missing:
            raise Unreadable(
                f"{where} lacks the column {', '.join(missing)}. {DOCUMENTATION}",
                where=where,
                line=1,
                value=shown(self.delimiter.join(self.names)),
            )
        twice = sorted({n for n in self.names if n and self.names.count(n) > 1})
        if twice:
            raise Unreadable(
                f"{where} has the column {', '.join(map(shown, twice))} twice. Remove "
                "or rename one of them.",
                where=where,
                line=1,
            )


def parse(line: str) -> Header:
    """The header in a line, split by the delimiter that yields most known columns."""
    candidates = [Header(_split(line, each), each) for each in DELIMITERS]
    return max(candidates, key=lambda header: len(header.names) - len(header.unknown))


def recognised(names: list[str]) -> bool:
    """Whether these names are the canonical file's, perhaps with one forgotten."""
    return len(set(REQUIRED) & set(names)) >= ENOUGH_TO_RECOGNISE


def _split(line: str, delimiter: str) -> list[str]:
    try:
        fields = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [_normalised(field) for field in fields]


def _normalised(name: str) -> str:
    words = name.strip().lstrip("\ufeff").casefold().replace("-", " ").split()
    return "_".join(words)

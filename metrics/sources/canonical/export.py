"""Read canonical event files: spool records with their lines, check them in DuckDB."""

import io
from collections.abc import Iterator
from itertools import compress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from metrics.sources import keys
from metrics.sources.canonical import files, objects
from metrics.sources.canonical.lines import Lines, Record, records
from metrics.sources.canonical.rules import RULES
from metrics.sources.canonical.table import Part, Table
from metrics.sources.columns import Places
from metrics.sources.package import Package
from metrics.sources.reading import (
    NOBODY,
    AccountSeen,
    Batch,
    ChannelSeen,
    Options,
    Problem,
    Tally,
    Unreadable,
    shown,
)

KEY: Final = "canonical"
LABEL: Final = "Canonical event file"


def recognises(package: Package) -> str | None:
    """The format, csv or ndjson, when a file has the canonical columns, else None."""
    forms = [files.form(package, name) for name in files.events(package)]
    return forms[0] if forms else None


def read(package: Package, options: Options) -> "CanonicalReading":
    """Start reading every file of the package that has the canonical columns."""
    return CanonicalReading(package, options)


class CanonicalReading:
    """Canonical event files being read."""

    def __init__(self, package: Package, options: Options) -> None:
        self.package, self.options = package, options
        self.format = recognises(package) or files.CSV
        self.tally = Tally()
        self.unknown_columns: list[str] = []
        self.progress = 0.0
        self.people: Places[AccountSeen] = Places()
        self.places: Places[ChannelSeen] = Places()
        self.accounts = self.people.seen
        self.channels = self.places.seen

    def batches(self) -> Iterator[Batch]:
        """Read file after file, part after part, in bounded memory."""
        with TemporaryDirectory(prefix="canonical-") as folder:
            space, channel = self.options.namespace, self.options.channel
            table = Table(Path(folder), space, channel)
            try:
                for name in files.events(self.package):
                    yield from self._file(name, table, Path(folder) / "part.csv")
            finally:
                table.close()
        self.tally.rejects.sort(key=lambda problem: (problem.where, problem.line or 0))
        if not self.tally.read:
            raise Unreadable(
                "The file holds a header and no rows. Export it again.",
                where=self.package.name,
            )

    def _file(self, name: str, table: Table, spool: Path) -> Iterator[Batch]:
        with self.package.open(name) as stream:
            declared = files.encoding(self.package, name)
            text = io.TextIOWrapper(stream, declared, newline="")
            try:
                for part in self._parts(name, Lines(text), spool):
                    table.load(part)
                    self._progress(part)
                    yield from self._checked(name, table, part)
            except UnicodeDecodeError as error:
                raise files.undecodable(self.package, name) from error

    def _parts(self, name: str, lines: Lines, spool: Path) -> Iterator[Part]:
        """Parts of rows that are whole; broken ones are rejected here."""
        if files.form(self.package, name) == files.NDJSON:
            header, found = objects.HEADER, objects.records(lines, self.unknown_columns)
        else:
            header = files.header_of(name, lines)
            header.check(name)
            self.unknown_columns += map(shown, header.unknown)
            found = records(lines, header)
        yield from self._spooled(name, found, Part(spool, header))

    def _spooled(
        self, name: str, found: Iterator[Record], part: Part
    ) -> Iterator[Part]:
        try:
            for line, text, fields, bad in found:
                if bad:
                    self.tally.reject(Problem(name, line, shown(text.rstrip()), bad))
                elif fields is None:
                    part.add_text(line, text)
                else:
                    part.add_fields(line, fields)
                if part.full:
                    yield part
                    part = Part(part.path, part.header)
            yield part
        finally:
            part.stream.close()

    def _checked(self, name: str, table: Table, part: Part) -> Iterator[Batch]:
        columns = table.good()
        number = len(columns["key"])
        bad = table.bad() if number < part.rows else []
        if number + len(bad) != part.rows:
            raise RuntimeError(
                f"{part.rows} rows went in, {number} and {len(bad)} came."
            )
        for line, problem, values in bad:
            rule = RULES[problem]
            value = shown(values[rule.column] or "")
            self.tally.reject(Problem(name, line, value, rule.message))
        if number:
            self.tally.read += number
            yield self._batch(columns)

    def _batch(self, columns: dict[str, NDArray[Any]]) -> Batch:
        actor, target, channel = (
            columns.pop(name).tolist() for name in ("actor", "target", "channel")
        )
        self._meet(actor, target, columns)
        self._visit(channel, columns)
        return Batch(
            account=_placed(actor, self.people.by_id),
            target=_placed(target, {**self.people.by_id, "": NOBODY}),
            channel=_placed(channel, self.places.by_id),
            key=keys.column_of_hex(columns.pop("key")),
            thread=keys.column_of_hex(columns.pop("thread")),
            **columns,
        )

    def _meet(
        self, actors: list[str], targets: list[str], columns: dict[str, NDArray[Any]]
    ) -> None:
        """Know the accounts; a name or a bot's mark may come with a later row."""
        names = _said(actors, columns.pop("actor_name", None))
        bots = set(compress(actors, columns.pop("is_bot", ())))
        for account in {**dict.fromkeys(actors), **dict.fromkeys(targets)}:
            if account and account not in self.people.by_id:
                self.people.add(AccountSeen(account))
        for account in names.keys() | bots:
            place = self.people.by_id[account]
            known = self.people.seen[place]
            name = known.name or shown(names.get(account, ""))
            is_bot = known.is_bot or account in bots
            self.people.seen[place] = AccountSeen(account, name, is_bot)

    def _visit(self, channels: list[str], columns: dict[str, NDArray[Any]]) -> None:
        """Know the channels, by the first name given."""
        names = _said(channels, columns.pop("channel_name", None))
        for channel in dict.fromkeys(channels):
            if channel not in self.places.by_id:
                name = shown(names.get(channel, channel))
                self.places.add(ChannelSeen(channel, name))

    def _progress(self, part: Part) -> None:
        total = sum(self.package.sizes.values())
        self.progress = min(1.0, self.progress + part.characters / total)


def _said(ids: list[str], names: NDArray[Any] | None) -> dict[str, str]:
    """The last name given to each id, where any was."""
    if names is None:
        return {}
    return {key: name for key, name in zip(ids, names.tolist(), strict=True) if name}


def _placed(names: list[str], places: dict[str, int]) -> NDArray[np.int32]:
    return np.fromiter(map(places.__getitem__, names), np.int32, len(names))

"""Small exports written by tests, and how a test reads one to its end."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from metrics.sources import detection
from metrics.sources.package import Package
from metrics.sources.reading import NOBODY, Batch, ItemKind, Options, Reading


@dataclass
class Taken:
    """A reading at its end: its rows in words, and the reading itself."""

    reading: Reading
    batches: list[Batch]

    def column(self, name: str) -> list[Any]:
        """One column over all batches."""
        columns = [getattr(batch, name) for batch in self.batches]
        return np.concatenate(columns).tolist() if columns else []

    @property
    def kinds(self) -> list[str]:
        return [ItemKind(kind).name.lower() for kind in self.column("kind")]

    @property
    def actors(self) -> list[str]:
        return [self._account(place) for place in self.column("account")]

    @property
    def targets(self) -> list[str]:
        return [self._account(place) for place in self.column("target")]

    @property
    def channels(self) -> list[str]:
        seen = self.reading.channels
        return [seen[place].external_id for place in self.column("channel")]

    @property
    def problems(self) -> list[tuple[str, int | None, str]]:
        """Where and on what line something was rejected, and the value."""
        rejects = self.reading.tally.rejects
        return [(one.where, one.line, one.value) for one in rejects]

    @property
    def bots(self) -> set[str]:
        return {one.external_id for one in self.reading.accounts if one.is_bot}

    def _account(self, place: int) -> str:
        return "" if place == NOBODY else self.reading.accounts[place].external_id


def take(path: Path, *, namespace: str = "test", **options: Any) -> Taken:
    """Detect the platform of an export and read all of it."""
    with Package(path) as package:
        adapter, _ = detection.choose(package)
        reading = adapter.read(package, Options(namespace, **options))
        return Taken(reading, list(reading.batches()))


def zipped(path: Path, files: Mapping[str, bytes | str]) -> Path:
    """Write a ZIP of files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def folder(path: Path, files: Mapping[str, Any]) -> Path:
    """Write a folder of files; what is not bytes is written as JSON."""
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        is_bytes = isinstance(content, bytes)
        file.write_bytes(content if is_bytes else json.dumps(content).encode())
    return path

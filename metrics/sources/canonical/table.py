"""Rows spooled to a file and turned into columns by DuckDB, a part at a time."""

import csv
from pathlib import Path
from typing import Any, Final

import duckdb
from numpy.typing import NDArray

from metrics.sources.canonical import queries
from metrics.sources.canonical.header import COLUMNS, Header
from metrics.sources.reading import BATCH

PART_CHARACTERS: Final = 1 << 26
MEMORY: Final = "400MB"
LINE_BYTES: Final = 1 << 20
BUFFER_BYTES: Final = 1 << 22


class Part:
    """Up to a batch of rows, written with their line numbers as DuckDB reads them."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path, self.header = path, header
        self.rows = self.characters = 0
        self.stream = path.open("w", encoding="utf-8", newline="")
        self.write = csv.writer(
            self.stream,
            delimiter=header.delimiter,
            quoting=csv.QUOTE_ALL,
            lineterminator="\n",
        ).writerow

    def add_text(self, line: int, text: str) -> None:
        """A row without quotes, as it stands in the file."""
        self.stream.write(f"{line}{self.header.delimiter}{text}\n")
        self.rows += 1
        self.characters += len(text)

    def add_fields(self, line: int, fields: list[Any]) -> None:
        """A row of values; None becomes empty."""
        self.rows += 1
        self.characters += self.write([line, *fields])

    @property
    def full(self) -> bool:
        """Whether it is time to hand the part over."""
        return self.rows >= BATCH or self.characters >= PART_CHARACTERS


class Table:
    """One part as a checked table; DuckDB sees no file but those of its folder."""

    def __init__(self, folder: Path, namespace: str, channel: str) -> None:
        self.parameters = {"space": namespace}
        self.channel = channel
        self.database = duckdb.connect(
            config={
                "threads": 2,
                "memory_limit": MEMORY,
                "temp_directory": str(folder),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self.database.execute("set timezone = 'UTC'")
        self.database.execute(
            "set allowed_directories = $here", {"here": [str(folder)]}
        )
        self.database.execute("set enable_external_access = false")
        self.database.execute("set lock_configuration = true")

    def load(self, part: Part) -> None:
        """Take over a part: parse, check and hash it."""
        part.stream.close()
        self.header = part.header
        names = [
            name if name in COLUMNS else f"other {place}"
            for place, name in enumerate(part.header.names)
        ]
        spooled = self.database.read_csv(
            str(part.path),
            header=False,
            auto_detect=False,
            sep=part.header.delimiter,
            quotechar='"',
            escapechar='"',
            columns=dict.fromkeys(["line", *names], "VARCHAR"),
            parallel=False,
            buffer_size=BUFFER_BYTES,
            max_line_size=LINE_BYTES,
        )
        spooled.create_view("spooled")
        self.database.execute(queries.checked(part.header, self.channel))

    def good(self) -> dict[str, NDArray[Any]]:
        """The columns of the rows that can be taken."""
        good = queries.good(self.header)
        return self.database.execute(good, self.parameters).fetchnumpy()

    def bad(self) -> list[tuple[int, int, dict[str, str | None]]]:
        """Every row that cannot be taken: line, number of the rule, values."""
        return [
            (line, problem, dict(zip(COLUMNS, values, strict=True)))
            for line, problem, *values in self.database.execute(queries.BAD).fetchall()
        ]

    def close(self) -> None:
        """Let the database go."""
        self.database.close()

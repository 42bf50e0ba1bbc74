"""Files made of what is on the screen: the same rows, filters and order, every page."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import QueryDict, StreamingHttpResponse
from django.utils.text import slugify

from people.screens.cells import in_file
from people.screens.tables import Rows, Table


class _Line:
    """Gives a written line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def as_csv(
    table: Table, rows: "Rows", query: QueryDict, *, on: date, subject: str = ""
) -> StreamingHttpResponse:
    """The whole table as CSV in UTF-8, named after table, subject and day."""
    lines = _lines(table, rows, query)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = file_name(table.name, subject, on)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_name(table: str, subject: str, on: date) -> str:
    """Such as `channels-field-service-2026-11-23.csv`."""
    words = (slugify(table), slugify(subject), on.isoformat())
    return f"{'-'.join(word for word in words if word)}.csv"


def _lines(table: Table, rows: "Rows", query: QueryDict) -> Iterator[Any]:
    columns = [column for column in table.columns if not column.drawn]
    writer = csv.writer(_Line())
    yield writer.writerow([in_file(column.label) for column in columns])
    for row in table.arranged(rows, query):
        yield writer.writerow([in_file(column.value(row)) for column in columns])

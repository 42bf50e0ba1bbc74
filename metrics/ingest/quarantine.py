"""Rejected rows are kept beside the import, as a CSV to mend and send again."""

import csv
from io import StringIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from metrics.models import Import
from metrics.sources.reading import Problem

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(job: Import, problems: list[Problem]) -> str:
    """Store the rows and the reasons; the stored name, or "" when there are none."""
    if not problems:
        return ""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["where", "line", "value", "message"])
    for problem in problems:
        writer.writerow(
            [
                _inert(problem.where),
                problem.line,
                _inert(problem.value),
                problem.message,
            ]
        )
    name = f"rejected/{job.pk}-{job.token}.csv"
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(text.getvalue().encode()))


def _inert(value: str) -> str:
    """Text that a spreadsheet will not run."""
    return f"'{value}" if value.startswith(FORMULA) else value

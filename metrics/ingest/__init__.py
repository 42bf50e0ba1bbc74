"""From a file to stored events: receive, load, and leave marks for the recount."""

from metrics.ingest.loading import load_next, load_waiting, work_on
from metrics.ingest.receiving import Hints, Refused, opened, receive

__all__ = [
    "Hints",
    "Refused",
    "load_next",
    "load_waiting",
    "opened",
    "receive",
    "work_on",
]

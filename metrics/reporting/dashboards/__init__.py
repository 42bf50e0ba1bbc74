"""Everything a dashboard says of one scope and period, in few reads."""

from metrics.reporting.dashboards.answering import answer
from metrics.reporting.dashboards.asking import Question, Wish, ask
from metrics.reporting.dashboards.facts import Dashboard
from metrics.reporting.dashboards.fingerprints import fingerprint
from metrics.reporting.dashboards.keeping import kept_answer, prepare

__all__ = [
    "Dashboard",
    "Question",
    "Wish",
    "answer",
    "ask",
    "fingerprint",
    "kept_answer",
    "prepare",
]

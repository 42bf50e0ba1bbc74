"""What tells whether a dashboard would still say the same."""

import hashlib
from pathlib import Path
from typing import Final

from django.conf import settings

from metrics.reporting.dashboards.asking import Question

APPS: Final = ("people", "programs", "metrics", "strategy_portal")


def _newest_file() -> float:
    """Changes with every release, and is the same in all its processes."""
    base = Path(settings.BASE_DIR)
    code = (file for app in APPS for file in (base / app).rglob("*.py"))
    return max(
        file.stat().st_mtime for file in (*code, *(base / "templates").rglob("*.html"))
    )


# What an older release computed or drew may mean something else to this one.
RELEASE: Final = _newest_file()


def fingerprint(question: Question) -> str:
    """Stands for the question, the state of the facts, and the code that answers it."""
    scope = question.scope
    state = (
        RELEASE,
        scope.kind,
        scope.key,
        scope.channels,
        scope.spans,
        scope.coverage_by_source,
        scope.counted_at,
        scope.stale_since,
        question.window,
        question.before,
        question.grain,
        question.population,
        question.floor,
    )
    return hashlib.sha256(repr(state).encode()).hexdigest()

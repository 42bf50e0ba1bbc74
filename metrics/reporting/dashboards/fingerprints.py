"""What tells whether a dashboard would still say the same."""

import hashlib

from metrics.reporting.dashboards.asking import Question


def fingerprint(question: Question) -> str:
    """Stands for the question and for the state of the facts that answer it."""
    scope = question.scope
    state = (
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

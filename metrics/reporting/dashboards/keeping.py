"""Answers that are kept until the facts behind them change."""

import hashlib
from typing import Final

from django.core.cache import cache

from metrics.reporting.dashboards.answering import answer
from metrics.reporting.dashboards.asking import Question
from metrics.reporting.dashboards.facts import Dashboard

KEPT_SECONDS: Final = 600
# Raised when what a dashboard holds changes its form.
FORM: Final = 1


def fingerprint(question: Question) -> str:
    """Stands for the question and for the state of the facts that answer it."""
    scope = question.scope
    state = (
        FORM,
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


def kept_answer(question: Question) -> Dashboard:
    """The answer, computed anew only when the facts have changed since."""
    key = f"metrics.dashboard.{fingerprint(question)}"
    found: Dashboard | None = cache.get(key)
    if found is None:
        found = answer(question)
        cache.set(key, found, KEPT_SECONDS)
    return found

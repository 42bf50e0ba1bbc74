"""Answers that are kept until the facts behind them change."""

from collections.abc import Iterator
from typing import Final

from django.core.cache import cache

from metrics.models import Channel, ChannelProgram
from metrics.reporting.dashboards.answering import answer
from metrics.reporting.dashboards.asking import Question, Wish, ask
from metrics.reporting.dashboards.facts import Dashboard
from metrics.reporting.dashboards.fingerprints import fingerprint
from metrics.reporting.scopes import Asked, resolve
from people.models import Organisation

# Facts that change give another key, so this only bounds what nobody asks for.
KEPT_SECONDS: Final = 24 * 60 * 60


def kept_answer(question: Question) -> Dashboard:
    """The answer, computed anew only when the facts have changed since."""
    key = f"metrics.answer.{fingerprint(question)}"
    found: Dashboard | None = cache.get(key)
    if found is None:
        found = answer(question)
        cache.set(key, found, KEPT_SECONDS)
    return found


def prepare() -> int:
    """Answer the default question of every standing scope; how many there were.

    The worker calls it after a recount, so that no reader waits for the arithmetic.
    A cache that is away or was emptied costs time, never an answer.
    """
    floor = Organisation.current().privacy_floor
    scopes = [resolve(asked, Channel.objects.all()) for asked in _standing()]
    questions = [ask(scope, Wish(), floor=floor) for scope in scopes]
    known = [question for question in questions if question]
    for question in known:
        kept_answer(question)
    return len(known)


def _standing() -> Iterator[Asked]:
    yield Asked()
    for source in Channel.objects.values_list("source__slug", flat=True).distinct():
        yield Asked(source=source)
    audiences = Channel.objects.exclude(audience="").values_list("audience", flat=True)
    for audience in audiences.distinct():
        yield Asked(audience=audience)
    programs = ChannelProgram.objects.values_list("program__slug", flat=True)
    for program in programs.distinct():
        yield Asked(program=program)

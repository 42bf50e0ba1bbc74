"""Programs begin, change, and get the people who work in them."""

from datetime import date
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.text import slugify

from people.commands import audit
from people.models import Person, User
from programs.models import Membership, Program
from programs.rules import RESERVED_SLUGS

FACTS = (
    "name",
    "purpose",
    "intranet",
    "extranet",
    "social",
    "lead",
    "starts_on",
    "stops_on",
)


class ChangedMeanwhile(Exception):
    """Somebody saved the program after this editor had opened it."""


class CannotEnd(Exception):
    """The program role has not begun by then, or has ended before."""


@transaction.atomic
def create(*, by: User | None, slug: str = "", **facts: Any) -> Program:
    """Enter a program; without a slug it gets one from its name.

    Raises ValidationError for facts that do not fit together.
    """
    program = Program(slug=slug or _free_slug(facts["name"]), **facts)
    program.full_clean()
    program.save(force_insert=True)
    audit.record("create program", program, by=by, after=_facts(program))
    return program


@transaction.atomic
def change(program: Program, *, version: int, by: User, **facts: Any) -> Program:
    """Change a program that the editor opened at `version`.

    Raises ChangedMeanwhile, and ValidationError for facts that do not fit together.
    """
    held = Program.objects.select_for_update().get(pk=program.pk)
    if held.version != version:
        raise ChangedMeanwhile
    before = _facts(held)
    for name, value in facts.items():
        setattr(held, name, value)
    after = _facts(held)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return held
    held.version += 1
    held.full_clean()
    held.save()
    audit.record(
        "change program",
        held,
        by=by,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return held


@transaction.atomic
def appoint(
    program: Program, person: Person, kind: str, *, starts: date, by: User | None
) -> Membership:
    """Let a person work in a program from a day on.

    Raises ValidationError for an unknown kind or the same role twice.
    """
    member = Membership(program=program, person=person, kind=kind, starts=starts)
    member.full_clean()
    member.save(force_insert=True)
    after = {"person": person.pk, "kind": kind, "starts": starts}
    audit.record("appoint member", program, by=by, after=after)
    return member


@transaction.atomic
def end_membership(member: Membership, *, on: date, by: User) -> Membership:
    """Make `on` the first day without the program role. Raises CannotEnd."""
    held = Membership.objects.select_for_update().get(pk=member.pk)
    if on <= held.starts or (held.ends is not None and held.ends <= on):
        raise CannotEnd
    held.ends = on
    held.save(update_fields=["ends"])
    after = {"person": held.person_id, "kind": held.kind, "ends": on}
    audit.record("end membership", held.program, by=by, after=after)
    return held


def _facts(program: Program) -> dict[str, Any]:
    return model_to_dict(program, fields=FACTS)


def _free_slug(name: str) -> str:
    base = slugify(name)[:56] or "program"
    alike = Program.objects.filter(slug__startswith=base)
    taken = RESERVED_SLUGS.union(alike.values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)

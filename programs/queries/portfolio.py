"""Lists of programs, who works in one, and what changed under an editor's hands."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from people.models import AuditEntry, Person
from programs.models import Membership, Program


@dataclass(frozen=True)
class FieldChange:
    """One field that somebody else has changed."""

    label: str | Promise
    before: object
    after: object


@dataclass(frozen=True)
class Overtaken:
    """What was saved while somebody else was editing, and by whom last."""

    who: str
    changes: list[FieldChange]


def team(program: Program, *, on: date) -> "models.QuerySet[Membership]":
    """Who works in a program on a day, and from when."""
    held = Membership.objects.on(on).filter(program=program)
    return held.select_related("person").order_by("kind", "person__name")


def changes_since(program: Program, version: int) -> Overtaken:
    """What differs from the version an editor had opened; the row history knows it."""
    history: Any = apps.get_model("programs", "ProgramEvent")
    opened = history.objects.filter(pgh_obj_id=program.pk, version=version).last()
    last = (
        AuditEntry.objects.filter(subject=f"programs.program:{program.pk}")
        .select_related("by")
        .order_by("sequence")
        .last()
    )
    return Overtaken(
        who=str(last.by) if last and last.by else "",
        changes=_differences(opened, program) if opened else [],
    )


def _differences(opened: Any, program: Program) -> list[FieldChange]:
    return [
        FieldChange(field.verbose_name, _shown(opened, field), _shown(program, field))
        for field in Program._meta.concrete_fields
        if field.name not in {"id", "version"}
        and getattr(opened, field.attname) != getattr(program, field.attname)
    ]


def _shown(row: Any, field: "models.Field[Any, Any]") -> object:
    value = getattr(row, field.attname)
    if field.name == "lead":
        return Person.objects.filter(pk=value).first()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value

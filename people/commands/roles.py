"""Who holds which role from when to when."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from people.commands import audit
from people.models import Person, Role, Unit, User


class CannotEnd(Exception):
    """The role has not begun by then, or has ended before."""


@transaction.atomic
def appoint(
    person: Person,
    kind: str,
    *,
    starts: date,
    by: User | None,
    unit: Unit | None = None,
    share: Decimal | None = None,
) -> Role:
    """Give a person a role from a day on; `share` is percent of working time.

    Raises ValidationError for an unknown kind, a wrong share, or the same role twice.
    """
    role = Role(person=person, kind=kind, unit=unit, share=share, starts=starts)
    role.full_clean()
    role.save(force_insert=True)
    after = {
        "person": person.pk,
        "kind": kind,
        "unit": role.unit_id,
        "share": share,
        "starts": starts,
    }
    audit.record("appoint", role, by=by, after=after)
    return role


@transaction.atomic
def end_role(role: Role, *, on: date, by: User | None) -> Role:
    """Make `on` the first day without the role. Raises CannotEnd."""
    held = Role.objects.select_for_update().get(pk=role.pk)
    if on <= held.starts or (held.ends is not None and held.ends <= on):
        raise CannotEnd
    before, held.ends = {"ends": held.ends}, on
    held.save(update_fields=["ends"])
    audit.record("end role", held, by=by, before=before, after={"ends": on})
    return held

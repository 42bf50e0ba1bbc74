"""The organisation's own settings."""

from datetime import datetime

from django.db import transaction
from django.forms.models import model_to_dict

from people.commands import audit
from people.models import Organisation, User


@transaction.atomic
def set_up_organisation(
    *,
    name: str,
    timezone: str,
    currency: str,
    fiscal_year_starts: int,
    by: User,
    at: datetime,
) -> Organisation:
    """Say who we are: the name, and in which zone, currency and year we count."""
    earlier = Organisation.objects.select_for_update().filter(pk=1).first()
    facts = {
        "name": name,
        "timezone": timezone,
        "currency": currency,
        "fiscal_year_starts": fiscal_year_starts,
    }
    organisation = earlier or Organisation(pk=1)
    before = model_to_dict(earlier, fields=list(facts)) if earlier else {}
    for field, value in facts.items():
        setattr(organisation, field, value)
    organisation.set_up_at = organisation.set_up_at or at
    organisation.save()
    transaction.on_commit(Organisation.forget)
    audit.record("set up", organisation, by=by, before=before, after=facts)
    return organisation

"""Accounts: whether one is a bot, and whether one is the organisation's own voice."""

from django.db import transaction

from metrics.models import Account, marking
from people.commands import audit
from people.commands.bell import ring
from people.models import User


@transaction.atomic
def set_nature(
    account: Account, *, is_bot_override: bool | None, official: bool, by: User
) -> bool:
    """Overrule the source on what an account is; None leaves it to the source.

    The days and threads it took part in are counted again. Whether it is another now.
    """
    held = Account.objects.select_for_update().get(pk=account.pk)
    before = {"is_bot_override": held.is_bot_override, "official": held.official}
    after = {"is_bot_override": is_bot_override, "official": official}
    if before == after:
        return False
    held.is_bot_override, held.official = is_bot_override, official
    held.save(update_fields=["is_bot_override", "official"])
    marking.mark_accounts([held.pk])
    audit.record("set nature", held, by=by, before=before, after=after)
    ring("metrics.tasks.catch_up")
    return True

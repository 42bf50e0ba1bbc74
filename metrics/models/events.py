"""Events: one row a message, reaction or share, partitioned by month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from metrics.models.imports import Import
from metrics.models.sources import Account, Channel


class Kind(models.IntegerChoices):
    """What an event is, after ActivityStreams 2.0."""

    POST = 1, _("Post")
    REPLY = 2, _("Reply")
    REACTION = 3, _("Reaction")
    SHARE = 4, _("Share")


class Event(models.Model):
    """Something one account did at one moment in one channel.

    `event_key` is a stable 64-bit hash of the natural key and never contains the
    pseudonym. `thread_key` names the thread: shared by a post and its replies.
    `target_id` is the account answered or reacted to, 0 when the file does not say.
    `version` orders the versions of one item (microseconds of its last edit, else 0).
    Message text is not stored, only its length.
    """

    QUESTION = 1
    DAY_ONLY = 2  # dated only to the day: gives no response time and no hour

    pk = models.CompositePrimaryKey("occurred_at", "event_key")
    occurred_at = models.DateTimeField()
    event_key = models.BigIntegerField()
    thread_key = models.BigIntegerField()
    channel = models.ForeignKey(
        Channel, models.DO_NOTHING, db_constraint=False, db_index=False
    )
    account = models.ForeignKey(
        Account, models.DO_NOTHING, db_constraint=False, db_index=False
    )
    target_id = models.BigIntegerField()
    import_ref = models.ForeignKey(
        Import,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        db_column="import_id",
    )
    version = models.BigIntegerField()
    text_length = models.IntegerField()
    kind = models.SmallIntegerField(choices=Kind)
    flags = models.SmallIntegerField()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d %H:%M}"

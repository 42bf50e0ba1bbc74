"""What was done: the tables of the audit trail."""

from datetime import UTC
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.rules import chain


class AuditHead(models.Model):
    """The newest link of one stream's chain; locked last in a transaction."""

    stream = models.CharField(max_length=32, primary_key=True)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=chain.START)

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence}"


class AuditEntry(models.Model):
    """One act: who, in which role, did what to what, from what to what, and why.

    Rows are only ever added. Each carries the digest of the one before it in its
    stream, so a change or a gap shows.
    """

    append_only: ClassVar[bool] = True

    stream = models.CharField(_("stream"), max_length=32)
    sequence = models.BigIntegerField()
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        "people.User",
        models.PROTECT,
        null=True,
        verbose_name=_("who"),
        help_text=_("Empty: the portal itself, or an operator at the command line."),
    )
    role = models.CharField(_("in the role of"), max_length=200, blank=True)
    verb = models.CharField(_("act"), max_length=64)
    subject = models.CharField(_("of what"), max_length=200)
    before = models.JSONField(_("from"), default=dict)
    after = models.JSONField(_("to"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        constraints = (
            models.UniqueConstraint(
                "stream", "sequence", name="audit_chain_is_gapless"
            ),
        )
        indexes: ClassVar[list[models.Index]] = [
            models.Index("subject", "at", name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}"

    def digest_after(self, previous: str) -> str:
        """What this row's digest must be when `previous` stands before it."""
        facts = (
            self.stream,
            self.sequence,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.by_id,
            self.role,
            self.verb,
            self.subject,
            self.before,
            self.after,
            self.reason,
            self.request_id,
        )
        return chain.digest(previous, facts)

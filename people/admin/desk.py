"""The audit trail, the outbox and what people owe, to be read."""

from django.contrib import admin

from people.admin.rows import ReadOnlyAdmin
from people.models import AuditEntry, Mail, Obligation


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, when, in which role, and why."""

    list_display = ("at", "by", "role", "verb", "subject", "reason")
    list_filter = ("stream",)
    list_select_related = ("by",)
    search_fields = ("subject", "verb", "by__email")
    ordering = ("-pk",)


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """The outbox, without the texts: a sign-in code is for its reader alone."""

    fields = ("to", "subject", "state", "attempts", "due", "sent_at", "error")
    list_display = ("to", "subject", "state", "attempts", "due", "sent_at")
    list_filter = ("state",)
    search_fields = ("to", "subject")
    ordering = ("-pk",)


@admin.register(Obligation)
class ObligationAdmin(ReadOnlyAdmin):
    """What people owe."""

    list_display = ("subject", "person", "due", "opened_at", "closed_at")
    list_select_related = ("person",)
    search_fields = ("subject", "person__name")
    ordering = ("-pk",)

"""The administration of sources, channels and accounts; the rest is to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from metrics.commands import accounts, channels, sources
from metrics.models import Account, Channel, ChannelProgram, Import, Source
from people.admin.rows import AuditedAdmin, ReadOnlyAdmin
from people.queries.gate import login_of


@admin.register(Source)
class SourceAdmin(AuditedAdmin):
    """Where engagement data comes from. Its events name it, so it is not deleted."""

    fields = ("slug", "name", "platform", "timezone", "named")
    list_display = ("slug", "name", "platform", "timezone", "named")
    list_filter = ("platform",)
    search_fields = ("slug", "name")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        return ("slug", "platform") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """A new time zone moves every day of the source, so a command sets it."""
        zone = obj.timezone
        moves = change and "timezone" in form.changed_data
        if moves:
            obj.timezone = form.initial["timezone"]
        super().save_model(request, obj, form, change)
        if moves:
            sources.keep_clock(obj, timezone=zone, by=login_of(request))


class CommandedAdmin(ReadOnlyAdmin):
    """Rows whose few open fields are changed by a command, which audits it."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)


@admin.register(Channel)
class ChannelAdmin(CommandedAdmin):
    """Channels come with imports; a user says whom they reach and their clock."""

    fields = ("name", "source", "external_id", "audience", "timezone", "counted_at")
    readonly_fields = ("name", "source", "external_id", "counted_at")
    list_display = ("name", "source", "audience", "timezone")
    list_filter = ("source", "audience")
    list_select_related = ("source",)
    search_fields = ("name", "external_id")
    ordering = ("name", "pk")

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        by = login_of(request)
        channels.set_audience([obj], form.cleaned_data["audience"], by=by)
        channels.keep_clock(obj, timezone=form.cleaned_data["timezone"], by=by)


@admin.register(Account)
class AccountAdmin(CommandedAdmin):
    """Accounts come with imports; a user may overrule what they are."""

    fields = (
        "pseudonym",
        "name",
        "source",
        "is_bot",
        "is_bot_override",
        "official",
        "listed",
    )
    readonly_fields = ("pseudonym", "name", "source", "is_bot", "listed")
    list_display = (
        "pseudonym",
        "name",
        "source",
        "is_bot",
        "is_bot_override",
        "official",
    )
    list_filter = ("source", "is_bot", "is_bot_override", "official")
    list_select_related = ("source",)
    search_fields = ("pseudonym", "name")
    ordering = ("pk",)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        names = ("is_bot_override", "official")
        nature = {name: form.cleaned_data[name] for name in names}
        accounts.set_nature(obj, by=login_of(request), **nature)


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    """What came in, and what became of it."""

    list_display = ("name", "source", "status", "state", "received_at", "read")
    list_filter = ("status", "state", "source")
    list_select_related = ("source",)
    search_fields = ("name", "sha256")
    ordering = ("-received_at", "-pk")


@admin.register(ChannelProgram)
class ChannelProgramAdmin(ReadOnlyAdmin):
    """Which channels serve which programs; the channels page changes it."""

    list_display = ("channel", "program", "starts", "ends")
    list_filter = ("program",)
    list_select_related = ("channel", "program")
    search_fields = ("channel__name", "program__name")
    ordering = ("channel__name", "pk")

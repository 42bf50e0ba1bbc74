"""The administration of logins, people, units and roles.

What commands own can be looked at here and not changed. What can be changed here
leaves a row in the audit trail, in the same transaction.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.commands import accounts, audit
from people.models import (
    AuditEntry,
    Mail,
    Obligation,
    Organisation,
    Person,
    Role,
    Unit,
    User,
)
from people.views.gate import login_of

Row = TypeVar("Row", bound=models.Model)


class AuditedAdmin(admin.ModelAdmin[Row]):
    """Rows that administrators keep; every change is audited.

    Values of `private` fields stay out of the audit trail, which is never erased;
    the row history holds them.
    """

    private: ClassVar[frozenset[str]] = frozenset()
    show_full_result_count = False

    def save_model(
        self, request: HttpRequest, obj: Row, form: ModelForm[Row], change: bool
    ) -> None:
        before = {name: form.initial.get(name) for name in form.changed_data}
        after = {name: form[name].value() for name in form.changed_data}
        super().save_model(request, obj, form, change)
        audit.record(
            "change" if change else "add",
            obj,
            by=login_of(request),
            before=self._public(before) if change else {},
            after=self._public(after),
        )

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        subject = type(obj)(pk=obj.pk)
        super().delete_model(request, obj)
        audit.record("delete", subject, by=login_of(request))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Row]) -> None:
        subjects = list(queryset)
        super().delete_queryset(request, queryset)
        for subject in subjects:
            audit.record("delete", subject, by=login_of(request))

    def _public(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: "(changed)" if name in self.private else value
            for name, value in values.items()
        }


class ReadOnlyAdmin(admin.ModelAdmin[Row]):
    """Rows that commands own: to be found and read."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(AuditedAdmin[Organisation]):
    """The one row that says who we are."""

    list_display = ("name", "timezone", "currency", "fiscal_year_starts")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Organisation,
        form: ModelForm[Organisation],
        change: bool,
    ) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(Organisation.forget)


@admin.register(Unit)
class UnitAdmin(AuditedAdmin[Unit]):
    """Parts of the organisation."""

    list_display = ("name", "kind", "parent")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name",)
    autocomplete_fields = ("parent",)


@admin.register(Person)
class PersonAdmin(AuditedAdmin[Person]):
    """Everybody, whether or not they sign in."""

    private = frozenset({"number", "name", "email", "title"})
    list_display = ("name", "email", "number", "title", "unit", "left_on")
    list_select_related = ("unit",)
    search_fields = ("name", "email", "number")
    search_help_text = gettext_lazy("Search by name, e-mail or employee number.")
    autocomplete_fields = ("unit",)
    ordering = ("name", "pk")
    list_per_page = 50


@admin.register(Role)
class RoleAdmin(AuditedAdmin[Role]):
    """Who holds which role from when to when."""

    list_display = ("person", "kind", "unit", "starts", "ends")
    list_filter = ("kind",)
    list_select_related = ("person", "unit")
    search_fields = ("person__name", "person__email")
    autocomplete_fields = ("person", "unit")
    ordering = ("-starts", "pk")


@admin.register(User)
class UserAdmin(AuditedAdmin[User]):
    """Logins. They are shut out, never deleted: the audit trail names them."""

    private = frozenset({"email", "name"})
    fields = ("email", "name", "person", "timezone", "theme", "is_active", "last_login")
    readonly_fields = ("is_active", "last_login")
    list_display = ("email", "name", "person", "is_active", "last_login")
    list_filter = ("is_active",)
    list_select_related = ("person",)
    search_fields = ("email", "name", "person__name")
    autocomplete_fields = ("person",)
    ordering = ("email",)
    actions = ("send_sign_in_link", "deactivate", "reactivate")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        obj.email = obj.email.lower()
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    @admin.action(description=gettext_lazy("Send a sign-in link by mail"))
    def send_sign_in_link(self, request: HttpRequest, logins: QuerySet[User]) -> None:
        at = timezone.now()
        done = self._each(
            request,
            logins,
            lambda user: accounts.invite(user, by=login_of(request), at=at),
        )
        words = ngettext("%(count)s link is sent.", "%(count)s links are sent.", done)
        self.message_user(request, words % {"count": done})

    @admin.action(description=gettext_lazy("Deactivate: shut out from now on"))
    def deactivate(self, request: HttpRequest, logins: QuerySet[User]) -> None:
        by = login_of(request)
        done = self._each(
            request, logins, lambda user: accounts.deactivate(user, by=by, on=by.today)
        )
        words = ngettext(
            "%(count)s login is deactivated.", "%(count)s logins are deactivated.", done
        )
        self.message_user(request, words % {"count": done})

    @admin.action(description=gettext_lazy("Reactivate: let in again"))
    def reactivate(self, request: HttpRequest, logins: QuerySet[User]) -> None:
        by = login_of(request)
        done = self._each(
            request, logins, lambda user: accounts.reactivate(user, by=by)
        )
        words = ngettext(
            "%(count)s login is let in.", "%(count)s logins are let in.", done
        )
        self.message_user(request, words % {"count": done})

    def _each(
        self,
        request: HttpRequest,
        logins: QuerySet[User],
        act: Callable[[User], None],
    ) -> int:
        """Act on each login by itself; say which were refused; the number done."""
        done = 0
        for user in logins:
            try:
                act(user)
            except accounts.LoginIsInactive:
                words = _("%(login)s is deactivated.") % {"login": user.email}
                self.message_user(request, words, messages.ERROR)
            except accounts.LastAdministrator:
                words = _("%(login)s is the last administrator.")
                self.message_user(
                    request, words % {"login": user.email}, messages.ERROR
                )
            else:
                done += 1
        return done


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin[AuditEntry]):
    """Who did what, when, in which role, and why."""

    list_display = ("at", "by", "role", "verb", "subject", "reason")
    list_filter = ("stream",)
    list_select_related = ("by",)
    search_fields = ("subject", "verb", "by__email")
    ordering = ("-at", "-pk")


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin[Mail]):
    """The outbox, without the texts: a sign-in code is for its reader alone."""

    fields = ("to", "subject", "state", "attempts", "due", "sent_at", "error")
    list_display = ("to", "subject", "state", "attempts", "due", "sent_at")
    list_filter = ("state",)
    search_fields = ("to", "subject")
    ordering = ("-pk",)


@admin.register(Obligation)
class ObligationAdmin(ReadOnlyAdmin[Obligation]):
    """What people owe."""

    list_display = ("subject", "person", "due", "opened_at", "closed_at")
    list_select_related = ("person",)
    search_fields = ("subject", "person__name")
    ordering = ("-pk",)

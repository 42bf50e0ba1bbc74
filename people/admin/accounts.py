"""Logins, and what an administrator does to them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.admin.rows import AuditedAdmin
from people.commands import accounts
from people.models import User
from people.queries.gate import login_of


@admin.register(User)
class UserAdmin(AuditedAdmin):
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
        self, request: HttpRequest, obj: Any, form: Any, change: bool
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
                words = _("No link for a deactivated login: %(login)s.")
                self.message_user(
                    request, words % {"login": user.email}, messages.ERROR
                )
            except accounts.LastAdministrator:
                words = _("The last administrator stays: %(login)s.")
                self.message_user(
                    request, words % {"login": user.email}, messages.ERROR
                )
            else:
                done += 1
        return done

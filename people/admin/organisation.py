"""The organisation, its units, its people and their roles."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.admin.rows import AuditedAdmin
from people.models import Organisation, Person, Role, Unit


@admin.register(Organisation)
class OrganisationAdmin(AuditedAdmin):
    """The one row that says who we are."""

    list_display = ("name", "timezone", "currency", "fiscal_year_starts")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,
        form: Any,
        change: bool,
    ) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(Organisation.forget)


@admin.register(Unit)
class UnitAdmin(AuditedAdmin):
    """Parts of the organisation."""

    list_display = ("name", "kind", "parent")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name",)
    autocomplete_fields = ("parent",)


@admin.register(Person)
class PersonAdmin(AuditedAdmin):
    """Everybody, whether or not they sign in."""

    private = frozenset({"number", "name", "email", "title"})
    list_display = ("name", "email", "number", "title", "unit", "left_on")
    list_select_related = ("unit",)
    search_fields = ("name", "email", "number")
    search_help_text = _("Search by name, e-mail or employee number.")
    autocomplete_fields = ("unit",)
    ordering = ("name", "pk")
    list_per_page = 50


@admin.register(Role)
class RoleAdmin(AuditedAdmin):
    """Who holds which role from when to when."""

    list_display = ("person", "kind", "unit", "starts", "ends")
    list_filter = ("kind",)
    list_select_related = ("person", "unit")
    search_fields = ("person__name", "person__email")
    autocomplete_fields = ("person", "unit")
    ordering = ("-starts", "pk")

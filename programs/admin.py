"""Programs in the administration: to be found and read, since commands own them."""

from django.contrib import admin

from people.admin.rows import ReadOnlyAdmin
from programs.models import Membership, Program


@admin.register(Program)
class ProgramAdmin(ReadOnlyAdmin):
    """Programs; they are changed on their own pages."""

    list_display = ("name", "slug", "state", "lead", "starts_on", "stops_on")
    list_filter = ("state",)
    list_select_related = ("lead",)
    search_fields = ("name", "slug")
    ordering = ("name",)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who works in which program."""

    list_display = ("program", "person", "kind", "starts", "ends")
    list_filter = ("kind",)
    list_select_related = ("program", "person")
    search_fields = ("program__name", "person__name")
    ordering = ("program__name", "-starts")

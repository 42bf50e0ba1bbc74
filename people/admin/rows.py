"""The two kinds of rows in the administration: those it keeps, those it shows.

What commands own can be looked at here and not changed. What can be changed here
leaves a row in the audit trail, in the same transaction.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.http import HttpRequest

from people.commands import audit
from people.queries.gate import login_of


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that administrators keep; every change is audited.

    Values of `private` fields stay out of the audit trail, which is never erased;
    the row history holds them.
    """

    private: ClassVar[frozenset[str]] = frozenset()
    show_full_result_count = False

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,
        form: Any,
        change: bool,
    ) -> None:
        before = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        after = model_to_dict(obj, form.changed_data)
        audit.record(
            "change" if change else "add",
            obj,
            by=login_of(request),
            before=self._public(before) if change else {},
            after=self._public(after),
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        subject = type(obj)(pk=obj.pk)
        super().delete_model(request, obj)
        audit.record("delete", subject, by=login_of(request))

    @transaction.atomic
    def delete_queryset(
        self, request: HttpRequest, queryset: QuerySet[models.Model]
    ) -> None:
        subjects = list(queryset)
        super().delete_queryset(request, queryset)
        for subject in subjects:
            audit.record("delete", subject, by=login_of(request))

    def _public(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: "(changed)" if name in self.private else value
            for name, value in values.items()
        }


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that commands own: to be found and read."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

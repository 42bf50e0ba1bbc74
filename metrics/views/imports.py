"""Imports: the list, the upload, one import with its receipt, and its files."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from metrics import ingest
from metrics.commands import imports as commands
from metrics.commands.sources import source_named
from metrics.forms.imports import NEW, ImportFilter, UploadForm
from metrics.models import Import
from metrics.reporting.imports import progress
from metrics.screens import imports as screen
from metrics.screens import receipts
from people.models import User
from people.queries.gate import holder, login_of
from people.rules.roles import ANALYSTS, AUDITOR
from people.screens.downloads import as_csv


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All imports, filtered by the address."""
    user = holder(request, AUDITOR, *ANALYSTS)
    form = ImportFilter(request.GET, auto_id="filter-%s")
    visible = Import.objects.visible_to(user).select_related("source", "by__person")
    found = form.among(visible)
    if screen.IMPORTS.wants_csv(request.GET):
        return as_csv(screen.IMPORTS, found, request.GET, on=user.today)
    page = {
        "form": form,
        "table": screen.IMPORTS.shown(found, request.GET, filtered=form.narrows),
        "may_upload": user.holds(*ANALYSTS),
    }
    return render(request, "metrics/imports.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """Upload export files of one source."""
    user = holder(request, *ANALYSTS)
    asked = {"source": request.GET.get("source", NEW)}
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*posted, initial=asked, by=user)
    if form.is_valid():
        try:
            received = _receive(form, user)
        except ValidationError as error:
            form.add_error("new_source", error.messages)
        except ingest.Refused as error:
            form.add_error("exports", str(error))
        else:
            return _after_upload(request, received)
    return render(request, "metrics/upload.html", {"form": form, "trail": _trail()})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One import: how far it is, then its receipt."""
    user = login_of(request)
    job = _visible(user, pk)
    state = progress(job)
    page = {
        "job": job,
        "trail": _trail(),
        "standing": job.standing,
        "tone": screen.TONES[job.standing],
        "bar": receipts.bar(state, job) if state else None,
        "facts": receipts.facts(job),
        "read": screen.was_read(job),
        "parts": receipts.PARTS.shown(receipts.parts(job), request.GET).html,
        "equation": receipts.equation(job),
        "ignored": receipts.ignored(job),
        "problems": receipts.PROBLEMS.shown(job.problems, request.GET),
        "more_problems": job.problems_total - len(job.problems),
        "dashboard": receipts.dashboard_of(job.source),
        "may_edit": Import.objects.editable_by(user).filter(pk=job.pk).exists(),
    }
    return render(request, "metrics/import.html", page)


@require_safe
def import_progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The progress bar of an import, and nothing once it has ended."""
    job = _visible(login_of(request), pk)
    state = progress(job)
    bar = receipts.bar(state, job) if state else None
    return render(request, "metrics/import_progress.html", {"job": job, "bar": bar})


@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it was uploaded."""
    user = login_of(request)
    job = get_object_or_404(Import.objects.editable_by(user), pk=pk)
    return _attached(job.file, job.name)


@require_safe
def rejected_rows(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that were rejected, with the reasons, as CSV."""
    user = login_of(request)
    job = get_object_or_404(Import.objects.editable_by(user), pk=pk)
    return _attached(job.rejected_rows, f"rejected-{job.pk}.csv")


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """GET asks whether; POST stops the import."""
    user = login_of(request)
    job = get_object_or_404(Import.objects.editable_by(user), pk=pk)
    if request.method != "POST":
        return render(request, "confirm.html", _cancelling(job))
    try:
        commands.cancel(job, by=user)
    except commands.CannotCancel:
        messages.error(request, _("The import has ended and cannot be cancelled."))
    else:
        messages.success(request, _("The import is cancelled. Nothing is stored."))
    return redirect(job)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let an import that was set aside wait again."""
    user = login_of(request)
    job = get_object_or_404(Import.objects.editable_by(user), pk=pk)
    try:
        commands.retry(job, by=user)
    except commands.CannotRetry:
        messages.error(request, _("Only an import that was set aside is tried again."))
    else:
        messages.success(request, _("The import waits to be loaded again."))
    return redirect(job)


def _visible(user: User, pk: int) -> Import:
    visible = Import.objects.visible_to(user).select_related("source", "by", "program")
    found: Import = get_object_or_404(visible, pk=pk)
    return found


@transaction.atomic
def _receive(form: UploadForm, user: User) -> list[tuple[Import, bool]]:
    """All files or none, so that a mistake in one is mended by one more upload."""
    zone = form.cleaned_data["timezone"]
    source = source_named(form.slug, by=user, timezone=zone)
    return [
        ingest.receive(
            upload, name=str(upload.name), source=source, by=user, hints=form.hints
        )
        for upload in form.uploads
    ]


def _after_upload(
    request: HttpRequest, received: list[tuple[Import, bool]]
) -> HttpResponseBase:
    for job, is_new in received:
        if not is_new:
            words = _("“%(name)s” was taken before; this is its import.")
            messages.info(request, words % {"name": job.name})
    if len(received) == 1:
        return redirect(received[0][0])
    new = sum(is_new for _job, is_new in received)
    words = ngettext(
        "%(count)s new file is received.", "%(count)s new files are received.", new
    )
    messages.success(request, words % {"count": new})
    source = received[0][0].source.slug
    return redirect(f"{reverse('metrics:imports')}?{urlencode({'source': source})}")


def _attached(stored: FieldFile, name: str) -> FileResponse:
    """A stored file, to be saved and never shown."""
    if not stored or not stored.storage.exists(stored.name or ""):
        raise Http404
    response = FileResponse(
        stored.storage.open(str(stored.name)),
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _cancelling(job: Import) -> dict[str, object]:
    return {
        "title": _("Cancel the import of “%(name)s”?") % {"name": job.name},
        "text": _("Nothing of the file is stored. It can be uploaded again."),
        "action": reverse("metrics:cancel_import", args=[job.pk]),
        "submit": _("Cancel the import"),
        "cancel_url": job.get_absolute_url(),
    }


def _trail() -> list[tuple[str, str]]:
    return [(_("Imports"), reverse("metrics:imports"))]

"""What somebody says when uploading exports, and which imports are listed."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.ingest import Hints
from metrics.models import Source, Standing
from metrics.models.imports import ImportQuerySet
from metrics.models.sources import Audience
from metrics.sources.detection import ADAPTERS
from people.forms import zones
from people.models import User
from programs.models import Program

NEW: Final = "+"  # never a short name
ENDINGS: Final = (".zip", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".gz")


def _sources() -> list[tuple[str, str]]:
    return [(source.slug, str(source)) for source in Source.objects.order_by("slug")]


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or more files, each checked by itself."""

    widget = ManyFilesInput({"multiple": True, "accept": ",".join(ENDINGS)})

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        """The files. Raises ValidationError that names the one that is refused."""
        given = data if isinstance(data, list) and data else [data]
        files = [self._checked(super(ManyFilesField, self).clean(one)) for one in given]
        if sum(file.size or 0 for file in files) > settings.MAX_IMPORT_BYTES:
            raise forms.ValidationError(
                _("This is more than %(limit)s. Upload fewer files at once.")
                % {"limit": filesizeformat(settings.MAX_IMPORT_BYTES)}
            )
        return files

    def _checked(self, file: "UploadedFile[bytes]") -> "UploadedFile[bytes]":
        if not str(file.name).lower().endswith(ENDINGS):
            raise forms.ValidationError(
                _("“%(name)s” is no ZIP, JSON, NDJSON, CSV or TSV file.")
                % {"name": file.name}
            )
        return file


class UploadForm(forms.Form):
    """Exports of one source, and what the files do not say themselves."""

    exports = ManyFilesField(label=gettext_lazy("Export files"))
    source = forms.ChoiceField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Where the files come from, the same as last time."),
    )
    new_source = forms.SlugField(
        label=gettext_lazy("Short name of a new source"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("Letters, digits and hyphens."),
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone of a new source"),
        required=False,
        choices=lambda: [("", _("The organisation's")), *zones()],
        help_text=gettext_lazy("It says which day a message counts on."),
    )
    platform = forms.ChoiceField(
        label=gettext_lazy("Platform"),
        required=False,
        choices=lambda: [
            ("", _("Tell by the file")),
            *((adapter.KEY, adapter.LABEL) for adapter in ADAPTERS),
        ],
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Audience of the channels"),
        required=False,
        choices=[("", gettext_lazy("Leave as it is")), *Audience.choices],
    )
    program = forms.ModelChoiceField(
        Program.objects.none(),
        label=gettext_lazy("Program"),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("For channels that serve no program yet."),
    )
    channel = forms.CharField(
        label=gettext_lazy("Channel name"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Only for files that name no channel."),
    )

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["exports"].help_text = _(
            "ZIP, JSON, NDJSON, CSV or TSV, up to %(limit)s at once."
        ) % {"limit": filesizeformat(settings.MAX_IMPORT_BYTES)}
        choice = self.fields["source"]
        choice.choices = [(NEW, _("A new source")), *_sources()]  # type: ignore[attr-defined]
        program = self.fields["program"]
        programs = Program.objects.visible_to(by).order_by("name")
        program.queryset = programs  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A new source needs a name; only a new one is given a time zone."""
        values: dict[str, Any] = super().clean() or {}
        is_new, name = values.get("source") == NEW, values.get("new_source")
        if is_new and not name and "new_source" not in self.errors:
            self.add_error("new_source", _("Name the new source."))
        if not is_new and name:
            self.add_error("new_source", _("Only a new source is named."))
        if not is_new and values.get("timezone"):
            self.add_error(
                "timezone", _("The source has its time zone. Leave this as it is.")
            )
        return values

    @property
    def slug(self) -> str:
        """The short name of the source, old or new."""
        chosen = self.cleaned_data["source"]
        return str(self.cleaned_data["new_source"] if chosen == NEW else chosen)

    @property
    def uploads(self) -> "Sequence[UploadedFile[bytes]]":
        """The files that were uploaded."""
        files: list[UploadedFile[bytes]] = self.cleaned_data["exports"]
        return files

    @property
    def hints(self) -> Hints:
        """What the uploader says of the files."""
        values = self.cleaned_data
        names = ("platform", "channel", "audience", "program")
        return Hints(**{name: values[name] for name in names})


class ImportFilter(forms.Form):
    """Which imports are listed."""

    source = forms.ChoiceField(
        label=gettext_lazy("Source"),
        required=False,
        choices=lambda: [("", _("All")), *_sources()],
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("All")), *Standing.choices],
    )

    def among(self, imports: ImportQuerySet) -> ImportQuerySet:
        """The imports asked for; what is not understood is ignored."""
        self.full_clean()
        asked = self.cleaned_data
        if asked.get("source"):
            imports = imports.filter(source__slug=asked["source"])
        if asked.get("status"):
            imports = imports.standing(asked["status"])
        return imports

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return any(self.cleaned_data.values())

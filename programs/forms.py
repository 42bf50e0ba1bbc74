"""The forms of `programs`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms import DayField, PersonField
from programs.models import Membership, Program
from programs.screens import AUDIENCES


class ProgramForm(forms.ModelForm):  # type: ignore[type-arg]
    """A program's own facts."""

    audiences = forms.MultipleChoiceField(
        label=_("Audiences"),
        choices=list(AUDIENCES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("A program serves at least one audience.")},
    )
    lead = PersonField(label=_("Lead"), required=False)
    starts_on = DayField(label=_("Starts"), required=False)
    stops_on = DayField(label=_("Stops"), required=False)

    class Meta:
        model = Program
        fields: tuple[str, ...] = ("name", "purpose", "lead", "starts_on", "stops_on")
        widgets = {"purpose": forms.Textarea({"rows": 4})}

    field_order = ("name", "purpose", "audiences")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["audiences"] = self.instance.audiences

    def facts(self) -> dict[str, Any]:
        """What the commands take."""
        facts = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        served = self.cleaned_data["audiences"]
        return facts | {audience: audience in served for audience in AUDIENCES}


class NewProgramForm(ProgramForm):
    """A program that is entered; it may be under way already."""

    slug = forms.SlugField(
        label=_("Short name in addresses"),
        max_length=64,
        required=False,
        help_text=_("Empty: made from the name. It stays as it is."),
    )

    class Meta(ProgramForm.Meta):
        fields: tuple[str, ...] = (*ProgramForm.Meta.fields, "state", "slug")


class OpenedProgramForm(ProgramForm):
    """A program that is changed; `version` is the one its editor has opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["version"] = self.instance.version

    def take_version(self, version: int) -> None:
        """Let the next press of the button save over this version."""
        self.data = {name: self.data[name] for name in self.data}
        self.data["version"] = str(version)


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    """Somebody joins a program."""

    person = PersonField(label=_("Person"))
    starts = DayField(label=_("From"))

    class Meta:
        model = Membership
        fields = ("person", "kind", "starts")


class ProgramFilter(forms.Form):
    """What the list of programs shows."""

    audience = forms.ChoiceField(
        label=_("Audience"),
        required=False,
        choices=[("", _("All")), *AUDIENCES.items()],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *Program.State.choices],
    )

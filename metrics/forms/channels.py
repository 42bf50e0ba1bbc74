"""How channels are filtered, and what is said of several of them at once."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.models import Channel, Source
from metrics.models.sources import Audience, ChannelQuerySet
from people.forms import DayField, zones
from people.models import User
from programs.models import Program


class ChannelFilter(forms.Form):
    """Which channels are listed."""

    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    audience = forms.ChoiceField(
        label=gettext_lazy("Audience"),
        required=False,
        choices=[("", gettext_lazy("All")), *Audience.choices],
    )
    program = forms.ChoiceField(label=gettext_lazy("Program"), required=False)
    unmapped = forms.BooleanField(
        label=gettext_lazy("Without a program"), required=False
    )

    def __init__(self, query: QueryDict, *, by: User) -> None:
        super().__init__(query, auto_id="filter-%s")
        sources = Source.objects.filter(channels__in=Channel.objects.visible_to(by))
        self._offer("source", [(s.slug, str(s)) for s in sources.distinct()])
        programs = Program.objects.visible_to(by)
        self._offer("program", [(p.slug, str(p)) for p in programs.order_by("name")])

    def among(self, channels: ChannelQuerySet) -> ChannelQuerySet:
        """The channels asked for; what is not understood is ignored."""
        self.full_clean()
        asked = self.cleaned_data
        if asked.get("source"):
            channels = channels.filter(source__slug=asked["source"])
        if asked.get("audience"):
            channels = channels.filter(audience=asked["audience"])
        if asked.get("program"):
            served = Channel.objects.filter(programs__slug=asked["program"])
            channels = channels.filter(pk__in=served)
        if asked.get("unmapped"):
            channels = channels.filter(links__isnull=True)
        return channels

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return any(self.cleaned_data.values())

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = [("", _("All")), *choices]  # type: ignore[attr-defined]


class DatesForm(forms.Form):
    """From when until when; empty dates mean always."""

    starts = DayField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Empty: from the first day known."),
    )
    ends = DayField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy(
            "The first day that no longer counts. Empty: until further notice."
        ),
    )


class ChosenChannels(forms.Form):
    """Channels that somebody has chosen from the list."""

    channel = forms.ModelMultipleChoiceField(
        Channel.objects.none(),
        label=gettext_lazy("Channels"),
        error_messages={
            "required": gettext_lazy("Choose one or more channels in the list.")
        },
    )

    def __init__(self, *args: Any, by: User) -> None:
        super().__init__(*args)
        field = self.fields["channel"]
        channels = Channel.objects.editable_by(by)
        field.queryset = channels  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Sequence[Channel]:
        """The channels chosen."""
        return list(self.cleaned_data["channel"])


class LinkForm(DatesForm, ChosenChannels):
    """Channels that are to serve a program."""

    program = forms.ModelChoiceField(
        Program.objects.none(),
        label=gettext_lazy("Program"),
        empty_label=gettext_lazy("Choose a program"),
    )
    field_order = ("program", "starts", "ends")

    def __init__(self, *args: Any, by: User) -> None:
        super().__init__(*args, by=by)
        field = self.fields["program"]
        programs = Program.objects.visible_to(by).order_by("name")
        field.queryset = programs  # type: ignore[attr-defined]


class AudienceForm(ChosenChannels):
    """Channels whose audience is to be set."""

    audience = forms.ChoiceField(
        label=gettext_lazy("Audience"),
        required=False,
        choices=[("", gettext_lazy("Not set")), *Audience.choices],
    )


class ChannelForm(forms.Form):
    """What a user says of one channel."""

    audience = forms.ChoiceField(
        label=gettext_lazy("Audience"),
        required=False,
        choices=[("", gettext_lazy("Not set")), *Audience.choices],
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        choices=lambda: [("", _("The source's")), *zones()],
        help_text=gettext_lazy(
            "It says which day a message counts on. All days of the channel are counted"
            " again when it changes."
        ),
    )

"""What a dashboard is asked: a scope, a period, a comparison. All of it is the URL."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.models import Population
from metrics.models.sources import Audience
from metrics.periods import Grain
from people.forms import DayField

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 1, 1)
PERIODS: Final = {
    "": gettext_lazy("Last 13 weeks"),
    "4w": gettext_lazy("Last 4 weeks"),
    "26w": gettext_lazy("Last 26 weeks"),
    "52w": gettext_lazy("Last 52 weeks"),
    "all": gettext_lazy("All that is covered"),
}
COMPARISONS: Final = {
    "": gettext_lazy("The period before"),
    "year": gettext_lazy("A year earlier"),
    "none": gettext_lazy("Nothing"),
}
GRAINS: Final = {
    "": gettext_lazy("Automatic"),
    Grain.DAY.value: gettext_lazy("Day"),
    Grain.WEEK.value: gettext_lazy("Week"),
    Grain.MONTH.value: gettext_lazy("Month"),
    Grain.QUARTER.value: gettext_lazy("Quarter"),
    Grain.YEAR.value: gettext_lazy("Year"),
}
PEOPLE: Final = {
    "": gettext_lazy("People only"),
    Population.ALL.value: Population.ALL.label,
}
# What a default is called when somebody writes it out.
DEFAULTS: Final = {
    "period": "13w",
    "compare": "before",
    "grain": "auto",
    "people": Population.HUMAN.value,
}
# A first day rules the named periods out, and the default is not in force.
FROM_A_DAY: Final = [
    ("", gettext_lazy("From the day given")),
    (DEFAULTS["period"], PERIODS[""]),
    *((key, label) for key, label in PERIODS.items() if key),
]
ANSWERED: Final = {
    "": gettext_lazy("All"),
    "yes": gettext_lazy("Answered"),
    "no": gettext_lazy("Not answered"),
}
SCOPES: Final = ("source", "channel", "program", "audience")


class _Choice(forms.ChoiceField):
    """One of a few words, or the default, which may be written out."""

    def __init__(self, label: Any, choices: dict[str, Any], default: str) -> None:
        super().__init__(label=label, choices=list(choices.items()), required=False)
        self.default = default

    def to_python(self, value: Any) -> str:
        words = super().to_python(value)
        return "" if words == self.default else words


def _day(label: Any) -> DayField:
    within = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return DayField(
        label=label, required=False, input_formats=["%Y-%m-%d"], validators=within
    )


def _hidden(length: int) -> forms.CharField:
    return forms.CharField(
        required=False, max_length=length, widget=forms.HiddenInput, strip=False
    )


class DashboardForm(forms.Form):
    """The state of a dashboard. What is not understood is ignored, and said."""

    source = _hidden(64)
    channel = _hidden(265)
    program = _hidden(64)
    audience = forms.ChoiceField(
        required=False, choices=Audience.choices, widget=forms.HiddenInput
    )
    period = _Choice(gettext_lazy("Period"), PERIODS, DEFAULTS["period"])
    to = _day(gettext_lazy("Before"))
    compare = _Choice(gettext_lazy("Compare with"), COMPARISONS, DEFAULTS["compare"])
    grain = _Choice(gettext_lazy("Show by"), GRAINS, DEFAULTS["grain"])
    people = _Choice(gettext_lazy("Count"), PEOPLE, DEFAULTS["people"])

    def __init__(self, query: QueryDict, others: Iterable[str] = ()) -> None:
        """`others` are parameters that the page understands besides these."""
        super().__init__(query, auto_id="filter-%s")
        self.fields["from"] = _day(gettext_lazy("From"))
        self.order_fields([*SCOPES, "period", "from", "to"])
        self.others = frozenset(others)
        self.full_clean()
        self.ignored = list(self._ignored())
        if self.value("from"):
            self.fields["period"].widget.choices = FROM_A_DAY
        # A hidden field that says nothing would only stand in the next address.
        for name in SCOPES:
            if not self.value(name):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Refuse a second scope, and a period that ends before it begins."""
        values: dict[str, Any] = self.cleaned_data
        start, end = values.get("from"), values.get("to")
        if start and end and end <= start:
            self.add_error("to", _("The period ends before it begins."))
        for name in [name for name in SCOPES if values.get(name)][1:]:
            self.add_error(name, _("Only one scope can be shown."))
        return values

    def value(self, name: str) -> Any:
        """What was asked, or an empty value for the default."""
        return self.cleaned_data.get(name) or ""

    def _ignored(self) -> Iterator[str]:
        yield from _complaints(self)
        for name in self.data:
            if name not in self.fields and name not in self.others:
                yield _("“%(name)s” is not known here and was ignored.") % {
                    "name": name[:40].replace("\0", "")
                }

    def state(self, *, scope: bool) -> dict[str, str]:
        """What differs from the defaults: the scope's parameters, or all the others."""
        names = [name for name in self.fields if (name in SCOPES) == scope]
        return {name: str(value) for name in names if (value := self.value(name))}


class EvidenceForm(forms.Form):
    """Which of the records are shown."""

    answered = forms.ChoiceField(required=False, choices=list(ANSWERED.items()))

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.full_clean()

    def answered_only(self) -> bool | None:
        """True for answered records, False for the others, None for all."""
        return {"yes": True, "no": False}.get(self.cleaned_data.get("answered", ""))

    def ignored(self) -> list[str]:
        """What was not understood, in words."""
        return _complaints(self)


def _complaints(form: forms.Form) -> list[str]:
    return [
        _("“%(name)s” was ignored: %(why)s")
        % {"name": name, "why": " ".join(str(error) for error in errors)}
        for name, errors in form.errors.items()
    ]

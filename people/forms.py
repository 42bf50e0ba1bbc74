"""The forms of `people`."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from people.models import Organisation, Person, User


@cache
def zones() -> list[tuple[str, str]]:
    """The time zones named after a place, as choices."""
    places = {zone for zone in available_timezones() if "/" in zone}
    hidden = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    named = sorted(zone for zone in places if not zone.startswith(hidden))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in named)]


class DayField(forms.DateField):
    """A day, picked or typed."""

    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PersonField(forms.CharField):
    """Somebody, written as e-mail, employee number or full name.

    A list of ten thousand people would help nobody and weigh a megabyte.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            help_text=_("Write the e-mail, the employee number or the full name."),
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        """The e-mail of the person chosen before, else the name."""
        if not isinstance(value, Person | int):
            return value
        person = Person.objects.get(pk=value) if isinstance(value, int) else value
        return person.email or person.number or person.name

    def clean(self, value: Any) -> Any:
        """The one person meant. Raises ValidationError for none or several."""
        words = super().clean(value)
        if not words:
            return None
        found = Person.objects.known_as(words)[:2]
        match len(found):
            case 0:
                raise forms.ValidationError(_("Nobody is known by this."))
            case 1:
                return found[0]
        raise forms.ValidationError(
            _("Several people are known by this; write the e-mail.")
        )


class AdministratorForm(forms.Form):
    """The first administrator."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 15 characters; a few words in a row are good."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, object]:
        """Refuse a password that is short, common, or like the name or e-mail."""
        facts = super().clean() or {}
        if facts.get("password"):
            user = User(name=facts.get("name", ""), email=facts.get("email", ""))
            try:
                validate_password(facts["password"], user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return facts


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who we are, and how we count."""

    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        help_text=_("It says which day a message counts on."),
    )
    currency = forms.CharField(
        label=_("Currency"),
        help_text=_("Three letters, such as EUR or USD."),
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Write three letters."))],
        widget=forms.TextInput({"maxlength": 3}),
    )
    fiscal_year_starts = forms.TypedChoiceField(
        label=_("First month of the fiscal year"),
        choices=list(MONTHS.items()),
        coerce=int,
    )

    class Meta:
        model = Organisation
        fields = ("name", "timezone", "currency", "fiscal_year_starts")


class PreferencesForm(forms.Form):
    """A login's own preferences."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    theme = forms.ChoiceField(
        label=_("Theme"), choices=User.Theme.choices, widget=forms.RadioSelect
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [("", _("The organisation's")), *zones()],
        help_text=_("It moves times of day; days are counted as for everybody."),
    )
    shortcuts = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("Press ? on any page to see them."),
    )

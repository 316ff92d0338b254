"""What a reader of the funnel may choose."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.labels import label
from campaigns.press.announcing import Names
from people.countries import CODES, COUNTRIES
from ussd import figures
from ussd.figures import Sieve

DAYS = timedelta(days=29)  # before today: a month, unless asked otherwise
UNKNOWN = "-"  # in an address: no language was chosen yet, the network was not told


def day(label: Any) -> forms.DateField:  # noqa: ANN401 - a lazy text
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date", "class": "form-control"}),
    )


def choice(label: Any) -> forms.ChoiceField:  # noqa: ANN401 - a lazy text
    return forms.ChoiceField(
        label=label, required=False, widget=forms.Select({"class": "form-select"})
    )


class FunnelForm(forms.Form):
    """Nothing chosen: the last thirty days of all the reader's countries."""

    first = day(_("From"))
    last = day(_("Up to and including"))
    country = choice(_("Country"))
    language = choice(_("Language"))
    network = choice(_("Network"))
    code = choice(_("Service code"))

    def __init__(
        self, data: Mapping[str, Any], *, today: date, countries: Sequence[str], names: Names
    ) -> None:
        """`countries`: the reader's own; no other can be asked for."""
        days = {"first": today - DAYS, "last": today}
        super().__init__({**{name: str(one) for name, one in days.items()}, **_told(data)})
        self.countries = tuple(one for one in CODES if one in countries)
        self.days = days
        self._offer("country", [(one, str(COUNTRIES[one].name)) for one in self.countries])
        self.is_valid()
        known = figures.known(self._sieve())
        self._offer(
            "language",
            [(one or UNKNOWN, _language(one, names)) for one in known.languages],
        )
        self._offer(
            "network",
            [(one or UNKNOWN, label("network", one or "unknown")) for one in known.networks],
        )
        self._offer("code", [(one, one) for one in known.codes if one])
        self.full_clean()

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", gettext("all")), *choices]

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        first, last = chosen.get("first"), chosen.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day must not come before the first."))
        return chosen

    def sieve(self) -> Sieve:
        """What was asked for; what makes no sense is as if it had not been asked for."""
        return self._sieve(
            **{
                name: "" if value == UNKNOWN else value
                for name in ("language", "network", "code")
                if (value := self.cleaned_data.get(name))
            }
        )

    def _sieve(self, **narrowed: str) -> Sieve:
        data = self.cleaned_data
        first, last = (data.get(name) or self.days[name] for name in ("first", "last"))
        country = data.get("country")
        countries = (country,) if country else self.countries
        return Sieve(min(first, last), last, countries, **narrowed)


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value}


def _language(code: str, names: Names) -> str:
    return names.language(code) if code else gettext("not yet chosen")

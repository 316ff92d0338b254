"""Forms of the directory and of facts: what staff fill in, and the step that says somebody looked."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.dressing import dress
from campaigns.forms import Several, tongues
from campaigns.models import Fact, Referral, Source
from campaigns.proofs import entries
from campaigns.proofs.citing import Use
from campaigns.proofs.proving import DAYS, MOST_DAYS
from people.countries import CODES
from people.languages import base
from people.models import Staff

DIALLED = re.compile(r"\+?[0-9][0-9 ]{1,18}[0-9]")
NOON = re.compile(r"(?:(?<![a-z])[ap]\.?m\b|\bo'?clock)", re.IGNORECASE)
DIGITS = re.compile(r"\d+(?:[.-]\d+)?")
YEAR = re.compile(r"\d{4}(?:[-/]\d{2,4})?")


class Lines(forms.CharField):
    """A list, one value a line."""

    def __init__(self, *, rows: int, **options: Any) -> None:  # noqa: ANN401
        area = forms.Textarea({"rows": rows, "dir": "ltr"})
        super().__init__(widget=area, required=False, **options)

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # noqa: ANN401
        lines = str(super().clean(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ANN401
        before = initial if isinstance(initial, list) else []
        return list(before) != self.clean(data)


class Sourced(forms.ModelForm):  # type: ignore[type-arg]
    """A row that names its sources by their codes."""

    def clean_sources(self) -> list[str]:
        given: list[str] = self.cleaned_data["sources"]
        codes = [code for line in given for code in re.split(r"[\s,;]+", line) if code]
        known = set(Source.objects.filter(code__in=codes).values_list("code", flat=True))
        if unknown := [code for code in codes if code not in known]:
            raise forms.ValidationError(
                _("There is no source %(codes)s."), params={"codes": ", ".join(unknown)}
            )
        return codes


SOURCES = gettext_lazy("Codes of sources, one a line, such as S01.")


def spoken() -> list[tuple[str, str]]:
    """Languages, without the ways to write them: people speak Amharic, in whatever letters."""
    return [(code, name) for code, name in tongues() if base(code) == code]


class EntryForm(Sourced):
    """An entry of the directory. Who proved the number is noted by steps of their own."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    kinds = Several(label=gettext_lazy("What it helps with"))
    languages = Several(spoken, label=gettext_lazy("Languages spoken there"), required=False)
    sources = Lines(rows=2, label=gettext_lazy("Where it was read"), help_text=SOURCES)
    reachable_abroad = forms.NullBooleanField(
        label=gettext_lazy("Can be called from abroad"),
        required=False,
        widget=forms.NullBooleanSelect,
    )

    class Meta:
        model = Referral
        fields = (
            "country",
            "name",
            "place",
            "kinds",
            "number",
            "hours",
            "languages",
            "cost",
            "reachable_abroad",
            "other",
            "sources",
            "source_date",
            "confidence",
            "note",
        )
        labels = {
            "name": gettext_lazy("Name"),
            "place": gettext_lazy("Town or reach"),
            "number": gettext_lazy("Phone number"),
            "hours": gettext_lazy("Hours"),
            "cost": gettext_lazy("Cost of a call"),
            "other": gettext_lazy("Other ways to reach it"),
            "source_date": gettext_lazy("Date of the source"),
            "confidence": gettext_lazy("How sure the source is"),
            "note": gettext_lazy("Note for colleagues"),
        }
        help_texts = {
            "number": gettext_lazy("One number, as people dial it: digits, spaces, + in front."),
            "hours": gettext_lazy("In the 24-hour form, such as Mon-Fri 08:30-17:00, or 24h."),
            "place": gettext_lazy("Such as Obock, or national."),
        }
        widgets = {"note": forms.Textarea({"rows": 3, "dir": "auto"})}

    def __init__(self, *given: Any, staff: Staff, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*given, **options)
        _dress(self)
        kinds = [kind for kind in entries.KIND_WORDS if kind != "ksa_labour"]
        self.fields["kinds"].choices = [(one, entries.kind_word(one)) for one in kinds]  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["country"]
        else:
            self.fields["country"].choices = places(staff)  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        number = " ".join(str(self.cleaned_data["number"]).split())
        if number and "number" in self.changed_data and not DIALLED.fullmatch(number):
            raise forms.ValidationError(_("Write one number only: digits, spaces, + in front."))
        return number

    def clean_hours(self) -> str:
        hours = str(self.cleaned_data["hours"]).strip()
        if NOON.search(hours):
            raise forms.ValidationError(
                _("Write the hours in the 24-hour form, such as 08:30-17:00.")
            )
        return hours

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        ways = [told.get(name) for name in ("number", "other", "place")]
        if not any(ways) and "number" not in self.errors:
            self.add_error("number", _("Give a number, a place or another way to reach it."))
        return told


def places(staff: Staff) -> list[tuple[str, str]]:
    """Countries somebody may add entries of: the own ones; those abroad, who holds all."""
    abroad = entries.ABROAD if staff.own == CODES else ()
    return [(code, entries.place(code)) for code in (*staff.own, *abroad)]


class LookForm(forms.Form):
    """Somebody called or looked up. `shown`: what stood on their page."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    until = forms.DateField(label=gettext_lazy("This holds until"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


def look_form(shown: str, *, on: date, name: str) -> LookForm:
    """The empty form, with the day the proof ends unless somebody says otherwise."""
    form = LookForm(
        initial={"shown": shown, "until": on + timedelta(days=DAYS)}, auto_id=f"{name}-%s"
    )
    form.fields["until"].widget = forms.DateInput(
        {
            "type": "date",
            "min": (on + timedelta(days=1)).isoformat(),
            "max": (on + timedelta(days=MOST_DAYS)).isoformat(),
        },
        format="%Y-%m-%d",
    )
    _dress(form)
    return form


class FactForm(Sourced):
    """A fact with the figures and years that texts name by tokens. `used`: the texts that do."""

    # Every fact stands with what it says among the tokens on each page of the content editor.
    claim = forms.CharField(
        label=gettext_lazy("What it says"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )
    sources = Lines(rows=2, label=gettext_lazy("Sources"), help_text=SOURCES)
    figures = Lines(
        rows=3,
        label=gettext_lazy("Figures, one a line"),
        help_text=gettext_lazy("Digits without separators: 55000. The first is {figure:F01.1}."),
    )
    years = Lines(
        rows=2,
        label=gettext_lazy("Years, one a line"),
        help_text=gettext_lazy("2025, or 2016-2019. The first is {year:F01.1}."),
    )

    class Meta:
        model = Fact
        fields = (
            "theme",
            "claim",
            "figures",
            "years",
            "period",
            "sources",
            "confidence",
            "use",
        )
        labels = {
            "theme": gettext_lazy("Theme"),
            "period": gettext_lazy("Period, in words"),
            "confidence": gettext_lazy("How sure the source is"),
            "use": gettext_lazy("What it is good for"),
        }

    def __init__(self, *given: Any, used: Iterable[Use] = (), **options: Any) -> None:  # noqa: ANN401
        super().__init__(*given, **options)
        self.tokens = {token for use in used for token in use.tokens}
        _dress(self)

    def clean_figures(self) -> list[str]:
        return self._values("figures", "figure", DIGITS)

    def clean_years(self) -> list[str]:
        return self._values("years", "year", YEAR)

    def _values(self, field: str, token: str, form: re.Pattern[str]) -> list[str]:
        values: list[str] = self.cleaned_data[field]
        if field in self.changed_data:
            if wrong := [value for value in values if not form.fullmatch(value)]:
                raise forms.ValidationError(
                    _("%(value)s is not written as it must be."), params={"value": wrong[0]}
                )
            self._needed(token, len(values))
        return values

    def _needed(self, token: str, number: int) -> None:
        """A text that names a figure which is not there could never be published again."""
        code = self.instance.code
        kept = {f"{token}:{code}.{n}" for n in range(1, number + 1)}
        kept |= {f"{token}:{code}"} if number else set()
        wanted = {one for one in self.tokens if one.startswith(f"{token}:")}
        if lost := sorted(wanted - kept):
            raise forms.ValidationError(
                _("Texts name %(tokens)s: it cannot go before they are changed."),
                params={"tokens": ", ".join(f"{{{one}}}" for one in lost)},
            )


def _dress(form: forms.BaseForm) -> None:
    """As everywhere; texts in the direction of what is written."""
    dress(form)
    for name, field in form.fields.items():
        if not isinstance(field.widget, forms.Select | forms.CheckboxSelectMultiple):
            field.widget.attrs.setdefault("dir", "ltr" if name in ("number", "until") else "auto")

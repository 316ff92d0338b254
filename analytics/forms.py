"""What a reader of the reach page may choose, and what is told of a network."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics import figures, indicators, labels, naming, periods
from analytics.definitions import COUNTRIES
from analytics.dressing import dress
from analytics.exports.kinds import KINDS
from analytics.exports.kinds import Kind as File
from analytics.networks import Named
from analytics.periods import Kind, Period, day_of, programme, standard

PROGRAMME = "programme"
EXTRA = ("campaign", "language", "sex", "age_band", "status", "district", "network")


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody asks for. `countries`: of theirs; `campaign` "": all; `by`: the further breakdown."""

    indicator: str
    period: Period
    countries: tuple[str, ...]
    campaign: str = ""
    by: str = ""


def indicator_choices() -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in indicators.counted()]


class SieveForm(forms.Form):
    """Nothing chosen: the headline indicator in the current year, everywhere and of every campaign."""

    indicator = forms.ChoiceField(label=_("Indicator"), required=False, choices=indicator_choices)
    period = forms.CharField(label=_("Period"), required=False)
    starts = forms.DateField(
        label=_("or from"), required=False, widget=forms.DateInput({"type": "date"})
    )
    ends = forms.DateField(
        label=_("until, not included"), required=False, widget=forms.DateInput({"type": "date"})
    )
    campaign = forms.CharField(label=_("Campaign"), required=False)
    countries = forms.MultipleChoiceField(
        label=_("Countries"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        data: MultiValueDict[str, Any] | None,
        *,
        at: datetime,
        countries: Collection[str] = (),
    ) -> None:
        super().__init__(data)
        self.at, self.own = at, tuple(sorted(countries))
        asked: Mapping[str, Any] = data or {}
        self.fields["period"].widget = forms.Select(choices=period_choices(at, asked.get("period")))
        self.fields["campaign"].widget = forms.Select(
            choices=_campaigns(self.own, at, asked.get("campaign"))
        )
        self.fields["countries"].choices = [(one, COUNTRIES[one]) for one in self.own]  # type: ignore[attr-defined]
        dress(self)
        self.fields["indicator"].initial = indicators.HEADLINE
        self.fields["period"].initial = standard(Kind.YEAR, day_of(at)).code

    def clean_period(self) -> str:
        code: str = self.cleaned_data["period"]
        if code and code != PROGRAMME:
            try:
                periods.parse(code)
            except ValueError as error:
                raise forms.ValidationError(_("This is no period.")) from error
        return code

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        _check_days(self, chosen.get("starts"), chosen.get("ends"))
        return chosen

    def chosen(self) -> Choice:
        """What was asked for; what is missing or makes no sense falls back to the first choice."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        indicator = data.get("indicator") or indicators.HEADLINE
        return Choice(
            indicator,
            self._period(data, indicator),
            tuple(data.get("countries") or self.own),
            data.get("campaign") or "",
            data.get("by") or "",
        )

    def _period(self, data: Mapping[str, Any], indicator: str) -> Period:
        if data.get("starts"):
            return Period(data["starts"], data["ends"])
        code = data.get("period") or standard(Kind.YEAR, day_of(self.at)).code
        if code == PROGRAMME:
            return programme(indicators.rule_of(indicator, day_of(self.at)).start, self.at)
        return periods.parse(code)


def _check_days(form: forms.Form, starts: date | None, ends: date | None) -> None:
    """A span has both its days, in their order."""
    if bool(starts) != bool(ends):
        form.add_error("ends", _("Give both days, or none."))
    elif starts and ends and ends <= starts:
        form.add_error("ends", _("The last day must come after the first."))


class ReachForm(SieveForm):
    """The same, and a further breakdown: by language where nothing is chosen."""

    by = forms.ChoiceField(
        label=_("Also by"), required=False, choices=[(one, labels.DIMENSIONS[one]) for one in EXTRA]
    )

    def __init__(
        self,
        data: MultiValueDict[str, Any] | None,
        *,
        at: datetime,
        countries: Collection[str] = (),
    ) -> None:
        super().__init__(data, at=at, countries=countries)
        self.fields["by"].initial = EXTRA[1]


def _campaigns(
    countries: Collection[str], at: datetime, asked: str | None
) -> list[tuple[str, str]]:
    """All, and each with a figure of the headline indicator; and the one asked for."""
    rule = indicators.rule_of(indicators.HEADLINE, day_of(at))
    known = figures.campaigns(rule, sorted(countries))
    codes = known if not asked or asked in known else [*known, asked]
    return [("", gettext("all")), *((one, labels.label("campaign", one)) for one in codes)]


def period_choices(at: datetime, asked: str | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every standard period from the first month with an exposure to today, newest first; and the one asked for."""
    first = figures.first_month(indicators.HEADLINE) or day_of(at)
    names = {
        Kind.YEAR: _("Years"),
        Kind.SEMESTER: _("Semesters"),
        Kind.QUARTER: _("Quarters"),
        Kind.MONTH: _("Months"),
    }
    groups = [(gettext("Programme"), [(PROGRAMME, gettext("Since the start"))])]
    for kind, name in names.items():
        span = sorted(_standard(kind, min(first, day_of(at)), day_of(at)), reverse=True)
        groups.append((str(name), [(one.code, periods.title(one)) for one in span]))
    if asked and not any(code == asked for _name, choices in groups for code, _title in choices):
        groups.append((gettext("Other"), [(asked, asked)]))
    return groups


def _standard(kind: Kind, first: date, last: date) -> Iterator[Period]:
    here = standard(kind, first)
    while here.starts <= last:
        yield here
        here = standard(kind, here.ends)


class NetworkForm(forms.Form):
    """The name of a network. `old`: as it stands, None for a code that has none; its code stays."""

    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        help_text=_("As the gateway's callbacks say it, mostly MCC and MNC: 63902."),
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off"}),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_(
            "As staff and donors know the operator; it stands on pages in place of the code."
        ),
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )
    source = forms.CharField(
        label=_("Who says so"),
        max_length=200,
        required=False,
        help_text=_("The operator, the provider's documents, a letter."),
        widget=forms.TextInput({"dir": "auto"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        countries: Collection[str],
        old: Named | None = None,
        initial: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}) if old is None else asdict(old))
        own = [(code, name) for code, name in COUNTRIES.items() if code in countries]
        nowhere = ("", gettext("none: a provider's test network"))
        self.fields["country"].choices = [*own, nowhere]  # type: ignore[attr-defined]
        self.fields["code"].disabled = old is not None
        dress(self)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors:
            for column, wrong in naming.faults(self.named()):
                self.add_error(column, wrong)
        return told

    def named(self) -> Named:
        """What the form says, as a value."""
        return Named(**self.cleaned_data)


class ExportForm(forms.Form):
    """Which file, of when: a standard period, or two days."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(one.code, one.name) for one in KINDS.values()]
    )
    period = forms.CharField(label=_("Period"), required=False)
    starts = forms.DateField(
        label=_("or from"), required=False, widget=forms.DateInput({"type": "date"})
    )
    ends = forms.DateField(
        label=_("until, not included"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, data: Mapping[str, Any] | None, *, at: datetime) -> None:
        super().__init__(data)
        self.at = at
        choices = period_choices(at, None)
        self.fields["period"].widget = forms.Select(choices=choices)
        self.fields["kind"].initial = next(iter(KINDS))
        self.fields["period"].initial = standard(Kind.YEAR, day_of(at)).code
        dress(self)

    def spans(self) -> list[forms.BoundField]:
        """The fields that say when."""
        return [self["period"], self["starts"], self["ends"]]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        starts, ends = told.get("starts"), told.get("ends")
        _check_days(self, starts, ends)
        if not starts and not ends:
            self._clean_period(told.get("period", ""))
        return told

    def _clean_period(self, code: str) -> None:
        try:
            _span(code, self.at)
        except ValueError:
            self.add_error("period", _("This is no period."))

    def chosen(self) -> tuple[File, Period]:
        """Of a form that is valid."""
        told = self.cleaned_data
        if told["starts"]:
            return KINDS[told["kind"]], Period(told["starts"], told["ends"])
        return KINDS[told["kind"]], _span(told["period"], self.at)


def _span(code: str, at: datetime) -> Period:
    """The period of a code, of the programme too. Raises ValueError."""
    if code != PROGRAMME:
        return periods.parse(code)
    return programme(indicators.rule_of(indicators.HEADLINE, day_of(at)).start, at)

"""Forms of the indicators' pages: rules, titles, targets, baselines, the project and its years."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics import periods, projects, schemes, targets
from analytics.definitions import COUNTRIES
from analytics.dressing import dress
from analytics.models import Level
from analytics.periods import Kind, Period, day_of, later, standard
from analytics.projects import Project
from analytics.schemes import NewRule, NewTitle
from analytics.targets import Start

DAY = {"type": "date"}
AHEAD, BACK = 3, 2  # years for which targets are set
Groups = list[tuple[str, list[tuple[str, str]]]]


class Styled(forms.Form):
    """Fields look as everywhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        dress(self)


class RuleForm(Styled):
    """How it is counted from a day on."""

    tiers = forms.MultipleChoiceField(
        label=_("Reached is who has any of these"),
        choices=[(one.value, one.label) for one in schemes.QUALIFYING],
        widget=forms.CheckboxSelectMultiple,
    )
    since = forms.DateField(
        label=_("From"),
        widget=forms.DateInput(DAY),
        help_text=_(
            "The first day of a month to come. Periods that begin before it keep their rule."
        ),
    )
    note = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text=_("The donor's letter or sheet, and its date: an auditor reads this."),
    )

    def told(self) -> NewRule:
        data = self.cleaned_data
        return NewRule(tuple(data["tiers"]), data["since"], data["note"])


class TitleForm(Styled):
    """What a scheme calls an indicator."""

    scheme = forms.ChoiceField(label=_("Scheme"))
    code = forms.CharField(label=_("Code"), max_length=20, required=False)
    title = forms.CharField(
        label=_("Title, word for word"), widget=forms.Textarea({"rows": 3, "dir": "auto"})
    )
    source = forms.CharField(
        label=_("Where it is written"), max_length=300, widget=forms.TextInput({"dir": "auto"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        names = [(one.name, one.name) for one in schemes.known()]
        self.fields["scheme"].choices = names  # type: ignore[attr-defined]

    def told(self) -> NewTitle:
        return NewTitle(**self.cleaned_data)


class DescribeForm(Styled):
    """Where an indicator stands, and who answers for it."""

    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    responsible = forms.CharField(
        label=_("Who answers for it"),
        max_length=150,
        required=False,
        help_text=_("A post, not a name: it stands in every export."),
        widget=forms.TextInput({"dir": "auto"}),
    )


class GoalForm(Styled):
    """What targets and baselines have in common."""

    country = forms.ChoiceField(label=_("For"), required=False)
    value = forms.IntegerField(
        label=_("Value"), min_value=0, max_value=targets.MOST, help_text=_("A whole number.")
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        countries: Collection[str],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        own = [(code, str(name)) for code, name in COUNTRIES.items() if code in countries]
        whole = [("", gettext("the whole programme"))] if len(own) == len(COUNTRIES) else []
        field: Any = self.fields["country"]
        field.choices, field.required = [*whole, *own], not whole


class TargetForm(GoalForm):
    """What is to be reached in a period."""

    period = forms.ChoiceField(label=_("Period"))
    note = forms.CharField(
        label=_("Where it stands"),
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        help_text=_("Logframe, amendment, letter. Needed once the period has begun."),
    )
    field_order = ("country", "period", "value", "note")

    def __init__(
        self, data: Mapping[str, Any] | None, *, countries: Collection[str], at: datetime
    ) -> None:
        super().__init__(data, countries=countries)
        choices = [("", [("", gettext("Choose one"))]), *aimable(at, projects.current())]
        self.fields["period"].choices = choices  # type: ignore[attr-defined]

    def period_told(self) -> Period:
        return periods.parse(self.cleaned_data["period"])


class BaselineForm(GoalForm):
    """How it stood."""

    measured_on = forms.DateField(label=_("Measured on"), widget=forms.DateInput(DAY))
    source = forms.CharField(
        label=_("What says so"),
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        help_text=_("Survey, count or report, and its date."),
    )

    def told(self) -> Start:
        data = self.cleaned_data
        return Start(data["value"], data["measured_on"], data["source"])


class ProjectForm(Styled):
    """The project's life, and the month its years begin with."""

    starts = forms.DateField(label=_("First day"), widget=forms.DateInput(DAY))
    ends = forms.DateField(
        label=_("The day after the last"),
        required=False,
        widget=forms.DateInput(DAY),
        help_text=_("Empty: the project is open."),
    )
    year_begins = forms.TypedChoiceField(
        label=_("A project year begins with"), choices=list(MONTHS.items()), coerce=int
    )

    def told(self) -> Project:
        return Project(**self.cleaned_data)


def aimable(at: datetime, project: Project) -> Groups:
    """The periods for which a target may be set, by kind."""
    today = day_of(at)
    first = standard(Kind.YEAR, today).starts.replace(year=today.year - BACK)
    span = Period(first, later(first, 12 * (BACK + AHEAD)))
    names = {
        Kind.YEAR: gettext("Years"),
        Kind.SEMESTER: gettext("Semesters"),
        Kind.QUARTER: gettext("Quarters"),
        Kind.MONTH: gettext("Months"),
    }
    groups = [
        (name, [(one.code, periods.title(one)) for one in span.split(kind)])
        for kind, name in names.items()
    ]
    return [(gettext("Project"), _own(span, project, at)), *groups]


def _own(span: Period, project: Project, at: datetime) -> list[tuple[str, str]]:
    """The project's life and its years, where they are not those of the calendar."""
    life = project.life(at)
    found = [(life.code, gettext("Life of the project"))]
    for year in span.split(Kind.YEAR):
        own = project.year(year.starts)
        alive = own.ends > life.starts and own.starts < life.ends
        if alive and own != life and (title := project.title(own)):
            found.append((own.code, title))
    return found

"""Pages: the indicators, what schemes call them, by which rules they are counted, targets and baselines."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from analytics import definitions, figures, indicators, labels, periods, projects, schemes, targets
from analytics.goal_forms import (
    BaselineForm,
    DescribeForm,
    ProjectForm,
    RuleForm,
    TargetForm,
    TitleForm,
)
from analytics.models import Baseline, Indicator, Rule
from analytics.periods import Period
from analytics.refusals import NotKept
from analytics.targets import Act, Aim
from analytics.views.reader import countries


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule with the words of its tiers; `state`: past, now, later."""

    row: Rule
    tiers: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Aimed:
    """A target with the name of its period and country."""

    aim: Aim
    period: str
    country: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form page: its heading, and what pressing the button does."""

    title: str
    says: str


@require_GET
@permission_required("analytics.view_reach", raise_exception=True)
def overview(request: HttpRequest) -> HttpResponse:
    """Every indicator with what each scheme calls it."""
    project = projects.current()
    context = {
        "indicators": schemes.listed(),
        "schemes": schemes.known(),
        "project": project,
        "year_begins": MONTHS[project.year_begins],
        "history": projects.history(),
    }
    return render(request, "analytics/indicators.html", context)


@require_GET
@permission_required("analytics.view_reach", raise_exception=True)
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Definition, rules in order of their dates, targets and baselines with what stood before."""
    one, project, places = (
        get_object_or_404(Indicator, pk=code),
        projects.current(),
        _places(request),
    )
    context = {
        "indicator": one,
        "titles": one.titles.all(),
        "rules": _rules(one),
        "aims": [_aimed(aim, project) for aim in targets.aims(code, places)],
        "baselines": [_named(row) for row in targets.baselines(code, places)],
        "definitions": definitions,
    }
    return render(request, "analytics/indicator.html", context)


def _rules(one: Indicator) -> list[Ruled]:
    rows = list(one.rules.order_by("since"))
    today = periods.day_of(timezone.now())
    now = next((row for row in reversed(rows) if row.since <= today), None)
    names = {tier.value: str(tier.label) for tier in schemes.QUALIFYING}

    def state(row: Rule) -> str:
        return "now" if row == now else "later" if row.since > today else "past"

    return [
        Ruled(row, tuple(names.get(tier, tier) for tier in row.tiers), state(row)) for row in rows
    ]


def _aimed(aim: Aim, project: projects.Project) -> Aimed:
    name = project.title(aim.period) or periods.title(aim.period)
    return Aimed(aim, name, _where(aim.country))


def _named(row: Baseline) -> tuple[Baseline, str]:
    return row, _where(row.country)


def _where(country: str) -> str:
    return labels.label("country", country) if country else _("the whole programme")


# --- what is added ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@permission_required("analytics.add_rule", raise_exception=True)
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Another rule from a day to come; nothing that was counted changes."""
    one, form = get_object_or_404(Indicator, pk=code), RuleForm(request.POST or None)
    sheet = Sheet(
        _("Count it otherwise from a day on"),
        _("Periods that begin before that day keep the rule they have, and their figures."),
    )

    def keep() -> str:
        made = schemes.add_rule(one, form.told(), by=_name(request), at=timezone.now())
        return _("Rule %(rule)s counts from %(day)s on.") % {"rule": made, "day": made.since}

    return _edited(request, one, form, sheet, keep)


@require_http_methods(["GET", "POST"])
@permission_required("analytics.add_indicatortitle", raise_exception=True)
def title(request: HttpRequest, code: str) -> HttpResponse:
    """What another scheme calls it."""
    one, form = get_object_or_404(Indicator, pk=code), TitleForm(request.POST or None)
    sheet = Sheet(_("Its name in a scheme"), _("Exports may then carry this code and title."))

    def keep() -> str:
        return _("%(scheme)s calls it so.") % {"scheme": schemes.add_title(one, form.told()).scheme}

    return _edited(request, one, form, sheet, keep)


@require_http_methods(["GET", "POST"])
@permission_required("analytics.add_rule", raise_exception=True)
def describe(request: HttpRequest, code: str) -> HttpResponse:
    """Its level and who answers for it."""
    one = get_object_or_404(Indicator, pk=code)
    initial = {"level": one.level, "responsible": one.responsible}
    form = DescribeForm(request.POST or None, initial=initial)
    sheet = Sheet(_("Level and responsible"), _("Both stand in the tracking table from now on."))

    def keep() -> str:
        schemes.describe(one, **form.cleaned_data)
        return _("Kept.")

    return _edited(request, one, form, sheet, keep)


@require_http_methods(["GET", "POST"])
@permission_required("analytics.add_target", raise_exception=True)
def target(request: HttpRequest, code: str) -> HttpResponse:
    """A target, dated today; an earlier one of the period stays to be read."""
    one = get_object_or_404(Indicator, pk=code)
    form = TargetForm(request.POST or None, countries=countries(request), at=timezone.now())
    sheet = Sheet(
        _("Set a target"),
        _("It carries today's date. Set in a period that has begun, it is marked in every table."),
    )

    def keep() -> str:
        data, period = form.cleaned_data, form.period_told()
        act = Act(_name(request), timezone.now(), data["country"])
        actual = _actual(one, period, act) if period.begin <= act.at else None
        targets.set_target(one, period, data["value"], act, note=data["note"], actual=actual)
        return _("The target stands.")

    return _edited(request, one, form, sheet, keep)


def _actual(one: Indicator, period: Period, act: Act) -> int | None:
    """What was reached so far, of what comes from the ledger."""
    if not one.counted:
        return None
    rule, where = (
        indicators.rule_of(one.code, period.starts),
        [act.country] if act.country else None,
    )
    answer = figures.answer(rule, [period], [()], countries=where, at=act.at)
    return answer.tables[period][()][()].reached.unique


@require_http_methods(["GET", "POST"])
@permission_required("analytics.add_baseline", raise_exception=True)
def baseline(request: HttpRequest, code: str) -> HttpResponse:
    """How it stood at the start."""
    one = get_object_or_404(Indicator, pk=code)
    form = BaselineForm(request.POST or None, countries=countries(request))
    sheet = Sheet(
        _("Tell a baseline"),
        _(
            "Periods that begin on its day or later are held against it; earlier ones stay to be read."
        ),
    )

    def keep() -> str:
        act = Act(_name(request), timezone.now(), form.cleaned_data["country"])
        targets.set_baseline(one, form.told(), act)
        return _("The baseline stands.")

    return _edited(request, one, form, sheet, keep)


@require_http_methods(["GET", "POST"])
@permission_required("analytics.add_project", raise_exception=True)
def project(request: HttpRequest) -> HttpResponse:
    """The life of the project and the month its years begin with."""
    now = projects.current()
    initial = {"starts": now.starts, "ends": now.ends, "year_begins": now.year_begins}
    form = ProjectForm(request.POST or None, initial=initial)
    sheet = Sheet(
        _("The project and its years"),
        _("Tables show the new years at once. Closed periods and targets keep their days."),
    )

    def keep() -> str:
        projects.change(form.told(), by=_name(request), at=timezone.now())
        return _("The project's dates are set.")

    return _edited(request, None, form, sheet, keep)


def _edited(
    request: HttpRequest,
    one: Indicator | None,
    form: Form,
    sheet: Sheet,
    keep: Callable[[], str],
) -> HttpResponse:
    """The form, or what it says kept; a refusal stands above the form."""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, keep())
        except NotKept as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(one)
    context = {"form": form, "indicator": one, "sheet": sheet}
    status = 422 if form.errors else 200
    return render(request, "analytics/indicator_form.html", context, status=status)


def _back(one: Indicator | None) -> HttpResponse:
    return redirect("analytics:indicator", one.code) if one else redirect("analytics:indicators")


def _places(request: HttpRequest) -> list[str]:
    """Whose targets are shown: the programme's and those of the reader's countries."""
    return ["", *countries(request)]


def _name(request: HttpRequest) -> str:
    return request.user.get_username()

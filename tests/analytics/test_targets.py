"""Targets and baselines with the day they were said: nothing copied, nothing lost."""

from datetime import UTC, date, datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from analytics import indicators, projects, targets
from analytics.models import Indicator, Target
from analytics.periods import Period
from analytics.projects import Project
from analytics.refusals import NotKept
from analytics.targets import Act, Goal, Start

pytestmark = pytest.mark.django_db
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
QUARTER = Period(date(2025, 1, 1), date(2025, 4, 1))
BEFORE = Act("amina", datetime(2024, 12, 1, 9, tzinfo=UTC))
DURING = Act("amina", datetime(2025, 3, 1, 9, tzinfo=UTC))


@pytest.fixture
def headline():
    return Indicator.objects.get(code="3.3")


def test_target_set_in_time_is_one(headline):
    targets.set_target(headline, YEAR, 5000, BEFORE)

    assert targets.goal_of("3.3", YEAR) == Goal(5000, date(2024, 12, 1), retrospective=False)
    assert targets.goal_of("3.3", QUARTER) is None


def test_changed_target_keeps_what_stood_before(headline):
    targets.set_target(headline, YEAR, 5000, BEFORE)
    targets.set_target(headline, YEAR, 4000, DURING, note="Amendment 2 of the grant")

    (aim,) = targets.aims("3.3")

    assert targets.goal_of("3.3", YEAR) == Goal(4000, date(2025, 3, 1), retrospective=True)
    assert (aim.period, aim.row.value, [one.value for one in aim.before]) == (YEAR, 4000, [5000])


def test_target_of_a_country_is_not_the_programmes(headline):
    targets.set_target(headline, YEAR, 700, Act("amina", BEFORE.at, "KE"))

    goals = [
        indicators.overview("3.3", YEAR, (), countries=seen, at=DURING.at).goal
        for seen in (["KE"], ["UG"], ["KE", "UG"], list(indicators.REGION))
    ]
    assert goals == [Goal(700, date(2024, 12, 1), retrospective=False), None, None, None]


@pytest.mark.parametrize(
    ("value", "act", "note", "actual", "words"),
    [
        (0, BEFORE, "", None, "A target is a whole number above nothing."),
        (2**31, BEFORE, "", None, "A target is a whole number above nothing."),
        (
            10,
            DURING,
            "",
            9,
            "The period has begun: say where the target stands, and since when.",
        ),
        (
            10,
            DURING,
            "logframe",
            10,
            "This is just what was reached. A target copied from the actual is none: take the one that "
            "was agreed before the period began, or set none.",
        ),
    ],
)
def test_target_that_is_none_is_refused(headline, value, act, note, actual, words):
    with pytest.raises(NotKept) as refusal:
        targets.set_target(headline, YEAR, value, act, note=note, actual=actual)

    assert (str(refusal.value), Target.objects.count()) == (words, 0)


def test_target_set_in_time_may_be_met_exactly(headline):
    targets.set_target(headline, YEAR, 10, BEFORE, actual=10)

    goal = targets.goal_of("3.3", YEAR)
    assert goal == Goal(10, date(2024, 12, 1), retrospective=False)
    assert not goal.copied(10)


def test_same_target_twice_is_refused(headline):
    targets.set_target(headline, YEAR, 10, BEFORE)

    with pytest.raises(NotKept, match=r"^This is the target already\.$"):
        targets.set_target(headline, YEAR, 10, BEFORE)


@pytest.mark.parametrize(
    ("actual", "share", "missed"),
    [(0, 0, True), (179, 90, True), (180, 90, False), (220, 110, False), (221, 111, True)],
)
def test_reason_is_due_beyond_ten_per_cent(actual, share, missed):
    goal = Goal(200, date(2024, 12, 1), retrospective=False)

    assert (goal.share(actual), goal.missed(actual)) == (share, missed)


def test_share_of_an_old_target_of_nothing_is_none():
    assert Goal(0, date(2024, 12, 1), retrospective=False).share(5) is None


def test_periods_are_held_against_the_baseline_before_them(headline):
    targets.set_baseline(headline, Start(0, date(2015, 1, 1), "before the first message"), DURING)
    targets.set_baseline(headline, Start(40, date(2025, 2, 1), "baseline survey"), DURING)

    book = targets.read()

    days = (date(2014, 12, 31), date(2025, 1, 1), date(2025, 2, 1))
    found = [book.start("3.3", day) for day in days]
    assert [one and one.value for one in found] == [None, 0, 40]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (
            Start(1, date(2025, 3, 2), "survey"),
            "A baseline is measured: its day cannot lie ahead.",
        ),
        (Start(-1, date(2025, 1, 1), "survey"), "A baseline is a whole number."),
        (Start(1, date(2025, 1, 1), " "), "Say which survey, count or report says so."),
    ],
)
def test_baseline_needs_a_day_and_a_source(headline, start, words):
    with pytest.raises(NotKept) as refusal:
        targets.set_baseline(headline, start, DURING)

    assert str(refusal.value) == words


def test_newest_reason_of_a_deviation_holds(headline):
    targets.explain(headline, YEAR, "The network was down for a month.", DURING)
    targets.explain(headline, YEAR, "The operator switched us off for a month.", DURING)

    reasons = targets.read().reasons
    assert reasons == {("3.3", YEAR): "The operator switched us off for a month."}
    with pytest.raises(NotKept, match=r"^Say the reason in a sentence\.$"):
        targets.explain(headline, YEAR, "rain", DURING)


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE analytics_target SET value = 1",
        "DELETE FROM analytics_target",
        *(f"TRUNCATE analytics_{told}" for told in ("target", "baseline", "deviation")),
    ],
)
def test_product_itself_cannot_change_a_target(headline, deed):
    targets.set_target(headline, YEAR, 5000, BEFORE)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(deed)


def test_book_costs_three_statements(headline, django_assert_num_queries):
    for month in range(1, 13):
        targets.set_target(headline, Period(date(2026, month, 1), date(2027, 1, 1)), 9, BEFORE)

    with django_assert_num_queries(3):
        book = targets.read()

    assert len(book.goals) == 12


# --- the project's years ---------------------------------------------------------------------------


def test_project_year_begins_with_its_month():
    project = Project(date(2023, 9, 15), date(2026, 9, 15), year_begins=7)

    years = [project.year(date(2025, 6, 30)), project.year(date(2025, 7, 1))]

    assert years == [
        Period(date(2024, 7, 1), date(2025, 7, 1)),
        Period(date(2025, 7, 1), date(2026, 7, 1)),
    ]
    assert [project.number(one) for one in years] == [2, 3]
    assert project.title(years[0]) == "Project year 2 (2024-07-01 to 2025-06-30)"
    assert project.title(project.life(DURING.at)) == "Life of the project"
    assert project.title(YEAR) is None


def test_project_nobody_set_is_the_donors_programme():
    project = projects.current()

    assert project.life(DURING.at) == Period(date(2015, 1, 1), date(2026, 1, 1))
    assert project.year(date(2025, 5, 5)) == YEAR


def test_project_set_last_holds_and_the_earlier_stay():
    projects.change(Project(date(2024, 1, 1), None, 7), by="amina", at=DURING.at)
    projects.change(Project(date(2024, 1, 1), date(2027, 1, 1), 4), by="amina", at=DURING.at)

    assert projects.current() == Project(date(2024, 1, 1), date(2027, 1, 1), 4)
    assert [one.year_begins for one in projects.history()] == [4, 7]


@pytest.mark.parametrize(
    ("project", "words"),
    [
        (
            Project(date(2024, 1, 1), date(2024, 1, 1)),
            "The project must end after it begins.",
        ),
        (Project(), "This is how it is set already."),
    ],
)
def test_project_that_makes_no_sense_is_refused(project, words):
    with pytest.raises(NotKept) as refusal:
        projects.change(project, by="amina", at=DURING.at)

    assert str(refusal.value) == words

"""The tracking table: every indicator and period once, with what a reader must know of it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import entries, indicators, iptt, ledger, projects, schemes, targets
from analytics.closing import Settled
from analytics.counting import Reached
from analytics.iptt import Flag
from analytics.ledger import Tier
from analytics.models import Indicator
from analytics.periods import Period
from analytics.projects import Project
from analytics.targets import Act, Start
from tests.analytics import books
from tests.analytics.ledgers import exposure
from tests.analytics.told import MARKET, RADIO

pytestmark = pytest.mark.django_db
FIRST = Period(date(2025, 1, 1), date(2025, 4, 1))
SECOND = Period(date(2025, 4, 1), date(2025, 7, 1))
BEFORE = Act("amina", datetime(2024, 12, 1, 9, tzinfo=UTC))
NOW = datetime(2025, 7, 2, 9, tzinfo=UTC)
EIGHT = tuple(indicators.REGION)


@pytest.fixture
def headline():
    return Indicator.objects.get(code="3.3")


def reach(*subjects, month=3):
    ledger.record([exposure(n, at=datetime(2025, month, 10, 9, tzinfo=UTC)) for n in subjects])


def line(indicator="3.3", period=FIRST, countries=EIGHT, at=NOW):
    found = iptt.lines([period], countries=countries, at=at)
    return next(one for one in found if one.indicator == indicator)


def test_line_says_all_that_the_sheet_asks(headline):
    reach(*range(10))
    reach(1, 2, 20, month=5)
    schemes.describe(headline, level="output", responsible="M&E officer")
    targets.set_target(headline, SECOND, 3, BEFORE)
    targets.set_baseline(headline, Start(0, date(2024, 6, 1), "no campaign before"), BEFORE)

    found = line(period=SECOND)

    assert found.actual == Reached(unique=3, first_time=1, cumulative=11)
    assert (found.target, found.share, found.flags) == (
        targets.Goal(3, date(2024, 12, 1), retrospective=False),
        100,
        (),
    )
    assert found.baseline == Start(0, date(2024, 6, 1), "no campaign before")
    assert (found.code, found.scheme, found.level, found.rule, found.responsible) == (
        *("3.3", "EUTF Common Output Indicators", "output", "3.3/1", "M&E officer"),
    )
    assert found.unit == "unique phone numbers, used as proxy for people"
    assert found.source == "ledger of receipts, screens and answers, chained by day"
    assert (found.period_name, found.computed_at) == ("Quarter 2 of 2025", NOW)


def test_scheme_that_is_asked_for_gives_its_words():
    found = iptt.lines([FIRST], countries=EIGHT, at=NOW, scheme="EUTF indicators")

    assert [(one.indicator, one.code, one.scheme) for one in found] == [
        ("3.3", "3.3", "EUTF indicators"),
        ("2.7", "2.7", "EUTF Common Output Indicators"),
        ("3.11", "3.11", "EUTF Common Output Indicators"),
    ]


# --- by hand ---------------------------------------------------------------------------------------


def test_events_feed_their_indicator_and_stand_beside_numbers():
    act = entries.Act("amina", NOW)
    reach(1)
    entries.enter(replace(MARKET, on=date(2025, 2, 1)), act)
    entries.enter(MARKET, act)
    entries.enter(RADIO, act)

    numbers, events = line("3.3", SECOND), line("3.11", SECOND)

    assert numbers.actual == Reached(0, 0, 1)
    assert (numbers.direct, numbers.indirect) == (120, 40_000)
    assert events.actual == Reached(unique=1, first_time=1, cumulative=2)
    assert (events.rule, events.unit) == ("", "events entered by hand")
    assert events.source == "0 of 1 manual entries with an evidence file"
    assert events.flags == (Flag.NO_TARGET, Flag.NO_EVIDENCE)


# --- targets ---------------------------------------------------------------------------------------


def test_target_copied_from_the_actual_is_refused(headline):
    targets.set_target(headline, FIRST, 2, Act("amina", NOW), note="logframe")
    reach(1, 2)

    found = line()

    assert (found.target, found.share, found.flags) == (None, None, (Flag.COPIED,))
    assert found.notes == ("target refused: set retrospectively and equal to the actual",)


def test_target_set_late_is_flagged_in_words(headline):
    targets.set_target(headline, FIRST, 10, Act("amina", NOW), note="logframe")
    reach(*range(9))

    found = line()

    assert (found.share, found.flags, found.notes) == (
        90,
        (Flag.RETROSPECTIVE,),
        ("set retrospectively",),
    )


@pytest.mark.parametrize(
    ("reached", "flags"),
    [(8, (Flag.REASON_DUE,)), (9, ()), (11, ()), (12, (Flag.REASON_DUE,))],
)
def test_reason_is_due_where_the_period_is_over(headline, reached, flags):
    targets.set_target(headline, FIRST, 10, BEFORE)
    reach(*range(reached))

    found = iptt.lines([FIRST], countries=EIGHT, at=NOW)

    assert [one.flags for one in found if one.indicator == "3.3"] == [flags]
    assert [one.indicator for one in iptt.due(found)] == ["3.3"] * len(flags)


def test_reason_that_was_given_stands_in_the_line(headline):
    targets.set_target(headline, FIRST, 10, BEFORE)
    targets.explain(headline, FIRST, "Rains cut the network for weeks.", Act("amina", NOW))

    found = line()

    assert (found.reason, found.flags) == ("Rains cut the network for weeks.", ())


def test_no_reason_is_due_while_the_period_runs(headline):
    targets.set_target(headline, FIRST, 10, BEFORE)

    assert line(at=datetime(2025, 3, 1, tzinfo=UTC)).flags == (Flag.RUNNING,)


def test_targets_of_the_programme_are_not_held_against_some_countries(headline):
    targets.set_target(headline, FIRST, 10, BEFORE)
    reach(1)

    assert line(countries=("KE", "UG")).flags == (Flag.NO_TARGET,)
    assert [line(countries=one).actual.unique for one in (("KE",), ("UG",), ())] == [1, 0, 0]


def test_chats_without_a_number_are_told_and_not_counted():
    ledger.record([exposure(1, Tier.INTERACTED, channel="chat", linked=False)])

    found = line()

    assert (found.actual, found.flags) == (Reached(), (Flag.NO_TARGET, Flag.CHATS))


# --- a period that was closed ---------------------------------------------------------------------


def test_closed_number_stands_beside_what_is_counted_now(settings, tmp_path):
    settings.DATA = tmp_path
    reach(*range(7))
    row = books.close(FIRST, at=NOW)
    same = line()
    reach(7, 8)

    found = line()

    assert (same.closed, same.moved) == (found.closed, False)
    assert (found.actual.unique, found.moved) == (9, True)
    assert found.closed == Settled(on=NOW.date(), rule="3.3/1", unique=7, digest=row.digest)


def test_only_the_closed_period_has_a_closed_number_and_only_the_whole_programme(
    settings, tmp_path
):
    settings.DATA = tmp_path
    reach(1)
    books.close(FIRST, at=NOW)

    assert line(period=Period(date(2025, 1, 1), date(2025, 7, 1))).closed is None
    assert line("3.11").closed is None
    assert line(countries=("KE",)).closed is None


# --- the table -------------------------------------------------------------------------------------


def test_usual_periods_end_with_the_projects_own():
    projects.change(Project(date(2024, 7, 1), date(2027, 7, 1), 7), by="amina", at=NOW)

    names = [one.period_name for one in iptt.lines(iptt.usual(NOW), countries=EIGHT, at=NOW)][:9]

    assert names == [
        *("Quarter 1 of 2025", "Quarter 2 of 2025", "Quarter 3 of 2025", "Quarter 4 of 2025"),
        *("Semester 1 of 2025", "Semester 2 of 2025", "Year 2025"),
        *("Project year 2 (2025-07-01 to 2026-06-30)", "Life of the project"),
    ]


def test_table_costs_the_same_however_much_is_aimed_at(headline):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            iptt.lines(iptt.usual(NOW), countries=EIGHT, at=NOW)
        return len(seen)

    before = cost()
    for period in iptt.usual(NOW):
        targets.set_target(headline, period, 9, Act("amina", NOW), note="logframe")
        entries.enter(MARKET, entries.Act("amina", NOW))

    assert cost() == before < 37


def test_no_periods_no_lines():
    assert iptt.lines([], countries=EIGHT, at=NOW) == []

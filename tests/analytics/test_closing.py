"""Two close a period; what is frozen never changes, whatever comes or goes later."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from analytics import closing, counting, frozen, ledger, packs, projects
from analytics.closing import NotDone
from analytics.ledger import Tier
from analytics.models import ClosedPeriod, Closing, Rule
from analytics.periods import Kind, Period, standard
from tests.analytics import books
from tests.analytics.books import LATER, MARCH, QUARTER
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def test_periods_that_can_be_closed_are_over_and_hold_something():
    found = closing.closable(at=datetime(2025, 5, 2, tzinfo=UTC), first=date(2025, 2, 1))

    assert [one.code for one in found] == ["2025-04", "2025-03", "2025-Q1", "2025-02"]


def test_year_of_the_project_can_be_closed():
    projects.change(projects.Project(date(2024, 7, 1), None, 7), by="amina", at=LATER)
    year = Period(date(2024, 7, 1), date(2025, 7, 1))

    offered = closing.closable(at=datetime(2025, 7, 2, tzinfo=UTC), first=date(2025, 2, 1))
    made = closing.propose(year, by="amina", at=LATER)

    assert year in offered
    assert (made.starts, made.ends) == (year.starts, year.ends)
    assert closing.title(year) == "Project year 1 (2024-07-01 to 2025-06-30)"


def test_period_that_was_proposed_is_offered_no_more():
    closing.propose(MARCH, by="amina", at=LATER)

    found = closing.closable(at=datetime(2025, 5, 2, tzinfo=UTC), first=date(2025, 3, 1))

    assert [one.code for one in found] == ["2025-04", "2025-Q1"]


def test_nothing_can_be_closed_before_anything_was_counted():
    assert closing.closable(at=LATER) == []


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(date(2025, 3, 2), date(2025, 4, 1)), "Only a standard period"),
        (standard(Kind.YEAR, date(2026, 1, 1)), "not over yet"),
    ],
)
def test_period_that_cannot_be_closed_is_refused(period, words):
    with pytest.raises(NotDone, match=words):
        closing.propose(period, by="amina", at=LATER)


def test_period_is_proposed_once():
    closing.propose(MARCH, by="amina", at=LATER)

    with pytest.raises(NotDone, match="proposed already"):
        closing.propose(MARCH, by="bekele", at=LATER)


def test_who_proposed_cannot_close():
    proposal = closing.propose(MARCH, by="amina", at=LATER)

    with pytest.raises(NotDone, match="another person has to look"):
        closing.agree(proposal.pk, by="amina", at=LATER)

    assert Closing.objects.get().state == "proposed"


def test_what_was_decided_is_not_decided_again():
    agreed = books.agreed(MARCH)

    with pytest.raises(NotDone, match="decided already"):
        closing.withdraw(agreed.pk, by="amina", at=LATER)


def test_withdrawn_period_can_be_proposed_again():
    first = closing.propose(MARCH, by="amina", at=LATER)
    closing.withdraw(first.pk, by="amina", at=LATER)

    second = closing.propose(MARCH, by="bekele", at=LATER)

    assert (second.state, Closing.objects.count()) == ("proposed", 2)


def test_worker_freezes_every_counted_indicator():
    ledger.record([exposure(1), exposure(2, indicators=("2.7",), country="UG")])
    books.agreed()

    done = closing.work_off(packs.NO_SOURCES, at=LATER)

    rows = ClosedPeriod.objects.order_by("indicator")
    told = [(one.indicator, one.rule, one.countries, one.rows, one.closed_by) for one in rows]
    assert (done, Closing.objects.get().state) == (1, "closed")
    assert told == [("2.7", 1, ["UG"], 1, "bekele"), ("3.3", 1, ["KE"], 1, "bekele")]
    assert sorted(one.digest for one in rows) == sorted(
        path.stem for path in packs.folder().iterdir()
    )
    assert closing.work_off(packs.NO_SOURCES, at=LATER) == 0


def test_trouble_is_noted_and_the_next_turn_tries_again():
    ledger.record([exposure(1)])
    books.agreed()

    def away(_indicator: str, _period: Period) -> list[packs.SentText]:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        closing.work_off(packs.Sources(away, lambda _rows: {}), at=LATER)

    waiting = Closing.objects.get()
    assert (waiting.state, waiting.fault) == ("agreed", "OSError: the disk is full")
    assert list(packs.folder().iterdir()) == []
    assert closing.work_off(packs.NO_SOURCES, at=LATER) == 1
    assert Closing.objects.get().fault == ""


def test_trouble_with_one_period_keeps_no_other_waiting():
    ledger.record([exposure(1)])
    for period in (MARCH, QUARTER):
        books.agreed(period)

    def away(_indicator: str, period: Period) -> list[packs.SentText]:
        if period == MARCH:
            raise OSError("the disk is full")
        return []

    with pytest.raises(OSError, match="full"):
        closing.work_off(packs.Sources(away, lambda _rows: {}), at=LATER)

    assert dict(Closing.objects.values_list("starts", "state")) == {
        MARCH.starts: "agreed",
        QUARTER.starts: "closed",
    }


def test_what_is_left_of_a_pack_that_was_cut_off_goes():
    packs.folder().mkdir()
    old, new = packs.folder() / "old.part", packs.folder() / "new.part"
    for draft, days in ((old, 2), (new, 0)):
        draft.write_bytes(b"half")
        then = (LATER - timedelta(days=days)).timestamp()
        os.utime(draft, (then, then))

    closing.work_off(packs.NO_SOURCES, at=LATER)

    assert (old.exists(), new.exists()) == (False, True)


def test_frozen_lines_are_those_that_were_counted():
    ledger.record([exposure(1), exposure(1, Tier.INTERACTED, channel="ussd"), exposure(2)])
    closed = books.close()

    lines = closing.lines(closed, [(), ("channel",)])

    told = [(one.rule, dict(one.breakdown), one.numbers.reached.unique) for one in lines]
    assert told == [
        ("3.3/1", {}, 2),
        ("3.3/1", {"channel": "sms"}, 2),
        ("3.3/1", {"channel": "ussd"}, 1),
    ]


def test_waterfall_balances():
    facts = [exposure(n, Tier.TARGETED) for n in range(5)]
    facts += [exposure(n, Tier.SENT) for n in range(4)]
    ledger.record([*facts, exposure(1), exposure(9, Tier.INTERACTED, channel="ussd")])

    steps = frozen.waterfall(closing.table_of(books.close()))

    assert [(one.code, one.value) for one in steps] == [
        ("targeted", 5),
        ("not-sent", -1),
        ("sent", 4),
        ("no-receipt", -3),
        ("delivered", 1),
        ("other-ways", 1),
        ("reached", 2),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE analytics_closedperiod SET tables = ''",
        "DELETE FROM analytics_closedperiod",
        "TRUNCATE analytics_closedperiod",
        "UPDATE analytics_restatement SET deltas = ''",
        "DELETE FROM analytics_restatement",
    ],
)
def test_what_is_closed_cannot_be_changed_in_the_database(statement):
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_t10_other_rule_counts_the_same_exposures_and_leaves_the_closed_numbers():
    ledger.record([exposure(1), exposure(2, Tier.INTERACTED, channel="ussd")])
    closed = books.close()
    ledger.record([exposure(3, Tier.INTERACTED, channel="chat")])
    stricter = Rule.objects.create(
        indicator_id="3.3",
        version=2,
        tiers=["interacted"],
        start=date(2015, 1, 1),
        since=date(2026, 1, 1),
    )

    again = closing.recounted(closed, stricter)
    first = closing.recounted(closed, Rule.objects.get(indicator="3.3", version=1))

    assert (again[()][()].reached.unique, first[()][()].reached.unique) == (1, 2)
    assert ClosedPeriod.objects.get(pk=closed.pk).tables == closed.tables


def test_closed_numbers_do_not_hang_on_the_rules_row():
    ledger.record([exposure(1)])
    closed = books.close()
    Rule.objects.filter(indicator="3.3").update(tiers=["referred"], start=date(2025, 6, 1))

    question = closing.question_of(closed)

    table = counting.count(question, [QUARTER], frozen.SETS)[QUARTER]
    assert frozen.write(table) == closed.tables


def test_reader_sees_periods_of_own_countries():
    ledger.record([exposure(1), exposure(2, indicators=("2.7",), country="UG")])
    books.close()

    assert [one.indicator for one in closing.closed(own=["KE"])] == ["3.3"]
    assert [one.indicator for one in closing.closed(own=["KE", "UG"])] == ["2.7", "3.3"]
    assert closing.closed(own=["ET"]) == []

"""What comes after a period was closed stands beside it, dated, and never in it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import (
    auditing,
    closing,
    frozen,
    ledger,
    outside,
    packs,
    refreshing,
    restating,
    verification,
)
from analytics.ledger import Tier
from analytics.models import ClosedPeriod, Exposure, Release, Restatement
from people import erasure, identity
from people.models import Subject
from tests.analytics import books
from tests.analytics.books import LATER, QUARTER
from tests.analytics.ledgers import NOON, Opinion, exposure, many

pytestmark = pytest.mark.django_db
SOON = LATER + timedelta(days=1)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def test_t9_late_receipt_becomes_a_restatement_and_leaves_the_snapshot_byte_for_byte():
    ledger.record([exposure(1), exposure(2, Tier.SENT)])
    closed = books.close()
    pack = packs.place(closed.digest).read_bytes()
    ledger.record([exposure(2)])

    found = restating.restate_due(at=SOON)

    row, late = ClosedPeriod.objects.get(pk=closed.pk), Restatement.objects.get(closed=closed)
    _by, _cell, delta = next(frozen.lines(late.deltas))
    assert (found, row.tables, row.digest) == (1, closed.tables, closed.digest)
    assert packs.place(closed.digest).read_bytes() == pack
    assert {name: value for name, value in delta.items() if value} == {
        "delivered": 1,
        "unique": 1,
        "first_time": 1,
        "cumulative": 1,
    }
    assert (late.at, late.facts) == (SOON, 1)
    why = json.loads(late.why)
    assert (why["facts"], why["inside"], why["before"]) == ({"sms delivered": 1}, 1, 0)


def test_late_fact_of_an_earlier_month_moves_first_time_to_it():
    ledger.record([exposure(1)])
    closed = books.close()
    ledger.record([exposure(1, at=NOON - timedelta(days=90))])

    restating.restate_due(at=SOON)

    late = Restatement.objects.get(closed=closed)
    assert closing.restated(closed)[()][()].reached.first_time == 0
    assert closing.table_of(closed)[()][()].reached.first_time == 1
    assert json.loads(late.why)["before"] == 1


@pytest.mark.parametrize(
    "late",
    [
        exposure(1, campaign="safe-way"),  # known as reached already, by the same way
        exposure(3, at=datetime(2025, 4, 1, 9, tzinfo=UTC)),  # after the period
        exposure(3, indicators=("2.7",)),  # of another indicator
    ],
)
def test_what_adds_nothing_restates_nothing(late):
    ledger.record([exposure(1)])
    closed = books.close()
    ledger.record([late])

    restating.restate_due(at=SOON)

    assert Restatement.objects.filter(closed=closed).count() == 0


def test_period_is_restated_once_a_day():
    ledger.record([exposure(1)])
    closed = books.close()
    ledger.record([exposure(2)])
    restating.restate_due(at=SOON)
    ledger.record([exposure(3)])

    same_day = restating.restate_due(at=SOON + timedelta(hours=1))
    next_day = restating.restate_due(at=SOON + timedelta(days=1))

    uptos = list(Restatement.objects.order_by("pk").values_list("since", "upto"))
    assert (same_day, next_day) == (0, 1)
    assert uptos[0][0] == closed.upto
    assert uptos[0][1] == uptos[1][0]
    assert closing.restated(closed)[()][()].reached.unique == 3


def test_t8_forgetting_somebody_leaves_the_closed_period_and_its_proof():
    token = identity.meet("+254700000001", "KE").token
    subject = identity.subjects([token], at=NOON)[token]
    ledger.record([exposure(1), exposure(subject=subject)])
    closed = books.close()

    erasure.forget(token)

    audit = auditing.audit(packs.place(closed.digest), digest=closed.digest)
    assert Subject.objects.filter(subject=subject).count() == 0
    assert (audit.faults, audit.total.reached.unique) == ((), 2)
    assert restating.restate_due(at=SOON) == 0
    assert verification.verify().differences == ()


cuts = st.integers(0, 40)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000), before=cuts, between=cuts)
def test_closed_numbers_with_restatements_are_a_recount_of_everything(seed, before, between):
    facts = many(80, people=12, seed=seed)
    with transaction.atomic():
        ledger.record(facts[:before])
        closed = books.close()
        ledger.record(facts[before : before + between])
        restating.restate(closed, refreshing.horizon(), at=SOON)
        ledger.record(facts[before + between :])
        restating.restate(closed, refreshing.horizon(), at=SOON + timedelta(days=1))
        now, kept = closing.restated(closed), closing.table_of(closed)
        transaction.set_rollback(True)

    assert kept == {by: Opinion(facts[:before]).cells(QUARTER, by) for by in frozen.SETS}
    assert now == {by: Opinion(facts).cells(QUARTER, by) for by in frozen.SETS}


# --- proved again -----------------------------------------------------------------------------------


def test_verification_counts_closed_periods_again():
    ledger.record(many(200, people=40))
    books.close()
    ledger.record([exposure(900)])
    restating.restate_due(at=SOON)

    assert verification.verify().differences == ()


def test_verification_names_a_closed_period_whose_rows_changed():
    ledger.record([exposure(1), exposure(2, Tier.SENT)])
    books.close()
    with connection.cursor() as cursor:  # whoever changes it has taken the right
        cursor.execute("GRANT UPDATE ON analytics_exposure TO CURRENT_USER")
    Exposure.objects.filter(tier="sent").update(district="elsewhere")

    differences = verification.verify().differences

    assert (
        "Closed period 3.3 2025-Q1: its rows are not what they were when it was closed."
        in differences
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("digest", "0" * 64),
        ("closed_by", "amina"),
        ("proposed_by", "bekele"),
        ("rows", 7),
        ("countries", ["DJ"]),
    ],
)
def test_verification_names_a_closed_period_that_says_other_than_its_pack(column, value):
    ledger.record([exposure(1)])
    books.close()

    taken_rights()
    ClosedPeriod.objects.filter(indicator="3.3").update(**{column: value})

    assert verification.verify().differences == (
        "Closed period 3.3 2025-Q1: no evidence pack of this digest says so.",
    )


def test_verification_names_a_released_table_that_was_changed():
    ledger.record([exposure(n) for n in range(40)])
    books.close(books.MARCH)
    outside.release("3.3", books.MARCH, by="amina", at=SOON)

    taken_rights()
    Release.objects.filter(table="country").update(content="")

    assert verification.verify().differences == (
        "Released table 3.3 2025-03 country: it is not what it was.",
    )


def taken_rights() -> None:
    """What the tables' owner can always do."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON analytics_release, analytics_closedperiod TO CURRENT_USER")

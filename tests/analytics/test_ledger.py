"""The door in: what is written, once, in which order; how fast; by several writers at a time."""

import random
import threading
import time
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction

from analytics import chain, ledger, verification
from analytics.ledger import Tier
from analytics.models import DayLink, Exposure, Reach
from tests.analytics.at_once import run
from tests.analytics.ledgers import NOON, exposure, many, number


@pytest.mark.django_db
def test_record_keeps_the_order_given():
    written = [exposure(n, key=1000 - n) for n in range(200)]

    assert ledger.record(written) == 200

    kept = Exposure.objects.order_by("sequence").values_list("key", flat=True)
    assert list(kept) == [one.key for one in written]


@pytest.mark.django_db
def test_record_takes_each_fact_once():
    one, other = exposure(1, key=1), exposure(2, key=2)

    assert ledger.record([one, one, other]) == 2
    assert ledger.record([other, one, exposure(3, key=3)]) == 1
    assert Exposure.objects.count() == 3


@pytest.mark.django_db
def test_record_of_nothing_is_nothing():
    assert ledger.record([]) == 0


@pytest.mark.django_db
def test_record_goes_on_over_several_batches(monkeypatch):
    monkeypatch.setattr(ledger, "ROWS", 7)

    assert ledger.record(exposure(n, key=n + 1) for n in range(20)) == 20

    kept = Exposure.objects.order_by("sequence").values_list("subject", flat=True)
    assert list(kept) == [number(n) for n in range(20)]


@pytest.mark.django_db
def test_record_refuses_a_time_without_zone():
    with pytest.raises(ValueError, match="needs a time with a zone"):
        ledger.record([exposure(1, at=datetime(2025, 3, 1))])  # noqa: DTZ001 - that is the mistake


@pytest.mark.django_db(transaction=True)
def test_record_goes_with_the_callers_transaction():
    with transaction.atomic():
        ledger.record([exposure(1)])
        transaction.set_rollback(True)

    assert (Exposure.objects.count(), Reach.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_odd_words_come_back_as_they_were():
    odd = 'a\tb\\N\nc"d{}, ሰላም'

    ledger.record(
        [exposure(1, campaign=odd, district="", indicators=(odd, "3.3", "3.3"), item="n\0l")]
    )

    kept = Exposure.objects.get()
    assert (kept.campaign, kept.district, kept.item) == (odd, "unknown", "nl")
    assert kept.indicators == [odd, "3.3"]


@pytest.mark.django_db
def test_sensitive_content_is_written_without_details():
    ledger.record([exposure(1, sex="female", district="Mombasa", gateway="sim", sensitive=True)])

    kept = Exposure.objects.get()
    assert (kept.indicators, kept.campaign, kept.country, kept.channel) == (
        ["3.3"],
        "safe-way",
        "KE",
        "sms",
    )
    assert (kept.item, kept.language, kept.network, kept.gateway) == ("", "", "", "")
    assert {kept.sex, kept.age_band, kept.status, kept.district} == {"unknown"}


@pytest.mark.django_db
def test_months_begin_at_midnight_in_nairobi():
    ledger.record(
        [
            exposure(1, at=datetime(2025, 3, 31, 20, 59, 59, tzinfo=UTC)),
            exposure(2, at=datetime(2025, 3, 31, 21, 0, 0, tzinfo=UTC)),
        ]
    )

    months = Reach.objects.order_by("month").values_list("month", flat=True)
    assert list(months) == [date(2025, 3, 1), date(2025, 4, 1)]


@pytest.mark.django_db
def test_reach_keeps_what_the_first_exposure_said():
    ledger.record([exposure(1, sex="unknown", language="am"), exposure(1, sex="female")])
    ledger.record([exposure(1, sex="male", language="sw")])

    kept = Reach.objects.get()
    assert (kept.sex, kept.language) == ("unknown", "am")
    assert kept.sequence == Exposure.objects.order_by("sequence")[0].sequence


@pytest.mark.django_db
def test_a_closed_day_is_never_written():
    ledger.record([exposure(1)], at=NOON)
    closed = chain.close_days(at=datetime(2025, 3, 11, 9, tzinfo=UTC))

    ledger.record([exposure(2)], at=NOON)  # a clock that went back

    days = Exposure.objects.order_by("sequence").values_list("recorded_on", flat=True)
    assert (closed, list(days)) == (1, [date(2025, 3, 10), date(2025, 3, 11)])
    assert verification.verify().differences == ()


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_agree_with_a_recount():
    """Two folds that meet the same subjects and, in part, the same facts."""
    facts = many(3000, people=40)
    new: list[int] = []

    def fold(seed: int) -> None:
        mine = [one for one in facts if one.key.int % 3 != seed]  # a third is common to both
        new.extend(ledger.record(mine[at : at + 150]) for at in range(0, len(mine), 150))
        connection.close()

    run(lambda: fold(0), lambda: fold(1))

    assert sum(new) == len(facts) == Exposure.objects.count()
    assert verification.verify().differences == ()


@pytest.mark.django_db(transaction=True)
def test_the_lower_sequence_wins_even_when_it_comes_second():
    """The first writer draws its sequence, then waits; the second one reaches the subject before it."""
    drawn, other_done = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('analytics_exposure', 'sequence'))"
            )
            sequence = cursor.fetchone()[0]
            drawn.set()
            other_done.wait(5)
            ledger.record([exposure(1, sex="female")])
            cursor.execute("GRANT UPDATE ON analytics_exposure TO CURRENT_USER")
            cursor.execute(
                "UPDATE analytics_exposure SET sequence = %s WHERE sex = 'female'", [sequence]
            )
            cursor.execute("REVOKE UPDATE ON analytics_exposure FROM CURRENT_USER")
            cursor.execute("DELETE FROM analytics_reach")
        connection.close()

    def quick() -> None:
        drawn.wait(5)
        ledger.record([exposure(1, sex="male")])
        other_done.set()
        connection.close()

    run(slow, quick)
    first, second = Exposure.objects.order_by("sequence")
    reach(second)
    reach(first)

    assert Reach.objects.get().sex == "female"
    assert verification.verify().differences == ()


def reach(kept: Exposure) -> None:
    """The part of `record` that follows the insert, as a late writer runs it."""
    statement = ledger.INSERT[ledger.INSERT.index("), first AS (") + 3 :]
    fresh = "WITH fresh AS (SELECT * FROM analytics_exposure WHERE sequence = %(sequence)s), "
    with connection.cursor() as cursor:
        cursor.execute(fresh + statement, {"sequence": kept.sequence, "never": ledger.NEVER})


@pytest.mark.django_db(transaction=True)
def test_a_day_closes_behind_its_last_writer():
    """What is being written into yesterday is waited for."""
    yesterday, today = NOON, datetime(2025, 3, 11, 0, 0, 1, tzinfo=UTC)
    ledger.record([exposure(1)], at=yesterday)
    writing = threading.Event()

    def slow() -> None:
        with transaction.atomic():
            ledger.record([exposure(2)], at=yesterday)
            writing.set()
            time.sleep(0.3)
        connection.close()

    def close() -> None:
        writing.wait(5)
        chain.close_days(at=today)
        connection.close()

    run(slow, close)

    assert DayLink.objects.get().rows == 2


@pytest.mark.django_db(transaction=True)
def test_record_is_quick():
    """A floor against regressions only: the machine may be busy with other things."""
    facts = many(20_000, people=8_000)
    random.Random(2).shuffle(facts)

    began = time.monotonic()
    new = ledger.record(facts)
    seconds = time.monotonic() - began

    assert new == 20_000
    assert seconds < 3


@pytest.mark.django_db
def test_a_plain_word_is_taken_as_tier():
    ledger.record([exposure(1, "sent", key=UUID(int=9).int)])  # type: ignore[arg-type]

    assert Exposure.objects.get().tier == Tier.SENT


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["analytics_exposure", "analytics_daylink"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_ledger_and_its_chain_only_grow(table, statement):
    column = {"analytics_exposure": "item", "analytics_daylink": "digest"}[table]

    refused = pytest.raises(ProgrammingError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))

"""Whoever edits a row in SQL is held off; whoever has taken the rights for it is seen."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from analytics import chain, ledger, refreshing, verification
from tests.analytics.ledgers import NOON, many

pytestmark = pytest.mark.django_db
LEDGER = "analytics_exposure, analytics_daylink"


@pytest.fixture(scope="module", autouse=True)
def kept(django_db_setup, django_db_blocker):
    """Two closed days, one open day, figures: made once, each test's edits are rolled back to it."""
    facts = many(300, people=60)
    with django_db_blocker.unblock(), transaction.atomic():
        for day, start in enumerate(range(0, 300, 100)):
            ledger.record(facts[start : start + 100], at=NOON + timedelta(days=day))
        assert chain.close_days(at=NOON + timedelta(days=2)) == 2
        refreshing.refresh(at=datetime(2025, 12, 31, 9, tzinfo=UTC))
        assert verification.verify().differences == ()
        sql(f"GRANT UPDATE, DELETE ON {LEDGER} TO CURRENT_USER")
        yield
        transaction.set_rollback(True)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount != 0  # -1: no statement on rows


CLOSED = "recorded_on = '2025-03-10'"
OPEN = "recorded_on = '2025-03-12'"
ONE = "sequence = (SELECT min(sequence) FROM analytics_exposure WHERE {})"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            f"UPDATE analytics_exposure SET item = 'x' WHERE {ONE.format(CLOSED)}",
            "Day 2025-03-10: its 100 rows are not what they were when it was closed",
        ),
        (
            f"UPDATE analytics_exposure SET at = at + interval '1 microsecond' WHERE {ONE.format(CLOSED)}",
            "Day 2025-03-10: its 100 rows are not what they were when it was closed",
        ),
        (
            f"DELETE FROM analytics_exposure WHERE {ONE.format(CLOSED)}",
            "Day 2025-03-10: it was closed with 100 rows and has 99 now.",
        ),
        (
            f"UPDATE analytics_exposure SET recorded_on = '2025-03-09' WHERE {ONE.format(CLOSED)}",
            "Day 2025-03-09: it has rows, but no link in the chain of closed days.",
        ),
        (
            "UPDATE analytics_daylink SET digest = repeat('0', 64) WHERE day = '2025-03-10'",
            "Day 2025-03-11: it is not chained to the closed day before it.",
        ),
        (
            "DELETE FROM analytics_daylink WHERE day = '2025-03-10'",
            "Day 2025-03-11: it is not chained to the closed day before it.",
        ),
        (
            f"UPDATE analytics_exposure SET sex = 'edited' WHERE {OPEN}",
            "Reach: .* rows are other in it than the first exposure says",
        ),
        (
            f"DELETE FROM analytics_exposure WHERE {OPEN}",
            "Reach: .* rows are in it although no exposure says so",
        ),
        (
            "DELETE FROM analytics_reach WHERE sequence = (SELECT min(sequence) FROM analytics_reach)",
            "Reach: . rows are missing in it although an exposure says so",
        ),
        (
            "UPDATE analytics_reach SET channel = 'radio' WHERE "
            "sequence = (SELECT min(sequence) FROM analytics_reach)",
            "Reach: . rows are in it although no exposure says so",
        ),
        (
            "UPDATE analytics_figure SET \"unique\" = \"unique\" + 1 WHERE indicator = '3.3' AND by = '' "
            "AND starts = '2025-01-01' AND ends = '2026-01-01'",
            "Figure 3.3/1 2025, total: kept .*unique .*, recounted .*",
        ),
        (
            "DELETE FROM analytics_figure WHERE indicator = '2.7' AND by = 'channel' AND cell = '{ussd}' "
            "AND starts = '2025-04-01' AND ends = '2025-07-01'",
            "Figure 2.7/1 2025-Q2, channel ussd: kept nothing, recounted .*",
        ),
        (
            "DELETE FROM analytics_count WHERE starts = '2015-01-01'",
            "Figures: .* rows belong to no count.",
        ),
        (
            f"UPDATE analytics_exposure SET sensitive = true WHERE {OPEN}",
            "Exposures: 100 of sensitive content say more than",
        ),
    ],
)
def test_an_edited_row_is_seen(statement, words):
    sql(statement)

    found = verification.verify().differences

    assert any(pytest.importorskip("re").match(words, one) for one in found), found


def test_command_fails_and_says_what_differs():
    sql(f"UPDATE analytics_exposure SET subject = gen_random_uuid() WHERE {ONE.format(CLOSED)}")
    out = io.StringIO()

    with pytest.raises(CommandError, match="The ledger does not hold"):
        call_command("verify_ledger", stdout=out)

    assert out.getvalue().startswith("Day 2025-03-10: its 100 rows are not what they were")


def test_command_says_what_was_looked_at():
    out = io.StringIO()

    call_command("verify_ledger", stdout=out)

    assert out.getvalue().startswith(
        "The ledger holds: 300 exposures, 2 closed days and 100 rows of open ones"
    )


def test_chain_cut_at_its_end_is_seen_by_whoever_noted_a_link():
    noted = verification.verify().newest
    sql("DELETE FROM analytics_daylink WHERE day = '2025-03-11'")
    sql("UPDATE analytics_exposure SET item = 'other' WHERE recorded_on = '2025-03-11'")
    chain.close_days(at=NOON + timedelta(days=2))

    assert verification.verify().differences == ()  # it agrees with itself
    assert verification.verify(noted=[noted]).differences == (
        f"Link {noted}: it was noted elsewhere and is not in the chain of closed days.",
    )


def test_link_that_was_noted_holds():
    out = io.StringIO()

    call_command("verify_ledger", link=[verification.verify().newest], stdout=out)

    assert out.getvalue().splitlines()[1] == f"Newest link: {verification.verify().newest}"

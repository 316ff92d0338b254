"""Tables that leave: of closed periods, once, and always the same."""

from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from analytics import ledger, outside
from analytics.models import Release
from analytics.outside import NotReleased, Row
from tests.analytics import books
from tests.analytics.books import LATER, MARCH, QUARTER
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def record(**sizes: int) -> None:
    """So many people met in March, by country; each group has people of its own."""
    start = 0
    for country, size in sizes.items():
        ledger.record([exposure(n, country=country) for n in range(start, start + size)])
        start += size


def rows(period, table):
    found = {one.table: outside.rows(one) for one in outside.released("3.3", period)}
    return found[table]


def test_only_closed_periods_leave():
    with pytest.raises(NotReleased, match="close it first"):
        outside.release("3.3", MARCH, by="amina", at=LATER)


def test_small_country_is_withheld_together_with_another():
    record(KE=40, UG=20, DJ=4)
    books.close(MARCH)

    outside.release("3.3", MARCH, by="amina", at=LATER)

    assert rows(MARCH, "total") == [
        Row((), {"unique": 64, "first_time": 64, "cumulative": 64}),
    ]
    nothing = dict.fromkeys(("unique", "first_time", "cumulative"))
    all_of = dict.fromkeys(("unique", "first_time", "cumulative"), 40)
    assert rows(MARCH, "country") == [
        Row(("DJ",), nothing),
        Row(("KE",), all_of),
        Row(("UG",), nothing),
    ]


def test_month_has_no_tables_of_persons():
    record(KE=40)
    books.close(MARCH)

    found = outside.release("3.3", MARCH, by="amina", at=LATER)

    assert [one.table for one in found] == ["total", "country", "channel"]


def test_quarter_brings_its_months_with_it():
    record(KE=40)
    books.close(QUARTER)

    outside.release("3.3", QUARTER, by="amina", at=LATER)

    assert Release.objects.values_list("starts", "ends").distinct().count() == 4
    assert rows(QUARTER, "sex") == [Row(("unknown",), {"unique": 40})]
    assert rows(MARCH, "total") == rows(QUARTER, "total")


def test_second_request_gives_the_same_whatever_came_meanwhile():
    record(KE=40)
    books.close(MARCH)
    first = outside.release("3.3", MARCH, by="amina", at=LATER)
    ledger.record([exposure(n, country="KE") for n in range(100, 130)])

    again = outside.release("3.3", MARCH, by="bekele", at=LATER)

    assert [(one.pk, one.content, one.digest) for one in again] == [
        (one.pk, one.content, one.digest) for one in first
    ]


def test_digest_covers_what_the_table_says():
    record(KE=40)
    books.close(MARCH)

    total = outside.release("3.3", MARCH, by="amina", at=LATER)[0]

    assert total.digest == outside.digest("3.3", total.rule, MARCH, "total", total.content)
    other = total.content.replace("40", "41")
    assert total.digest != outside.digest("3.3", total.rule, MARCH, "total", other)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE analytics_release SET content = ''",
        "DELETE FROM analytics_release",
        "TRUNCATE analytics_release",
    ],
)
def test_what_was_released_cannot_be_changed_in_the_database(statement):
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

"""Released tables are handed out whole, to who holds all the countries that were counted."""

from pathlib import Path

import pytest

from analytics import handing, ledger, outside, schemes
from analytics.handing import Sought
from tests.analytics import books
from tests.analytics.books import LATER, MARCH, QUARTER
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db
BOTH = ("KE", "UG")


@pytest.fixture(autouse=True)
def _released(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    lands = ["KE"] * 40 + ["UG"] * 20
    ledger.record([exposure(n, country=land) for n, land in enumerate(lands)])
    books.close(QUARTER)
    outside.release("3.3", QUARTER, by="amina", at=LATER)


def sought(own=BOTH, **wish):
    return [(key.period.code, key.table) for key in handing.keys(Sought(**wish), own)]


def test_periods_come_in_their_order_with_the_tables_of_the_fixed_set():
    found = sought()

    assert found[:4] == [
        ("2025-01", "total"),
        ("2025-01", "country"),
        ("2025-01", "channel"),
        ("2025-02", "total"),
    ]
    assert {code for code, _table in found} == {"2025-01", "2025-02", "2025-03", "2025-Q1"}


def test_period_and_table_are_chosen():
    assert sought(period=MARCH) == [
        ("2025-03", "total"),
        ("2025-03", "country"),
        ("2025-03", "channel"),
    ]
    assert sought(table="sex") == [("2025-Q1", "sex")]
    assert sought(indicator="2.7") == []


@pytest.mark.parametrize(
    ("own", "given"), [((), 0), (("KE",), 0), (("KE", "ET"), 0), (("UG", "KE", "ET"), 3)]
)
def test_who_lacks_one_counted_country_gets_nothing(own, given):
    assert len(sought(own, period=MARCH)) == given


def test_tables_are_as_they_were_released():
    keys = handing.keys(Sought(period=QUARTER), BOTH)

    found = handing.tables(keys)

    stored = outside.released("3.3", QUARTER)
    assert [(one.key.table, one.digest, one.rule) for one in found] == [
        (one.table, one.digest, f"3.3/{one.rule}") for one in stored
    ]
    assert [list(one.rows) for one in found] == [outside.rows(one) for one in stored]
    sexes = next(one for one in found if one.key.table == "sex")
    assert (sexes.dimensions, sexes.measures) == (("sex",), ("unique",))


def test_statements_do_not_grow_with_the_tables(django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len(handing.tables(handing.keys(Sought(), BOTH))) > 9


def test_catalogue_has_titles_and_rules_without_a_query_a_row(django_assert_num_queries):
    with django_assert_num_queries(3):
        found = {one.code: (handing.titled(one), one.rules.count) for one in schemes.listed()}

    titles, _rules = found["3.3"]
    assert titles[0].keys() == {"scheme", "code", "title"}

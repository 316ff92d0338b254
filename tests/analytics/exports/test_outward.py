"""What leaves is what was released: no withheld number, and nothing of what was not released."""

from datetime import UTC, datetime

import pytest

from analytics import ledger, outside, refreshing
from analytics.exports import outward
from analytics.exports.outward import NotReleased
from analytics.periods import parse
from tests.analytics.books import close
from tests.analytics.exports.conftest import NEXT_YEAR
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db
QUARTER = parse("2025-Q1")


def met(people: range, month: int = 1, country: str = "KE") -> None:
    at = datetime(2025, month, 10, 9, tzinfo=UTC)
    ledger.record([exposure(n, at=at, country=country) for n in people])
    refreshing.refresh(at=NEXT_YEAR)


def release() -> None:
    close(QUARTER, at=NEXT_YEAR)
    outside.release("3.3", QUARTER, by="amina", at=NEXT_YEAR)


def leaving():
    found = outward.observations(QUARTER, own=["KE", "UG"])
    return {(one.dimension, one.category, one.measure): one.value for one in found}


def test_what_leaves_is_what_the_released_tables_show():
    met(range(40))
    met(range(40, 90), country="UG")
    release()

    told = leaving()

    shown = {
        ("" if table.table == "total" else table.table, " ".join(row.category), measure): value
        for table in outside.released("3.3", QUARTER)
        for row in outside.rows(table)
        for measure, value in row.numbers.items()
        if value is not None
    }
    assert told == shown
    assert (told["", "", "unique"], told["country", "KE", "unique"]) == (90, 40)


def test_small_numbers_do_not_leave():
    met(range(60))
    met(range(60, 63), country="UG")
    release()

    told = leaving()

    assert [key for key, value in told.items() if value < 10] == []
    assert [key for key in told if key[1] == "UG"] == []


def test_late_facts_change_nothing_that_left():
    met(range(40))
    release()
    before = leaving()
    met(range(40, 90))

    assert leaving() == before


def test_nothing_leaves_of_what_was_not_released():
    met(range(40))
    close(QUARTER, at=NEXT_YEAR)

    with pytest.raises(NotReleased) as refused:
        outward.observations(QUARTER, own=["KE", "UG"])

    assert refused.value.code == "unreleased"


def test_released_tables_of_small_numbers_alone_are_nothing():
    met(range(3))
    release()

    with pytest.raises(NotReleased) as refused:
        outward.observations(QUARTER, own=["KE", "UG"])

    assert refused.value.code == "withheld"


def test_observation_has_a_key_and_the_digest_of_its_table():
    met(range(40))
    release()

    found = outward.observations(QUARTER, own=["KE", "UG"])

    assert found[0].key == "3.3/2025-Q1/total/unique"
    assert len({one.key for one in found}) == len(found)
    digests = {one.table: one.digest for one in outside.released("3.3", QUARTER)}
    assert {one.digest for one in found if one.dimension == "channel"} == {digests["channel"]}


def test_who_does_not_see_all_countries_gets_nothing():
    met(range(40))
    met(range(40, 90), country="UG")
    release()

    with pytest.raises(NotReleased) as refused:
        outward.observations(QUARTER, own=["KE"])

    assert refused.value.code == "parts"

"""The figures' door: what was released, and nothing that was withheld."""

import json
from pathlib import Path

import pytest

from analytics import ledger, outside
from analytics.models import Release
from tests.analytics import books
from tests.analytics.books import LATER, MARCH
from tests.analytics.ledgers import exposure
from tests.partners import program

pytestmark = pytest.mark.django_db
NOTHING = dict.fromkeys(("unique", "first_time", "cumulative"))


@pytest.fixture
def march(settings, tmp_path: Path) -> None:
    """Forty numbers in Kenya, twenty in Uganda, four in Djibouti."""
    settings.DATA = tmp_path
    lands = ["KE"] * 40 + ["UG"] * 20 + ["DJ"] * 4
    ledger.record([exposure(n, country=land) for n, land in enumerate(lands)])
    books.close(MARCH)


def release():
    return outside.release("3.3", MARCH, by="amina", at=LATER)


def numbers(told):
    """Every number of every table."""
    return [
        number
        for table in told["items"]
        for row in table["rows"]
        for number in row["reached"].values()
    ]


def test_closed_period_is_not_there_before_it_is_released(march):
    own = program("indicators")

    assert own.read("figures")["items"] == []
    release()
    assert own.read("figures")["total"] == 3


def test_number_below_ten_never_leaves(march):
    release()

    found = numbers(program("indicators").read("figures"))

    assert sorted({number for number in found if number is not None}) == [40, 64]
    assert 4 in [row.numbers["unique"] for row in outside._rows(Release.objects.all()[1].truth)]


def test_table_is_told_in_stable_words(march):
    stored = next(one for one in release() if one.table == "country")

    told = program("indicators").read("figures", table="country", period="2025-03", indicator="3.3")

    assert told == {
        "items": [
            {
                "indicator": "3.3",
                "rule": "3.3/1",
                "period": "2025-03",
                "from": "2025-03-01",
                "to": "2025-04-01",
                "table": "country",
                "dimensions": ["country"],
                "measures": ["unique", "first_time", "cumulative"],
                "unit": "unique phone numbers",
                "rows": [
                    {"breakdown": {"country": "DJ"}, "reached": NOTHING},
                    {
                        "breakdown": {"country": "KE"},
                        "reached": {"unique": 40, "first_time": 40, "cumulative": 40},
                    },
                    {"breakdown": {"country": "UG"}, "reached": NOTHING},
                ],
                "digest": stored.digest,
                "released_at": "2026-02-01T09:00:00+00:00",
            }
        ],
        "page": 1,
        "pages": 1,
        "total": 1,
        "next_page": None,
    }


def test_badge_without_a_counted_country_gets_no_table(march):
    release()

    assert program("indicators", countries=["KE", "UG"]).read("figures")["items"] == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"period": "2025-13"}, "period is a year"),
        ({"period": "2025-01-01/2025-02-01"}, "period is a year"),
        ({"period": "١٩٩٩"}, "period is a year"),
        ({"table": "religion"}, "table is one of: total, country"),
        ({"by": "country"}, "There is no parameter by here"),
        ({"page": "0"}, "page is one number"),
    ],
)
def test_what_cannot_be_read_is_said(asked, words):
    answer = program("indicators").get("figures", asked)

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(words)


def test_same_bytes_in_every_language(march):
    release()
    own = program("indicators")

    answers = [
        own.get(place, headers={"accept-language": language}).content
        for place in ("figures", "indicators")
        for language in ("en", "ar", "sw")
    ]

    assert len(set(answers)) == 2


def test_indicators_say_how_they_are_counted():
    found = {one["code"]: one for one in program("indicators").read("indicators")["items"]}

    assert found["3.3"]["rules"] == [
        {"rule": "3.3/1", "since": "2015-01-01", "tiers": ["delivered", "interacted"]}
    ]
    assert found["3.3"]["unit"] == "unique phone numbers, used as proxy for people"
    assert {one["unit"] for one in found.values() if not one["counted"]} == {"events"}
    assert json.dumps(found["3.3"]["titles"]).count('"scheme"') > 0


def test_statements_do_not_grow_with_the_tables(march, django_assert_num_queries):
    own = program("indicators")
    release()

    with django_assert_num_queries(5):  # badge, count, closed periods, keys, tables
        own.read("figures")

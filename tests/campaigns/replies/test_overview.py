"""Texts asked for, as staff see them: sums that agree, and no number small enough to point at somebody."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from inspect import getsource
from zoneinfo import ZoneInfo

import pytest

import bot.folding
import ussd.parcels
from campaigns.models import Answer
from campaigns.replies import outbox, overview, reasons, retention
from gateways.base import Reason
from tests.campaigns.replies.owed import owed

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=ZoneInfo("Africa/Nairobi"))
DAY = timedelta(days=1)
State = Answer.State


def parcels(number: int, *, ago: timedelta = timedelta(0), **changes: object) -> None:
    first = Answer.objects.count()
    Answer.objects.bulk_create(
        Answer(
            kind=Answer.Kind.PARCEL,
            gateway="sim",
            reference=f"{first + n}",
            made_at=NOON - ago,
            **{"country": "KE", "item": "faq-006", "state": State.SENT, **changes},
        )
        for n in range(number)
    )


def look(*countries: str) -> overview.Overview:
    return overview.overview(countries or ("KE",), language="en", at=NOON)


def table(lines: tuple[overview.Line, ...]) -> dict[str, tuple[int, int]]:
    return {line.words: (line.today.number, line.week.number) for line in lines}


def marks(lines: tuple[overview.Line, ...]) -> dict[str, str]:
    """Item -> how its number of the week is told."""
    told = {True: "few", False: ""}
    return {line.item: "kept back" if line.week.withheld else told[line.week.few] for line in lines}


def test_every_wish_is_in_one_outcome():
    parcels(3)
    parcels(2, state=State.REFUSED, reason="enough")
    parcels(1, state=State.BEGUN)
    parcels(4, state=State.WAITING, ago=2 * DAY)

    found = look()

    assert (found.asked.today.number, found.asked.week.number) == (6, 10)
    assert table(found.fates) == {
        "Sent": (3, 3),
        "Still to be sent": (0, 4),
        "Unknown: it may have been sent": (1, 1),
        "Not sent": (2, 2),
    }


def test_days_begin_at_our_own_midnight():
    parcels(1, ago=timedelta(hours=12))
    parcels(1, ago=timedelta(hours=12, seconds=1))
    parcels(1, ago=timedelta(days=6, hours=12))
    parcels(1, ago=timedelta(days=6, hours=12, seconds=1))

    assert (look().asked.today.number, look().asked.week.number) == (1, 3)


def test_only_own_countries_and_no_answers_of_the_bot_are_counted():
    parcels(2)
    parcels(3, country="ET")
    owed(made_at=NOON)

    assert look().asked.week.number == 2
    assert look("KE", "ET").asked.week.number == 5


def test_reasons_are_told_in_words_the_most_frequent_first():
    parcels(1, state=State.REFUSED, reason="no-credit")
    parcels(2, state=State.REFUSED, reason="again")

    assert list(table(look().reasons)) == [
        "the number had the same text within ten minutes",
        "the person has no credit",
    ]


def test_cost_is_summed_by_currency():
    parcels(2, cost=Decimal("0.8000"), currency="KES")
    parcels(1, cost=Decimal("0.5000"), currency="KES", ago=DAY)
    parcels(1, cost=Decimal("1.1000"), currency="UGX", ago=DAY)
    parcels(1, state=State.BEGUN)

    assert look().costs == (
        overview.Cost("KES", Decimal("1.6"), Decimal("2.1")),
        overview.Cost("UGX", Decimal(0), Decimal("1.1")),
    )


# --- items --------------------------------------------------------------------------------------------


def test_sensitive_items_stand_in_one_line_whether_named_or_not():
    parcels(4, item="faq-020", sensitive=True)
    parcels(3, item="", sensitive=True, ago=2 * DAY)
    parcels(5)

    assert table(look().items) == {"faq-006": (5, 5), "Sensitive items, together": (4, 7)}


def test_small_numbers_are_not_told():
    parcels(4)
    parcels(1, item="faq-007")
    parcels(5, item="faq-008")

    assert marks(look().items) == {"faq-006": "few", "faq-007": "few", "faq-008": ""}


def test_only_small_number_takes_the_next_one_with_it():
    parcels(9)
    parcels(7, item="faq-007")
    parcels(2, item="faq-008")

    assert marks(look().items) == {"faq-006": "", "faq-007": "kept back", "faq-008": "few"}


def test_only_item_is_told_as_few():
    parcels(3)

    assert marks(look().items) == {"faq-006": "few"}


# --- words --------------------------------------------------------------------------------------------


def test_every_reason_has_words():
    places = (outbox, retention, ussd.parcels, bot.folding._wait)
    source = "".join(getsource(place) for place in places)
    written = {
        *re.findall(r'reason="([a-z-]+)"', source),
        *re.findall(r'reason = "([a-z-]+)"', source),
        *re.findall(r'return "([a-z-]+)"', source),
        *re.findall(r'"([a-z-]+)" if', source),
        *re.findall(r'else "([a-z-]+)"', source),
    }

    assert written == {
        "again", "broken-seal", "enough", "erased", "no-gateway", "too-many", "too-old",
    }  # fmt: skip
    assert (written | {one.value for one in Reason} - {""}) - set(reasons.NOT_SENT) == set()

"""How the networks of a demonstration treat messages: by lot, the same each time, receipts when they are due."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytest

from demonstration import inhabitants
from demonstration.fates import Network
from demonstration.inhabitants import Inhabitant
from demonstration.lot import Lot
from gateways.base import Reason, Sms, State
from people import languages

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 3, 7, tzinfo=UTC)
FAR = AT + timedelta(weeks=9)


@lru_cache(maxsize=1)
def people() -> dict[str, Inhabitant]:
    orders = languages.seeded_orders()
    return {one.number: one for one in inhabitants.invent(800, Lot(7), orders)}


def network() -> Network:
    return Network(people(), Lot(7))


def sms(country: str = "KE") -> Sms:
    return Sms("Invented.", tuple(n for n, one in people().items() if one.country == country), "N")


def test_same_blast_is_answered_the_same():
    one, other = (network().answers(sms(), blast="b", at=AT) for _ in range(2))

    assert one == other


def test_answers_come_in_the_order_asked():
    asked = sms()

    batch = network().answers(asked, blast="b", at=AT)

    assert tuple(one.number for one in batch.outcomes) == asked.numbers


def test_most_are_accepted_with_a_price_and_a_reference():
    batch = network().answers(sms(), blast="b", at=AT)

    taken = [one for one in batch.outcomes if one.state is State.ACCEPTED]
    assert len(taken) > 0.95 * len(batch.outcomes)
    assert len({one.reference for one in taken}) == len(taken)
    assert {one.cost.currency for one in taken if one.cost} == {"KES"}


def test_lost_answer_makes_everybody_who_was_taken_unsure():
    told = (network().answers(sms(), blast=f"b{n}", at=AT) for n in range(400))
    lost = [one for one in told if any(o.state is State.UNSURE for o in one.outcomes)]

    assert 1 <= len(lost) < 40
    states = {one.state for batch in lost for one in batch.outcomes}
    assert State.ACCEPTED not in states
    assert {o.reason for b in lost for o in b.outcomes if o.state is State.UNSURE} == {
        Reason.NO_ANSWER
    }


def test_receipts_come_when_they_are_due_and_once():
    made = network()
    made.answers(sms(), blast="b", at=AT)

    soon, rest = made.due(AT + timedelta(hours=1)), made.due(FAR)

    assert max(one.due for one in soon) < AT + timedelta(hours=1) <= min(one.due for one in rest)
    assert made.due(FAR) == []


def test_networks_differ_in_what_they_deliver():
    shares = {}
    for country in ("KE", "SD"):
        made = network()
        made.answers(sms(country), blast="b", at=AT)
        told = Counter(one.status for one in made.due(FAR))
        shares[country] = told["Success"] / len(sms(country).numbers)

    assert shares["KE"] > 0.9 > 0.7 > shares["SD"]


def test_network_without_receipts_sends_none():
    made = network()
    made.answers(sms("ER"), blast="b", at=AT)

    assert made.due(FAR) == []

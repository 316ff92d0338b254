"""Invented people at the real USSD door: what they do is journalled as of then, and counts as everybody's does."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns.blasts import routes
from demonstration import calls, inhabitants
from demonstration.calls import Call
from demonstration.inhabitants import Inhabitant
from demonstration.lot import Lot
from demonstration.phones import Phones
from people import identity
from tests.campaigns.scene import Scene

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 3, 7, tzinfo=UTC)
LOT = Lot(7)


@pytest.fixture
def phones(house: Scene, tmp_path: Path) -> Phones:
    return Phones(tmp_path / "phones", routes.gateway(), routes.shelf())


def people() -> list[Inhabitant]:
    orders = {"KE": ("sw", "en"), "ET": ("am", "en")}
    return inhabitants.invent(60, LOT, orders)


def made(phones: Phones, *acts: Call) -> dict[str, list[dict[str, Any]]]:
    """What was journalled of these calls, by kind."""
    edition, found = routes.edition(simulated=True), dict[str, list[dict[str, Any]]]()
    for act in acts:
        calls.make(act, phones, edition, routes.gateway(), LOT)
    for kind, body in _lines(phones.drain()):
        found.setdefault(kind, []).append(body)
    return found


def _lines(block: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in block.decode().splitlines():
        kind, _, body = line.partition("\t")
        yield kind, json.loads(body)


def test_call_begins_when_it_was_made(phones: Phones):
    hops = made(phones, Call(people()[0], AT))["hop"]

    assert hops[0]["at"] == AT.timestamp()
    assert all(
        AT.timestamp() <= hop["at"] < (AT + timedelta(minutes=6)).timestamp() for hop in hops
    )


def test_every_call_is_the_same_each_time(phones: Phones):
    act = Call(people()[0], AT)

    first, again = made(phones, act), made(phones, act)

    assert [hop["x"] for hop in first["hop"]] == [hop["x"] for hop in again["hop"]]


def test_caller_chooses_the_own_language(phones: Phones):
    who = next(one for one in people() if (one.country, one.language) == ("KE", "en"))

    assert {hop["l"] for hop in made(phones, Call(who, AT))["hop"][1:]} <= {"en"}


def test_people_come_to_answers(phones: Phones):
    hops = made(phones, *(Call(one, AT) for one in people()))["hop"]

    assert sum(bool(hop["i"]) for hop in hops) > 30


def test_nobody_ends_messages_or_asks_for_an_sms_by_chance(phones: Phones):
    told = made(phones, *(Call(one, AT) for one in people()))

    assert set(told) == {"hop", "end"}


def test_who_wants_to_end_messages_does(phones: Phones):
    who = people()[0]

    (told,) = made(phones, Call(who, AT, calls.STOP))["opt-out"]

    assert told["st"] == identity.suppression_token(f"tel:{who.number}")


def test_end_is_told_of_most_calls(phones: Phones):
    told = made(phones, *(Call(one, AT) for one in people()))

    assert 50 <= len(told["end"]) <= 60


def test_who_hangs_up_is_told_as_such(phones: Phones):
    told = made(phones, *(Call(one, AT) for one in people()))
    ended = {hop["s"] for hop in told["hop"] if hop.get("ends")}

    assert {end["s"] for end in told["end"] if end["status"] == "Success"} <= ended
    assert "Incomplete" in {end["status"] for end in told["end"]}


def test_drained_lines_are_gone(phones: Phones):
    made(phones, Call(people()[0], AT))

    assert phones.drain() == b""


def test_number_is_in_no_line(phones: Phones):
    who = people()[0]
    calls.make(Call(who, AT), phones, routes.edition(simulated=True), routes.gateway(), LOT)

    assert who.number.removeprefix("+").encode() not in phones.drain()

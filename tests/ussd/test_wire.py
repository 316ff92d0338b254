"""What the preview shows of the wire is what a provider posts and what the door answers."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest

import ussd.hooks
from tests import doors
from tests.editions import edition
from ussd.preview import Handset, look
from ussd.wire import Wire, wire

OWN = edition()
PHONE = Handset("KE", letters=False, network="63902")


def hop(
    handset: Handset = PHONE, dialled: tuple[str, ...] = (), said: tuple[str, ...] = ()
) -> Wire:
    seen = look(OWN, handset, (*dialled, *said))
    return wire(handset, seen, code=doors.CODE, dialled=dialled, said=said)


@pytest.mark.parametrize(
    ("dialled", "said"),
    [((), ()), (("2", "1"), ()), ((), ("2", "1", "7")), (("2",), ("3", "x", "0"))],
)
def test_door_answers_this_body_as_the_wire_tells(tmp_path: Path, dialled, said):
    door = ussd.hooks.door(doors.desk(tmp_path, editions=[OWN]))

    told = [hop(dialled=dialled, said=said[:n]) for n in range(len(said) + 1)]
    answers = [doors.knock(door, doors.USSD, one.body.encode()) for one in told]

    assert [one.text for one in answers] == [one.answer for one in told]
    name, _, place = told[-1].headers.partition(": ")
    assert answers[-1].headers[name.lower()] == place


def test_body_holds_the_whole_transcript_or_the_last_input():
    told = hop(dialled=("2",), said=("1", "6"))

    assert dict(parse_qsl(told.body)) == dict(told.posted)
    assert dict(told.posted)["text"] == "2*1*6"
    assert dict(parse_qsl(told.last_body)) == dict(told.posted) | {"text": "6"}
    assert (told.number, hop().number) == (3, 1)


def test_hops_of_a_call_are_of_one_session():
    first, second = (dict(hop(said=said).posted) for said in ((), ("1",)))

    assert first["sessionId"] == second["sessionId"]
    assert first | {"text": "1"} == second


def test_phone_of_no_certain_network_is_on_that_of_its_number():
    assert dict(hop(Handset("ET", "am")).posted)["networkCode"] == "63601"


def test_size_is_in_bytes():
    told = hop(Handset("ET", "am"))

    assert told.size == len(told.answer.encode())
    assert told.size > len(told.answer)

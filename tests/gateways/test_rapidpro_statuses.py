"""How far RapidPro's messages came: asked for, put together with their broadcasts, and never guessed."""

from datetime import timedelta

import pytest

from gateways.base import NoStatuses, Polled, Reason, Receipt, Sms, Standing
from tests.gateways import rapidpro_server
from tests.gateways.rapidpro_server import BEGAN, Fault

NUMBERS = tuple(f"+25471100{place:04d}" for place in range(5))
URNS = [f"tel:{number}" for number in NUMBERS]
TEXT = "Njia salama"
SMS = Sms(TEXT, NUMBERS)
DAY = {"since": BEGAN, "until": BEGAN + timedelta(days=1)}


@pytest.mark.parametrize(
    ("word", "standing", "reason"),
    [
        ("queued", Standing.QUEUED, Reason.NONE),
        ("errored", Standing.QUEUED, Reason.NONE),
        ("wired", Standing.SENT, Reason.NONE),
        ("sent", Standing.SUBMITTED, Reason.NONE),
        ("delivered", Standing.DELIVERED, Reason.NONE),
        ("read", Standing.DELIVERED, Reason.NONE),
        ("failed", Standing.FAILED, Reason.DELIVERY_FAILURE),
        ("handled", Standing.UNKNOWN, Reason.NONE),
    ],
)
def test_every_state_of_a_message_is_a_receipt(rapidpro, workspace, word, standing, reason):
    reference = rapidpro.send(SMS).outcomes[0].reference
    workspace.message(URNS[0], TEXT, word)

    told = list(rapidpro.statuses([TEXT], **DAY))

    assert told == [Receipt(reference, NUMBERS[0], "", standing, reason, word)]


def test_messages_of_other_people_of_the_workspace_are_left_alone(rapidpro, workspace):
    rapidpro.send(SMS)
    rapidpro.send(Sms("Somebody else's", NUMBERS))
    workspace.message(URNS[0], "Somebody else's", "delivered")
    workspace.message(URNS[0], TEXT, "handled", direction="in")
    workspace.message("tel:+254722000000", TEXT, "delivered")

    assert list(rapidpro.statuses([TEXT], **DAY)) == []


def test_text_with_a_sign_of_expressions_is_found_again(rapidpro, workspace):
    text = "help@njia.example "
    rapidpro.send(Sms(text, NUMBERS[:1]))
    workspace.message(URNS[0], "help@njia.example", "sent")

    told = list(rapidpro.statuses([text], **DAY))

    assert [one.status for one in told] == [Standing.SUBMITTED]


def test_two_broadcasts_of_one_text_are_told_apart_by_their_order(rapidpro, workspace):
    first, second = (rapidpro.send(SMS).outcomes[0].reference for _ in range(2))
    workspace.message(URNS[0], TEXT, "wired", created_on=rapidpro_server.stamp(90))
    workspace.message(URNS[0], TEXT, "delivered", created_on=rapidpro_server.stamp(30))

    told = {one.reference: one.status for one in rapidpro.statuses([TEXT], **DAY)}

    assert told == {first: Standing.DELIVERED, second: Standing.SENT}


def test_message_that_may_be_of_either_broadcast_is_of_neither(rapidpro, workspace):
    rapidpro.send(SMS)
    rapidpro.send(SMS)
    workspace.message(URNS[0], TEXT, "delivered")

    assert list(rapidpro.statuses([TEXT], **DAY)) == []


def test_workspace_that_hides_numbers_tells_nothing(rapidpro, workspace):
    rapidpro.send(SMS)
    workspace.broadcasts[0]["urns"] = None
    workspace.message(None, TEXT, "delivered")

    assert list(rapidpro.statuses([TEXT], **DAY)) == []


def test_listing_is_read_to_its_last_page(rapidpro, workspace):
    workspace.page = 2
    rapidpro.send(SMS)
    for urn in URNS:
        workspace.message(urn, TEXT, "sent")

    told = list(rapidpro.statuses([TEXT], **DAY))

    assert [one.phone for one in told] == list(NUMBERS)
    pages = [query.get("cursor") for _, name, query, _ in workspace.requests if name == "messages"]
    assert pages == [None, "2", "4"]


def test_empty_page_is_not_the_last_one(rapidpro, workspace):
    workspace.page, workspace.hollow = 2, False
    rapidpro.send(SMS)
    for urn in URNS:
        workspace.message(urn, TEXT, "sent")
    workspace.hollow = True

    assert len(list(rapidpro.statuses([TEXT], **DAY))) == len(URNS)


def test_token_goes_to_no_other_address(rapidpro, workspace):
    workspace.page, workspace.outside = 2, "http://elsewhere.example:1"
    rapidpro.send(SMS)
    for urn in URNS:
        workspace.message(urn, TEXT, "sent")

    assert len(list(rapidpro.statuses([TEXT], **DAY))) == len(URNS)
    assert {name for _, name, _, _ in workspace.requests} == {"broadcasts", "messages"}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(429), "Turned RapidPro answered 429"),
        (Fault(500), "Turned RapidPro answered 500"),
        (Fault(cut=True), "AnswerLost ConnectionError"),
        (Fault(200, "<html>"), "Unreadable"),
        (Fault(200, "[]"), "Unreadable"),
        (Fault(200, '{"next": null, "results": [{"urns": 1}]}'), "Unreadable"),
        (Fault(200, '{"next": 5, "results": [1]}'), "Unreadable"),
    ],
    ids=str,
)
@pytest.mark.parametrize("whole", [0, 1])
def test_listing_cut_short_tells_nothing(rapidpro, workspace, fault, words, whole):
    workspace.faults += [*[None] * whole, fault]

    with pytest.raises(NoStatuses) as told:
        list(rapidpro.statuses([TEXT], **DAY))

    assert str(told.value) == words
    assert isinstance(rapidpro, Polled)

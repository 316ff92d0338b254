"""S5: call-backs. What there is: a number is seen by one officer, one at a time, for a reason; danger answers
promise a person and never a call; a case says by what it was heard and tells nobody else.

Asking "is it safe to contact you, and when?" and refusing a call outside that window come with the cases' own
pages; until then the answer asks for no call-back and the product places none.
"""

import pytest

from bot.models import Case
from gateways.base import Gateway
from people import identity
from tests.doors import PHONE

CALLS = ("call you", "ring you", "tutakupigia", "nous vous appel")


def test_danger_heard_makes_a_case_with_a_sealed_number_and_no_message_but_the_reply(
    full_site, deployment
):
    full_site.sms("they beat me and locked the door")
    full_site.fold()

    case = Case.objects.get()
    assert (case.state, identity.unseal(case.number, identity.NUMBER)) == ("new", PHONE)
    assert PHONE[1:] not in case.number + case.text
    assert len(deployment.record()) == 1


def test_answer_to_danger_promises_no_call(edition):
    said = [
        words[key].casefold()
        for words in edition.words.values()
        for key in ("bot.danger", "bot.human")
    ]

    assert [text for text in said if any(word in text for word in CALLS)] == []


def test_no_gateway_can_place_a_call():
    assert [name for name in dir(Gateway) if "call" in name or "voice" in name] == []


@pytest.mark.parametrize("text", ["", "STOP", "99"])
def test_who_leaves_or_stops_makes_no_case(full_site, text):
    full_site.sms(text)
    full_site.fold()

    assert Case.objects.count() == 0

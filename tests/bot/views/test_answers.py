"""The chat page asks for answers of colleagues: shown once, and to nobody who holds the phone later."""

import pytest
from django.test import Client

from bot import answering
from bot.answering import Words
from bot.models import Wish
from bot.replies import State
from bot.views import visits
from bot.views.visits import Visit
from people import identity
from tests.bot.caseload import NOON, manager, taken
from tests.bot.views.chatting import HTMX, say, who

pytestmark = pytest.mark.django_db
ASK = "/chat/answers/"


@pytest.fixture
def answered(client, desk, settings) -> Wish:
    """Somebody asked for a person on the page, and a colleague has answered."""
    settings.DEMONSTRATION = True
    say(client, "human")
    say(client, "blorp zank quiffle")
    own = manager()
    token = identity.token(f"web:{who(client)}")
    one = taken(own, door="web", gateway="", number="", token=token)
    told = Words("Ask at the office.", "", one.texts.latest("pk").pk)
    answering.send(one, told, by=own, at=NOON, memory=desk.memory)
    return one


def ask(client, person: str):
    return client.post(ASK, {"visit": visits.sealed(Visit(person))}, headers=HTMX)


def test_page_asks_for_answers_once_a_person_was_asked(client, desk):
    before = say(client, "hello").text
    say(client, "human")
    after = say(client, "blorp zank quiffle").text

    assert (ASK in before, ASK in after) == (False, True)


def test_answer_is_shown_once(client, answered):
    shown = [ask(client, who(client)) for _ in range(2)]

    assert [one.status_code for one in shown] == [200, 204]
    assert "Ask at the office." in shown[0].text


def test_whoever_left_the_page_is_shown_nothing(client, answered):
    person = who(client)
    say(client, "99")

    assert ask(client, person).status_code == 204


def test_later_holder_of_the_phone_is_shown_nothing(client, desk, answered):
    person = who(client)
    desk.memory.put(identity.token(f"web:{person}"), State())  # its minutes are over

    assert ask(client, person).status_code == 204


def test_another_browser_and_a_forged_visit_are_shown_nothing(answered):
    other = Client()

    assert [ask(other, "somebody").status_code, other.post(ASK).status_code] == [204, 204]
    assert other.post(ASK, {"visit": "x:y:z"}).status_code == 204

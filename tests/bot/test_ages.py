"""START by chat and SMS asks for the age first: whoever is under 18 is put on no list (S8)."""

from datetime import timedelta

import pytest

from analytics.models import Exposure
from bot.replies import State
from people import identity
from people.models import Person, Subject
from tests.bot.conftest import Talk
from tests.bot.heard import AT, chat, sms
from tests.doors import PHONE

pytestmark = pytest.mark.django_db
CHILD = "Children can call: 0000 121"


@pytest.mark.parametrize("brief", [False, True], ids=["chat", "sms"])
def test_start_asks_for_the_age_before_anything_begins(edition, brief):
    asked = Talk(edition, brief=brief).say("START", "yes")

    assert asked.text == "How old are you?\n1 Under 18\n2 18+"
    assert (asked.decision, asked.wish) == ("age-ask", "")


@pytest.mark.parametrize("said", ["2", "18", "٣٠"])
def test_who_is_18_begins(edition, said):
    assert Talk(edition).say("START", "yes", said).wish == "start"


@pytest.mark.parametrize("said", ["1", "17", "፲፭", "mtoto", "I am a child"])
def test_who_is_younger_is_told_whom_children_call(edition, said):
    reply = Talk(edition).say("START", "yes", said)

    assert (reply.text.splitlines()[0], reply.wish, reply.state.minor) == (CHILD, "minor", True)


@pytest.mark.parametrize("said", ["yes", "0", "8", "menu", "no", "hello"])
def test_no_age_begins_nothing(edition, said):
    talk = Talk(edition)
    talk.say("START", "yes")

    assert [talk.say(said).wish, talk.say("2").wish] == ["", ""]


def test_who_said_so_once_is_not_asked_again_in_that_conversation(edition):
    talk = Talk(edition)

    assert talk.say("I am 15 years old", "START", "yes").wish == "minor"


def test_message_left_from_before_the_question_of_age_begins_nothing(edition):
    """A state in which START waits for its yes leads to the question, whoever kept it."""
    assert Talk(edition, state=State(expects="start")).say("yes").decision == "age-ask"


def test_adult_by_sms_becomes_a_person(fold):
    fold(sms("START"), sms("yes", "sms-2"), sms("2", "sms-3"))

    assert Person.objects.get().token == identity.token(f"tel:{PHONE}")


def test_minor_by_sms_becomes_nobody(fold):
    fold(sms("START"), sms("yes", "sms-2"), sms("1", "sms-3"))

    assert (Person.objects.count(), Subject.objects.count()) == (0, 0)


def test_person_who_says_that_they_are_a_child_is_taken_off_the_list(fold):
    fold(sms("START"), sms("yes", "sms-2"), sms("2", "sms-3"))

    fold(sms("I am 15 years old", "sms-4", at=(AT + timedelta(hours=1)).timestamp()))

    assert Person.objects.count() == 0


def test_minor_in_a_chat_is_counted_and_leads_to_nobody(fold):
    fold(chat(i=["faq-020"], decision="sure", m=True), kind="chat")

    assert Exposure.objects.values_list("age_band", flat=True).get() == "under-18"
    assert Subject.objects.count() == 0


def test_minor_in_a_chat_who_shared_a_number_is_taken_off_the_list(fold):
    number, token = identity.seal(PHONE, identity.NUMBER), identity.token(f"tel:{PHONE}")
    fold(chat(w="start", num=number, lk=True, e="e-7"), kind="chat")
    fold(chat(id="two", w="minor", m=True, lk=True, ln=[token]), kind="chat")

    assert Person.objects.count() == 0

"""Pages of the inbox: a list without words, one thread on record, an answer previewed and sent once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bot import case_sentences, conversation, sentences
from bot.conversation import Desk
from bot.memory import Memory
from bot.models import Wish
from bot.replies import State
from campaigns.blasts import routes
from campaigns.models import Answer
from journal.writer import Journal
from people import identity
from people.models import AuditEntry, Staff
from tests.bot.caseload import NUMBER, WORDS, manager, officer, taken, wish

pytestmark = pytest.mark.django_db
SECRETS = (WORDS, NUMBER, NUMBER[4:], "t1.1")


@pytest.fixture
def own(client) -> Staff:
    """The manager signed in."""
    account = manager()
    client.force_login(account)
    return account


@pytest.fixture
def memory(tmp_path, edition, deployment):
    """Of the process's desk, with an edition to answer from."""
    routes._shelf().put(edition)
    made = Desk(Journal(tmp_path / "journal"), Memory())
    conversation.place(made)
    yield made.memory
    conversation._placed.clear()


def page(client, one: Wish) -> str:
    shown: str = client.get(reverse("bot:wish", args=[one.pk])).content.decode()
    return shown


def post(client, name: str, one: Wish, **told: object):
    return client.post(reverse(f"bot:wish-{name}", args=[one.pk]), told)


def newest(one: Wish) -> int:
    return one.texts.latest("pk").pk


def test_list_names_no_word_and_no_number(client, own):
    wish(language="sw")

    shown = client.get(reverse("bot:inbox")).content.decode()

    assert [one for one in SECRETS if one in shown] == []
    assert [one for one in ("Kenya", "SMS", "Kiswahili", "waiting") if one not in shown] == []
    assert AuditEntry.objects.count() == 0


def test_empty_list_says_what_to_do_next(client, own):
    shown = client.get(reverse("bot:inbox")).content.decode()

    assert reverse("bot:office") in shown.partition("Nobody waits for a person.")[2]


def test_list_costs_no_query_a_row(client, own):
    spent = []
    for entries in ([1], range(2, 6)):
        for entry in entries:
            wish(entry)
        with CaptureQueriesContext(
            connection,
        ) as counted:
            client.get(reverse("bot:inbox"))
        spent.append(len(counted))

    assert spent[0] == spent[1]


def test_filters_and_closed_ones(client, own):
    wish(1, language="sw")
    wish(2, state=Wish.State.CLOSED, reason="answered")

    told = [
        [one.pk for one in client.get(reverse("bot:inbox"), asked).context["lines"]]
        for asked in ({"language": "sw"}, {"language": "am"}, {"closed": ""})
    ]

    found = dict(Wish.objects.values_list("entry", "pk"))
    assert told == [[found[1]], [], [found[2]]]


def test_page_shows_the_thread_and_puts_it_on_record(client, own):
    shown = page(client, wish())

    assert WORDS in shown
    assert [one for one in (NUMBER, NUMBER[4:]) if one in shown] == []
    assert [one.what for one in AuditEntry.objects.all()] == ["question opened"]


def test_colleagues_question_shows_no_word(client, own):
    assert WORDS not in page(client, taken(manager("other")))


def test_question_of_another_country_is_not_here(client, own):
    assert client.get(reverse("bot:wish", args=[wish(country="ET").pk])).status_code == 404


def test_taken_answered_and_closed(client, own, memory):
    one = wish()
    take = reverse("bot:wish-step", args=[one.pk, "take"])
    client.post(take)

    sent = post(client, "answer", one, text="Ask at the office.", seen=newest(one))
    client.post(reverse("bot:wish-step", args=[one.pk, "close"]), {"reason": "answered"})

    one.refresh_from_db()
    answer = Answer.objects.get()
    assert (sent.status_code, one.state, one.reason) == (302, "closed", "answered")
    assert identity.unseal(answer.text, identity.TEXT) == "DEMO Ask at the office."


def test_refused_answer_stays_on_the_page_with_the_reason(client, own, memory):
    one = taken(own)

    answer = post(client, "answer", one, text="my draft", seen=newest(one) - 1)

    shown = answer.content.decode()
    assert (answer.status_code, Answer.objects.count()) == (409, 0)
    assert [told for told in (sentences.refused("changed"), "my draft") if told not in shown] == []


def test_preview_shows_the_parts_and_sends_nothing(client, own, memory):
    shown = post(client, "preview", taken(own), text="Ask at the office.").content.decode()

    assert ("DEMO Ask at the office." in shown, "1 part, 23 units, GSM-7" in shown) == (True, True)
    assert Answer.objects.count() == 0


def test_own_words_that_are_too_long_are_said_to_be(client, own, memory):
    shown = post(client, "preview", taken(own), text="a" * 600).content.decode()

    assert sentences.refused("long") in shown


def test_page_that_was_closed_is_said_to_be(client, own, memory, settings):
    settings.DEMONSTRATION = True
    one = taken(own, door="web", number="", gateway="")

    gone = sentences.refused("away") in page(client, one)
    memory.put(one.token, State(language="en", thread=True))

    assert (gone, sentences.refused("away") in page(client, one)) == (True, False)


@pytest.mark.parametrize("word", ["closed", "not-yours", "reason", "colleague"])
def test_refused_step_says_why(word):
    assert sentences.refused(word).endswith(".")


@pytest.mark.parametrize("room", [sentences, case_sentences])
@pytest.mark.parametrize("word", ["taken", "closed", "not-yours"])
def test_refused_step_says_who_came_before(room, word):
    assert room.refused(word, "anna").startswith("anna ")


def test_step_on_a_colleagues_question_names_them(client, own):
    one = taken(officer("anna", role="manager"), taken_at=timezone.now())

    shown = client.post(reverse("bot:wish-step", args=[one.pk, "take"]), follow=True)

    said = "anna has this question. After 8 hours another may take it over."
    assert said in shown.content.decode()


@pytest.mark.parametrize(("role", "listed"), [("manager", True), ("translator", True), ("protection", False)])  # fmt: skip
def test_place_is_listed_for_who_answers(client, role, listed):
    client.force_login(officer("somebody", role=role))

    assert (f'href="{reverse("bot:inbox")}"' in client.get("/").content.decode()) == listed


def test_home_tells_how_many_wait(client, own):
    wish(1, asked_at=timezone.now())
    wish(2, asked_at=timezone.now())

    assert "2 people wait for a person" in client.get("/").content.decode()

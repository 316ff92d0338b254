"""Answers of colleagues: in the person's language and channel, once, and never to who stopped, left or was forgotten."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection, transaction

from bot import answering, holding, inbox, retention, ways
from bot.answering import Words
from bot.memory import Memory
from bot.models import Wish, WishText
from bot.replies import State
from campaigns.models import Answer
from campaigns.replies import outbox
from people import consent, erasure, identity
from tests.bot.caseload import NOON, NUMBER, manager, refusal, taken

pytestmark = pytest.mark.django_db
TEXT = "Ask at the office."


@pytest.fixture
def memory() -> Memory:
    return Memory()


def words(one: Wish, text: str = TEXT, item: str = "") -> Words:
    return Words(text, item, one.texts.latest("pk").pk)


def send(one: Wish, told: Words, by, memory: Memory) -> None:
    answering.send(one, told, by=by, at=NOON, memory=memory)


def queued() -> list[tuple[str, str, str, str]]:
    rows = Answer.objects.filter(kind=Answer.Kind.PERSON).order_by("pk")
    return [
        (
            one.gateway,
            one.sender,
            identity.unseal(one.number, identity.NUMBER),
            identity.unseal(one.text, identity.TEXT),
        )
        for one in rows
    ]


# --- by SMS ---------------------------------------------------------------------------------------------


def test_own_words_go_by_sms_from_where_they_wrote(published, memory):
    own = manager()
    one = taken(own)

    send(one, words(one), own, memory)

    one.refresh_from_db()
    assert queued() == [("sim", "NJIA", NUMBER, f"DEMO {TEXT}")]
    assert (one.last_at, one.answered_at, one.state) == (NOON, NOON, "taken")
    assert [(text.ours, text.sent) for text in inbox.said(one)] == [(False, ""), (True, "waiting")]


def test_ready_answer_is_the_editions_in_their_language(published, memory):
    own = manager()
    one = taken(own, language="sw")

    send(one, words(one, "", "faq-020"), own, memory)

    told = published.items["faq-020"].texts["sw"].sms.partition("{")[0]
    assert queued()[0][3].startswith(f"DEMO {told}")
    assert WishText.objects.latest("pk").item == "faq-020"


def test_ready_answers_are_those_of_the_language_and_country(published):
    titles = dict(answering.canned(published, taken(manager(), language="am")))

    told = {key: item.texts["am"].title for key, item in published.items.items()}
    assert titles == {key: told[key] for key in titles}
    assert sorted(titles) == sorted(
        key for key, item in published.items.items() if item.serves("KE") and "am" in item.texts
    )


def test_preview_is_what_goes_with_its_parts(published):
    one = taken(manager())

    shown = answering.preview(published, one, Words("እሺ " * 30))

    assert (shown.text.split()[0], shown.parts, shown.encoding) == ("DEMO", 2, "UCS-2")


@pytest.mark.parametrize(("text", "word"), [("", "empty"), (" \n ", "empty"), ("a" * 500, "long")])
def test_empty_or_too_long_words_are_refused(published, memory, text, word):
    own = manager()
    one = taken(own)

    assert refusal(send, one, words(one, text), own, memory) == word


def test_answer_leaves_once_and_is_unsure_where_the_sender_died(published, memory):
    own = manager()
    one = taken(own)
    send(one, words(one), own, memory)

    assert outbox._begin(NOON) is not None  # the process dies here, before anything left
    again = outbox.send_waiting(at=NOON)

    assert (again, inbox.said(one)[1].sent) == (0, "begun")


def test_next_message_within_minutes_comes_to_the_same_thread(published, memory):
    own = manager()
    one = taken(own)

    send(one, words(one), own, memory)

    assert memory.get(one.token) == State(language="en", thread=True)


# --- never ----------------------------------------------------------------------------------------------


def test_only_who_has_the_question_answers_it(published, memory):
    own, other = manager(), manager("other")
    one = taken(other)

    assert refusal(send, one, words(one), own, memory) == "not-yours"
    assert queued() == []


def test_what_came_meanwhile_is_read_first(published, memory):
    own = manager()
    one = taken(own)
    read = words(one)
    WishText.objects.create(wish=one, entry=9, text=identity.seal("and Zank?"), at=NOON)

    assert refusal(send, one, read, own, memory) == "changed"
    send(one, words(one), own, memory)
    assert refusal(send, one, replace(read, text="twice"), own, memory) == "changed"
    assert len(queued()) == 1


def test_who_said_stop_after_asking_is_not_answered(published, memory):
    own = manager()
    one = taken(own)
    consent.end(NUMBER, how="word", at=NOON)

    assert refusal(send, one, words(one), own, memory) == "stopped"


def test_stop_between_answer_and_sending_holds_it_back(published, memory, deployment):
    own = manager()
    one = taken(own)
    send(one, words(one), own, memory)
    consent.end(NUMBER, how="word", at=NOON)

    outbox.send_waiting(at=NOON)

    assert Answer.objects.values_list("state", "reason").get() == ("refused", "suppressed")
    assert deployment.record() == []


def test_stop_of_before_the_question_does_not_silence_its_answer(published, memory, deployment):
    own = manager()
    one = taken(own)
    consent.end(NUMBER, how="word", at=NOON.replace(hour=1))

    send(one, words(one), own, memory)
    outbox.send_waiting(at=NOON)

    assert [number for number, _text, _reference in deployment.record()] == [NUMBER]


def test_who_asked_to_be_forgotten_is_not_answered(published, memory):
    own = manager()
    one = taken(own)
    erasure.forget(one.token)

    assert refusal(send, one, words(one), own, memory) == "gone"
    retention.purge(at=NOON)
    one.refresh_from_db()
    assert refusal(send, one, Words(TEXT), own, memory) == "gone"


def test_where_nothing_is_published_or_no_way_leads_back_nothing_goes(published, memory):
    own = manager()
    unknown, chat = taken(own, 1, gateway="nobody"), taken(own, 2, number="")

    assert [refusal(send, one, words(one), own, memory) for one in (unknown, chat)] == [
        "no-way",
        "no-way",
    ]


# --- a door's own way, and the page ---------------------------------------------------------------------


def test_chat_with_a_way_of_its_own_is_answered_by_it(published, memory, monkeypatch):
    sent: list[tuple[str, str]] = []

    def way(one: Wish, _text: WishText, said: str) -> None:
        sent.append((identity.unseal(one.address), said))

    monkeypatch.setitem(ways.SCHEMES, "telegram:", way)
    own = manager()
    one = taken(own, door="ask", number="", address=identity.seal("telegram:7"))

    send(one, words(one), own, memory)

    assert (sent, queued()) == ([("telegram:7", f"DEMO {TEXT}")], [])


def page(own, memory: Memory, settings) -> Wish:
    settings.DEMONSTRATION = True
    one = taken(own, door="web", gateway="", number="", token=identity.token("web:1"))
    memory.put(one.token, State(language="en", thread=True))
    return one


def test_page_that_is_open_is_answered_once(published, memory, settings):
    own = manager()
    one = page(own, memory, settings)

    send(one, words(one), own, memory)

    with transaction.atomic():
        shown = [answering.waiting([one.token], at=NOON) for _ in range(2)]
    assert (shown, inbox.said(one)[1].shown) == ([[TEXT], []], True)


def test_page_that_was_left_is_not_answered(published, memory, settings):
    own = manager()
    one = page(own, memory, settings)
    memory.put(one.token, State(language="en"))

    assert refusal(send, one, words(one), own, memory) == "away"


# --- two at once ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_goes_out(published, memory):
    own = manager()
    one = taken(own)
    read = words(one)
    words_of: list[str] = []

    def run(text: str) -> Callable[[], None]:
        def answer() -> None:
            try:
                send(one, replace(read, text=text), own, memory)
                words_of.append("")
            except holding.NotDone as refused:
                words_of.append(refused.word)
            finally:
                connection.close()

        return answer

    threads = [threading.Thread(target=run(text)) for text in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(words_of), len(queued())) == (["", "changed"], 1)

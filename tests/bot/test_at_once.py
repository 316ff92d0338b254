"""Two colleagues at the same moment: one has it, the other is told who; and nothing goes out twice."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType

import pytest
from django.db import connection

from bot import answering, cases, holding, inbox
from bot.answering import Words
from bot.memory import Memory
from bot.models import Case, Wish
from campaigns.models import Answer
from people.models import AuditEntry, Staff
from tests.bot.caseload import NOON, case, manager, officer, taken, wish

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8
DONE = ("", "")


def at_once(*steps: Callable[[], object]) -> list[tuple[str, str]]:
    """Why each step was not done and who came before, ("", "") where it was; all begin at the same moment."""
    told, gate = [DONE] * len(steps), threading.Barrier(len(steps))

    def run(place: int, step: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(20)
            step()
        except holding.NotDone as refused:
            told[place] = refused.word, refused.who
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def rounds(room: ModuleType) -> Iterator[Case | Wish]:
    """A case or question for each round, with nobody."""
    make = case if room is cases else wish
    return (make(entry) for entry in range(1, ROUNDS + 1))


def whoever(kind: ModuleType) -> tuple[Staff, Staff]:
    hire = officer if kind is cases else manager
    return hire("anna"), hire("ben")


@pytest.mark.parametrize("room", [cases, inbox])
def test_of_two_who_take_one_has_it_and_the_other_is_told_who(room):
    anna, ben = whoever(room)
    for one in rounds(room):
        told = at_once(*(partial(room.take, one.pk, by=by, at=NOON) for by in (anna, ben)))

        one.refresh_from_db()
        winner, loser = (0, 1) if one.taken_by == anna else (1, 0)
        assert told[winner] == DONE
        assert told[loser] == ("taken", (anna, ben)[winner].username)
    assert AuditEntry.objects.filter(what__endswith="taken").count() == ROUNDS


@pytest.mark.parametrize("room", [cases, inbox])
def test_of_two_windows_that_close_one_does_and_the_other_is_told_who(room):
    anna, _ = whoever(room)
    reason = (Case if room is cases else Wish).Reason.values[0]
    for one in rounds(room):
        room.take(one.pk, by=anna, at=NOON)

        told = at_once(*[partial(room.close, one.pk, reason, by=anna, at=NOON)] * 2)

        assert sorted(told) == [DONE, ("closed", "anna")]
    assert AuditEntry.objects.filter(what__endswith="closed").count() == ROUNDS


@pytest.mark.parametrize("room", [cases, inbox])
def test_what_is_taken_over_is_not_closed_by_who_had_it(room):
    anna, ben = whoever(room)
    reason = (Case if room is cases else Wish).Reason.values[0]
    for one in rounds(room):
        room.take(one.pk, by=anna, at=NOON - holding.HELD)

        told = at_once(
            partial(room.close, one.pk, reason, by=anna, at=NOON),
            partial(room.take, one.pk, by=ben, at=NOON),
        )

        one.refresh_from_db()
        first = one.closed_by == anna
        assert told == ([DONE, ("closed", "anna")] if first else [("not-yours", "ben"), DONE])


def send(one: Wish, text: str, by: Staff, memory: Memory) -> None:
    answering.send(one, Words(text, seen=_newest(one)), by=by, at=NOON, memory=memory)


def _newest(one: Wish) -> int:
    """The text that both have read: the person's own."""
    return one.texts.earliest("pk").pk


def test_question_closed_in_the_moment_of_its_answer_is_answered_once_or_not(published):
    anna, memory = manager("anna"), Memory()
    for entry in range(1, ROUNDS + 1):
        one = taken(anna, entry)

        told = at_once(
            partial(send, one, "Ask at the office.", anna, memory),
            partial(inbox.close, one.pk, "answered", by=anna, at=NOON),
        )

        sent = Answer.objects.filter(token=one.token).count()
        assert (told[1], sent, told[0]) in [(DONE, 1, DONE), (DONE, 0, ("closed", "anna"))]


def test_question_taken_over_in_the_moment_of_its_answer_is_answered_once(published):
    anna, ben, memory = manager("anna"), manager("ben"), Memory()
    for entry in range(1, ROUNDS + 1):
        one = taken(anna, entry)
        Wish.objects.filter(pk=one.pk).update(taken_at=NOON - holding.HELD)

        def over(one: Wish = one) -> None:
            inbox.take(one.pk, by=ben, at=NOON)
            send(one, "I have it now.", ben, memory)

        told = at_once(partial(send, one, "Ask at the office.", anna, memory), over)

        assert Answer.objects.filter(token=one.token).count() == 1
        assert told in ([DONE, ("changed", "")], [("not-yours", "ben"), DONE])

"""Questions to a person: for colleagues of the country, for one at a time, and on record whenever one is opened."""

from datetime import timedelta

import pytest

from bot import holding, inbox
from bot.models import Wish
from people.models import AuditEntry
from tests.bot.caseload import NOON, WORDS, manager, officer, refusal, taken, wish

pytestmark = pytest.mark.django_db


def noted() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("sequence").values_list("what", "name"))


def test_colleague_sees_those_of_the_own_countries_and_of_none():
    for entry, country in enumerate(["KE", "ET", ""], 1):
        wish(entry, country=country)

    found = inbox.open_of(manager()).order_by("entry")

    assert [one.country for one in found] == ["KE", ""]


def test_list_is_filtered_by_country_and_language():
    own = manager("boss", "KE", "ET")
    for entry, (country, language) in enumerate([("KE", "sw"), ("KE", "en"), ("ET", "am")], 1):
        wish(entry, country=country, language=language)

    found = [inbox.open_of(own, country="KE"), inbox.open_of(own, country="KE", language="sw")]

    assert [sorted(one.values_list("entry", flat=True)) for one in found] == [[1, 2], [1]]


def test_counts_tell_who_waits_how_long_and_with_whom():
    own, other = manager(), manager("other")
    wish(1, asked_at=NOON - timedelta(hours=3))
    wish(2)
    taken(own, 3)
    taken(other, 4)
    wish(5, state=Wish.State.CLOSED)
    wish(6, token="", asked_at=NOON - timedelta(days=3))  # nothing is held of it any more

    assert inbox.counts(own) == inbox.Counts(2, 1, 1, NOON - timedelta(hours=3))


def test_whoever_waits_longest_stands_first_page_by_page(monkeypatch):
    monkeypatch.setattr(inbox, "PAGE", 2)
    for entry in (1, 2, 3):
        wish(entry, asked_at=NOON - timedelta(hours=entry))
    own = inbox.open_of(manager())

    first, following = inbox.page(own, 0)
    second, end = inbox.page(own, following or 0)

    assert [[one.entry for one in rows] for rows in (first, second)] == [[3, 2], [1]]
    assert (following, end) == (2, None)


def test_reading_is_on_record_and_a_colleagues_is_not_read():
    own, other = manager(), manager("other")
    mine, theirs = taken(own, 1), taken(other, 2)

    read = [inbox.read(one, by=own, at=NOON) for one in (mine, theirs)]

    assert [[one.text for one in texts] for texts in read] == [[WORDS], []]
    assert noted() == [("question opened", "boss"), ("question opened", "boss")]


def test_question_is_for_one_colleague_until_a_shift_is_over():
    own, other = manager(), manager("other")
    one = wish()
    inbox.take(one.pk, by=own, at=NOON)

    early = refusal(inbox.take, one.pk, by=other, at=NOON + holding.HELD - timedelta(seconds=1))
    inbox.take(one.pk, by=other, at=NOON + holding.HELD)

    one.refresh_from_db()
    assert (early, one.taken_by) == ("taken", other)


def test_given_back_anybody_may_take_it():
    own, other = manager(), manager("other")
    one = taken(own)

    inbox.give_back(one.pk, by=own, at=NOON)
    inbox.take(one.pk, by=other, at=NOON)

    one.refresh_from_db()
    assert one.taken_by == other


def test_handed_over_to_who_may_answer_there_alone():
    own, other = manager(), officer("translator", role="translator")
    abroad, guard = manager("abroad", "ET"), officer("guard")
    one = taken(own)

    assert [found.username for found in inbox.colleagues(one, own)] == ["translator"]
    words = [refusal(inbox.hand_over, one.pk, to.pk, by=own, at=NOON) for to in (abroad, guard)]
    inbox.hand_over(one.pk, other.pk, by=own, at=NOON)

    one.refresh_from_db()
    assert (words, one.taken_by) == (["colleague", "colleague"], other)


@pytest.mark.parametrize("reason", ["", "because", Wish.Reason.STOPPED])
def test_closing_needs_a_reason_of_the_list(reason):
    own = manager()

    assert refusal(inbox.close, taken(own).pk, reason, by=own, at=NOON) == "reason"


def test_closed_by_whom_when_and_why_and_for_good():
    own = manager()
    one = taken(own)

    inbox.close(one.pk, "answered", by=own, at=NOON)

    one.refresh_from_db()
    assert (one.state, one.reason, one.closed_by, one.closed_at) == (
        "closed",
        "answered",
        own,
        NOON,
    )
    assert refusal(inbox.take, one.pk, by=own, at=NOON) == "closed"
    assert noted() == [("question closed", "boss")]


def test_only_who_has_it_gives_back_hands_over_or_closes():
    own, other = manager(), manager("other")
    pk = taken(other).pk

    words = [
        refusal(inbox.give_back, pk, by=own, at=NOON),
        refusal(inbox.hand_over, pk, own.pk, by=own, at=NOON),
        refusal(inbox.close, pk, "answered", by=own, at=NOON),
    ]

    assert words == ["not-yours"] * 3

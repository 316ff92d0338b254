"""Who asks to be forgotten is in no table any more, whichever door they asked at; and every count holds (T8).

The tables are those of the data map: a new one with a token, a number or words in it fails here until it is both
filled and followed.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

import bot.folding
import bot.tasks
import campaigns.tasks
import people.tasks
import ussd.folding
from analytics import chain, indicators, ledger, recounts, refreshing, verification
from analytics.models import DayLink, Exposure
from analytics.periods import parse
from bot.models import Case, Wish, WishText
from bot.said import Said
from campaigns import holdings
from campaigns.models import Answer, Blast, DeliveryResult, Forward, HeldOut, ReceiptRow
from journal.models import Dead, Entry, Marker
from people import consent, datamap, identity, staff
from people.countries import CODES
from people.datamap import What
from people.models import Erasure, Reveal, Staff, Subject, Successor
from tests.analytics.ledgers import exposure
from tests.campaigns.held import danger, delivery
from tests.editions import edition
from tests.people.made import NOON, number, person, stop_token
from tests.ussd.hops import fold, hop
from ussd.models import HeldHop

pytestmark = pytest.mark.django_db
ADDRESS = f"tel:{number()}"
WORDS, CHAT = "they keep my passport", "telegram:900100200"


@pytest.fixture
def officer() -> Staff:
    staff.install_roles()
    return staff.hire("amina", "protection", countries=["KE"], password="x")


# --- somebody who is everywhere -------------------------------------------------------------------------


def _answer(token: str, _by: Staff) -> None:
    Answer.objects.create(
        gateway="sim",
        reference="ussd:ATUid_9:trafficking",
        kind="parcel",
        token=token,
        number=identity.seal(number(), identity.NUMBER),
        text=identity.seal(WORDS),
        made_at=NOON,
    )


def _forward(token: str, _by: Staff) -> None:
    Forward.objects.create(
        account="rp",
        gateway="sim",
        reference="ATXid_79",
        token=token,
        number=identity.seal(number(), identity.NUMBER),
        text=identity.seal(WORDS),
        made_at=NOON,
    )


def _sent(token: str, by: Staff) -> None:
    sent = delivery(token, by)
    DeliveryResult.objects.create(
        chunk=sent.chunk, delivery=sent, state=60, reference="ATXid_77", at=NOON
    )


def _receipt(token: str, _by: Staff) -> None:
    ReceiptRow.objects.create(
        gateway="sim", reference="ATXid_78", token=token, rank=20, at=NOON, first_at=NOON
    )


def _held_out(token: str, _by: Staff) -> None:
    HeldOut.objects.create(blast=Blast.objects.get(), token=token, country="KE")


def _held(token: str, _by: Staff) -> None:
    body = {key: one for key, one in hop(t=token, waits=True).items() if key != "at"}
    HeldHop.objects.create(gateway="sim", session="ATUid_1", at=NOON, body=body)


def _line(token: str, _by: Staff) -> None:
    line = json.dumps({"at": NOON.timestamp(), "t": token, "text": identity.seal(WORDS)})
    entry = Entry.objects.create(kind="sms", line=line, stored_at=NOON)
    Marker.objects.update_or_create(kind="sms", defaults={"entry": entry.pk})
    Dead.objects.create(kind="sms", line=line, why="no message", stored_at=NOON)


def _reveal(token: str, by: Staff) -> None:
    Reveal.objects.create(token=token, by=by, reason="to call Asha back", at=NOON)


def _bridge(token: str, _by: Staff) -> None:
    subject = identity.subjects([token], at=NOON)[token]
    Subject.objects.update(language="so")
    ledger.record([exposure(subject=subject)])


def _wish(token: str, _by: Staff) -> None:
    wish = Wish.objects.create(
        entry=1,
        door="sms",
        token=token,
        number=identity.seal(number(), identity.NUMBER),
        address=identity.seal("telegram:7"),
        asked_at=NOON,
        last_at=NOON,
    )
    WishText.objects.create(wish=wish, entry=1, text=identity.seal(WORDS), at=NOON)


def _old(token: str, _by: Staff) -> None:
    Successor.objects.create(old="t0.of-before", new=token)


# table -> who fills it; what fills another one on the way is named with it
FILLED: dict[str, Callable[[str, Staff], Any]] = {
    "people.Person people.Consent": lambda _token, _by: person(),
    "people.Subject": _bridge,
    "people.Successor": _old,
    "people.Reveal": _reveal,
    "campaigns.Delivery campaigns.DeliveryResult campaigns.AudienceMember": _sent,
    "campaigns.HeldOut": _held_out,
    "campaigns.ReceiptRow": _receipt,
    "campaigns.Answer": _answer,
    "campaigns.Forward": _forward,
    "bot.Case": lambda token, _by: danger(token),
    "bot.Wish bot.WishText": _wish,
    "ussd.HeldHop": _held,
    "journal.Entry journal.Dead": _line,
}
# tables without a token in them: nobody's row can be found, all of them go in time
UNNAMED = {
    "bot.Question",
    "bot.QuestionGroup",
    "people.Suppression",
    "people.Erasure",
    "ussd.Call",
    "campaigns.Reply",
}


def everywhere(by: Staff) -> str:
    token = identity.token(ADDRESS)
    for fill in FILLED.values():
        fill(token, by)
    return token


def found(*words: str) -> dict[str, str]:
    """Table -> word, for every row of the whole database that holds one of the words in any column."""
    held = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            for word in words:
                cursor.execute(
                    f"SELECT count(*) FROM {table} AS t WHERE strpos(t::text, %s) > 0",
                    [word],
                )
                if cursor.fetchone()[0]:
                    held[model._meta.label] = word
    return held


def follow() -> None:
    """What beat wakes within the hour after a wish."""
    campaigns.tasks.purge_replies()
    bot.tasks.purge()
    ussd.folding.fold_held(lambda _name: edition(), at=timezone.now())
    people.tasks.follow_erasures()


# --- the doors ------------------------------------------------------------------------------------------


def by_staff(officer: Staff) -> None:
    holdings.forget(number(), stop=True, by=officer, at=timezone.now())


def by_ussd(_officer: Staff) -> None:
    fold(hop(t=identity.token(ADDRESS), x="forget.yes", i=[], w="forget"))
    Entry.objects.update(stored_at=NOON)  # before the fold, as everything is


def by_message(_officer: Staff) -> None:
    """In a chat or by SMS: both folds grant the wish here."""
    said = Said(
        entry=1, reference="r", door="sms", channel="sms", gateway="sim", token=identity.token(ADDRESS),
        linked=True, number="", country="KE", network="", code="", language="en", text="", question="",
        items=(), before=0, decision="forget", wish="forget", rule="", at=timezone.now(),
    )  # fmt: skip
    bot.folding.keep([said], edition())


DOORS = [by_staff, by_ussd, by_message]


@pytest.mark.parametrize("wish", DOORS)
def test_nothing_leads_to_who_asked(officer, wish):
    token = everywhere(officer)
    sealed = identity.seal(number(), identity.NUMBER)
    assert set(found(token)) == {
        "people.Person", "people.Consent", "people.Subject", "people.Successor", "people.Reveal",
        "campaigns.Delivery", "campaigns.AudienceMember", "campaigns.ReceiptRow", "campaigns.Answer",
        "campaigns.Forward", "campaigns.HeldOut", "bot.Case", "bot.Wish", "ussd.HeldHop", "journal.Entry", "journal.Dead",
    }  # fmt: skip

    wish(officer)
    follow()

    told = found(token, sealed, number()[1:], "ATXid_77", "ATXid_78", "Asha", "t0.of-before")
    assert told in ({"people.Erasure": token}, {"people.Erasure": "t0.of-before"})


def test_wish_itself_goes_after_a_day(officer):
    token = everywhere(officer)
    by_staff(officer)
    follow()
    Erasure.objects.update(at=timezone.now() - timedelta(days=2))

    people.tasks.purge()

    assert found(token, "t0.of-before") == {}


def test_suppression_stays_under_its_own_key_where_it_was_wished(officer):
    everywhere(officer)

    by_staff(officer)
    follow()

    assert consent.suppressed([stop_token()]) == {stop_token()}
    assert set(found(stop_token())) == {"people.Suppression"}


def test_who_shared_the_number_in_a_chat_is_forgotten_with_it(officer):
    everywhere(officer)
    chat = identity.token(CHAT)
    identity.link(chat, identity.token(ADDRESS), at=NOON)
    Case.objects.update(token=chat)

    by_staff(officer)
    follow()

    assert set(found(chat)) == {"people.Erasure"}


def test_everybody_else_is_left_alone(officer):
    other = person(2)
    everywhere(officer)

    by_staff(officer)
    follow()

    assert set(found(other.token)) == {"people.Person", "people.Consent"}


def test_every_table_of_the_map_that_can_name_somebody_is_filled_here():
    kinds = (What.TOKEN, What.STOP_TOKEN, What.NUMBER, What.TEXT, What.LINE, What.REFERENCE)
    mapped = {place for place, _ in datamap.columns(*kinds)}

    assert {label for labels in FILLED for label in labels.split()} == mapped - UNNAMED


# --- T8: the counts -------------------------------------------------------------------------------------

MONTH = parse("2025-03")


def numbers() -> tuple[Any, ...]:
    """All that is told of a period: the count, its breakdowns, and what the closed days hash to."""
    told = indicators.overview(
        "3.3",
        MONTH,
        ("country", "channel", "sex"),
        countries=list(CODES),
        at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    return told.total, dict(told.tables), list(DayLink.objects.values_list("day", "digest"))


@pytest.mark.parametrize("wish", DOORS)
def test_t8_erasing_leaves_every_closed_count_and_the_ledger_agrees(officer, wish):
    token = identity.token(ADDRESS)
    subject = identity.subjects([token], at=NOON)[token]
    at = datetime(2025, 3, 10, 9, tzinfo=UTC)
    facts = [exposure(subject=subject, sex="female"), *(exposure(n) for n in range(5))]
    ledger.record(facts, at=at)
    chain.close_days(at=at + timedelta(days=1))
    refreshing.refresh(at=at + timedelta(days=40))
    before, noted = numbers(), verification.verify().newest

    wish(officer)
    follow()
    refreshing.refresh(at=at + timedelta(days=41))

    assert numbers() == before
    assert verification.verify(noted=[noted]).differences == ()
    assert Exposure.objects.filter(subject=subject).count() == 1
    assert (Subject.objects.count(), recounts.possible()) == (0, 1)


def test_who_comes_back_counts_as_new_and_is_known_as_a_possible_recount(officer):
    token = everywhere(officer)
    before = Subject.objects.get().subject
    by_staff(officer)

    after = identity.subjects([token], at=timezone.now())[token]

    assert (after == before, recounts.possible()) == (False, 1)

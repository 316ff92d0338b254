"""The retention table, row by row, by what beat wakes: each thing is there a day before its time and gone a day after.

"Logs: no numbers, no message bodies" is held by the tests of a whole run.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import redis
from django.conf import settings
from django.utils import timezone

import bot.tasks
import campaigns.tasks
import people.tasks
import ussd.tasks
from bot.models import Case, Question
from campaigns.models import Answer, Blast, Delivery, DeliveryResult
from config.celery import app
from journal.models import Entry
from people import consent, identity
from people.models import Consent, Person, PurgeRun, Subject, Suppression
from tests.campaigns import scene
from tests.people.made import number, person, stop_token
from ussd.models import Call, HeldHop

pytestmark = pytest.mark.django_db
TASKS = {
    "people.tasks.purge": people.tasks.purge,
    "campaigns.tasks.purge_replies": campaigns.tasks.purge_replies,
    "campaigns.tasks.purge_blasts": campaigns.tasks.purge_blasts,
    "bot.tasks.purge": bot.tasks.purge,
    "ussd.tasks.purge": ussd.tasks.purge,
}


def beat() -> None:
    """All that purges, as beat wakes it."""
    for wake in TASKS.values():
        wake()


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def both_sides(days: int, make: Callable[[datetime], object], left: Callable[[], int]) -> None:
    """One made a day too young, one a day over its time: the first alone is left."""
    make(ago(days - 1))
    make(ago(days + 1))
    before = left()

    beat()

    assert (before, left()) == (2, 1)


def test_every_purge_is_woken_by_beat_within_the_hour():
    woken = {one["task"]: one["schedule"] for one in app.conf.beat_schedule.values()}

    assert {name for name in TASKS if woken[name] > 3600} == set()


def test_raw_number_a_year_after_the_last_contact():
    index = iter(range(9))

    both_sides(365, lambda at: person(next(index), added_at=at), Person.objects.count)


def test_raw_number_met_since_stays():
    known = person(1, added_at=ago(800))
    identity.subjects([known.token], at=ago(300))

    beat()

    assert Person.objects.count() == 1


def test_raw_number_thirty_days_after_the_campaign_without_consent_to_more():
    def taken_in(index: int, last_day: date) -> None:
        ground = Consent.objects.create(
            basis="consent-form", evidence="forms", given_at=ago(90), ends_on=last_day
        )
        person(index, basis=ground)

    taken_in(1, timezone.localdate() - timedelta(days=29))
    taken_in(2, timezone.localdate() - timedelta(days=32))

    beat()

    assert Person.objects.get().token == identity.token(f"tel:{number(1)}")


def test_free_text_of_a_question_ninety_days():
    entries = iter(range(9))

    both_sides(
        90,
        lambda at: Question.objects.create(
            entry=next(entries), door="web", text=identity.seal("where?"), asked_at=at
        ),
        Question.objects.count,
    )


def case(entry: int, heard_at: datetime, **more: object) -> Case:
    return Case.objects.create(
        entry=entry,
        door="sms",
        country="KE",
        rule="en: held",
        text=identity.seal("they keep my passport"),
        number=identity.seal(number(), identity.NUMBER),
        token="t1.anna",
        heard_at=heard_at,
        **more,
    )


def full_cases() -> int:
    return Case.objects.exclude(text="", number="", token="").count()


def test_free_text_of_a_case_ninety_days():
    entries = iter(range(9))

    both_sides(90, lambda at: case(next(entries), at), full_cases)
    assert Case.objects.count() == 2  # as a count


def test_referral_request_thirty_days_after_the_handover():
    entries = iter(range(9))

    both_sides(
        30,
        lambda at: case(next(entries), ago(60), state=Case.State.CLOSED, closed_at=at),
        full_cases,
    )


def test_text_asked_for_on_ussd_leads_to_nobody_after_a_day():
    for reference, hours in (("young", 23), ("old", 25)):
        Answer.objects.create(
            gateway="sim",
            reference=reference,
            kind="parcel",
            token="t1.anna",
            number="",
            text="",
            state="sent",
            made_at=timezone.now() - timedelta(hours=hours),
        )

    beat()

    assert Answer.objects.exclude(token="").get().reference == "young"


def test_free_text_in_the_journal_a_week():
    both_sides(
        7,
        lambda at: Entry.objects.create(kind="error", line="{}", stored_at=at),
        Entry.objects.count,
    )


def test_ussd_session_state_minutes():
    """Held hops end by themselves; rows of sessions, without number or token, after ninety days."""
    HeldHop.objects.create(
        gateway="sim", session="ATUid_1", at=timezone.now() - timedelta(minutes=6), body={}
    )
    sessions = iter("abc")

    both_sides(
        90,
        lambda at: Call.objects.create(gateway="sim", session=next(sessions), last_at=at),
        Call.objects.count,
    )


@pytest.mark.django_db(transaction=True)
def test_ussd_and_chat_state_in_memory_minutes(full_site):
    full_site.call("2", "1")
    full_site.house.elsewhere.flush()
    full_site.ask("hello")

    store = redis.Redis.from_url(settings.REDIS_URL, decode_responses=True)
    kept = {str(key): store.ttl(key) for key in store.keys("*") if "pin:" in key or "chat:" in key}
    store.close()

    assert sorted(key.partition(":")[0] for key in kept) == ["chat", "njia"]
    assert all(0 < seconds <= 900 for seconds in kept.values())


def test_token_ledger_until_the_audit_window_ends():
    tokens = iter(("t1.young", "t1.old"))

    both_sides(7 * 365, lambda at: identity.subjects([next(tokens)], at=at), Subject.objects.count)


@pytest.mark.django_db(transaction=True)
def test_token_of_a_delivery_until_the_audit_window_ends(deployment):
    scene.people(1)
    scene.send(scene.started())

    for days, named in ((7 * 365 - 1, 1), (7 * 365 + 1, 0)):
        Blast.objects.update(state=Blast.State.DONE, started_at=ago(days))
        beat()
        assert Delivery.objects.exclude(token__startswith="erased:").count() == named
        assert DeliveryResult.objects.exclude(reference="").count() == named


def test_proof_of_a_consent_stays_and_whose_it_was_goes():
    for token, days in (("t1.young", 729), ("t1.old", 731)):
        Consent.objects.create(token=token, basis="sms-optin", evidence="YES", given_at=ago(days))

    beat()

    assert sorted(token[:8] for token in Consent.objects.values_list("token", flat=True)) == [
        "erased:" + Consent.objects.exclude(token="t1.young").get().token[7],
        "t1.young",
    ]


def test_opt_out_list_as_long_as_the_programme_sends():
    consent.end(number(1), how="word", at=ago(20 * 365))
    consent.end(number(2), how="word", at=ago(20 * 365))
    consent.lift([stop_token(2)], "all", at=ago(731))

    beat()

    assert Suppression.objects.get().token == stop_token(1)


def test_what_was_purged_is_on_record_and_of_nobody():
    person(1, added_at=ago(400))

    beat()

    run = PurgeRun.objects.get(rule="people")
    assert (run.rows, run.day) == (1, timezone.localdate())
    assert {field.name for field in PurgeRun._meta.fields} == {"id", "rule", "day", "at", "rows"}

"""When a call is safe: in the hours they named, on their country's clock, for a week at most."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from bot import windows
from bot.models import Case
from bot.windows import Told
from people import identity

SAID = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # noon in Nairobi, eleven in Khartoum


def case(when: str = "morning", **more: object) -> Case:
    told = {"country": "KE", "number": "sealed", "safe_said_at": SAID, "token": "t1.x"}
    return Case(entry=1, door="sms", text="sealed", heard_at=SAID, safe_when=when, **told | more)


def word(one: Case, at: datetime) -> str:
    return windows.of(one, at=at).word


@pytest.mark.parametrize(
    ("when", "hour", "expected"),
    [
        ("morning", 4, "later"),
        ("morning", 5, ""),
        ("morning", 8, ""),
        ("morning", 9, "later"),
        ("afternoon", 8, "later"),
        ("afternoon", 9, ""),
        ("afternoon", 14, "later"),
        ("evening", 13, "later"),
        ("evening", 14, ""),
        ("evening", 18, "later"),
    ],
)
def test_hours_are_those_of_the_country(when, hour, expected):
    at = datetime(2026, 3, 3, hour, 0, tzinfo=UTC)  # three hours later in Nairobi

    assert word(case(when), at) == expected


def test_same_hour_is_another_one_where_the_clock_differs():
    at = datetime(2026, 3, 3, 5, 30, tzinfo=UTC)

    assert [word(case(country=one), at) for one in ("KE", "SS")] == ["", "later"]


def test_unknown_country_must_be_safe_on_every_clock():
    told = {
        hour: word(case(country=""), datetime(2026, 3, 3, hour, 0, tzinfo=UTC))
        for hour in (5, 6, 8, 9)
    }

    assert told == {5: "later", 6: "", 8: "", 9: "later"}


def test_now_is_the_hour_after_they_said_it():
    minutes = {0: "", 59: "", 60: "over"}

    told = {n: word(case("now"), SAID + timedelta(minutes=n)) for n in minutes}

    assert told == minutes


def test_what_they_said_holds_a_week():
    told = [word(case(), SAID + timedelta(days=days, hours=-3)) for days in (6, 7, 8)]

    assert told == ["", "", "over"]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (case(""), "unasked"),
        (case(safe_said_at=None), "unasked"),
        (case("never"), "never"),
        (case("now", number=""), "number"),
    ],
)
def test_who_did_not_say_that_it_is_safe_is_not_called(one, expected):
    assert word(one, SAID) == expected


def test_refusal_says_when_the_hours_begin_and_end():
    window = windows.of(case("evening"), at=SAID)

    hours = filter(None, (window.opens, window.closes))
    told = [one.strftime("%d %H:%M %Z") for one in hours]
    assert told == ["02 17:00 EAT", "02 21:00 EAT"]


def test_after_todays_hours_tomorrows_are_told():
    window = windows.of(case(), at=SAID + timedelta(hours=1))

    assert window.opens is not None
    assert window.opens.isoformat() == "2026-03-03T08:00:00+03:00"


# --- what they say ------------------------------------------------------------------------------------


@pytest.fixture
def kept(db) -> Case:
    one = case("")
    one.number, one.safe_said_at = "", None
    one.save()
    return one


def note(told: Told, at: datetime = SAID) -> bool:
    with transaction.atomic():
        return windows.note("t1.x", told, at=at)


def told_of(one: Case) -> tuple[str, str, str]:
    one.refresh_from_db()
    return one.safe_when, one.safe_word, one.number


def test_time_word_and_number_are_kept_with_the_case(kept):
    note(Told("evening", number="n"))
    note(Told("", word="w"), SAID + timedelta(minutes=1))

    assert told_of(kept) == ("evening", "w", "n")


def test_new_time_ends_the_word_of_before(kept):
    note(Told("evening", word="w"))
    note(Told("morning"), SAID + timedelta(hours=1))

    assert told_of(kept)[:2] == ("morning", "")


def test_earlier_answer_folded_late_changes_nothing(kept):
    note(Told("never"))
    note(Told("now"), SAID - timedelta(minutes=1))

    assert told_of(kept)[0] == "never"


def test_closed_case_takes_no_answer(kept):
    Case.objects.update(state=Case.State.CLOSED)

    assert (note(Told("now")), told_of(kept)[0]) == (False, "")


def test_answer_belongs_to_the_newest_case(kept):
    newer = Case.objects.create(
        entry=2, door="sms", text="x", token="t1.x", heard_at=SAID + timedelta(hours=1)
    )

    note(Told("now"), SAID + timedelta(hours=2))

    assert (told_of(kept)[0], told_of(newer)[0]) == ("", "now")


def test_seal_of_a_word_opens(kept):
    note(Told("now", word=identity.seal("mango")))

    kept.refresh_from_db()
    assert identity.unseal(kept.safe_word) == "mango"

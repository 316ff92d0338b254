"""Cases: for officers of the country, for one officer at a time, and on record whenever one is opened."""

from datetime import timedelta

import pytest

from bot import cases, holding, windows
from bot.models import Case
from people import consent, revealing
from people.models import AuditEntry, Reveal, Staff
from tests.bot.caseload import NOON, NUMBER, WHY, case, officer

pytestmark = pytest.mark.django_db


def noted() -> list[tuple[str, str, str]]:
    entries = AuditEntry.objects.order_by("sequence")
    return [(one.kind, one.what, one.name) for one in entries]


# --- who sees which -----------------------------------------------------------------------------------


def test_officer_sees_cases_of_the_own_countries_and_of_none():
    for entry, country in enumerate(["KE", "ET", ""], 1):
        case(entry, country=country)

    found = cases.waiting(officer()).order_by("entry").values_list("country", flat=True)

    assert list(found) == ["KE", ""]


def test_closed_and_emptied_cases_wait_for_nobody():
    case(1)
    case(2, state=Case.State.CLOSED)
    Case.objects.filter(pk=case(3).pk).update(text="")

    own = officer()
    assert [one.entry for one in cases.waiting(own)] == [1]
    assert [one.entry for one in cases.closed(own)] == [2]


def test_newest_stand_first_page_by_page(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(cases, "PAGE", 2)
    for entry in (1, 2, 3):
        case(entry)
    own = officer()

    with django_assert_num_queries(2):
        first, following = cases.page(cases.waiting(own), None)
        second, end = cases.page(cases.waiting(own), following)

    assert ([one.entry for one in (*first, *second)], end) == ([3, 2, 1], None)


# --- opening ------------------------------------------------------------------------------------------


def test_opening_shows_words_and_a_masked_number_and_is_on_record():
    one = case()

    opened = cases.look(one, by=officer(), at=NOON)

    assert (opened.text, opened.word, opened.number) == ("they hold us", "mango", "+254•••••••01")
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.what, entry.country) == ("case", "case opened", "KE")
    assert entry.details == {"case": str(one.pk)}


def test_words_of_a_colleagues_case_stay_with_the_colleague():
    one = case(state=Case.State.TAKEN, taken_by=officer("first"), taken_at=NOON)

    opened = cases.look(one, by=officer("second"), at=NOON)

    assert (opened.text, opened.word, opened.number) == ("", "", "")
    assert noted() == [("case", "case opened", "second")]


def test_what_no_key_opens_is_shown_as_dots():
    one = case()
    one.text = "t9.broken"

    assert cases.look(one, by=officer(), at=NOON).text == "•••"


# --- taking, giving back, closing ---------------------------------------------------------------------


def test_taken_case_is_that_officers():
    one, own = case(), officer()

    cases.take(one.pk, by=own, at=NOON)

    one.refresh_from_db()
    assert (one.state, one.taken_by, one.taken_at) == ("taken", own, NOON)
    assert noted() == [("case", "case taken", "officer")]


def test_colleague_cannot_take_a_case_of_this_shift():
    one = case()
    cases.take(one.pk, by=officer("first"), at=NOON)

    with pytest.raises(holding.NotDone, match="taken"):
        cases.take(one.pk, by=officer("second"), at=NOON + timedelta(hours=7))


@pytest.mark.parametrize(("hours", "active"), [(8, True), (1, False)])
def test_colleague_takes_over_after_a_shift_or_from_who_left(hours, active):
    one, first = case(), officer("first")
    cases.take(one.pk, by=first, at=NOON)
    Staff.objects.filter(pk=first.pk).update(is_active=active)

    second = officer("second")
    cases.take(one.pk, by=second, at=NOON + timedelta(hours=hours))

    one.refresh_from_db()
    assert one.taken_by == second


def test_given_back_case_is_anybodys():
    one, own = case(), officer()
    cases.take(one.pk, by=own, at=NOON)

    cases.give_back(one.pk, by=own, at=NOON)

    one.refresh_from_db()
    assert (one.state, one.taken_by, one.taken_at) == ("new", None, None)


def test_closing_says_who_when_and_why():
    one, own = case(), officer()
    cases.take(one.pk, by=own, at=NOON)

    cases.close(one.pk, "referred", by=own, at=NOON + timedelta(hours=1))

    one.refresh_from_db()
    assert (one.state, one.reason, one.closed_by) == ("closed", "referred", own)
    assert one.closed_at == NOON + timedelta(hours=1)
    assert AuditEntry.objects.latest("sequence").details["reason"] == "referred"


@pytest.mark.parametrize("step", ["give_back", "close", "number"])
def test_only_who_has_the_case_may_go_on(step):
    one = case()
    cases.take(one.pk, by=officer("first"), at=NOON)
    more = [] if step == "give_back" else ["referred"]

    with pytest.raises(holding.NotDone, match="not-yours"):
        getattr(cases, step)(one.pk, *more, by=officer("second"), at=NOON)


def test_case_is_not_closed_without_a_reason_of_the_list():
    one, own = case(), officer()
    cases.take(one.pk, by=own, at=NOON)

    with pytest.raises(holding.NotDone, match="reason"):
        cases.close(one.pk, "tired", by=own, at=NOON)


def test_closed_case_stays_closed():
    one, own = case(state=Case.State.CLOSED, taken_by=officer()), officer()

    for step in (cases.take, cases.give_back):
        with pytest.raises(holding.NotDone, match="closed"):
            step(one.pk, by=own, at=NOON)
    with pytest.raises(holding.NotDone, match="closed"):
        cases.number(one.pk, WHY, by=own, at=NOON)


# --- the number ---------------------------------------------------------------------------------------


def test_number_is_shown_in_the_hours_and_put_on_record():
    one, own = case(), officer()
    cases.take(one.pk, by=own, at=NOON)

    assert cases.number(one.pk, WHY, by=own, at=NOON) == NUMBER
    assert Reveal.objects.values_list("token", "reason", "by").get() == ("t1.x", WHY, own.pk)
    assert noted()[-1] == ("reveal", "number of one person", "officer")
    assert AuditEntry.objects.latest("sequence").details == {"case": str(one.pk)}


def test_number_of_a_case_without_a_country_is_shown_too():
    one, own = case(country=""), officer()
    cases.take(one.pk, by=own, at=NOON)

    later = NOON + timedelta(hours=1)  # noon on every clock of the programme
    assert cases.number(one.pk, WHY, by=own, at=later) == NUMBER


@pytest.mark.parametrize(
    ("minutes", "how", "why"), [(1, "menu", "never"), (0, "provider", "never"), (-1, "word", "")]
)
def test_stop_on_any_channel_after_what_they_said_means_that_no_call_is_safe(minutes, how, why):
    one = case()
    consent.end(NUMBER, how=how, at=NOON + timedelta(minutes=minutes))

    assert cases.window(one, at=NOON + timedelta(hours=1)).word == why


def test_stop_said_again_counts_by_the_time_it_was_said_again():
    one = case()
    for minutes in (-5, 5):
        consent.end(NUMBER, how="word", at=NOON + timedelta(minutes=minutes))

    assert cases.window(one, at=NOON + timedelta(hours=1)).word == "never"


def test_number_is_refused_to_the_officer_who_has_the_case_once_they_said_stop():
    one, own = case(), officer()
    cases.take(one.pk, by=own, at=NOON)
    consent.end(NUMBER, how="menu", at=NOON)

    with pytest.raises(windows.NotNow, match="never"):
        cases.number(one.pk, WHY, by=own, at=NOON)

    assert AuditEntry.objects.latest("sequence").details["why"] == "never"
    assert Reveal.objects.count() == 0


def test_number_asked_for_outside_the_hours_is_refused_and_that_is_on_record():
    one, own = case(), officer()
    cases.take(one.pk, by=own, at=NOON)

    with pytest.raises(windows.NotNow):
        cases.number(one.pk, WHY, by=own, at=NOON - timedelta(minutes=1))

    assert noted()[-1] == ("refused", "number not shown for a call-back", "officer")
    assert AuditEntry.objects.latest("sequence").details["why"] == "later"
    assert Reveal.objects.count() == 0


def test_number_needs_a_reason():
    one, own = case(), officer()
    cases.take(one.pk, by=own, at=NOON)

    with pytest.raises(revealing.NotRevealed, match="reason"):
        cases.number(one.pk, "x", by=own, at=NOON)

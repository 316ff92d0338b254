"""S5: "is it safe to call you, and when?" before any call-back; no call outside those hours; a word of their own.

Asked in chat and by SMS, of whoever writes of danger from a number. The number is shown to the one officer who
has the case, for a reason, in the hours that were named: the rule refuses any other time, and so does the page.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bot import cases, tasks, windows
from bot.models import Case
from gateways.base import Gateway
from people import erasure, identity, staff
from people.models import AuditEntry, Reveal, Staff
from tests.doors import PHONE

CALLS = ("call you", "ring you", "tutakupigia", "nous vous appel")
DANGER = "they beat me and locked the door"
WHY = "asked to be called back"
MORNING, EVENING, NEVER = "2", "4", "5"


def officer(*countries: str) -> Staff:
    staff.install_roles()
    return staff.hire("officer", "protection", countries=countries or ["KE"], password="x")


def said(site, *texts: str) -> Case:
    """Somebody writes these one after another by SMS."""
    for n, text in enumerate(texts):
        site.sms(text, reference=f"sms-{n}")
        site.fold()
    return Case.objects.get(door="sms")


def offer(site) -> str:
    """The key of the offer below the answer to danger."""
    choices = site.ask(DANGER)["choices"]
    return str(next(one["key"] for one in choices if one["id"] == "call"))


def taken(by: Staff) -> Case:
    case = Case.objects.get()
    cases.take(case.pk, by=by, at=timezone.now())
    return case


def hour(hour: int) -> datetime:
    """A time of tomorrow on Kenya's clock."""
    day = timezone.now().astimezone(UTC) + timedelta(days=1)
    return day.replace(hour=hour - 3, minute=0, second=0, microsecond=0)


@pytest.fixture
def asked(full_site, deployment):
    """The site, after somebody in danger asked for a call."""

    def ask(*answers: str) -> Case:
        key = offer(full_site)
        full_site.fold()
        for text in (key, *answers):
            full_site.ask(text)
            full_site.fold()
        return Case.objects.get()

    return ask


# --- asking -------------------------------------------------------------------------------------------


def test_danger_heard_makes_a_case_with_a_sealed_number_and_no_message_but_the_reply(
    full_site, deployment
):
    case = said(full_site, DANGER)

    assert (case.state, identity.unseal(case.number, identity.NUMBER)) == ("new", PHONE)
    assert PHONE[1:] not in case.number + case.text
    assert len(deployment.record()) == 1


def test_chat_asks_whether_and_when_and_for_a_word(asked):
    case = asked(EVENING, "blue mango")

    assert (case.safe_when, identity.unseal(case.safe_word)) == ("evening", "blue mango")
    assert identity.unseal(case.number, identity.NUMBER) == PHONE
    assert "mango" not in case.safe_word


def test_number_of_a_chat_is_kept_only_when_a_call_was_asked_for(full_site, deployment):
    full_site.ask(DANGER)
    full_site.fold()

    assert Case.objects.values_list("number", "safe_when").get() == ("", "")


def test_sms_asks_the_same(full_site, deployment):
    key = offer(full_site)

    case = said(full_site, DANGER, key, MORNING)

    assert case.safe_when == "morning"


def test_page_without_a_number_offers_no_call(client, full_site, deployment, edition):
    page = client.post("/chat/say/", {"text": DANGER}).content.decode()

    assert edition.ui("en", "bot.danger") in page
    assert edition.ui("en", "bot.call_me") not in page


def test_stop_ends_the_leave_to_call(asked, full_site):
    asked("1", "mango")
    full_site.ask("STOP")
    full_site.fold()

    case = Case.objects.get()
    assert (case.safe_when, case.safe_word) == ("never", "")


def test_wish_that_finds_no_open_case_makes_one(asked, full_site):
    key = offer(full_site)
    full_site.fold()
    Case.objects.update(state=Case.State.CLOSED)

    for text in (key, "1"):
        full_site.ask(text)
        full_site.fold()

    made = Case.objects.get(state=Case.State.NEW)
    assert (made.rule, made.safe_when) == ("asked to be called", "now")


# --- calling ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [7, 12, 20])
def test_call_back_outside_the_hours_is_refused_by_the_rule(asked, at):
    asked(MORNING)
    own = officer()
    case = taken(own)

    with pytest.raises(windows.NotNow) as refused:
        cases.number(case.pk, WHY, by=own, at=hour(at))

    opens = refused.value.window.opens
    assert opens is not None
    assert opens.hour == 8
    assert Reveal.objects.count() == 0
    assert AuditEntry.objects.latest("sequence").kind == "refused"


def test_call_back_inside_the_hours_is_allowed_and_on_record(asked):
    asked(MORNING)
    own = officer()
    case = taken(own)

    assert cases.number(case.pk, WHY, by=own, at=hour(8)) == PHONE
    assert Reveal.objects.values_list("by", "reason").get() == (own.pk, WHY)
    assert AuditEntry.objects.latest("sequence").kind == "reveal"


def test_page_refuses_outside_the_hours_and_says_when(client, asked):
    asked("1")
    own = officer()
    case = taken(own)
    Case.objects.update(safe_said_at=timezone.now() - timedelta(hours=2))
    client.force_login(own)

    answer = client.post(reverse("bot:case-number", args=[case.pk]), {"reason": WHY})

    assert (answer.status_code, PHONE in answer.content.decode()) == (403, False)
    assert answer.context["said"].startswith("The time they named is over")
    assert Reveal.objects.count() == 0


def test_page_shows_the_number_inside_the_hours(client, asked):
    asked("1")
    own = officer()
    case = taken(own)
    client.force_login(own)

    answer = client.post(reverse("bot:case-number", args=[case.pk]), {"reason": WHY})

    assert (answer.status_code, answer.context["number"]) == (200, PHONE)
    assert Reveal.objects.count() == 1


@pytest.mark.parametrize(("answers", "why"), [([NEVER], "never"), ([], "unasked")])
def test_never_and_no_answer_mean_no_call_at_any_hour(asked, answers, why):
    asked(*answers)
    own = officer()
    case = taken(own)

    told = {windows.of(case, at=hour(n)).word for n in range(3, 24)}

    assert told == {why}


def test_who_asks_to_be_forgotten_is_not_called(asked):
    case = asked("1", "mango")

    erasure.forget(case.token)
    tasks.purge()

    case.refresh_from_db()
    assert (case.safe_when, case.safe_word, case.number, case.text) == ("", "", "", "")
    assert windows.of(case, at=timezone.now()).word == "unasked"


# --- what is never promised -----------------------------------------------------------------------------


def test_answer_to_danger_promises_no_call(edition):
    told = [
        words[key].casefold()
        for words in edition.words.values()
        for key in ("bot.danger", "bot.human")
    ]

    assert [text for text in told if any(word in text for word in CALLS)] == []


def test_no_gateway_can_place_a_call():
    assert [name for name in dir(Gateway) if "call" in name or "voice" in name] == []


@pytest.mark.parametrize("text", ["", "STOP", "99"])
def test_who_leaves_or_stops_makes_no_case(full_site, text):
    full_site.sms(text)
    full_site.fold()

    assert Case.objects.count() == 0

"""Pages of cases: a list without words or numbers, one case on record, the number only when a call is safe."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bot.models import Case
from people import second
from people.models import AuditEntry, Reveal, Staff
from tests.bot.caseload import NUMBER, WHY, case, officer

pytestmark = pytest.mark.django_db
SECRETS = ("they hold us", "mango", NUMBER, NUMBER[4:], "t1.x")


@pytest.fixture
def own(client) -> Staff:
    """The officer signed in."""
    account = officer()
    client.force_login(account)
    return account


def taken(by: Staff, when: str = "now", entry: int = 1, **more: object) -> Case:
    at = timezone.now()
    told = {"safe_when": when, "safe_said_at": at, "taken_by": by, "taken_at": at}
    return case(entry, state=Case.State.TAKEN, **told | more)


def page(client, one: Case) -> str:
    shown: str = client.get(reverse("bot:case", args=[one.pk])).content.decode()
    return shown


def ask_number(client, one: Case, reason: str = WHY):
    return client.post(reverse("bot:case-number", args=[one.pk]), {"reason": reason})


def test_list_names_no_word_and_no_number(client, own):
    case(language="sw")

    shown = client.get(reverse("bot:cases")).content.decode()

    assert [one for one in SECRETS if one in shown] == []
    assert [one for one in ("Kenya", "SMS", "Kiswahili", "new") if one not in shown] == []
    assert AuditEntry.objects.count() == 0


def test_list_and_case_tell_what_they_said_of_danger(client, own):
    one = taken(own, says="yes")

    listed = client.get(reverse("bot:cases")).content.decode()
    assert "in danger now, they say" in listed
    assert "Asked whether they are in danger now: in danger now, they say" in page(client, one)


def test_empty_list_says_what_to_do_next(client, own):
    shown = client.get(reverse("bot:cases")).content.decode()

    assert reverse("campaigns:directory") in shown.partition("No case is open.")[2]


def test_list_costs_no_query_a_row(client, own):
    spent = []
    for entry in range(1, 5):
        taken(own, entry=entry)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("bot:cases"))
        spent.append(len(queries))

    assert spent[-1] == spent[1]


def test_closed_cases_stand_apart_with_their_reason(client, own):
    case(1)
    case(2, country="KE", state=Case.State.CLOSED, reason="referred", closed_by=own)

    shown = client.get(reverse("bot:cases"), {"closed": ""}).context

    assert [(one.state, one.reason) for one in shown["lines"]] == [
        ("closed", "handed over to a service")
    ]


def test_opened_case_shows_its_words_and_is_on_record(client, own):
    shown = page(client, case())

    assert [one for one in ("they hold us", "mango", "+254•••••••01") if one not in shown] == []
    assert NUMBER not in shown
    assert AuditEntry.objects.values_list("kind", "what").get() == ("case", "case opened")


def test_case_is_kept_in_no_cache(client, own):
    answer = client.get(reverse("bot:case", args=[case().pk]))

    assert "no-store" in answer["Cache-Control"]


def test_case_of_another_country_is_not_there(client, own):
    one = case(country="ET")

    assert client.get(reverse("bot:case", args=[one.pk])).status_code == 404
    assert ask_number(client, one).status_code == 404
    assert AuditEntry.objects.count() == 0


def test_colleagues_case_shows_where_it_stands_and_no_word(client, own):
    shown = page(client, taken(officer("colleague")))

    assert [one for one in SECRETS if one in shown] == []
    assert "colleague" in shown


def test_steps_take_give_back_and_close(client, own):
    one, states = case(), []
    for name in ("take", "give-back", "take", "close"):
        client.post(reverse("bot:case-step", args=[one.pk, name]), {"reason": "safe"})
        one.refresh_from_db()
        states.append(one.state)

    assert states == ["taken", "new", "taken", "closed"]


def test_step_that_is_not_possible_says_why(client, own):
    one = taken(officer("colleague"))

    shown = client.post(reverse("bot:case-step", args=[one.pk, "take"]), follow=True)

    assert "colleague has this case." in shown.content.decode()


def test_number_is_shown_once_in_the_hours(client, own):
    one = taken(own)

    answer = ask_number(client, one)

    assert (answer.status_code, answer.context["number"]) == (200, NUMBER)
    assert NUMBER not in page(client, one)
    assert Reveal.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"when": "never"}, "They said that no call is safe: do not call."),
        ({"when": ""}, "They were not asked, or did not say, whether a call is safe: do not call."),
        ({"number": ""}, "There is no number to call."),
    ],
)
def test_refusal_says_why(client, own, more, said):
    answer = ask_number(client, taken(own, **more))

    assert (answer.status_code, answer.context["said"]) == (403, said)
    assert (Reveal.objects.count(), NUMBER in answer.content.decode()) == (0, False)


def test_number_is_refused_without_a_reason(client, own):
    answer = ask_number(client, taken(own), "x")

    assert answer.context["said"] == "Give a reason of at least 10 characters."


def test_form_for_the_number_is_only_there_when_a_call_is_safe(client, own):
    address = reverse("bot:case-number", args=[taken(own, entry=1).pk])
    late = taken(own, entry=2, safe_said_at=timezone.now() - timedelta(hours=2))

    assert address in page(client, Case.objects.get(entry=1))
    assert "case-number" not in page(client, late)
    assert "/number/" not in page(client, late)


def test_emptied_case_says_so(client, own):
    one = case()
    Case.objects.update(text="", number="", safe_word="")

    assert "Text and number are held no more" in page(client, one)


def test_script_asks_for_the_word_and_never_says_it(client, own):
    shown = page(client, case(1)), page(client, case(2, safe_word=""))

    said = [one.count("Do not say it yourself:") for one in shown]
    assert (said, "They chose no word" in shown[1]) == ([1, 0], True)


@pytest.mark.parametrize(("role", "listed"), [("protection", True), ("administrator", False)])
def test_place_is_shown_to_officers_alone(client, role, listed):
    client.force_login(officer("somebody", role=role))

    assert (f'href="{reverse("bot:cases")}"' in client.get("/").content.decode()) == listed


@pytest.mark.parametrize("name", ["bot:cases", "bot:case", "bot:case-number", "bot:case-step"])
def test_pages_ask_to_sign_in(client, name):
    words = {"bot:cases": [], "bot:case-step": [1, "take"]}.get(name, [1])

    assert client.get(reverse(name, args=words)).status_code == 302


def test_cases_wait_for_the_second_step():
    assert {"bot.view_case", "bot.change_case"} <= second.PROVED

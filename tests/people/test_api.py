"""The door that all rooms of the API share: badges, refusals in plain words, ETags."""

import pytest
from django.test import Client
from django.utils import timezone

from people import badges
from people.models import Badge
from tests.partners import ROOT, administrator, program

pytestmark = pytest.mark.django_db
PLACE = "editions/live/numbers"


def told(answer):
    """Status and words of a refusal, which is a problem and stays in no cache."""
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert body.keys() == {"type", "title", "status", "detail"}
    assert (body["type"], body["status"]) == ("about:blank", answer.status_code)
    return answer.status_code, body["title"], body["detail"]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "Show a badge"),
        ("Bearer", "Show a badge"),
        ("Basic bmppYTpzYWxhbWE=", "Show a badge"),
        ("Bearer nobody", "Nobody knows this badge."),
        ("Bearer njia_abcdefghjk_" + "a" * 43, "Nobody knows this badge."),
    ],
)
def test_nobody_reads_without_a_badge(header, words):
    answer = Client().get(f"{ROOT}{PLACE}", headers={"authorization": header})

    status, title, detail = told(answer)
    assert (status, title, words in detail) == (401, "Unauthorized", True)
    assert answer["WWW-Authenticate"].startswith('Bearer realm="Njia Salama"')


def test_cookies_of_staff_open_nothing(client):
    client.force_login(administrator())

    assert told(client.get(f"{ROOT}{PLACE}"))[0] == 401


def test_badge_opens_no_page():
    answer = Client().get(
        "/staff/", headers={"authorization": f"Bearer {program().secret}"}, follow=False
    )

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/staff/")


def test_no_answer_sets_a_cookie():
    own = program()

    answers = [own.get("indicators"), own.get("blasts/7"), Client().get(f"{ROOT}blasts")]

    assert [(one.status_code, len(one.cookies)) for one in answers] == [
        (200, 0),
        (404, 0),
        (401, 0),
    ]


def test_scopes_are_kept():
    places = ("indicators", "figures", "blasts", PLACE)

    opened = {
        scope: [program(scope).get(place).status_code for place in places]
        for scope in badges.SCOPES
    }

    assert opened == {
        "indicators": [200, 200, 403, 403],
        "editions": [403, 403, 403, 404],  # nothing live is published
        "blasts": [403, 403, 200, 403],
    }


def test_what_the_scopes_leave_out_is_told():
    answer = program("blasts").get("figures")

    assert told(answer)[2] == "Your badge does not open this: its scopes leave it out."
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]


def test_badge_that_is_over_is_told_so():
    late, ended = program(days=30), program()
    Badge.objects.filter(pk=late.badge.pk).update(expires_at=timezone.now())
    badges.end(ended.badge, by=administrator(), at=timezone.now())

    assert [told(one.get("blasts"))[2] for one in (late, ended)] == [
        "The time of this badge is over. Ask an administrator for another.",
        "This badge was ended. Ask an administrator for another.",
    ]


def test_who_asks_too_often_is_told_when_to_come_again(time_machine):
    time_machine.move_to("2026-03-02T12:00:20Z", tick=False)
    own = program()
    minute = int(timezone.now().timestamp()) // badges.MINUTE
    Badge.objects.update(minute=minute, asked=badges.MOST - 1)

    assert own.get("blasts").status_code == 200
    answer = own.get("blasts")

    assert (answer["Retry-After"], told(answer)[:2]) == ("40", (429, "Too Many Requests"))
    assert told(answer)[2] == "A badge may ask 120 times a minute. Ask again in 40 seconds."
    time_machine.move_to("2026-03-02T12:01:00Z", tick=False)
    assert own.get("blasts").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_nothing_can_be_changed(method):
    browser = Client(enforce_csrf_checks=True)

    answer = getattr(browser, method)(f"{ROOT}blasts")

    assert (told(answer)[0], answer["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("place", "status"), [("", 404), ("nothing", 404), ("blasts/", 404), ("blasts?a=%00", 400)]
)
def test_refusal_of_any_room_is_a_problem(place, status):
    assert told(Client().get(f"{ROOT}{place}"))[0] == status


def test_fault_of_ours_is_a_problem_that_says_nothing_of_it(monkeypatch, client):
    own = program("blasts")
    client.raise_request_exception = False
    monkeypatch.setattr("campaigns.blasts.finals.begun", lambda _own: 1 / 0)

    answer = client.get(f"{ROOT}blasts", headers={"authorization": f"Bearer {own.secret}"})

    assert told(answer) == (
        500,
        "Internal Server Error",
        "Something failed on our side. It is on record; try again later.",
    )


def test_what_is_known_costs_no_bytes():
    own = program()
    first = own.get("indicators")

    again = own.get("indicators", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert first["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first["Vary"]
    assert own.get("blasts")["ETag"] != first["ETag"]


def test_head_has_no_body():
    own = program()

    answer = Client().head(f"{ROOT}blasts", headers={"authorization": f"Bearer {own.secret}"})

    assert (answer.status_code, answer.content) == (200, b"")


def test_last_use_is_kept(time_machine):
    time_machine.move_to("2026-03-02T12:00:20Z", tick=False)
    own = program()

    own.get("blasts")

    assert Badge.objects.get().used_at == timezone.now()

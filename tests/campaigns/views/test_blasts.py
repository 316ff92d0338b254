"""The pages around a blast: who sees which, what each role may press, and what is said where it may not."""

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import approval
from campaigns.models import (
    Blast,
    ContentItem,
    Delivery,
    Fate,
    Notice,
    Referral,
    Status,
    Text,
)
from people import staff
from tests.campaigns import scene
from tests.campaigns.views.blast_pages import HTMX, State, page, press

pytestmark = pytest.mark.django_db
ROLES = ("administrator", "manager", "approver", "translator", "monitoring", "protection")


# --- home ---------------------------------------------------------------------------------------------


def test_home_asks_to_sign_in(client):
    assert client.get("/").url == "/sign-in/?next=/"


@pytest.mark.parametrize("role", ROLES)
def test_home_shows_each_role_its_own(sign_in, role):
    shown = sign_in(role).get("/").context

    kinds = ("alive", "headline", "waiting", "nobody", "readiness", "directory")
    assert [kind for kind in kinds if kind in shown] == {
        "administrator": ["alive", "headline", "directory"],
        "manager": ["alive", "headline", "nobody", "readiness"],
        "approver": ["alive", "headline", "waiting", "readiness"],
        "translator": ["readiness"],
        "monitoring": ["alive", "headline"],
        "protection": ["directory"],
    }[role]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("administrator", "Accounts of colleagues"),
        ("manager", "of people who agreed to get messages"),
        ("approver", "No blast waits for your approval"),
        ("translator", "No texts are loaded yet"),
        ("monitoring", "Nobody was reached yet"),
        ("protection", "No place that helps is known in your countries yet"),
    ],
)
def test_empty_home_says_what_to_do_next(sign_in, role, words):
    assert words in sign_in(role).get("/").content.decode()


def test_home_of_somebody_without_country_says_so(sign_in, client):
    client.force_login(staff.hire("new", "monitoring", countries=[], password="x"))

    assert "No country is assigned to you yet" in client.get("/").content.decode()


def test_home_counts_what_waits_for_the_approver(sign_in, blast):
    assert "1 blast waits for approval" in sign_in("approver").get("/").content.decode()


def test_home_shows_the_last_blast_once_nothing_is_alive(sign_in, blast):
    Blast.objects.update(state=State.DONE)

    assert [row["blast"] for row in sign_in("monitoring").get("/").context["alive"]] == [blast]


def test_home_counts_texts_and_places(sign_in):
    plain = {"item": item(), "digest": "new", "made_at": timezone.now()}
    Text.objects.create(language="en", title="Road", **plain)
    Text.objects.create(language="so", source_hash="old", status=Status.APPROVED, **plain)
    Referral.objects.create(
        code="KE-1", country="KE", verified_by_call_on="2026-01-05", expires="2126-01-05"
    )
    Referral.objects.create(code="KE-2", country="KE", fictitious=True)
    Referral.objects.create(code="ET-1", country="ET")

    readiness = sign_in("translator").get("/").context["readiness"]
    directory = sign_in("protection").get("/").context["directory"]

    assert [(row.code, row.texts, row.drafts, row.approved, row.stale) for row in readiness] == [
        ("en", 1, 1, 0, 0),
        ("so", 1, 0, 0, 1),
    ]
    assert (directory.entries, directory.invented, directory.proven) == (1, 1, 1)


def item(code="faq-006"):
    return ContentItem.objects.create(code=code, kind="faq")


# --- who sees which blast -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [(role, 403 if role in ("translator", "protection") else 200) for role in ROLES],
)
def test_blast_pages_open_by_role(sign_in, blast, role, status):
    client = sign_in(role, "KE")
    addresses = ["/blasts/", page(blast.pk), reverse("campaigns:outcomes", args=[blast.pk])]

    assert [client.get(address).status_code for address in addresses] == [status] * 3


def test_blast_of_another_country_is_not_there(sign_in, deployment):
    scene.people(1, "ET", language="am")
    blast = scene.planned(audience="ET")
    client = sign_in("manager", "KE")

    gets = [page(blast.pk), reverse("campaigns:outcomes", args=[blast.pk])]
    statuses = [client.get(address).status_code for address in gets]
    statuses.append(
        client.post(reverse("campaigns:blast-step", args=[blast.pk, "stop"])).status_code
    )

    assert statuses == [404, 404, 404]
    assert client.get("/blasts/").context["rows"] == []
    blast.refresh_from_db()
    assert blast.state == State.PLANNED


def test_blast_that_reaches_beyond_the_own_countries_is_not_there(sign_in, deployment):
    scene.people(1)
    blast = scene.planned(audience="all")

    assert sign_in("manager", "KE").get(page(blast.pk)).status_code == 404


def test_empty_list_leads_to_the_page_that_plans(sign_in):
    words = sign_in("manager").get("/blasts/").content.decode()

    assert "/blasts/plan/" in words
    assert "/blasts/plan/" not in sign_in("monitoring").get("/blasts/").content.decode()


def test_list_names_blasts_by_title(sign_in, blast):
    Text.objects.create(
        item=item(blast.item), language="en", title="A safe way", digest="0", made_at=timezone.now()
    )

    assert [row["title"] for row in sign_in("manager").get("/blasts/").context["rows"]] == [
        "A safe way"
    ]


# --- one blast ----------------------------------------------------------------------------------------


def test_page_shows_words_with_their_people_and_costs(sign_in, blast):
    shown = sign_in("approver").get(page(blast.pk)).context

    assert {(text.language, people) for text, people in shown["texts"]} == {("sw", 3), ("en", 0)}
    assert "at most" in sign_in("approver").get(page(blast.pk)).content.decode()


def test_page_says_in_words_who_is_left_out(sign_in, blast):
    Blast.objects.update(excluded={"frequency": 2, "under-18": 1})

    assert sign_in("manager").get(page(blast.pk)).context["excluded"] == [
        ("had enough messages this week", 2),
        ("under 18", 1),
    ]


def test_page_says_in_words_why_it_is_paused(sign_in, blast):
    Blast.objects.update(state=State.PAUSED, pause_reason="balance")
    Notice.objects.create(blast=blast, at=timezone.now(), kind="paused", text="balance")

    words = sign_in("manager").get(page(blast.pk)).content.decode()

    assert words.count("The account at the provider is empty. Pay in") == 2
    assert ">balance" not in words


@pytest.mark.parametrize(
    ("role", "state", "button", "may_stop"),
    [
        ("manager", State.PLANNED, None, True),
        ("manager", State.APPROVED, "start", True),
        ("manager", State.RUNNING, "pause", True),
        ("manager", State.PAUSED, "resume", True),
        ("manager", State.DONE, None, False),
        ("manager", State.STOPPED, None, False),
        ("approver", State.PLANNED, "approve", True),
        ("approver", State.APPROVED, None, True),
        ("approver", State.RUNNING, "pause", True),
        ("approver", State.PAUSED, None, True),
        ("monitoring", State.PLANNED, None, False),
        ("monitoring", State.RUNNING, None, False),
        ("administrator", State.PLANNED, None, False),
        ("administrator", State.RUNNING, None, False),
    ],
)
def test_only_what_the_role_may_press_is_on_the_page(sign_in, blast, role, state, button, may_stop):
    Blast.objects.update(state=state)

    shown = sign_in(role).get(page(blast.pk)).context

    assert (shown["button"] and shown["button"][0], shown["may_stop"]) == (button, may_stop)


def test_stopping_says_how_many_it_leaves_out_before_it_can_be_pressed(sign_in, blast):
    words = sign_in("manager").get(page(blast.pk)).content.decode()

    assert "Stopping for good leaves 3 people without this message" in words
    assert (
        words.index("<details")
        < words.index("Stopping for good leaves")
        < words.index("</details>", words.index("Stopping"))
    )


def test_audience_that_is_still_collected_is_said(sign_in, blast):
    Blast.objects.update(frozen_at=None)

    assert "still being collected" in sign_in("approver").get(page(blast.pk)).content.decode()


def test_poll_gets_the_middle_alone(sign_in, blast):
    Blast.objects.update(state=State.RUNNING)
    client = sign_in("manager")
    whole = client.get(page(blast.pk))
    part = client.get(f"{page(blast.pk)}?state=running", headers=HTMX)

    assert ["<html" in answer.content.decode() for answer in (whole, part)] == [True, False]
    assert "HX-Refresh" not in part
    assert f'hx-get="{page(blast.pk)}?state=running"' in whole.content.decode()
    assert 'hx-trigger="every 2s"' in whole.content.decode()


def test_poll_that_finds_another_state_loads_the_page_anew(sign_in, blast):
    answer = sign_in("manager").get(f"{page(blast.pk)}?state=running", headers=HTMX)

    assert answer["HX-Refresh"] == "true"


# --- pressing -----------------------------------------------------------------------------------------


def test_blast_goes_its_way_through_the_pages(sign_in, blast):
    way = []
    for role, name in [
        ("approver", "approve"),
        ("manager", "start"),
        ("manager", "pause"),
        ("manager", "resume"),
        ("approver", "stop"),
    ]:
        state, (level, _words) = press(sign_in(role), blast, name)
        way.append((state, level))

    assert way == [
        (state, "success")
        for state in (State.APPROVED, State.RUNNING, State.PAUSED, State.RUNNING, State.STOPPED)
    ]


def test_own_plan_is_not_approved_from_the_page(client, blast):
    both = scene.staff("carol", "plan_blast", "approve_blast", "view_blast")
    Blast.objects.update(planned_by=both)
    client.force_login(both)

    shown = client.get(page(blast.pk))

    assert (shown.context["button"], shown.context["alone"]) == (None, True)
    assert "whoever planned a blast does not approve it" in shown.content.decode()
    assert press(client, blast, "approve") == (
        State.PLANNED,
        ("error", "Somebody else than the planner must approve."),
    )


def test_own_plan_may_be_approved_where_the_setting_allows(client, blast, settings):
    settings.SELF_APPROVAL = True
    both = scene.staff("carol", "plan_blast", "approve_blast", "view_blast")
    Blast.objects.update(planned_by=both)
    client.force_login(both)

    assert client.get(page(blast.pk)).context["button"][0] == "approve"
    assert press(client, blast, "approve")[0] == State.APPROVED
    assert "approved by the planner alone" in client.get(page(blast.pk)).content.decode()


@pytest.mark.parametrize("name", ["approve", "start", "pause", "resume", "stop", "resend"])
def test_press_beyond_the_role_is_refused_in_a_message(sign_in, blast, name):
    state, (level, _words) = press(sign_in("monitoring"), blast, name)

    assert (state, level) == (State.PLANNED, "error")


def test_press_that_came_too_late_is_refused_in_a_message(sign_in, blast):
    Blast.objects.update(state=State.DONE)

    assert press(sign_in("manager"), blast, "pause") == (
        State.DONE,
        ("error", f"Blast {blast.pk} is done: it cannot become paused."),
    )


def test_plan_beyond_the_budget_is_refused_in_a_message(sign_in, blast):
    Blast.objects.update(budget=0)

    state, (level, words) = press(sign_in("approver"), blast, "approve")

    assert (state, level, "budget is 0" in words) == (State.PLANNED, "error", True)


def test_unknown_step_is_not_there_and_a_step_is_a_post(sign_in, blast):
    client = sign_in("manager")

    assert client.post(f"/blasts/{blast.pk}/explode/").status_code == 404
    assert client.post(f"/blasts/{'9' * 30}/stop/").status_code == 404
    assert client.get(reverse("campaigns:blast-step", args=[blast.pk, "stop"])).status_code == 405


# --- outcomes -----------------------------------------------------------------------------------------


def test_outcomes_add_up_in_words(sign_in, blast):
    deliveries = Delivery.objects.order_by("pk")
    deliveries.filter(pk=deliveries[0].pk).update(state=Fate.DELIVERED)
    deliveries.filter(pk=deliveries[1].pk).update(state=Fate.UNSURE, reason="no-answer")
    Blast.objects.update(state=State.DONE)
    client = sign_in("manager")
    address = reverse("campaigns:outcomes", args=[blast.pk])

    whole, part = client.get(address), client.get(address, headers=HTMX)

    assert whole.context["states"] == [
        ("delivered", 1),
        ("planned", 1),
        ("unknown: it may have been sent", 1),
    ]
    assert whole.context["networks"] == [("not told", 3, 1)]
    assert whole.context["why"] == [("the provider did not answer", "not told", 1)]
    assert ["<html" in answer.content.decode() for answer in (whole, part)] == [True, False]
    assert "For 1 person nobody knows" in part.content.decode()


@pytest.mark.parametrize(("role", "offered"), [("manager", False), ("approver", True)])
def test_sending_again_is_the_approvers_button_with_numbers(sign_in, blast, role, offered):
    Delivery.objects.update(state=Fate.UNSURE)
    Blast.objects.update(state=State.DONE)

    words = sign_in(role).get(reverse("campaigns:outcomes", args=[blast.pk])).content.decode()

    assert ("Send again to 3 people" in words) is offered


def test_unsure_are_sent_to_again_from_the_page(sign_in, deployment):
    scene.people(2)
    blast = scene.started()
    Delivery.objects.update(state=Fate.UNSURE)
    approval.pause(blast, by=None, at=timezone.now())

    state, (level, _words) = press(sign_in("approver"), blast, "resend")

    assert (state, level) == (State.PAUSED, "success")
    assert Notice.objects.filter(kind="unsure-sent-again", text="2").count() == 1

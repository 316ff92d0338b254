"""Approving on the page of a blast: fear alone asks for its reason, and a second press does nothing."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import approval
from campaigns.models import Blast, Notice
from tests import editions
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
WHY = "Boats leave tonight, the sea is rough."


def look(client, blast):
    return client.get(reverse("campaigns:blast", args=[blast.pk]))


def press(client, blast, name, **told):
    """The state after pressing, and what was said."""
    answer = client.post(reverse("campaigns:blast-step", args=[blast.pk, name]), told)
    said = [(one.level_tag, str(one)) for one in get_messages(answer.wsgi_request)]
    return Blast.objects.get(pk=blast.pk).state, *said[-1]


def test_page_asks_for_the_reason_of_what_only_frightens(sign_in):
    blast = scene.planned(item=editions.DANGER)
    client = sign_in("approver")

    assert look(client, blast).context["frightens"] == ["en/KE", "sw/KE"]
    assert press(client, blast, "approve")[:2] == ("planned", "error")
    assert press(client, blast, "approve", override=WHY)[:2] == ("approved", "success")


def test_page_shows_the_reason_it_was_approved_for(sign_in):
    blast = scene.planned(item=editions.DANGER)
    approval.approve(blast, by=scene.approver(), at=timezone.now(), override=WHY)

    shown = look(sign_in("manager"), blast)

    assert (shown.context["override"], shown.context["frightens"]) == (WHY, [])
    assert f"<bdi>{WHY}</bdi>" in shown.content.decode()


def test_page_of_a_balanced_plan_asks_for_nothing(sign_in):
    assert look(sign_in("approver"), scene.planned()).context["frightens"] == []


def test_page_of_a_plan_without_an_edition_still_shows(sign_in, deployment):
    blast = scene.planned(item=editions.DANGER)
    deployment.retire()

    assert look(sign_in("approver"), blast).context["frightens"] == []


@pytest.mark.parametrize(("role", "name"), [("approver", "approve"), ("manager", "start")])
def test_second_press_does_nothing_and_says_so(sign_in, role, name):
    blast = scene.planned() if name == "approve" else scene.approved()
    client = sign_in(role)
    state, *_said = press(client, blast, name)
    notices = Notice.objects.count()

    again = press(client, blast, name)

    assert again == (state, "error", f"Blast {blast.pk} is {state} already: nothing was done.")
    assert Notice.objects.count() == notices


def test_own_plan_is_approved_alone_where_the_setting_allows_and_logged(client, settings):
    both = scene.staff("amina", "plan_blast", "approve_blast", "view_blast")
    blast = scene.planned()
    client.force_login(both)

    assert press(client, blast, "approve")[:2] == ("planned", "error")
    settings.SELF_APPROVAL = True
    assert press(client, blast, "approve")[:2] == ("approved", "success")
    assert Notice.objects.get(blast=blast).kind == "self-approved"

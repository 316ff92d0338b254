"""What a blast changed, on its page: only where a lot left people out, and never from too few."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Blast
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]


def look(client, people: int, holdout: int):
    """The report of a blast that ended nine days after its start."""
    scene.people(people)
    blast = scene.planned(holdout=holdout, seed=2)
    began = timezone.now() - timedelta(days=9)
    Blast.objects.filter(pk=blast.pk).update(state="done", started_at=began)
    client.force_login(scene.staff("monique", "view_blast"))
    return client.get(reverse("campaigns:outcomes", args=[blast.pk]))


def test_report_shows_the_difference_and_its_interval(client):
    shown = look(client, 300, 50).content.decode()

    assert "Difference: 0.0 in 100 people; with 95 % certainty between" in shown
    assert "Chance alone could give that" in shown
    assert "So far: contacts count until" in shown


def test_report_of_too_few_says_so(client):
    shown = look(client, 60, 50).content.decode()

    assert "Too few people to say: each group needs 50 of them." in shown
    assert "Difference:" not in shown


def test_report_without_a_hold_out_says_nothing_of_it(client):
    answer = look(client, 60, 0)

    assert (answer.context["effect"], "holdout-head" in answer.content.decode()) == (None, False)

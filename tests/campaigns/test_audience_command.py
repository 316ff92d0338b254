"""`manage.py audience count`, and a plan for an audience made on the page."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Audience
from tests import editions
from tests.campaigns import scene

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_count_tells_people_and_why_others_are_left_out():
    scene.people(3)
    scene.people(1, first=10, language="so", basis=None)
    scene.people(2, "ET", language="am")
    Audience.objects.create(name="Horn", countries=["KE", "ET"])

    told = json.loads(said("audience", "count", "Horn", "--json"))

    assert told.pop("at")[:2] == "20"
    assert told == {
        "people": 5,
        "excluded": {"no-consent": 1},
        "countries": {"ET": 2, "KE": 3},
        "languages": {"am": 2, "sw": 3},
    }


def test_count_in_words():
    scene.people(1)

    assert said("audience", "count", "KE").splitlines()[0].split() == ["people", "1"]


def test_count_of_a_name_that_is_none():
    with pytest.raises(CommandError, match="no audience “Nairobi”"):
        said("audience", "count", "Nairobi")


def test_plan_for_a_sample_and_for_its_rest_share_nobody(deployment):
    scene.people(200)
    scene.planner()
    Audience.objects.create(name="sample", countries=["KE"], share_to=30, seed=5)
    Audience.objects.create(name="rest", countries=["KE"], share_from=30, seed=5)
    wish = ("--item", editions.SAFE, "--budget", "100000", "--by", "amina", "--json")

    plans = [
        json.loads(said("blast", "plan", "--audience", name, *wish)) for name in ("sample", "rest")
    ]

    assert 30 < plans[0]["people"] < 90
    assert plans[0]["people"] + plans[1]["people"] == 200

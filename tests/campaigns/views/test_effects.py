"""What publishing would change in understanding: a part where the page asks for it, a page where no script runs."""

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.writing import seeding
from tests.campaigns import scene
from tests.published import LOCALES

EFFECT = reverse("campaigns:edition-effect")


@pytest.fixture
def approver(db, sign_in, settings, tmp_path):
    settings.DATA = tmp_path
    scene.forget_routes()
    seeding.load(LOCALES, at=timezone.now(), only="en")
    yield sign_in("approver")
    scene.forget_routes()


def test_effect_is_a_part_for_scripts_and_a_page_without_them(approver):
    answers = [approver.get(EFFECT, headers={"HX-Request": "true"}), approver.get(EFFECT)]

    assert [b"<!doctype" in answer.content for answer in answers] == [False, True]
    assert [b'<bdi lang="en">English</bdi>' in answer.content for answer in answers] == [True, True]


def test_effect_of_an_unknown_language_is_not_found(approver):
    assert approver.get(EFFECT, {"language": "xx"}).status_code == 404

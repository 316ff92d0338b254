"""The page of what goes wrong."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from operations import standing, tasks
from operations.checks import CHECKS
from operations.doctor import Examined
from operations.findings import Finding
from operations.models import Look, Trouble
from tests.people.views.conftest import sign_in  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
PAGE = reverse("operations:troubles")
FULL = Finding("The disk has {free} MB left.", "Make room.", {"free": "90"})


def met(*findings: Finding, minutes: int = 0) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    standing.keep([Examined(CHECKS["disk"], findings)], at=at)
    Look.objects.update_or_create(slow=False, defaults={"at": at})


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("manager", 403), ("protection", 403)]
)
def test_page_opens_by_role(sign_in, role, status):  # noqa: F811
    assert sign_in(role, "KE").get(PAGE).status_code == status


def test_page_says_that_nobody_has_looked_yet(sign_in):  # noqa: F811
    answer = sign_in("administrator").get(PAGE)

    assert answer.context["late"] is True
    assert "Nobody has looked yet." in answer.content.decode()
    assert "Nothing is wrong" not in answer.content.decode()
    assert "Nothing that harms anybody" not in answer.content.decode()


def test_page_says_what_is_wrong_and_what_to_do(sign_in):  # noqa: F811
    met(FULL)

    page = sign_in("administrator").get(PAGE).content.decode()

    assert "1 thing is wrong" in page
    assert "The disk has 90 MB left." in page
    assert "Make room." in page


def test_page_says_that_a_look_is_late(sign_in):  # noqa: F811
    met(minutes=6)

    answer = sign_in("administrator").get(PAGE)

    assert answer.context["late"] is True
    assert "look whether beat and the bulk worker run" in answer.content.decode()


def test_what_is_over_stands_below(sign_in):  # noqa: F811
    met(FULL, minutes=5)
    met()

    answer = sign_in("administrator").get(PAGE)

    assert (answer.context["wrong"], len(answer.context["over"])) == ([], 1)
    assert "Nothing is wrong" in answer.content.decode()


def test_look_now_looks_now(sign_in):  # noqa: F811
    answer = sign_in("administrator").post(reverse("operations:look"), follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Looked at everything again." in answer.content.decode()
    assert Trouble.objects.filter(check_name="beat", over_at=None).count() == 1


def test_tasks_look_at_what_is_theirs(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["http://127.0.0.1:1"]

    tasks.look()
    tasks.look_outside()

    assert sorted(Look.objects.values_list("slow", flat=True)) == [False, True]
    assert Trouble.objects.filter(check_name="hooks").count() == 1

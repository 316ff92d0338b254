"""Troubles: since when, and when they were over."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from operations import standing
from operations.checks import CHECKS
from operations.doctor import Examined
from operations.findings import Check, Finding
from operations.models import Look, Trouble
from tests.campaigns import scene

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(hour=12)
DISK, MONEY = CHECKS["disk"], CHECKS["money"]


def later(minutes: int):
    return NOON + timedelta(minutes=minutes)


def found(check: Check, *rows: Finding) -> Examined:
    return Examined(check, rows)


def full(free: str = "90", **more: Any) -> Finding:
    return Finding("{free} MB left.", "Make room.", {"free": free}, **more)


def test_trouble_stands_since_it_was_first_met():
    standing.keep([found(DISK, full("90"))], at=NOON)
    standing.keep([found(DISK, full("80"))], at=later(5))

    (row,) = Trouble.objects.all()
    assert (row.since, row.seen_at, row.over_at) == (NOON, later(5), None)
    assert row.finding.sentence() == "80 MB left."


def test_check_that_knows_better_since_when_is_believed():
    standing.keep([found(DISK, full(since=later(-30)))], at=NOON)
    standing.keep([found(DISK, full(since=later(-10)))], at=later(5))

    assert Trouble.objects.get().since == later(-30)


def test_trouble_that_is_met_no_more_is_over_and_comes_back_as_another():
    standing.keep([found(DISK, full())], at=NOON)
    standing.keep([found(DISK)], at=later(5))
    standing.keep([found(DISK, full())], at=later(9))

    rows = Trouble.objects.order_by("since").values_list("since", "over_at")
    assert list(rows) == [(NOON, later(5)), (later(9), None)]


def test_checks_that_were_not_run_stay_as_they_were():
    standing.keep([found(DISK, full()), found(MONEY, full(about="sim"))], at=NOON)
    standing.keep([found(MONEY)], at=later(5))

    rows = dict(Trouble.objects.values_list("check_name", "over_at"))
    assert rows == {"disk": None, "money": later(5)}


def test_one_check_may_find_several_things():
    standing.keep([found(MONEY, full(about="a"), full(about="b", country="KE"))], at=NOON)

    assert Trouble.objects.count() == 2


@pytest.mark.parametrize("slow", [False, True])
def test_look_writes_down_when_it_was(settings, slow):
    settings.CSRF_TRUSTED_ORIGINS = ["http://127.0.0.1:1"]
    standing.look(at=NOON, slow=slow)

    assert list(Look.objects.values_list("slow", "at")) == [(slow, NOON)]
    names = Trouble.objects.values_list("check_name", flat=True)
    assert {CHECKS[name].slow for name in names} == {slow}
    assert (standing.looked_at() == NOON) is not slow


def test_troubles_go_a_month_after_they_were_over():
    for days in (31, 29):
        over = NOON - timedelta(days=days)
        Trouble.objects.create(
            check_name="x",
            wrong=True,
            sentence="",
            advice="",
            since=over,
            seen_at=over,
            over_at=over,
        )

    standing.look(at=NOON, slow=True)

    kept = Trouble.objects.filter(check_name="x").values_list("over_at", flat=True)
    assert list(kept) == [NOON - timedelta(days=29)]


def test_staff_see_what_concerns_their_countries_what_is_wrong_first():
    amina = scene.staff("amina", countries=("KE",))
    rows = [full(about="a", wrong=False), full(about="b", country="KE"), full(country="ET")]
    standing.keep([found(MONEY, *rows)], at=NOON)
    standing.keep([found(DISK, full())], at=later(1))

    assert [(row.check_name, row.about) for row in standing.open_to(amina)] == [
        ("disk", ""),
        ("money", "b"),
        ("money", "a"),
    ]
    assert standing.over(amina) == []

"""Only called and unexpired numbers go live; demonstrations show invented ones only."""

from datetime import date, timedelta

import pytest

from campaigns.editions.edition import Kind
from campaigns.editions.tokens import Number
from campaigns.models import Referral
from campaigns.press import directory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)


def entry(code: str, **values) -> Referral:
    basics = {"country": "KE", "name": "A line", "kinds": ["hotline"], "number": "0000 1"}
    return Referral.objects.create(code=code, **{**basics, **values})


def test_demonstration_shows_invented_numbers_only():
    entry("real", number="116")
    entry("invented", fictitious=True, languages=["sw"])

    found, problems = directory.numbers(Kind.DEMONSTRATION, on=TODAY)

    assert (found, problems) == ([Number("KE", "hotline", "0000 1", "A line", ("sw",))], [])


def test_live_shows_numbers_whose_check_holds():
    entry("real", verified_by_call_on=TODAY, expires=TODAY + timedelta(days=90))
    entry("invented", fictitious=True)

    found, problems = directory.numbers(Kind.LIVE, on=TODAY)

    assert [number.expires for number in found] == ["2026-05-30"]
    assert problems == []


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "nobody has called it to check."),
        ({"verified_by_call_on": TODAY}, "it is not said until when the check holds."),
        (
            {"verified_by_call_on": date(2025, 12, 1), "expires": TODAY},
            "the check of 2025-12-01 expired on 2026-03-01.",
        ),
    ],
)
def test_live_refuses_a_number_that_is_not_proved(values, why):
    entry("KE-1", **values)

    found, problems = directory.numbers(Kind.LIVE, on=TODAY)

    assert (found, list(map(str, problems))) == ([], [f"KE-1: A line, 0000 1: {why}"])


def test_place_without_a_number_is_no_number():
    entry("place", number="")

    assert directory.numbers(Kind.LIVE, on=TODAY) == ([], [])


def test_entry_that_no_text_can_name_hinders_nothing():
    entry("libya", country="LY")
    entry("centre", kinds=["mrc"])

    assert directory.numbers(Kind.LIVE, on=TODAY) == ([], [])


def test_one_entry_may_serve_two_kinds_and_saudi_labour_serves_all():
    entry("both", fictitious=True, kinds=["child", "gbv"])
    entry("saudi", fictitious=True, country="SA", kinds=["labour"])

    found, _ = directory.numbers(Kind.DEMONSTRATION, on=TODAY)

    assert [(number.country, number.kind) for number in found] == [
        ("KE", "child"),
        ("KE", "gbv"),
        ("*", "ksa_labour"),
    ]

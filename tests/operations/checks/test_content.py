"""Checks of what people read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Alert, Edition, Referral
from people.countries import CODES
from tests.operations.checks.found import findings, said, wrong

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def publish(kind: str, **changes: object) -> Edition:
    values = {"hash": f"{kind}-1", "kind": kind, "body": "{}", "published_at": timezone.now()}
    return Edition.objects.create(**{**values, **changes})


def line(code: str, days: int) -> Referral:
    """A number whose proof ends in so many days."""
    values = {"country": code[:2], "name": "line", "kinds": ["police"], "languages": ["en"]}
    proof = {"verified_by_call_on": TODAY - timedelta(days=90), "fictitious": False}
    return Referral.objects.create(
        code=code, number="0000 7101", expires=TODAY + timedelta(days=days), **values, **proof
    )


def test_nothing_published_is_told_for_each_kind_of_account(real_gateway):
    before = said("editions")
    publish("demonstration")
    between = said("editions")
    publish("live")

    assert before == [
        "No live edition is published: real phones are told to come again.",
        "Nothing is published: whoever dials is told to come again.",
    ]
    assert between == before[:1]
    assert said("editions") == []


def test_edition_that_lapsed_and_stayed_is_told(deployment):
    publish("live", lapses_on=TODAY - timedelta(days=1))

    assert said("editions") == ["Something in the edition live-1 has lapsed and was not taken out."]


def test_edition_on_its_last_day_is_left_to_beat(deployment):
    publish("live", lapses_on=TODAY)

    assert said("editions") == []


def test_texts_left_out_are_worth_a_look(deployment):
    publish("live", left_out=[{"code": "faq-001"}, {"code": "faq-002"}])

    assert said("editions") == [
        "Texts that are not in the edition live-1, or in an earlier form: 2."
    ]
    assert wrong("editions") == [False]


def test_numbers_are_told_by_country_before_and_after_their_proof_ends():
    for code, days in {"KE-01": -3, "KE-02": 0, "KE-03": 5, "ET-01": 30, "UG-01": 31}.items():
        line(code, days)

    lapsed, *soon = findings("numbers")

    assert lapsed.sentence() == "Numbers of Kenya, not called in time and not shown: 2."
    assert (lapsed.country, timezone.localdate(lapsed.since)) == (
        "KE",
        TODAY - timedelta(days=3),
    )
    assert [(one.values["number"], one.country, one.wrong) for one in soon] == [
        ("1", "ET", False),
        ("1", "KE", False),
    ]


def test_number_of_a_place_abroad_is_an_affair_of_all():
    line("SA-01", -1)

    assert [one.country for one in findings("numbers")] == [""]
    assert "SA" not in CODES


def test_alerts_that_nobody_took_in_hand_are_told():
    at = timezone.now()
    for days in (0, 7):
        Alert.objects.create(thing="number", code="KE-01", expires=TODAY, days=days, at=at)

    (one,) = findings("alerts")

    assert one.sentence() == "Alerts on something that lapsed, taken in hand by nobody: 1."
    assert one.since == at

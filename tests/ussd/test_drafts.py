"""Drafts of a call: it goes on with those that it began with."""

import pytest
from django.utils import timezone

from campaigns.models import Text
from campaigns.writing import seeding
from tests.published import LOCALES
from ussd import drafts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def content(db):
    seeding.load(LOCALES, at=timezone.now(), only="en")


def first_screen(**begun: str) -> tuple[str, str]:
    """The drafts' name and what their main menu shows."""
    made = drafts.attempt("UG", "en", **begun).edition
    assert made is not None
    return made.id, made.menus["UG", "en"].pages["main"].text


def test_call_goes_on_with_the_drafts_it_began_with():
    begun, shown = first_screen()
    Text.objects.filter(item__code="dangers").update(short="All new")

    assert first_screen(begun=begun) == (begun, shown)
    assert ("All new" in shown, "All new" in first_screen()[1]) == (False, True)


def test_drafts_that_are_no_longer_kept_are_those_of_now():
    begun, _ = first_screen()
    for n in range(drafts.KEPT):
        Text.objects.filter(item__code="dangers").update(short=f"No. {n}")
        first_screen()

    now, shown = first_screen(begun=begun)

    assert (now != begun, f"No. {drafts.KEPT - 1}" in shown) == (True, True)


def test_drafts_of_another_phone_are_not_taken():
    begun, _ = first_screen()

    assert drafts.attempt("KE", "en", begun=begun).edition != drafts.attempt("UG", "en").edition

"""Live and demonstration are kept apart, from the tables to the phone: through the real doors, with both published."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.editions.edition import Edition, Kind
from campaigns.models import Fact, Referral, Status, Text
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from people.models import Staff
from tests import doors
from tests.published import AT, loaded
from ussd.hop import Desk

pytestmark = pytest.mark.django_db
REAL = f"/hooks/real/{doors.SECRET}/ussd"


@dataclass(frozen=True, slots=True)
class Both:
    """A house with a real and a simulated account, and both kinds of editions on its shelf."""

    desk: Desk
    live: Edition
    demonstration: Edition


@pytest.fixture
def both(tmp_path: Path) -> Both:
    """The demonstration is the newer one."""
    loaded("en", at=AT)
    loaded("sw", at=AT)
    prove()
    shelf = Shelf(tmp_path / "editions", clock=lambda: AT)
    accounts = (doors.gateway(), doors.gateway("real", simulated=False))
    desk = doors.desk(tmp_path, *accounts, shelf=shelf)
    live = publishing.publish(Kind.LIVE, by=None, at=AT, shelf=shelf).edition
    later = AT + timedelta(hours=1)
    demonstration = publishing.publish(Kind.DEMONSTRATION, by=None, at=later, shelf=shelf).edition
    return Both(desk, live, demonstration)


def prove() -> None:
    """All texts approved, all figures looked up, all numbers called; then a draft is written."""
    approver = Staff.objects.create(username="approver")
    holds = {"expires": AT.date() + timedelta(days=90)}
    Text.objects.update(status="approved", approver=approver)
    Fact.objects.update(checked_on=AT.date(), checked_by=approver, **holds)
    Referral.objects.filter(fictitious=False).update(
        verified_by_call_on=AT.date(), verified_by=approver, **holds
    )
    old = Text.objects.get(item__code="faq-014", language="en")
    old.pk, old.status, old.approver, old.digest = None, Status.DRAFT, None, "draft"
    old.body = f"Unapproved. {old.body}"
    old.save()


def screens(edition: Edition) -> list[str]:
    menus = [*edition.menus.values(), *edition.lists.values()]
    return [
        text for menu in menus for page in menu.pages.values() for text in (page.text, page.wrong)
    ]


def messages(edition: Edition) -> list[str]:
    return [
        text
        for country, language in edition.menus
        for item in edition.items
        if (text := edition.sms(item, language, country))
    ]


def test_real_phones_get_live_though_a_demonstration_is_newer(both):
    first = doors.dial(both.desk, "", path=REAL).text
    simulated = doors.dial(both.desk, "", sessionId="2").text

    shown = set(screens(both.live))
    assert first.removeprefix("CON ") in shown
    assert simulated.startswith("CON DEMO ")
    told = doors.journalled(both.desk.journal, "hop")
    assert [one["e"] for one in told] == [both.live.id, both.demonstration.id]


def test_real_phones_get_nothing_where_only_a_demonstration_was_published(tmp_path: Path):
    loaded("en", at=AT)
    shelf = Shelf(tmp_path / "editions")
    publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf)
    desk = doors.desk(tmp_path, doors.gateway("real", simulated=False), shelf=shelf)

    answered = doors.dial(desk, "", path=REAL).text

    assert answered == "END This service is not available yet. Please try again later."


def test_pin_of_a_demonstration_cannot_be_carried_to_a_real_phone(both):
    doors.dial(both.desk, "", "1")  # a simulated session under the same id

    real = doors.dial(both.desk, "1", path=REAL).text

    assert "DEMO" not in real


def test_demonstration_says_so_on_each_screen_and_sms(both):
    said = [*screens(both.demonstration), *messages(both.demonstration)]

    assert [text for text in said if not text.startswith("DEMO ")] == []
    assert len(said) > 1000


def test_live_never_says_demo(both):
    assert [text for text in (*screens(both.live), *messages(both.live)) if "DEMO" in text] == []


def test_numbers_of_one_kind_are_never_in_the_other(both):
    invented = set(Referral.objects.filter(fictitious=True).values_list("number", flat=True))
    real = set(Referral.objects.filter(fictitious=False).values_list("number", flat=True))

    assert {one.number for one in both.live.numbers} <= real - invented
    assert {one.number for one in both.demonstration.numbers} <= invented
    assert both.live.numbers


def test_drafts_are_in_the_demonstration_only_and_stay_drafts(both):
    live, shown = (one.items["faq-014"].texts["en"] for one in (both.live, both.demonstration))

    assert (live.body.startswith("Unapproved"), shown.body.startswith("Unapproved")) == (
        False,
        True,
    )
    newest = Text.objects.filter(item__code="faq-014", language="en").latest("id")
    assert (newest.status, newest.approver) == (Status.DRAFT, None)


def test_same_content_makes_two_editions(both):
    assert both.live.id != both.demonstration.id
    assert {one.kind for one in both.desk.shelf.editions()} == {Kind.LIVE, Kind.DEMONSTRATION}

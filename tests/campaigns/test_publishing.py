"""Publishing: editions as rows and on shelves, what live demands, one taken back, one made again."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from campaigns import publishing, seeding
from campaigns.edition import Kind
from campaigns.models import ContentItem, Fact, Referral, Text
from campaigns.models import Edition as Row
from campaigns.problems import About, Refused
from campaigns.shelf import Shelf
from people.models import Staff
from tests.published import AT, LOCALES

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "editions")


# --- editions as rows -----------------------------------------------------------------------------


def test_same_content_is_one_edition(shelf: Shelf):
    seeding.load(LOCALES, at=AT, only="en")
    first = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf)

    again = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT + timedelta(days=1), shelf=shelf)

    assert (first.new, again.new, again.edition) == (True, False, first.edition)
    assert Row.objects.count() == 1


def test_content_set_back_to_an_earlier_state_is_current_again(shelf: Shelf):
    seeding.load(LOCALES, at=AT, only="en")
    first = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition
    hours = [AT + timedelta(hours=n) for n in (1, 2)]
    ContentItem.objects.filter(code="faq-043").update(parent="asylum", order=7)
    second = publishing.publish(Kind.DEMONSTRATION, by=None, at=hours[0], shelf=shelf).edition
    ContentItem.objects.filter(code="faq-043").update(parent="safe-ways", order=5)

    third = publishing.publish(Kind.DEMONSTRATION, by=None, at=hours[1], shelf=shelf)

    assert (third.new, third.edition.id, Row.objects.count()) == (True, first.id, 2)
    assert second.id != first.id
    assert shelf.current(simulated=True) == third.edition


def test_other_machine_collects_editions_from_the_database(shelf: Shelf, tmp_path: Path):
    seeding.load(LOCALES, at=AT, only="en")
    made = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition
    other = Shelf(tmp_path / "other")

    assert (publishing.collect(other), publishing.collect(other)) == (1, 0)
    assert other.current(simulated=True) == made


def test_edition_is_found_by_its_id(shelf: Shelf, tmp_path: Path):
    seeding.load(LOCALES, at=AT, only="en")
    made = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition

    assert publishing.find(made.id, Shelf(tmp_path / "other")) == made
    assert publishing.find("0" * 16, shelf) is None


# --- what is refused ------------------------------------------------------------------------------


def test_live_refuses_drafts(shelf: Shelf):
    seeding.load(LOCALES, at=AT, only="en")

    with pytest.raises(Refused) as refused:
        publishing.publish(Kind.LIVE, by=None, at=AT, shelf=shelf)

    told = list(map(str, refused.value.problems))
    assert [one.partition(" lacks ")[0] for one in told] == ["en: the source language"]
    assert Row.objects.count() == 0
    assert shelf.current(simulated=True) is None


def approve_everything() -> Staff:
    """All texts approved, all figures looked up, all numbers called."""
    seeding.load(LOCALES, at=AT, only="en")
    approver = Staff.objects.create(username="approver")
    holds = {"expires": AT.date() + timedelta(days=90)}
    Text.objects.update(status="approved", approver=approver)
    Fact.objects.update(checked_on=AT.date(), checked_by=approver, **holds)
    Referral.objects.update(verified_by_call_on=AT.date(), verified_by=approver, **holds)
    return approver


def test_live_leaves_out_numbers_that_nobody_called_and_says_so(shelf: Shelf):
    approve_everything()
    Referral.objects.update(verified_by_call_on=None)

    made = publishing.publish(Kind.LIVE, by=None, at=AT, shelf=shelf)

    assert made.edition.numbers == ()
    assert "(no number for your country yet)" in (made.edition.sms("faq-014", "en", "KE") or "")
    told = [one.sentence() for one in made.left_out if one.about is About.NUMBER]
    assert {one.rpartition(": ")[2] for one in told} == {"nobody has called it to check."}


def test_live_goes_out_once_all_is_approved_and_proved(shelf: Shelf):
    approver = approve_everything()

    made = publishing.publish(Kind.LIVE, by=approver, at=AT, shelf=shelf).edition

    assert made.menus["KE", "en"].pages["main"].text.startswith("Njia Salama\n")
    assert shelf.current(simulated=False) == made


# --- the commands ---------------------------------------------------------------------------------


def test_commands_load_and_publish(settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    settings.DATA = tmp_path

    call_command("load_content")
    call_command("publish", kind="demonstration")
    call_command("load_content")

    told = capsys.readouterr().out.splitlines()
    assert told[-1] == "nothing changed"
    assert [line for line in told if line.startswith("demonstration edition ")] != []
    assert len(list((tmp_path / "editions").glob("*.json"))) == 1


def test_command_says_why_it_does_not_publish(settings, tmp_path: Path):
    settings.DATA = tmp_path
    seeding.load(LOCALES, at=AT, only="en")

    with pytest.raises(CommandError, match=r"Not published:\nen: the source language lacks"):
        call_command("publish", kind="live")


def test_command_knows_its_staff(settings, tmp_path: Path):
    settings.DATA = tmp_path

    with pytest.raises(CommandError, match="no active staff member 'nobody'"):
        call_command("publish", kind="demonstration", by="nobody")

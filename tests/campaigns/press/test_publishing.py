"""Publishing: editions as rows and on shelves, what live demands, one taken back, one made again."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from campaigns.editions.edition import Kind
from campaigns.editions.problems import About, Refused
from campaigns.models import ContentItem, Fact, Publication, Referral, Text
from campaigns.models import Edition as Row
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from people.models import Staff
from tests.editions import edition as small
from tests.published import AT, loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "editions")


# --- editions as rows -----------------------------------------------------------------------------


def test_same_content_is_one_edition(shelf: Shelf):
    loaded("en", at=AT)
    first = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf)

    again = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT + timedelta(days=1), shelf=shelf)

    assert (first.new, again.new, again.edition) == (True, False, first.edition)
    assert Row.objects.count() == 1


def test_content_set_back_to_an_earlier_state_is_current_again(shelf: Shelf):
    loaded("en", at=AT)
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
    loaded("en", at=AT)
    made = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition
    other = Shelf(tmp_path / "other")

    assert (publishing.collect(other), publishing.collect(other)) == (1, 0)
    assert other.current(simulated=True) == made


def test_stored_edition_that_cannot_be_read_holds_up_no_other(shelf: Shelf, tmp_path: Path):
    loaded("en", at=AT)
    made = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition
    Row.objects.create(hash="0" * 16, kind="live", body="{}", published_at=AT)
    other = Shelf(tmp_path / "other")

    assert (publishing.collect(other), publishing.collect(other)) == (1, 0)
    assert other.editions() == (made,)


def test_edition_of_long_ago_is_found_without_a_place_on_the_shelf(shelf: Shelf):
    loaded("en", at=AT)
    old = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=Shelf(shelf.folder)).edition
    for year in (2027, 2028, 2029):
        shelf.put(small(mark=str(year), made_at=AT.replace(year=year)))
    later = Shelf(shelf.folder, clock=lambda: AT.replace(year=2030))

    assert (publishing.find(old.id, later), publishing.find(old.id, later)) == (old, old)
    assert old not in later.editions()


def test_edition_is_found_by_its_id(shelf: Shelf, tmp_path: Path):
    loaded("en", at=AT)
    made = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition

    assert publishing.find(made.id, Shelf(tmp_path / "other")) == made
    assert publishing.find("0" * 16, shelf) is None


def test_every_publication_is_noted_with_who_when_and_why(shelf: Shelf):
    loaded("en", at=AT)
    staff = Staff.objects.create(username="approver")
    hours = [AT + timedelta(hours=n) for n in range(4)]
    publishing.publish(Kind.DEMONSTRATION, by=staff, at=hours[0], shelf=shelf)
    first = Row.objects.get()
    ContentItem.objects.filter(code="faq-043").update(parent="asylum", order=7)
    publishing.publish(Kind.DEMONSTRATION, by=None, at=hours[1], shelf=shelf)

    publishing.publish(Kind.DEMONSTRATION, by=staff, at=hours[2], shelf=shelf)  # no news
    publishing.roll_back(first, by=staff, at=hours[3], shelf=shelf)

    noted = Publication.objects.values_list("edition__hash", "at", "reason", "by__username")
    second = Row.objects.exclude(pk=first.pk).get()
    assert list(noted) == [
        (first.hash, hours[3], "rolled-back", "approver"),
        (second.hash, hours[1], "published", None),
        (first.hash, hours[0], "published", "approver"),
    ]


def test_newest_is_served_also_where_a_clock_was_set_back(shelf: Shelf):
    loaded("en", at=AT)
    publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf)
    ContentItem.objects.filter(code="faq-043").update(parent="asylum", order=7)

    earlier = AT - timedelta(hours=1)
    made = publishing.publish(Kind.DEMONSTRATION, by=None, at=earlier, shelf=shelf).edition

    assert made.made_at == AT + timedelta(milliseconds=1)
    assert shelf.current(simulated=True) == made


def test_what_was_not_looked_at_is_not_published(shelf: Shelf):
    loaded("en", at=AT)
    seen = publishing.draft(Kind.DEMONSTRATION, at=AT).edition
    assert seen is not None
    ContentItem.objects.filter(code="faq-043").update(parent="asylum", order=7)

    with pytest.raises(publishing.Changed):
        publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf, expecting=seen.id)

    assert Row.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_publish_once(tmp_path: Path):
    loaded("en", at=AT)
    together = Barrier(2)

    def press(n: int) -> bool:
        shelf = Shelf(tmp_path / f"process-{n}")
        try:
            together.wait(10)
            at = AT + timedelta(seconds=n)
            return publishing.publish(Kind.DEMONSTRATION, by=None, at=at, shelf=shelf).new
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        new = sorted(pool.map(press, (1, 2)))

    assert (new, Row.objects.count(), Publication.objects.count()) == ([False, True], 1, 1)


# --- an edition taken back, or made again ------------------------------------------------------------


def test_older_edition_is_served_again_with_the_numbers_of_today(shelf: Shelf):
    loaded("en", at=AT)
    publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf)
    older = Row.objects.get()
    ContentItem.objects.filter(code="faq-043").update(parent="asylum", order=7)
    publishing.publish(Kind.DEMONSTRATION, by=None, at=AT + timedelta(hours=1), shelf=shelf)
    Referral.objects.create(
        code="DEMO", country="KE", kinds=["hotline"], number="0000 999", name="x", fictitious=True
    )

    at = AT + timedelta(hours=2)
    made = publishing.roll_back(older, by=None, at=at, shelf=shelf)

    assert made.new
    assert "0000 999" in (made.edition.sms("faq-014", "en", "KE") or "")
    assert shelf.current(simulated=True) == made.edition
    assert Row.objects.all()[0].reason == Row.Reason.ROLLED_BACK


def test_edition_that_kept_no_content_cannot_be_served_again(shelf: Shelf):
    row = Row.objects.create(hash="ab", kind="demonstration", body="{}", published_at=AT)

    with pytest.raises(Refused, match="edition ab did not keep its content"):
        publishing.roll_back(row, by=None, at=AT, shelf=shelf)


def two_languages(shelf: Shelf) -> tuple[Row, Row]:
    """An edition in English alone, then one in English and Swahili."""
    loaded("en", at=AT)
    publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf)
    loaded("sw", at=AT)
    publishing.publish(Kind.DEMONSTRATION, by=None, at=AT + timedelta(hours=1), shelf=shelf)
    newest, oldest = Row.objects.all()
    assert (oldest.languages, newest.languages) == (["en"], ["en", "sw"])
    return oldest, newest


def test_rolling_back_loses_no_language_unseen(shelf: Shelf):
    oldest, _ = two_languages(shelf)
    at = AT + timedelta(hours=2)

    with pytest.raises(Refused, match="sw: people are served in it now and would lose it"):
        publishing.roll_back(oldest, by=None, at=at, shelf=shelf)

    made = publishing.roll_back(oldest, by=None, at=at, shelf=shelf, dropping=["sw"])
    assert sorted(made.edition.words) == ["en"]


def test_language_that_people_have_blocks_until_it_is_dropped(shelf: Shelf):
    two_languages(shelf)
    Text.objects.filter(language="sw", item__code="main").delete()
    at = AT + timedelta(hours=2)

    made = publishing.draft(Kind.DEMONSTRATION, at=at)
    dropped = publishing.draft(Kind.DEMONSTRATION, at=at, dropping=["sw"])

    assert [(one.about, one.language) for one in made.problems] == [(About.LANGUAGE, "sw")]
    assert dropped.edition is not None
    assert sorted(dropped.edition.words) == ["en"]


def test_expired_number_goes_whatever_else(shelf: Shelf):
    approve_everything()
    made = publishing.publish(Kind.LIVE, by=None, at=AT, shelf=shelf)
    row = Row.objects.get()
    expired = AT + timedelta(days=91)

    again = publishing.refill(row, at=expired, shelf=shelf)

    assert (len(made.edition.numbers) > 0, again.edition.numbers) == (True, ())
    assert Row.objects.all()[0].reason == Row.Reason.EXPIRED


def test_day_of_lapsing_is_the_first_of_what_is_shown(shelf: Shelf):
    approve_everything()
    days = [AT.date() + timedelta(days=n) for n in (-1, 20)]
    Fact.objects.create(code="F99", theme="x", claim="x", expires=days[0])  # shown nowhere
    Referral.objects.filter(country="KE", fictitious=False).update(expires=days[1])

    publishing.publish(Kind.LIVE, by=None, at=AT, shelf=shelf)

    assert Row.objects.get().lapses_on == days[1]


# --- what is refused ------------------------------------------------------------------------------


def test_live_refuses_drafts(shelf: Shelf):
    loaded("en", at=AT)

    with pytest.raises(Refused) as refused:
        publishing.publish(Kind.LIVE, by=None, at=AT, shelf=shelf)

    told = list(map(str, refused.value.problems))
    assert [one.partition(" lacks ")[0] for one in told] == ["en: the source language"]
    assert Row.objects.count() == 0
    assert shelf.current(simulated=True) is None


def approve_everything() -> Staff:
    """All texts approved, all figures looked up, all numbers called."""
    loaded("en", at=AT)
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
    loaded("en", at=AT)

    with pytest.raises(CommandError, match=r"Not published:\nen: the source language lacks"):
        call_command("publish", kind="live")


def test_command_leaves_what_is_served_where_content_is_refused(
    settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings.DATA = tmp_path
    loaded("en", at=AT)
    call_command("publish", kind="demonstration")
    ContentItem.objects.filter(code="faq-043").update(parent="nowhere")

    call_command("publish", kind="demonstration", or_stay=True)

    stays = f"Not published; edition {Row.objects.get().hash} stays:"
    assert capsys.readouterr().err.splitlines()[0] == stays


def test_command_fails_where_nothing_is_served(settings, tmp_path: Path):
    settings.DATA = tmp_path

    with pytest.raises(CommandError, match="Not published"):
        call_command("publish", kind="demonstration", or_stay=True)


def test_command_knows_its_staff(settings, tmp_path: Path):
    settings.DATA = tmp_path

    with pytest.raises(CommandError, match="no active staff member 'nobody'"):
        call_command("publish", kind="demonstration", by="nobody")


def test_command_rolls_back(settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    settings.DATA = tmp_path
    oldest, _ = two_languages(Shelf(tmp_path / "editions"))

    call_command("publish", roll_back=oldest.hash, drop=["sw"], json=True)

    told = json.loads(capsys.readouterr().out)
    assert (told["edition"], told["new"], told["languages"]) == (oldest.hash, True, ["en"])


def test_command_knows_its_editions(settings, tmp_path: Path):
    settings.DATA = tmp_path

    with pytest.raises(CommandError, match="There is no edition 'ab'"):
        call_command("publish", roll_back="ab")

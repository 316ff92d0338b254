"""`publish --or-stay`, as every start calls it: it undoes nothing that staff decided."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from campaigns.models import ContentItem, Publication
from campaigns.models import Edition as Row
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from people.models import Staff
from tests.published import AT, loaded

pytestmark = pytest.mark.django_db


def move_a_question() -> None:
    ContentItem.objects.filter(code="faq-043").update(parent="asylum", order=7)


def test_start_leaves_what_staff_rolled_back_to(settings, tmp_path: Path):
    settings.DATA = tmp_path
    shelf, staff = Shelf(tmp_path / "editions"), Staff.objects.create(username="approver")
    loaded("en", at=AT)
    call_command("publish", kind="demonstration")
    first = Row.objects.get()
    move_a_question()
    call_command("publish", kind="demonstration")
    at = Row.objects.latest("published_at").published_at + timedelta(hours=1)
    publishing.roll_back(first, by=staff, at=at, shelf=shelf)

    call_command("publish", kind="demonstration", or_stay=True)

    shelf.refresh()
    served = shelf.current(simulated=True)
    assert served is not None
    assert served.id == first.hash
    assert Publication.objects.count() == 3


def test_start_brings_out_no_draft_after_staff_published(
    settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings.DATA = tmp_path
    Staff.objects.create(username="approver")
    loaded("en", at=AT)
    call_command("publish", kind="demonstration", by="approver")
    move_a_question()
    capsys.readouterr()

    call_command("publish", kind="demonstration", or_stay=True)

    said = f"Edition {Row.objects.get().hash} stays: approver chose to serve it.\n"
    assert capsys.readouterr().out == said


def test_start_brings_out_new_content_where_only_starts_published(settings, tmp_path: Path):
    settings.DATA = tmp_path
    loaded("en", at=AT)
    call_command("publish", kind="demonstration", or_stay=True)
    move_a_question()

    call_command("publish", kind="demonstration", or_stay=True)

    assert Row.objects.count() == 2


def test_start_publishes_where_what_staff_chose_cannot_be_read_any_more(settings, tmp_path: Path):
    settings.DATA = tmp_path
    Staff.objects.create(username="approver")
    loaded("en", at=AT)
    call_command("publish", kind="demonstration", by="approver")
    move_a_question()
    Row.objects.update(body="{}")
    for path in (tmp_path / "editions").glob("*.json"):
        path.unlink()

    call_command("publish", kind="demonstration", or_stay=True)

    assert Row.objects.count() == 2

"""The workers' part: whatever waits in the journal is folded, batch after batch."""

from pathlib import Path

import pytest

from analytics.models import Exposure
from campaigns.models import Edition as Row
from campaigns.press.shelf import Shelf
from tests.editions import MADE
from tests.journal.lines import write
from tests.ussd.hops import EDITION, END, HOP
from ussd import tasks
from ussd.models import Call, Outcome, Total

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path: Path):
    settings.DATA = tmp_path
    tasks._shelf.cache_clear()
    Shelf(tmp_path / "editions").put(EDITION)
    yield
    tasks._shelf.cache_clear()


def test_hops_are_folded_with_the_edition_they_were_shown_from():
    write("hop", HOP)

    tasks.fold_hops()

    assert Exposure.objects.get().item == "faq-006"


def test_edition_of_an_older_release_holds_up_no_hop():
    old = Row.objects.create(
        hash="0123456789abcdef", kind="demonstration", body="of another making", published_at=MADE
    )
    write("hop", {**HOP, "e": old.hash, "s": "ATUid_old"}, HOP)

    tasks.fold_hops()

    assert [Exposure.objects.count(), Call.objects.count()] == [1, 2]


def test_all_that_waits_is_taken():
    write("end", *({**END, "s": f"ATUid_{n}"} for n in range(5)))

    tasks.fold_ends()
    tasks.fold_ends()

    assert Call.objects.count() == 5


def test_sessions_of_which_nothing_is_heard_are_given_up():
    write("hop", HOP)
    tasks.fold_hops()

    tasks.give_up()

    assert Total.objects.get().outcome == Outcome.SILENT


def test_old_sessions_are_purged():
    write("hop", {**HOP, "at": 0})
    tasks.fold_hops()

    tasks.purge()

    assert Call.objects.count() == 0

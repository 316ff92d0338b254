"""The shelf serves the newest edition, live ones only through real gateways, and outlives bad files."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.edition import Kind
from campaigns.shelf import Shelf
from tests.editions import MADE, edition

DEMO = edition()
LIVE = edition(kind=Kind.LIVE, made_at=MADE - timedelta(days=1))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "editions")


def test_empty_shelf_serves_nothing(shelf: Shelf):
    shelf.refresh()

    assert (shelf.current(simulated=True), shelf.current(simulated=False)) == (None, None)


def test_demonstration_goes_through_simulated_gateways_only(shelf: Shelf):
    shelf.put(DEMO)

    assert shelf.current(simulated=True) == DEMO
    assert shelf.current(simulated=False) is None


def test_real_gateways_get_the_newest_live_one_even_if_a_demonstration_is_newer(shelf: Shelf):
    shelf.put(LIVE)
    shelf.put(DEMO)

    assert (shelf.current(simulated=True), shelf.current(simulated=False)) == (DEMO, LIVE)


def test_other_process_finds_the_file(shelf: Shelf):
    shelf.put(DEMO)
    other = Shelf(shelf.folder)

    other.refresh()

    assert other.get(DEMO.id) == DEMO


def test_older_content_published_again_becomes_current(shelf: Shelf):
    shelf.put(edition(mark="first", made_at=MADE))
    shelf.put(edition(mark="second", made_at=MADE + timedelta(hours=1)))

    shelf.put(edition(mark="first", made_at=MADE + timedelta(hours=2)))

    assert shelf.current(simulated=True) == edition(mark="first", made_at=MADE + timedelta(hours=2))


def test_damaged_file_is_passed_over_and_told_once(shelf: Shelf, caplog: pytest.LogCaptureFixture):
    shelf.put(DEMO)
    (shelf.folder / "0000000000000000.json").write_text("{broken")

    shelf.refresh()
    shelf.refresh()

    assert shelf.editions() == (DEMO,)
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "edition file 0000000000000000.json is passed over"
    ]


def test_half_written_file_is_not_read(shelf: Shelf):
    shelf.folder.mkdir()
    (shelf.folder / "abc.1.2.part").write_text("half")

    shelf.refresh()

    assert shelf.editions() == ()

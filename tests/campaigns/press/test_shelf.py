"""The shelf serves the newest edition, live ones only through real gateways, and outlives bad files."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaigns.editions.edition import Edition, Kind
from campaigns.press.shelf import KEPT, Known, Shelf, kept
from tests.editions import MADE, edition

DEMO = edition()
LIVE = edition(kind=Kind.LIVE, made_at=MADE - timedelta(days=1))
HOUR = timedelta(hours=1)


def known(*hours: int, kind: str = "live") -> list[Known]:
    """Editions named by the hour after MADE in which they were published."""
    return [Known(f"{kind[0]}{hour}", kind, MADE + hour * HOUR) for hour in hours]


def several(shelf: Shelf, count: int, every: timedelta = HOUR) -> list[Edition]:
    """One edition after the other, the first at MADE."""
    made = [edition(mark=f"m{n}", made_at=MADE + n * every) for n in range(count)]
    for one in made:
        shelf.put(one)
    return made


def files(shelf: Shelf) -> set[str]:
    return {path.name for path in shelf.folder.iterdir()}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "editions", clock=lambda: MADE + 5 * HOUR)


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


# --- what stays, and for how long -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "now", "names"),
    [
        ((), 0, set()),
        ((0,), 999, {"l0"}),
        ((0, 1, 2, 3), 4, {"l0", "l1", "l2", "l3"}),
        ((0, 1, 2, 3), 24, {"l0", "l1", "l2", "l3"}),
        ((0, 1, 2, 3), 25, {"l1", "l2", "l3"}),  # replaced by the one of hour 1, a day ago
        ((0, 1, 2, 3), 999, {"l1", "l2", "l3"}),
        ((0, 500, 501, 502), 503, {"l0", "l500", "l501", "l502"}),  # old, but in use until hour 500
    ],
)
def test_edition_stays_for_a_day_after_it_was_replaced(
    hours: tuple[int, ...], now: int, names: set[str]
):
    assert kept(known(*hours), MADE + now * HOUR) == names


def test_newest_of_each_kind_stays_however_many_came_of_the_other():
    demonstrations = known(*range(1, 9), kind="demonstration")

    found = kept([*known(0), *demonstrations], MADE + 999 * HOUR)

    assert found == {"l0", "d6", "d7", "d8"}


def test_old_editions_leave_disk_and_memory(tmp_path: Path):
    now = MADE + 4 * HOUR
    shelf = Shelf(tmp_path / "editions", clock=lambda: now)
    made = several(shelf, 4)
    beside = shelf.folder / f"{made[0].id}.en.matcher"
    beside.write_text("kept with it")

    now = MADE + HOUR + KEPT
    shelf.refresh()

    assert shelf.get(made[0].id) is None
    assert files(shelf) == {f"{one.id}.json" for one in made[1:]}
    assert shelf.editions() == tuple(made[1:])


def test_process_that_did_not_remove_the_file_lets_the_edition_go_too(tmp_path: Path):
    now = MADE + 4 * HOUR
    shelves = [Shelf(tmp_path, clock=lambda: now) for _ in "12"]
    made = several(shelves[0], 4)
    shelves[1].refresh()

    now = MADE + HOUR + KEPT
    for shelf in shelves:
        shelf.refresh()

    assert [shelf.get(made[0].id) for shelf in shelves] == [None, None]
    assert [len(shelf.editions()) for shelf in shelves] == [3, 3]


def test_what_belongs_to_no_edition_leaves_after_a_day(tmp_path: Path):
    shelf = Shelf(tmp_path)
    (made,) = several(shelf, 1)
    names = ("broken.json", f"{made.id}.1.2.part", "0123.en.matcher")
    for name in names:
        (tmp_path / name).write_text("x")
    shelf.refresh()
    assert files(shelf) == {f"{made.id}.json", *names}

    long_ago = (datetime.now(UTC) - KEPT).timestamp() - 60
    for path in tmp_path.iterdir():
        os.utime(path, (long_ago, long_ago))
    shelf.refresh()

    assert files(shelf) == {f"{made.id}.json"}


def test_edition_of_long_ago_is_a_guest_without_a_file(tmp_path: Path):
    shelf = Shelf(tmp_path)
    several(shelf, 3)
    old = edition(mark="old", made_at=MADE - timedelta(days=9))

    shelf.put(old)

    assert shelf.get(old.id) == old
    assert (len(files(shelf)), old in shelf.editions()) == (3, False)


def test_shelf_wants_what_it_lacks_or_has_in_an_older_state(shelf: Shelf):
    shelf.put(DEMO)
    here = Known(DEMO.id, DEMO.kind, MADE)

    assert shelf.wants([here]) == []
    assert shelf.wants([here._replace(made_at=MADE + HOUR)]) == [DEMO.id]
    assert shelf.wants(known(1, 2)) == ["l1", "l2"]


def test_shelf_does_not_want_what_it_would_not_keep(tmp_path: Path):
    assert Shelf(tmp_path).wants(known(0, 1, 2, 3, 4)) == ["l2", "l3", "l4"]


def test_stored_text_that_is_no_edition_is_told_once(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
):
    assert shelf.take("l1", "{}") is False
    assert shelf.take(DEMO.id, DEMO.to_json()) is True

    assert shelf.wants(known(1)) == []
    assert shelf.current(simulated=True) == DEMO
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "stored edition l1 is passed over"
    ]

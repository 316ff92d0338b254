"""F10: a door whose disk is full answers on, counts exactly what is missing, and says so."""

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.journey import JOURNEY, SCREENS, Caller, whole
from tests.faults.site import Site, Web

pytestmark = pytest.mark.django_db
ROOM = "64k"  # of the small disk
MANY = 20_000  # hops


SMALL_DISK = (
    "unshare",
    "--mount",
    *(() if os.geteuid() == 0 else ("--map-root-user",)),
    *("sh", "-c", f'mkdir -p "$0" && mount -t tmpfs -o size={ROOM} tmpfs "$0" && exec "$@"'),
)


def can_mount(folder: Path) -> bool:
    """Whether a process here may have a small disk of its own."""
    try:
        done = subprocess.run([*SMALL_DISK, folder, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


def journal_of(web: Web) -> Path:
    """The file that the door writes into, by way of its own descriptor."""
    open_files = Path(f"/proc/{web.worker}/fd").iterdir()
    return next(file for file in open_files if file.readlink().suffix == ".journal")


@contextlib.contextmanager
def disk_full(web: Web) -> Iterator[None]:
    """The small disk of that door filled to its last byte (ENOSPC), and emptied behind the block."""
    folder = journal_of(web).readlink().parent
    ballast = Path(f"/proc/{web.pid}/root{folder}/ballast")
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(512)):
            pass
    yield
    ballast.unlink()


@contextlib.contextmanager
def file_full(web: Web) -> Iterator[None]:
    """The kernel lets no file of the door grow (EFBIG), until the block's end."""
    _, most = resource.prlimit(web.worker, resource.RLIMIT_FSIZE)
    size = journal_of(web).stat().st_size
    resource.prlimit(web.worker, resource.RLIMIT_FSIZE, (size + 100, most))
    yield
    resource.prlimit(web.worker, resource.RLIMIT_FSIZE, (most, most))


def missing(site: Site) -> int:
    """Entries that the table itself says it lacks."""
    return sum(gap["missing"] for gap in site.entries("gap"))


def told_exactly(
    site: Site, web: Web, full: contextlib.AbstractContextManager[None], *, callers: int
) -> None:
    """Nobody notices; what the disk did not take is missing, and as many are told as are missing."""
    before, *during, after = everybody = [Caller(site) for _ in range(callers)]
    known = missing(site)
    before.walk(at=web)

    with full:
        for caller in during:
            caller.walk(at=web)
        alarm = (web.health() or {})["unwritten"]
    after.walk(at=web)
    site.shipped()

    answered = {(caller.name, depth) for caller in everybody for depth in range(len(JOURNEY))}
    written = [hop for hop in site.counted() if hop in answered]
    assert [caller.seen for caller in everybody] == [SCREENS] * callers
    assert len(set(written)) == len(written)
    assert alarm == len(answered) - len(written) > 40  # a few still find room on a last page
    assert missing(site) - known == alarm
    assert (web.health() or {})["unwritten"] == alarm
    whole(before)
    whole(after)


def fill_the_disk(pair: Site, *, callers: int) -> None:
    folder = pair.keeper.data / "journal"
    if not can_mount(folder):  # a container without that right
        pytest.skip("no process may mount anything here")
    web = pair.another((*SMALL_DISK, str(folder)))

    told_exactly(pair, web, disk_full(web), callers=callers)
    pair.leave(web)


def test_f10_full_disk_costs_no_answer_and_what_is_missing_is_told(pair):
    fill_the_disk(pair, callers=12)


@pytest.mark.slow
def test_f10_full_disk_costs_no_answer_of_many(pair):
    fill_the_disk(pair, callers=MANY // len(JOURNEY))


def test_f10_file_that_may_not_grow_costs_no_answer_and_what_is_missing_is_told(pair):
    told_exactly(pair, pair.webs[1], file_full(pair.webs[1]), callers=12)

"""The shelf: editions as files under the data folder, held in memory by every process.

A door serves from here without PostgreSQL. Files are written whole (temporary name, then rename) and
never change, so a reader needs no lock. An edition leaves a day after another took its place, long after
the last session that was begun with it; what is kept beside it under its name leaves with it.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from campaigns.editions.edition import BadEdition, Edition, Kind

KEPT = timedelta(days=1)  # after it was replaced; an open session lives minutes
NEWEST = 3  # these stay however old they are: one can go back to them while the database is away
log = logging.getLogger(__name__)


class Known(NamedTuple):
    """An edition by name, without its content."""

    id: str
    kind: str
    made_at: datetime


class Shelf:
    """The editions of one folder. Thread-safe: the maps are replaced whole, never changed in place."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime] | None = None) -> None:
        self.folder = folder
        self._clock = clock or (lambda: datetime.now(UTC))
        self._editions: dict[str, Edition] = {}
        self._seen: dict[str, int] = {}  # file name -> its time of change
        self._refused: frozenset[str] = frozenset()
        self._guest: Edition | None = None  # one too old for the shelf that somebody asked for
        self._newest: Edition | None = None
        self._live: Edition | None = None
        self._lock = threading.Lock()

    def current(self, simulated: bool) -> Edition | None:
        """What new sessions get: simulated gateways the newest of any kind, real ones live only."""
        return self._newest if simulated else self._live

    def get(self, name: str) -> Edition | None:
        """The edition of that id, so that an open session keeps its own."""
        found = self._editions.get(name)
        guest = self._guest
        return guest if found is None and guest is not None and guest.id == name else found

    def editions(self) -> tuple[Edition, ...]:
        """All that is on the shelf."""
        return tuple(self._editions.values())

    def put(self, edition: Edition) -> None:
        """Store the edition as a file and offer it at once; one of long ago is held as a guest only."""
        own = _known([edition])
        if edition.id not in kept([*_known(self.editions()), *own], self._clock()):
            self._guest = edition
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{edition.id}.json"
        part = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.part")
        part.write_text(edition.to_json(), encoding="utf-8")
        part.replace(path)
        self.refresh()

    def wants(self, offered: Iterable[Known]) -> list[str]:
        """Names of those that belong here and are not, or in an older state."""
        here = {one.id: one for one in _known(self.editions())}
        new = {
            one.id: one
            for one in offered
            if one.id not in self._refused
            and (one.id not in here or here[one.id].made_at < one.made_at)
        }
        staying = kept((here | new).values(), self._clock())
        return [name for name in new if name in staying]

    def take(self, name: str, text: str) -> bool:
        """Put an edition that is stored elsewhere; a text that is none is told once and not wanted again."""
        try:
            edition = Edition.from_json(text)
        except BadEdition as error:
            log.error("stored edition %s is passed over: %s", name, error)  # noqa: TRY400
            self._refused |= {name}
            return False
        self.put(edition)
        return True

    def refresh(self) -> None:
        """Take up new files and let old ones go; a damaged file is told once and passed over."""
        with self._lock:
            editions = dict(self._editions)
            for path in sorted(self.folder.glob("*.json")):
                changed = _changed(path)
                if changed is not None and self._seen.get(path.name) != changed:
                    self._seen[path.name] = changed
                    self._read(path, editions)
            staying = kept(_known(editions.values()), self._clock())
            self._swap({name: one for name, one in editions.items() if name in staying})
            self._clear(staying, leaving=editions.keys() - staying)

    def _read(self, path: Path, editions: dict[str, Edition]) -> None:
        try:
            edition = Edition.from_json(path.read_bytes())
        except FileNotFoundError:  # another process has just let it go
            return
        except (BadEdition, OSError) as error:
            log.error("edition file %s is passed over: %s", path.name, error)  # noqa: TRY400
            return
        editions[edition.id] = edition

    def _swap(self, editions: dict[str, Edition]) -> None:
        newest = sorted(editions.values(), key=lambda edition: (edition.made_at, edition.id))
        live = [edition for edition in newest if edition.kind is Kind.LIVE]
        self._editions = editions
        self._newest = newest[-1] if newest else None
        self._live = live[-1] if live else None

    def _clear(self, staying: set[str], *, leaving: set[str]) -> None:
        """Remove files of editions that leave, and by age what belongs to none: damaged, half-written."""
        old = (self._clock() - KEPT).timestamp() * 1e9
        for path in self.folder.glob("*.*"):
            name = path.name.partition(".")[0]
            stray = name not in staying or path.suffix == ".part"
            if name in leaving or (stray and (_changed(path) or old) < old):
                path.unlink(missing_ok=True)
                self._seen.pop(path.name, None)


def kept(known: Iterable[Known], now: datetime) -> set[str]:
    """Names of the newest few, the newest of each kind, and all that were replaced less than a day ago."""
    newest = sorted(known, key=lambda one: (one.made_at, one.id), reverse=True)
    names = {one.id for one in newest[:NEWEST]}
    replaced: dict[str, datetime] = {}  # kind -> when the next younger one came
    for one in newest:
        if now - replaced.get(one.kind, now) < KEPT:
            names.add(one.id)
        replaced[one.kind] = one.made_at
    return names


def _known(editions: Iterable[Edition]) -> list[Known]:
    return [Known(edition.id, edition.kind, edition.made_at) for edition in editions]


def _changed(path: Path) -> int | None:
    """The file's time of change in nanoseconds; None once it is gone."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None

"""The shelf: editions as files under the data folder, held in memory by every process.

A door serves from here without PostgreSQL. Files are written whole (temporary name, then rename) and
never change, so a reader needs no lock.
"""

import logging
import os
import threading
from pathlib import Path

from campaigns.edition import BadEdition, Edition, Kind

log = logging.getLogger(__name__)


class Shelf:
    """The editions of one folder. Thread-safe: the maps are replaced whole, never changed in place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._editions: dict[str, Edition] = {}
        self._seen: dict[str, int] = {}  # file name -> its time of change
        self._newest: Edition | None = None
        self._live: Edition | None = None
        self._lock = threading.Lock()

    def current(self, simulated: bool) -> Edition | None:
        """What new sessions get: simulated gateways the newest of any kind, real ones live only."""
        return self._newest if simulated else self._live

    def get(self, name: str) -> Edition | None:
        """The edition of that id, so that an open session keeps its own."""
        return self._editions.get(name)

    def editions(self) -> tuple[Edition, ...]:
        """All that is on the shelf."""
        return tuple(self._editions.values())

    def put(self, edition: Edition) -> None:
        """Store the edition as a file and offer it at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{edition.id}.json"
        part = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.part")
        part.write_text(edition.to_json(), encoding="utf-8")
        part.replace(path)
        self.refresh()

    def refresh(self) -> None:
        """Take up new files; a damaged file is told once and passed over."""
        with self._lock:
            editions = dict(self._editions)
            for path in sorted(self.folder.glob("*.json")):
                changed = path.stat().st_mtime_ns
                if self._seen.get(path.name) != changed:
                    self._seen[path.name] = changed
                    self._read(path, editions)
            self._take(editions)

    def _read(self, path: Path, editions: dict[str, Edition]) -> None:
        try:
            edition = Edition.from_json(path.read_bytes())
        except (BadEdition, OSError) as error:
            log.error("edition file %s is passed over: %s", path.name, error)  # noqa: TRY400
            return
        editions[edition.id] = edition

    def _take(self, editions: dict[str, Edition]) -> None:
        newest = sorted(editions.values(), key=lambda edition: (edition.made_at, edition.id))
        live = [edition for edition in newest if edition.kind is Kind.LIVE]
        self._editions = editions
        self._newest = newest[-1] if newest else None
        self._live = live[-1] if live else None

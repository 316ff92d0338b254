"""What the hot doors of one process stand on: journal, shelf, pins, remembered languages (D3).

Made and started without PostgreSQL and without Redis; threads look after both in the background.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.db import Error, connection
from psycopg.conninfo import make_conninfo

from bot import matchers
from bot.office import Held as Office
from campaigns.press.publishing import collect
from campaigns.press.shelf import Shelf
from gateways.base import Gateway
from journal.shipper import Shipper
from journal.writer import Journal
from people.languages import Remembered
from ussd.sessions import Elsewhere

NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
SHELF_EVERY: Final = 2.0  # seconds until a process knows of a new edition
log = logging.getLogger(__name__)


def conninfo(database: Mapping[str, Any]) -> str:
    """The connection string of an entry of DATABASES, for those who speak psycopg directly."""
    given = {word: database.get(name) for name, word in NAMES.items()}
    options = {k: v for k, v in database.get("OPTIONS", {}).items() if isinstance(v, str)}
    return make_conninfo("", **{k: str(v) for k, v in (given | options).items() if v})


@dataclass(frozen=True, slots=True)
class House:
    """Everything the doors share. `start` and `stop` are for its threads; no request waits for them."""

    gateways: Mapping[str, Gateway]
    journal: Journal
    shipper: Shipper
    shelf: Shelf
    elsewhere: Elsewhere
    remembered: Remembered
    redis_url: str
    office: Office = field(default_factory=Office)
    ending: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self.shelf.refresh()
        self._warm()
        self.shipper.start()
        self.elsewhere.start()
        self.remembered.start()
        threading.Thread(target=self._mind_shelf, name="shelf", daemon=True).start()

    def stop(self) -> None:
        """Ship and copy what is there, once; a store that is away is not waited for long."""
        self.ending.set()
        self.shipper.stop(seconds=1.5)
        self.elsewhere.stop(seconds=0.5)

    def _mind_shelf(self) -> None:
        """Editions of this machine's files and of the database, where it answers."""
        while not self.ending.wait(SHELF_EVERY):
            try:
                self.shelf.refresh()
                collect(self.shelf)
                self.office.refresh()
                self._warm()
            except (OSError, Error) as error:
                log.debug("editions not collected: %s", type(error).__name__)
            finally:
                connection.close()

    def _warm(self) -> None:
        """Have matchers fitted before somebody asks; what is fitted already costs nothing."""
        for kind in {gateway.simulated for gateway in self.gateways.values()}:
            if edition := self.shelf.current(kind):
                matchers.of(edition)


def furnish(
    data: Path,
    *,
    database: Mapping[str, Any],
    redis_url: str,
    gateways: Mapping[str, Gateway],
    remembered: Remembered,
    shelf: Shelf | None = None,
) -> House:
    """Everything made, nothing started; touches files only. `shelf`: one that pages put editions on, too."""
    journal = Journal(data / "journal")
    return House(
        gateways=gateways,
        journal=journal,
        shipper=Shipper(journal, conninfo(database)),
        shelf=shelf or Shelf(data / "editions"),
        elsewhere=Elsewhere(redis_url),
        remembered=remembered,
        redis_url=redis_url,
    )

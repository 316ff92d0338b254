"""A small life to back up: people, counts if wished, a journal that is half carried over, evidence."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from analytics import ledger, refreshing
from config.backups.taking import Source
from config.house import conninfo
from journal.shipper import Shipper
from journal.writer import Journal
from people import identity
from tests.analytics import ledgers
from tests.people.made import person

AT = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)
PEOPLE = 3


@dataclass
class Life:
    """A deployment whose door lives: it holds its journal's file."""

    data: Path
    journal: Journal = field(init=False)
    shipper: Shipper = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(self.data / "journal")
        self.shipper = Shipper(self.journal, conninfo(connection.settings_dict))

    @property
    def source(self) -> Source:
        return Source(connection.settings_dict, self.data, identity.ring())

    def hear(self, *numbers: int, ship: bool) -> None:
        """Lines come in; `ship`: into the database, else they lie in the file alone."""
        for number in numbers:
            assert self.journal.append("note", {"number": number})
        if ship:
            self.shipper.ship_once()

    def end(self) -> None:
        self.shipper.stop()
        self.journal.close()


def begin(data: Path) -> Life:
    for index in range(PEOPLE):
        person(index)
    for name, text in {"evidence/" + "a" * 64: "list", "editions/ed1.json": "{}"}.items():
        (data / name).parent.mkdir()
        (data / name).write_text(text, encoding="utf-8")
    (data / "accounts.txt").write_text("manager secret\n", encoding="utf-8")
    assert settings.KEYS_FILE.exists()
    return Life(data)


def count() -> None:
    """Forty exposures and their figures."""
    ledger.record(ledgers.many(40, people=7), at=AT)
    refreshing.refresh(at=AT)


def heard(lines: list[str]) -> list[int]:
    """The numbers that lines hold."""
    return [json.loads(line)["number"] for line in lines]

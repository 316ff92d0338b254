"""The demonstration edition made of the content files, as `manage.py publish` makes it. Needs a database."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from campaigns.editions.edition import Edition, Kind
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from campaigns.writing import seeding
from tests import snapshots

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LOCALES = Path(settings.LOCALE_PATHS[0])


@lru_cache(maxsize=1)
def demonstration() -> Edition:
    """Loaded and published once a test run; what it leaves in the tables goes with the first test's transaction."""
    return in_tables()


def in_tables() -> Edition:
    """The same for who needs the rows too."""
    return snapshots.once("published", _published)


def _published() -> Edition:
    seeding.load(LOCALES, at=AT)
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        return publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition


def loaded(*languages: str, at: datetime = AT) -> None:
    """The content files of these languages in the tables, in this order; of all without any. Nothing is published."""

    def load() -> None:
        for only in languages or ("",):
            seeding.load(LOCALES, at=at, only=only)

    snapshots.once((languages, at), load)

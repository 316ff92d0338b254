"""People made for tests: invented numbers only."""

from datetime import UTC, datetime
from pathlib import Path

from people import consent, identity
from people.consent import Ground
from people.models import Person

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def number(index: int = 1, calling: str = "254") -> str:
    """+25471100xxxx, one per index."""
    return f"+{calling}71100{index:04d}"


def person(index: int = 1, **changes: object) -> Person:
    """Somebody who asked for messages by SMS."""
    made = consent.begin(number(index), Ground("sms-optin", "START, then YES", NOON, language="sw"))
    if changes:
        Person.objects.filter(pk=made.pk).update(**changes)
        made.refresh_from_db()
    return made


def stop_token(index: int = 1) -> str:
    return identity.suppression_token(f"tel:{number(index)}")


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A list as a spreadsheet would leave it."""
    file = folder / "list.csv"
    file.write_bytes(text.encode(encoding))
    return file

"""`manage.py keys`: which keys there are and how many rows need each; `keys retire` parts with one nobody needs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people import identity, rotation
from people.keys import LENGTHS, BadKeys, age
from people.rotation import KeyInUse


class Command(BaseCommand):
    help = (
        "Say which keys there are and how many rows need each, or take one out that no row needs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        whats = parser.add_subparsers(dest="what", required=True)
        whats.add_parser("status", help="keys by purpose, and the rows that need them")
        retire = whats.add_parser("retire", help="take a former key out of the key file")
        retire.add_argument("purpose", choices=list(LENGTHS))
        retire.add_argument("key", help="its id, as in t1")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        if options["what"] == "status":
            self._status()
        else:
            self._retire(options["purpose"], options["key"])

    def _status(self) -> None:
        found = rotation.usage()
        used = rotation.totals(found)
        for purpose in LENGTHS:
            own = getattr(identity.ring(), purpose)
            for key in sorted(own.keys, key=age):
                word = (
                    "current" if key == own.current else "former" if used[key] else "former, may go"
                )
                self.stdout.write(f"{purpose} {key}: {word}, {used[key]} rows")
                self._where(found, key)
        for key in sorted(set(used) - rotation.known()):
            self.stdout.write(f"{key}: not in the key file, {used[key]} rows that nobody can read")
            self._where(found, key)

    def _where(self, found: rotation.Usage, key: str) -> None:
        for label, rows in found.items():
            if rows[key]:
                self.stdout.write(f"    {label}: {rows[key]}")

    def _retire(self, purpose: str, key: str) -> None:
        try:
            rotation.retire(purpose, key, at=timezone.now())
        except (KeyInUse, BadKeys) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{key} is out of the key file. Restart every process.")

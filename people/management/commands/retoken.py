"""`manage.py retoken`: after `python -m people.keys rotate` and a restart of every process."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people import audit, identity, rotation
from people.models import Kind


class Command(BaseCommand):
    help = (
        "Carry everybody whose number we hold over to the current keys, and reseal what is sealed. "
        "May be cut at any moment and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--verify",
            action="store_true",
            help="change nothing: count rows by key; fail where a number's row is under a former key",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        if not options["verify"]:
            self._carry()
        self._verify()

    def _carry(self) -> None:
        done = rotation.retoken(self._say)
        self.stdout.write(f"{done.people} people carried over, {done.seals} seals made anew.")
        for label, rows in sorted(done.broken.items()):
            self.stdout.write(f"{label}: {rows} seals do not open under any key we have.")
        if done.people or done.seals:
            details = {"people": str(done.people), "seals": str(done.seals)}
            audit.note(Kind.KEYS, by=None, what="retokened", details=details, at=timezone.now())

    def _say(self, label: str, done: int, of: int) -> None:
        self.stderr.write(f"{label}: {done} of {of}")

    def _verify(self) -> None:
        ring = identity.ring()
        current = {ring.token.current, ring.suppression.current, ring.seal.current}
        for label, rows in rotation.usage().items():
            told = ", ".join(f"{key} {number}" for key, number in sorted(rows.items()))
            self.stdout.write(f"{label}: {told}{'' if set(rows) <= current else '  <- former key'}")
        if left := rotation.left():
            where = ", ".join(f"{label} {rows}" for label, rows in left.items())
            raise CommandError(f"Not carried over yet: {where}. Run manage.py retoken again.")
        self.stdout.write("Everybody whose number we hold is under the current keys.")

"""`manage.py doctor`: what is misconfigured or goes wrong, in plain words, and what to do."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from operations.doctor import Examined, examine


class Command(BaseCommand):
    help = "Look at settings, stores, accounts, content and work; say what is wrong and what to do."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument(
            "--quick", action="store_true", help="leave out what waits for another machine"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        found = list(examine(at=timezone.now(), slow=not options["quick"]))
        wrong = sum(not one.ok for one in found)
        if options["json"]:
            told = [one.as_json() for one in found]
            self.stdout.write(json.dumps({"ok": not wrong, "checks": told}))
        else:
            self._tell(found)
        if wrong:
            raise CommandError(f"{wrong} of {len(found)} checks found something wrong.")

    def _tell(self, found: list[Examined]) -> None:
        for one in found:
            if not one.findings:
                self.stdout.write(f"ok     {one.check.label}")
            for finding in one.findings:
                word = "WRONG" if finding.wrong else "look"
                self.stdout.write(f"{word:6} {one.check.label}: {finding.sentence()}")
                self.stdout.write(f"       -> {finding.advice()}")

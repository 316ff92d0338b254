"""`manage.py demonstrate --year [--people N] [--seed S] [--months M]`, `--remove`."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from demonstration import making, removing
from demonstration.guarding import NotHere
from demonstration.making import MONTHS, PEOPLE, SEED, Wish


class Command(BaseCommand):
    help = (
        "Make a year of invented life for a demonstration, or remove it. Never beside real people."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--year", action="store_true", help="make the year")
        what.add_argument("--remove", action="store_true", help="remove all of it")
        parser.add_argument("--people", type=int, default=PEOPLE)
        parser.add_argument(
            "--seed", type=int, default=SEED, help="the same seed: the same figures"
        )
        parser.add_argument("--months", type=int, choices=range(1, 25), default=MONTHS, metavar="M")
        parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        try:
            sums = removing.remove(by=None) if options["remove"] else self._make(options)
        except NotHere as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps(sums))
            return
        for word, number in sums.items():
            self.stdout.write(f"{word:<16} {number:>9}")

    def _make(self, options: dict[str, Any]) -> dict[str, int]:
        wish = Wish(options["people"], options["seed"], options["months"])
        year = making.make(making.ask(wish, by="", at=timezone.now()))
        self.stderr.write(
            f"Demonstration: invented life from {year.begins} to {year.ends}, {year.seconds:.0f} s."
            " Remove it: manage.py demonstrate --remove"
        )
        sums: dict[str, int] = year.sums
        return sums

"""`manage.py audience count NAME`: how many people an audience means, counted now."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.blasts import audiences


class Command(BaseCommand):
    help = "Count an audience: who may be sent to today, and who is left out for which reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        count = parser.add_subparsers(dest="action", required=True).add_parser("count")
        count.add_argument("name", help="its exact name, a country code (KE) or all")
        count.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401
        try:
            audience = audiences.named(options["name"])
        except audiences.NoAudience as problem:
            raise CommandError(str(problem)) from problem
        told = _told(audiences.turnout(audience, at=timezone.now()))
        if options["json"]:
            self.stdout.write(json.dumps(told))
            return
        for name, value in told.items():
            self.stdout.write(f"{name:10} {value}")


def _told(turnout: audiences.Turnout) -> dict[str, Any]:
    """People who may be sent to, by country and by language; `excluded`: reason -> people."""
    countries: dict[str, int] = {}
    languages: dict[str, int] = {}
    for (country, language, _network), people in sorted(turnout.groups.items()):
        countries[country] = countries.get(country, 0) + people
        languages[language] = languages.get(language, 0) + people
    return {
        "people": turnout.people,
        "excluded": dict(turnout.left_out),
        "countries": countries,
        "languages": languages,
        "at": turnout.at.isoformat(timespec="seconds"),
    }

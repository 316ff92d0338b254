"""`manage.py rapidpro sync`: an audience becomes, and stays, a group of contacts in RapidPro."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.blasts import groups, permits
from campaigns.blasts.audiences import NoAudience
from campaigns.management.arguments import staff


class Command(BaseCommand):
    help = "Carry an audience over to a group of RapidPro. Its people's numbers leave the house: it is on record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        sync = parser.add_subparsers(dest="action", required=True).add_parser("sync")
        sync.add_argument("--audience", required=True, help="its exact name, a country code or all")
        sync.add_argument("--group", required=True, help="its name in RapidPro; made where missing")
        sync.add_argument("--gateway", default="", help="which account, where there are several")
        sync.add_argument("--by", required=True, help="your staff name")
        sync.add_argument("--dry-run", action="store_true", help="say what it would change")
        sync.add_argument(
            "--people", type=int, help="the number that --dry-run told: without it nothing leaves"
        )
        sync.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401
        try:
            told = asdict(_done(options))
        except (permits.Refused, NoAudience, groups.NotSynced) as problem:
            raise CommandError(str(problem)) from problem
        if options["json"]:
            self.stdout.write(json.dumps(told))
            return
        for name, value in told.items():
            self.stdout.write(f"{name:12} {value}")


def _done(options: dict[str, Any]) -> groups.Plan:
    by = staff(options["by"])
    wish = groups.Wish(options["audience"], options["group"], options["gateway"])
    if options["dry_run"]:
        return groups.plan(wish, by=by, at=timezone.now())
    if options["people"] is None:
        raise CommandError(
            "Numbers would leave the house: say how many people with --people, as --dry-run tells it."
        )
    return groups.sync(wish, confirmed=options["people"], by=by, at=timezone.now())

"""`manage.py breach`: after a breach, who is affected and until when the authority must be told."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people import breach
from people.countries import CODES
from people.models import Staff

SHORTEST = 10  # characters of a reason


class Command(BaseCommand):
    help = "List the tokens that a breach affects, with what is kept under each; the list stays on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file; only its owner may read it")
        parser.add_argument("--by", required=True, help="your staff name")
        parser.add_argument("--why", required=True, help="what happened, without names or numbers")
        parser.add_argument("--country", default="", choices=["", *CODES], help="default: all")
        parser.add_argument("--known", help="when it was first known (ISO); default: now")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        if len(options["why"].strip()) < SHORTEST:
            raise CommandError("Say in a sentence what happened: it goes into the audit.")
        try:
            listed = breach.write(
                options["file"],
                by=_staff(options["by"]),
                country=options["country"],
                why=options["why"],
                known_at=_moment(options["known"]),
                at=timezone.now(),
            )
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}.") from None
        self._say(listed, as_json=options["json"])

    def _say(self, listed: breach.Listed, *, as_json: bool) -> None:
        if as_json:
            told = {
                "tokens": listed.tokens,
                "places": listed.places,
                "sha256": listed.digest,
                "until": listed.until.isoformat(),
            }
            self.stdout.write(json.dumps(told))
            return
        for place, rows in listed.places.items():
            self.stdout.write(f"{place:32} {rows}")
        self.stdout.write(
            f"{listed.tokens} tokens are affected. SHA-256 of the list: {listed.digest}"
        )
        self.stdout.write(f"Tell the authority before {listed.until:%Y-%m-%d %H:%M %Z}.")


def _staff(name: str) -> Staff:
    found = Staff.objects.filter(username=name, is_active=True).first()
    if found is None or not found.has_perm("people.view_auditentry"):
        raise CommandError(f"{name!r} is nobody who may do this: an administrator must.")
    return found


def _moment(text: str | None) -> datetime:
    if not text:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no moment: write 2026-03-02T09:00.") from None
    return moment if moment.tzinfo else timezone.make_aware(moment)

"""Publish the content tables as an edition, or say in plain words what stands in the way."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns import publishing
from campaigns.edition import Kind
from campaigns.models import Edition
from campaigns.problems import Refused
from campaigns.shelf import Shelf
from people.models import Staff


class Command(BaseCommand):
    help = "Publish the content as an edition. `live` demands approved texts and verified numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--kind", choices=[kind.value for kind in Kind])
        what.add_argument(
            "--roll-back", metavar="EDITION", help="serve the content of an older edition again"
        )
        parser.add_argument("--by", default="", metavar="STAFF", help="who publishes (user name)")
        parser.add_argument(
            "--drop", action="append", default=[], metavar="LANGUAGE", help="may be lost"
        )
        parser.add_argument(
            "--or-stay",
            action="store_true",
            help="where it is refused and an edition is served already, say so and go on",
        )
        parser.add_argument(
            "--json", action="store_true", help="one JSON object instead of sentences"
        )

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        shelf = Shelf(settings.DATA / "editions")
        shelf.refresh()
        try:
            done = _published(options, shelf)
        except Refused as refused:
            served = shelf.current(simulated=options["kind"] != Kind.LIVE)
            if not (options["or_stay"] and served):
                raise CommandError(f"Not published:\n{refused}") from refused
            self.stderr.write(f"Not published; edition {served.id} stays:\n{refused}")
            return
        facts = _facts(done)
        self.stdout.write(json.dumps(facts) if options["json"] else _sentences(facts))


def _published(options: dict[str, Any], shelf: Shelf) -> publishing.Published:
    by, at, dropping = _staff(options["by"]), timezone.now(), options["drop"]
    if options["roll_back"]:
        row = Edition.objects.filter(hash=options["roll_back"]).first()
        if row is None:
            raise CommandError(f"There is no edition {options['roll_back']!r}.")
        return publishing.roll_back(row, by=by, at=at, shelf=shelf, dropping=dropping)
    kind = Kind(options["kind"])
    return publishing.publish(kind, by=by, at=at, shelf=shelf, dropping=dropping)


def _staff(name: str) -> Staff | None:
    if not name:
        return None
    found = Staff.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise CommandError(f"There is no active staff member {name!r}.")
    return found


def _facts(done: publishing.Published) -> dict[str, Any]:
    edition = done.edition
    return {
        "edition": edition.id,
        "kind": edition.kind.value,
        "new": done.new,
        "items": len(edition.items),
        "languages": sorted(edition.words),
        "menus": len(edition.menus),
        "screens": sum(len(menu.pages) for menu in edition.menus.values()),
        "numbers": len(edition.numbers),
        "left_out": [str(problem) for problem in done.left_out],
    }


def _sentences(facts: dict[str, Any]) -> str:
    state = "published" if facts["new"] else "is already the newest; nothing changed"
    lines = [
        f"{facts['kind']} edition {facts['edition']} {state}.",
        f"{facts['items']} items, {facts['menus']} menus, {facts['screens']} screens, "
        f"{facts['numbers']} numbers; languages: {', '.join(facts['languages'])}.",
    ]
    return "\n".join([*lines, *facts["left_out"]])

"""Publish the content tables as an edition, or say in plain words what stands in the way."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.editions.edition import Kind
from campaigns.editions.problems import Refused
from campaigns.management.arguments import staff
from campaigns.models import Edition, Publication
from campaigns.press import publishing, serving
from campaigns.press.shelf import Shelf


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
            help="leave what staff chose to serve; where it is refused and one is served, say so and go on",
        )
        parser.add_argument(
            "--json", action="store_true", help="one JSON object instead of sentences"
        )

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        shelf = Shelf(settings.DATA / "editions")
        shelf.refresh()
        chosen = _chosen(options["kind"], shelf) if options["or_stay"] else None
        if chosen is not None:
            self.stdout.write(
                f"Edition {chosen.edition.hash} stays: {chosen.by} chose to serve it."
            )
            return
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


def _chosen(kind: str, shelf: Shelf) -> Publication | None:
    """The publication by which staff chose what is served now, as long as this release can read it.

    A start must not undo it: neither bring back what somebody rolled back, nor bring out drafts under way.
    """
    told = Publication.objects.filter(edition__kind=kind).exclude(reason=publishing.Reason.EXPIRED)
    newest = told.select_related("by", "edition").defer("edition__body", "edition__source").first()
    if newest is None or newest.by is None:
        return None
    return newest if serving.read(newest.edition.hash, shelf) else None


def _published(options: dict[str, Any], shelf: Shelf) -> publishing.Published:
    by = staff(options["by"]) if options["by"] else None
    at, dropping = timezone.now(), options["drop"]
    if options["roll_back"]:
        row = Edition.objects.filter(hash=options["roll_back"]).first()
        if row is None:
            raise CommandError(f"There is no edition {options['roll_back']!r}.")
        return publishing.roll_back(row, by=by, at=at, shelf=shelf, dropping=dropping)
    kind = Kind(options["kind"])
    return publishing.publish(kind, by=by, at=at, shelf=shelf, dropping=dropping)


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

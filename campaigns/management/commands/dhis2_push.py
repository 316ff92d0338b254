"""`manage.py dhis2_push`: the numbers of a period that may leave, into a DHIS2 server.

It lies in the lowest room that knows both the figures, which know no gateway, and the audit.
"""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analytics import making, periods
from analytics.definitions import COUNTRIES
from analytics.exports import dhis2, outward, settled
from analytics.exports.cover import Cover
from analytics.exports.identity import BadIdentity, Dhis2, Identity
from analytics.exports.outward import NotReleased
from analytics.periods import Period
from gateways.dhis2 import NotTaken, Server, Summary
from people import audit
from people.audit import Kind


class Command(BaseCommand):
    help = "Push a period's numbers to DHIS2: first time may be summed there, unique and cumulative must not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period", nargs="?", help="2025, 2025-S1, 2025-Q3 or 2025-07")
        parser.add_argument(
            "--dry-run", action="store_true", help="DHIS2 checks and stores nothing"
        )
        parser.add_argument(
            "--metadata", action="store_true", help="push the data elements, not their values"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: object, period: str | None, **options: Any) -> None:  # noqa: ANN401
        try:
            identity = making.who()
            mapping = _mapping(identity)
            server = Server(mapping.url, mapping.token)
            if options["metadata"]:
                summary = server.describe(dhis2.metadata(mapping), dry_run=options["dry_run"])
            else:
                values = _values(identity, mapping, _period(period))
                summary = server.push(values, dry_run=options["dry_run"])
        except NotReleased as refusal:
            raise CommandError(str(making.WHY[refusal.code])) from refusal
        except (BadIdentity, NotTaken, ValueError) as problem:
            raise CommandError(str(problem)) from problem
        if not options["dry_run"]:
            _noted(period or "metadata", mapping.url, summary)
        self._told(summary, as_json=options["as_json"])

    def _told(self, summary: Summary, *, as_json: bool) -> None:
        """The summary; and an exit code that says whether all of it was accepted."""
        told = asdict(summary)
        if as_json:
            self.stdout.write(json.dumps(told))
        else:
            for name in ("status", "imported", "updated", "ignored", "deleted"):
                self.stdout.write(f"{name:9} {told[name]}")
        if not summary.ok:
            raise CommandError(_conflicts(summary.conflicts) or f"DHIS2 says {summary.status}.")


def _conflicts(found: Sequence[Any]) -> str:
    return "\n".join(f"DHIS2 does not accept {one.about}: {one.said}" for one in found)


def _period(code: str | None) -> Period:
    if not code:
        raise CommandError("Which period: 2025, 2025-S1, 2025-Q3 or 2025-07?")
    return periods.parse(code)


def _mapping(identity: Identity) -> Dhis2:
    if identity.dhis2 is None:
        raise NotReleased("unconfigured")
    return identity.dhis2


def _values(identity: Identity, mapping: Dhis2, period: Period) -> dict[str, Any]:
    at = timezone.now()
    found = outward.observations(period, own=tuple(COUNTRIES))
    cover = Cover(
        deployment=identity.name,
        period=period,
        countries=tuple(COUNTRIES),
        counted_at=at,
        demonstration=settings.DEMONSTRATION,
        digests=settled.digests(period),
    )
    return dhis2.payload(mapping, found, cover)


def _noted(what: str, url: str, summary: Summary) -> None:
    """Numbers left the house: it is on record."""
    counts = {"imported": str(summary.imported), "updated": str(summary.updated)}
    audit.note(
        Kind.EXPORT,
        by=None,
        what=f"DHIS2 {what}",
        details={"server": url, **counts},
        at=timezone.now(),
    )

"""`manage.py import_people FILE --country CC --basis CODE --evidence TEXT [--dry-run] [--json]`."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.importing import Order, import_list
from people.keys import BadKeys
from people.lists import BadList
from people.models import Basis, ImportRun, Staff


class Command(BaseCommand):
    help = (
        "Take in a list of people (CSV or .xlsx with a column named phone) under a declared basis."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--country", required=True, help="of numbers written without +, as KE")
        parser.add_argument("--basis", required=True, help=", ".join(Basis.values))
        parser.add_argument("--evidence", required=True, help="which form or agreement, where kept")
        parser.add_argument(
            "--until",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="last day of the campaign, where people agreed to no more",
        )
        parser.add_argument("--by", help="user name of the member of staff who answers for it")
        parser.add_argument("--dry-run", action="store_true", help="count, write nobody")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        try:
            run = import_list(options["file"], _order(options), at=timezone.now())
        except (BadList, BadKeys) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from None
        self.stdout.write(_json(run) if options["json"] else _words(run))


def _order(options: dict[str, Any]) -> Order:
    by = Staff.objects.filter(username=options["by"]).first() if options["by"] else None
    if options["by"] and by is None:
        raise CommandError("Nobody of the staff has that user name.")
    allowed = {"allowed": frozenset(by.countries)} if by else {}
    return Order(
        options["country"].upper(),
        options["basis"],
        options["evidence"],
        options["dry_run"],
        by,
        ends_on=options["until"],
        **allowed,
    )


def _json(run: ImportRun) -> str:
    return json.dumps(
        {
            "added": run.added,
            "known": run.known,
            "suppressed": run.suppressed,
            "refused": run.refused,
        }
    )


def _words(run: ImportRun) -> str:
    lines = [
        f"{run.rows} rows: {run.added} {'would be added' if run.dry_run else 'added'}, {run.known} known, "
        f"{run.suppressed} ended messages, {sum(run.refused.values())} refused."
    ]
    lines += [f"  refused, {reason}: {count}" for reason, count in sorted(run.refused.items())]
    lines += [f"  taken, {mark}: {count}" for mark, count in sorted(run.flagged.items())]
    lines += [f"  line {line}: {reason}" for line, reason in run.problems]
    return "\n".join(lines)

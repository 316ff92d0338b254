"""Move content between deployments: `content export FOLDER`, `content import FOLDER [--dry-run]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from campaigns.writing import bundles, seeding
from people import seeding as people_seeding


class Command(BaseCommand):
    help = "Write all content as readable files, or bring such files in: what differs becomes a new draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("export", help="write a new folder").add_argument("folder")
        bring = steps.add_parser("import", help="read a folder that export wrote")
        bring.add_argument("folder")
        bring.add_argument("--dry-run", action="store_true", help="say what would change")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        folder = Path(options["folder"])
        if options["step"] == "export":
            self._export(folder)
        else:
            self._import(folder, dry=options["dry_run"])

    def _export(self, folder: Path) -> None:
        try:
            written = bundles.write(folder)
        except OSError as error:
            raise CommandError(f"Not written: {error}") from error
        for name, rows in written.items():
            self.stdout.write(f"{name}: {rows}")

    def _import(self, folder: Path, *, dry: bool) -> None:
        needed = (*bundles.LANGUAGES, *bundles.FILES)
        missing = [name for name in needed if not (folder / "seed" / name).is_file()]
        if missing:
            raise CommandError(f"{folder} is no exported content: seed/{missing[0]} is missing.")
        with transaction.atomic():
            report = self._read(folder)
            if dry or report.problems:
                transaction.set_rollback(True)
        if report.problems:
            raise CommandError("Nothing was changed:\n" + "\n".join(report.problems))
        done = "would be added or changed" if dry else "added or changed"
        for what, number in report.changed.items():
            self.stdout.write(f"{number} {what} {done}")
        if not report.changed:
            self.stdout.write("nothing differs")

    @staticmethod
    def _read(folder: Path) -> seeding.Report:
        try:
            languages = people_seeding.bring(folder / "seed")
            report = seeding.load(
                folder / "locales", at=timezone.now(), seed=folder / "seed", leading=True
            )
        except (KeyError, ValueError, UnicodeDecodeError) as error:
            raise CommandError(
                f"Nothing was changed: the files cannot be read: {error!r}"
            ) from error
        report.count("languages and orders", languages)
        return report

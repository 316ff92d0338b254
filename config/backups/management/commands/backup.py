"""`manage.py backup FOLDER`: everything but the keys, while everything runs."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backups import manifest, taking
from config.backups.manifest import BadBackup
from people import identity


class Command(BaseCommand):
    help = "Take a backup of the database, the journal's files, editions and evidence; the keys are not in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="where backups lie, each in a folder of its own"
        )
        parser.add_argument(
            "--keep",
            type=int,
            default=14,
            metavar="N",
            help="let all but the newest N go once this one is whole (14)",
        )
        parser.add_argument(
            "--journal",
            type=Path,
            action="append",
            default=[],
            metavar="FOLDER",
            help="the journal of doors with a data folder of their own; may be given several times",
        )

        parser.add_argument(
            "--journal-alone",
            action="store_true",
            help="the database is lost: save what the journal's files hold since the last backup, for restore --journal",
        )

    def handle(
        self,
        *_: object,
        folder: Path,
        keep: int,
        journal: list[Path],
        journal_alone: bool,
        **__: object,
    ) -> None:
        if keep < 1:
            raise CommandError("--keep is at least 1: the one that is being taken stays.")
        if missing := [place for place in journal if not place.is_dir()]:
            raise CommandError(f"{missing[0]} is no folder: name the journal of those doors.")
        ring, database = identity.ring(), settings.DATABASES["default"]
        source = taking.Source(database, settings.DATA, ring, tuple(journal))
        try:
            if journal_alone:
                self._say_rescued(taking.rescue(source, folder, at=timezone.now()))
            else:
                self._say(taking.take(source, folder, at=timezone.now(), keep=keep))
        except BadBackup as refused:
            raise CommandError(str(refused)) from None

    def _say_rescued(self, made: Path) -> None:
        files = list(made.iterdir())
        self.stdout.write(
            f"{made}: {len(files)} files, {sum(one.stat().st_size for one in files)} bytes. restore --journal {made} "
            "takes them along; remove the folder once that is done."
        )

    def _say(self, made: Path) -> None:
        told = manifest.read(made)
        size = sum(one.size for one in told.files) / 1_000_000
        self.stdout.write(
            f"{made}: {sum(told.rows.values())} rows, {len(told.files)} files, {size:.1f} MB.\n"
            "It is not encrypted: numbers and what people wrote are sealed in it, all the rest can be read. The "
            f"keys {', '.join(sorted(told.keys))} are not in it: without a copy of them it opens nothing (docs/keys.md)."
        )

"""`manage.py restore BACKUP --into DATA`: a deployment from a backup, where nothing was before; or a drill of it."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backups import manifest, restoring, taking
from config.backups.manifest import BadBackup
from config.backups.restoring import Restored
from journal import writer
from people import keys

LOST = (
    "{what}: who called, who agreed, and who said STOP or asked to be forgotten. Get the providers' lists of opt-outs "
    "since then and end those numbers before you let any blast go on."
)
NOTHING = "Nothing that came in during the {ago} since the backup is here"
LITTLE = (
    "Of what came in during the {ago} since the backup only what those journals still held is here"
)


class Command(BaseCommand):
    help = (
        "Restore a backup into a data folder and database that are empty, or prove with --drill that it can be; it "
        "is checked before and recounted after."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "backup",
            type=Path,
            help="the folder of one backup; for a drill also the one in which all lie: then the newest",
        )
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--into", type=Path, help="the new data folder")
        where.add_argument(
            "--drill",
            action="store_true",
            help="restore into a database and folder made for it and gone afterwards; the service is left alone",
        )
        parser.add_argument(
            "--keys", type=Path, help="the key file (NJIA_KEYS, else the folder's own)"
        )
        parser.add_argument(
            "--journal",
            type=Path,
            action="append",
            default=[],
            metavar="FOLDER",
            help="the journal of doors that outlived the database: what came in since the backup; may be given "
            "several times",
        )

    def handle(
        self,
        *_: object,
        backup: Path,
        into: Path | None,
        keys: Path | None,
        journal: list[Path],
        **__: object,
    ) -> None:
        if missing := [place for place in journal if not list(place.glob(f"*{writer.SUFFIX}"))]:
            raise CommandError(
                f"{missing[0]} holds no *{writer.SUFFIX} file: name the folder in which those of the doors lie, or "
                "leave it out."
            )
        try:
            if into is None:
                self._drill(_newest(backup), keys)
            else:
                self._restore(_one(backup), into.expanduser().resolve(), keys, journal)
        except BadBackup as refused:
            raise CommandError(str(refused)) from None

    def _drill(self, backup: Path, keys: Path | None) -> None:
        known = _prints(keys or settings.KEYS_FILE)
        restored = restoring.drill(backup, below=settings.DATA, prints=known, say=self.stdout.write)
        self._say_keys(restored)
        self.stdout.write(
            f"{backup.name} can be restored. Of this drill nothing is left, and the service was left alone."
        )

    def _restore(self, backup: Path, into: Path, keys: Path | None, journals: list[Path]) -> None:
        known = _prints(keys or _usual(into))
        restored = restoring.restore(
            backup, into, prints=known, say=self.stdout.write, journals=journals
        )
        ago = _told(timezone.now() - restored.manifest.taken_at)
        self.stdout.write(LOST.format(what=(LITTLE if journals else NOTHING).format(ago=ago)))
        self._say_keys(restored)
        place = "" if into == settings.DATA else f" with NJIA_DATA={into}"
        self.stdout.write(f"Restored. Start the product{place}.")

    def _say_keys(self, restored: Restored) -> None:
        if restored.lacking:
            self.stdout.write(
                f"The key file lacks {', '.join(restored.lacking)} of the backup's day: until its copy is in place "
                "nobody is recognised and no number can be read (docs/keys.md)."
            )


def _newest(folder: Path) -> Path:
    """The newest of the backups in the folder, or the folder, where it is one."""
    return max(folder.glob(taking.PATTERN), default=folder)


def _one(folder: Path) -> Path:
    """The folder of one backup. Raises BadBackup for the one in which several lie: which of them, a person says."""
    if (newest := _newest(folder)) != folder:
        raise BadBackup(
            f"{folder} holds {len(list(folder.glob(taking.PATTERN)))} backups: name one of them. "
            f"The newest is {newest}."
        )
    return folder


def _usual(into: Path) -> Path:
    """NJIA_KEYS where it is set, else where the restored deployment looks for its keys."""
    usual: Path = settings.KEYS_FILE
    return into / "keys.toml" if usual == settings.DATA / "keys.toml" else usual


def _prints(file: Path) -> dict[str, str]:
    """Of the keys in the file; none where there is no file. Raises BadKeys for one that is damaged."""
    if not file.exists():
        return {}
    return manifest.prints(keys.load(file, demonstration=True))


def _told(ago: timedelta) -> str:
    minutes = ago // timedelta(minutes=1)
    hours = minutes // 60
    if hours >= 48:
        return f"{hours // 24} days and {hours % 24} hours"
    return f"{hours} hours and {minutes % 60} minutes" if hours >= 2 else f"{minutes} minutes"

"""`manage.py restore BACKUP --into DATA`: a deployment from a backup, where nothing was before."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backups import manifest, restoring
from config.backups.manifest import BadBackup
from config.backups.restoring import Restored
from people import keys

LOST = (
    "Nothing that came in during the {ago} since the backup is here: who called, who agreed, and who said STOP or "
    "asked to be forgotten. Get the providers' lists of opt-outs since then and end those numbers before you let "
    "any blast go on."
)


class Command(BaseCommand):
    help = "Restore a backup into a data folder that is empty or not there yet; it is checked before and recounted after."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="the folder of one backup")
        parser.add_argument("--into", type=Path, required=True, help="the new data folder")
        parser.add_argument(
            "--keys", type=Path, help="the key file (NJIA_KEYS, else the folder's own)"
        )

    def handle(self, *_: object, backup: Path, into: Path, keys: Path | None, **__: object) -> None:
        into = into.expanduser().resolve()
        try:
            restored = restoring.restore(
                backup, into, prints=_prints(keys or _usual(into)), say=self.stdout.write
            )
        except BadBackup as refused:
            raise CommandError(str(refused)) from None
        self._say(restored, into)

    def _say(self, restored: Restored, into: Path) -> None:
        self.stdout.write(LOST.format(ago=_told(timezone.now() - restored.manifest.taken_at)))
        if restored.lacking:
            self.stdout.write(
                f"The key file lacks {', '.join(restored.lacking)} of the backup's day: until its copy is in place "
                "nobody is recognised and no number can be read (docs/keys.md)."
            )
        self.stdout.write(f"Restored. Start the product with NJIA_DATA={into}")


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
    hours = ago // timedelta(hours=1)
    return (
        f"{hours // 24} days and {hours % 24} hours"
        if hours > 48
        else f"{ago // timedelta(minutes=1)} minutes"
    )

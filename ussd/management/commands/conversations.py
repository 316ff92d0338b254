"""Hold an edition to dialogues that were saved before: what would callers see otherwise now?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.editions.edition import Edition
from campaigns.press import attempting, serving
from campaigns.press.shelf import Shelf
from ussd.dialogues import BadDialogue, Dialogue, difference, read

DRAFT = "draft"


class Command(BaseCommand):
    help = "Replay saved dialogues against an edition; print what it answers otherwise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", nargs="+", required=True, metavar="FILE")
        parser.add_argument(
            "--edition",
            default="",
            metavar="ID",
            help=f"an edition, or `{DRAFT}` for the texts of now; else what new sessions get",
        )

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        shelf = Shelf(settings.DATA / "editions")
        shelf.refresh()
        differing = [
            name for name in options["check"] if self._differs(name, options["edition"], shelf)
        ]
        if differing:
            raise CommandError(
                f"Dialogues that differ: {len(differing)} of {len(options['check'])}."
            )
        self.stdout.write(f"Dialogues checked: {len(options['check'])}. Nothing differs.")

    def _differs(self, name: str, wanted: str, shelf: Shelf) -> bool:
        """Whether the file differs; says how. An unreadable one is an error: it was not checked."""
        try:
            text = Path(name).read_text(encoding="utf-8")
            said = difference(_edition(wanted, read(text), shelf), text)
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            if not isinstance(error, BadDialogue | UnicodeDecodeError):
                raise
            raise CommandError(f"{name} is no dialogue: {error}.") from error
        self.stdout.write(f"{name}: {'differs' if said else 'the same'}")
        if said:
            self.stdout.write(said)
        return bool(said)


def _edition(wanted: str, dialogue: Dialogue, shelf: Shelf) -> Edition:
    """The edition asked for; drafts are made for the country and language of the dialogue."""
    if wanted == DRAFT:
        start = dialogue.start
        tried = attempting.attempt(start.country, start.language or "", at=timezone.now())
        found = tried.edition
    else:
        found = serving.read(wanted, shelf) if wanted else shelf.current(simulated=True)
    if found is None:
        raise CommandError(f"There is no edition {wanted!r} that this release can read.")
    return found

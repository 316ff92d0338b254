"""Read the content files into the tables; says what changed. Running it again changes nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from campaigns.writing import seeding


class Command(BaseCommand):
    help = "Read locales/*/content.toml and the facts into the tables; what is there already stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--locales", default=str(settings.LOCALE_PATHS[0]))
        parser.add_argument("--language", default="", metavar="CODE", help="this language alone")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        report = seeding.load(Path(options["locales"]), at=timezone.now(), only=options["language"])
        for what, number in report.changed.items():
            self.stdout.write(f"{number} {what} added or changed")
        if not report.changed:
            self.stdout.write("nothing changed")
        for problem in report.problems:
            self.stderr.write(problem)

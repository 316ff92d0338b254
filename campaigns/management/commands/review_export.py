"""Write a workbook for a native reviewer: every text of one language, marked as a machine draft."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.editions.content import SOURCE
from campaigns.writing import translating
from campaigns.writing.exchange import review
from people import languages
from people.countries import CODES


class Command(BaseCommand):
    help = "Write the texts of one language into an .xlsx for a native reader to judge."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        parser.add_argument("--language", required=True, metavar="CODE")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        code, file = options["language"], options["file"]
        tongue = languages.known().get(code)
        if tongue is None or code == SOURCE:
            raise CommandError(f"{code!r} is no language that is translated into.")
        there = translating.standings(code, CODES)
        written = sum(row.text is not None for row in there)
        if not written:
            raise CommandError(f"There is no text in {tongue.name} yet.")
        try:
            file.write_bytes(review.write(there, tongue))
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{written} texts in {tongue.name}, for native review: {file}")

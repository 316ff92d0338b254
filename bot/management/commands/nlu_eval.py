"""`manage.py nlu_eval`: how well the current edition understands a set of questions."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bot import evaluation
from campaigns.blasts import routes


class Command(BaseCommand):
    help = "Measure the understanding of questions: right answers, honesty, danger heard, time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lang", required=True, help="language of the questions, as am")
        parser.add_argument("--set", required=True, type=Path, help="TSV: text, expected, kind")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401
        try:
            asked = evaluation.read(options["set"])
            edition = routes.edition(simulated=True)
        except (evaluation.BadSet, routes.NoRoute) as error:
            raise CommandError(str(error)) from None
        figures = evaluation.evaluate(edition, options["lang"], asked).rounded()
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name:26} {'-' if value is None else value}")

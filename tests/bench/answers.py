"""How well the seed content answers unseen questions, and how well danger is heard, in eight languages.

    python -m tests.bench answers [--lang am sw]

One JSON line a language: what `manage.py nlu_eval --apart` prints over a demonstration edition published for this run,
asked the questions kept for reporting alone (`tests/bench/questions/test`), by spelling alone. Shares are from 0 to 1.
docs/understanding.md tells how the questions came to be, and what the figures do not prove.
"""

import argparse
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.bench import stores

QUESTIONS = Path(__file__).parent / "questions" / "test"
LANGUAGES = tuple(sorted(file.stem for file in QUESTIONS.glob("*.tsv")))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    options = parser.parse_args()
    os.environ["NJIA_SEMANTIC"] = "off"  # whatever is installed here
    with stores.own():
        publish()
        for language in options.lang:
            line = {"name": "answers", "language": language, **asked(language)}
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()


def publish() -> None:
    """The seed content as an edition on this process's shelf, as a first start puts it there."""
    from django.core.management import call_command

    from config import start

    quiet = io.StringIO()
    for name, *words in (*start.STEPS, ("publish", "--kind", "demonstration")):
        call_command(name, *words, stdout=quiet)


def asked(language: str) -> dict[str, Any]:
    from django.core.management import call_command

    out = io.StringIO()
    file = str(QUESTIONS / f"{language}.tsv")
    words = ("--lang", language, "--set", file, "--apart", "--json")
    call_command("nlu_eval", *words, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


if __name__ == "__main__":
    main()

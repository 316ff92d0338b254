"""Fits a language in a process of its own: two at a time make full use of two cores, and neither their arithmetic nor
Python's lock holds up whoever serves people meanwhile.

`python -m understanding.fitting LANGUAGE` reads examples as JSON and writes the packed matcher.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from understanding import matcher

FEW = 400  # phrasings; fewer are fitted sooner than a process begins
HOME = Path(__file__).parent.parent
log = logging.getLogger(__name__)


def packed(examples: Mapping[str, Sequence[str]], language: str) -> bytes:
    """The fitted matcher, packed. Where no process can be had it is fitted here."""
    if sum(map(len, examples.values())) >= FEW:
        try:
            return _elsewhere(examples, language)
        except (OSError, subprocess.SubprocessError) as error:
            log.warning("matcher of %s is fitted here: %s", language, type(error).__name__)
    return matcher.fit(examples, language).to_bytes()


def _elsewhere(examples: Mapping[str, Sequence[str]], language: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "understanding.fitting", language],
        input=json.dumps(examples).encode(),
        capture_output=True,
        check=True,
        cwd=HOME,
        env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"},  # two fit side by side
    )
    return done.stdout


if __name__ == "__main__":
    sys.stdout.buffer.write(matcher.fit(json.load(sys.stdin), sys.argv[1]).to_bytes())

"""How well few phrasings match unseen questions, per language, and how long one question takes.

    python -m tests.bench.understanding [--examples 10]

Prints one JSON line: shares of right first answers, right among three, sure and right when sure, on a
sample of InjongoIntent's training files (30 intents, 8 questions each held back; CC BY 4.0, see
`understanding/tables/NOTICE`). A development figure: official test parts were not looked at.
"""

import argparse
import gzip
import json
import statistics
import sys
import time
from pathlib import Path

from understanding import matcher
from understanding.calibration import decide

DATA = Path(__file__).parent.parent / "data" / "nlu"
FILES = {"am": "amh", "om": "orm", "sw": "swa", "en": "eng"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=10, help="phrasings an answer")
    options = parser.parse_args()
    line = {language: bench(language, options.examples) for language in FILES}
    sys.stdout.write(
        json.dumps({"name": "understanding", "examples": options.examples, **line}) + "\n"
    )


def bench(language: str, examples: int = 10) -> dict[str, float]:
    """The figures of one language; times in milliseconds."""
    taught, asked = split(language, examples)
    begun = time.perf_counter()
    fitted = matcher.fit(taught, language)
    fit_ms = (time.perf_counter() - begun) * 1000
    times, first, three, sure = [], [], [], []
    for text, expected in asked:
        begun = time.perf_counter()
        ranked = fitted.rank(text)
        times.append((time.perf_counter() - begun) * 1000)
        names = [name for name, _ in ranked]
        first.append(names[0] == expected)
        three.append(expected in names[:3])
        if decide(ranked).kind == "sure":
            sure.append(names[0] == expected)
    return {
        "accuracy": round(statistics.mean(first), 3),
        "top3": round(statistics.mean(three), 3),
        "sure_share": round(len(sure) / len(asked), 3),
        "sure_precision": round(statistics.mean(sure), 3) if sure else 0.0,
        "p50_ms": round(statistics.median(times), 2),
        "fit_ms": round(fit_ms, 1),
    }


def split(language: str, examples: int) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """(phrasings by intent, (question, intent) held back): the last eight of each intent are held back."""
    by: dict[str, list[str]] = {}
    with gzip.open(DATA / f"injongo_{FILES[language]}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for text, intent in map(json.loads, lines):
            by.setdefault(intent, []).append(text)
    asked = [(text, intent) for intent, texts in by.items() for text in texts[-8:]]
    return {intent: texts[:-8][:examples] for intent, texts in by.items()}, asked


if __name__ == "__main__":
    main()

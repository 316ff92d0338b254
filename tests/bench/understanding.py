"""How well few phrasings match unseen questions, and how long one question takes, beside nlp.js.

    python -m tests.bench understanding [--examples 10 20]

One JSON line a public set and number of phrasings (`questions_of`): shares of right first answers, right
among three, sure, right when sure; `leak_near`: sure of a question whose intent nobody taught. The views
were chosen while looking at such sets, so a lead of a point or two over a peer is none. The peer (node-nlp
4.27, MIT) learns and is asked the same texts in the same run; where NLPJS names no folder with
`node_modules/node-nlp`, or there is no node, `peer` is null:

    npm install --prefix /some/folder node-nlp@4.27.0 && NLPJS=/some/folder python -m tests.bench understanding

A last line has the cost of 100 answers x 20 phrasings. Times are milliseconds on one core; `cpu` ones do
not count what other processes took.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from tests.bench.questions_of import SOURCES, Split, split
from understanding import matcher
from understanding.calibration import decide

T = TypeVar("T")
PEER = Path(__file__).parent / "peers" / "nlpjs.js"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, nargs="+", default=[10, 20], help="phrasings each")
    options = parser.parse_args()
    for name in SOURCES:
        for examples in options.examples:
            _say(name, examples, **bench(name, examples), peer=peer(split(name, examples)))
    _say("100 answers", 20, **cost(split("clinc", 20)))


def bench(name: str, examples: int = 10) -> dict[str, float]:
    """The figures of one set."""
    parts = split(name, examples)
    fitted = matcher.fit(parts.taught, parts.language)
    asked = [(fitted.rank(text), intent) for text, intent in parts.asked]
    sure = [ranked[0][0] == intent for ranked, intent in asked if decide(ranked).kind == "sure"]
    return {
        "accuracy": _mean(ranked[0][0] == intent for ranked, intent in asked),
        "top3": _mean(intent in [one for one, _ in ranked[:3]] for ranked, intent in asked),
        "sure_share": round(len(sure) / len(asked), 3),
        "sure_precision": _mean(sure),
        "leak_near": _mean(decide(fitted.rank(text)).kind == "sure" for text in parts.near),
    }


def cost(parts: Split) -> dict[str, float]:
    """Of fitting, of taking up what was fitted, and of each question."""
    fit_ms, packed = _cpu(lambda: matcher.fit(parts.taught, parts.language).to_bytes())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    load_ms, fitted = _cpu(lambda: matcher.from_bytes(packed))
    texts = [text for text, _ in parts.asked]
    walls, cpus = zip(*(_timed(fitted, text) for text in texts), strict=True)
    return {
        "phrasings": sum(map(len, parts.taught.values())),
        "fit_cpu_ms": fit_ms,
        "load_cpu_ms": load_ms,
        "packed_kb": len(packed) // 1024,
        "held_mb": round(_held(fitted) / 2**20, 1),
        "process_mb": before // 1024,
        "p50_ms": _at(walls, 0.5),
        "p95_ms": _at(walls, 0.95),
        "p50_cpu_ms": _at(cpus, 0.5),
        "p95_cpu_ms": _at(cpus, 0.95),
    }


def peer(parts: Split) -> dict[str, float] | None:
    """The same of nlp.js; None where it is not there."""
    folder, node = os.environ.get("NLPJS", ""), shutil.which("node")
    if not (node and (Path(folder or "/nowhere") / "node_modules" / "node-nlp").is_dir()):
        return None
    told = {"language": parts.language, "taught": parts.taught, "asked": parts.asked}
    done = subprocess.run(
        [node, str(PEER)],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NODE_PATH": str(Path(folder) / "node_modules")},
    )
    told_back: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told_back


def _held(fitted: matcher.Matcher) -> int:
    """Bytes of one matcher in memory: arrays, and its pieces with their places."""
    columns = fitted.columns
    arrays = (columns.idf, columns.starts, columns.rows, columns.values, fitted.weights)
    words = sum(sys.getsizeof(piece) + 32 for piece in columns.vocabulary)
    return sum(one.nbytes for one in arrays) + sys.getsizeof(columns.vocabulary) + words


def _timed(fitted: matcher.Matcher, text: str) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    fitted.rank(text)
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _cpu(make: Callable[[], T]) -> tuple[float, T]:
    begun = time.process_time()
    made = make()
    return round((time.process_time() - begun) * 1000, 1), made


def _at(times: Sequence[float], share: float) -> float:
    return round(sorted(times)[int(len(times) * share)], 2)


def _mean(hits: Iterable[bool]) -> float:
    found = list(hits)
    return round(statistics.mean(found), 3) if found else 0.0


def _say(name: str, examples: int, **figures: object) -> None:
    line = {"name": "understanding", "set": name, "examples": examples, **figures}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

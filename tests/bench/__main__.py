"""`make bench`: every measurement after the other, one JSON object a line.

    python -m tests.bench [hop busy peers ...] [--people N ...]
    python -m tests.bench --write docs/performance.md [hop busy ...]
    python -m tests.bench --from FILE... --write docs/performance.md
    python -m tests.bench rehearsal --people 20000

Each runs in a process of its own, so that none inherits another's caches; a ratio compares two things
measured in the same run on the same machine. What a line lacks to its target stays visible: `must` and `aim`.

With `--write` or `--keep`, which stand before the names, each has the size that the targets name
(`tests.bench.plan`), and what it said is kept as soon as it ends, added to the file of `--keep` or to a new one beside
the page: `docs/performance.jsonl`, the former of which is `docs/performance.earlier.jsonl` then. `--from` writes the page
without measuring, from one such file or several: of a bench that is in them twice the newest counts, and all must be of
one machine and commit. What a page was written from always lies beside it.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config import lifeline
from tests.bench.page import document, machine, records
from tests.bench.page.records import Record, Unusable
from tests.bench.plan import ALONE, BENCHES, NAMES

KNOWN = (*NAMES, *ALONE)
WORDS = {bench.name: bench.words for bench in BENCHES}


def main(words: list[str]) -> int:
    """Exit code 1 where a measurement failed; a missed target is a figure, not a failure.

    What begins with a dash behind the names, and all behind it, is handed to each measurement.
    """
    own, names, options = parted(words)
    if unknown := [name for name in names if name not in KNOWN]:
        sys.stderr.write(f"There is no bench {', '.join(unknown)}: {', '.join(KNOWN)}.\n")
        return 2
    try:
        return write_again(own) if own.from_ else measure(own, names or list(NAMES), options)
    except Unusable as why:
        sys.stderr.write(f"{why}\n")
        return 2


def parted(words: list[str]) -> tuple[argparse.Namespace, list[str], list[str]]:
    """Our own options, the names of benches, and what is handed to each of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", allow_abbrev=False)
    parser.add_argument("--write", type=Path, metavar="PAGE")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--from", dest="from_", type=Path, nargs="+", metavar="FILE")
    first = next((n for n, word in enumerate(words) if word in KNOWN), len(words))
    own, rest = parser.parse_known_args(words[:first])
    rest += words[first:]
    dash = next((n for n, word in enumerate(rest) if word.startswith("-")), len(rest))
    return own, rest[:dash], rest[dash:]


def write_again(own: argparse.Namespace) -> int:
    """The page from what was kept. Raises Unusable."""
    found = records.read(own.from_)
    text = document.page(records.merged(found))
    if own.write:
        publish(own.write, text, found)
    else:
        sys.stdout.write(text)
    return 0


def publish(page: Path, text: str, found: Sequence[Record]) -> None:
    """The page, and beside it what it was written from."""
    page.write_text(text, encoding="utf-8")
    beside(page).unlink(missing_ok=True)
    records.keep(beside(page), *found)


def beside(page: Path) -> Path:
    return page.with_suffix(".jsonl")


def measure(own: argparse.Namespace, names: Sequence[str], options: Sequence[str]) -> int:
    """Run these benches. Raises Unusable, before anything is measured where that can be."""
    keep = own.keep or (new(own.write) if own.write else None)
    here = (machine.commit(), machine.machine())
    if own.keep and own.keep.exists():
        records.must_fit(records.read([own.keep]), *here)
    failed = []
    for number, name in enumerate(names, 1):
        if keep:
            sys.stderr.write(f"{name}, {number} of {len(names)} ...\n")
        record = recorded(name, sized(name, options) if keep else tuple(options), here)
        if keep:
            records.keep(keep, record)
        failed += [name] if record.code else []
    if own.write and keep:
        found = records.read([keep])
        publish(own.write, document.page(records.merged(found)), found)
    if failed:
        sys.stderr.write(f"Failed: {', '.join(failed)}\n")
    return int(bool(failed))


def new(page: Path) -> Path:
    """A new file for what is said, beside the page; that of an earlier run is put aside."""
    keep = beside(page)
    if keep.exists():
        keep.replace(page.with_suffix(".earlier.jsonl"))
    return keep


def sized(name: str, options: Sequence[str]) -> tuple[str, ...]:
    """The size of the targets, and what was asked for besides: of two the later one counts."""
    return (*WORDS.get(name, ()), *options)


def recorded(name: str, words: tuple[str, ...], here: tuple[str, Mapping[str, str]]) -> Record:
    """One measurement, with all that is kept of it."""
    began, load, clock = datetime.now(UTC), os.getloadavg()[0], time.monotonic()
    code, lines = run(name, words)
    commit, about = here
    return Record(
        bench=name,
        words=words,
        began=began.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - clock, 1),
        code=code,
        load=round(load, 1),
        commit=commit,
        machine=about,
        lines=tuple(lines),
    )


def run(name: str, options: Sequence[str]) -> tuple[int, list[dict[str, Any]]]:
    """Exit code, and the lines that it said, which are passed on at once.

    Ctrl-C reaches the measurement too: it is given the time to end what it started.
    """
    command = [sys.executable, "-m", f"tests.bench.{name}", *options]
    lines = []
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lifeline.tied(signal.SIGTERM),  # noqa: PLW1509
    ) as measurement:
        assert measurement.stdout is not None
        try:
            for line in measurement.stdout:
                sys.stdout.write(line)
                sys.stdout.flush()
                with contextlib.suppress(ValueError):
                    lines.append(json.loads(line))
            return measurement.wait(), lines
        except KeyboardInterrupt:
            measurement.wait()
            raise


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)

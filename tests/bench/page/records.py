"""What one run of a bench said, kept as one line of a file, so that the page can be written again without measuring."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Line = Mapping[str, Any]


class Unusable(Exception):  # noqa: N818 - named for what it is
    """A page cannot be written from these files; the text says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One bench, run once: with which options, when (UTC), for how long, on which machine and commit.

    `code`: its exit code, 0 where it succeeded; `load`: the machine's load average of a minute as it began.
    """

    bench: str
    words: tuple[str, ...]
    began: str
    seconds: float
    code: int
    load: float
    commit: str
    machine: Mapping[str, str]
    lines: tuple[Line, ...]

    @property
    def command(self) -> str:
        return " ".join(("python -m tests.bench", self.bench, *self.words))


@dataclass(frozen=True, slots=True)
class Run:
    """The newest record of each bench, and those that a newer one took the place of, oldest first."""

    newest: Mapping[str, Record]
    older: tuple[Record, ...]

    @property
    def any(self) -> Record:
        return next(iter(self.newest.values()))

    @property
    def span(self) -> tuple[str, str]:
        """When the first bench began, and the last."""
        times = sorted(one.began for one in self.newest.values())
        return times[0], times[-1]


def keep(file: Path, *found: Record) -> None:
    """Add these to a file."""
    with file.open("a", encoding="utf-8") as lines:
        lines.writelines(json.dumps(asdict(one)) + "\n" for one in found)


def read(files: Iterable[Path]) -> list[Record]:
    """All records of these files. Raises Unusable."""
    found = []
    for file in files:
        try:
            written = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeError) as error:
            raise Unusable(f"{file} cannot be read: {error}.") from None
        for number, line in enumerate(written, 1):
            found.append(_record(line, f"{file.name}, line {number}"))
    return found


def _record(line: str, place: str) -> Record:
    try:
        told = json.loads(line)
        return Record(**told | {"words": tuple(told["words"]), "lines": tuple(told["lines"])})
    except (ValueError, TypeError, KeyError):
        raise Unusable(
            f"{place} is no record of a bench: give files that --keep or --write made."
        ) from None


def must_fit(found: Sequence[Record], commit: str, machine: Mapping[str, str]) -> None:
    """Raises Unusable where one of them is of another machine or commit."""
    if any(one.machine != machine for one in found):
        raise Unusable("The records are not of one machine: their figures cannot stand together.")
    if any(one.commit != commit for one in found):
        raise Unusable("The records are not of one commit: their figures cannot stand together.")


def merged(records: Sequence[Record]) -> Run:
    """The newest of each bench. Raises Unusable where there is none, or where machines or commits differ."""
    if not records:
        raise Unusable("There is no record of any bench.")
    must_fit(records, records[0].commit, records[0].machine)
    newest: dict[str, Record] = {}
    older = []
    for one in sorted(records, key=lambda record: record.began):
        if one.bench in newest:
            older.append(newest[one.bench])
        newest[one.bench] = one
    return Run(newest, tuple(older))

"""A pack is counted again from itself alone: no database, no network, nothing but the file."""

import csv
import hashlib
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any
from uuid import UUID
from zipfile import BadZipFile

from analytics import frozen, packs
from analytics.container import PIECE, Container
from analytics.counting import MASKS, NOBODY, Numbers, Table
from analytics.evidence import plain
from analytics.periods import Period
from analytics.recounting import EARLIER, ROWS, Facts

SHOWN = 5  # differing cells that are named
LINE = (
    1 << 16
)  # bytes: a row is some 150, a cell some 400; a line without an end is not held to the end
TABLE = (
    1 << 25
)  # bytes of a file of counts: 80,000 cells, where eight countries in a year have some thousand
LIMITS = dict.fromkeys(("counts.jsonl", "counts.csv", "waterfall.csv", "sample.csv"), TABLE)
MOST = 2**15  # versions of a rule
BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, csv.Error)
DEEP = (RecursionError, OverflowError)  # JSON that only an attacker writes
UNREADABLE = (*BROKEN, BadZipFile, zlib.error, OSError, EOFError, RuntimeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself. Not to be believed before the audit has found no fault."""

    told: dict[str, Any]
    digest: str

    @classmethod
    def of(cls, data: bytes) -> "Manifest":
        """Raises ValueError where it is none of ours."""
        try:
            made = cls(json.loads(data), hashlib.sha256(data).hexdigest())
            known = made.told["form"] == packs.FORM and frozen.canonical(made.told).encode() == data
            made.check()
        except (*BROKEN, *DEEP) as error:
            raise ValueError(f"manifest.json: it is no manifest of ours ({error}).") from error
        if not known:
            raise ValueError("manifest.json: it is not written as ours are.")
        return made

    def check(self) -> None:
        """Raises one of BROKEN where a part is missing or of another kind."""
        _ = (self.tiers, self.files, self.countries, self.deployment, self.told["rows_digest"])
        if self.told["period"]["code"] != self.period.code:
            raise ValueError("its period has another name than its days")
        if self.told["rule"] != f"{self.indicator}/{self.version}" or not self.indicator:
            raise ValueError("its rule is none of its indicator")
        if "\0" in self.indicator or not 0 < self.version < MOST:
            raise ValueError("there is no such rule")
        _ = self.told["about"].keys()
        if unknown := set(self.tiers) - set(MASKS):
            raise ValueError(f"there is no tier {', '.join(sorted(unknown))}")
        if [one["name"] for one in self.files] != list(packs.FILES):
            raise ValueError("it lists other files")

    @property
    def period(self) -> Period:
        told = self.told["period"]
        return Period(date.fromisoformat(told["starts"]), date.fromisoformat(told["ends"]))

    @property
    def deployment(self) -> UUID:
        return UUID(self.told["deployment"])

    @property
    def indicator(self) -> str:
        return str(self.told["indicator"])

    @property
    def version(self) -> int:
        """Of its rule."""
        return int(str(self.told["rule"]).rpartition("/")[2])

    @property
    def tiers(self) -> tuple[str, ...]:
        return tuple(self.told["parameters"]["tiers"])

    @property
    def files(self) -> list[dict[str, Any]]:
        return list(self.told["files"])

    @property
    def countries(self) -> tuple[str, ...]:
        return tuple(map(str, self.told["countries"]))


@dataclass(frozen=True, slots=True)
class Audit:
    """What the recount gave. `faults` in plain words; none: the pack holds."""

    digest: str  # of the manifest: the one on the exports
    rows_digest: str  # counted again
    rows: int
    subjects: int
    table: Table | None  # counted again
    manifest: Manifest | None
    faults: tuple[str, ...]

    @property
    def total(self) -> Numbers:
        return self.table[()][()] if self.table else NOBODY

    @property
    def holds(self) -> bool:
        return not self.faults


def audit(path: Path, *, digest: str = "") -> Audit:
    """Count a pack again. `digest`: as it was printed elsewhere; without it a pack made anew agrees with itself."""
    pack = Container(path)
    try:
        manifest = Manifest.of(pack.manifest())
    except ValueError as error:
        return Audit("", "", 0, 0, None, None, (str(error),))
    if digest and digest.strip().lower() != manifest.digest:
        pack.faults.append(
            f"manifest.json: its digest is {manifest.digest}, and {digest.strip()} was printed."
        )
    try:
        if large := pack.oversized(LIMITS):
            return Audit(manifest.digest, "", 0, 0, None, manifest, (*pack.faults, *large))
        pack.check(packs.FILES, manifest.files)
        return _recounted(pack, manifest)
    except UNREADABLE as error:
        fault = f"The rows cannot be counted: {str(error).rstrip('.')}."
        return Audit(manifest.digest, "", 0, 0, None, manifest, (*pack.faults, fault))


def _recounted(pack: Container, manifest: Manifest) -> Audit:
    facts, digest = Facts(manifest.tiers), hashlib.sha256()
    with pack.open("earlier.csv") as stream:
        for cells in _rows(stream, digest, EARLIER):
            facts.add_earlier([plain(cell) for cell in cells])
    wanted = _sample(pack)
    with pack.open("rows.csv") as stream:
        for number, cells in enumerate(_rows(stream, digest, ROWS), start=1):
            facts.add([plain(cell) for cell in cells])
            if wanted.get(number) == cells:
                del wanted[number]
    table = facts.table(frozen.SETS)
    told = manifest.told
    rows = len(facts.subject) - facts.before
    faults = [
        *pack.faults,
        *(f"sample.csv: row {number} is not in rows.csv." for number in wanted),
        *_sums(told, digest.hexdigest(), rows, facts.before),
        *_outside(manifest, facts),
        *_elsewhere(manifest, table),
        *_differences(pack, table),
    ]
    return Audit(
        manifest.digest,
        digest.hexdigest(),
        rows,
        len(facts.subjects),
        table,
        manifest,
        tuple(faults),
    )


class _Hashed:
    """A stream of bytes, hashed as it is read."""

    def __init__(self, stream: IO[bytes], digest: Any) -> None:  # noqa: ANN401 - hashlib names no type
        self._stream, self._digest = stream, digest

    def __iter__(self) -> Iterator[str]:
        for line in _lines(self._stream):
            self._digest.update(line)
            yield line.decode()


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """One at a time. Raises ValueError for one that is longer than any of ours, before it is read whole."""
    buffered = io.BufferedReader(stream, PIECE)  # type: ignore[type-var]
    while line := buffered.readline(LINE):
        if len(line) == LINE:
            raise ValueError(f"a line is longer than {LINE} bytes")
        yield line


def _rows(stream: IO[bytes], digest: Any, header: Sequence[str]) -> Iterator[list[str]]:  # noqa: ANN401
    rows = csv.reader(_Hashed(stream, digest))
    if next(rows, None) != list(header):
        raise ValueError("their columns have other names")
    yield from rows


def _sample(pack: Container) -> dict[int, list[str]]:
    with pack.open("sample.csv") as stream:
        rows = packs.read_sheet(line.decode() for line in _lines(stream))
        return {int(row[0]): row[1 : 1 + len(ROWS)] for row in rows}


def _sums(told: dict[str, Any], digest: str, rows: int, earlier: int) -> Iterator[str]:
    if told["rows_digest"] != digest:
        yield f"The rows hash to {digest}, and the manifest says {told['rows_digest']}."
    if (told["rows"], told["earlier"]) != (rows, earlier):
        yield f"There are {rows} rows and {earlier} earlier ones, and the manifest says {told['rows']} and {told['earlier']}."


def _outside(manifest: Manifest, facts: Facts) -> Iterator[str]:
    """Rows of days that the period does not have."""
    period = manifest.period
    if loose := [day for day in facts.days if not period.starts <= day < period.ends]:
        yield f"rows.csv: {min(loose)} lies outside the period."
    if facts.months and max(facts.months) >= f"{period.starts:%Y-%m}":
        yield f"earlier.csv: {max(facts.months)} is not before the period."


def _elsewhere(manifest: Manifest, table: Table) -> Iterator[str]:
    """Countries that it claims and does not count, or counts and does not name."""
    met = frozen.countries(table)
    if manifest.countries != met:
        told = " ".join(manifest.countries) or "none"
        yield f"manifest.json: it names the countries {told}, and the rows say {' '.join(met) or 'none'}."


def _differences(pack: Container, table: Table) -> Iterator[str]:
    written = frozen.write(table)
    if not _says(pack, "counts.jsonl", [written]):
        with pack.open("counts.jsonl") as stream:
            kept = frozen.table_of(frozen.rows(line.decode() for line in _lines(stream)))
        yield from _cells(kept, table)
    for name, lines in (
        ("counts.csv", packs.counts_csv(written)),
        ("waterfall.csv", packs.waterfall_csv(written)),
    ):
        if not _says(pack, name, lines):
            yield f"{name}: it does not say what the rows say."


def _says(pack: Container, name: str, pieces: Iterable[str]) -> bool:
    """Whether a file holds just this; read no further than it does."""
    with pack.open(name) as stream:
        wanted = (piece.encode() for piece in pieces)
        return all(stream.read(len(one)) == one for one in wanted) and not stream.read(1)


def _cells(kept: Table, counted: Table) -> Iterator[str]:
    changes = list(frozen.lines(frozen.deltas(counted, kept)))
    for by, cell, change in changes[:SHOWN]:
        name = ", ".join(f"{one} {word}" for one, word in zip(by, cell, strict=True)) or "total"
        more = ", ".join(f"{measure} {value:+}" for measure, value in change.items() if value)
        yield f"counts.jsonl: {name} differs from the recount by {more}."
    if len(changes) > SHOWN or not changes:
        yield f"counts.jsonl: {max(len(changes) - SHOWN, 0)} more cells differ, or it is written otherwise."

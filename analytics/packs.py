"""Evidence packs: what an auditor needs to count a closed period again, and nothing that leads to anybody."""

import csv
import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from analytics import evidence, frozen
from analytics.container import Writer
from analytics.counting import Table
from analytics.evidence import Rows, Sampled
from analytics.frozen import canonical
from analytics.periods import Period
from analytics.questions import Question
from analytics.recounting import ROWS

FORM = "njia-salama-evidence-1"
FILES = (
    "earlier.csv",
    "rows.csv",
    "counts.jsonl",
    "counts.csv",
    "waterfall.csv",
    "texts.csv",
    "sample.csv",
    "README.txt",
)
UNIT = "unique phone numbers, used as proxy for people"
README = """\
Evidence of one closed period of one indicator, from the programme's own ledger.

manifest.json   what was counted, by which rule, by whom closed; the digest of every other file. Its own
                SHA-256 is the digest that is printed on every export of this period.
rows.csv        every exposure inside the period, in the order of recording. A subject is a pseudonym of this
                pack alone: not a number, not a token, and different in every pack.
earlier.csv     by which ways each subject had been reached before the period: for "first time" and "cumulative".
counts.jsonl    the frozen numbers, one cell a line; counts.csv and waterfall.csv say the same for a spreadsheet.
texts.csv       what was said, in each language, as it was sent or shown.
sample.csv      rows drawn by lot, with the SHA-256 of the provider's reference: ask the provider for its list
                of references, hash each, and compare. "fact" is the row's name in the ledger.

Count again: manage.py audit PACK --digest <the digest printed on the export>. No database is needed.
By hand: sha256sum manifest.json is the digest; cat earlier.csv rows.csv | sha256sum is its rows_digest.
Unique numbers reached: the distinct subjects of rows.csv with linked = t and one of the rule's tiers.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """What was said: one text as it was sent, or as an edition showed it."""

    campaign: str
    item: str
    channel: str
    country: str
    language: str
    source: str  # "blast 12", "edition 3fa9c1"
    text: str


TEXTS = SentText.__slots__


@dataclass(frozen=True, slots=True)
class Sources:
    """What the rooms above know: texts of an indicator in a period, and providers' references by fact."""

    texts: Callable[[str, Period], Iterable[SentText]]
    references: Callable[[Sequence[Sampled]], Mapping[UUID, str]]


NO_SOURCES = Sources(lambda _indicator, _period: (), lambda _rows: {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be packed."""

    deployment: UUID
    question: Question
    rule: str  # "3.3/1"
    period: Period
    table: Table
    countries: tuple[str, ...]
    about: Mapping[
        str, Any
    ]  # the indicator's titles, the rule's note, who proposed and closed, when


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that lies at `path`."""

    path: Path
    digest: str
    rows_digest: str
    ledger_digest: str
    rows: int
    size: int


def folder() -> Path:
    """Where packs lie, each under its digest."""
    return Path(settings.DATA) / "packs"


def place(digest: str) -> Path:
    return folder() / f"{digest}.zip"


def sweep(*, before: datetime) -> None:
    """What is left of packs whose making, or bringing in, was cut off before that."""
    for draft in folder().glob("**/*.part"):
        if draft.stat().st_mtime < before.timestamp():
            draft.unlink(missing_ok=True)


def make(order: Order, sources: Sources, told: evidence.Told = lambda _done: None) -> Made:
    """Write the pack. `told` hears up to which sequence it has come."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder() / f"{secrets.token_hex(8)}.part"
    rows = Rows(secrets.token_bytes(32))
    try:
        pack = Writer(draft)
        try:
            _fill(pack, order, sources, rows, told)
        finally:
            pack.close()
        manifest = canonical(_manifest(order, rows) | {"files": pack.files()}).encode()
        pack.seal(manifest)
        draft.chmod(0o600)
        digest = hashlib.sha256(manifest).hexdigest()
        path = draft.replace(place(digest))
    finally:
        draft.unlink(missing_ok=True)
    return Made(path, digest, rows.digest, rows.ledgers, rows.count, path.stat().st_size)


def _fill(pack: Writer, order: Order, sources: Sources, rows: Rows, told: evidence.Told) -> None:
    with pack.member("earlier.csv") as sink:
        rows.pack_earlier(sink, evidence.earlier(order.question, order.period))
    with pack.member("rows.csv") as sink:
        rows.pack(sink, evidence.inside(order.question, order.period, told))
    counts = frozen.write(order.table)
    texts = sources.texts(order.question.indicator, order.period)
    contents: tuple[tuple[str, Iterable[str]], ...] = (
        ("counts.jsonl", [counts]),
        ("counts.csv", counts_csv(counts)),
        ("waterfall.csv", waterfall_csv(counts)),
        ("texts.csv", sheet(TEXTS, ([getattr(one, name) for name in TEXTS] for one in texts))),
        ("sample.csv", sample_csv(rows.sample, sources.references(rows.sample))),
        ("README.txt", [README]),
    )
    for name, lines in contents:
        with pack.member(name) as sink:
            for line in lines:
                sink.write(line.encode())


def _manifest(order: Order, rows: Rows) -> dict[str, Any]:
    question, period = order.question, order.period
    return {
        "form": FORM,
        "deployment": str(order.deployment),
        "countries": list(order.countries),
        "indicator": question.indicator,
        "rule": order.rule,
        "parameters": parameters(question),
        "period": {"code": period.code, "starts": f"{period.starts}", "ends": f"{period.ends}"},
        "upto": question.upto,
        "unit": UNIT,
        "rows": rows.count,
        "earlier": rows.earlier,
        "rows_digest": rows.digest,
        "about": dict(order.about),
    }


def parameters(question: Question) -> dict[str, Any]:
    """What decides the numbers, besides rows, period and sequence."""
    return {
        "tiers": list(question.tiers),
        "start": f"{question.start}",
        "zone": "Africa/Nairobi",
        "sets": [list(by) for by in frozen.SETS],
    }


# --- sheets -----------------------------------------------------------------------------------------


class _Echo:
    def write(self, text: str) -> str:
        return text


def sheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV line by line; no cell is a formula."""
    writer = csv.writer(_Echo(), lineterminator="\n")
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([_cell(one) for one in row])


def _cell(value: object) -> object:
    return value if isinstance(value, int) else evidence.marked(str(value))


def counts_csv(counts: str) -> Iterator[str]:
    """The frozen cells for a spreadsheet."""
    rows = (
        [",".join(by), " / ".join(cell), *columns.values()]
        for by, cell, columns in frozen.lines(counts)
    )
    return sheet(("breakdown", "category", *frozen.MEASURES), rows)


def waterfall_csv(counts: str) -> Iterator[str]:
    steps = frozen.waterfall(frozen.read(counts))
    rows = ([one.code, "level" if one.level else "change", one.value] for one in steps)
    return sheet(("step", "kind", "unique numbers"), rows)


def sample_csv(sample: Iterable[Sampled], references: Mapping[UUID, str]) -> Iterator[str]:
    """The rows drawn by lot; a reference as its hash, since the provider knows whose it is."""
    header = ("row", *ROWS, "fact", "reference_sha256")
    drawn = sorted(sample, key=lambda one: one.row)
    writer = csv.writer(_Echo(), lineterminator="\n")  # cells are marked already, as in rows.csv
    yield writer.writerow(header)
    for one in drawn:
        reference = references.get(one.key, "")
        hashed = hashlib.sha256(reference.encode()).hexdigest() if reference else ""
        yield writer.writerow([one.row, *one.cells, one.key, hashed])


def read_sheet(text: Iterable[str]) -> Iterator[list[str]]:
    """The rows of a sheet without its header, as they stand."""
    rows = csv.reader(text)
    next(rows, None)
    yield from rows

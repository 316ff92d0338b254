"""The content files become rows: `locales/<language>/content.toml` and the neutral facts of `seed/`.

The files are the seed, the database leads: they add what is missing and change what nobody here has
touched since a file said it, so that an upgrade brings better content and undoes nobody's edit. Brought in
from another deployment (`leading`) they go first: rows take their values, other words become new drafts.
Nothing is deleted, nothing is approved, no number is proved: that comes from people of this house alone.
"""

import csv
import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from campaigns.editions.content import SOURCE, WORDING, topic
from campaigns.editions.tokens import EVERYBODY
from campaigns.models import ContentItem, Fact, Referral, Source, Status, Text
from campaigns.press.drafts import UI

SEED = Path(__file__).parent.parent / "seed"
YES_NO = {"yes": True, "no": False}
FIELDS = ("title", "short", "body", "sms", "ussd", "audio_url")


@dataclass(slots=True)
class Report:
    """What a load did: how many rows of what were added or changed, and what could not be read."""

    changed: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    leading: bool = False  # the files go before the tables

    def count(self, what: str, number: int = 1) -> None:
        if number:
            self.changed[what] = self.changed.get(what, 0) + number


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a file: the item it belongs to and its fields."""

    code: str
    fields: Mapping[str, str]
    phrasings: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    source: str = ""  # digest of the English it was made from, where the file says so

    def digest(self) -> str:
        return digest(self.fields, self.options)


def digest(fields: Mapping[str, str], options: Iterable[str] = ()) -> str:
    """What tells two wordings of an item apart; phrasings do not make a translation stale, nor sound."""
    spoken = (fields.get(name, "") for name in FIELDS if name != "audio_url")
    joined = "\x1f".join((*spoken, *options))
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


@transaction.atomic
def load(
    locales: Path, *, at: datetime, only: str = "", seed: Path = SEED, leading: bool = False
) -> Report:
    """Bring the files into the tables; the source language first, since the others refer to it.

    `only`: one language, if not all of them. `leading`: the files go before what stands in the tables.
    """
    report = Report(leading=leading)
    _sources(seed / "sources.csv", report)
    _facts(seed / "facts.csv", report)
    _referrals(seed / "referrals.csv", report, fictitious=False)
    _referrals(seed / "demonstration_referrals.csv", report, fictitious=True)
    _items(seed / "items.csv", report)
    folders = sorted(path.parent for path in locales.glob(f"{only or '*'}/content.toml"))
    for folder in sorted(folders, key=lambda path: path.name != SOURCE):
        _language(folder, report, at=at)
    return report


def _language(folder: Path, report: Report, *, at: datetime) -> None:
    path = folder / "content.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        meta = raw["meta"]
        entries = list(_entries(raw))
    except (
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        report.problems.append(f"{folder.name}/content.toml cannot be read: {error}.")
        return
    if meta.get("language") != folder.name:
        report.problems.append(f"{folder.name}/content.toml says it is {meta.get('language')!r}.")
        return
    if folder.name == SOURCE:
        _wording_items(entries, report)
    _texts(folder.name, entries, meta, report, at=at)


def _entries(raw: Mapping[str, Any]) -> Iterator[Entry]:
    for key, text in _flat(raw.get("ui", {})):
        yield Entry(UI + key, {"body": text})
    for code, table in {**raw.get("menus", {}), **raw.get("items", {})}.items():
        fields = {name: str(table[name]).strip() for name in FIELDS if name in table}
        yield Entry(
            code,
            fields,
            phrasings=tuple(map(str, table.get("phrasings", ()))),
            options=tuple(map(str, table.get("options", ()))),
            source=str(table.get("source", "")),
        )


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Dotted keys and their texts."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", str(value)


def _wording_items(entries: list[Entry], report: Report) -> None:
    """The source language says which wordings there are."""
    known = set(ContentItem.objects.filter(kind=WORDING).values_list("code", flat=True))
    new = [e.code for e in entries if e.code.startswith(UI) and e.code not in known]
    ContentItem.objects.bulk_create(ContentItem(code=code, kind=WORDING) for code in new)
    report.count("wordings", len(new))


def _texts(
    language: str, entries: list[Entry], meta: Mapping[str, Any], report: Report, *, at: datetime
) -> None:
    items = {item.code: item for item in ContentItem.objects.all()}
    english = _newest(SOURCE)
    stored = _standing(language) if report.leading else _all_versions(language)
    ours = set() if report.leading else _written_here(language)
    status = Status.REVIEWED if meta.get("status") in ("reviewed", "approved") else Status.DRAFT
    rows = []
    for entry in entries:
        if entry.code not in items:
            report.problems.append(f"{language}: there is no item {entry.code!r}.")
        elif entry.code not in ours and _key(entry) not in stored:
            rows.append(
                Text(
                    item=items[entry.code],
                    language=language,
                    **entry.fields,
                    phrasings=list(entry.phrasings),
                    options=list(entry.options),
                    status=status,
                    author=str(meta.get("author", "")),
                    digest=entry.digest(),
                    source_hash=""
                    if language == SOURCE
                    else entry.source or english.get(entry.code, ""),
                    made_at=at,
                    seeded=True,
                )
            )
    Text.objects.bulk_create(rows)
    report.count(f"texts in {language}", len(rows))


def _key(entry: Entry) -> tuple[str, str, tuple[str, ...]]:
    return (entry.code, entry.digest(), entry.phrasings)


def _written_here(language: str) -> set[str]:
    """Items whose newest words are of a person of this house."""
    rows = Text.objects.filter(language=language).order_by("item_id", "-id").distinct("item_id")
    return {code for code, seeded in rows.values_list("item__code", "seeded") if not seeded}


def _newest(language: str) -> dict[str, str]:
    rows = Text.objects.filter(language=language).order_by("id").values_list("item__code", "digest")
    return dict(rows)


def _standing(language: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """The newest words of each item."""
    rows = Text.objects.filter(language=language).order_by("item_id", "-id").distinct("item_id")
    found = rows.values_list("item__code", "digest", "phrasings")
    return {(code, mark, tuple(phrasings)) for code, mark, phrasings in found}


def _all_versions(language: str) -> set[tuple[str, str, tuple[str, ...]]]:
    rows = Text.objects.filter(language=language).values_list("item__code", "digest", "phrasings")
    return {(code, mark, tuple(phrasings)) for code, mark, phrasings in rows}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


BEFORE = "before"  # the mark of rows that files had made before rows were marked


def _put(table: type[models.Model], rows: list[dict[str, Any]], what: str, report: Report) -> None:
    """Add the rows that the table lacks, found by `code`; change those that nobody here has touched."""
    objects = table._default_manager  # noqa: SLF001 - the only public way, and Django documents it
    known: dict[str, Any] = {getattr(row, "code"): row for row in objects.all()}  # noqa: B009 - all these tables have one
    objects.bulk_create(
        table(**values, seed=_mark(values)) for values in rows if values["code"] not in known
    )
    changed = 0
    for values in rows:
        row = known.get(values["code"])
        if row is not None and _changes(row, values, leading=report.leading):
            lost = _unproved(row, values)
            objects.filter(pk=row.pk).update(**values, **lost, seed=_mark(values))
            changed += 1
    report.count(what, len(rows) - sum(values["code"] in known for values in rows) + changed)


def _changes(row: Any, values: Mapping[str, Any], *, leading: bool) -> bool:  # noqa: ANN401
    """Whether the row takes the file's values: they differ, and either files lead or nobody touched it."""
    stands = {name: getattr(row, name) for name in values}
    untouched = row.seed in (BEFORE, _mark(stands))
    return stands != values and (leading or untouched)


def _mark(values: Mapping[str, Any]) -> str:
    """What tells whether a row still says what a file said."""
    said = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _unproved(row: models.Model, values: Mapping[str, Any]) -> dict[str, None]:
    """The proof of a number is lost with the number, that of a figure with the figure."""
    if isinstance(row, Referral) and row.number != values["number"]:
        return {"verified_by_id": None, "verified_by_call_on": None, "expires": None}
    if isinstance(row, Fact) and row.figures != values["figures"]:
        return {"checked_by_id": None, "checked_on": None, "expires": None}
    return {}


def _items(path: Path, report: Report) -> None:
    raw = _rows(path)
    parents = {row["code"]: row["parent"] for row in raw}
    rows = [
        {
            "code": row["code"],
            "kind": row["kind"],
            "topic": topic(row["code"], parents),
            "parent": row["parent"],
            "order": int(row["key"]),
            "countries": [c for c in row["countries"].split() if c != EVERYBODY],
            "indicators": row["indicators"].split(),
            "component": row["component"],
            "sensitive": row["sensitive"] == "yes",
            "core": row["core"] == "yes",
            "claim": row["claim"],
            "review_days": int(row["review_days"]) if row["review_days"] else None,
            "sources": row["sources"].split(),
            "correct": int(row["correct"]) if row.get("correct") else None,
            "explains": row.get("explains") or "",
            "consent": row.get("consent") or "",
            "retired": row.get("retired") == "yes",
        }
        for row in raw
    ]
    _put(ContentItem, rows, "items", report)


def _sources(path: Path, report: Report) -> None:
    rows = [
        {
            **{name: row[name] for name in ("code", "publisher", "title", "address", "dated")},
            "seen_on": date.fromisoformat(row["seen_on"]),
        }
        for row in _rows(path)
    ]
    _put(Source, rows, "sources", report)


def _facts(path: Path, report: Report) -> None:
    names = ("code", "theme", "claim", "period", "confidence", "use")
    rows = [
        {
            **{name: row[name] for name in names},
            **{name: _several(row.get(name)) for name in ("sources", "figures", "years")},
        }
        for row in _rows(path)
    ]
    _put(Fact, rows, "facts", report)


def _several(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split(";") if part.strip()]


def _referrals(path: Path, report: Report, *, fictitious: bool) -> None:
    """Entries of the directory; who called a number and when is never touched by a file."""
    names = ("code", "country", "place", "name", "number", "hours", "cost", "note")
    rows = [
        {
            **{name: row[name] for name in names},
            "kinds": row["type"].split("/"),
            "other": row["other_contact"],
            "languages": _codes(row["languages"]),
            "sources": _several(row.get("sources")),
            "source_date": row.get("source_date", ""),
            "confidence": row.get("confidence", ""),
            "reachable_abroad": YES_NO.get(row.get("reachable_abroad", "")),
            "fictitious": fictitious,
        }
        for row in _rows(path)
    ]
    _put(Referral, rows, "directory entries", report)


def _codes(text: str) -> list[str]:
    """Language codes of a cell like "sw;en (inferred)"; "not found" holds none."""
    words = (word.split("(")[0].strip() for word in text.split(";"))
    return [word for word in words if word and " " not in word]

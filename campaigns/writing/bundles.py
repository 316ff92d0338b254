"""Content as a folder of readable files, the way it moves between deployments and goes back into the seed.

`<folder>/locales/<language>/content.toml` and `<folder>/seed/*.csv`, in the very format that `seeding` reads.
Who approved a text and who called a number stays behind: another house answers for itself.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from campaigns.editions.content import MENU, SOURCE
from campaigns.editions.tokens import EVERYBODY
from campaigns.models import ContentItem, Fact, Referral, Source, Text
from campaigns.press.drafts import UI
from campaigns.writing.seeding import FIELDS
from people import seeding as people_seeding

LANGUAGES = people_seeding.FILES
FILES = ("sources.csv", "facts.csv", "referrals.csv", "demonstration_referrals.csv", "items.csv")


def write(folder: Path) -> dict[str, int]:
    """Write all content; how many rows each file holds. Raises OSError, FileExistsError for a used folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder.")
    seed = folder / "seed"
    seed.mkdir()
    written = people_seeding.write(seed)
    written |= {name: _csv(seed / name, rows) for name, rows in zip(FILES, _tables(), strict=True)}
    for language, texts in _texts().items():
        path = folder / "locales" / language / "content.toml"
        path.parent.mkdir(parents=True)
        path.write_text(_toml(language, texts), encoding="utf-8")
        written[f"{language}/content.toml"] = len(texts)
    return written


def _tables() -> Iterator[list[dict[str, str]]]:
    yield [_source(row) for row in Source.objects.order_by("code")]
    yield [_fact(row) for row in Fact.objects.order_by("code")]
    for fictitious in (False, True):
        rows = Referral.objects.filter(fictitious=fictitious).order_by("code")
        yield [_referral(row) for row in rows]
    yield [_item(row) for row in ContentItem.objects.exclude(code__startswith=UI).order_by("id")]


def _csv(path: Path, rows: list[dict[str, str]]) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else ["code"])
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _source(row: Source) -> dict[str, str]:
    names = ("code", "publisher", "title", "address", "dated")
    return {**_plain(row, names), "seen_on": row.seen_on.isoformat() if row.seen_on else ""}


def _fact(row: Fact) -> dict[str, str]:
    names = ("code", "theme", "claim", "period", "confidence", "use")
    return _plain(row, names) | {
        name: ";".join(getattr(row, name)) for name in ("sources", "figures", "years")
    }


def _referral(row: Referral) -> dict[str, str]:
    names = ("code", "country", "place", "name", "number", "hours", "cost", "note")
    abroad = {True: "yes", False: "no", None: ""}
    return {
        **_plain(row, (*names, "source_date", "confidence")),
        "type": "/".join(row.kinds),
        "other_contact": row.other,
        "languages": ";".join(row.languages),
        "sources": ";".join(row.sources),
        "reachable_abroad": abroad[row.reachable_abroad],
    }


def _item(row: ContentItem) -> dict[str, str]:
    return {
        **_plain(row, ("code", "kind", "parent", "component", "claim", "explains", "consent")),
        "key": str(row.order),
        "countries": " ".join(row.countries) or EVERYBODY,
        "indicators": " ".join(row.indicators),
        "sources": " ".join(row.sources),
        "review_days": "" if row.review_days is None else str(row.review_days),
        "correct": "" if row.correct is None else str(row.correct),
        **{name: "yes" if getattr(row, name) else "" for name in ("sensitive", "core", "retired")},
    }


def _plain(row: object, names: Iterable[str]) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in names}


def _texts() -> dict[str, list[Text]]:
    """Language -> the newest text of each item, the source language first."""
    newest = Text.objects.select_related("item").order_by("item_id", "language", "-id")
    found: dict[str, list[Text]] = {SOURCE: []}
    for text in newest.distinct("item_id", "language"):
        found.setdefault(text.language, []).append(text)
    return {language: texts for language, texts in found.items() if texts}


def _toml(language: str, texts: list[Text]) -> str:
    """The file of one language: wordings, menus, items, in that order."""
    wordings = [text for text in texts if text.item.code.startswith(UI)]
    menus = [text for text in texts if text.item.kind == MENU]
    items = [text for text in texts if text not in wordings and text not in menus]
    lines = [
        "[meta]",
        f"language = {_quoted(language)}",
        'status = "draft"',
        'author = "imported"',
        "",
    ]
    lines += [
        "[ui]",
        *(f"{t.item.code.removeprefix(UI)} = {_quoted(t.body)}" for t in wordings),
        "",
    ]
    for table, some in (("menus", menus), ("items", items)):
        for text in some:
            lines += [f"[{table}.{text.item.code}]", *_fields(text), ""]
    return "\n".join(lines)


def _fields(text: Text) -> Iterator[str]:
    said: Mapping[str, Any] = {name: getattr(text, name) for name in FIELDS}
    yield from (f"{name} = {_quoted(value)}" for name, value in said.items() if value)
    for name in ("options", "phrasings"):
        if values := getattr(text, name):
            yield f"{name} = [{', '.join(map(_quoted, values))}]"
    if text.source_hash:
        yield f"source = {_quoted(text.source_hash)}"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are all TOML's too, but DEL must be escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

"""What came back against what is there: the texts it would change, or everything that is wrong, by row.

A row counts as edited when its words are not those it was sent out with. So a sheet that lay somewhere for
a month undoes nobody's later work, and a file that comes back as it went changes nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from campaigns.editions.content import Words
from campaigns.editions.problems import About, Problem, Refused
from campaigns.press.drafts import node, words
from campaigns.writing import drafting
from campaigns.writing.exchange.rows import (
    Came,
    Fault,
    by_item,
    english_now,
    names,
    normal,
    own,
    said_now,
)
from campaigns.writing.text_fields import (
    LIMITS,
    PHRASING,
    SHORT_LABEL,
    assemble,
    blamed,
    family,
    fields,
)
from campaigns.writing.translating import Standing, State, standings
from campaigns.writing.words_changed import Pair, differences
from campaigns.writing.workbench import Workbench
from people.models import Staff

FORMULA = re.compile(r"\s*(?:[=@]|[+-](?![\s\d])|[+-]\d[\d.]*\s*[-+*/(])")
ALLOWED = "\n\t"  # control characters that a text may hold
MOST_PHRASINGS = 500


@dataclass(frozen=True, slots=True)
class Change:
    """A new draft of one item. `english` and `last` are what it was compared with: both must still hold."""

    item: str
    said: Words
    back: str
    english: str  # digest of the English
    last: int  # key of the newest text, 0 where there is none
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)

    @property
    def pairs(self) -> list[Pair]:
        """The fields that change; none where an old text is still right."""
        return differences(self.before, self.after)

    def as_json(self) -> dict[str, Any]:
        said = {name: getattr(self.said, name) for name in Words.__slots__}
        return {
            "item": self.item,
            "said": said,
            "back": self.back,
            "english": self.english,
            "last": self.last,
        }

    @staticmethod
    def from_json(raw: Mapping[str, Any]) -> "Change":
        said = dict(raw["said"])
        phrasings, options = tuple(said.pop("phrasings")), tuple(said.pop("options"))
        text = Words(**said, phrasings=phrasings, options=options)
        return Change(raw["item"], text, raw["back"], raw["english"], raw["last"])


@dataclass(frozen=True, slots=True)
class Preview:
    """What bringing the sheet in would do; with `faults` nothing can be brought in."""

    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    faults: tuple[Fault, ...] = ()


def preview(
    came: Sequence[Came],
    there: Sequence[Standing],
    bench: Workbench,
    language: str,
    *,
    wrong: Iterable[Fault] = (),
) -> Preview:
    """Compare every row with the newest texts; nothing is written. `wrong`: found before, in the file."""
    compared = compare(came, there, bench, language)
    return refused(compared, [*wrong, *misplaced(came, there), *compared.faults])


def refused(compared: Preview, faults: Iterable[Fault]) -> Preview:
    """The same preview where something is wrong: then nothing is brought in, whatever is right in it."""
    ordered = tuple(sorted(faults, key=lambda one: (one.sheet, one.row)))
    return replace(compared, changes=() if ordered else compared.changes, faults=ordered)


def compare(
    came: Sequence[Came], there: Iterable[Standing], bench: Workbench, language: str
) -> Preview:
    """What edited rows change and what is wrong with them; rows that belong nowhere are passed over."""
    by_code = {row.item.code: row for row in there}
    faults: list[Fault] = []
    changes: list[Change] = []
    unchanged = 0
    for code, rows in by_item(came).items():
        if code not in by_code:
            continue
        change, wrong = _item(_Item(by_code[code], rows), bench, language)
        faults += wrong
        changes += [change] if change else []
        unchanged += change is None and not wrong
    return Preview(tuple(changes), unchanged, tuple(faults))


def misplaced(came: Sequence[Came], there: Iterable[Standing]) -> list[Fault]:
    """Rows of items and fields that nobody knows, without a mark, or that stand there twice."""
    by_code = {row.item.code: row for row in there}
    return [*_strangers(came, by_code), *_twice(came)]


def _told(row: Came, said: str, /, **values: str) -> Fault:
    return Fault(Problem(said, About.TEXT, row.item, values=values), row.sheet, row.number, row.item, row.field)  # fmt: skip


def _strangers(came: Iterable[Came], by_code: Mapping[str, Standing]) -> Iterator[Fault]:
    """Rows of items and fields that nobody knows, and rows that lost their mark."""
    for row in came:
        if row.item not in by_code:
            yield _told(row, gettext_noop("there is no item {item}."), item=row.item or "-")
        elif not _is_field(row.field, by_code[row.item]):
            yield _told(row, gettext_noop("the item has no field {field}."), field=row.field or "-")
        elif row.mark is None:
            said = gettext_noop("its hidden mark is lost; download the sheet again.")
            yield _told(row, said)


def _is_field(name: str, standing: Standing) -> bool:
    if name in names(standing) or name in fields(standing.item.kind):
        return name not in ("option", PHRASING)
    number = name.partition(" ")[2]
    room = PHRASING in fields(standing.item.kind) and number.isdecimal()
    return room and family(name) == PHRASING and 0 < int(number) <= MOST_PHRASINGS


def _twice(came: Iterable[Came]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], Came] = {}
    for row in came:
        first = seen.setdefault((row.item, row.field), row)
        if first is not row:
            said = gettext_noop("the same item and field stand in row {row} too.")
            yield _told(row, said, row=str(first.number))


@dataclass(frozen=True, slots=True)
class _Item:
    """The rows of one item beside what is there."""

    standing: Standing
    rows: Sequence[Came]

    def row(self, name: str) -> Came:
        """The row of a field, the item's first one where the sheet has none."""
        return next((row for row in self.rows if row.field == name), self.rows[0])


def _item(item: _Item, bench: Workbench, language: str) -> tuple[Change | None, list[Fault]]:
    standing = item.standing
    now = said_now(standing)
    known = [row for row in item.rows if row.mark and _is_field(row.field, standing)]
    edited = [row for row in known if row.mark and own(row.said) != row.mark.own]
    stale = standing.state is State.STALE
    settled = stale and any(row.still for row in known)
    if not edited and not settled:
        return None, []
    touched = edited or [row for row in known if row.still]
    faults = [
        *_english_changed(touched, standing),
        *_overwriting(edited, now),
        *_unfit(edited),
    ]
    merged = {**now, **{row.field: normal(row.said) for row in edited}}
    audio = standing.text.audio_url if standing.text else ""
    said, back = assemble(merged, audio=audio)
    if not faults:
        faults = _faults(item, said, bench, language)
    if standing.text and not stale and (said, back) == (words(standing.text), standing.text.back):
        return None, faults
    after = {name: merged.get(name, "") for name in merged}
    last = standing.text.pk if standing.text else 0
    change = Change(standing.item.code, said, back, standing.english.digest, last, now, after)
    return change, faults


def _english_changed(rows: Sequence[Came], standing: Standing) -> Iterator[Fault]:
    """One sentence for an item whose English is not what its translator saw, with the English of now."""
    english = english_now(standing)
    for row in rows:
        if row.mark and row.mark.english != standing.english.digest:
            said = gettext_noop(
                "the English has changed since the sheet was made. It now says: {english}"
            )
            yield _told(row, said, english=english.get(row.field, "") or standing.name)
            return


def _overwriting(rows: Iterable[Came], now: Mapping[str, str]) -> Iterator[Fault]:
    """Edited rows whose text somebody else changed in the meantime."""
    for row in rows:
        there = now.get(row.field, "")
        if row.mark and own(there) not in (row.mark.own, own(row.said)):
            said = gettext_noop("somebody changed it since the sheet was made. It now says: {said}")
            yield _told(row, said, said=there)


def _unfit(rows: Iterable[Came]) -> Iterator[Fault]:
    """What no text may be: a formula in disguise, invisible signs, longer than there is room for."""
    for row in rows:
        if FORMULA.match(row.said):
            said = gettext_noop("it begins like a formula ({sign}); begin with a word.")
            yield _told(row, said, sign=row.said.strip()[:1])
        odd = [sign for sign in row.said if _unseen(sign)]
        if odd:
            said = gettext_noop("it holds a sign that nobody sees ({sign}); type it again.")
            yield _told(row, said, sign=f"U+{ord(odd[0]):04X}")
        most = LIMITS.get(family(row.field), 0)
        if most and row.field != SHORT_LABEL and len(normal(row.said)) > most:
            said = gettext_noop("it has {number} characters; {most} at most.")
            yield _told(row, said, number=str(len(normal(row.said))), most=str(most))


def _unseen(sign: str) -> bool:
    return sign not in ALLOWED and unicodedata.category(sign) in ("Cc", "Cs")


def _faults(item: _Item, said: Words, bench: Workbench, language: str) -> list[Fault]:
    found = bench.faults(node(item.standing.item, {}), said, language)
    faults = []
    for problem in found:
        name = blamed(problem, said)
        row = item.row(name)
        faults.append(Fault(problem, row.sheet, row.number, row.item, name))
    return faults


def bring_in(
    changes: Sequence[Change], language: str, *, bench: Workbench, by: Staff, at: datetime
) -> int:
    """Write every change as a draft of `by`, all or none. Raises Refused where anything moved meanwhile.

    A few queries for each text: each goes through the same gate as a text written on a page.
    """
    with transaction.atomic():
        there = {row.item.code: row for row in standings(language, by.countries)}
        moved = [change for change in changes if not _holds(change, there.get(change.item))]
        if moved:
            said = gettext_noop(
                "it was changed while you looked at the preview; bring the sheet in again."
            )
            raise Refused(Problem(said, About.TEXT, one.item, language) for one in moved)
        written = 0
        for change in changes:
            item = there[change.item].item
            written += drafting.write(
                item, language, change.said, back=change.back, bench=bench, by=by, at=at
            )[1]
        return written


def _holds(change: Change, standing: Standing | None) -> bool:
    if standing is None or standing.english.digest != change.english:
        return False
    return (standing.text.pk if standing.text else 0) == change.last

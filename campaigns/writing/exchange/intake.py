"""A sheet between upload and confirmation: looked at, shown, and carried through the page as a signed parcel.

Nothing is kept on the server in between: any process can finish what another began, and what nobody
confirms leaves nothing behind.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing

from campaigns.writing.exchange import changes, po, review, xlsx
from campaigns.writing.exchange.changes import Change, Preview
from campaigns.writing.exchange.review import Verdict
from campaigns.writing.exchange.rows import BadSheet, fault
from campaigns.writing.exchange.tables import LOCKED, ZIP, tables
from campaigns.writing.translating import Standing
from campaigns.writing.workbench import Workbench
from people.models import Staff

SALT = "campaigns.writing.exchange"
KEPT = timedelta(hours=12)
KNOWN = frozenset((*xlsx.NEEDED, *review.NEEDED))


class BadParcel(ValueError):  # noqa: N818 - named for what it is
    """The parcel is too old, of somebody else or of another language, or was tampered with."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A sheet as it would be brought in. `review`: a reviewer's sheet."""

    preview: Preview
    verdicts: tuple[Verdict, ...] = ()
    review: bool = False

    @property
    def good(self) -> int:
        return sum(one.good for one in self.verdicts)

    @property
    def empty(self) -> bool:
        return not (self.preview.changes or self.verdicts or self.preview.faults)


def look(raw: bytes, there: Sequence[Standing], bench: Workbench, language: str) -> Looked:
    """What the file would change, or everything that is wrong with it."""
    try:
        take = _workbook if raw.startswith((ZIP, LOCKED)) else _catalogue
        return take(raw, there, bench, language)
    except BadSheet as bad:
        return Looked(Preview(faults=bad.faults))


def _workbook(raw: bytes, there: Sequence[Standing], bench: Workbench, language: str) -> Looked:
    found, faults = tables(raw, KNOWN)
    if not found:
        said = xlsx.NO_COLUMNS
        raise BadSheet([*faults, fault(said, columns=", ".join(xlsx.NEEDED))])
    if review.is_review(found):
        judged = review.read(found, faults, language)
        reading = review.preview(judged, there, bench, language)
        return Looked(reading.preview, reading.verdicts, review=True)
    came, wrong = xlsx.read(found, faults, language)
    return Looked(changes.preview(came, there, bench, language, wrong=wrong))


def _catalogue(raw: bytes, there: Sequence[Standing], bench: Workbench, language: str) -> Looked:
    return Looked(changes.preview(po.read_file(raw, language), there, bench, language))


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is brought in once somebody confirms. `reader`: the native reader of a reviewer's sheet."""

    changes: tuple[Change, ...]
    verdicts: tuple[Verdict, ...] = ()
    reader: str = ""


def pack(looked: Looked, reader: str, *, language: str, by: Staff) -> str:
    """The parcel as text for a form: signed, bound to the language and to whoever looked at it."""
    raw: dict[str, Any] = {
        "language": language,
        "by": by.pk,
        "reader": reader,
        "changes": [change.as_json() for change in looked.preview.changes],
        "verdicts": [asdict(one) for one in looked.verdicts],
    }
    return signing.dumps(raw, salt=SALT, compress=True)


def unpack(text: str, *, language: str, by: Staff) -> Parcel:
    """Raises BadParcel."""
    try:
        raw = signing.loads(text, salt=SALT, max_age=KEPT)
    except signing.BadSignature as error:
        raise BadParcel from error
    if (raw["language"], raw["by"]) != (language, by.pk):
        raise BadParcel
    return Parcel(
        tuple(Change.from_json(one) for one in raw["changes"]),
        tuple(Verdict(**one) for one in raw["verdicts"]),
        raw["reader"],
    )


def bring_in(
    parcel: Parcel, language: str, *, bench: Workbench, by: Staff, at: datetime
) -> tuple[int, int]:
    """Write it, all or none: how many drafts, how many texts marked reviewed. Raises Refused."""
    return review.bring_in(
        (parcel.changes, parcel.verdicts), parcel.reader, language, bench=bench, by=by, at=at
    )

"""Publishing: the content tables become one immutable edition, or a list of what is wrong (D5)."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns.editions.compiling import Making, compose
from campaigns.editions.content import Content
from campaigns.editions.edition import Edition, Kind
from campaigns.editions.figures import Figures
from campaigns.editions.freezing import BadSource, freeze, thaw
from campaigns.editions.problems import Problem, Refused
from campaigns.editions.screens import Asking
from campaigns.models import Edition as Row
from campaigns.models import Publication
from campaigns.press import directory
from campaigns.press.drafts import gather
from campaigns.press.facts import figures
from campaigns.press.shelf import Known, Shelf
from people import audit, inquiry, languages
from people.models import Staff

Reason = Row.Reason
LOCK = 0x6E6A7072  # advisory: one publishes, drops or writes an entry at a time


@dataclass(frozen=True, slots=True)
class Published:
    """What came out: the edition, whether it is a new one, and what was left out and why."""

    edition: Edition
    new: bool
    left_out: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What publishing would give now; `edition` is None where `problems` stand in the way."""

    content: Content
    edition: Edition | None
    problems: tuple[Problem, ...]
    left_out: tuple[Problem, ...]
    lapses_on: date | None = None


class Changed(ValueError):  # noqa: N818 - named for what it is
    """What would be published is not what was looked at any more."""


def publish(
    kind: Kind,
    *,
    by: Staff | None,
    at: datetime,
    shelf: Shelf,
    dropping: Collection[str] = (),
    expecting: str = "",
) -> Published:
    """Make the edition, store it and put it on the shelf; raises Refused. The same content is no news.

    `dropping`: languages that people have now and that may be lost. `expecting`: the id of the draft that
    somebody read and means; raises Changed where it has become another.
    """

    def make() -> Draft:
        made = draft(kind, at=at, dropping=dropping)
        if expecting and made.edition is not None and made.edition.id != expecting:
            raise Changed(made.edition.id)
        return made

    return _bring_out(make, Reason.PUBLISHED, by=by, shelf=shelf)


def draft(kind: Kind, *, at: datetime, dropping: Collection[str] = ()) -> Draft:
    """What publishing would do, without doing it: every problem, and all that would be left out."""
    on = timezone.localdate(at)
    known = figures(kind, on=on)
    content, remarks = gather(kind, known)
    return _compiled(content, known, kind=kind, at=at, remarks=remarks, dropping=dropping)


def roll_back(
    row: Row, *, by: Staff | None, at: datetime, shelf: Shelf, dropping: Collection[str] = ()
) -> Published:
    """Serve the content of an older edition again, with the numbers and figures of today; raises Refused.

    It is told to all new sessions; open ones keep theirs. `dropping` as in `publish`.
    """
    return _bring_out(
        lambda: again(row, at=at, dropping=dropping), Reason.ROLLED_BACK, by=by, shelf=shelf
    )


def refill(row: Row, *, at: datetime, shelf: Shelf) -> Published:
    """The same content with the numbers and figures that still hold; raises Refused.

    No language stands in the way: a number that expired goes at once, whatever else.
    """
    spoken = served(Kind(row.kind))
    return _bring_out(
        lambda: again(row, at=at, dropping=spoken), Reason.EXPIRED, by=None, shelf=shelf
    )


def again(row: Row, *, at: datetime, dropping: Collection[str] = ()) -> Draft:
    """What serving that edition's content once more would give; raises Refused where it kept none."""
    try:
        content = thaw(row.source)
    except BadSource as error:
        said = gettext_noop("edition {edition} did not keep its content; publish anew instead.")
        raise Refused([Problem(said, values={"edition": row.hash})]) from error
    kind = Kind(row.kind)
    known = figures(kind, on=timezone.localdate(at))
    return _compiled(content, known, kind=kind, at=at, remarks=(), dropping=dropping)


def _compiled(
    content: Content,
    known: Figures,
    *,
    kind: Kind,
    at: datetime,
    remarks: Iterable[Problem],
    dropping: Collection[str],
) -> Draft:
    numbers, unproved = directory.numbers(kind, on=timezone.localdate(at))
    making = Making(
        kind,
        at,
        tuple(numbers),
        known,
        languages=languages.known(),
        orders=languages.orders(),
        districts=inquiry.districts(),
        asking=_asking(),
    )
    lost = served(kind) - set(dropping)
    try:
        edition, missing = compose(content, making, served=lost)
    except Refused as refused:
        return Draft(content, None, refused.problems, (*unproved, *remarks))
    left_out = (*missing, *unproved, *remarks)
    return Draft(content, edition, (), left_out, _lapses_on(edition, making))


def _asking() -> dict[str, Asking]:
    """How the countries ask that do."""
    return {
        country: Asking(one.one_in, one.questions)
        for country, one in inquiry.asking().items()
        if one.one_in
    }


def served(kind: Kind) -> set[str]:
    """Languages of the newest edition of that kind: people have them now."""
    newest = Row.objects.filter(kind=kind).values_list("languages", flat=True).first()
    return set(newest or ())


def _lapses_on(edition: Edition, making: Making) -> date | None:
    """The first day on which something in the edition may not be shown any more; None: never."""
    days = [date.fromisoformat(number.expires) for number in edition.numbers if number.expires]
    return min([*days, *making.figures.expires.values()], default=None)


def _bring_out(
    make: Callable[[], Draft], reason: Reason, *, by: Staff | None, shelf: Shelf
) -> Published:
    with alone():
        made = make()
        if made.edition is None:
            raise Refused(made.problems)
        edition, new = store(
            made.edition,
            reason,
            by=by,
            left_out=made.left_out,
            lapses_on=made.lapses_on,
            source=freeze(made.content),
        )
    shelf.put(edition)
    return Published(edition, new, made.left_out)


@contextmanager
def alone() -> Iterator[None]:
    """One publication at a time: whoever pressed twice, or at once with another, finds it done.

    A proof is given and taken under it too: an edition under way could bring back a number taken away.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def store(
    edition: Edition,
    reason: Reason,
    *,
    by: Staff | None,
    left_out: Iterable[Problem],
    lapses_on: date | None,
    source: str,
) -> tuple[Edition, bool]:
    """Keep the edition; one that is already the newest of its kind stays as it is, and gives False."""
    newest = Row.objects.filter(kind=edition.kind).only("hash", "published_at").first()
    values = {
        "left_out": [problem.as_json() for problem in left_out],
        "lapses_on": lapses_on,
        "source": source,
    }
    if newest is not None and newest.hash == edition.id:
        Row.objects.filter(pk=newest.pk).update(**values)
        return replace(edition, made_at=newest.published_at), False
    edition = replace(edition, made_at=_moment(edition.made_at))
    row, _ = Row.objects.update_or_create(
        hash=edition.id,
        defaults=values
        | {
            "kind": edition.kind.value,
            "body": edition.to_json(),
            "published_at": edition.made_at,
            "languages": sorted(edition.words),
            "reason": reason,
            "by": by,
        },
    )
    Publication.objects.create(edition=row, at=edition.made_at, reason=reason, by=by)
    what, told = f"edition {edition.id}", {"kind": edition.kind.value, "reason": reason.value}
    audit.note(audit.Kind.PUBLISH, by=by, what=what, details=told, at=edition.made_at)
    return edition, True


def _moment(at: datetime) -> datetime:
    """A moment after every other edition's: the newest is served, also where a clock was set back."""
    newest = Row.objects.values_list("published_at", flat=True).first()
    return at if newest is None or newest < at else newest + timedelta(milliseconds=1)


def find(name: str, shelf: Shelf) -> Edition | None:
    """An edition by id: from the shelf, else from the database, where all of them are."""
    edition = shelf.get(name)
    if edition is None:
        shelf.refresh()
        edition = shelf.get(name)
    if edition is None:
        edition = stored(name)
        if edition:
            shelf.put(edition)
    return edition


def stored(name: str) -> Edition | None:
    """An edition of the database. Raises BadEdition for one that an older release wrote in its own way."""
    row = Row.objects.filter(hash=name).only("body").first()
    return Edition.from_json(row.body) if row else None


def collect(shelf: Shelf) -> int:
    """Put on this machine's shelf what belongs there and is in the database alone; how many came."""
    newest = Row.objects.order_by("-published_at").values_list("hash", "kind", "published_at")[:20]
    rows = Row.objects.filter(hash__in=shelf.wants(map(Known._make, newest)))
    return sum(shelf.take(row.hash, row.body) for row in rows.only("hash", "body"))

"""What expires: told in time, and gone from what people read on the day (D5).

The live edition follows the proofs: on the day one ends, and within a minute after staff gave or took one.
Demonstrations show invented numbers, which do not lapse.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns.editions.edition import BadEdition, Edition, Kind
from campaigns.editions.freezing import thaw
from campaigns.editions.problems import About, Problem, Refused
from campaigns.editions.tokens import Number
from campaigns.models import Alert, Fact, Referral
from campaigns.models import Edition as Row
from campaigns.press import blanking, directory, publishing
from campaigns.press.shelf import Shelf
from campaigns.proofs import holding
from campaigns.proofs.citing import uses

STEPS = (0, 1, 7, 30)  # days before, nearest first
SOON = timedelta(days=STEPS[-1])
Thing = Alert.Thing
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lapse:
    """A proof that ends; `on` is the first day without it."""

    thing: str
    code: str
    country: str  # "" for a fact: it serves all
    on: date


# --- warnings -------------------------------------------------------------------------------------


def warn(*, at: datetime) -> list[Alert]:
    """Write down each warning that is due and was not yet; the new ones.

    After days without a beat only the nearest step is told, not every one that was missed.
    """
    today = timezone.localdate(at)
    wanted = {(one.thing, one.code, one.on, step(one.on, today)): one for one in _lapses(today)}
    codes = {code for _, code, _, _ in wanted}
    told = Alert.objects.filter(code__in=codes).values_list("thing", "code", "expires", "days")
    known = set(told)
    new = [key for key in wanted if key not in known]
    used = uses(code for thing, code, _, _ in new if thing == Thing.FACT)
    made = (
        Alert.objects.get_or_create(
            thing=thing,
            code=code,
            expires=on,
            days=days,
            defaults={"country": wanted[thing, code, on, days].country, "at": at},
        )
        for thing, code, on, days in new
        if thing != Thing.FACT or code in used
    )
    alerts = [alert for alert, created in made if created]
    for alert in alerts:
        log.warning("%s %s: its proof ends on %s", alert.thing, alert.code, alert.expires)
    return alerts


def step(on: date, today: date) -> int:
    """The nearest step of a proof that ends on that day."""
    return next((days for days in STEPS if (on - today).days <= days), STEPS[-1])


def _lapses(today: date) -> Iterator[Lapse]:
    """Proofs of real numbers and of figures that end within the longest step, or have ended."""
    for row in numbers_ending(today + SOON):
        yield Lapse(Thing.NUMBER, row.code, row.country, row.expires)  # type: ignore[arg-type]
    for code, on in Fact.objects.filter(expires__lte=today + SOON).values_list("code", "expires"):
        yield Lapse(Thing.FACT, code, "", on)  # type: ignore[arg-type]


def numbers_ending(by: date, *, among: QuerySet[Referral] | None = None) -> QuerySet[Referral]:
    """Real numbers, once proven, whose proof ends by that day; of all entries or of some."""
    rows = Referral.objects.all() if among is None else among
    proven = Q(fictitious=False, verified_by_call_on__isnull=False, expires__lte=by)
    return rows.filter(proven).exclude(number="")


# --- the live edition -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refilled:
    """What came of it. `edition`: None where the old one stays; `alerts`: what staff are told."""

    edition: Edition | None
    alerts: tuple[Alert, ...] = ()


def bring_forward(*, at: datetime) -> None:
    """Have the live edition made again within a minute; called in `publishing.alone`, with the change."""
    newest = Row.objects.filter(kind=Kind.LIVE).values("pk")[:1]
    Row.objects.filter(pk__in=newest).update(lapses_on=timezone.localdate(at))


def refill_lapsed(*, at: datetime, shelf: Shelf) -> Refilled | None:
    """Make the live edition again where something in it lapsed; None where nothing did.

    It is the same content with the numbers and figures of today. What stands in its way is told, and
    then the numbers at least are taken out.
    """
    today = timezone.localdate(at)
    if not _lapsed(today):
        return None
    with publishing.alone():
        row = _newest()
        if row is None or row.lapses_on is None or row.lapses_on > today:
            return None  # somebody published meanwhile
        return _again(row, at=at, shelf=shelf)


def _lapsed(today: date) -> bool:
    newest = Row.objects.filter(kind=Kind.LIVE).values_list("lapses_on", flat=True).first()
    return newest is not None and newest <= today


def _newest() -> Row | None:
    return Row.objects.filter(kind=Kind.LIVE).first()


@dataclass(frozen=True, slots=True)
class _Case:
    """The live edition that has to be made again. `before`: None where its screens cannot be read."""

    row: Row
    before: Edition | None
    numbers: Sequence[Number]  # those of today
    at: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    def lost(self) -> list[Number]:
        return blanking.gone(self.before, self.numbers) if self.before else []


def _again(row: Row, *, at: datetime, shelf: Shelf) -> Refilled:
    numbers, _ = directory.numbers(Kind.LIVE, on=timezone.localdate(at))
    case = _Case(row, _read(row), numbers, at)
    told = [_not_shown(number) for number in case.lost()]
    try:
        with transaction.atomic():
            published = publishing.refill(row, at=at, shelf=shelf)
        edition: Edition | None = published.edition
        told += _newly_left_out(row, published.left_out)
    except Exception as error:  # noqa: BLE001 - whatever it is, a number that lapsed must go
        reasons = _reasons(error)
        edition = _blanked(case, reasons, shelf)
        told += [Problem(REFUSED), *reasons]
    holding.hold(case.lost(), at=at)
    return Refilled(edition, (_tell(row, told, at=at),) if told else ())


def _read(row: Row) -> Edition | None:
    try:
        return Edition.from_json(row.body)
    except BadEdition:
        return None


REFUSED = gettext_noop(
    "The live edition could not be made again as it should; what lapsed among its numbers is taken "
    "out, all else is as it was. Mend what is said here and publish."
)


def _reasons(error: Exception) -> Sequence[Problem]:
    if isinstance(error, Refused):
        return error.problems
    log.error("the live edition could not be made again", exc_info=error)
    said = gettext_noop("an error of the program ({error}); a technician must look into the log.")
    return [Problem(said, values={"error": type(error).__name__})]


def _not_shown(number: Number) -> Problem:
    """Without the number itself: alerts are read, mailed and logged by many."""
    said = gettext_noop("{name} ({country}) is not shown any more: no proof of its number holds.")
    country = number.country if number.country != "*" else ""
    values = {"name": number.name, "country": country or "-"}
    return Problem(said, About.COUNTRY, country, values=values)


def _newly_left_out(row: Row, left_out: Iterable[Problem]) -> list[Problem]:
    """Texts that were in the edition and are not any more."""
    before = {(one["code"], one["language"]) for one in row.left_out}
    return [
        problem
        for problem in left_out
        if problem.about is About.TEXT and (problem.code, problem.language) not in before
    ]


def _blanked(case: _Case, reasons: Iterable[Problem], shelf: Shelf) -> Edition | None:
    """An edition without the lapsed numbers at any price; None where the old one shows none."""
    row = case.row
    if not case.lost() or case.before is None:
        again = _next(case, case.before) if case.before else case.today + timedelta(days=1)
        Row.objects.filter(pk=row.pk).update(lapses_on=again)
        return None
    made = _plain(case, case.before)
    edition, _ = publishing.store(
        made,
        publishing.Reason.EXPIRED,
        by=None,
        left_out=[*map(Problem.from_json, row.left_out), *reasons],
        lapses_on=_next(case, made),
        source=row.source,
    )
    shelf.put(edition)
    return edition


def _plain(case: _Case, before: Edition) -> Edition:
    """Made anew from its content if that can be, else the very screens with the numbers struck out."""
    try:
        return blanking.remade(thaw(case.row.source), before, case.numbers, at=case.at)
    except Exception:  # noqa: BLE001 - content of another making fails in any way; the screens are there
        return blanking.struck(before, case.numbers, at=case.at)


def _next(case: _Case, shown: Edition) -> date | None:
    """When the next of the numbers shown, or of the figures that hold, lapses."""
    names = {(one.country, one.kind, one.number) for one in shown.numbers}
    days = [
        date.fromisoformat(one.expires)
        for one in case.numbers
        if one.expires and (one.country, one.kind, one.number) in names
    ]
    figures = Fact.objects.filter(expires__gt=case.today).values_list("expires", flat=True)
    return min([*days, *filter(None, figures)], default=None)


def _tell(row: Row, told: Iterable[Problem], *, at: datetime) -> Alert:
    detail = list({str(one): one.as_json() for one in told}.values())
    alert, _ = Alert.objects.update_or_create(
        thing=Thing.EDITION,
        code=row.hash,
        expires=timezone.localdate(at),
        days=0,
        defaults={"detail": detail, "at": at, "seen_by": None},
    )
    log.warning("edition %s was replaced: %d things in it lapsed", row.hash, len(detail))
    return alert

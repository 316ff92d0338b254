"""The funnel: how many callers entered, left and abandoned each screen, how long and how dear sessions were.

Counters alone, no path of anybody: a session's row holds its last screen and nothing of the way there. What
a session adds to the counters follows from its row, so whatever changes a row (a hop, an end told twice, before
its hops or never) adds the difference between after and before: late and repeated news correct, never double.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from analytics.periods import day_of
from campaigns.editions.edition import Edition
from campaigns.editions.screens import ASK, BYE, HELP, LANGUAGES, MAIN, SMS, SMS_SENT, Page
from ussd.heard import Hop, Name
from ussd.models import Call, Outcome

SENSITIVE: Final = "sensitive"  # the one word for every screen that nobody must be seen on
ALWAYS: Final = frozenset({HELP, ASK, "stop", "forget", "who"})
PLAIN: Final = frozenset({MAIN, LANGUAGES, BYE, "mine", "none"})
SILENCE: Final = timedelta(minutes=10)  # no operator keeps a session open that long
LONGEST: Final = 3600  # seconds; a provider that tells of more has told nothing
BATCH: Final = 5000
LOCK: Final = (0x6E6A6961, 3)  # hops and ends of one session are folded by two processes

KEPT: Final = (
    "code", "country", "network", "language", "edition", "place", "depth", "content_depth", "screens",
    "ends", "given_up", "began_at", "last_at", "ended_at", "status", "cost", "currency", "milliseconds",
    "hops", "near",
)  # fmt: skip
OPEN: Final = Q(ended_at=None, ends=False, given_up=False)


# --- what may be told of a screen -------------------------------------------------------------------

_veils: dict[str, frozenset[str]] = {}  # edition -> its menus that lead to sensitive answers alone


def shown_as(place: str, items: Iterable[str], edition: Edition | None) -> str:
    """The name under which a screen is kept: its own, or "sensitive".

    The provider knows the number of a session, so no row and no counter says who was on a screen that
    tells of a need: help, stopping, forgetting, a question in own words, who somebody is; an answer that
    is sensitive in its edition, a quiz about one, a menu that holds no other, and an SMS of one. What an
    unknown edition shows, or an SMS of who knows what, is taken for sensitive. `items`: those on the
    screen. "faq-006.2", the second page of an answer, is a screen of its own.
    """
    base = place.partition(".")[0]
    if base in PLAIN:
        return place
    if base in ALWAYS or edition is None:
        return SENSITIVE
    known = [edition.items[code] for code in (base, *items) if code in edition.items]
    about = [edition.items[one.explains] for one in known if one.explains in edition.items]
    veiled = any(item.sensitive for item in (*known, *about)) or base in _veiled(edition)
    return SENSITIVE if veiled or (place in (SMS, SMS_SENT) and not known) else place


def _veiled(edition: Edition) -> frozenset[str]:
    """Menus that lead to sensitive answers alone, in some country and language: who opens one has said as much."""
    if edition.id not in _veils:
        _veils[edition.id] = frozenset(
            place
            for menu in edition.menus.values()
            for place, page in menu.pages.items()
            if not page.item and "." not in place
            for answers in [_answers(menu.pages, place, set())]
            if answers and all(edition.items[one].sensitive for one in answers)
        )
    return _veils[edition.id]


def _answers(pages: Mapping[str, Page], place: str, seen: set[str]) -> set[str]:
    """Items that a menu leads to, itself or by the menus below it; a quiz goes on through all topics."""
    page = pages.get(place)
    if page is None or page.quiz or place in seen:
        return set()
    seen.add(place)
    if page.item:
        return {page.item}
    return {item for onward in page.moves.values() for item in _answers(pages, onward, seen)}


# --- what a session adds to the counters ------------------------------------------------------------


class StepKey(NamedTuple):
    """A screen, and whose: the day (Africa/Nairobi) and the language in which it was entered."""

    day: date
    country: str
    language: str
    network: str
    code: str
    place: str


class TotalKey(NamedTuple):
    """Sessions that are counted together. `day`: on which they began; `language`: their last one."""

    day: date
    country: str
    language: str
    network: str
    code: str
    outcome: str
    currency: str


class Step(NamedTuple):
    """What is added to a screen; seconds: how long those who left it had it before them."""

    entered: int = 0
    left: int = 0
    abandoned: int = 0
    seconds: int = 0

    def plus(self, more: "Step", times: int = 1) -> "Step":
        return Step(
            self.entered + times * more.entered,
            self.left + times * more.left,
            self.abandoned + times * more.abandoned,
            self.seconds + times * more.seconds,
        )


class Total(NamedTuple):
    """What is added to sessions; screens: that were entered, priced: sessions whose cost is known.

    near, unended: sessions that may be forged (`ussd.suspects`).
    """

    sessions: int = 0
    screens: int = 0
    seconds: int = 0
    priced: int = 0
    cost: Decimal = Decimal(0)
    near: int = 0
    unended: int = 0

    def plus(self, more: "Total", times: int = 1) -> "Total":
        return Total(
            self.sessions + times * more.sessions,
            self.screens + times * more.screens,
            self.seconds + times * more.seconds,
            self.priced + times * more.priced,
            self.cost + times * more.cost,
            self.near + times * more.near,
            self.unended + times * more.unended,
        )


def outcome(call: Call) -> Outcome | None:
    """How a session ended, our own last screen before the provider's word; None while it may go on."""
    told = call.status.casefold()
    if call.ends or told == "success":
        return Outcome.COMPLETED
    if call.ended_at is not None:
        return Outcome.FAILED if told == "failed" else Outcome.ABANDONED
    return Outcome.SILENT if call.given_up else None


def step_key(call: Call, entered: datetime) -> StepKey:
    """The screen on which a session stands, and since when."""
    own = (call.country, call.language, call.network, call.code)
    return StepKey(day_of(entered), *own, call.place)


def _closing(call: Call) -> dict[StepKey, Step]:
    """What the end of a session adds to its last screen."""
    how = outcome(call)
    if how is None or call.last_at is None:
        return {}
    done = Step(left=1) if how is Outcome.COMPLETED else Step(abandoned=1)
    return {step_key(call, call.last_at): done}


def _total(call: Call) -> dict[TotalKey, Total]:
    """What a session adds to the totals once it has ended."""
    how, began = outcome(call), call.began_at or call.ended_at
    if how is None or began is None:
        return {}
    own = (call.country, call.language, call.network, call.code)
    priced = call.cost is not None
    key = TotalKey(day_of(began), *own, how, call.currency if priced else "")
    cost = call.cost or Decimal(0)
    doubts = int(call.near), int(call.ended_at is None)
    return {key: Total(1, call.screens, _length(call), int(priced), cost, *doubts)}


def _length(call: Call) -> int:
    """Seconds, as the provider measured them, else from our first screen to our last."""
    told = -1 if call.milliseconds is None else round(call.milliseconds / 1000)
    if 0 <= told <= LONGEST:
        return told
    return _seconds(call.began_at, call.last_at) if call.began_at and call.last_at else 0


def _seconds(begin: datetime, end: datetime) -> int:
    """Between two screens; two processes' clocks may differ, and no screen stays that long."""
    return round(min(max(end - begin, timedelta(0)), SILENCE).total_seconds())


class Book:
    """The rows of some sessions, held under a lock until the transaction ends, and what they add.

    Change `calls`, or have them `enter` screens, then `write`. Open it inside a transaction.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
        wanted = {*names}
        rows = Call.objects.filter(session__in={session for _, session in wanted})
        named = {(row.gateway, row.session): row for row in rows}
        self.calls = {name: row for name, row in named.items() if name in wanted}
        self._steps: dict[StepKey, Step] = {}
        self._totals: dict[TotalKey, Total] = {}
        self._tally(-1)

    def call(self, name: Name) -> Call:
        """The session's row, a new one where none is known."""
        if name not in self.calls:
            self.calls[name] = Call(gateway=name[0], session=name[1])
        return self.calls[name]

    def enter(self, hop: Hop, edition: Edition | None) -> None:
        """Note a screen: the one before it was left. A repeated or late hop, no deeper, enters nothing."""
        call = self.call(hop.name)
        call.began_at = min(call.began_at or hop.at, hop.at)
        if call.last_at is not None and hop.depth <= call.depth:
            return
        place = (
            hop.place if _of_what_was_told(call, hop) else shown_as(hop.place, hop.items, edition)
        )
        if call.last_at is not None:
            stayed = _seconds(call.last_at, hop.at)
            self._step(step_key(call, call.last_at), Step(left=1, seconds=stayed))
        _stand(call, hop, place)
        self._step(step_key(call, hop.at), Step(entered=1))

    def write(self) -> None:
        """Keep the rows and add to the counters."""
        self._tally(1)
        calls = sorted(self.calls.values(), key=lambda call: (call.gateway, call.session))
        Call.objects.bulk_create(
            [
                Call(**{name: getattr(call, name) for name in ("gateway", "session", *KEPT)})
                for call in calls
            ],
            update_conflicts=True,
            unique_fields=["gateway", "session"],
            update_fields=KEPT,
        )
        steps, totals = sorted(self._steps.items()), sorted(self._totals.items())
        _add(STEPS, [(*key, *more) for key, more in steps if any(more)])
        _add(TOTALS, [(*key, *sums) for key, sums in totals if any(sums)])

    def _step(self, key: StepKey, more: Step, times: int = 1) -> None:
        self._steps[key] = self._steps.get(key, Step()).plus(more, times)

    def _tally(self, times: int) -> None:
        """Add (1) or take back (-1) what the ends of these sessions add as they now are."""
        for call in self.calls.values():
            for key, more in _closing(call).items():
                self._step(key, more, times)
            for name, sums in _total(call).items():
                self._totals[name] = self._totals.get(name, Total()).plus(sums, times)


def _of_what_was_told(call: Call, hop: Hop) -> bool:
    """Whether an SMS is asked for of an answer that may be told of: the screen just before."""
    follows = hop.depth == call.depth + 1 and call.place not in ("", SENSITIVE)
    return hop.place in (SMS, SMS_SENT) and follows


def _stand(call: Call, hop: Hop, place: str) -> None:
    """The session is on this screen now."""
    call.last_at, call.place, call.depth = hop.at, place[:128], hop.depth
    call.code, call.country = hop.code[:128], hop.country[:2]
    call.network, call.language = hop.network[:128], hop.language[:16]
    call.edition, call.ends = hop.edition[:16], hop.ends
    call.screens += 1
    call.near = call.near or hop.near
    call.given_up = False


def give_up(*, at: datetime, limit: int = BATCH) -> int:
    """Count sessions as abandoned of which nothing was heard for ten minutes; how many it were.

    Each once, by its mark. An end or a screen that is told of later still sets it right.
    """
    with transaction.atomic():
        quiet = Call.objects.filter(OPEN, last_at__lt=at - SILENCE).order_by("last_at")
        book = Book(quiet.values_list("gateway", "session")[:limit])
        calls = [call for call in book.calls.values() if _quiet(call, at)]
        for call in calls:
            call.given_up = True
        book.write()
    return len(calls)


def _quiet(call: Call, at: datetime) -> bool:
    """Still, now that nobody else can change the row."""
    return outcome(call) is None and call.last_at is not None and call.last_at < at - SILENCE


# --- how counters are written -----------------------------------------------------------------------

STEPS: Final = """
    INSERT INTO ussd_step AS kept
        (day, country, language, network, code, place, entered, "left", abandoned, seconds)
    SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
    ON CONFLICT (day, country, language, network, code, place) DO UPDATE SET
        entered = kept.entered + excluded.entered, "left" = kept."left" + excluded."left",
        abandoned = kept.abandoned + excluded.abandoned, seconds = kept.seconds + excluded.seconds
"""
TOTALS: Final = """
    INSERT INTO ussd_total AS kept
        (day, country, language, network, code, outcome, currency, sessions, screens, seconds, priced, cost,
        near, unended)
    SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[], %s::bigint[], %s::bigint[])
    ON CONFLICT (day, country, language, network, code, outcome, currency) DO UPDATE SET
        sessions = kept.sessions + excluded.sessions, screens = kept.screens + excluded.screens,
        seconds = kept.seconds + excluded.seconds, priced = kept.priced + excluded.priced,
        cost = kept.cost + excluded.cost, near = kept.near + excluded.near,
        unended = kept.unended + excluded.unended
"""


def _add(statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Add to counters, in one statement."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])

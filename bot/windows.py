"""When somebody may be called back (S5): only in the hours they named as safe, on the clock of their country.

Nobody is called who did not say that it is safe, and what they said holds a week: who is around them changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.models import Case
from people.countries import COUNTRIES

HOURS = MappingProxyType(
    {Case.When.MORNING: (8, 12), Case.When.AFTERNOON: (12, 17), Case.When.EVENING: (17, 21)}
)
AT_ONCE = timedelta(hours=1)  # what "now" means
HOLDS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Told:
    """What they said: `when` of Case.When, "" where only the word is new; word and number sealed."""

    when: str
    word: str = field(default="", repr=False)
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Window:
    """Whether a call may be made. `word`: "" yes, else why not: unasked, never, number, over, later.

    `opens` and `closes` in the country's time; None where there is no such hour.
    """

    word: str
    opens: datetime | None = None
    closes: datetime | None = None


class NotNow(ValueError):  # noqa: N818 - named for what it is
    """Nobody may be called: `window` says why, and when they may."""

    def __init__(self, window: Window) -> None:
        super().__init__(window.word)
        self.window = window


def note(token: str, told: Told, *, at: datetime) -> bool:
    """Keep what the person of this token said with their newest open case; whether there is one.

    A later answer takes the place of an earlier one, whichever is folded first.
    """
    newest = Case.objects.filter(token=token).exclude(state=Case.State.CLOSED).order_by("-heard_at")
    case = newest.select_for_update().first()
    if case is None:
        return False
    if case.safe_said_at is None or case.safe_said_at <= at:
        _keep(case, told, at)
    return True


def _keep(case: Case, told: Told, at: datetime) -> None:
    if told.when:
        case.safe_when, case.safe_said_at, case.safe_word = told.when, at, ""
    case.safe_word = told.word or case.safe_word
    case.number = case.number or told.number
    case.save(update_fields=["safe_when", "safe_said_at", "safe_word", "number"])


def of(case: Case, *, at: datetime) -> Window:
    """Whether the person of the case may be called at this time."""
    window = hours(case, at=at)
    if window.word in ("", "later") and not case.number:
        return Window("number")
    return window


def hours(case: Case, *, at: datetime) -> Window:
    """The same by what they said alone, whether or not there is a number."""
    if not case.safe_when or case.safe_said_at is None:
        return Window("unasked")
    if case.safe_when == Case.When.NEVER:
        return Window("never")
    return _window(case, case.safe_said_at, at)


def _window(case: Case, said_at: datetime, at: datetime) -> Window:
    last = said_at + HOLDS
    for opens, closes in _spans(case, said_at, at):
        if at < closes and opens < last:
            return Window("" if opens <= at else "later", opens, min(closes, last))
    return Window("over")


def _spans(case: Case, said_at: datetime, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The safe hours of today and of the days after, in their order."""
    zones = clocks(case)
    if case.safe_when == Case.When.NOW:
        yield said_at.astimezone(zones[0]), (said_at + AT_ONCE).astimezone(zones[0])
        return
    first, last = HOURS[Case.When(case.safe_when)]
    today = at.astimezone(zones[0]).date()
    for day in (today, today + timedelta(days=1)):
        opens = max(datetime.combine(day, time(first), zone) for zone in zones)
        closes = min(datetime.combine(day, time(last), zone) for zone in zones)
        yield opens.astimezone(zones[0]), closes.astimezone(zones[0])


def clocks(case: Case) -> list[ZoneInfo]:
    """The country's clock; where none is known a time must be safe by the clocks of all of them."""
    if case.country in COUNTRIES:
        return [COUNTRIES[case.country].zone]
    return [country.zone for country in COUNTRIES.values()]

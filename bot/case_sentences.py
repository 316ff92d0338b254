"""What officers read about a case: its line in the list, why nobody may be called now, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bot import windows
from bot.models import Case
from bot.origins import door, place
from bot.windows import Window
from people import languages


@dataclass(frozen=True, slots=True)
class Line:
    """A case without anything that was said in it."""

    pk: int
    door: str
    place: str
    language: str
    code: str  # of the language
    rule: str
    heard_at: datetime
    state: str
    state_name: str
    taken_by: str
    taken_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    reason: str
    when: str  # when a call is safe, in words; "" where nobody asked
    callable: bool  # now
    says: str  # yes, no, or nothing: in danger now?
    says_name: str


def lines(cases: Iterable[Case], *, at: datetime) -> list[Line]:
    """One query for the languages, however many cases."""
    spoken = languages.known()
    return [_line(case, spoken.get(case.language), at) for case in cases]


def line(case: Case, *, at: datetime) -> Line:
    return lines([case], at=at)[0]


def _line(case: Case, known: languages.Language | None, at: datetime) -> Line:
    return Line(
        pk=case.pk,
        door=door(case.door),
        place=place(case.country),
        language=known.autonym if known else case.language,
        code=case.language,
        rule=case.rule,
        heard_at=case.heard_at,
        state=case.state,
        state_name=case.get_state_display(),
        taken_by=case.taken_by.get_username() if case.taken_by else "",
        taken_at=case.taken_at,
        closed_by=case.closed_by.get_username() if case.closed_by else "",
        closed_at=case.closed_at,
        reason=case.get_reason_display() if case.reason else "",
        when=case.get_safe_when_display() if case.safe_when else "",
        callable=_hours_open(case, at),
        says=case.says,
        says_name=case.get_says_display() if case.says else "",
    )


def _hours_open(case: Case, at: datetime) -> bool:
    """By the hours alone: a list never loads the number itself."""
    return case.state != Case.State.CLOSED and windows.hours(case, at=at).word == ""


def calling(case: Case, window: Window) -> str:
    """Whether the person may be called, in a sentence; hours are those of their country."""
    if window.word == "unasked":
        return _("They were not asked, or did not say, whether a call is safe: do not call.")
    if window.word == "never":
        return _("They said that no call is safe: do not call.")
    if window.word == "number":
        return _("There is no number to call.")
    if window.word == "over":
        days = {"days": windows.HOLDS // timedelta(days=1)}
        return (
            _(
                "The time they named is over; what they say holds for %(days)s days at most. "
                "Do not call unless they write again and name a new time."
            )
            % days
        )
    times = {"opens": _clock(window.opens), "closes": _clock(window.closes)}
    times["place"] = place(case.country)
    if window.word == "later":
        return (
            _(
                "Not now. They said a call is safe from %(opens)s to %(closes)s, on the clock of the "
                "country (%(place)s)."
            )
            % times
        )
    return (
        _("A call is safe now, until %(closes)s on the clock of the country (%(place)s).") % times
    )


def _clock(at: datetime | None) -> str:
    return date_format(at, "DATETIME_FORMAT") if at else ""


def refused(word: str, who: str = "") -> str:
    """Why a step with a case is not possible, in a sentence. `who`: the colleague who came before."""
    theirs = {
        "taken": _("%(who)s has this case."),
        "closed": _("%(who)s closed this case."),
        "not-yours": _("%(who)s has this case now: it is for one officer at a time."),
    }
    if who and word in theirs:
        return theirs[word] % {"who": who}
    return {
        "closed": _("This case is closed."),
        "not-yours": _("Take the case first: it is for one officer at a time."),
        "reason": _("Say why the case is closed."),
    }[word]

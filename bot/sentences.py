"""What colleagues read about a question to a person: its line in the list, what became of an answer, why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bot.answering import PARTS
from bot.holding import HELD
from bot.models import Wish
from bot.origins import door, place
from people import languages


@dataclass(frozen=True, slots=True)
class Line:
    """A question without anything that was said."""

    pk: int
    place: str
    door: str
    language: str
    code: str  # of the language
    asked_at: datetime
    answered_at: datetime | None
    state: str
    state_name: str
    taken_by: str
    taken_at: datetime | None
    closed_at: datetime | None
    reason: str


def lines(wishes: Iterable[Wish]) -> list[Line]:
    """One query for the languages, however many questions."""
    spoken = languages.known()
    return [_line(wish, spoken.get(wish.language)) for wish in wishes]


def _line(wish: Wish, known: languages.Language | None) -> Line:
    return Line(
        pk=wish.pk,
        place=place(wish.country),
        door=door(wish.door),
        language=known.autonym if known else wish.language,
        code=wish.language,
        asked_at=wish.asked_at,
        answered_at=wish.answered_at,
        state=wish.state,
        state_name=wish.get_state_display(),
        taken_by=wish.taken_by.get_username() if wish.taken_by else "",
        taken_at=wish.taken_at,
        closed_at=wish.closed_at,
        reason=wish.get_reason_display() if wish.reason else "",
    )


def refused(word: str, who: str = "") -> str:
    """Why a step or an answer is not possible, in a sentence. `who`: the colleague who came before."""
    theirs = {
        "taken": _("%(who)s has this question. After %(hours)s hours another may take it over."),
        "closed": _("%(who)s closed this question."),
        "not-yours": _("%(who)s has this question now: it is for one colleague at a time."),
    }
    if who and word in theirs:
        return theirs[word] % {"who": who, "hours": HELD.seconds // 3600}
    return {
        "closed": _("This question is closed."),
        "not-yours": _("Take the question first: it is for one colleague at a time."),
        "reason": _("Say why the question is closed."),
        "colleague": _("Choose a colleague who may answer questions of this country."),
        "empty": _("Write an answer, or choose one that is ready."),
        "long": _("Your own words may fill %(parts)s SMS at most, or 600 characters in a chat.")
        % {"parts": PARTS},
        "changed": _("Nothing was sent: something new stands above. Read it, then send again."),
        "gone": _("What they wrote is held no more: nobody can be answered."),
        "stopped": _("They said STOP after asking: nothing is sent to them."),
        "away": _("Their chat page was closed or left: an answer would reach nobody."),
        "no-way": _("No answer can be sent where they wrote from any more."),
    }[word]


def became(state: str) -> str:
    """What became of the single SMS of an answer."""
    return {
        "waiting": _("waits to be sent"),
        "begun": _("whether it went out is unknown; it is not sent again by itself"),
        "sent": _("sent"),
        "refused": _("was not sent"),
    }.get(state, "")


def days() -> list[tuple[int, str]]:
    """0 Monday to 6 Sunday, by name."""
    names = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"))
    return list(enumerate((*names, _("Saturday"), _("Sunday"))))


def not_set(word: str) -> str:
    """Why hours or a holiday stay as they are."""
    return {
        "days": _("Tick the days on which somebody reads."),
        "order": _("The hours must end later than they begin, the same day."),
        "day": _("Give the day of the holiday."),
        "past": _("This day is over."),
        "many": _("There are enough holidays to come."),
    }[word]

"""One colleague at a time has a case or a question: taken, given back, handed over, closed; the same for both.

Each step is made under the row's lock. What must be on record of it, and who may ask for it, say `cases` and `inbox`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from bot.models import Case, Wish
from people.models import Staff

HELD = timedelta(hours=8)  # a shift: then a colleague may take it over
One = TypeVar("One", Case, Wish)


class NotDone(ValueError):  # noqa: N818 - named for what it is
    """The step is not possible any more. `word`: taken, closed, not-yours, reason; of questions also colleague, and
    of answers what bot.answering says. `who`: the colleague who has it or closed it, "" where it is nobody.
    """

    def __init__(self, word: str, who: Staff | None = None) -> None:
        super().__init__(word)
        self.word, self.who = word, who.get_username() if who else ""


@contextmanager
def changed(model: type[One], pk: int) -> Iterator[One]:
    """The row, locked, and saved on leaving. Raises NotDone where it is closed."""
    with transaction.atomic():
        one = model.objects.select_for_update().get(pk=pk)
        if one.state == model.State.CLOSED:
            raise NotDone("closed", one.closed_by)
        yield one
        one.save()


def may_take(one: Case | Wish, *, at: datetime) -> bool:
    """Whether it is with nobody, with one who left, or was held longer than a shift."""
    if one.taken_by is None or one.taken_at is None or not one.taken_by.is_active:
        return True
    return at - one.taken_at >= HELD


def may_read(one: Case | Wish, by: Staff) -> bool:
    """What a colleague has is the colleague's."""
    return one.state == one.State.NEW or one.taken_by_id == by.pk


def take(one: Case | Wish, *, by: Staff, at: datetime) -> None:
    if one.taken_by_id != by.pk and not may_take(one, at=at):
        raise NotDone("taken", one.taken_by)
    one.state, one.taken_by, one.taken_at = one.State.TAKEN, by, at


def give_back(one: Case | Wish, *, by: Staff) -> None:
    own(one, by)
    one.state, one.taken_by, one.taken_at = one.State.NEW, None, None


def close(one: Case | Wish, reason: str, *, by: Staff, at: datetime) -> None:
    """`reason`: one of the model's that a colleague may give."""
    own(one, by)
    if reason not in one.Reason.values:
        raise NotDone("reason")
    one.state, one.reason = one.State.CLOSED, reason
    one.closed_by, one.closed_at = by, at


def own(one: Case | Wish, by: Staff) -> None:
    """Raises NotDone where a colleague has it, or nobody."""
    if one.taken_by_id != by.pk:
        raise NotDone("not-yours", one.taken_by)

"""What lapses within thirty days or has lapsed, whatever it is: numbers, figures, texts due for another look."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.editions.content import SOURCE
from campaigns.models import Fact, Status, Text
from campaigns.proofs.citing import Use, uses
from campaigns.proofs.entries import place, seen_by
from campaigns.proofs.expiring import SOON, numbers_ending
from people.models import Staff

NUMBER, FACT, ITEM = "number", "fact", "item"


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that somebody must look at again. `on`: the first day it does not hold."""

    thing: str
    code: str
    name: str
    on: date
    then: str  # what happens that day
    where: str = ""

    def lapsed(self, today: date) -> bool:
        return self.on <= today


def coming(staff: Staff, *, on: date) -> list[Coming]:
    """The soonest first; only what the reader may see."""
    found = [*_numbers(staff, on)]
    if staff.has_perm("campaigns.view_fact"):
        found += _facts(on)
    if staff.has_perm("campaigns.view_contentitem"):
        found += _items(staff, on)
    return sorted(found, key=lambda one: (one.on, one.thing, one.code))


def _numbers(staff: Staff, on: date) -> Iterator[Coming]:
    then = _("People read that there is no number for their country yet.")
    for row in numbers_ending(on + SOON, among=seen_by(staff)):
        if row.expires:
            yield Coming(NUMBER, row.code, row.name, row.expires, then, place(row.country))


def _facts(on: date) -> Iterator[Coming]:
    rows = list(Fact.objects.filter(expires__lte=on + SOON))
    used = uses(row.code for row in rows) if rows else {}
    for row in rows:
        if row.expires:
            yield Coming(FACT, row.code, row.claim, row.expires, _without(used, row.code))


def _without(used: Mapping[str, list[Use]], code: str) -> str:
    texts = len(used.get(code, ()))
    if not texts:
        return _("No text rests on it.")
    said = ngettext(
        "%(number)d text that rests on it is left out, or an earlier one shown.",
        "%(number)d texts that rest on it are left out, or earlier ones shown.",
        texts,
    )
    return said % {"number": texts}


def _items(staff: Staff, on: date) -> Iterator[Coming]:
    """Items whose review is due: so many days after their newest approved English text."""
    then = _("Nothing changes by itself; the text needs review.")
    approved = Text.objects.filter(
        Q(item__countries=[]) | Q(item__countries__overlap=staff.own),
        language=SOURCE,
        status=Status.APPROVED,
        approved_at__isnull=False,
        item__retired=False,
        item__review_days__isnull=False,
    )
    newest = approved.order_by("item_id", "-id").distinct("item_id").select_related("item")
    for text in newest:
        day = _review(text)
        if day <= on + SOON:
            yield Coming(ITEM, text.item.code, text.title, day, then)


def _review(text: Text) -> date:
    approved = timezone.localdate(text.approved_at)
    return approved + timedelta(days=text.item.review_days or 0)

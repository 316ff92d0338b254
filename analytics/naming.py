"""Naming a network, renaming it and taking that back: what stands against it, and who did it.

Only the table of names changes. Exposures, figures and everything sent keep the code as it came.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Func
from django.utils.translation import gettext as _

from analytics import networks
from analytics.definitions import COUNTRIES
from analytics.models import Network
from analytics.networks import CODE, Named
from analytics.refusals import NotKept

Fault = tuple[str, str]  # name of the column, what is wrong with it


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes a name, when, and after how many changes of the row as they saw it."""

    by: str
    at: datetime
    seen: int = 0


def faults(one: Named) -> list[Fault]:
    """Everything that stands against the name of a network, by column."""
    return [*_code(one), *_country(one), *_name(one)]


def _code(one: Named) -> Iterator[Fault]:
    if not CODE.fullmatch(one.code):
        yield (
            "code",
            _("A code has up to 16 letters, digits, hyphens and underscores, as 63902."),
        )


def _country(one: Named) -> Iterator[Fault]:
    said = networks.country_of(one.code)
    if said and one.country != said:
        words = _("Codes that begin with %(digits)s are of %(country)s.")
        yield "country", words % {"digits": one.code[: networks.MCC], "country": COUNTRIES[said]}


def _name(one: Named) -> Iterator[Fault]:
    if not one.name.isprintable():
        yield "name", _("The name holds a mark that cannot be seen: type it anew.")
    same = Network.objects.filter(country=one.country, name__iexact=one.name).exclude(pk=one.code)
    if one.name and (twin := same.first()):
        words = _("%(code)s is called %(name)s already: add what tells the two apart.")
        yield "name", words % {"code": twin.code, "name": twin.name}


def add(one: Named, act: Act) -> None:
    """Name a code for the first time. Raises NotKept."""
    row = Network(**asdict(one), before=["", "", ""])
    try:
        with transaction.atomic():
            row.changes, row.changed_by, row.changed_at = 1, act.by, act.at
            row.save(force_insert=True)
    except IntegrityError:
        words = _("%(code)s, or the name, is on the list already: look at it again.")
        raise NotKept(words % {"code": one.code}) from None
    networks.forget()


def rename(one: Named, act: Act) -> None:
    """Call a network something else; what it was called before can be put back. Raises NotKept."""
    try:
        with transaction.atomic():
            changed = Network.objects.filter(pk=one.code, changes=act.seen).update(
                country=one.country,
                name=one.name,
                source=one.source,
                seeded=networks.seeded().get(one.code) == one,
                before=_told(),
                changes=F("changes") + 1,
                changed_by=act.by,
                changed_at=act.at,
            )
    except IntegrityError:
        changed = 0
    if not changed:
        raise NotKept(_moved(one.code))
    networks.forget()


def put_back(code: str, act: Act) -> Named:
    """Undo the last change of a network; again undoes that. What it is called then. Raises NotKept."""
    row = Network.objects.get(pk=code)
    if not row.before:
        raise NotKept(_("Nothing was changed here yet."))
    country, name, source = row.before
    one = Named(code, country or row.country, name, source)
    if found := faults(one):
        raise NotKept(" ".join(words for _column, words in found))
    rename(one, act)
    return one


def _told() -> Func:
    """What the row says before the update, as the array that `Network.before` is."""
    return Func(F("country"), F("name"), F("source"), template="ARRAY[%(expressions)s]")


def _moved(code: str) -> str:
    return _("Somebody else has just changed %(code)s. Look at it again.") % {"code": code}

"""The register of saved audiences: made, changed, archived; never under a blast that still collects its people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from campaigns.blasts import audiences, members, permits
from campaigns.models.blasts import Audience, Blast
from people import audit
from people.audit import Kind
from people.models import ImportRun, Staff
from people.offering import NotKept


class Source(StrEnum):
    """Where the people of an audience come from: its filters alone, or a list that they then sift."""

    FILTERS = ""
    KEPT = "kept"  # the list it has, or the one of the audience it is made like
    IMPORT = "import"
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class Listing:
    """What an explicit audience's list is taken from."""

    source: Source = Source.FILTERS
    like: Audience | None = None
    run: ImportRun | None = None
    addresses: tuple[str, ...] = ()


EVERYBODY = Listing()


def mine(staff: Staff) -> QuerySet[Audience]:
    """Audiences that lie wholly in the staff's countries, by name."""
    return Audience.objects.filter(countries__contained_by=staff.countries).order_by("name")


def used(among: Iterable[Audience], staff: Staff) -> Mapping[int, list[Blast]]:
    """Audience id -> the staff's blasts of it, the newest first (one query)."""
    found: dict[int, list[Blast]] = {}
    blasts = Blast.objects.filter(audience__in=among, countries__contained_by=staff.countries)
    for blast in blasts.order_by("-planned_at").defer("excluded"):
        found.setdefault(blast.audience_id, []).append(blast)
    return found


@transaction.atomic
def keep(audience: Audience, listing: Listing = EVERYBODY, *, by: Staff, at: datetime) -> int:
    """Store a new audience, or a change; how many people its list took. Raises permits.Refused, NotKept.

    Blasts that were planned keep their people: a plan writes down who gets it.
    """
    permits.may(by, permits.PLAN, audience.countries)
    if audience.pk:
        _free(_held(audience, by))
    if audiences.standing(audience.name):
        raise NotKept(_("That name stands for a whole country, or for all: choose another one."))
    audience.explicit = listing.source != Source.FILTERS
    audience.save()
    joined = _take(audience, listing)
    if listing.source == Source.NUMBERS:
        told = {"audience": str(audience.pk), "numbers": str(len(listing.addresses))}
        audit.note(Kind.IMPORT, by=by, what="numbers chose an audience", details=told, at=at)
    return joined


def _take(audience: Audience, listing: Listing) -> int:
    """The list anew, but for the one that is to stay."""
    like = listing.like
    if listing.source == Source.KEPT:
        return members.take_list(audience, like) if like and like.pk != audience.pk else 0
    members.clear(audience)
    if listing.source == Source.IMPORT and listing.run:
        return members.take_import(audience, listing.run)
    if listing.source == Source.NUMBERS:
        return members.take_numbers(audience, listing.addresses)
    return 0


@transaction.atomic
def remove(audience: Audience, *, by: Staff, at: datetime) -> bool:
    """Delete it, or archive it where a blast rests on it. Whether it is gone. Raises as keep()."""
    held = _held(audience, by)
    _free(held)
    try:
        with transaction.atomic():
            held.delete()
    except ProtectedError:
        held.archived_at = at
        held.save(update_fields=["archived_at"])
        return False
    return True


@transaction.atomic
def put_back(audience: Audience, *, by: Staff) -> None:
    """Take an archived one into use again. Raises as keep()."""
    held = _held(audience, by)
    held.archived_at = None
    held.save(update_fields=["archived_at"])


def _held(audience: Audience, by: Staff) -> Audience:
    """The row as it is kept, locked: no blast can be planned of it until this is over."""
    held = Audience.objects.select_for_update().get(pk=audience.pk)
    permits.may(by, permits.PLAN, held.countries)
    return held


def _free(held: Audience) -> None:
    if audiences.standing(held.name):
        raise NotKept(
            _("This audience stands for a whole country, or for all, and stays as it is.")
        )
    if Blast.objects.filter(audience=held, state=Blast.State.PLANNED, frozen_at=None).exists():
        raise NotKept(_("A blast is collecting its people just now: try again in a moment."))

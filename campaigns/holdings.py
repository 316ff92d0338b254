"""What is held on one number, for the person who asks: shown masked, handed out, or forgotten.

Never what somebody asked or wrote, nor that somebody in danger was heard: whoever holds the phone may not be its
owner, and a paper is read by others. Messages are one count, whatever room keeps them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics import recounts
from campaigns.blasts import erasure, reasons
from campaigns.models.deliveries import Delivery, Fate
from campaigns.replies import retention
from people import audit, consent, identity, phones
from people.audit import Kind
from people.countries import CODES
from people.masking import mask
from people.models import AuditEntry, Consent, Person, Staff, Subject, Suppression

MOST_AN_HOUR = 20  # look-ups: a list of numbers must not be tried against ours
MOST_DELIVERIES = 1000  # handed out, the newest first
GOOD_FOR = timedelta(minutes=30)  # what the page shows may be acted on
LOOKED_UP = "looked up one number"

# group -> (words, tables with a token): each table of the data map is in one of them, a test holds
GROUPS: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = MappingProxyType(
    {
        "profile": (_("number and profile"), ("people.Person",)),
        "consents": (_("consents"), ("people.Consent",)),
        "counts": (_("way from the number to the counts"), ("people.Subject",)),
        "deliveries": (_("campaign messages, planned or sent"), ("campaigns.Delivery",)),
        "lots": (_("campaign messages that a lot kept back"), ("campaigns.HeldOut",)),
        "audiences": (_("audiences that name the number"), ("campaigns.AudienceMember",)),
        "messages": (
            _("single messages, questions and receipts"),
            (
                *("campaigns.Answer", "campaigns.Forward", "campaigns.ReceiptRow"),
                *("bot.Case", "bot.Wish"),
            ),
        ),
        "seen": (_("times that staff saw the number"), ("people.Reveal",)),
    }
)
FOLLOWED_UP = ("people.Erasure", "people.Successor")  # how a wish itself is followed


class NotShown(ValueError):  # noqa: N818 - named for what it is
    """Nothing is shown. `word`: country, often or late."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery as it may be told: never which item it was."""

    at: datetime | None
    state: str
    language: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that is held. `number` is in no repr, so that no log and no error page shows it."""

    number: str = field(repr=False)
    country: str  # "" outside the programme
    person: Person | None
    consents: tuple[Consent, ...]
    suppressions: tuple[Suppression, ...]  # standing ones
    subject: Subject | None
    months: int  # in which the ledger counts the subject
    deliveries: tuple[Sent, ...]
    counts: Mapping[str, int]  # group -> rows

    @property
    def masked(self) -> str:
        return mask(self.number)

    @property
    def nothing(self) -> bool:
        return not any(self.counts.values()) and not self.suppressions

    @property
    def told(self) -> list[tuple[str, int]]:
        """(words, rows) of what there is."""
        return [(str(GROUPS[group][0]), rows) for group, rows in self.counts.items() if rows]


# --- looking up ---------------------------------------------------------------------------------------


def look_up(number: str, *, by: Staff, at: datetime) -> Holdings:
    """What is held on an E.164 number, after it was put on record that somebody looked. Raises NotShown."""
    country = phones.country_of(number)
    _allow(country, by, at)
    with transaction.atomic():
        audit.note(Kind.LOOKUP, by=by, what=LOOKED_UP, country=country, at=at)
    return of(number)


def _allow(country: str, by: Staff, at: datetime) -> None:
    """Numbers of elsewhere are for whoever looks after all countries."""
    own = country in by.countries if country else set(CODES) <= set(by.countries)
    if not own:
        raise NotShown("country")
    hour = AuditEntry.objects.filter(staff=by.pk, what=LOOKED_UP, at__gt=at - timedelta(hours=1))
    if hour.count() >= MOST_AN_HOUR:
        raise NotShown("often")


def of(number: str) -> Holdings:
    """What is held now. A dozen look-ups by token, each by an index."""
    address = f"tel:{number}"
    identity.follow([address], again=True)  # a rotation may have left something under an older key
    tokens = _tokens(address)
    subject = Subject.objects.filter(token__in=tokens).order_by("met_at").first()
    person = Person.objects.filter(token__in=tokens).select_related("basis").first()
    return Holdings(
        number=number,
        country=phones.country_of(number),
        person=person,
        consents=tuple(_agreed(tokens, person)),
        suppressions=tuple(
            Suppression.objects.filter(
                token=identity.suppression_token(address), lifted_at=None
            ).order_by("since")
        ),
        subject=subject,
        months=recounts.months(subject.subject) if subject else 0,
        deliveries=tuple(_sent(tokens)),
        counts={group: _rows(places, tokens) for group, (_words, places) in GROUPS.items()},
    )


def _tokens(address: str) -> list[str]:
    """The number's own, and those of chats whose person shared it."""
    own = identity.token(address)
    subjects = Subject.objects.filter(token=own).values("subject")
    linked = Subject.objects.filter(subject__in=subjects).values_list("token", flat=True)
    return list({own, *linked})


def _agreed(tokens: list[str], person: Person | None) -> "QuerySet[Consent]":
    """The person's own consents, and the one of the list by which they are on ours."""
    of_list = person.basis_id if person else None
    return Consent.objects.filter(Q(token__in=tokens) | Q(pk=of_list)).order_by("given_at", "pk")


def _rows(places: tuple[str, ...], tokens: list[str]) -> int:
    """Tables of rooms above are asked by name: nothing points upward."""
    managers = (apps.get_model(place)._default_manager for place in places)  # noqa: SLF001 - any model's
    return sum(manager.filter(token__in=tokens).count() for manager in managers)


def _sent(tokens: list[str]) -> list[Sent]:
    rows = Delivery.objects.filter(token__in=tokens).exclude(Q(state=Fate.PLANNED) | Q(at=None))
    newest = rows.order_by("-at").values_list("at", "state", "reason", "language")
    return [
        Sent(at, _state(state, reason), language)
        for at, state, reason, language in newest[:MOST_DELIVERIES]
    ]


def _state(state: int, reason: str) -> str:
    words = str(Fate(state).label)
    return f"{words}: {reasons.REASONS.get(reason, reason)}" if reason else words


# --- from one page to the next, without the number in an address, a session or a table -------------------


def hand_over(found: Holdings, *, by: Staff, at: datetime) -> str:
    """The number sealed, for the page's own forms: good for half an hour, and for this member of staff."""
    return identity.seal(json.dumps([found.number, by.pk, at.timestamp()]))


def taken_over(sealed: str, *, by: Staff, at: datetime) -> str:
    """The number again. Raises NotShown for one too old, of somebody else, or not ours."""
    try:
        number, staff, made = json.loads(identity.unseal(sealed, identity.TEXT))
    except (ValueError, TypeError):
        raise NotShown("late") from None
    if staff != by.pk or not 0 <= at.timestamp() - made <= GOOD_FOR.total_seconds():
        raise NotShown("late")
    return str(number)


# --- forgetting ---------------------------------------------------------------------------------------


def forget(number: str, *, stop: bool, by: Staff, at: datetime) -> Holdings:
    """Erase what is held on the number; what there was. `stop`: no message ever again, too.

    Cases and journal lines follow within minutes. A suppression that stands is never lifted by this.
    """
    address = f"tel:{number}"
    with transaction.atomic():
        before, tokens = of(number), _tokens(address)
        erasure.forget(identity.token(address), former=identity.former_tokens(address))
        for token in tokens:
            retention.forget(token, before=at)
        if stop:
            consent.end(number, how="staff", at=at)
        told = {group: str(rows) for group, rows in before.counts.items() if rows}
        told["messages end too"] = "yes" if stop else "no"
        what = "forgot one person"
        audit.note(Kind.ERASE, by=by, what=what, country=before.country, details=told, at=at)
    return before

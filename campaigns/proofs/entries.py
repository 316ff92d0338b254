"""The directory as pages show it: whose entries, in which state, and where a number is still missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db.models import Q, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.editions.tokens import KINDS, LISTED
from campaigns.models import Referral, Source
from campaigns.press.directory import SAUDI
from campaigns.proofs.expiring import SOON
from people.countries import CODES, COUNTRIES
from people.models import Staff

KIND_WORDS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "hotline": _("help line"),
        "police": _("police"),
        "child": _("child help"),
        "gbv": _("help for women, violence"),
        "asylum": _("asylum, refugees"),
        "consular": _("consulate, citizens abroad"),
        "labour": _("labour office"),
        "ksa_labour": _("labour line in Saudi Arabia"),
        "mrc": _("migration response centre"),
        "mobile unit": _("mobile unit"),
        "general": _("general information"),
    }
)
# Places outside the programme where people of the eight countries are, or pass.
ABROAD: Mapping[str, str | Promise] = MappingProxyType(
    {
        "SA": _("Saudi Arabia"),
        "YE": _("Yemen"),
        "LY": _("Libya"),
        "EG": _("Egypt"),
        "AE": _("United Arab Emirates"),
        "LB": _("Lebanon"),
        "JO": _("Jordan"),
        "KW": _("Kuwait"),
        "OM": _("Oman"),
        "QA": _("Qatar"),
        "BH": _("Bahrain"),
        "TZ": _("Tanzania"),
        "ZA": _("South Africa"),
    }
)


class State(TextChoices):
    """What may be done with an entry's number."""

    PROVEN = "proven", _("proven")
    SOON = "soon", _("to be called within 30 days")
    EXPIRED = "expired", _("expired")
    NEVER = "never", _("not proven")
    NO_NUMBER = "no-number", _("has no number")
    INVENTED = "invented", _("invented")


def state(row: Referral, *, on: date) -> State:
    """Expired: a call proved it once, and that does not hold any more."""
    if row.fictitious:
        return State.INVENTED
    if not row.number:
        return State.NO_NUMBER
    if row.verified_by_call_on is None or row.expires is None:
        return State.NEVER
    if row.expires <= on:
        return State.EXPIRED
    return State.SOON if row.expires <= on + SOON else State.PROVEN


def seen_by(staff: Staff) -> QuerySet[Referral]:
    """Entries of the reader's countries, and of those abroad, which serve all."""
    found = Referral.objects.filter(Q(country__in=staff.own) | ~Q(country__in=CODES))
    return found.select_related("verified_by")


def place(country: str) -> str:
    """The country's name."""
    known = COUNTRIES.get(country)
    return str(known.name if known else ABROAD.get(country, country))


def kind_word(kind: str) -> str:
    return str(KIND_WORDS.get(kind, kind))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory."""

    row: Referral
    state: State
    place: str
    kinds: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader looks for; empty parts do not filter."""

    country: str = ""
    kind: str = ""
    state: str = ""
    words: str = ""


def entries(staff: Staff, wish: Wish, *, on: date) -> list[Entry]:
    """The entries that fit, in two queries."""
    rows = seen_by(staff)
    if wish.country:
        rows = rows.filter(country=wish.country)
    if wish.kind:
        rows = rows.filter(kinds__contains=[wish.kind])
    for word in wish.words.split():
        fields = ("name", "place", "number", "code", "note", "other")
        rows = rows.filter(_any(fields, word))
    ordered = rows.order_by("fictitious", "country", "name")
    shown = [row for row in ordered if not wish.state or state(row, on=on) == wish.state]
    return described(shown, on=on)


def _any(fields: Iterable[str], word: str) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": word})
    return found


def described(rows: Sequence[Referral], *, on: date) -> list[Entry]:
    codes = {code for row in rows for code in row.sources}
    known = {one.code: one for one in Source.objects.filter(code__in=codes)}
    return [
        Entry(
            row,
            state(row, on=on),
            place(row.country),
            tuple(map(kind_word, row.kinds)),
            tuple(known[code] for code in row.sources if code in known),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Missing:
    """A kind of help for which people of a country read that there is no number."""

    country: str
    kind: str
    collected: int  # entries with a number that somebody would only have to call

    @property
    def place(self) -> str:
        return place(self.country)

    @property
    def word(self) -> str:
        return kind_word(self.kind)


def missing(countries: Iterable[str], *, on: date) -> list[Missing]:
    """Where no number may be shown, what is listed for help first; one query."""
    real = Referral.objects.filter(fictitious=False).exclude(number="")
    proven: set[tuple[str, str]] = set()
    collected: dict[tuple[str, str], int] = {}
    for row in real:
        for pair in _named(row):
            if state(row, on=on) in (State.PROVEN, State.SOON):
                proven.add(pair)
            else:
                collected[pair] = collected.get(pair, 0) + 1
    pairs = [(country, kind) for country in countries for kind in LISTED]
    wanted = [*pairs, (SAUDI, "ksa_labour")] if pairs else []
    return [Missing(*pair, collected.get(pair, 0)) for pair in wanted if pair not in proven]


def _named(row: Referral) -> list[tuple[str, str]]:
    """What texts name it as; as campaigns.press.directory fills them."""
    if row.country == SAUDI:
        return [(SAUDI, "ksa_labour")] if "labour" in row.kinds else []
    return [(row.country, kind) for kind in row.kinds if kind in KINDS]

"""The places of the navigation: what they are called, who sees them, and which addresses lie in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Reader(Protocol):
    @property
    def is_staff(self) -> bool: ...

    def has_perm(self, permission: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Place:
    """`view` is where it leads; `within`: how the names of the addresses that belong to it begin."""

    view: str
    name: str | Promise
    seen_by: Callable[[Reader], bool]
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    name: str | Promise
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Link:
    address: str
    name: str | Promise
    current: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """A group as one reader sees it; with a single link it is no menu, but that link."""

    name: str | Promise
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        return any(link.current for link in self.links)


def _holds(*permissions: str) -> Callable[[Reader], bool]:
    return lambda reader: any(reader.has_perm(one) for one in permissions)


def _confirms(reader: Reader) -> bool:
    """Who sees all staff finds the proposals there."""
    return reader.has_perm("people.view_proposal") and not reader.has_perm("people.view_staff")


CONTENT = Group(
    _("Content"),
    (
        Place(
            "campaigns:contents",
            _("Content"),
            _holds("campaigns.view_contentitem"),
            (
                "campaigns:content",
                "campaigns:item",
                "campaigns:wording",
                "campaigns:tokens",
                "campaigns:notices",
            ),
        ),
        Place(
            "campaigns:translation",
            _("Translation"),
            _holds("campaigns.add_text", "campaigns.approve_text"),
            ("campaigns:translation",),
        ),
        Place(
            "campaigns:editions",
            _("Editions"),
            _holds("campaigns.view_edition"),
            ("campaigns:edition",),
        ),
        Place(
            "campaigns:directory",
            _("Directory"),
            _holds("campaigns.view_referral"),
            ("campaigns:directory", "campaigns:referral", "campaigns:expiring"),
        ),
        Place("campaigns:facts", _("Facts"), _holds("campaigns.view_fact"), ("campaigns:fact",)),
        Place(
            "people:languages",
            _("Languages"),
            _holds("people.view_language"),
            ("people:language", "people:inquiry", "people:district"),
        ),
        Place("ussd:simulator", _("Simulator"), _holds("ussd.use_simulator"), ("ussd:",)),
    ),
)
SENDING = Group(
    pgettext_lazy("group of places", "Sending"),
    (
        Place(
            "campaigns:blasts",
            _("Blasts"),
            _holds("campaigns.view_blast"),
            (
                "campaigns:blast",
                "campaigns:cost",
                "campaigns:report",
                "campaigns:outcomes",
                "ussd:sent",
            ),
        ),
        Place(
            "campaigns:audiences",
            _("Audiences"),
            _holds("campaigns.view_audience"),
            ("campaigns:audience",),
        ),
        Place(
            "campaigns:series",
            _("Series"),
            _holds("campaigns.view_blast"),
            ("campaigns:series", "campaigns:occasions"),
        ),
    ),
)
PEOPLE = Group(
    _("People"),
    (
        Place(
            "people:list",
            _("People"),
            _holds("people.view_person"),
            (
                "people:list",
                "people:purges",
                "people:reveal",
                "people:import",
                "campaigns:tags",
                "campaigns:person",
            ),
        ),
    ),
)
ANSWERS = Group(
    pgettext_lazy("group of places", "Answers"),
    (
        Place(
            "bot:inbox",
            _("Inbox"),
            _holds("bot.view_wish"),
            ("bot:inbox", "bot:wish", "bot:office"),
        ),
        Place(
            "bot:questions",
            _("Questions"),
            _holds("bot.view_question"),
            ("bot:question", "bot:decided", "bot:pairs"),
        ),
        Place(
            "bot:cases",
            _("Cases"),
            _holds("bot.view_case"),
            ("bot:case", "bot:candidates", "bot:duty"),
        ),
        Place(
            "bot:safeguarding",
            _("Rules of danger"),
            _holds("bot.view_dangerrule"),
            ("bot:safeguarding",),
        ),
    ),
)
FIGURES = Group(
    pgettext_lazy("group of places", "Figures"),
    (
        Place(
            "analytics:reach",
            _("Reach"),
            _holds("analytics.view_reach"),
            (
                "analytics:",
                "campaigns:reach-",
                "campaigns:tagged",
                "bot:reach-",
                "ussd:reach-",
                "ussd:suspect",
            ),
        ),
        Place("ussd:funnel", _("USSD menu"), _holds("ussd.view_funnel"), ("ussd:funnel",)),
    ),
)
RUNNING = Group(
    pgettext_lazy("group of places", "Running"),
    (
        Place(
            "people:staff",
            _("Staff"),
            _holds("people.view_staff"),
            (
                "people:staff",
                "people:invite",
                "people:account-",
                "people:badge",
                "people:proposals",
            ),
        ),
        Place("people:proposals", _("Confirm"), _confirms, ("people:proposals",)),
        Place("people:audit", _("Audit"), _holds("people.view_auditentry"), ("people:audit",)),
        Place(
            "operations:troubles",
            _("Operations"),
            _holds("operations.view_trouble"),
            ("operations:",),
        ),
        Place("admin:index", _("Administration"), lambda reader: reader.is_staff, ("admin:",)),
    ),
)
HOME = Group(_("Home"), (Place("home", _("Home"), lambda _reader: True, ("home",)),))
GROUPS = (HOME, CONTENT, SENDING, PEOPLE, ANSWERS, FIGURES, RUNNING)


def menus(reader: Reader, here: str) -> tuple[Menu, ...]:
    """The groups as this reader sees them, standing at the address named `here`; without empty ones."""
    seen = [(group, tuple(_seen(group, reader))) for group in GROUPS]
    current = standing([place for _group, places in seen for place in places], here)
    return tuple(
        Menu(group.name, tuple(_link(place, current) for place in places))
        for group, places in seen
        if places
    )


def standing(places: list[Place], here: str) -> Place | None:
    """The place an address lies in: whose beginning of its name is the longest."""
    found = [
        (len(start), place) for place in places for start in place.within if here.startswith(start)
    ]
    return max(found, key=lambda one: one[0], default=(0, None))[1]


def of(request: HttpRequest) -> tuple[Menu, ...]:
    """What the page's navigation shows to whoever asks for it; nothing before signing in."""
    reader = getattr(request, "user", None)
    if reader is None or not reader.is_authenticated:
        return ()
    return menus(reader, request.resolver_match.view_name if request.resolver_match else "")


def _seen(group: Group, reader: Reader) -> Iterator[Place]:
    return (place for place in group.places if place.seen_by(reader))


def _link(place: Place, current: Place | None) -> Link:
    return Link(reverse(place.view), place.name, place is current)

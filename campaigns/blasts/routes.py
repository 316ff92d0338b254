"""Which provider account, which edition and which campaign: the few lookups every room asks for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext

from analytics.periods import day_of
from campaigns.editions.edition import Edition
from campaigns.models.blasts import ALWAYS_ON, Blast, Campaign
from campaigns.press.shelf import Shelf
from gateways import load
from gateways.base import Gateway
from gateways.messenger import Messenger


class NoRoute(ValueError):  # noqa: N818 - named for what it is
    """There is no such gateway, or nothing to serve through it; the text is for the operator."""


@dataclass(frozen=True, slots=True)
class Road:
    """Where a chunk goes, and what it may still use after that."""

    gateway: str
    sender: str
    onward: tuple[str, ...]


@lru_cache(maxsize=1)
def gateways() -> Mapping[str, Gateway]:
    """Every provider account of this deployment by name, read once a process."""
    return load(settings.GATEWAYS_FILE, data=settings.DATA, network_port=settings.NETWORK_PORT)


def gateway(name: str = "") -> Gateway:
    """The account of that name; without a name the first one that sends SMS. Raises NoRoute."""
    known = gateways()
    found = known.get(name) if name else next(filter(sends, known.values()), None)
    if found is None:
        said = gettext("There is no gateway “%(name)s”; known are %(known)s.")
        raise NoRoute(said % {"name": name, "known": ", ".join(known)})
    return found


def sends(account: Gateway) -> bool:
    """Whether blasts may go through it: people in a chat app agreed to none."""
    return not isinstance(account, Messenger)


def several(names: Sequence[str]) -> tuple[Gateway, ...]:
    """The accounts of these names in their order; without names the first account alone.

    Raises NoRoute, also for simulated and real accounts together: they serve different editions.
    """
    found = tuple(gateway(name) for name in dict.fromkeys(names)) or (gateway(),)
    if not all(map(sends, found)):
        raise NoRoute(gettext("Nobody agreed to get a blast in a chat: choose an account for SMS."))
    if len({one.simulated for one in found}) > 1:
        said = gettext("One blast goes to simulated or to real phones, never to both.")
        raise NoRoute(said)
    return found


def of(blast: Blast) -> tuple[Gateway, ...]:
    """The gateways that a blast may use, the preferred first. Raises NoRoute."""
    return several(blast.routes)


def onward(names: Sequence[str]) -> Road | None:
    """The road to the first of these gateways that is still in the file; None where none is."""
    known = gateways()
    for place, name in enumerate(names):
        if name in known:
            return Road(name, known[name].sender, tuple(names[place + 1 :]))
    return None


@lru_cache(maxsize=1)
def _shelf() -> Shelf:
    return Shelf(settings.DATA / "editions")


def shelf() -> Shelf:
    """The editions of this process; whatever is put here is served here at once."""
    return _shelf()


def edition(*, simulated: bool) -> Edition:
    """The current edition that such a gateway may serve. Raises NoRoute where none is published."""
    own = shelf()
    own.refresh()
    found = own.current(simulated)
    if found is None:
        either = gettext("No edition is published yet: publish the content first.")
        live = gettext("No live edition is published yet: publish the content first.")
        raise NoRoute(either if simulated else live)
    return found


def code_for(gateway: Gateway, country: str) -> str:
    """The USSD code people of that country dial to stop messages; "" where the gateway has none."""
    codes = (code.code for code in gateway.codes.values() if code.country == country)
    return min(codes, key=len, default="")


def opt_out_code(order: Iterable[Gateway], country: str) -> str:
    """The code to print under a text, whichever gateway carries it: that of the first which has one there.

    Where none of them has, any other account's of the same kind, since STOP holds for all. "" without any.
    """
    own = list(order)
    kind = {one.simulated for one in own}
    others = [one for one in gateways().values() if one.simulated in kind]
    return next(filter(None, (code_for(one, country) for one in [*own, *others])), "")


def campaign_of(code: str, country: str, at: datetime) -> str:
    """The campaign that owns a service code that day in that country, else "always-on" (D8)."""
    owners = {
        service.campaign
        for one in gateways().values()
        for service in one.codes.values()
        if service.code == code and service.country == country and service.campaign
    }
    day = day_of(at)
    for campaign in Campaign.objects.filter(code__in=owners):
        begun = campaign.starts is None or campaign.starts <= day
        over = campaign.ends is not None and campaign.ends < day
        if begun and not over and (not campaign.countries or country in campaign.countries):
            return campaign.code
    return ALWAYS_ON

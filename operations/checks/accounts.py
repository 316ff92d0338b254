"""Checks of the ways to people: provider accounts, hooks, prices and opt-out routes of the countries, money."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop as _

from campaigns.blasts import balances, routes
from campaigns.models import Balance, Blast, Price
from gateways import load, probing
from gateways.account import BadSettings
from gateways.base import Gateway
from gateways.messenger import Messenger
from operations.findings import Finding
from people import keywords, languages
from people.countries import CODES
from people.models import Person

PROBE: Final = "/hooks/-/-/ussd"  # no account is called so: our door answers "not here"
OLD: Final = timedelta(days=2)  # a balance that nobody was told of for so long


def accounts(_at: datetime) -> Iterator[Finding]:
    """The gateways file can be used, and its accounts are real ones."""
    try:
        found = _accounts()
    except BadSettings as bad:
        yield Finding(
            _("The accounts cannot be used: {why}"),
            _("Mend the file that NJIA_GATEWAYS names; docs/gateways.md says how."),
            {"why": str(bad)},
        )
        return
    for name, one in found.items():
        if one.simulated and not settings.DEMONSTRATION:
            yield Finding(
                _("The account {name} is simulated: nothing sent through it arrives."),
                _("Take it out of the gateways file."),
                {"name": name},
                about=name,
            )
        elif not one.simulated and not one.allowed:
            yield Finding(
                _("The hooks of {name} take requests from any address that knows the secret."),
                _("Name the provider's networks under allowed in the gateways file."),
                {"name": name},
                about=name,
                wrong=False,
            )


def _accounts() -> Mapping[str, Gateway]:
    """As the file is now, which may be another than this process has read."""
    return load(settings.GATEWAYS_FILE, data=settings.DATA, network_port=settings.NETWORK_PORT)


def hooks(_at: datetime) -> Iterator[Finding]:
    """A provider's request would come to our door. Asked without a secret, under the address that staff use."""
    address = next(iter(settings.CSRF_TRUSTED_ORIGINS), f"http://127.0.0.1:{settings.PORT}")
    if probing.answered(address.rstrip("/") + PROBE) != "not here":
        yield Finding(
            _("Under {address} no hook answers: dials, receipts and SMS do not come in."),
            _("Look whether the doors run and whether the proxy passes /hooks/ on to them."),
            {"address": address},
        )


def served() -> list[str]:
    """Countries where people are known, or where an account of a phone network has a code."""
    coded = {code.country for one in routes.gateways().values() for code in one.codes.values()}
    return [
        country
        for country in CODES
        if country in coded or Person.objects.filter(country=country).exists()
    ]


def ways(at: datetime) -> Iterator[Finding]:
    """Where people are known, blasts can go out: some account has a price there."""
    names = [one.name for one in routes.gateways().values() if routes.sends(one)]
    prices = Price.objects.filter(gateway__in=names, valid_from__lte=at)
    priced = set(prices.values_list("country", flat=True))
    for country in CODES:
        if country not in priced and Person.objects.filter(country=country).exists():
            yield Finding(
                _("People of {country} are known, and no account has a price there."),
                _("Enter what an SMS costs there under Administration, or add an account."),
                {"country": country},
                about=country,
                country=country,
            )


def opt_outs(_at: datetime) -> Iterator[Finding]:
    """Who is written to can stop it: a code to dial, and words in the languages of the country."""
    known = [one for one in routes.gateways().values() if not isinstance(one, Messenger)]
    spoken, said, names = languages.orders(), keywords.tables(), languages.known()
    for country in served():
        if not routes.opt_out_code(known, country):
            yield Finding(
                _("{country} has no code to dial for ending messages: no blast goes there."),
                _("Add a service code of that country to an account in the gateways file."),
                {"country": country},
                about=f"code {country}",
                country=country,
            )
        mute = [code for code in spoken.get(country, ()) if code not in said]
        called = (names[code].name if code in names else code for code in mute)
        if mute:
            yield Finding(
                _("No words for ending messages are known in {languages} ({country})."),
                _("Have them written by a native speaker into people/words."),
                {"languages": ", ".join(called), "country": country},
                about=f"words {country}",
                country=country,
                wrong=False,
            )


def money(at: datetime) -> Iterator[Finding]:
    """No blast stands for want of money, and balances are known."""
    paused = Blast.objects.filter(
        state=Blast.State.PAUSED, pause_reason__in=balances.FOR_MONEY
    ).order_by("pk")
    for blast in paused:
        yield Finding(
            _("Blast {blast} is paused: its account is empty, or nearly."),
            _("Put money on the account, then let the blast go on."),
            {"blast": str(blast.pk)},
            about=f"blast {blast.pk}",
            country=blast.countries[0] if len(blast.countries) == 1 else "",
        )
    running = Blast.objects.filter(state=Blast.State.RUNNING).values_list("routes", flat=True)
    used = {name for names in running for name in names}
    for old in Balance.objects.filter(gateway__in=used, at__lt=at - OLD).order_by("gateway"):
        yield Finding(
            _("The account {name} does not say what is left on it."),
            _("Look at the provider's page, and whether its address for balances answers."),
            {"name": old.gateway},
            about=old.gateway,
            wrong=False,
            since=old.at,
        )

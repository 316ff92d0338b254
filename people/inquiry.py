"""Who is asking, if they like: how often callers of a country are asked one question, and which.

The answers live on exposures only (D8), never on a person. Nobody is asked until a country switches it on, which
it does when its notice is agreed. What is set here holds for the editions published from then on.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people import districts as areas
from people.countries import COUNTRIES
from people.languages import orders
from people.models import CountryMenu, Question, Staff
from people.offering import NotKept

NEVER = 0
LEAST, MOST = 2, 100  # one session in so many
SESSIONS = 1000  # what a share is told of
EVERY = tuple(Question.values)


@dataclass(frozen=True, slots=True)
class Asking:
    """One session in `one_in` is asked one of `questions`; NEVER: none is."""

    one_in: int = NEVER
    questions: tuple[str, ...] = EVERY


def asking() -> Mapping[str, Asking]:
    """How each country asks (one query)."""
    rows = CountryMenu.objects.values_list("country", "asks_one_in", "asks")
    kept = {country: Asking(one_in, tuple(asks)) for country, one_in, asks in rows}
    return {country: kept.get(country, Asking()) for country in COUNTRIES}


def districts() -> Mapping[str, tuple[str, ...]]:
    """Country -> the names its callers choose from, in their order (one query)."""
    return {country: areas.offered(own) for country, own in areas.lists().items()}


# --- setting it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """How a country asks, who `agreed` to the notice and when, and which member of staff set it last."""

    asking: Asking = Asking()
    agreed: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Of so many sessions: `asked` at most meet a question, `each` of the questions so many of them."""

    asked: int
    each: int
    of: int = SESSIONS


def setting(country: str) -> Setting:
    """What is set for the country (one query)."""
    row = CountryMenu.objects.filter(pk=country).select_related("asks_by").first()
    if row is None:
        return Setting()
    return _setting(row, by=row.asks_by.username if row.asks_by else "")


def _setting(row: CountryMenu, *, by: str = "") -> Setting:
    asking = Asking(row.asks_one_in, tuple(row.asks))
    return Setting(asking, row.asks_agreed, by, row.asks_at)


def share(asking: Asking) -> Share:
    """Rounded, and never less than one where somebody is asked. Sensitive content asks nobody: so it is the most."""
    if asking.one_in == NEVER or not asking.questions:
        return Share(0, 0)
    asked = round(SESSIONS / asking.one_in)
    return Share(asked, max(1, round(asked / len(asking.questions))))


def mark(setting: Setting) -> str:
    """A short word that differs when rate, questions or agreement do."""
    told = f"{setting.asking.one_in} {setting.asking.questions} {setting.agreed.strip()}"
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def faults(wished: Setting, offered: Collection[str]) -> list[str]:
    """Everything that stands against it. `offered`: the country's districts. Never to ask is always possible."""
    asking = wished.asking
    if asking.one_in == NEVER:
        return []
    found = []
    if not LEAST <= asking.one_in <= MOST:
        limits = {"least": LEAST, "most": MOST}
        found.append(_("Ask in one session of %(least)s to %(most)s, or 0 for never.") % limits)
    if not asking.questions:
        found.append(_("Choose one question at least."))
    if Question.DISTRICT in asking.questions and not offered:
        found.append(
            _("There is no district to choose from: add some, or leave that question out.")
        )
    if not wished.agreed.strip():
        found.append(_("Say who agreed to the notice, and when: until then nobody is asked."))
    return found


@transaction.atomic
def keep(country: str, wished: Setting, *, seen: str, by: Staff, at: datetime) -> None:
    """Store how a country asks; raises NotKept. `seen`: mark of the setting it was made from.

    It holds for the editions published from now on; callers meet it with the next one.
    """
    first = {"languages": list(orders()[country])}
    CountryMenu.objects.get_or_create(country=country, defaults=first)
    row = CountryMenu.objects.select_for_update().get(country=country)
    if mark(_setting(row)) != seen:
        raise NotKept(_("Somebody else has just changed what is asked. Look at it again."))
    if found := faults(wished, districts()[country]):
        raise NotKept(" ".join(found))
    row.asks_one_in = wished.asking.one_in
    row.asks = list(wished.asking.questions)
    row.asks_agreed, row.asks_by, row.asks_at = wished.agreed.strip(), by, at
    row.save()

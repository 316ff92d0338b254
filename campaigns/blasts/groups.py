"""An audience as a group of contacts in RapidPro, for flows that people run there.

The group follows the audience: who may be sent to is put in, everybody else is taken out, and that first. Whoever
RapidPro sends nothing to any more has ended messages here as well; RapidPro begins again for anybody who writes to
it, which changes nothing here. How far a sync came is read from RapidPro itself: run it again.
"""

import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from campaigns.blasts import audiences, permits, routes
from campaigns.models.blasts import Audience
from gateways.rapidpro import RapidPro, groups
from gateways.rapidpro.client import FAILURES, PATIENT, Client, Patience
from gateways.rapidpro.groups import Contact, Status
from people import audit, consent, identity, languages, phones
from people.audit import Kind
from people.models import AuditEntry, Staff

log = logging.getLogger(__name__)
EXPORT = "campaigns.export_audience"
WHAT = "numbers of an audience to a group of RapidPro"  # as the audit has it


class NotSynced(ValueError):  # noqa: N818 - named for what it is
    """Nothing or not everything was carried over; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants carried over. gateway "": the only account of RapidPro."""

    audience: str
    group: str
    gateway: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync changes. people: of the audience who may be sent to, and whose numbers RapidPro then holds.

    tell: contacts made, or given another language. aside: people RapidPro sends nothing to. ended: numbers that
    ended messages there and had not here.
    """

    people: int
    tell: int
    add: int
    remove: int
    aside: int
    ended: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Number -> language (ISO 639-3) of those wanted, and what RapidPro lacks or has too much of."""

    group: str
    wanted: Mapping[str, str] = field(repr=False)
    tell: frozenset[str] = field(repr=False)
    add: tuple[str, ...] = field(repr=False)
    remove: tuple[str, ...] = field(repr=False)
    aside: int


def plan(wish: Wish, *, by: Staff, at: datetime, patience: Patience = PATIENT) -> Plan:
    """What sync() would do; changes nothing anywhere. Raises permits.Refused, NoAudience, NotSynced."""
    audience, gateway = _allowed(wish, by)
    client = gateway.client_of(patience)
    try:
        known = _contacts(client)
        ended = _ended(known.values(), at)
        gone = {number for number, one in known.items() if one.status is Status.ENDED}
        changes = _changes(audience, groups.find(client, wish.group), known, at=at, without=gone)
    except (groups.NotOurs, *FAILURES) as error:
        raise _not_synced(error) from error
    finally:
        client.close()
    return _plan(changes, len(ended), patience)


def sync(
    wish: Wish, *, confirmed: int | None, by: Staff, at: datetime, patience: Patience = PATIENT
) -> Plan:
    """Carry the audience over; what was done. `confirmed`: the people whose numbers may leave, as plan() told;
    None: as many as there are now, since the account's settings say so.

    Raises as plan() does, and NotSynced where it is another number by now.
    """
    audience, gateway = _allowed(wish, by)
    client = gateway.client_of(patience)
    try:
        known = _contacts(client)
        ended = consent.suppress(_ended(known.values(), at))
        changes = _changes(audience, groups.find(client, wish.group), known, at=at)
        if confirmed not in (None, len(changes.wanted)):
            raise NotSynced(
                f"{len(changes.wanted)} people are meant, not {confirmed}: confirm that number."
            )
        made = _plan(changes, ended, patience)
        _note(wish, gateway, audience, made, by=by, at=at)
        _carry(client, changes, wish.group)
    except (groups.NotOurs, *FAILURES) as error:
        raise _not_synced(error) from error
    finally:
        client.close()
    return made


def follow(*, at: datetime, patience: Patience = PATIENT) -> list[Plan]:
    """Carry over again what the accounts say is kept alike; what was done.

    In the name of whoever did it by hand last, and only while they still may: before that nothing leaves.
    """
    wishes = [
        Wish(audience, group, account.name)
        for account in routes.gateways().values()
        if isinstance(account, RapidPro)
        for audience, group in account.kept_alike
    ]
    return [done for wish in wishes if (done := _follow(wish, at, patience)) is not None]


def _follow(wish: Wish, at: datetime, patience: Patience) -> Plan | None:
    by = _carrier(wish)
    if by is None:
        log.warning("Audience %s waits for somebody to carry it over to RapidPro.", wish.audience)
        return None
    try:
        return sync(wish, confirmed=None, by=by, at=at, patience=patience)
    except (permits.Refused, audiences.NoAudience, NotSynced) as trouble:
        log.warning("Audience %s is not kept alike at RapidPro: %s", wish.audience, trouble)
        return None


def _carrier(wish: Wish) -> Staff | None:
    """Who carried this over last and still works here."""
    told = {"audience": wish.audience, "group": wish.group, "gateway": wish.gateway}
    done = AuditEntry.objects.filter(kind=Kind.EXPORT, what=WHAT, details__contains=told)
    last = done.first()  # the newest
    if last is None or last.staff is None:
        return None
    return Staff.objects.filter(pk=last.staff, is_active=True).first()


def _allowed(wish: Wish, by: Staff) -> tuple[Audience, RapidPro]:
    audience = audiences.named(wish.audience)
    permits.may(by, EXPORT, audience.countries)
    known = [one for one in routes.gateways().values() if isinstance(one, RapidPro)]
    found = [one for one in known if wish.gateway in ("", one.name)]
    if len(found) != 1:
        names = ", ".join(one.name for one in known) or "none"
        raise NotSynced(f"Name one account of RapidPro; known are {names}.")
    return audience, found[0]


def _not_synced(error: Exception) -> NotSynced:
    if isinstance(error, groups.NotOurs):
        return NotSynced(str(error))
    return NotSynced(
        f"RapidPro does not go on ({type(error).__name__} {error}): run it again, it takes up where it ended."
    )


def _contacts(client: Client) -> dict[str, Contact]:
    """Number -> its contact; where two hold one number, the one that ended messages counts."""
    known: dict[str, Contact] = {}
    for one in groups.contacts(client):
        if one.number not in known or one.status is Status.ENDED:
            known[one.number] = one
    return known


def _ended(known: Iterable[Contact], at: datetime) -> list[consent.OptOut]:
    """Who ended messages there and not here; a START of later than that stands."""
    told = [
        consent.OptOut(
            identity.suppression_token(f"tel:{one.number}"),
            one.changed_at or at,
            "provider",
            phones.country_of(one.number),
        )
        for one in known
        if one.status is Status.ENDED
    ]
    standing = consent.suppressed(one.token for one in told)
    return [one for one in told if one.token not in standing]


# --- what differs -------------------------------------------------------------------------------------

MEANT = """
SELECT p.number, p.language FROM people_person p WHERE {chosen} AND ({refusal}) = '' ORDER BY p.token
"""


def _changes(
    audience: Audience,
    group: str,
    known: Mapping[str, Contact],
    *,
    at: datetime,
    without: Iterable[str] = (),
) -> Changes:
    wanted = _wanted(audience, at)
    for number in without:
        wanted.pop(number, None)
    aside = [n for n in wanted if n in known and known[n].status is not Status.ACTIVE]
    for number in aside:
        del wanted[number]
    inside = {number for number, one in known.items() if group and group in one.groups}
    tell = {
        n for n, code in wanted.items() if n not in known or code not in ("", known[n].language)
    }
    add = tuple(number for number in wanted if number not in inside)
    return Changes(
        group, wanted, frozenset(tell), add, tuple(sorted(inside - wanted.keys())), len(aside)
    )


def _wanted(audience: Audience, at: datetime) -> dict[str, str]:
    """Number -> language of everybody of the audience who may be sent to now."""
    codes = {code: one.iso639_3 for code, one in languages.known().items()}
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            MEANT.format(chosen=audiences.CHOSEN, refusal=consent.refusal("p")),
            audiences.values(audience, at=at),
        )
        for sealed, language in cursor.fetchall():
            with contextlib.suppress(identity.BrokenSeal):
                number = identity.unseal(sealed, identity.NUMBER)
                found[number] = codes.get(languages.base(language), "")
    return found


def _plan(changes: Changes, ended: int, patience: Patience) -> Plan:
    actions = sum(-(-len(part) // groups.MOST) for part in (changes.add, changes.remove))
    seconds = (len(changes.tell) + actions) * patience.gap
    return Plan(
        people=len(changes.wanted),
        tell=len(changes.tell),
        add=len(changes.add),
        remove=len(changes.remove),
        aside=changes.aside,
        ended=ended,
        minutes=-int(-seconds // 60),
    )


# --- carrying over ------------------------------------------------------------------------------------


def _note(
    wish: Wish, gateway: RapidPro, audience: Audience, made: Plan, *, by: Staff, at: datetime
) -> None:
    """On record before the first number leaves; a sync that breaks off and is run again is noted twice."""
    told = {
        "audience": audience.name,
        "group": wish.group,
        "gateway": gateway.name,
        "people": str(made.people),
        "add": str(made.add),
        "remove": str(made.remove),
    }
    country = audience.countries[0] if len(audience.countries) == 1 else ""
    audit.note(Kind.EXPORT, by=by, what=WHAT, country=country, details=told, at=at)


def _carry(client: Client, changes: Changes, name: str) -> None:
    """Out first. Whoever ends messages while it runs, which may take hours, is not put in any more."""
    group = changes.group or groups.make(client, name)
    for part in _parts(changes.remove):
        groups.remove(client, group, part)
    for part in _parts([*sorted(changes.tell - set(changes.add)), *changes.add]):
        still = _sendable(part)
        for number in still:
            if number in changes.tell:
                groups.tell(client, number, changes.wanted[number])
        if still:
            groups.add(client, group, still)


def _parts(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(numbers), groups.MOST):
        yield numbers[first : first + groups.MOST]


def _sendable(numbers: Sequence[str]) -> list[str]:
    """Those of the numbers who may be sent to at this moment."""
    tokens = {identity.token(f"tel:{number}"): number for number in numbers}
    told = consent.sendable().filter(token__in=tokens).values_list("token", flat=True)
    left = set(told)
    return [number for token, number in tokens.items() if token in left]

"""Who may be sent to: grounds given, messages ended with one word, and begun again by an explicit START.

One rule decides it for plans and for the moment of sending alike: `refusal`, an SQL expression. The list of
those who ended messages knows nobody: it holds tokens under a key of its own and outlives erasure (D9).
"""

import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from journal.intake import Entry, drop, set_aside, take
from people import carrying, identity, phones, rushes
from people.models import (
    TOKEN,
    AgeBand,
    Basis,
    Consent,
    Person,
    Purpose,
    Staff,
    Subject,
    Suppression,
)

log = logging.getLogger(__name__)
BURST = 500  # opt-outs in one fold that look more like an attack or a broken feed than like people
PORTION = 2000  # people read at a time


@dataclass(frozen=True, slots=True)
class OptOut:
    """Somebody ended messages: `token` of the suppression key, `how` provider, word, menu, staff, forget."""

    token: str
    at: datetime
    how: str
    country: str = ""
    purpose: str = Purpose.ALL.value


@dataclass(frozen=True, slots=True)
class Ground:
    """Why somebody may be sent to, as asked for and answered. `basis`: a word of models.Basis."""

    basis: str
    evidence: str
    at: datetime
    purpose: str = Purpose.CAMPAIGN.value
    text_version: str = ""
    language: str = ""
    channel: str = ""
    by: Staff | None = None


# An opt-out older than a later START of the same person arrives late (a dead process's journal): it is over.
# One that stands is asked for again: a START of before that, folded after it, must not lift it.
SUPPRESS = """
WITH told AS (
    SELECT DISTINCT ON (o.token, o.purpose) o.token, o.purpose, o.since, o.how, o.country,
        max(o.since) OVER (PARTITION BY o.token, o.purpose) AS again_at
    FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[]) AS o(token, purpose, since, how, country)
    WHERE NOT EXISTS (
        SELECT 1 FROM people_suppression AS s
        WHERE s.token = o.token AND s.purpose = o.purpose AND s.lifted_at > o.since)
    ORDER BY o.token, o.purpose, o.since),
written AS (
    INSERT INTO people_suppression AS s (token, purpose, since, again_at, how, country)
    SELECT token, purpose, since, nullif(again_at, since), how, country FROM told
    ON CONFLICT (token, purpose) WHERE lifted_at IS NULL
    DO UPDATE SET again_at = GREATEST(s.again_at, excluded.since, excluded.again_at)
    WHERE s.since < GREATEST(excluded.since, excluded.again_at)
    RETURNING s.xmax = 0 AS new)
SELECT count(*) FROM written WHERE new
"""

REFUSAL = """CASE
    WHEN {person}.age_band = 'under-18' THEN 'under-18'
    WHEN NOT EXISTS (
        SELECT 1 FROM people_consent AS c
        WHERE c.id = {person}.basis_id AND c.purpose IN ('all', '{purpose}')
        AND (c.ends_on IS NULL OR c.ends_on >= (now() AT TIME ZONE 'Africa/Nairobi')::date)) THEN 'no-consent'
    WHEN NOT starts_with({person}.stop_token, '{key}.') THEN 'old-key'
    WHEN EXISTS (
        SELECT 1 FROM people_suppression AS s
        WHERE s.token = {person}.stop_token AND s.lifted_at IS NULL
        AND s.purpose IN ('all', '{purpose}')) THEN 'suppressed'
    ELSE '' END"""


def refusal(person: str = "p", purpose: str = Purpose.CAMPAIGN.value) -> str:
    """SQL for the reason why nothing may be sent to a row of people_person, '' when something may.

    `person`: the row's alias in the caller's statement. Reasons: under-18, no-consent, old-key (the number
    must first be re-tokened after a rotation, `manage.py retoken`), suppressed.
    """
    if not person.isidentifier():
        raise ValueError(f"{person!r} is no table alias.")
    key = identity.ring().suppression.current
    return REFUSAL.format(person=person, purpose=Purpose(purpose).value, key=key)


def sendable(purpose: str = Purpose.CAMPAIGN.value) -> QuerySet[Person]:
    """The people who may be sent to now: a queryset to filter on, with the same rule inside."""
    return Person.objects.extra(where=[f"{refusal('people_person', purpose)} = ''"])  # noqa: S610 - no outside text


def suppress(opt_outs: Iterable[OptOut]) -> int:
    """Note opt-outs; one that stands already stays as it began. How many are new."""
    rows = [(one.token, one.purpose, one.at, one.how, one.country) for one in _renewed(opt_outs)]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(SUPPRESS, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.fetchone()[0])


def _renewed(opt_outs: Iterable[OptOut]) -> list[OptOut]:
    """Opt-outs noted under a key of before a rotation, under today's key where we hold the number.

    Whoever was carried over is found at once. For others it costs about half a minute for a million people,
    and only for what was noted before a rotation and is folded after it.
    """
    told = list(opt_outs)
    current = f"{identity.ring().suppression.current}."
    old = {one.token: one.country for one in told if not one.token.startswith(current)}
    today = identity.current(old)
    if rest := {token: old[token] for token in old.keys() - today.keys()}:
        today |= _today(rest)
    return [replace(one, token=today.get(one.token, one.token)) for one in told]


def _today(old: Mapping[str, str]) -> dict[str, str]:
    """Token under a former suppression key -> under today's, of these (token -> country) whom we know."""
    found: dict[str, str] = {}
    people = Person.objects.filter(country__in=set(old.values()))
    for sealed in people.values_list("number", flat=True).iterator(PORTION):
        with contextlib.suppress(identity.BrokenSeal):
            address = f"tel:{identity.unseal(sealed, identity.NUMBER)}"
            known = old.keys() & set(identity.former_suppression_tokens(address))
            found |= dict.fromkeys(known, identity.suppression_token(address))
    return found


def line(  # one argument a part of the line
    met: identity.Met, *, gateway: str, how: str, at: float, sender: str = "", chat: bool = False
) -> dict[str, object]:
    """What a door journals as `opt-out`, to be folded below. `at`: epoch seconds; `how`: as of an OptOut.

    `chat`: they said so in a chat and named no number. Its token says to whom else: who shared a number there
    before ends messages to it as well.
    """
    return {
        **({"t": met.token} if chat else {}),
        "at": at,
        "g": gateway,
        "st": identity.suppression_token(met.address),
        "sender": sender,
        "how": how,
        "c": met.country,
        **identity.stop_trail(met.address),
    }


def fold_opt_outs() -> int:
    """Carry what the doors journalled into the list; effective from the next lease on. How many are new.

    Their lines go at once: kept for days beside the message that said stop, they would lead from its token to the
    list's, which knows nobody on purpose.
    """
    with take("opt-out") as entries:
        told = [one for entry in entries if (one := _told(entry)) is not None]
        carrying.carry(_trails(entries), "suppression")
        rushes.add(rushes.OPT_OUT, entries)
        told += _of_chats(entries)
        if len(told) >= BURST:
            log.warning(
                "%d opt-outs at once: look whether a hook is abused or a sender is blocked.",
                len(told),
            )
        new = suppress(told)
        drop(entries)
        return new


def _of_chats(entries: Iterable[Entry]) -> Iterator[OptOut]:
    """The opt-outs of chats also for the numbers that their people shared before."""
    chats = [one for entry in entries if isinstance(one := entry.body.get("t"), str) and one]
    numbers = _linked(chats) if chats else {}
    for entry in entries:
        how = str(entry.body.get("how") or "word")[:16]
        for token, country in numbers.get(entry.body.get("t", ""), ()):
            yield OptOut(token, entry.at, how, country)


def _linked(chats: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Chat token -> (stop token, country) of the people it is linked to; three queries however many."""
    now = {one: one for one in chats} | identity.current(chats)
    known = Subject.objects.filter(token__in=[*now, *now.values()])
    subjects = dict(known.values_list("token", "subject"))
    same = Subject.objects.filter(subject__in=set(subjects.values()))
    numbers = dict(same.values_list("token", "subject"))
    found: dict[object, list[tuple[str, str]]] = {}
    for token, stop, country in Person.objects.filter(token__in=numbers).values_list(
        "token", "stop_token", "country"
    ):
        found.setdefault(numbers[token], []).append((stop, country))
    return {
        one: found.get(subjects.get(today) or subjects.get(one), []) for one, today in now.items()
    }


def _trails(entries: Iterable[Entry]) -> Iterator[carrying.Pair]:
    """Tokens of before a rotation, as doors write them while it is open, and today's of the same numbers."""
    current = f"{identity.ring().suppression.current}."
    for entry in entries:
        token, former = entry.body.get("st"), entry.body.get("sf")
        if isinstance(token, str) and isinstance(former, list) and token.startswith(current):
            yield from ((str(old), token) for old in former)


def fold_opt_ins() -> int:
    """Carry confirmed STARTs of the USSD menu into consents; how many. A hop sent again is the same START."""
    with take("opt-in") as entries:
        return sum(_begun(entry) for entry in entries)


def _begun(entry: Entry) -> bool:
    try:
        number = identity.unseal(entry.body["num"], identity.NUMBER)
        ground = Ground(
            basis=Basis.USSD_OPTIN,
            evidence=f"START and yes, ussd {entry.body['g']} {entry.body['s']}",
            at=entry.at,
            text_version=f"{entry.body['e']} bot.start_ask"[:64],
            language=str(entry.body["l"])[:12],
            channel="ussd",
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        set_aside(entry, f"no opt-in: {type(error).__name__}")
        return False
    own = [identity.token(f"tel:{number}"), *identity.former_tokens(f"tel:{number}")]
    if Consent.objects.filter(token__in=own, evidence=ground.evidence).exists():
        return False
    begin(number, ground)
    return True


def _told(entry: Entry) -> OptOut | None:
    """The opt-out of an entry, cut to what the columns hold; one that names nobody is set aside."""
    token, how = entry.body.get("st"), str(entry.body.get("how") or "provider")
    if not isinstance(token, str) or not 0 < len(token) <= TOKEN:
        set_aside(entry, "no opt-out: it names nobody")
        return None
    return OptOut(token, entry.at, how[:16], str(entry.body.get("c") or "")[:2])


def suppressed(tokens: Iterable[str], purpose: str = Purpose.ALL.value) -> set[str]:
    """Those of the suppression tokens that must not be sent to for `purpose`."""
    standing = Suppression.objects.filter(token__in=list(tokens), lifted_at=None)
    return set(standing.filter(purpose__in=[Purpose.ALL, purpose]).values_list("token", flat=True))


def ended(countries: Sequence[str]) -> dict[str, int]:
    """How -> numbers of these countries that ended messages, known to us or not."""
    standing = Suppression.objects.filter(lifted_at=None, country__in=countries)
    told = standing.values_list("how").annotate(Count("token", distinct=True))
    return dict(told.order_by("how"))


def end(*numbers: str, how: str, at: datetime) -> int:
    """End messages to these E.164 numbers at once, whether or not we know them. How many are new."""
    return suppress(
        OptOut(identity.suppression_token(f"tel:{number}"), at, how, phones.country_of(number))
        for number in numbers
    )


def ended_since(number: str, at: datetime) -> bool:
    """Whether messages to this E.164 number, or address, were ended at or after `at`, on whatever channel, and still are."""
    address = number if ":" in number else f"tel:{number}"
    tokens = [
        identity.suppression_token(address),
        *identity.former_suppression_tokens(address),
    ]
    standing = Suppression.objects.filter(token__in=tokens, lifted_at=None)
    return standing.filter(Q(since__gte=at) | Q(again_at__gte=at)).exists()


def end_linked(*tokens: str, how: str, at: datetime) -> int:
    """End messages to the number that the person of these chat tokens shared earlier, where we hold it."""
    found = (person for people in _linked(tokens).values() for person in people)
    return suppress(OptOut(token, at, how, country) for token, country in found)


def begin(number: str, ground: Ground) -> Person:
    """An explicit, confirmed START of an E.164 number: consent noted, suppression lifted, person made or kept.

    Not for somebody under 18: the caller asked before (S8).
    """
    address = f"tel:{number}"
    stop_tokens = (
        identity.suppression_token(address),
        *identity.former_suppression_tokens(address),
    )
    tokens = (identity.token(address), *identity.former_tokens(address))
    with transaction.atomic():
        identity.follow([address])
        lift(stop_tokens, ground.purpose, at=ground.at)
        consent = _consent(tokens[0], ground)
        now = {"token": tokens[0], "stop_token": stop_tokens[0], "basis": consent}
        person, _made = Person.objects.update_or_create(
            token__in=tokens,
            defaults=now,
            create_defaults=_new_person(number, consent, stop_tokens[0]),
        )
    return person


def lift(stop_tokens: Iterable[str], purpose: str, *, at: datetime) -> int:
    """End suppressions last asked for before `at`. Only for a confirmed START; the history stays."""
    standing = Suppression.objects.filter(
        token__in=list(stop_tokens), lifted_at=None, since__lte=at
    ).exclude(again_at__gt=at)
    return standing.filter(purpose__in=[Purpose.ALL, purpose]).update(lifted_at=at)


def drop_minors(tokens: Iterable[str]) -> int:
    """Take those under 18 off the lists: no person row and no lasting subject (S8). How many persons.

    Who says so in a chat is taken off by the number that they shared there earlier, too.
    """
    wanted = list(tokens)
    if not wanted:
        return 0
    subjects = Subject.objects.filter(token__in=wanted).values("subject")
    same = Subject.objects.filter(subject__in=subjects).values_list("token", flat=True)
    everybody = {*wanted, *same}
    identity.unlink(wanted)
    return Person.objects.filter(token__in=everybody).delete()[0]


def _consent(token: str, ground: Ground) -> Consent:
    return Consent.objects.create(
        token=token,
        purpose=ground.purpose,
        basis=ground.basis,
        evidence=ground.evidence,
        text_version=ground.text_version,
        language=ground.language,
        channel=ground.channel,
        given_at=ground.at,
        by=ground.by,
    )


def _new_person(number: str, consent: Consent, stop_token: str) -> dict[str, object]:
    return {
        "token": consent.token,
        "stop_token": stop_token,
        "number": identity.seal(number, identity.NUMBER),
        "country": phones.country_of(number),
        "language": consent.language,
        "age_band": AgeBand.UNKNOWN,
        "fixed_line": phones.kind(number) == "fixed",
        "basis": consent,
        "added_at": consent.given_at,
    }

"""Who is who, without names: tokens, seals, and the one bridge from a token to the ledger's subject.

An address is `tel:+254...`, `telegram:123` or `web:<uuid>`. A token is HMAC-SHA-256 of the address, cut to
20 bytes (2^80 work to find a collision), with the id of its key in front. A door that served a number before
answers from memory in under a microsecond.
"""

import base64
import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db import connection, transaction

from analytics import recounts
from people import carrying, keys, phones

NUMBER, TEXT = "number", "text"  # what a seal holds; a seal of one kind never opens as the other
NONCE = {
    NUMBER: 0,
    TEXT: 12,
}  # equal numbers seal alike (they share a token anyway), equal texts do not
TOKEN_BYTES = 20
REMEMBERED = 32_768  # addresses per process; about 12 MB when full
SLICE = 10_000  # tokens per statement
MONTHLY = uuid.UUID("6f9d5c1e-3a52-4c0f-9a35-0d7b6f0f2a51")  # namespace of subjects of a month
SEEN_STEP = timedelta(days=1)  # seen_at is right to a day: one write per person and day at most


class BrokenSeal(ValueError):  # noqa: N818 - named for what it is
    """A seal that does not open: another key, another kind, or a changed byte. Carries no content."""


@dataclass(frozen=True, slots=True)
class Met:
    """A number as a door met it. `country` is "" outside the programme."""

    address: str = field(repr=False)
    token: str
    country: str


@lru_cache(maxsize=1)
def ring() -> keys.Ring:
    """The keys of this process, read once. Raises keys.BadKeys with what to do."""
    return keys.load(settings.KEYS_FILE, demonstration=settings.DEMONSTRATION)


def reload_keys() -> None:
    """Forget keys and everything made with them; the next use reads the file again."""
    for cache in (ring, _hashers, _sealers, token, suppression_token, meet):
        cache.cache_clear()


def _hasher(name: str, key: bytes) -> Callable[[str], str]:
    """Address -> token under one key. Two hash states are prepared once; each token copies them."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
    prefix, encode = f"{name}.", base64.urlsafe_b64encode

    def make(address: str) -> str:
        first, second = inner.copy(), outer.copy()
        first.update(address.encode())
        second.update(first.digest())
        return prefix + encode(second.digest()[:TOKEN_BYTES]).rstrip(b"=").decode()

    return make


@lru_cache(maxsize=2)
def _hashers(purpose: str) -> tuple[Callable[[str], str], ...]:
    """One maker per key, the current one first."""
    own: keys.Keys = getattr(ring(), purpose)
    return tuple(_hasher(name, own.keys[name]) for name in (own.current, *own.former))


@lru_cache(maxsize=REMEMBERED)
def token(address: str) -> str:
    """The token under the current key. Two different addresses never share one in practice."""
    return _hashers("token")[0](address)


@lru_cache(maxsize=REMEMBERED)
def suppression_token(address: str) -> str:
    """The token of the suppression list: other key, so the two lists cannot be joined by a thief."""
    return _hashers("suppression")[0](address)


def former_tokens(address: str) -> tuple[str, ...]:
    """The address under the keys of before a rotation, newest first; empty when there was none."""
    return tuple(make(address) for make in _hashers("token")[1:])


def former_suppression_tokens(address: str) -> tuple[str, ...]:
    return tuple(make(address) for make in _hashers("suppression")[1:])


def trail(address: str) -> dict[str, tuple[str, ...]]:
    """For a journal line: its person's former tokens as `f`, so that the fold can carry them; else nothing.

    Costs a few microseconds while a rotation is open, and one look at an empty tuple when none is.
    """
    return {"f": former} if (former := former_tokens(address)) else {}


def stop_trail(address: str) -> dict[str, tuple[str, ...]]:
    """The same of the suppression key, as `sf`."""
    return {"sf": former} if (former := former_suppression_tokens(address)) else {}


def shared(address: str) -> dict[str, list[str]]:
    """For a chat's journal line: the tokens of a number shared in it as `ln`, today's first; "" shared none."""
    return {"ln": [token(address), *former_tokens(address)]} if address else {}


def fact(name: str) -> str:
    """A name for a fact that nobody can guess, the same before and after a rotation: by our eldest key."""
    return _hashers("token")[-1](name)


@lru_cache(maxsize=REMEMBERED)
def meet(raw: str, country: str | None = None) -> Met:
    """Number as received -> address, token and country, remembered by its raw form.

    Parsing costs 20 to 30 microseconds, remembering under one. Raises phones.InvalidPhone.
    """
    number = phones.normalise(raw, country)
    address = f"tel:{number}"
    return Met(address, token(address), phones.country_of(number))


@lru_cache(maxsize=1)
def _sealers() -> Mapping[str, AESSIV]:
    return {name: AESSIV(key) for name, key in ring().seal.keys.items()}


def seal(text: str, kind: str = TEXT) -> str:
    """`<key id>.<kind>.<base64url>`: AES-SIV with the kind as associated data."""
    current = ring().seal.current
    nonce = secrets.token_bytes(NONCE[kind])
    sealed = nonce + _sealers()[current].encrypt(text.encode(), [kind.encode(), nonce])
    return f"{current}.{kind}.{base64.urlsafe_b64encode(sealed).rstrip(b'=').decode()}"


def unseal(sealed: str, kind: str = "") -> str:
    """What was sealed. A `kind` given must be the seal's own. Raises BrokenSeal."""
    try:
        name, stated, text = sealed.split(".")
        body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        nonce, body = body[: NONCE[stated]], body[NONCE[stated] :]
        if kind not in ("", stated):
            raise BrokenSeal(f"A seal of kind {stated} was opened as {kind}.")
        return _sealers()[name].decrypt(body, [stated.encode(), nonce]).decode()
    except (ValueError, KeyError, InvalidTag) as error:
        if isinstance(error, BrokenSeal):
            raise
        raise BrokenSeal("The seal does not open.") from None


FIND = "SELECT token, subject FROM people_subject WHERE token = ANY(%s)"
ADD = """
INSERT INTO people_subject (token, subject, language, met_at, seen_at)
SELECT token, gen_random_uuid(), '', %s, %s FROM unnest(%s::text[]) AS token
ON CONFLICT (token) DO NOTHING RETURNING token, subject
"""
SEEN = """
UPDATE people_subject SET seen_at = %(at)s WHERE id IN (
    SELECT id FROM people_subject WHERE token = ANY(%(tokens)s) AND seen_at < %(before)s
    ORDER BY id FOR UPDATE SKIP LOCKED)
"""


UNLINK = """
DELETE FROM people_subject WHERE subject IN (SELECT subject FROM people_subject WHERE token = ANY(%s))
"""


def subjects(
    tokens: Iterable[str], *, at: datetime, former: Mapping[str, tuple[str, ...]] | None = None
) -> dict[str, uuid.UUID]:
    """Token -> subject for each token, made where missing. Safe for any number of callers at once.

    `former`: token -> the same address under older keys (`former_tokens`); whatever any table holds under one
    of them is carried over to the new token, so a rotation breaks no count.
    """
    wanted = sorted(
        set(tokens)
    )  # one order for all callers: two of them cannot lock each other out
    found: dict[str, uuid.UUID] = {}
    for part in _slices(wanted):
        with transaction.atomic():
            found |= _met(part, at, former or {})
    return found


def monthly(token: str, former: Sequence[str], *, at: datetime) -> uuid.UUID:
    """The subject of somebody under 18, in whatever channel: it holds for a month and leads nowhere (D8, S8).

    It comes through the secret key of tokens: without it nobody gets from the one to the other. `former`: the
    same address under older keys, newest first; one subject through a rotation as well.
    """
    eldest = former[-1] if former else token
    return uuid.uuid5(MONTHLY, fact(f"under-18:{eldest}|{at:%Y-%m}"))


def unlink(tokens: Iterable[str]) -> int:
    """Cut tokens, and chats linked to them, from their subjects, for people who may have no lasting one."""
    wanted = list(tokens)
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(UNLINK, [wanted])
        return int(cursor.rowcount)


def _slices(tokens: list[str]) -> Iterator[list[str]]:
    rest = iter(tokens)
    while part := list(islice(rest, SLICE)):
        yield part


def _met(
    tokens: list[str], at: datetime, former: Mapping[str, tuple[str, ...]]
) -> dict[str, uuid.UUID]:
    with connection.cursor() as cursor:
        carrying.carry(
            (old, new)
            for new in former.keys() & set(tokens)
            for old in former[new]
            if _is_current(new)
        )
        cursor.execute(FIND, [tokens])
        found: dict[str, uuid.UUID] = dict(cursor.fetchall())
        if found:
            known = list(found)
            cursor.execute(SEEN, {"at": at, "tokens": known, "before": at - SEEN_STEP})
        if missing := [token for token in tokens if token not in found]:
            cursor.execute(ADD, [at, at, missing])
            found |= dict(cursor.fetchall())
        if lost := [token for token in missing if token not in found]:  # another caller was first
            cursor.execute(FIND, [lost])
            found |= dict(cursor.fetchall())
    return found


# --- a chat and a number --------------------------------------------------------------------------------

OWN = "SELECT subject, linked_at FROM people_subject WHERE token = %s FOR UPDATE"
LINK = """
INSERT INTO people_subject (token, subject, language, met_at, seen_at, linked_at) VALUES (%s, %s, '', %s, %s, %s)
ON CONFLICT (token) DO UPDATE SET subject = excluded.subject, linked_at = excluded.linked_at
"""
LINKED = "SELECT token FROM people_subject WHERE token = ANY(%s) AND linked_at IS NOT NULL"


def link(
    chat: str,
    number: str,
    *,
    at: datetime,
    former: Mapping[str, tuple[str, ...]] | None = None,
) -> bool:
    """From now on the chat's token leads to the subject of the number that its person shared. Whether it did not.

    No row of the ledger changes: where the chat had a subject of its own, that one stays as it was counted and
    leads to nobody; `analytics.recounts` counts it. `former`: see `subjects`, of both.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        subject = subjects([number], at=at, former=former)[number]
        carrying.carry((old, chat) for old in (former or {}).get(chat, ()) if _is_current(chat))
        cursor.execute(OWN, [chat])
        own = cursor.fetchone()
        if own and own[0] == subject:
            return False
        cursor.execute(LINK, [chat, subject, at, at, at])
        if own and own[1] is None:  # its own; else a number still leads to it
            recounts.note([own[0]])
    return True


def linked(tokens: Iterable[str]) -> set[str]:
    """Those chats among the tokens that lead to a number's subject."""
    with connection.cursor() as cursor:
        cursor.execute(LINKED, [list(tokens)])
        return {token for (token,) in cursor.fetchall()}


# --- a rotation -----------------------------------------------------------------------------------------


def _is_current(one: str) -> bool:
    """Whether the token is under the current key: nobody is carried to a key of before."""
    return one.startswith(f"{ring().token.current}.")


def follow(addresses: Iterable[str], *, again: bool = False) -> int:
    """Carry these people over from former keys, in every table; how many rows. Free when no rotation is open.

    Inside the caller's transaction, before it asks for them by their tokens. `again`: see `carrying.carry`.
    """
    if not (ring().token.former or ring().suppression.former):
        return 0
    people = list(addresses)
    tokens = ((old, token(one)) for one in people for old in former_tokens(one))
    stops = (
        (old, suppression_token(one)) for one in people for old in former_suppression_tokens(one)
    )
    return carrying.carry(tokens, again=again) + carrying.carry(stops, "suppression", again=again)


def current(tokens: Iterable[str]) -> dict[str, str]:
    """Tokens under former keys that were under way -> whom they mean now; one query, none without a rotation."""
    former = tuple(f"{key}." for key in (*ring().token.former, *ring().suppression.former))
    old = {one for one in tokens if one.startswith(former)} if former else None
    return carrying.successors(old) if old else {}

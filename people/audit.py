"""The audit: one entry for each act of staff that shows, takes out, approves, changes or erases something.

Each entry holds the digest of the one before, so that none can be changed, taken out or put between unseen.
An entry names staff as they were and never a person: what looks like a number or a token is masked even here.

A digest is SHA-256 over the previous digest, a line end, and the entry as one line of JSON (`line`).
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from django.db import connection, transaction

from people.masking import masked
from people.models import AuditCheck, AuditEntry, Kind, Staff

__all__ = ["Kind", "Report", "check", "check_due", "line", "note", "verify"]

LOCK = 0x6E6A69610A  # advisory: one entry at a time, or two could follow the same one
PORTION = 2_000  # entries held while recounting
SHOWN = 20  # differences that a check keeps in words
AGAIN = timedelta(hours=23)
log = logging.getLogger(__name__)
NOTHING: Mapping[str, str] = MappingProxyType({})


def note(
    kind: Kind,
    *,
    by: Staff | None,
    what: str,
    country: str = "",
    details: Mapping[str, str] = NOTHING,
    at: datetime,
) -> None:
    """Write down an act, in the caller's transaction: it stands if and only if the act does.

    `by` None: the shell, or the product itself. `what` is a short word or sentence in English, `details` more
    words; both without anything about a person. Whoever notes holds up every other note until the transaction
    ends: note last, after the locks of other rows are taken. Costs three short statements.
    """
    told = {_clean(word): _clean(str(value)) for word, value in details.items()}
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = AuditEntry.objects.order_by("-sequence").first()
        entry = AuditEntry(
            sequence=last.sequence + 1 if last else 1,
            at=at,
            staff=by.pk if by else None,
            name=by.get_username() if by else "",
            kind=kind.value,
            what=_clean(what)[:200],
            country=country,
            details=told,
            previous=last.digest if last else "",
        )
        entry.digest = digest(entry)
        entry.save(force_insert=True)


def _clean(text: str) -> str:
    """Without what no table can hold, and without what nobody should read here."""
    return masked(text.replace("\0", "").encode(errors="replace").decode())


def line(entry: AuditEntry) -> str:
    """The entry as it is hashed: JSON without spaces, keys in order, time in UTC to the microsecond."""
    values = {
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "staff": entry.staff,
        "name": entry.name,
        "kind": str(entry.kind),
        "what": entry.what,
        "country": entry.country,
        "details": entry.details,
    }
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(entry: AuditEntry) -> str:
    return hashlib.sha256(f"{entry.previous}\n{line(entry)}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Report:
    """What was counted again, and every difference in plain words; none: the chain holds."""

    entries: int
    newest: str  # link "412=<hash>": whoever keeps it elsewhere can hold us to it; "" for none
    differences: tuple[str, ...]


def verify(*, noted: Sequence[str] = ()) -> Report:
    """Recount the chain. `noted`: links as earlier reports named them.

    A chain cut at its end, or made anew from some entry on, agrees with itself: only a link that was kept
    elsewhere shows it. Entries written meanwhile are looked at next time.
    """
    last = AuditEntry.objects.order_by("-sequence").first()
    entries = AuditEntry.objects.filter(sequence__lte=last.sequence if last else 0)
    return Report(
        entries=entries.count(),
        newest=f"{last.sequence}={last.digest}" if last else "",
        differences=(*_broken(entries.order_by("sequence").iterator(PORTION)), *_missed(noted)),
    )


def changeable() -> tuple[str, ...]:
    """Which tables of the audit the product's own role could change or empty; none is as it should be.

    It can as a superuser, or where the rights were given back.
    """
    tables = [model._meta.db_table for model in (AuditEntry, AuditCheck)]  # noqa: SLF001 - Django's documented way
    asked = "SELECT each FROM unnest(%s::text[]) AS each WHERE has_table_privilege(each, %s)"
    with connection.cursor() as cursor:
        cursor.execute(asked, [tables, "UPDATE, DELETE, TRUNCATE"])
        return tuple(sorted(row[0] for row in cursor.fetchall()))


def _broken(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Differences in the order of entries; one change is named once, not at each entry after it."""
    sequence, previous = 0, ""
    for entry in entries:
        if entry.sequence != sequence + 1:
            yield f"Entry {sequence + 1}: it is missing, the next one is {entry.sequence}."
        elif entry.previous != previous:
            yield f"Entry {entry.sequence}: it is not chained to the entry before it."
        if entry.digest != digest(entry):
            yield f"Entry {entry.sequence}: it is not what it was when it was written."
        sequence, previous = entry.sequence, entry.digest


def _missed(noted: Sequence[str]) -> Iterator[str]:
    digests = [link.partition("=")[2] for link in noted]
    found = AuditEntry.objects.filter(digest__in=digests).values_list("sequence", "digest")
    own = {f"{sequence}={known}" for sequence, known in found}
    for link in noted:
        if link not in own:
            yield f"Link {link}: it was noted and is not in the chain any more."


# --- counted again every day ------------------------------------------------------------------------


def check(*, at: datetime) -> AuditCheck:
    """Count the chain again, hold it against the links of all earlier checks, keep and log what was found.

    The log is kept elsewhere than the tables: its links are what an operator holds against them.
    """
    links = AuditCheck.objects.exclude(newest="").order_by("pk").values_list("newest", flat=True)
    report = verify(noted=list(dict.fromkeys(links)))
    made = AuditCheck.objects.create(
        at=at,
        entries=report.entries,
        newest=report.newest,
        broken=len(report.differences),
        differences=list(report.differences[:SHOWN]),
    )
    if made.broken:
        log.error("The audit does not hold: %d differences. %s", made.broken, made.differences[0])
    else:
        log.info("The audit holds: %d entries, newest link %s", made.entries, made.newest)
    return made


def check_due(*, at: datetime) -> bool:
    """The check, once a day; whether it was time."""
    last = newest_check()
    if last is not None and at - last.at < AGAIN:
        return False
    check(at=at)
    return True


def newest_check() -> AuditCheck | None:
    return AuditCheck.objects.order_by("-pk").first()
